"""Kernels that cut a block out of a tensor, or every n-th value of it."""

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


def _infer_slice(op: str, given: Sequence[Shape], dtypes: Sequence[str], *, begin: Shape, size: Shape) -> Inferred:
    for axis, (length, first, count) in enumerate(zip(given[0], begin, size)):
        if first < 0 or count < 0 or first + count > length:
            raise ShapeError(
                _("axis {axis} of {shape} has no {count} places from {first} on").format(
                    axis=axis, shape=shapes.text(given[0]), count=count, first=first
                ),
                op=op,
                argument="begin" if not 0 <= first <= length else "size",
            )
    return [(size, dtypes[0])]


def _cut(x: Array, begin: Shape, size: Shape) -> Array:
    return np.array(x[tuple(slice(b, b + n) for b, n in zip(begin, size))], order="C", copy=True)


slice_ = Kernel(
    "slice",
    infer=_infer_slice,
    host=_cut,
    gl=OpenGL("affine", "slice_"),
    gradient=lambda dy, x_shape, begin, size: dy.pad([(b, n - b - k) for n, b, k in zip(x_shape, begin, size)]),
    cases=(
        Case((10,), begin=(3,), size=(5,)),
        Case((16,), begin=(4,), size=(8,)),
        Case((7, 9), begin=(2, 3), size=(4, 5)),
        Case((6, 16), begin=(1, 4), size=(4, 8)),
        Case((6, 16), begin=(1, 3), size=(4, 8)),
        Case((8, 12), begin=(2, 0), size=(5, 12)),
        Case((5, 5), begin=(0, 0), size=(0, 5)),
        Case((3, 4, 5), begin=(1, 0, 2), size=(2, 4, 3)),
        Case((20, 8192), begin=(3, 0), size=(11, 8192)),
        Case((2, 3, 4, 5, 2, 2), begin=(0, 1, 1, 2, 0, 1), size=(2, 2, 3, 3, 2, 1)),
        Case((), begin=(), size=()),
        Case((9, 7), begin=(1, 0), size=(7, 7)),
    ),
)


def _infer_strided(
    op: str, given: Sequence[Shape], dtypes: Sequence[str], *, begin: Shape, strides: Shape, size: Shape
) -> Inferred:
    for length, first, step, count in zip(given[0], begin, strides, size):
        last = first + (count - 1) * step
        if count and not (0 <= first < length and 0 <= last < length):
            raise ArgumentError(
                _("places {first} to {last} are not all in an axis of {length}").format(
                    first=first, last=last, length=length
                ),
                op=op,
                argument="begin",
            )
    return [(size, dtypes[0])]


def _strided(x: Array, begin: Shape, strides: Shape, size: Shape) -> Array:
    if 0 in size:
        return np.empty(size, x.dtype)
    cuts = []
    for first, step, count in zip(begin, strides, size):
        end = first + count * step
        cuts.append(slice(first, end if end >= 0 else None, step))
    return np.array(x[tuple(cuts)], order="C", copy=True)


def _strided_gradient(dy: Any, x_shape: Shape, begin: Shape, strides: Shape, size: Shape) -> Any:
    """Each value goes back to its place, zeros between: axis by axis."""
    for axis, (length, first, step, count) in enumerate(zip(x_shape, begin, strides, size)):
        if step < 0:
            dy, first, step = dy.reverse(axis), first + (count - 1) * step, -step
        before, behind = dy.shape[:axis], dy.shape[axis + 1 :]
        if count == 0:
            first, step = 0, 1
        if step > 1:
            outer, inner = size_of(before), size_of(behind)
            dy = dy.reshape([outer * count, 1, inner]).pad([(0, 0), (0, step - 1), (0, 0)])
            dy = dy.reshape([*before, count * step, *behind])
        fitting = min(count * step, length - first)
        cut = [fitting if k == axis else n for k, n in enumerate(dy.shape)]
        edges = [(first, length - first - fitting) if k == axis else (0, 0) for k in range(len(cut))]
        dy = dy.slice([0] * len(cut), cut).pad(edges)
    return dy


strided_slice = Kernel(
    "strided_slice",
    infer=_infer_strided,
    host=_strided,
    gl=OpenGL("affine", "strided_slice"),
    gradient=_strided_gradient,
    cases=(
        Case((10,), begin=(1,), strides=(3,), size=(3,)),
        Case((10,), begin=(9,), strides=(-2,), size=(5,)),
        Case((7, 9), begin=(0, 8), strides=(2, -1), size=(4, 9)),
        Case((8, 16), begin=(7, 0), strides=(-1, 2), size=(8, 8)),
        Case((5, 8), begin=(1, 0), strides=(2, 1), size=(2, 8)),
        Case((4, 6, 5), begin=(3, 5, 0), strides=(-3, -2, 4), size=(2, 3, 2)),
        Case((5, 5), begin=(0, 0), strides=(1, 2), size=(5, 0)),
        Case((4, 12), begin=(0, 3), strides=(1, 2), size=(4, 4)),
    ),
)
