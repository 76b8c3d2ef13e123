"""Initializers without chance: zeros, ones, a constant, the identity matrix."""

from __future__ import annotations

from typing import Any

from tfnb import shapes
from tfnb.errors import ShapeError
from tfnb.initializers.base import Initializer
from tfnb.language import _
from tfnb.ops import creation, patterns
from tfnb.ops.arguments import real_number


class Zeros(Initializer):
    """All values 0.

    Example:
        >>> import tfnb as tf
        >>> tf.initializers.zeros().apply([2]).array_sync()
        [0.0, 0.0]
    """

    def apply(self, shape: Any, dtype: Any = None) -> Any:
        return creation.zeros(shape, dtype or "float32")


class Ones(Initializer):
    """All values 1.

    Example:
        >>> import tfnb as tf
        >>> tf.initializers.ones().apply([2]).array_sync()
        [1.0, 1.0]
    """

    def apply(self, shape: Any, dtype: Any = None) -> Any:
        return creation.ones(shape, dtype or "float32")


class Constant(Initializer):
    """All values the same.

    Args:
        value: that value.

    Example:
        >>> import tfnb as tf
        >>> tf.initializers.constant(value=0.5).apply([2]).array_sync()
        [0.5, 0.5]
    """

    def __init__(self, value: float) -> None:
        self.value = real_number(value, "constant", "value")

    def apply(self, shape: Any, dtype: Any = None) -> Any:
        return creation.fill(shape, self.value, dtype or "float32")

    def get_config(self) -> dict[str, Any]:
        return {"value": self.value}


class Identity(Initializer):
    """A square matrix with `gain` on its diagonal and 0 elsewhere.

    Args:
        gain: the values of the diagonal.

    Errors:
        ShapeError: the weight is no square matrix.

    Example:
        >>> import tfnb as tf
        >>> tf.initializers.identity(gain=2).apply([2, 2]).array_sync()
        [[2.0, 0.0], [0.0, 2.0]]
    """

    def __init__(self, gain: float = 1.0) -> None:
        self.gain = real_number(gain, "identity", "gain")

    def apply(self, shape: Any, dtype: Any = None) -> Any:
        lengths = shapes.checked(shape, "identity")
        if len(lengths) != 2 or lengths[0] != lengths[1]:
            raise ShapeError(
                _("wanted a square matrix, given {given}").format(given=shapes.text(lengths)),
                op="identity",
                argument="shape",
            )
        return patterns.eye(lengths[0], dtype=dtype or "float32").mul(self.gain)

    def get_config(self) -> dict[str, Any]:
        return {"gain": self.gain}
