"""Blocks of places moved between axes: space to batch and back, depth to space (section Tensors / Transformations).

All three are a reshape that takes axes apart, a transpose, and a reshape that joins them.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from tfnb import shapes
from tfnb.engine.run import alias, check_alive, execute
from tfnb.errors import ArgumentError, ShapeError
from tfnb.kernels import rearranging, slicing
from tfnb.kernels.padding import pad
from tfnb.language import _
from tfnb.ops.arguments import pairs, whole_number, whole_numbers
from tfnb.ops.convert import handle_of
from tfnb.shapes import Shape, size_of

if TYPE_CHECKING:
    from tfnb.tensors import Tensor


def _regrouped(handle: Any, apart: Sequence[int], perm: Shape, joined: Shape, frame: Any) -> Any:
    """Take axes apart, put them in the order `perm`, join them to the shape `joined`."""
    split = alias(handle, tuple(apart), frame)
    return alias(execute(rearranging.transpose, (split,), frame, perm=perm), joined, frame)


def _checked(x: Any, block_shape: Any, around: Any, op: str, argument: str) -> tuple[Any, Shape, Any]:
    handle = handle_of(x, op, "x")
    check_alive(handle, op, "x")
    blocks, edges = whole_numbers(block_shape, op, "block_shape"), pairs(around, op, argument)
    if any(length < 1 for length in blocks):
        raise ArgumentError(
            _("wanted lengths of 1 or more, given {given}").format(given=shapes.text(blocks)),
            op=op,
            argument="block_shape",
        )
    if len(handle.shape) < 1 + len(blocks):
        raise ShapeError(
            _("wanted {wanted} axes or more (a batch, and one for each of block_shape), given {given}").format(
                wanted=1 + len(blocks), given=shapes.text(handle.shape)
            ),
            op=op,
            argument="x",
        )
    if len(edges) != len(blocks):
        raise ShapeError(
            _("wanted {wanted} pairs, one for each of block_shape, given {given}").format(
                wanted=len(blocks), given=len(edges)
            ),
            op=op,
            argument=argument,
        )
    if any(min(edge) < 0 for edge in edges):
        raise ArgumentError(
            _("a border can't be negative: {given}").format(given=list(map(list, edges))), op=op, argument=argument
        )
    return handle, blocks, edges


def space_to_batch_nd(x: Any, block_shape: Any, paddings: Any) -> Tensor:
    """Each place of a block goes to a batch of its own.

    Args:
        x: [batch, axes that are cut in blocks, others].
        block_shape: the lengths of a block.
        paddings: for each of these axes a pair: zeros put before and behind first.

    Returns:
        Tensor: the batch as often as a block has places, the axes as much shorter.

    Errors:
        ShapeError: an axis, with its border, is no whole number of blocks.

    Example:
        >>> import tfnb as tf
        >>> tf.space_to_batch_nd(tf.tensor4d([1, 2, 3, 4], [1, 2, 2, 1]), [2, 2], [[0, 0], [0, 0]]).shape
        (4, 1, 1, 1)
    """
    op, frame = "space_to_batch_nd", sys._getframe(1)
    handle, blocks, edges = _checked(x, block_shape, paddings, op, "paddings")
    count = len(blocks)
    rest = handle.shape[1 + count :]
    full = [n + left + right for n, (left, right) in zip(handle.shape[1 : 1 + count], edges)]
    for axis, (length, block) in enumerate(zip(full, blocks), 1):
        if length % block:
            raise ShapeError(
                _("axis {axis} has {length} places with its border, no whole number of blocks of {block}").format(
                    axis=axis, length=length, block=block
                ),
                op=op,
                argument="paddings",
            )
    if any(left or right for left, right in edges):
        all_edges = ((0, 0), *edges, *((0, 0),) * len(rest))
        handle = execute(pad, (handle,), frame, paddings=all_edges, constant_value=0)
    batch = handle.shape[0]
    outer = [length // block for length, block in zip(full, blocks)]
    apart = [batch, *(n for pair in zip(outer, blocks) for n in pair), *rest]
    inner = [2 + 2 * k for k in range(count)]
    last = range(1 + 2 * count, 1 + 2 * count + len(rest))
    perm = (*inner, 0, *(1 + 2 * k for k in range(count)), *last)
    return _regrouped(handle, apart, perm, (batch * size_of(blocks), *outer, *rest), frame)  # type: ignore[no-any-return]


def batch_to_space_nd(x: Any, block_shape: Any, crops: Any) -> Tensor:
    """Batches become the places of blocks again: the reverse of `space_to_batch_nd`.

    Args:
        x: [batch, axes that are made of blocks, others].
        block_shape: the lengths of a block.
        crops: for each of these axes a pair: how many places are cut off before and behind.

    Errors:
        ShapeError: the batch can't be shared among the places of a block, or more is cut off than there is.

    Example:
        >>> import tfnb as tf
        >>> batches = tf.tensor4d([1, 2, 3, 4], [4, 1, 1, 1])
        >>> tf.batch_to_space_nd(batches, [2, 2], [[0, 0], [0, 0]]).flatten().array_sync()
        [1.0, 2.0, 3.0, 4.0]
    """
    op, frame = "batch_to_space_nd", sys._getframe(1)
    handle, blocks, edges = _checked(x, block_shape, crops, op, "crops")
    count, places = len(blocks), size_of(blocks)
    if handle.shape[0] % places:
        raise ShapeError(
            _("a batch of {batch} can't be shared among the {places} places of a block").format(
                batch=handle.shape[0], places=places
            ),
            op=op,
            argument="block_shape",
        )
    batch, outer, rest = handle.shape[0] // places, handle.shape[1 : 1 + count], handle.shape[1 + count :]
    full = [n * block for n, block in zip(outer, blocks)]
    size = [n - left - right for n, (left, right) in zip(full, edges)]
    if any(length < 0 for length in size):
        raise ShapeError(
            _("more is cut off than there is: {given}").format(given=shapes.text(full)), op=op, argument="crops"
        )
    apart = [*blocks, batch, *outer, *rest]
    woven = [axis for k in range(count) for axis in (count + 1 + k, k)]
    perm = (count, *woven, *range(2 * count + 1, len(apart)))
    whole = _regrouped(handle, apart, perm, (batch, *full, *rest), frame)
    if not any(left or right for left, right in edges):
        return whole  # type: ignore[no-any-return]
    begin = (0, *(left for left, _right in edges), *(0,) * len(rest))
    return execute(slicing.slice_, (whole,), frame, begin=begin, size=(batch, *size, *rest))  # type: ignore[no-any-return]


def depth_to_space(x: Any, block_size: int, data_format: str = "NHWC") -> Tensor:
    """Channels become the places of square blocks: an image of fewer channels and more pixels.

    Args:
        x: images, [batch, height, width, channels], or [batch, channels, height, width] for 'NCHW'.
        block_size: the side of a block, 2 or more; its square divides the channels.
        data_format: 'NHWC' or 'NCHW'.

    Errors:
        ShapeError: not four axes, or channels that can't be shared among a block. ArgumentError: another format.

    Example:
        >>> import tfnb as tf
        >>> tf.depth_to_space(tf.tensor4d([1, 2, 3, 4], [1, 1, 1, 4]), 2).squeeze().array_sync()
        [[1.0, 2.0], [3.0, 4.0]]
    """
    op, frame = "depth_to_space", sys._getframe(1)
    handle = handle_of(x, op, "x")
    check_alive(handle, op, "x")
    side = whole_number(block_size, op, "block_size")
    if data_format not in ("NHWC", "NCHW"):
        raise ArgumentError(
            _("wanted 'NHWC' or 'NCHW', given {given!r}").format(given=data_format), op=op, argument="data_format"
        )
    if side < 2:
        raise ArgumentError(_("wanted 2 or more, given {given}").format(given=side), op=op, argument="block_size")
    if len(handle.shape) != 4:
        raise ShapeError(
            _("wanted {wanted} axes, given {given}").format(wanted=4, given=shapes.text(handle.shape)),
            op=op,
            argument="x",
        )
    first = data_format == "NCHW"
    batch, *others = handle.shape
    channels, height, width = others if first else (others[2], others[0], others[1])
    if channels % (side * side):
        raise ShapeError(
            _("{channels} channels can't be shared among the {places} places of a block").format(
                channels=channels, places=side * side
            ),
            op=op,
            argument="block_size",
        )
    left = channels // (side * side)
    if first:
        apart, perm = (batch, side, side, left, height, width), (0, 3, 4, 1, 5, 2)
        joined: Shape = (batch, left, height * side, width * side)
    else:
        apart, perm = (batch, height, width, side, side, left), (0, 1, 3, 2, 4, 5)
        joined = (batch, height * side, width * side, left)
    return _regrouped(handle, apart, perm, joined, frame)  # type: ignore[no-any-return]
