"""Parts of a tensor by numbers: blocks, and every n-th value (section Tensors / Slicing and Joining)."""

from __future__ import annotations

import builtins
import sys
from typing import TYPE_CHECKING, Any

from tfnb import shapes
from tfnb.engine.run import check_alive
from tfnb.errors import ArgumentError, ShapeError
from tfnb.language import _
from tfnb.ops.arguments import whole_numbers
from tfnb.ops.convert import handle_of
from tfnb.ops.indexing import basic, region

if TYPE_CHECKING:
    from tfnb.tensors import Tensor


def slice(x: Any, begin: Any, size: Any = None) -> Tensor:
    """The block that starts at `begin` and has the given size.

    Args:
        x: a tensor with an axis at least.
        begin: for each axis, where the block starts; axes left out start at 0. A number is for the first axis.
        size: for each axis, how long the block is; -1, and axes left out, go to the end.

    Errors:
        ShapeError: the block is not all in the tensor. ArgumentError: a negative place.

    Example:
        >>> import tfnb as tf
        >>> tf.slice([[1, 2], [3, 4]], [1, 0], [1, 2]).array_sync()
        [[3.0, 4.0]]
        >>> tf.tensor([1, 2, 3, 4]).slice(1, 2).array_sync()
        [2.0, 3.0]
    """
    return _block(handle_of(x, "slice", "x"), begin, size, "slice", sys._getframe(1))  # type: ignore[no-any-return]


def _block(handle: Any, begin: Any, size: Any, op: str, frame: Any) -> Any:
    check_alive(handle, op, "x")
    shape, rank = handle.shape, len(handle.shape)
    if rank == 0:
        raise ShapeError(_("a scalar has no parts"), op=op, argument="x")
    first = list(whole_numbers(begin, op, "begin"))
    counts = [] if size is None else list(whole_numbers(size, op, "size"))
    for name, given in (("begin", first), ("size", counts)):
        if len(given) > rank:
            raise ShapeError(
                _("{count} numbers for the {rank} axes of {shape}").format(
                    count=len(given), rank=rank, shape=shapes.text(shape)
                ),
                op=op,
                argument=name,
            )
    if any(place < 0 for place in first):
        raise ArgumentError(
            _("places are counted from the front, so none is negative: {given}").format(given=shapes.text(first)),
            op=op,
            argument="begin",
            fix=_("t[-2:] counts from the end"),
        )
    if any(count < -1 for count in counts):
        raise ArgumentError(
            _("lengths are 0 or more, or -1 for all that is left: {given}").format(given=shapes.text(counts)),
            op=op,
            argument="size",
        )
    first += [0] * (rank - len(first))
    counts += [-1] * (rank - len(counts))
    wanted = tuple(n - b if count == -1 else count for n, b, count in zip(shape, first, counts))
    return region(handle, tuple(first), (1,) * rank, wanted, op, frame)


def slice1d(x: Any, begin: int, size: int) -> Tensor:
    """`slice` of a tensor with one axis.

    Args:
        x: the tensor.
        begin: where the block starts.
        size: how long it is; -1 goes to the end.
    """
    return _block(_of_rank(x, 1, "slice1d"), begin, size, "slice1d", sys._getframe(1))  # type: ignore[no-any-return]


def slice2d(x: Any, begin: Any, size: Any) -> Tensor:
    """`slice` of a tensor with two axes.

    Args:
        x: the tensor.
        begin: where the block starts, for each axis.
        size: how long it is, for each axis; -1 goes to the end.
    """
    return _block(_of_rank(x, 2, "slice2d"), begin, size, "slice2d", sys._getframe(1))  # type: ignore[no-any-return]


def slice3d(x: Any, begin: Any, size: Any) -> Tensor:
    """`slice` of a tensor with three axes.

    Args:
        x: the tensor.
        begin: where the block starts, for each axis.
        size: how long it is, for each axis; -1 goes to the end.
    """
    return _block(_of_rank(x, 3, "slice3d"), begin, size, "slice3d", sys._getframe(1))  # type: ignore[no-any-return]


def slice4d(x: Any, begin: Any, size: Any) -> Tensor:
    """`slice` of a tensor with four axes.

    Args:
        x: the tensor.
        begin: where the block starts, for each axis.
        size: how long it is, for each axis; -1 goes to the end.
    """
    return _block(_of_rank(x, 4, "slice4d"), begin, size, "slice4d", sys._getframe(1))  # type: ignore[no-any-return]


def _of_rank(x: Any, rank: int, op: str) -> Any:
    handle = handle_of(x, op, "x")
    if len(handle.shape) != rank:
        raise ShapeError(
            _("wanted {wanted} axes, given {given}").format(wanted=rank, given=shapes.text(handle.shape)),
            op=op,
            argument="x",
        )
    return handle


def strided_slice(
    x: Any,
    begin: Any,
    end: Any,
    strides: Any = None,
    begin_mask: int = 0,
    end_mask: int = 0,
    ellipsis_mask: int = 0,
    new_axis_mask: int = 0,
    shrink_axis_mask: int = 0,
) -> Tensor:
    """Every n-th value between two places of each axis: what `t[begin:end:stride, …]` means, with numbers.

    Bit `k` of a mask is about entry `k` of `begin`, `end` and `strides`.

    Args:
        x: a tensor.
        begin: where to start; negative places count from the end.
        end: where to stop, this place itself left out.
        strides: the distance from value to value, negative to go backwards; left out, 1.
        begin_mask: entries whose `begin` is ignored: as far to the front as there is.
        end_mask: entries whose `end` is ignored: as far as there is.
        ellipsis_mask: the entry that stands for all axes that the others leave over.
        new_axis_mask: entries that put in a new axis of length 1.
        shrink_axis_mask: entries that pick the one value at `begin`; their axis is gone.

    Errors:
        ArgumentError: lists of different lengths, a stride of 0, two ellipses. IndexRangeError: a picked value that is
        not there. ShapeError: more entries than axes.

    Example:
        >>> import tfnb as tf
        >>> t = tf.tensor([[1, 2, 3], [4, 5, 6], [7, 8, 9]])
        >>> t.strided_slice([0, 2], [3, 0], [2, -1]).array_sync()
        [[3.0, 2.0], [9.0, 8.0]]
    """
    op = "strided_slice"
    handle = handle_of(x, op, "x")
    check_alive(handle, op, "x")
    first, last = whole_numbers(begin, op, "begin"), whole_numbers(end, op, "end")
    steps = (1,) * len(first) if strides is None else whole_numbers(strides, op, "strides")
    if not len(first) == len(last) == len(steps):
        raise ArgumentError(
            _("begin, end and strides have {a}, {b} and {c} entries; wanted as many of each").format(
                a=len(first), b=len(last), c=len(steps)
            ),
            op=op,
        )
    if ellipsis_mask & (ellipsis_mask - 1):
        raise ArgumentError(_("only one entry can be an ellipsis"), op=op, argument="ellipsis_mask")
    key: list[Any] = []
    for k, (start, stop, step) in enumerate(zip(first, last, steps)):
        bit = 1 << k
        if ellipsis_mask & bit:
            key.append(Ellipsis)
        elif new_axis_mask & bit:
            key.append(None)
        elif shrink_axis_mask & bit:
            if step <= 0:
                raise ArgumentError(
                    _("where one value is picked the stride is 1, not {given}").format(given=step),
                    op=op,
                    argument="strides",
                )
            key.append(start)
        else:
            key.append(builtins.slice(None if begin_mask & bit else start, None if end_mask & bit else stop, step))
    return basic(handle, key, op, sys._getframe(1))  # type: ignore[no-any-return]
