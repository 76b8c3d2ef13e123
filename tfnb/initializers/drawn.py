"""Initializers that draw from one distribution: uniform, normal, and normal without what is far out."""

from __future__ import annotations

from typing import Any

from tfnb.initializers.base import Initializer
from tfnb.ops import random
from tfnb.ops.arguments import real_number


class RandomUniform(Initializer):
    """Every number between two bounds is equally likely.

    Args:
        minval: the smallest.
        maxval: the end; it does not occur itself.
        seed: the same one gives the same numbers.

    Example:
        >>> import tfnb as tf
        >>> tf.initializers.random_uniform(minval=0, maxval=1, seed=1).apply([2]).shape
        (2,)
    """

    def __init__(self, minval: float = -0.05, maxval: float = 0.05, seed: Any = None) -> None:
        self.minval = real_number(minval, "random_uniform", "minval")
        self.maxval = real_number(maxval, "random_uniform", "maxval")
        self.seed = seed

    def apply(self, shape: Any, dtype: Any = None) -> Any:
        return random.random_uniform(shape, self.minval, self.maxval, dtype or "float32", self.seed)

    def get_config(self) -> dict[str, Any]:
        return {"minval": self.minval, "maxval": self.maxval, "seed": self.seed}


class _Normal(Initializer):
    def __init__(self, mean: float = 0.0, stddev: float = 0.05, seed: Any = None) -> None:
        self.mean = real_number(mean, "random_normal", "mean")
        self.stddev = real_number(stddev, "random_normal", "stddev")
        self.seed = seed

    def get_config(self) -> dict[str, Any]:
        return {"mean": self.mean, "stddev": self.stddev, "seed": self.seed}


class RandomNormal(_Normal):
    """Numbers with a normal distribution (a bell curve).

    Args:
        mean: where its middle is.
        stddev: its standard deviation: how wide it is.
        seed: the same one gives the same numbers.

    Example:
        >>> import tfnb as tf
        >>> tf.initializers.random_normal(stddev=1, seed=1).apply([2]).shape
        (2,)
    """

    def apply(self, shape: Any, dtype: Any = None) -> Any:
        return random.random_normal(shape, self.mean, self.stddev, dtype or "float32", self.seed)


class TruncatedNormal(_Normal):
    """Numbers with a normal distribution, none farther from the middle than two standard deviations.

    Args:
        mean: where its middle is.
        stddev: its standard deviation before the cut.
        seed: the same one gives the same numbers.

    Example:
        >>> import tfnb as tf
        >>> tf.initializers.truncated_normal(seed=1).apply([2]).shape
        (2,)
    """

    def apply(self, shape: Any, dtype: Any = None) -> Any:
        return random.truncated_normal(shape, self.mean, self.stddev, dtype or "float32", self.seed)
