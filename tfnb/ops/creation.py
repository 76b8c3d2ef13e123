"""Making tensors (section Tensors / Creation)."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import numpy as np

from tfnb import dtypes, shapes
from tfnb.engine.run import alias, allocate, check_alive, upload
from tfnb.errors import ArgumentTypeError, ShapeError
from tfnb.language import _
from tfnb.ops.convert import array_of, dtype_of_array, handle_of

if TYPE_CHECKING:
    from tfnb.tensors import Tensor


def tensor(values: Any, shape: Any = None, dtype: Any = None) -> Tensor:
    """A tensor of the given values: numbers of one kind laid out like the boxes of a table.

    Args:
        values: a number, nested lists of numbers, truth values or text, a NumPy array, or anything with `__array__`.
            The values are copied.
        shape: how the values are laid out, such as [2, 3]; left out, it follows from how the lists are nested. One
            length may be -1: it is worked out.
        dtype: 'float32', 'int32', 'bool', 'complex64' or 'string'; left out, it follows from the values: numbers give
            float32, NumPy's integers int32.

    Returns:
        Tensor: of shape `shape`.

    Errors:
        ShapeError: ragged lists, or a shape for another number of values. DTypeError: values that have no such type.

    Example:
        >>> import tfnb as tf
        >>> t = tf.tensor([1, 2, 3, 10, 20, 30], [2, 3])
        >>> t.shape, t.dtype
        ((2, 3), 'float32')
    """
    return _made(values, shape, dtype, None, "tensor", sys._getframe(1))  # type: ignore[no-any-return]


def _made(values: Any, shape: Any, dtype: Any, rank: int | None, op: str, frame: Any) -> Any:
    name = None if dtype is None else dtypes.canonical(dtype, op)
    array = array_of(values, op, "values", name)
    if shape is not None:
        wanted = shapes.inferred(shape, array.size, op)
        if array.ndim > 1 and array.shape != wanted:
            raise ShapeError(
                _("the values are nested as {given}, the shape says {wanted}").format(
                    given=shapes.text(array.shape), wanted=shapes.text(wanted)
                ),
                op=op,
                argument="shape",
                fix=_("leave the shape out, or give the values as one flat list"),
            )
        array = array.reshape(wanted)
    if rank is not None and array.ndim != rank:
        raise ShapeError(
            _("wanted {wanted} axes, the values have {given}: {shape}").format(
                wanted=rank, given=array.ndim, shape=shapes.text(array.shape)
            ),
            op=op,
            argument="values",
            fix=_("give the shape too, or use tf.tensor"),
        )
    return upload(array, array.shape, name or dtype_of_array(array), frame)


def tensor1d(values: Any, dtype: Any = None) -> Tensor:
    """A tensor with one axis.

    Args:
        values: a list of numbers, truth values or text, or an array.
        dtype: its data type; left out, it follows from the values.

    Errors:
        ShapeError: the values have another number of axes.

    Example:
        >>> import tfnb as tf
        >>> tf.tensor1d([1, 2, 3]).shape
        (3,)
    """
    return _made(values, None, dtype, 1, "tensor1d", sys._getframe(1))  # type: ignore[no-any-return]


def tensor2d(values: Any, shape: Any = None, dtype: Any = None) -> Tensor:
    """A tensor with two axes.

    Args:
        values: nested lists, an array, or a flat list if `shape` is given.
        shape: the lengths of the two axes; left out, it follows from how the lists are nested.
        dtype: its data type; left out, it follows from the values.

    Errors:
        ShapeError: another number of axes, or a shape for another number of values.

    Example:
        >>> import tfnb as tf
        >>> tf.tensor2d([1, 2, 3, 4], [2, 2]).rank
        2
    """
    return _made(values, shape, dtype, 2, "tensor2d", sys._getframe(1))  # type: ignore[no-any-return]


def tensor3d(values: Any, shape: Any = None, dtype: Any = None) -> Tensor:
    """A tensor with three axes.

    Args:
        values: nested lists, an array, or a flat list if `shape` is given.
        shape: the lengths of the three axes; left out, it follows from how the lists are nested.
        dtype: its data type; left out, it follows from the values.

    Errors:
        ShapeError: another number of axes, or a shape for another number of values.

    Example:
        >>> import tfnb as tf
        >>> tf.tensor3d([1, 2, 3, 4], [1, 2, 2]).rank
        3
    """
    return _made(values, shape, dtype, 3, "tensor3d", sys._getframe(1))  # type: ignore[no-any-return]


def tensor4d(values: Any, shape: Any = None, dtype: Any = None) -> Tensor:
    """A tensor with four axes.

    Args:
        values: nested lists, an array, or a flat list if `shape` is given.
        shape: the lengths of the four axes; left out, it follows from how the lists are nested.
        dtype: its data type; left out, it follows from the values.

    Errors:
        ShapeError: another number of axes, or a shape for another number of values.

    Example:
        >>> import tfnb as tf
        >>> tf.tensor4d([1, 2, 3, 4], [1, 1, 2, 2]).rank
        4
    """
    return _made(values, shape, dtype, 4, "tensor4d", sys._getframe(1))  # type: ignore[no-any-return]


def tensor5d(values: Any, shape: Any = None, dtype: Any = None) -> Tensor:
    """A tensor with five axes.

    Args:
        values: nested lists, an array, or a flat list if `shape` is given.
        shape: the lengths of the five axes; left out, it follows from how the lists are nested.
        dtype: its data type; left out, it follows from the values.

    Errors:
        ShapeError: another number of axes, or a shape for another number of values.

    Example:
        >>> import tfnb as tf
        >>> tf.tensor5d([1, 2, 3, 4], [1, 1, 1, 2, 2]).rank
        5
    """
    return _made(values, shape, dtype, 5, "tensor5d", sys._getframe(1))  # type: ignore[no-any-return]


def tensor6d(values: Any, shape: Any = None, dtype: Any = None) -> Tensor:
    """A tensor with six axes.

    Args:
        values: nested lists, an array, or a flat list if `shape` is given.
        shape: the lengths of the six axes; left out, it follows from how the lists are nested.
        dtype: its data type; left out, it follows from the values.

    Errors:
        ShapeError: another number of axes, or a shape for another number of values.

    Example:
        >>> import tfnb as tf
        >>> tf.tensor6d([1, 2, 3, 4], [1, 1, 1, 1, 2, 2]).rank
        6
    """
    return _made(values, shape, dtype, 6, "tensor6d", sys._getframe(1))  # type: ignore[no-any-return]


def scalar(value: Any, dtype: Any = None) -> Tensor:
    """A tensor that is a single number (or truth value, or text); its shape is [].

    Args:
        value: the number.
        dtype: its data type; left out, it follows from the value.

    Example:
        >>> import tfnb as tf
        >>> tf.scalar(3.14).shape
        ()
    """
    return _made(value, None, dtype, 0, "scalar", sys._getframe(1))  # type: ignore[no-any-return]


def fill(shape: Any, value: Any, dtype: Any = None) -> Tensor:
    """A tensor of one value everywhere.

    Args:
        shape: such as [2, 3].
        value: a number, truth value or text.
        dtype: left out, it follows from the value.

    Example:
        >>> import tfnb as tf
        >>> tf.fill([2, 2], 4).array_sync()
        [[4.0, 4.0], [4.0, 4.0]]
    """
    return _filled(shape, value, dtype, "fill", sys._getframe(1))  # type: ignore[no-any-return]


def _filled(shape: Any, value: Any, dtype: Any, op: str, frame: Any) -> Any:
    lengths = shapes.checked(shape, op)
    one = array_of(value, op, "value", None if dtype is None else dtypes.canonical(dtype, op))
    if one.ndim:
        raise ShapeError(
            _("wanted a single value, given shape {shape}").format(shape=shapes.text(one.shape)),
            op=op,
            argument="value",
        )
    array = allocate(lengths, dtype_of_array(one), op)
    array[...] = one
    return upload(array, lengths, dtype_of_array(one), frame)


def zeros(shape: Any, dtype: Any = "float32") -> Tensor:
    """A tensor of zeros.

    Args:
        shape: such as [3, 5].
        dtype: its data type.

    Example:
        >>> import tfnb as tf
        >>> tf.zeros([2]).array_sync()
        [0.0, 0.0]
    """
    return _filled(shape, 0, dtype, "zeros", sys._getframe(1))  # type: ignore[no-any-return]


def ones(shape: Any, dtype: Any = "float32") -> Tensor:
    """A tensor of ones.

    Args:
        shape: such as [3, 5].
        dtype: its data type.

    Example:
        >>> import tfnb as tf
        >>> tf.ones([2]).array_sync()
        [1.0, 1.0]
    """
    return _filled(shape, 1, dtype, "ones", sys._getframe(1))  # type: ignore[no-any-return]


def zeros_like(x: Any) -> Tensor:
    """Zeros, as many and of the same shape and data type as another tensor.

    Args:
        x: the other tensor.

    Example:
        >>> import tfnb as tf
        >>> tf.zeros_like([[1, 2]]).array_sync()
        [[0.0, 0.0]]
    """
    return _like(x, 0, "zeros_like", sys._getframe(1))  # type: ignore[no-any-return]


def ones_like(x: Any) -> Tensor:
    """Ones, as many and of the same shape and data type as another tensor.

    Args:
        x: the other tensor.

    Example:
        >>> import tfnb as tf
        >>> tf.ones_like([[1, 2]]).array_sync()
        [[1.0, 1.0]]
    """
    return _like(x, 1, "ones_like", sys._getframe(1))  # type: ignore[no-any-return]


def _like(x: Any, value: int, op: str, frame: Any) -> Any:
    handle = handle_of(x, op, "x")
    check_alive(handle, op, "x")
    return _filled(handle.shape, str(value or "") if handle.dtype == "string" else value, handle.dtype, op, frame)


def clone(x: Any) -> Tensor:
    """Another tensor on the same values, with a life of its own. No memory is added.

    Args:
        x: a tensor.

    Example:
        >>> import tfnb as tf
        >>> x = tf.tensor([1, 2])
        >>> y = tf.clone(x)
        >>> x.dispose()
        >>> y.array_sync()
        [1.0, 2.0]
    """
    handle = handle_of(x, "clone", "x")
    check_alive(handle, "clone", "x")
    return alias(handle, handle.shape, sys._getframe(1))  # type: ignore[no-any-return]


def from_dlpack(x: Any) -> Tensor:
    """A tensor with the values of any array on the CPU that speaks DLPack (PyTorch's, JAX's, …). They are copied.

    Args:
        x: the array.

    Example:
        >>> import numpy as np
        >>> import tfnb as tf
        >>> tf.from_dlpack(np.arange(3, dtype=np.int32)).array_sync()
        [0, 1, 2]
    """
    if not hasattr(x, "__dlpack__"):
        raise ArgumentTypeError(
            _("wanted an array with __dlpack__, not {given}").format(given=type(x).__name__),
            op="from_dlpack",
            argument="x",
        )
    return _made(np.from_dlpack(x), None, None, None, "from_dlpack", sys._getframe(1))  # type: ignore[no-any-return]
