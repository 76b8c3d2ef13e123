"""Initializers: the first values of a layer's weights (section Initializers)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tfnb.initializers.base import Initializer
from tfnb.initializers.drawn import RandomNormal, RandomUniform, TruncatedNormal
from tfnb.initializers.fixed import Constant, Identity, Ones, Zeros
from tfnb.initializers.orthogonal import Orthogonal
from tfnb.initializers.scaling import (
    GlorotNormal,
    GlorotUniform,
    HeNormal,
    HeUniform,
    LeCunNormal,
    LeCunUniform,
    VarianceScaling,
)
from tfnb.serialization.construction import maker
from tfnb.serialization.registry import REGISTRY, deserialize, serialize

__all__ = [
    "Constant", "GlorotNormal", "GlorotUniform", "HeNormal", "HeUniform", "Identity", "Initializer", "LeCunNormal",
    "LeCunUniform", "Ones", "Orthogonal", "RandomNormal", "RandomUniform", "TruncatedNormal", "VarianceScaling",
    "Zeros", "constant", "get", "glorot_normal", "glorot_uniform", "he_normal", "he_uniform", "identity",
    "le_cun_normal", "le_cun_uniform", "ones", "orthogonal", "random_normal", "random_uniform", "serialize",
    "truncated_normal", "variance_scaling", "zeros",
]  # fmt: skip

for _class in (
    Zeros, Ones, Constant, Identity, RandomUniform, RandomNormal, TruncatedNormal, VarianceScaling, GlorotUniform,
    GlorotNormal, HeNormal, HeUniform, LeCunNormal, LeCunUniform, Orthogonal,
):  # fmt: skip
    REGISTRY.enter(_class, _class.__name__)

zeros = maker(Zeros, "zeros")
ones = maker(Ones, "ones")
constant = maker(Constant, "constant")
identity = maker(Identity, "identity")
random_uniform = maker(RandomUniform, "random_uniform")
random_normal = maker(RandomNormal, "random_normal")
truncated_normal = maker(TruncatedNormal, "truncated_normal")
variance_scaling = maker(VarianceScaling, "variance_scaling")
glorot_uniform = maker(GlorotUniform, "glorot_uniform")
glorot_normal = maker(GlorotNormal, "glorot_normal")
he_normal = maker(HeNormal, "he_normal")
he_uniform = maker(HeUniform, "he_uniform")
le_cun_normal = maker(LeCunNormal, "le_cun_normal")
le_cun_uniform = maker(LeCunUniform, "le_cun_uniform")
orthogonal = maker(Orthogonal, "orthogonal")


def get(identifier: str | Mapping[str, Any] | Initializer) -> Initializer:
    """The initializer that a name ('glorotNormal', 'glorot_normal') or a configuration stands for.

    Errors:
        ArgumentError: an unknown name; the message proposes the nearest. ArgumentTypeError: neither.

    Example:
        >>> get("GlorotNormal")
        GlorotNormal(scale=1.0, mode='fan_avg', distribution='normal')
    """
    if isinstance(identifier, Initializer):
        return identifier
    return deserialize(identifier, Initializer, "initializer")  # type: ignore[type-abstract, unused-ignore]
