"""Initializers that fit their width to the weight's shape, so that values neither grow nor shrink from layer to layer.

Sources: Glorot and Bengio 2010 (Glorot), He et al. 2015 (He), LeCun et al. 1998 (LeCun).
"""

from __future__ import annotations

import math
from typing import Any

from tfnb import shapes
from tfnb.errors import ArgumentError
from tfnb.initializers.base import Initializer
from tfnb.language import _
from tfnb.naming import identifier, nearest
from tfnb.ops import random
from tfnb.ops.arguments import real_number

_MODES = ("fan_in", "fan_out", "fan_avg")
_DISTRIBUTIONS = ("normal", "uniform", "truncated_normal")


def fans(shape: shapes.Shape) -> tuple[float, float]:
    """How many values meet in one output, and how many outputs one input serves (its channels come last).

    Example:
        >>> fans((4, 20)), fans((3, 3, 8, 16))
        ((4, 20), (72, 144))
    """
    if len(shape) == 2:
        return shape
    if len(shape) in (3, 4, 5):
        field = shapes.size_of(shape[:-2])
        return shape[-2] * field, shape[-1] * field
    root = math.sqrt(shapes.size_of(shape))
    return root, root


class VarianceScaling(Initializer):
    """Random numbers whose variance is `scale` over a count of the weight's inputs, outputs, or both.

    Args:
        scale: above 0.
        mode: 'fan_in' counts inputs, 'fan_out' outputs, 'fan_avg' takes the mean of both.
        distribution: 'normal' (none beyond two standard deviations) or 'uniform'.
        seed: the same one gives the same numbers.

    Errors:
        ArgumentError: a negative scale, an unknown mode or distribution.

    Example:
        >>> import tfnb as tf
        >>> tf.initializers.variance_scaling(scale=2, mode="fanOut", seed=1).apply([4, 3]).shape
        (4, 3)
    """

    def __init__(
        self, scale: float = 1.0, mode: str = "fan_in", distribution: str = "normal", seed: Any = None
    ) -> None:
        self.scale = real_number(scale, "variance_scaling", "scale")
        if not self.scale >= 0:
            raise ArgumentError(
                _("wanted a number above 0, given {given}").format(given=scale), op="variance_scaling", argument="scale"
            )
        self.mode = _one_of(mode, _MODES, "mode")
        self.distribution = _one_of(distribution, _DISTRIBUTIONS, "distribution")
        self.seed = seed

    def apply(self, shape: Any, dtype: Any = None) -> Any:
        lengths = shapes.checked(shape, "variance_scaling")
        inputs, outputs = fans(lengths)
        count = {"fan_in": inputs, "fan_out": outputs, "fan_avg": (inputs + outputs) / 2}[self.mode]
        variance = self.scale / max(1.0, count)
        if self.distribution == "uniform":
            limit = math.sqrt(3 * variance)
            return random.random_uniform(lengths, -limit, limit, dtype or "float32", self.seed)
        return random.truncated_normal(lengths, 0, math.sqrt(variance), dtype or "float32", self.seed)

    def get_config(self) -> dict[str, Any]:
        return {"scale": self.scale, "mode": self.mode, "distribution": self.distribution, "seed": self.seed}


def _one_of(value: Any, known: tuple[str, ...], argument: str) -> str:
    found = identifier(value) if isinstance(value, str) else value
    if found not in known:
        near = nearest(str(value), known)
        raise ArgumentError(
            _("wanted one of {wanted}, given {given!r}").format(wanted=", ".join(known), given=value),
            op="variance_scaling",
            argument=argument,
            fix=_("did you mean {near!r}?").format(near=near) if near else None,
        )
    return str(found)


class _Named(VarianceScaling):
    """A scaling with a name of its own. In files it is a VarianceScaling, as TensorFlow.js writes it."""

    class_name = "VarianceScaling"
    fixed: tuple[float, str, str]

    def __init__(self, seed: Any = None) -> None:
        super().__init__(*self.fixed, seed)


class GlorotUniform(_Named):
    """Uniform numbers of the width that keeps values and gradients alike in size (Glorot and Bengio 2010).

    Args:
        seed: the same one gives the same numbers.

    Example:
        >>> import tfnb as tf
        >>> limit = (6 / (4 + 20)) ** 0.5
        >>> float(tf.initializers.glorot_uniform(seed=1).apply([4, 20]).abs().max()) <= limit
        True
    """

    class_name = "VarianceScaling"
    fixed = (1.0, "fan_avg", "uniform")


class GlorotNormal(_Named):
    """Normal numbers of the width that keeps values and gradients alike in size (Glorot and Bengio 2010).

    Args:
        seed: the same one gives the same numbers.

    Example:
        >>> import tfnb as tf
        >>> tf.initializers.glorot_normal(seed=1).apply([4, 20]).shape
        (4, 20)
    """

    class_name = "VarianceScaling"
    fixed = (1.0, "fan_avg", "normal")


class HeNormal(_Named):
    """Normal numbers of the width for layers with relu (He et al. 2015).

    Args:
        seed: the same one gives the same numbers.

    Example:
        >>> import tfnb as tf
        >>> tf.initializers.he_normal(seed=1).apply([4, 20]).shape
        (4, 20)
    """

    class_name = "VarianceScaling"
    fixed = (2.0, "fan_in", "normal")


class HeUniform(_Named):
    """Uniform numbers of the width for layers with relu (He et al. 2015).

    Args:
        seed: the same one gives the same numbers.

    Example:
        >>> import tfnb as tf
        >>> tf.initializers.he_uniform(seed=1).apply([4, 20]).shape
        (4, 20)
    """

    class_name = "VarianceScaling"
    fixed = (2.0, "fan_in", "uniform")


class LeCunNormal(_Named):
    """Normal numbers whose variance is 1 over the number of inputs (LeCun et al. 1998).

    Args:
        seed: the same one gives the same numbers.

    Example:
        >>> import tfnb as tf
        >>> tf.initializers.le_cun_normal(seed=1).apply([4, 20]).shape
        (4, 20)
    """

    class_name = "VarianceScaling"
    fixed = (1.0, "fan_in", "normal")


class LeCunUniform(_Named):
    """Uniform numbers whose variance is 1 over the number of inputs (LeCun et al. 1998).

    Args:
        seed: the same one gives the same numbers.

    Example:
        >>> import tfnb as tf
        >>> tf.initializers.le_cun_uniform(seed=1).apply([4, 20]).shape
        (4, 20)
    """

    class_name = "VarianceScaling"
    fixed = (1.0, "fan_in", "uniform")
