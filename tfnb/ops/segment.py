"""Sums of what belongs together (section Operations / Segment), and counts (`bincount`)."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import numpy as np

from tfnb import shapes
from tfnb.engine.run import check_alive, execute, to_host, upload
from tfnb.errors import ArgumentError, DTypeError, ShapeError
from tfnb.kernels import segment as kernels
from tfnb.language import _
from tfnb.ops.arguments import whole_number
from tfnb.ops.convert import handle_of
from tfnb.ops.creation import ones
from tfnb.ops.transformations import reshape
from tfnb.shapes import size_of

if TYPE_CHECKING:
    from tfnb.tensors import Tensor


def unsorted_segment_sum(x: Any, segment_ids: Any, num_segments: int) -> Tensor:
    """The sums of the rows of a tensor that have the same id.

    Args:
        x: a tensor or nested lists, [n, …].
        segment_ids: int32, [n]: the segment of each row; rows with an id that is none (negative, say) are left out.
        num_segments: how many segments there are.

    Returns:
        Tensor: [num_segments, …]; float32, or int32 for int32 (which wraps around) and bool. A segment without rows
        is 0.

    Errors:
        ShapeError: not an id for each row. DTypeError: ids that are not int32, or text.

    Example:
        >>> import tfnb as tf
        >>> tf.unsorted_segment_sum([1, 2, 3, 4], [1, 0, 1, -1], 2).array_sync()
        [2.0, 4.0]
    """
    op = "unsorted_segment_sum"
    handle, ids = handle_of(x, op, "x"), handle_of(segment_ids, op, "segment_ids", "int32")
    count = _count(num_segments, op, "num_segments")
    return execute(kernels.unsorted_segment_sum, (handle, ids), sys._getframe(1), num_segments=count)  # type: ignore[no-any-return]


def _count(value: Any, op: str, argument: str) -> int:
    count = whole_number(value, op, argument)
    if count < 0:
        raise ArgumentError(_("can't be negative: {given}").format(given=count), op=op, argument=argument)
    return count


def bincount(x: Any, weights: Any, size: int) -> Tensor:
    """How often each whole number from 0 to `size` - 1 is there; or the sum of the weights of where it is.

    Args:
        x: int32, of one axis; numbers of `size` and more are left out.
        weights: a tensor of the shape of `x`, or one of no values: then each number counts 1.
        size: how many numbers are counted.

    Returns:
        Tensor: [size], of the data type of `weights`.

    Errors:
        DTypeError: `x` is not int32. ArgumentError: a negative number. ShapeError: weights of another shape.

    Example:
        >>> import tfnb as tf
        >>> tf.bincount([0, 1, 1, 3], [], 4).array_sync()
        [1.0, 2.0, 0.0, 1.0]
    """
    return _counted(x, weights, size, False, "bincount", 1)  # type: ignore[no-any-return]


def dense_bincount(x: Any, weights: Any, size: int, binary_output: bool = False) -> Tensor:
    """As `bincount`, also for each row of a matrix by itself.

    Args:
        x: int32, of one axis or two; numbers of `size` and more are left out.
        weights: a tensor of the shape of `x`, or one of no values: then each number counts 1.
        size: how many numbers are counted.
        binary_output: whether it only says, with 1 and 0, which numbers are there.

    Returns:
        Tensor: [size], or [rows, size] of a matrix; of the data type of `weights`.

    Errors:
        DTypeError: `x` is not int32. ArgumentError: a negative number. ShapeError: weights of another shape.

    Example:
        >>> import tfnb as tf
        >>> tf.dense_bincount([[0, 1, 1], [2, 2, 2]], [], 3, binary_output=True).array_sync()
        [[1.0, 1.0, 0.0], [0.0, 0.0, 1.0]]
    """
    return _counted(x, weights, size, bool(binary_output), "dense_bincount", 2)  # type: ignore[no-any-return]


def _counted(x: Any, weights: Any, size: Any, binary: bool, op: str, most_axes: int) -> Any:
    frame = sys._getframe(2)
    numbers, weight = handle_of(x, op, "x", "int32"), handle_of(weights, op, "weights")
    check_alive(numbers, op, "x")
    check_alive(weight, op, "weights")
    count = _count(size, op, "size")
    if numbers.dtype != "int32":
        raise DTypeError(
            _("takes {wanted}, not {given}").format(wanted="int32", given=numbers.dtype), op=op, argument="x"
        )
    if not 1 <= len(numbers.shape) <= most_axes:
        raise ShapeError(
            _("wanted {most} axes at most, and one at least; given {shape}").format(
                most=most_axes, shape=shapes.text(numbers.shape)
            ),
            op=op,
            argument="x",
        )
    if weight.shape != numbers.shape and size_of(weight.shape):
        raise ShapeError(
            _("wanted weights of shape {wanted}, or none; given {given}").format(
                wanted=shapes.text(numbers.shape), given=shapes.text(weight.shape)
            ),
            op=op,
            argument="weights",
        )
    rows = numbers.shape[0] if len(numbers.shape) == 2 else 1
    ids = _segments(to_host(numbers, op), rows, count, binary, op)
    if binary or not size_of(weight.shape):
        weight = ones(numbers.shape, weight.dtype)
    flat = reshape(weight, [-1] if size_of(weight.shape) else [0])
    sums = execute(
        kernels.unsorted_segment_sum, (flat, upload(ids, ids.shape, "int32", frame)), frame, num_segments=rows * count
    )
    return reshape(sums, [*numbers.shape[:-1], count])


def _segments(numbers: Any, rows: int, count: int, binary: bool, op: str) -> Any:
    """The segment of each number, flat: its row and itself; -1 where it is not counted."""
    if numbers.size and numbers.min() < 0:
        raise ArgumentError(
            _("wanted no negative numbers, given {given}").format(given=int(numbers.min())), op=op, argument="x"
        )
    shapes.checked((rows, count), op, "size")
    table = numbers.reshape(rows, -1).astype(np.int64)
    ids = np.where(table < count, table + np.arange(rows)[:, None] * count, -1).reshape(-1)
    if binary:
        again = np.ones(ids.size, bool)
        again[np.unique(ids, return_index=True)[1]] = False
        ids[again] = -1
    return ids.astype(np.int32)
