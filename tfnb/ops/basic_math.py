"""Functions of one tensor (section Operations / Basic math)."""

from __future__ import annotations

from tfnb.engine.dispatch import unary
from tfnb.kernels import basic_math as kernels
from tfnb.ops.convert import operand, public

square = public(
    unary(kernels.square, operand),
    "square",
    """Each value times itself.

    Args:
        x: a tensor, a number, or nested lists.

    Example:
        >>> import tfnb as tf
        >>> tf.square([[1, 2], [3, 4]]).array_sync()
        [[1.0, 4.0], [9.0, 16.0]]
    """,
)

tanh = public(
    unary(kernels.tanh, operand),
    "tanh",
    """The hyperbolic tangent of each value: between -1 and 1.

    Args:
        x: a tensor, a number, or nested lists; whole numbers are taken as float32.

    Example:
        >>> import tfnb as tf
        >>> tf.tanh([0]).array_sync()
        [0.0]
    """,
)

exp = public(
    unary(kernels.exp, operand),
    "exp",
    """e (2.718…) to the power of each value.

    Args:
        x: a tensor, a number, or nested lists; whole numbers are taken as float32.

    Example:
        >>> import tfnb as tf
        >>> tf.exp([0]).array_sync()
        [1.0]
    """,
)
