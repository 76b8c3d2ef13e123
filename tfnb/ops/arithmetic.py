"""Arithmetic of two tensors (section Operations / Arithmetic)."""

from __future__ import annotations

from tfnb.engine.dispatch import binary
from tfnb.kernels import arithmetic as kernels
from tfnb.ops.convert import operand, public

add = public(
    binary(kernels.add, operand),
    "add",
    """The sum of two tensors, value by value; lengths of 1 repeat.

    Args:
        a: a tensor, a number, or nested lists.
        b: the same, of a shape that meets `a`'s.

    Returns:
        Tensor: of the shape in which the two meet; float32 with a number.

    Errors:
        ShapeError: the shapes do not meet.

    Example:
        >>> import tfnb as tf
        >>> tf.add([[1, 2], [3, 4]], [[5, 6], [7, 8]]).array_sync()
        [[6.0, 8.0], [10.0, 12.0]]
    """,
)

sub = public(
    binary(kernels.sub, operand),
    "sub",
    """The difference `a - b`, value by value; lengths of 1 repeat.

    Args:
        a: a tensor, a number, or nested lists.
        b: the same, of a shape that meets `a`'s.

    Example:
        >>> import tfnb as tf
        >>> tf.sub([10, 20], 1).array_sync()
        [9.0, 19.0]
    """,
)

mul = public(
    binary(kernels.mul, operand),
    "mul",
    """The product of two tensors, value by value; lengths of 1 repeat. (For matrices, see `matmul`.)

    Args:
        a: a tensor, a number, or nested lists.
        b: the same, of a shape that meets `a`'s.

    Example:
        >>> import tfnb as tf
        >>> tf.mul([1, 2, 3], [4, 5, 6]).array_sync()
        [4.0, 10.0, 18.0]
    """,
)
