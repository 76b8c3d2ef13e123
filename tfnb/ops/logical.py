"""Logic of truth values, choosing by them, and the same on the bits of whole numbers (section Operations / Logical)."""

from __future__ import annotations

from types import FrameType
from typing import TYPE_CHECKING, Any

import numpy as np

from tfnb.engine.dispatch import binary, choice, is_number, unary
from tfnb.engine.handle import Handle
from tfnb.engine.run import elementwise, to_host
from tfnb.errors import DTypeError
from tfnb.kernels import logical as kernels
from tfnb.kernels.choice import where as _where
from tfnb.kernels.expression import Scalar
from tfnb.language import _
from tfnb.ops.convert import handle_of, operand, public

if TYPE_CHECKING:
    from tfnb.tensors import Tensor

_INT_MIN, _INT_MAX = -(2**31), 2**31 - 1


def _truth(value: Any, op: str, argument: str) -> Handle | Scalar:
    """An operand of logic: lists and numbers are taken as truth values, a tensor must be one of them."""
    if is_number(value):
        return Scalar(bool(value), "bool")
    handle: Handle = handle_of(value, op, argument, "bool")
    if handle.dtype != "bool":
        raise DTypeError(
            _("wanted bool, given {dtype}").format(dtype=handle.dtype), op=op, argument=argument,
            fix=_("say what counts as true, such as t != 0 or t.cast('bool')"),
        )  # fmt: skip
    return handle


def _whole(value: Any, op: str, argument: str) -> Handle | Scalar:
    """An operand on bits: numbers are taken as int32."""
    if isinstance(value, (bool, np.bool_)):
        return Scalar(bool(value), "bool")
    if isinstance(value, (int, np.integer)):
        if not _INT_MIN <= value <= _INT_MAX:
            raise DTypeError(_("{value} does not fit into int32").format(value=value), op=op, argument=argument)
        return Scalar(int(value), "int32")
    if isinstance(value, (list, tuple)):
        try:
            whole = np.asarray(value).dtype.kind in "iu"
        except ValueError:  # ragged, which `operand` explains
            whole = False
        if whole:
            return handle_of(value, op, argument, "int32")  # type: ignore[no-any-return]
    return operand(value, op, argument)


logical_and = public(
    binary(kernels.logical_and, _truth),
    "logical_and",
    """Whether both are true.

    Args:
        a: a bool tensor, a truth value, or nested lists of them.
        b: the same, of a shape that meets `a`'s.

    Returns:
        Tensor: bool.

    Errors:
        ShapeError: the shapes do not meet. DTypeError: a tensor of another type than bool.

    Example:
        >>> import tfnb as tf
        >>> tf.logical_and([False, False, True, True], [False, True, False, True]).array_sync()
        [False, False, False, True]
    """,
)

logical_or = public(
    binary(kernels.logical_or, _truth),
    "logical_or",
    """Whether one of the two, or both, are true.

    Args:
        a: a bool tensor, a truth value, or nested lists of them.
        b: the same, of a shape that meets `a`'s.

    Returns:
        Tensor: bool.

    Errors:
        ShapeError: the shapes do not meet. DTypeError: a tensor of another type than bool.

    Example:
        >>> import tfnb as tf
        >>> tf.logical_or([False, False, True, True], [False, True, False, True]).array_sync()
        [False, True, True, True]
    """,
)

logical_xor = public(
    binary(kernels.logical_xor, _truth),
    "logical_xor",
    """Whether exactly one of the two is true.

    Args:
        a: a bool tensor, a truth value, or nested lists of them.
        b: the same, of a shape that meets `a`'s.

    Returns:
        Tensor: bool.

    Errors:
        ShapeError: the shapes do not meet. DTypeError: a tensor of another type than bool.

    Example:
        >>> import tfnb as tf
        >>> tf.logical_xor([False, False, True, True], [False, True, False, True]).array_sync()
        [False, True, True, False]
    """,
)

logical_not = public(
    unary(kernels.logical_not, _truth),
    "logical_not",
    """True where the value is false, and the other way round.

    Args:
        x: a bool tensor, a truth value, or nested lists of them.

    Returns:
        Tensor: bool.

    Errors:
        DTypeError: a tensor of another type than bool.

    Example:
        >>> import tfnb as tf
        >>> tf.logical_not([False, True]).array_sync()
        [True, False]
    """,
)

bitwise_and = public(
    binary(kernels.bitwise_and, _whole),
    "bitwise_and",
    """The bits that both numbers have.

    Args:
        x: an int32 or bool tensor, a whole number, or nested lists of them.
        y: the same, of a shape that meets `x`'s.

    Errors:
        ShapeError: the shapes do not meet. DTypeError: other data types, or a number that int32 can't hold.

    Example:
        >>> import tfnb as tf
        >>> tf.bitwise_and([0, 5, 3, 14], [5, 0, 7, 11]).array_sync()
        [0, 0, 3, 10]
    """,
    ("x", "y"),
)


bitwise_or = public(
    binary(kernels.bitwise_or, _whole),
    "bitwise_or",
    """The bits that one of the two numbers has, or both.

    Args:
        x: an int32 or bool tensor, a whole number, or nested lists of them.
        y: the same, of a shape that meets `x`'s.

    Errors:
        ShapeError: the shapes do not meet. DTypeError: other data types, or a number that int32 can't hold.

    Example:
        >>> import tfnb as tf
        >>> tf.bitwise_or([0, 5, 3, 14], [5, 0, 7, 11]).array_sync()
        [5, 5, 7, 15]
    """,
    ("x", "y"),
)


bitwise_xor = public(
    binary(kernels.bitwise_xor, _whole),
    "bitwise_xor",
    """The bits that exactly one of the two numbers has.

    Args:
        x: an int32 or bool tensor, a whole number, or nested lists of them.
        y: the same, of a shape that meets `x`'s.

    Errors:
        ShapeError: the shapes do not meet. DTypeError: other data types, or a number that int32 can't hold.

    Example:
        >>> import tfnb as tf
        >>> tf.bitwise_xor([0, 5, 3, 14], [5, 0, 7, 11]).array_sync()
        [5, 5, 4, 5]
    """,
    ("x", "y"),
)


left_shift = public(
    binary(kernels.left_shift, _whole),
    "left_shift",
    """The bits of `x` moved up by `y` places: `x` times 2 to the power `y`, wrapped around at 32 bits.

    Args:
        x: an int32 tensor, a whole number, or nested lists of them.
        y: the same, of a shape that meets `x`'s.

    Errors:
        ShapeError: the shapes do not meet. DTypeError: other data types, or a number that int32 can't hold.

    Example:
        >>> import tfnb as tf
        >>> tf.left_shift([1, 3], [4, 1]).array_sync()
        [16, 6]
    """,
    ("x", "y"),
)


right_shift = public(
    binary(kernels.right_shift, _whole),
    "right_shift",
    """The bits of `x` moved down by `y` places: `x` divided by 2 to the power `y`, rounded down.

    Args:
        x: an int32 tensor, a whole number, or nested lists of them.
        y: the same, of a shape that meets `x`'s.

    Errors:
        ShapeError: the shapes do not meet. DTypeError: other data types, or a number that int32 can't hold.

    Example:
        >>> import tfnb as tf
        >>> tf.right_shift([16, -7], [4, 1]).array_sync()
        [1, -4]
    """,
    ("x", "y"),
)


bitwise_not = public(
    unary(kernels.bitwise_not, _whole),
    "bitwise_not",
    """All bits turned: `-1 - x`.

    Args:
        x: an int32 tensor, or nested lists of whole numbers.

    Errors:
        DTypeError: another data type.

    Example:
        >>> import tfnb as tf
        >>> tf.bitwise_not([0, 5]).array_sync()
        [-1, -6]
    """,
)


def _chosen(condition: Any, a: Any, b: Any, frame: FrameType) -> Any:
    chooser, first, second = _truth(condition, "where", "condition"), operand(a, "where", "a"), operand(b, "where", "b")
    if all(one.__class__ is Scalar for one in (chooser, first, second)):
        chooser = handle_of(condition, "where", "condition", "bool")
    return elementwise(_where, (chooser, first, second), frame)


where = public(
    choice(_where, _chosen),
    "where",
    """The value of `a` where the condition is true, that of `b` where it is false.

    Args:
        condition: a bool tensor, a truth value, or nested lists of them.
        a: a tensor, a number, text, or nested lists, of a shape that meets the others'.
        b: the same.

    Returns:
        Tensor: of the shape and data type in which they meet.

    Errors:
        ShapeError: the shapes do not meet. DTypeError: a condition that is not bool, or text and numbers.

    Example:
        >>> import tfnb as tf
        >>> tf.where([False, False, True], [1, 2, 3], [-1, -2, -3]).array_sync()
        [-1.0, -2.0, 3.0]
    """,
)


def argwhere(condition: Any) -> Tensor:
    """Where the condition is true: the places, one in each row. It reads the condition at once.

    Args:
        condition: a bool tensor, or nested lists of truth values.

    Returns:
        Tensor: int32, [how many are true, axes of the condition].

    Errors:
        DTypeError: a tensor of another type than bool.

    Example:
        >>> import tfnb as tf
        >>> tf.argwhere([[True, False], [False, True]]).array_sync()
        [[0, 0], [1, 1]]
    """
    handle = handle_of(condition, "argwhere", "condition", "bool")
    _truth(handle, "argwhere", "condition")
    places = np.argwhere(to_host(handle, "argwhere")).astype(np.int32)
    return handle_of(places, "argwhere", "condition")  # type: ignore[no-any-return]


async def where_async(condition: Any) -> Tensor:
    """`argwhere` for code that awaits it, as TensorFlow.js names it.

    Args:
        condition: a bool tensor, or nested lists of truth values.

    Returns:
        Tensor: int32, [how many are true, axes of the condition].

    Errors:
        DTypeError: a tensor of another type than bool.

    Example:
        >>> import asyncio
        >>> import tfnb as tf
        >>> asyncio.run(tf.where_async([True, False, True])).array_sync()
        [[0], [2]]
    """
    return argwhere(condition)


select = where
