"""Constraints on the length of a weight's columns, and on its signs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tfnb.ops import activation, basic_math, reduction
from tfnb.ops.arguments import real_number, whole_number
from tfnb.serialization.construction import keywords_of

# What TensorFlow.js adds to a length before it divides by it.
EPSILON = 1e-7


class Constraint:
    """What a weight must keep to after every step of training. Derive from it and write `apply`."""

    class_name: str = "Constraint"

    def __init_subclass__(cls, **keywords: Any) -> None:
        super().__init_subclass__(**keywords)
        if "class_name" not in cls.__dict__:
            cls.class_name = cls.__name__

    def apply(self, w: Any) -> Any:
        """The values nearest to `w` that keep to it.

        Args:
            w: the weight.

        Returns:
            Tensor: of its shape.
        """
        raise NotImplementedError

    def __call__(self, w: Any) -> Any:
        return self.apply(w)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this constraint again."""
        return {}

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Constraint:
        """The constraint of these arguments."""
        return cls(**keywords_of(cls, config))


def _lengths(w: Any, axis: int) -> Any:
    return reduction.sum(basic_math.square(w), axis, True).sqrt()


class MaxNorm(Constraint):
    """No column of the weight is longer than `max_value` (Srivastava et al. 2014).

    Args:
        max_value: the greatest length.
        axis: along which lengths are measured: 0 for the columns of a matrix [inputs, units].

    Example:
        >>> import tfnb as tf
        >>> tf.constraints.max_norm(max_value=5).apply(tf.tensor([[6.0, 1.0], [8.0, 1.0]])).round().array_sync()
        [[3.0, 1.0], [4.0, 1.0]]
    """

    def __init__(self, max_value: float = 2, axis: int = 0) -> None:
        self.max_value = real_number(max_value, "max_norm", "max_value")
        self.axis = whole_number(axis, "max_norm", "axis")

    def apply(self, w: Any) -> Any:
        lengths = _lengths(w, self.axis)
        return w.mul(lengths.clip_by_value(0, self.max_value).div(lengths.add(EPSILON)))

    def get_config(self) -> dict[str, Any]:
        return {"max_value": self.max_value, "axis": self.axis}


class UnitNorm(Constraint):
    """All columns of the weight have length 1.

    Args:
        axis: along which lengths are measured: 0 for the columns of a matrix [inputs, units].

    Example:
        >>> import tfnb as tf
        >>> tf.constraints.unit_norm().apply(tf.tensor([[2.0], [0.0]])).round().array_sync()
        [[1.0], [0.0]]
    """

    def __init__(self, axis: int = 0) -> None:
        self.axis = whole_number(axis, "unit_norm", "axis")

    def apply(self, w: Any) -> Any:
        return w.div(_lengths(w, self.axis).add(EPSILON))

    def get_config(self) -> dict[str, Any]:
        return {"axis": self.axis}


class NonNeg(Constraint):
    """No value is below 0.

    Example:
        >>> import tfnb as tf
        >>> tf.constraints.non_neg().apply(tf.tensor([-1.0, 2.0])).array_sync()
        [0.0, 2.0]
    """

    def apply(self, w: Any) -> Any:
        return activation.relu(w)


class MinMaxNorm(Constraint):
    """The length of every column lies between two bounds.

    Args:
        min_value: the least length.
        max_value: the greatest length.
        axis: along which lengths are measured: 0 for the columns of a matrix [inputs, units].
        rate: how much of the way to the bound is gone in one step, 1 for all.

    Example:
        >>> import tfnb as tf
        >>> tf.constraints.min_max_norm(max_value=5).apply(tf.tensor([[6.0], [8.0]])).round().array_sync()
        [[3.0], [4.0]]
    """

    def __init__(self, min_value: float = 0.0, max_value: float = 1.0, axis: int = 0, rate: float = 1.0) -> None:
        self.min_value = real_number(min_value, "min_max_norm", "min_value")
        self.max_value = real_number(max_value, "min_max_norm", "max_value")
        self.axis = whole_number(axis, "min_max_norm", "axis")
        self.rate = real_number(rate, "min_max_norm", "rate")

    def apply(self, w: Any) -> Any:
        lengths = _lengths(w, self.axis)
        bounded = lengths.clip_by_value(self.min_value, self.max_value).mul(self.rate)
        return w.mul(bounded.add(lengths.mul(1 - self.rate)).div(lengths.add(EPSILON)))

    def get_config(self) -> dict[str, Any]:
        return {"min_value": self.min_value, "max_value": self.max_value, "rate": self.rate, "axis": self.axis}
