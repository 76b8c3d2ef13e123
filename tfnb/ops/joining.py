"""Tensors put side by side, cut apart, repeated and turned round (section Tensors / Slicing and Joining)."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Sequence

import numpy as np

from tfnb import shapes
from tfnb.engine.handle import Handle
from tfnb.engine.placement import ENGINE
from tfnb.engine.run import alias, check_alive, execute, new_handle, seen_as
from tfnb.errors import ArgumentError, ArgumentTypeError, ShapeError
from tfnb.kernels import joining, rearranging
from tfnb.kernels.slicing import slice_
from tfnb.language import _
from tfnb.ops.arguments import whole_number, whole_numbers
from tfnb.ops.convert import handle_of
from tfnb.shapes import size_of

if TYPE_CHECKING:
    from tfnb.tensors import Tensor


def _tensors(tensors: Any, op: str, first: tuple[Any, ...] = ()) -> list[Any]:
    """`first` and the tensors of a list, at least one in all."""
    if isinstance(tensors, Handle):
        given: list[Any] = [*first, tensors]
    elif isinstance(tensors, (list, tuple)) or (hasattr(tensors, "__iter__") and not isinstance(tensors, np.ndarray)):
        given = [*first, *tensors]
    else:
        raise ArgumentTypeError(
            _("wanted a list of tensors, not {given}").format(given=type(tensors).__name__), op=op, argument="tensors"
        )
    if not given:
        raise ArgumentError(_("wanted one tensor at least, the list is empty"), op=op, argument="tensors")
    handles = [handle_of(one, op, f"tensors[{number}]") for number, one in enumerate(given)]
    for number, handle in enumerate(handles):
        check_alive(handle, op, f"tensors[{number}]")
    return handles


def concat(tensors: Any, axis: int = 0) -> Tensor:
    """Tensors side by side along one axis that they have already.

    Args:
        tensors: a list of tensors of one data type, whose lengths are equal but along `axis`.
        axis: along which they are joined.

    Returns:
        Tensor: as long along `axis` as all of them together.

    Errors:
        ShapeError: other lengths differ. DTypeError: data types differ. ArgumentError: an empty list.

    Example:
        >>> import tfnb as tf
        >>> a, b = tf.tensor([[1, 2], [10, 20]]), tf.tensor([[3, 4], [30, 40]])
        >>> tf.concat([a, b], 1).array_sync()
        [[1.0, 2.0, 3.0, 4.0], [10.0, 20.0, 30.0, 40.0]]
    """
    return _joined(_tensors(tensors, "concat"), axis, "concat", sys._getframe(1))  # type: ignore[no-any-return]


def _joined(handles: list[Any], axis: Any, op: str, frame: Any) -> Any:
    rank = len(handles[0].shape)
    if rank == 0:
        raise ShapeError(
            _("a scalar has no axis to join along"), op=op, argument="tensors", fix=_("use tf.stack for scalars")
        )
    at = shapes.axis_in(axis, rank, op)
    if len(handles) == 1:
        return alias(handles[0], handles[0].shape, frame)
    return execute(joining.concat, handles, frame, axis=at)


def chained_concat(self: Any, tensors: Any, axis: int = 0) -> Tensor:
    """This tensor and others side by side, as `tf.concat`.

    Args:
        tensors: a tensor, or a list of them.
        axis: along which they are joined.

    Example:
        >>> import tfnb as tf
        >>> tf.tensor([1, 2]).concat(tf.tensor([3])).array_sync()
        [1.0, 2.0, 3.0]
    """
    return _joined(_tensors(tensors, "concat", (self,)), axis, "concat", sys._getframe(1))  # type: ignore[no-any-return]


def concat1d(tensors: Any) -> Tensor:
    """`concat` of tensors with one axis.

    Args:
        tensors: a list of them.
    """
    return _joined(_of_rank(_tensors(tensors, "concat1d"), 1, "concat1d"), 0, "concat1d", sys._getframe(1))  # type: ignore[no-any-return]


def concat2d(tensors: Any, axis: int) -> Tensor:
    """`concat` of tensors with two axes.

    Args:
        tensors: a list of them.
        axis: along which they are joined.
    """
    return _joined(_of_rank(_tensors(tensors, "concat2d"), 2, "concat2d"), axis, "concat2d", sys._getframe(1))  # type: ignore[no-any-return]


def concat3d(tensors: Any, axis: int) -> Tensor:
    """`concat` of tensors with three axes.

    Args:
        tensors: a list of them.
        axis: along which they are joined.
    """
    return _joined(_of_rank(_tensors(tensors, "concat3d"), 3, "concat3d"), axis, "concat3d", sys._getframe(1))  # type: ignore[no-any-return]


def concat4d(tensors: Any, axis: int) -> Tensor:
    """`concat` of tensors with four axes.

    Args:
        tensors: a list of them.
        axis: along which they are joined.
    """
    return _joined(_of_rank(_tensors(tensors, "concat4d"), 4, "concat4d"), axis, "concat4d", sys._getframe(1))  # type: ignore[no-any-return]


def _of_rank(handles: list[Any], rank: int, op: str) -> list[Any]:
    for number, handle in enumerate(handles):
        if len(handle.shape) != rank:
            raise ShapeError(
                _("wanted {wanted} axes, given {given}").format(wanted=rank, given=shapes.text(handle.shape)),
                op=op,
                argument=f"tensors[{number}]",
            )
    return handles


def stack(tensors: Any, axis: int = 0) -> Tensor:
    """Tensors of one shape side by side along a new axis.

    Args:
        tensors: a list of tensors of one shape and data type.
        axis: where the new axis is in the result; -1 puts it last.

    Errors:
        ShapeError: shapes differ. DTypeError: data types differ. ArgumentError: an empty list.

    Example:
        >>> import tfnb as tf
        >>> tf.stack([[1, 2], [3, 4], [5, 6]], 1).array_sync()
        [[1.0, 3.0, 5.0], [2.0, 4.0, 6.0]]
    """
    return _stacked(_tensors(tensors, "stack"), axis, sys._getframe(1))  # type: ignore[no-any-return]


def chained_stack(self: Any, tensors: Any, axis: int = 0) -> Tensor:
    """This tensor and others of its shape side by side along a new axis, as `tf.stack`.

    Args:
        tensors: a tensor, or a list of them.
        axis: where the new axis is in the result.

    Example:
        >>> import tfnb as tf
        >>> tf.tensor([1, 2]).stack(tf.tensor([3, 4])).array_sync()
        [[1.0, 2.0], [3.0, 4.0]]
    """
    return _stacked(_tensors(tensors, "stack", (self,)), axis, sys._getframe(1))  # type: ignore[no-any-return]


def _stacked(handles: list[Any], axis: Any, frame: Any) -> Any:
    shape = handles[0].shape
    for number, handle in enumerate(handles):
        if handle.shape != shape:
            raise ShapeError(
                _("wanted one shape: tensor 0 is {first}, tensor {number} is {other}").format(
                    first=shapes.text(shape), number=number, other=shapes.text(handle.shape)
                ),
                op="stack",
                argument="tensors",
            )
    at = shapes.axis_in(axis, len(shape) + 1, "stack")
    small = size_of(shape) * len(handles) <= ENGINE.eager_size and len(shape) < shapes.MAX_RANK
    if small and all(handle.ndarray is not None and handle.dtype == handles[0].dtype for handle in handles):
        array = np.stack([handle.ndarray for handle in handles], at)
        return new_handle(array.shape, handles[0].dtype, frame, array=array)
    lengths = shapes.checked((*shape[:at], 1, *shape[at:]), "stack", "tensors")
    return _joined([seen_as(handle, lengths) for handle in handles], at, "stack", frame)


def unstack(x: Any, axis: int = 0) -> list[Tensor]:
    """Cut into its slices along one axis, which then is gone: the reverse of `stack`.

    Args:
        x: a tensor with an axis at least.
        axis: along which it is cut.

    Returns:
        list of Tensor: as many as the axis is long.

    Example:
        >>> import tfnb as tf
        >>> [part.array_sync() for part in tf.unstack([[1, 2], [3, 4]])]
        [[1.0, 2.0], [3.0, 4.0]]
    """
    handle = handle_of(x, "unstack", "x")
    check_alive(handle, "unstack", "x")
    at = shapes.axis_in(axis, len(handle.shape), "unstack")
    lengths = (*handle.shape[:at], *handle.shape[at + 1 :])
    frame = sys._getframe(1)
    return [alias(part, lengths, frame) for part in _parts(handle, [1] * handle.shape[at], at, frame)]


def split(x: Any, num_or_size_splits: Any, axis: int = 0) -> list[Tensor]:
    """Cut into pieces along one axis.

    Args:
        x: a tensor with an axis at least.
        num_or_size_splits: how many equal pieces; or a list with the length of each, of which one may be -1: it is
            worked out.
        axis: along which it is cut.

    Errors:
        ShapeError: the pieces don't make up the axis.

    Example:
        >>> import tfnb as tf
        >>> [part.array_sync() for part in tf.split([1, 2, 3, 4], 2)]
        [[1.0, 2.0], [3.0, 4.0]]
        >>> [part.shape for part in tf.split(tf.zeros([2, 6]), [1, -1, 2], 1)]
        [(2, 1), (2, 3), (2, 2)]
    """
    handle = handle_of(x, "split", "x")
    check_alive(handle, "split", "x")
    at = shapes.axis_in(axis, len(handle.shape), "split")
    return _parts(handle, _lengths(num_or_size_splits, handle.shape[at]), at, sys._getframe(1))


def _lengths(wanted: Any, length: int) -> list[int]:
    def wrong(problem: str) -> ShapeError:
        return ShapeError(problem, op="split", argument="num_or_size_splits")

    if not isinstance(wanted, (list, tuple)) and getattr(wanted, "ndim", 0) == 0:
        count = whole_number(wanted, "split", "num_or_size_splits")
        if count < 1 or length % count:
            raise wrong(
                _("an axis of {length} can't be cut into {count} equal pieces").format(length=length, count=count)
            )
        return [length // count] * count
    sizes = list(whole_numbers(wanted, "split", "num_or_size_splits"))
    unknown = [k for k, size in enumerate(sizes) if size == -1]
    known = sum(size for size in sizes if size != -1)
    if len(unknown) > 1 or any(size < -1 for size in sizes):
        raise wrong(_("lengths are 0 or more, and only one may be -1: {given}").format(given=shapes.text(sizes)))
    if unknown and known <= length:
        sizes[unknown[0]] = length - known
    elif known != length:
        raise wrong(_("{given} do not add up to the axis, {length}").format(given=shapes.text(sizes), length=length))
    return sizes


def _parts(handle: Any, sizes: Sequence[int], axis: int, frame: Any) -> list[Any]:
    found, first = [], 0
    for size in sizes:
        begin = tuple(first if k == axis else 0 for k in range(len(handle.shape)))
        lengths = tuple(size if k == axis else n for k, n in enumerate(handle.shape))
        found.append(execute(slice_, (handle,), frame, begin=begin, size=lengths))
        first += size
    return found


def tile(x: Any, reps: Any) -> Tensor:
    """Repeated along each axis.

    Args:
        x: a tensor with an axis at least.
        reps: how many times, for each axis.

    Errors:
        ShapeError: not one number for each axis. ArgumentError: a negative one.

    Example:
        >>> import tfnb as tf
        >>> tf.tile([1, 2], [3]).array_sync()
        [1.0, 2.0, 1.0, 2.0, 1.0, 2.0]
    """
    handle = handle_of(x, "tile", "x")
    times = whole_numbers(reps, "tile", "reps")
    return execute(rearranging.tile, (handle,), sys._getframe(1), reps=times)  # type: ignore[no-any-return]


def reverse(x: Any, axis: Any = None) -> Tensor:
    """Backwards along some axes.

    Args:
        x: a tensor.
        axis: an axis or a list of them; left out, all.

    Errors:
        ShapeError: there is no such axis, or one is named twice.

    Example:
        >>> import tfnb as tf
        >>> tf.reverse([[1, 2], [3, 4]], 1).array_sync()
        [[2.0, 1.0], [4.0, 3.0]]
    """
    return _turned(handle_of(x, "reverse", "x"), axis, "reverse", sys._getframe(1))  # type: ignore[no-any-return]


def _turned(handle: Any, axis: Any, op: str, frame: Any) -> Any:
    check_alive(handle, op, "x")
    named = None if axis is None else list(whole_numbers(axis, op, "axis"))
    axes = tuple(k for k in shapes.axes_in(named, len(handle.shape), op) if handle.shape[k] > 1)
    if not axes:
        return alias(handle, handle.shape, frame)
    return execute(rearranging.reverse, (handle,), frame, axes=axes)


def reverse1d(x: Any) -> Tensor:
    """`reverse` of a tensor with one axis.

    Args:
        x: the tensor.
    """
    return _turned(_of_rank([handle_of(x, "reverse1d", "x")], 1, "reverse1d")[0], 0, "reverse1d", sys._getframe(1))  # type: ignore[no-any-return]


def reverse2d(x: Any, axis: Any = None) -> Tensor:
    """`reverse` of a tensor with two axes.

    Args:
        x: the tensor.
        axis: an axis or a list of them; left out, all.
    """
    return _turned(_of_rank([handle_of(x, "reverse2d", "x")], 2, "reverse2d")[0], axis, "reverse2d", sys._getframe(1))  # type: ignore[no-any-return]


def reverse3d(x: Any, axis: Any = None) -> Tensor:
    """`reverse` of a tensor with three axes.

    Args:
        x: the tensor.
        axis: an axis or a list of them; left out, all.
    """
    return _turned(_of_rank([handle_of(x, "reverse3d", "x")], 3, "reverse3d")[0], axis, "reverse3d", sys._getframe(1))  # type: ignore[no-any-return]


def reverse4d(x: Any, axis: Any = None) -> Tensor:
    """`reverse` of a tensor with four axes.

    Args:
        x: the tensor.
        axis: an axis or a list of them; left out, all.
    """
    return _turned(_of_rank([handle_of(x, "reverse4d", "x")], 4, "reverse4d")[0], axis, "reverse4d", sys._getframe(1))  # type: ignore[no-any-return]
