"""Signs, rounding, roots and bounds of one tensor (section Operations / Basic math)."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from tfnb.engine.dispatch import is_number, unary, with_numbers
from tfnb.engine.handle import Handle
from tfnb.engine.run import execute
from tfnb.errors import ArgumentError, ArgumentTypeError
from tfnb.kernels import basic_math as kernels
from tfnb.kernels.complex_numbers import complex_abs
from tfnb.language import _
from tfnb.ops.arguments import real_number
from tfnb.ops.convert import handle_of, operand, public

if TYPE_CHECKING:
    from tfnb.tensors import Tensor

_magnitude = unary(kernels.abs, operand)
_INT_MIN, _INT_MAX = -(2**31), 2**31 - 1


def abs(x: Any) -> Tensor:
    """The magnitude of each value: its distance from 0.

    Args:
        x: a tensor, a number, or nested lists; of complex numbers the result is float32.

    Example:
        >>> import tfnb as tf
        >>> tf.abs([-1, 2, -3.5]).array_sync()
        [1.0, 2.0, 3.5]
    """
    if isinstance(x, Handle) and x.dtype == "complex64":
        return execute(complex_abs, (x,), sys._getframe(1))  # type: ignore[no-any-return]
    return _magnitude(x)  # type: ignore[no-any-return]


def clip_by_value(x: Any, clip_value_min: float, clip_value_max: float) -> Tensor:
    """Each value moved into the range from `clip_value_min` to `clip_value_max`; NaN stays.

    Args:
        x: a tensor, a number, or nested lists.
        clip_value_min: the least value of the result; of an int32 tensor its fraction is dropped.
        clip_value_max: the largest.

    Errors:
        ArgumentTypeError: a bound is no number. ArgumentError: the bounds are the wrong way round, or NaN.

    Example:
        >>> import tfnb as tf
        >>> tf.clip_by_value([-1, 2, -3, 4], -2, 3).array_sync()
        [-1.0, 2.0, -2.0, 3.0]
    """
    for name, bound in (("clip_value_min", clip_value_min), ("clip_value_max", clip_value_max)):
        if not is_number(bound):
            raise ArgumentTypeError(
                _("wanted a number, given {given!r}").format(given=bound), op="clip_by_value", argument=name,
                fix=_("for bounds that differ from place to place, use tf.maximum and tf.minimum"),
            )  # fmt: skip
    if not clip_value_min <= clip_value_max:
        raise ArgumentError(
            _("the bounds are the wrong way round, or NaN: from {low} to {high}").format(
                low=clip_value_min, high=clip_value_max
            ),
            op="clip_by_value",
            argument="clip_value_min",
        )
    handle = handle_of(x, "clip_by_value", "x")
    bounds = tuple(real_number(bound, "clip_by_value", "clip_value_min") for bound in (clip_value_min, clip_value_max))
    if handle.dtype in ("int32", "bool"):
        bounds = tuple(int(max(_INT_MIN, min(bound, _INT_MAX))) for bound in bounds)
    return with_numbers(kernels.clip_by_value, handle, bounds, sys._getframe(1))  # type: ignore[no-any-return]


neg = public(
    unary(kernels.neg, operand),
    "neg",
    """Each value with its sign turned.

    Args:
        x: a tensor, a number, or nested lists.

    Example:
        >>> import tfnb as tf
        >>> tf.neg([1, -2, 0.5]).array_sync()
        [-1.0, 2.0, -0.5]
    """,
)

sign = public(
    unary(kernels.sign, operand),
    "sign",
    """-1, 0 or 1 by the sign of each value; NaN stays.

    Args:
        x: a tensor, a number, or nested lists.

    Example:
        >>> import tfnb as tf
        >>> tf.sign([0.6, -3, 0]).array_sync()
        [1.0, -1.0, 0.0]
    """,
)

ceil = public(
    unary(kernels.ceil, operand),
    "ceil",
    """The next whole number at or above each value.

    Args:
        x: a tensor, a number, or nested lists.

    Example:
        >>> import tfnb as tf
        >>> tf.ceil([0.6, 1.1, -3.3]).array_sync()
        [1.0, 2.0, -3.0]
    """,
)

floor = public(
    unary(kernels.floor, operand),
    "floor",
    """The next whole number at or below each value.

    Args:
        x: a tensor, a number, or nested lists.

    Example:
        >>> import tfnb as tf
        >>> tf.floor([0.6, 1.1, -3.3]).array_sync()
        [0.0, 1.0, -4.0]
    """,
)

round = public(
    unary(kernels.round, operand),
    "round",
    """The nearest whole number; halves go to the even one of their two neighbours.

    Args:
        x: a tensor, a number, or nested lists.

    Example:
        >>> import tfnb as tf
        >>> tf.round([0.6, 1.5, 2.5, -3.3]).array_sync()
        [1.0, 2.0, 2.0, -3.0]
    """,
)

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

reciprocal = public(
    unary(kernels.reciprocal, operand),
    "reciprocal",
    """1 divided by each value; infinity of 0.

    Args:
        x: a tensor, a number, or nested lists; whole numbers are taken as float32.

    Example:
        >>> import tfnb as tf
        >>> tf.reciprocal([1, 2, 4]).array_sync()
        [1.0, 0.5, 0.25]
    """,
)

sqrt = public(
    unary(kernels.sqrt, operand),
    "sqrt",
    """The square root of each value; NaN below 0.

    Args:
        x: a tensor, a number, or nested lists; whole numbers are taken as float32.

    Example:
        >>> import tfnb as tf
        >>> tf.sqrt([1, 2.25, 4]).array_sync()
        [1.0, 1.5, 2.0]
    """,
)

rsqrt = public(
    unary(kernels.rsqrt, operand),
    "rsqrt",
    """1 divided by the square root of each value.

    Args:
        x: a tensor, a number, or nested lists; whole numbers are taken as float32.

    Example:
        >>> import tfnb as tf
        >>> tf.rsqrt([1, 4, 16]).array_sync()
        [1.0, 0.5, 0.25]
    """,
)

is_nan = public(
    unary(kernels.is_nan, operand),
    "is_nan",
    """Whether each value is NaN (not a number, what 0 / 0 gives).

    Args:
        x: a tensor, a number, or nested lists.

    Returns:
        Tensor: bool.

    Example:
        >>> import tfnb as tf
        >>> tf.is_nan([float('nan'), 1]).array_sync()
        [True, False]
    """,
)

is_inf = public(
    unary(kernels.is_inf, operand),
    "is_inf",
    """Whether each value is infinite.

    Args:
        x: a tensor, a number, or nested lists.

    Returns:
        Tensor: bool.

    Example:
        >>> import tfnb as tf
        >>> tf.is_inf([float('-inf'), 1]).array_sync()
        [True, False]
    """,
)

is_finite = public(
    unary(kernels.is_finite, operand),
    "is_finite",
    """Whether each value is a number, neither infinite nor NaN.

    Args:
        x: a tensor, a number, or nested lists.

    Returns:
        Tensor: bool.

    Example:
        >>> import tfnb as tf
        >>> tf.is_finite([float('inf'), float('nan'), 1]).array_sync()
        [False, False, True]
    """,
)
