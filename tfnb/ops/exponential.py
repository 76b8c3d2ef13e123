"""Exponentials and logarithms (section Operations / Basic math)."""

from __future__ import annotations

from tfnb.engine.dispatch import unary
from tfnb.kernels import exponential as kernels
from tfnb.ops.convert import operand, public

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

expm1 = public(
    unary(kernels.expm1, operand),
    "expm1",
    """`exp(x) - 1`, exact also for values near 0, where the subtraction would lose the digits.

    Args:
        x: a tensor, a number, or nested lists; whole numbers are taken as float32.

    Example:
        >>> import tfnb as tf
        >>> tf.expm1([0]).array_sync()
        [0.0]
    """,
)

log = public(
    unary(kernels.log, operand),
    "log",
    """The natural logarithm of each value: minus infinity of 0, NaN below 0.

    Args:
        x: a tensor, a number, or nested lists; whole numbers are taken as float32.

    Example:
        >>> import tfnb as tf
        >>> tf.log([1]).array_sync()
        [0.0]
    """,
)

log1p = public(
    unary(kernels.log1p, operand),
    "log1p",
    """`log(1 + x)`, exact also for values near 0, where the sum would lose the digits.

    Args:
        x: a tensor, a number, or nested lists; whole numbers are taken as float32.

    Example:
        >>> import tfnb as tf
        >>> tf.log1p([0]).array_sync()
        [0.0]
    """,
)
