"""Arithmetic of two tensors (section Operations / Arithmetic).

Shapes meet as in NumPy: counted from the right, two lengths are equal or one of them is 1 and repeats. Data types meet
by bool < int32 < float32 < complex64; a number is a float32. Named functions do what TensorFlow.js does; Python's
operators do what a Python programmer expects, which differs for `/` and `//` alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tfnb.engine.dispatch import binary
from tfnb.engine.handle import Handle
from tfnb.errors import ArgumentTypeError, DTypeError, ShapeError
from tfnb.kernels import arithmetic as kernels
from tfnb.language import _
from tfnb.ops.conversion import cast
from tfnb.ops.convert import handle_of, operand, public
from tfnb.shapes import text

if TYPE_CHECKING:
    from tfnb.tensors import Tensor

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
        ShapeError: the shapes do not meet. DTypeError: text.

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

    Errors:
        ShapeError: the shapes do not meet. DTypeError: text.

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

    Errors:
        ShapeError: the shapes do not meet. DTypeError: text.

    Example:
        >>> import tfnb as tf
        >>> tf.mul([1, 2, 3], [4, 5, 6]).array_sync()
        [4.0, 10.0, 18.0]
    """,
)

div = public(
    binary(kernels.div, operand),
    "div",
    """The quotient `a / b`, value by value. Two int32 tensors give an int32, rounded down, as in TensorFlow.js.

    For a quotient with its fraction of whole numbers, write `a / b` or `truediv`. A float32 divided by 0 gives infinity
    or NaN, an int32 gives 0.

    Args:
        a: a tensor, a number, or nested lists.
        b: the same, of a shape that meets `a`'s.

    Errors:
        ShapeError: the shapes do not meet. DTypeError: text.

    Example:
        >>> import tfnb as tf
        >>> tf.div([1, 4, 9], 2).array_sync()
        [0.5, 2.0, 4.5]
        >>> tf.div(tf.tensor([7, -7], dtype='int32'), tf.scalar(2, 'int32')).array_sync()
        [3, -4]
    """,
)

truediv = public(
    binary(kernels.truediv, operand),
    "truediv",
    """The quotient `a / b` with its fraction, also of whole numbers: what the operator `/` does.

    Args:
        a: a tensor, a number, or nested lists.
        b: the same, of a shape that meets `a`'s.

    Returns:
        Tensor: float32 (or complex64).

    Errors:
        ShapeError: the shapes do not meet. DTypeError: text.

    Example:
        >>> import tfnb as tf
        >>> tf.truediv(tf.tensor([7], dtype='int32'), tf.scalar(2, 'int32')).array_sync()
        [3.5]
    """,
)

floordiv = public(
    binary(kernels.floor_div, operand),
    "floordiv",
    """The quotient rounded down, in the data type in which the two meet: what the operator `//` does.

    Args:
        a: a tensor, a number, or nested lists.
        b: the same, of a shape that meets `a`'s.

    Errors:
        ShapeError: the shapes do not meet. DTypeError: text.

    Example:
        >>> import tfnb as tf
        >>> (tf.tensor([7.5, -7.5]) // 2).array_sync()
        [3.0, -4.0]
    """,
)


def floor_div(a: Any, b: Any) -> Tensor:
    """The quotient rounded down, as int32 (so in TensorFlow.js; `a // b` keeps float32).

    Args:
        a: a tensor, a number, or nested lists.
        b: the same, of a shape that meets `a`'s.

    Returns:
        Tensor: int32; 0 where an int32 is divided by 0.

    Errors:
        ShapeError: the shapes do not meet. DTypeError: text.

    Example:
        >>> import tfnb as tf
        >>> tf.floor_div([1, 4, 9, -16], [1, 2, 2, 3]).array_sync()
        [1, 2, 4, -6]
    """
    return cast(floordiv(a, b), "int32")


mod = public(
    binary(kernels.mod, operand),
    "mod",
    """The remainder of `a / b`, value by value, with the sign of `b` (as Python's `%`).

    Args:
        a: a tensor, a number, or nested lists.
        b: the same, of a shape that meets `a`'s.

    Returns:
        Tensor: 0 where an int32 is divided by 0, NaN where a float32 is.

    Errors:
        ShapeError: the shapes do not meet. DTypeError: text.

    Example:
        >>> import tfnb as tf
        >>> tf.mod([7, -7, 7], [3, 3, -3]).array_sync()
        [1.0, 2.0, -2.0]
    """,
)

div_no_nan = public(
    binary(kernels.div_no_nan, operand),
    "div_no_nan",
    """The quotient `a / b`, but 0 where `b` is 0.

    Args:
        a: a tensor, a number, or nested lists.
        b: the same, of a shape that meets `a`'s.

    Errors:
        ShapeError: the shapes do not meet. DTypeError: text.

    Example:
        >>> import tfnb as tf
        >>> tf.div_no_nan([1, 2, 0], [2, 0, 0]).array_sync()
        [0.5, 0.0, 0.0]
    """,
)

maximum = public(
    binary(kernels.maximum, operand),
    "maximum",
    """The larger of two values, place by place; NaN where one of them is NaN.

    Args:
        a: a tensor, a number, or nested lists.
        b: the same, of a shape that meets `a`'s.

    Errors:
        ShapeError: the shapes do not meet. DTypeError: text.

    Example:
        >>> import tfnb as tf
        >>> tf.maximum([1, 4, 3], [2, 2, 3]).array_sync()
        [2.0, 4.0, 3.0]
    """,
)

minimum = public(
    binary(kernels.minimum, operand),
    "minimum",
    """The smaller of two values, place by place; NaN where one of them is NaN.

    Args:
        a: a tensor, a number, or nested lists.
        b: the same, of a shape that meets `a`'s.

    Errors:
        ShapeError: the shapes do not meet. DTypeError: text.

    Example:
        >>> import tfnb as tf
        >>> tf.minimum([1, 4, 3], [2, 2, 3]).array_sync()
        [1.0, 2.0, 3.0]
    """,
)

squared_difference = public(
    binary(kernels.squared_difference, operand),
    "squared_difference",
    """The square of the difference, `(a - b) * (a - b)`: how far two values are apart, never negative.

    Args:
        a: a tensor, a number, or nested lists.
        b: the same, of a shape that meets `a`'s.

    Errors:
        ShapeError: the shapes do not meet. DTypeError: text.

    Example:
        >>> import tfnb as tf
        >>> tf.squared_difference([1, 4, 3], [2, 2, 3]).array_sync()
        [1.0, 4.0, 0.0]
    """,
)

pow = public(
    binary(kernels.pow, operand),
    "pow",
    """`base` to the power `exp`, value by value. Whole numbers stay whole and wrap around at 32 bits.

    Args:
        base: a tensor, a number, or nested lists.
        exp: the same, of a shape that meets `base`'s. A whole number to a negative power loses its fraction:
            2 to the power -1 is 0.

    Errors:
        ShapeError: the shapes do not meet. DTypeError: text.

    Example:
        >>> import tfnb as tf
        >>> tf.pow([[2, 3], [4, 5]], [[1, 2], [3, 0]]).array_sync()
        [[2.0, 9.0], [64.0, 1.0]]
    """,
    ("base", "exp"),
)


def add_n(tensors: Any) -> Tensor:
    """The sum of several tensors of one shape and data type.

    Args:
        tensors: a list of tensors or nested lists, one at least.

    Errors:
        ArgumentTypeError: no list, or an empty one. ShapeError, DTypeError: they differ.

    Example:
        >>> import tfnb as tf
        >>> tf.add_n([[1, 2], [3, 4], [5, 6]]).array_sync()
        [9.0, 12.0]
    """
    if not isinstance(tensors, (list, tuple)) or not tensors:
        raise ArgumentTypeError(
            _("wanted a list of one tensor or more, given {given!r}").format(given=tensors),
            op="add_n",
            argument="tensors",
        )
    handles = [handle_of(value, "add_n", f"tensors[{index}]") for index, value in enumerate(tensors)]
    _check_alike(handles)
    if len(handles) == 1:
        return handles[0].clone()  # type: ignore[no-any-return]
    total = handles[0]
    for handle in handles[1:]:
        total = add(total, handle)
    return total  # type: ignore[no-any-return]


def _check_alike(handles: list[Handle]) -> None:
    first = handles[0]
    for index, handle in enumerate(handles):
        if handle.shape != first.shape:
            raise ShapeError(
                _("all must have one shape: tensors[0] is {first}, this one {shape}").format(
                    first=text(first.shape), shape=text(handle.shape)
                ),
                op="add_n",
                argument=f"tensors[{index}]",
                fix=_("add tensors of different shapes with tf.add, which repeats lengths of 1"),
            )
        if handle.dtype != first.dtype:
            raise DTypeError(
                _("all must have one data type: tensors[0] is {first}, this one {dtype}").format(
                    first=first.dtype, dtype=handle.dtype
                ),
                op="add_n",
                argument=f"tensors[{index}]",
                fix=_("convert it with cast"),
            )
