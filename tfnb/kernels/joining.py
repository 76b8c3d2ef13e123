"""The kernel that lays tensors side by side."""

from __future__ import annotations

from typing import Any, Sequence

import numpy as np

from tfnb import shapes
from tfnb.errors import DTypeError, ShapeError
from tfnb.kernels.opengl import OpenGL
from tfnb.kernels.record import Case, Kernel
from tfnb.language import _
from tfnb.shapes import Shape

Array = Any


def _infer(op: str, given: Sequence[Shape], dtypes: Sequence[str], *, axis: int) -> list[tuple[Shape, str]]:
    first, total = given[0], 0
    for number, (shape, dtype) in enumerate(zip(given, dtypes)):
        if dtype != dtypes[0]:
            raise DTypeError(
                _("wanted one data type, tensor 0 is {first}, tensor {number} is {other}").format(
                    first=dtypes[0], number=number, other=dtype
                ),
                op=op,
                argument="tensors",
                fix=_("convert with cast"),
            )
        if len(shape) != len(first) or any(n != m for k, (n, m) in enumerate(zip(shape, first)) if k != axis):
            raise ShapeError(
                _(
                    "all lengths but that of axis {axis} must be equal: tensor 0 is {first}, tensor {number} is {other}"
                ).format(axis=axis, first=shapes.text(first), number=number, other=shapes.text(shape)),
                op=op,
                argument="tensors",
            )
        total += shape[axis]
    return [(shapes.checked((*first[:axis], total, *first[axis + 1 :]), op, "tensors"), dtypes[0])]


concat = Kernel(
    "concat",
    inputs=("tensors",),
    infer=_infer,
    host=lambda *arrays, axis: np.concatenate(arrays, axis),
    gl=OpenGL("piecewise", "concat"),
    gradient=lambda dy, shapes, axis: tuple(dy.split([shape[axis] for shape in shapes], axis)),
    cases=(
        Case((3,), (4,), axis=0),
        Case((8,), (4,), axis=0),
        Case((2, 3), (2, 5), axis=1),
        Case((2, 8), (2, 4), axis=1),
        Case((2, 3), (0, 3), (4, 3), axis=0),
        Case((2, 3, 1), (2, 3, 1), (2, 3, 1), axis=2),
        Case((3, 2), axis=0),
        Case((0, 2), (0, 2), axis=0),
        Case(*[(2, n) for n in range(1, 15)], axis=1),
        Case(*[(5, 4)] * 9, axis=1),
        Case(*[(1,)] * 40, axis=0),
        Case((4, 8192), (2, 8192), axis=0),
        Case((2, 1, 3, 1, 2, 2), (2, 1, 4, 1, 2, 2), axis=2),
    ),
)
