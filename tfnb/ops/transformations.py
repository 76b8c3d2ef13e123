"""The same values in another shape or order (section Tensors / Transformations; `transpose`)."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import numpy as np

from tfnb import shapes
from tfnb.engine.run import alias, execute, to_host, upload
from tfnb.errors import ShapeError
from tfnb.kernels import rearranging
from tfnb.language import _
from tfnb.ops.arguments import whole_number, whole_numbers
from tfnb.ops.convert import living
from tfnb.shapes import Shape, size_of

if TYPE_CHECKING:
    from tfnb.tensors import Tensor


def reshape(x: Any, shape: Any) -> Tensor:
    """The same values in the same order, laid out in another shape. No memory is added.

    Args:
        x: a tensor of any shape.
        shape: the new lengths; one of them may be -1: it is worked out from the others.

    Returns:
        Tensor: of the data type of `x`, on the memory of `x`.

    Errors:
        ShapeError: the new shape is for another number of values.

    Example:
        >>> import tfnb as tf
        >>> tf.reshape([1, 2, 3, 4], [2, 2]).array_sync()
        [[1.0, 2.0], [3.0, 4.0]]
        >>> tf.zeros([4, 6]).reshape([-1, 3]).shape
        (8, 3)
    """
    handle = living(x, "reshape")
    lengths = shapes.inferred(shape, size_of(handle.shape), "reshape")
    return alias(handle, lengths, sys._getframe(1))  # type: ignore[no-any-return]


def expand_dims(x: Any, axis: int = 0) -> Tensor:
    """An axis of length 1 more. No memory is added.

    Args:
        x: a tensor of any shape.
        axis: where the new axis is in the result; -1 puts it last.

    Errors:
        ShapeError: there is no such place.

    Example:
        >>> import tfnb as tf
        >>> tf.expand_dims([1, 2, 3, 4], 1).shape
        (4, 1)
    """
    handle = living(x, "expand_dims")
    at = shapes.axis_in(axis, len(handle.shape) + 1, "expand_dims")
    lengths = (*handle.shape[:at], 1, *handle.shape[at:])
    return alias(handle, shapes.checked(lengths, "expand_dims", "x"), sys._getframe(1))  # type: ignore[no-any-return]


def squeeze(x: Any, axis: Any = None) -> Tensor:
    """Without its axes of length 1. No memory is added.

    Args:
        x: a tensor of any shape.
        axis: a list of axes of length 1 to leave out; left out, all of them.

    Errors:
        ShapeError: an axis of another length, or none.

    Example:
        >>> import tfnb as tf
        >>> tf.zeros([1, 3, 1]).squeeze().shape
        (3,)
        >>> tf.zeros([1, 3, 1]).squeeze([0]).shape
        (3, 1)
    """
    handle = living(x, "squeeze")
    if axis is None:
        lengths = tuple(length for length in handle.shape if length != 1)
    else:
        axes = shapes.axes_in(list(whole_numbers(axis, "squeeze", "axis")), len(handle.shape), "squeeze")
        for one in axes:
            if handle.shape[one] != 1:
                raise ShapeError(
                    _("axis {axis} of {shape} has length {length}, not 1").format(
                        axis=one, shape=shapes.text(handle.shape), length=handle.shape[one]
                    ),
                    op="squeeze",
                    argument="axis",
                )
        lengths = tuple(length for k, length in enumerate(handle.shape) if k not in axes)
    return alias(handle, lengths, sys._getframe(1))  # type: ignore[no-any-return]


def ensure_shape(x: Any, shape: Any) -> Tensor:
    """`x` itself, after a check that it has the wanted shape.

    Args:
        x: a tensor.
        shape: the wanted lengths; None or -1 for one that may be anything.

    Errors:
        ShapeError: it has another shape.

    Example:
        >>> import tfnb as tf
        >>> tf.ensure_shape(tf.zeros([2, 3]), [None, 3]).shape
        (2, 3)
    """
    handle = living(x, "ensure_shape")
    given = shape if isinstance(shape, (list, tuple)) else whole_numbers(shape, "ensure_shape", "shape")
    wanted = tuple(-1 if n is None else whole_number(n, "ensure_shape", "shape") for n in given)
    fits = len(wanted) == len(handle.shape) and all(n in (-1, own) for n, own in zip(wanted, handle.shape))
    if not fits:
        raise ShapeError(
            _("wanted the shape {wanted}, given {given}").format(
                wanted=shapes.text(wanted), given=shapes.text(handle.shape)
            ),
            op="ensure_shape",
            argument="x",
        )
    return handle  # type: ignore[no-any-return]


def broadcast_to(x: Any, shape: Any) -> Tensor:
    """Repeated along new axes and axes of length 1, until it has the shape wanted.

    Args:
        x: a tensor whose lengths, counted from the right, are those of `shape` or 1.
        shape: the wanted lengths; -1 keeps the length of `x`.

    Errors:
        ShapeError: a length is neither that of `shape` nor 1.

    Example:
        >>> import tfnb as tf
        >>> tf.broadcast_to([1, 2, 3], [2, 3]).array_sync()
        [[1.0, 2.0, 3.0], [1.0, 2.0, 3.0]]
    """
    handle = living(x, "broadcast_to")
    wanted = list(whole_numbers(shape, "broadcast_to", "shape"))
    offset = len(wanted) - len(handle.shape)
    for axis, own in enumerate(handle.shape):
        if offset >= 0 and wanted[axis + offset] == -1:
            wanted[axis + offset] = own
    target = shapes.checked(wanted, "broadcast_to")
    frame = sys._getframe(1)
    if target == handle.shape:
        return alias(handle, target, frame)  # type: ignore[no-any-return]
    return execute(rearranging.broadcast_to, (handle,), frame, target=target)  # type: ignore[no-any-return]


def broadcast_args(s0: Any, s1: Any) -> Tensor:
    """The shape in which tensors of two shapes meet.

    Args:
        s0: a shape, a list or an int32 tensor.
        s1: another.

    Returns:
        Tensor: the shape, int32.

    Errors:
        ShapeError: the two do not meet.

    Example:
        >>> import tfnb as tf
        >>> tf.broadcast_args([4, 1], [3]).array_sync()
        [4, 3]
    """
    both = []
    for name, value in (("s0", s0), ("s1", s1)):
        values = to_host(value).tolist() if hasattr(value, "store") else value
        both.append(shapes.checked(values, "broadcast_args", name))
    full = shapes.broadcast("broadcast_args", both[0], both[1], ("s0", "s1"))
    return upload(np.array(full, np.int32), (len(full),), "int32", sys._getframe(1))  # type: ignore[no-any-return]


def transpose(x: Any, perm: Any = None, conjugate: bool = False) -> Tensor:
    """Its axes in another order; a matrix has its rows and columns exchanged.

    Args:
        x: a tensor of any shape.
        perm: the axes of `x` in the order wanted: axis `k` of the result is axis `perm[k]` of `x`. Left out, the order
            is turned round.
        conjugate: whether complex numbers are conjugated too.

    Errors:
        ArgumentError: `perm` doesn't name each axis once.

    Example:
        >>> import tfnb as tf
        >>> tf.transpose([[1, 2, 3], [4, 5, 6]]).array_sync()
        [[1.0, 4.0], [2.0, 5.0], [3.0, 6.0]]
        >>> tf.zeros([2, 3, 4]).transpose([0, 2, 1]).shape
        (2, 4, 3)
    """
    handle = living(x, "transpose")
    rank, frame = len(handle.shape), sys._getframe(1)
    if perm is None:
        order: Shape = tuple(range(rank - 1, -1, -1))
    else:
        order = whole_numbers(perm, "transpose", "perm")
        order = tuple(axis + rank if -rank <= axis < 0 else axis for axis in order)
    if conjugate and handle.dtype == "complex64":
        from tfnb.ops.complex_numbers import conj

        handle = conj(handle)
    shape = rearranging.transpose.infer("transpose", [handle.shape], [handle.dtype], perm=order)[0][0]
    moving = [axis for axis in order if handle.shape[axis] != 1]
    if moving == sorted(moving):  # only axes of length 1 change places
        return alias(handle, shape, frame)  # type: ignore[no-any-return]
    return execute(rearranging.transpose, (handle,), frame, perm=order)  # type: ignore[no-any-return]


# What chained methods have besides


def flatten(x: Any) -> Tensor:
    """All values in one row. No memory is added.

    Example:
        >>> import tfnb as tf
        >>> tf.tensor([[1, 2], [3, 4]]).flatten().shape
        (4,)
    """
    return reshape(x, [-1])


def as_scalar(x: Any) -> Tensor:
    """The one value of it, as a tensor without axes.

    Errors:
        ShapeError: it has more values than one, or none.

    Example:
        >>> import tfnb as tf
        >>> tf.tensor([[5]]).as_scalar().shape
        ()
    """
    if size_of(x.shape) != 1:
        raise ShapeError(
            _("wanted a tensor of one value, this one has {size}").format(size=size_of(x.shape)), op="as_scalar"
        )
    return reshape(x, [])


def as1d(x: Any) -> Tensor:
    """All values in one row, as `flatten`."""
    return flatten(x)


def as2d(x: Any, rows: int, columns: int) -> Tensor:
    """In the shape [rows, columns].

    Example:
        >>> import tfnb as tf
        >>> tf.tensor([1, 2, 3, 4]).as2d(2, 2).array_sync()
        [[1.0, 2.0], [3.0, 4.0]]
    """
    return reshape(x, [rows, columns])


def as3d(x: Any, rows: int, columns: int, depth: int) -> Tensor:
    """In the shape [rows, columns, depth]."""
    return reshape(x, [rows, columns, depth])


def as4d(x: Any, rows: int, columns: int, depth: int, depth2: int) -> Tensor:
    """In the shape [rows, columns, depth, depth2]."""
    return reshape(x, [rows, columns, depth, depth2])


def as5d(x: Any, rows: int, columns: int, depth: int, depth2: int, depth3: int) -> Tensor:
    """In the shape [rows, columns, depth, depth2, depth3]."""
    return reshape(x, [rows, columns, depth, depth2, depth3])


def reshape_as(self: Any, x: Any) -> Tensor:
    """In the shape of another tensor.

    Args:
        x: a tensor of as many values.

    Example:
        >>> import tfnb as tf
        >>> tf.tensor([1, 2, 3, 4]).reshape_as(tf.zeros([2, 2])).shape
        (2, 2)
    """
    return reshape(self, living(x, "reshape_as").shape)
