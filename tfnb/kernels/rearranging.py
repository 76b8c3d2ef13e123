"""Kernels that put the same values elsewhere: reshape, transpose, reverse, broadcast_to, tile."""

from __future__ import annotations

from typing import Any, Sequence

import numpy as np

from tfnb import shapes
from tfnb.errors import ArgumentError, ShapeError
from tfnb.kernels.opengl import OpenGL
from tfnb.kernels.record import Case, Kernel
from tfnb.language import _
from tfnb.shapes import Shape, size_of

Array = Any
Inferred = list[tuple[Shape, str]]

_BLOCK = 256  # a block of a transpose and its scratch stay in the second-level cache
_PADDED = _BLOCK + 16  # rows of the scratch: a power of two apart they would collide in the cache
_LARGE = 1 << 20


def _infer_reshape(op: str, given: Sequence[Shape], dtypes: Sequence[str], *, target: Shape) -> Inferred:
    return [(shapes.inferred(target, size_of(given[0]), op), dtypes[0])]


reshape = Kernel(
    "reshape",
    infer=_infer_reshape,
    host=lambda x, target: x.reshape(target),
    gl=OpenGL("affine", "reshape"),
    gradient=lambda dy, x_shape: dy.reshape(x_shape),
    view=True,
    cases=(
        Case((2, 3), target=(3, 2)),
        Case((2, 3), target=(-1,)),
        Case((), target=(1, 1)),
        Case((0, 4), target=(2, 0)),
        Case((1,), target=()),
        Case((2, 3, 4, 5, 6, 1), target=(6, 4, 30)),
    ),
)


def _infer_transpose(op: str, given: Sequence[Shape], dtypes: Sequence[str], *, perm: Shape) -> Inferred:
    shape = given[0]
    if sorted(perm) != list(range(len(shape))):
        raise ArgumentError(
            _("wanted each axis of {shape} once, that is 0 to {last} in some order, given {perm}").format(
                shape=shapes.text(shape), last=len(shape) - 1, perm=shapes.text(perm)
            ),
            op=op,
            argument="perm",
        )
    return [(tuple(shape[axis] for axis in perm), dtypes[0])]


def transposed(x: Array, perm: Shape) -> Array:
    """`x` with its axes in the order `perm`, a copy; large matrices go block by block through a small scratch."""
    view = x.transpose(perm)
    if x.size < _LARGE or perm[-1] == x.ndim - 1 or perm[:-2] != tuple(range(x.ndim - 2)):
        return np.array(view, order="C", copy=True)
    out = np.empty(view.shape, x.dtype)
    if view.shape[-1] < _BLOCK or view.shape[-2] < _BLOCK:
        np.copyto(out, view)
        return out
    rows, columns = x.shape[-2:]
    for source, target in zip(x.reshape(-1, rows, columns), out.reshape(-1, columns, rows)):
        _transpose_blocks(source, target)
    return out


def _transpose_blocks(source: Array, target: Array) -> None:
    rows, columns = source.shape
    scratch = np.empty((_BLOCK, _PADDED), source.dtype)
    for top in range(0, rows, _BLOCK):
        height = min(_BLOCK, rows - top)
        for left in range(0, columns, _BLOCK):
            width = min(_BLOCK, columns - left)
            block = scratch[:height, :width]
            np.copyto(block, source[top : top + height, left : left + width])
            np.copyto(target[left : left + width, top : top + height], block.T)


transpose = Kernel(
    "transpose",
    infer=_infer_transpose,
    host=transposed,
    gl=OpenGL("affine", "transpose"),
    gradient=lambda dy, perm: dy.transpose([perm.index(axis) for axis in range(len(perm))]),
    reference=lambda x, perm: np.array(np.transpose(x, perm), order="C"),
    cases=(
        Case((2, 3), perm=(1, 0)),
        Case((64, 36), perm=(1, 0)),
        Case((1, 5), perm=(1, 0)),
        Case((0, 3), perm=(1, 0)),
        Case((2, 3, 4), perm=(2, 0, 1)),
        Case((3, 8, 12), perm=(0, 2, 1)),
        Case((8, 12, 4), perm=(1, 0, 2)),
        Case((4, 8, 12), perm=(2, 1, 0)),
        Case((2, 3, 4, 5), perm=(0, 3, 1, 2)),
        Case((2, 8, 4, 12), perm=(0, 3, 1, 2)),
        Case((2, 3, 2, 3, 2, 3), perm=(5, 3, 1, 0, 2, 4)),
        Case((33, 129), perm=(1, 0)),
        Case((), perm=()),
        Case((4, 1, 4), perm=(2, 1, 0)),
        Case((1200, 1100), perm=(1, 0)),
    ),
)


def _infer_reverse(op: str, given: Sequence[Shape], dtypes: Sequence[str], *, axes: Shape) -> Inferred:
    return [(given[0], dtypes[0])]


reverse = Kernel(
    "reverse",
    infer=_infer_reverse,
    host=lambda x, axes: np.ascontiguousarray(np.flip(x, axes)) if axes and x.ndim else x.copy(),
    gl=OpenGL("affine", "reverse"),
    gradient=lambda dy, axes: dy.reverse(axes),
    cases=(
        Case((5,), axes=(0,)),
        Case((8,), axes=(0,)),
        Case((2, 3), axes=(0, 1)),
        Case((4, 8), axes=(1,)),
        Case((3, 4), axes=(0,)),
        Case((2, 3, 4), axes=(1,)),
        Case((0, 3), axes=(0,)),
        Case((3, 4, 5, 6), axes=(1, 3)),
        Case((300_001,), axes=(0,)),
        Case((2, 2, 2, 2, 2, 4), axes=(0, 5)),
    ),
)


def _infer_broadcast(op: str, given: Sequence[Shape], dtypes: Sequence[str], *, target: Shape) -> Inferred:
    shape, full = given[0], shapes.checked(target, op)
    if len(full) < len(shape) or any(
        own not in (1, wanted) for own, wanted in zip(shape, full[len(full) - len(shape) :])
    ):
        raise ShapeError(
            _("{own} can't be repeated to {full}: counted from the right, each length must be equal or 1").format(
                own=shapes.text(shape), full=shapes.text(full)
            ),
            op=op,
            argument="shape",
        )
    return [(full, dtypes[0])]


def _broadcast_gradient(dy: Any, x_shape: Shape, target: Shape) -> Any:
    """The sum over every axis that was repeated."""
    own = (1,) * (len(target) - len(x_shape)) + x_shape
    return dy.sum([axis for axis, (n, full) in enumerate(zip(own, target)) if n != full]).reshape(x_shape)


broadcast_to = Kernel(
    "broadcast_to",
    infer=_infer_broadcast,
    host=lambda x, target: np.array(np.broadcast_to(x, target), order="C", copy=True),
    gl=OpenGL("affine", "broadcast_to"),
    gradient=_broadcast_gradient,
    cases=(
        Case((3,), target=(2, 3)),
        Case((4,), target=(5, 4)),
        Case((2, 1), target=(2, 8)),
        Case((), target=(3, 3)),
        Case((1, 3, 1), target=(2, 3, 5)),
        Case((2, 1, 4), target=(2, 3, 4)),
        Case((1,), target=(0,)),
        Case((3, 1, 5, 1), target=(2, 1, 3, 7, 5, 2)),
        Case((1,), target=(1001,)),
    ),
)


def _infer_tile(op: str, given: Sequence[Shape], dtypes: Sequence[str], *, reps: Shape) -> Inferred:
    shape = given[0]
    if len(reps) != len(shape):
        raise ShapeError(
            _("wanted {rank} repeats, one for each axis of {shape}, given {count}").format(
                rank=len(shape), shape=shapes.text(shape), count=len(reps)
            ),
            op=op,
            argument="reps",
        )
    if any(times < 0 for times in reps):
        raise ArgumentError(
            _("nothing can be repeated a negative number of times: {given}").format(given=shapes.text(reps)),
            op=op,
            argument="reps",
        )
    return [(shapes.checked([n * times for n, times in zip(shape, reps)], op, "reps"), dtypes[0])]


def tiled(x: Array, reps: Shape) -> Array:
    """`x` repeated: one copy of a view in which each axis is split in repeats and itself."""
    split = tuple(n for pair in zip(reps, x.shape) for n in pair)
    whole = np.broadcast_to(x.reshape(tuple(n for length in x.shape for n in (1, length))), split)
    return np.array(whole, order="C", copy=True).reshape([n * times for n, times in zip(x.shape, reps)])


def _tile_gradient(dy: Any, x_shape: Shape, reps: Shape) -> Any:
    """The sum over the repeats, axis by axis."""
    for axis, times in enumerate(reps):
        if times != 1:
            shape, length = dy.shape, x_shape[axis]
            dy = dy.reshape([size_of(shape[:axis]), times, length * size_of(shape[axis + 1 :])]).sum(1)
            dy = dy.reshape([*shape[:axis], length, *shape[axis + 1 :]])
    return dy


tile = Kernel(
    "tile",
    infer=_infer_tile,
    host=tiled,
    gl=OpenGL("affine", "tile"),
    gradient=_tile_gradient,
    reference=lambda x, reps: np.tile(x, reps),
    cases=(
        Case((3,), reps=(2,)),
        Case((4,), reps=(3,)),
        Case((2, 3), reps=(2, 2)),
        Case((2, 8), reps=(1, 3)),
        Case((3, 1), reps=(1, 5)),
        Case((2, 3, 4), reps=(2, 1, 3)),
        Case((2, 3), reps=(0, 1)),
        Case((), reps=()),
        Case((2, 1, 2, 1, 2, 3), reps=(1, 2, 1, 3, 2, 1)),
    ),
)
