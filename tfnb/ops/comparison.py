"""Comparisons of two tensors, place by place (section Operations / Logical).

Numbers are compared in the data type in which they meet; text is compared with text, in the order of its code points.
"""

from __future__ import annotations

from tfnb.engine.dispatch import binary
from tfnb.kernels import comparison as kernels
from tfnb.ops.convert import operand, public

equal = public(
    binary(kernels.equal, operand),
    "equal",
    """Whether two values are equal. NaN equals nothing, not even NaN.

    Args:
        a: a tensor, a number, text, or nested lists of one of them.
        b: the same, of a shape that meets `a`'s.

    Returns:
        Tensor: bool.

    Errors:
        ShapeError: the shapes do not meet. DTypeError: text meets numbers.

    Example:
        >>> import tfnb as tf
        >>> tf.equal([1, 2, 3], [2, 2, 2]).array_sync()
        [False, True, False]
    """,
)

not_equal = public(
    binary(kernels.not_equal, operand),
    "not_equal",
    """Whether two values differ. NaN differs from all, from NaN too.

    Args:
        a: a tensor, a number, text, or nested lists of one of them.
        b: the same, of a shape that meets `a`'s.

    Returns:
        Tensor: bool.

    Errors:
        ShapeError: the shapes do not meet. DTypeError: text meets numbers.

    Example:
        >>> import tfnb as tf
        >>> tf.not_equal([1, 2, 3], [2, 2, 2]).array_sync()
        [True, False, True]
    """,
)

less = public(
    binary(kernels.less, operand),
    "less",
    """Whether `a` is less than `b`.

    Args:
        a: a tensor, a number, text, or nested lists of one of them.
        b: the same, of a shape that meets `a`'s.

    Returns:
        Tensor: bool.

    Errors:
        ShapeError: the shapes do not meet. DTypeError: text meets numbers.

    Example:
        >>> import tfnb as tf
        >>> tf.less([1, 2, 3], [2, 2, 2]).array_sync()
        [True, False, False]
    """,
)

less_equal = public(
    binary(kernels.less_equal, operand),
    "less_equal",
    """Whether `a` is at most `b`.

    Args:
        a: a tensor, a number, text, or nested lists of one of them.
        b: the same, of a shape that meets `a`'s.

    Returns:
        Tensor: bool.

    Errors:
        ShapeError: the shapes do not meet. DTypeError: text meets numbers.

    Example:
        >>> import tfnb as tf
        >>> tf.less_equal([1, 2, 3], [2, 2, 2]).array_sync()
        [True, True, False]
    """,
)

greater = public(
    binary(kernels.greater, operand),
    "greater",
    """Whether `a` is greater than `b`.

    Args:
        a: a tensor, a number, text, or nested lists of one of them.
        b: the same, of a shape that meets `a`'s.

    Returns:
        Tensor: bool.

    Errors:
        ShapeError: the shapes do not meet. DTypeError: text meets numbers.

    Example:
        >>> import tfnb as tf
        >>> tf.greater([1, 2, 3], [2, 2, 2]).array_sync()
        [False, False, True]
    """,
)

greater_equal = public(
    binary(kernels.greater_equal, operand),
    "greater_equal",
    """Whether `a` is at least `b`.

    Args:
        a: a tensor, a number, text, or nested lists of one of them.
        b: the same, of a shape that meets `a`'s.

    Returns:
        Tensor: bool.

    Errors:
        ShapeError: the shapes do not meet. DTypeError: text meets numbers.

    Example:
        >>> import tfnb as tf
        >>> tf.greater_equal([1, 2, 3], [2, 2, 2]).array_sync()
        [False, True, True]
    """,
)
