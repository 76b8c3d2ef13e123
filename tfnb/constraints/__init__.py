"""Constraints: what a weight's values must keep to after every step of training (section Constraints)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tfnb.constraints.norms import Constraint, MaxNorm, MinMaxNorm, NonNeg, UnitNorm
from tfnb.serialization.construction import maker
from tfnb.serialization.registry import REGISTRY, deserialize, serialize

__all__ = [
    "Constraint", "MaxNorm", "MinMaxNorm", "NonNeg", "UnitNorm", "get", "max_norm", "min_max_norm", "non_neg",
    "serialize", "unit_norm",
]  # fmt: skip

for _class in (MaxNorm, MinMaxNorm, NonNeg, UnitNorm):
    REGISTRY.enter(_class, _class.__name__)

max_norm = maker(MaxNorm, "max_norm")
min_max_norm = maker(MinMaxNorm, "min_max_norm")
non_neg = maker(NonNeg, "non_neg")
unit_norm = maker(UnitNorm, "unit_norm")


def get(identifier: str | Mapping[str, Any] | Constraint | None) -> Constraint | None:
    """The constraint that a name ('maxNorm', 'max_norm') or a configuration stands for; None for None.

    Errors:
        ArgumentError: an unknown name; the message proposes the nearest. ArgumentTypeError: neither.

    Example:
        >>> get("maxNorm").get_config()
        {'max_value': 2.0, 'axis': 0}
    """
    if identifier is None or isinstance(identifier, Constraint):
        return identifier
    return deserialize(identifier, Constraint, "constraint")
