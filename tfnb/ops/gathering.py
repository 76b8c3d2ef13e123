"""Parts named by tensors of places (sections Tensors / Slicing and Joining and Operations / Slicing and Joining)."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import numpy as np

from tfnb import shapes
from tfnb.engine.run import alias, check_alive, execute, to_host, upload
from tfnb.errors import ArgumentError, DTypeError, IndexRangeError, ShapeError
from tfnb.kernels import gathering as kernels
from tfnb.kernels import joining
from tfnb.language import _
from tfnb.ops.arguments import whole_number
from tfnb.ops.convert import handle_of
from tfnb.shapes import Shape, size_of

if TYPE_CHECKING:
    from tfnb.tensors import Tensor


def gather(x: Any, indices: Any, axis: int = 0, batch_dims: int = 0) -> Tensor:
    """Slices of a tensor along one axis, in the order that a tensor of places names.

    Every place is looked at before anything runs, on every backend; on a GPU that waits for places computed there.

    Args:
        x: a tensor with an axis at least.
        indices: int32, of any shape: places along `axis`, counted from 0.
        axis: along which the slices lie.
        batch_dims: how many first axes `x` and `indices` have in common: each batch is gathered by itself.

    Returns:
        Tensor: the shape of `x` with that of `indices` in place of `axis`.

    Errors:
        IndexRangeError: a place that is not there. DTypeError: `indices` is not int32. ShapeError: no such axis, or
        batches that differ.

    Example:
        >>> import tfnb as tf
        >>> tf.gather([[1, 2], [3, 4], [5, 6]], [2, 0]).array_sync()
        [[5.0, 6.0], [1.0, 2.0]]
    """
    handle = handle_of(x, "gather", "x")
    places = handle_of(indices, "gather", "indices", "int32")
    check_alive(handle, "gather", "x")
    check_alive(places, "gather", "indices")
    if not handle.shape:
        raise ShapeError(_("a scalar has no parts"), op="gather", argument="x")
    at = shapes.axis_in(axis, len(handle.shape), "gather")
    batch = whole_number(batch_dims, "gather", "batch_dims")
    batch += len(places.shape) if batch < 0 else 0
    kernels.gather.infer(
        "gather", [handle.shape, places.shape], [handle.dtype, places.dtype], axis=at, batch_dims=batch
    )
    check_places(to_host(places, "gather"), handle.shape[at], "gather")
    return execute(kernels.gather, (handle, places), sys._getframe(1), axis=at, batch_dims=batch)  # type: ignore[no-any-return]


def check_places(places: Any, length: int, op: str, argument: str = "indices") -> None:
    """Raise where an int32 array names a place that an axis of `length` does not have."""
    # Seen as unsigned a negative place is larger than any: one pass tells both.
    if places.size and int(places.view(np.uint32).max()) >= length:
        bad = places[(places < 0) | (places >= length)].reshape(-1)[0]
        raise IndexRangeError(
            _("there is no place {place} in an axis of {length}; wanted 0 to {last}").format(
                place=int(bad), length=length, last=length - 1
            )
            if length
            else _("there is no place {place} in an empty axis").format(place=int(bad)),
            op=op,
            argument=argument,
        )


def rows_of(indices: Any, shape: Shape, op: str) -> tuple[Any, int]:
    """Places over the first axes of `shape` as row numbers (an int64 array), and how many axes they name."""
    places = handle_of(indices, op, "indices", "int32")
    check_alive(places, op, "indices")
    if places.dtype != "int32":
        raise DTypeError(
            _("wanted int32, given {given}").format(given=places.dtype),
            op=op,
            argument="indices",
            fix=_("convert with indices.cast('int32')"),
        )
    if not places.shape or places.shape[-1] > len(shape):
        raise ShapeError(
            _("the last axis of indices holds places for up to {rank} axes of {shape}; indices are {given}").format(
                rank=len(shape), shape=shapes.text(shape), given=shapes.text(places.shape)
            ),
            op=op,
            argument="indices",
        )
    values, count = to_host(places, op), places.shape[-1]
    rows = np.zeros(values.shape[:-1], np.int64)
    for axis in range(count):
        column = np.ascontiguousarray(values[..., axis])
        check_places(column, shape[axis], op)
        rows = rows * shape[axis] + column
    return rows, count


def gather_nd(x: Any, indices: Any) -> Tensor:
    """Values or slices of a tensor, each named by its places along the first axes.

    Args:
        x: a tensor.
        indices: int32; each row of its last axis names a value (as many places as `x` has axes) or a slice (fewer).

    Errors:
        IndexRangeError: a place that is not there. ShapeError: more places than axes.

    Example:
        >>> import tfnb as tf
        >>> tf.gather_nd([[1, 2], [3, 4]], [[0, 0], [1, 1]]).array_sync()
        [1.0, 4.0]
    """
    handle = handle_of(x, "gather_nd", "x")
    check_alive(handle, "gather_nd", "x")
    rows, count = rows_of(indices, handle.shape, "gather_nd")
    frame = sys._getframe(1)
    flat = alias(handle, (size_of(handle.shape[:count]), *handle.shape[count:]), frame)
    places = upload(rows.astype(np.int32), rows.shape, "int32", frame)
    return execute(kernels.gather, (flat, places), frame, axis=0, batch_dims=0)  # type: ignore[no-any-return]


def tensor_scatter_update(tensor: Any, indices: Any, updates: Any) -> Tensor:
    """A tensor with some values or slices replaced; where a place is named twice the last one stays.

    Args:
        tensor: what is there before.
        indices: int32; each row of its last axis names a value or a slice, as in `gather_nd`.
        updates: the new values: the shape of `indices` without its last axis, then that of a slice.

    Errors:
        IndexRangeError: a place that is not there. ShapeError: updates of another shape. DTypeError: of another type.

    Example:
        >>> import tfnb as tf
        >>> tf.tensor_scatter_update([1, 2, 3, 4], [[3], [1]], [40, 20]).array_sync()
        [1.0, 20.0, 3.0, 40.0]
    """
    op = "tensor_scatter_update"
    handle = handle_of(tensor, op, "tensor")
    check_alive(handle, op, "tensor")
    rows, count = rows_of(indices, handle.shape, op)
    new = updates_of(updates, handle.dtype, (*rows.shape, *handle.shape[count:]), op)
    length, inner = size_of(handle.shape[:count]), size_of(handle.shape[count:])
    origin = np.arange(length, dtype=np.int32)
    origin[rows.reshape(-1)] = np.arange(length, length + rows.size, dtype=np.int32)
    frame = sys._getframe(1)
    both = execute(
        joining.concat, (alias(handle, (length, inner), frame), alias(new, (rows.size, inner), frame)), frame, axis=0
    )
    moved = execute(kernels.gather, (both, upload(origin, origin.shape, "int32", frame)), frame, axis=0, batch_dims=0)
    return alias(moved, handle.shape, frame)  # type: ignore[no-any-return]


def updates_of(updates: Any, dtype: str, wanted: Shape, op: str) -> Any:
    new = handle_of(updates, op, "updates", dtype)
    check_alive(new, op, "updates")
    if new.dtype != dtype:
        raise DTypeError(
            _("wanted {wanted}, given {given}").format(wanted=dtype, given=new.dtype), op=op, argument="updates"
        )
    if new.shape != wanted:
        raise ShapeError(
            _("wanted the shape {wanted}, given {given}").format(
                wanted=shapes.text(wanted), given=shapes.text(new.shape)
            ),
            op=op,
            argument="updates",
        )
    return new


def boolean_mask(tensor: Any, mask: Any, axis: int | None = None) -> Tensor:
    """The slices of a tensor at which a mask is true.

    Args:
        tensor: a tensor with an axis at least.
        mask: bool; its shape is that of the axes of `tensor` from `axis` on, one or more.
        axis: the first of those axes; left out, 0.

    Returns:
        Tensor: with one axis in place of those of the mask.

    Errors:
        ShapeError: the mask has another shape. DTypeError: the mask is not bool.

    Example:
        >>> import tfnb as tf
        >>> tf.boolean_mask([[1, 2], [3, 4], [5, 6]], [True, False, True]).array_sync()
        [[1.0, 2.0], [5.0, 6.0]]
    """
    op = "boolean_mask"
    handle, chosen = handle_of(tensor, op, "tensor"), handle_of(mask, op, "mask", "bool")
    check_alive(handle, op, "tensor")
    if chosen.dtype != "bool":
        raise DTypeError(_("wanted bool, given {given}").format(given=chosen.dtype), op=op, argument="mask")
    if not chosen.shape:
        raise ArgumentError(_("a mask has an axis at least"), op=op, argument="mask")
    at = 0 if axis is None else shapes.axis_in(axis, len(handle.shape), op)
    rank = len(chosen.shape)
    if handle.shape[at : at + rank] != chosen.shape:
        raise ShapeError(
            _("the mask is {mask}, the axes that it is about are {shape}").format(
                mask=shapes.text(chosen.shape), shape=shapes.text(handle.shape[at : at + rank])
            ),
            op=op,
            argument="mask",
        )
    frame = sys._getframe(1)
    flat = alias(handle, (*handle.shape[:at], size_of(chosen.shape), *handle.shape[at + rank :]), frame)
    places = np.flatnonzero(to_host(chosen, op)).astype(np.int32)
    return execute(kernels.gather, (flat, upload(places, places.shape, "int32", frame)), frame, axis=at, batch_dims=0)  # type: ignore[no-any-return]


async def boolean_mask_async(tensor: Any, mask: Any, axis: int | None = None) -> Tensor:
    """`boolean_mask`, to be awaited.

    Args:
        tensor: a tensor with an axis at least.
        mask: bool, about the axes of `tensor` from `axis` on.
        axis: the first of those axes; left out, 0.
    """
    return boolean_mask(tensor, mask, axis)


def setdiff1d(x: Any, y: Any) -> list[Tensor]:
    """The values of one list that are not in another, in their order, and where they were.

    Args:
        x: a tensor with one axis.
        y: another one, of the same data type.

    Returns:
        list of Tensor: the values, and their places in `x` (int32).

    Errors:
        ShapeError: not one axis. DTypeError: data types differ.

    Example:
        >>> import tfnb as tf
        >>> values, places = tf.setdiff1d([1, 2, 3, 4, 5, 6], [1, 3, 5])
        >>> values.array_sync(), places.array_sync()
        ([2.0, 4.0, 6.0], [1, 3, 5])
    """
    op, frame = "setdiff1d", sys._getframe(1)
    both = [handle_of(value, op, name) for name, value in (("x", x), ("y", y))]
    for name, handle in zip(("x", "y"), both):
        check_alive(handle, op, name)
        if len(handle.shape) != 1:
            raise ShapeError(
                _("wanted one axis, given {given}").format(given=shapes.text(handle.shape)), op=op, argument=name
            )
    if both[0].dtype != both[1].dtype:
        raise DTypeError(
            _("wanted {wanted}, given {given}").format(wanted=both[0].dtype, given=both[1].dtype), op=op, argument="y"
        )
    values, others = (to_host(handle, op) for handle in both)
    known = set(others.tolist())
    places = np.array([k for k, value in enumerate(values.tolist()) if value not in known], np.int32)
    left = np.ascontiguousarray(values[places])
    return [upload(left, left.shape, both[0].dtype, frame), upload(places, places.shape, "int32", frame)]


async def setdiff1d_async(x: Any, y: Any) -> list[Tensor]:
    """`setdiff1d`, to be awaited.

    Args:
        x: a tensor with one axis.
        y: another one, of the same data type.
    """
    return setdiff1d(x, y)
