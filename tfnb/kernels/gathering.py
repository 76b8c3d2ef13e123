"""Kernels in which values name the places of other values: gather, one_hot; and diag."""

from __future__ import annotations

from typing import Any, Sequence

import numpy as np

from tfnb import shapes
from tfnb.dtypes import NUMPY
from tfnb.errors import ArgumentError, DTypeError, ShapeError
from tfnb.kernels.opengl import OpenGL
from tfnb.kernels.record import ANY, Case, Domain, Kernel
from tfnb.language import _
from tfnb.shapes import Shape, size_of

Array = Any
Inferred = list[tuple[Shape, str]]


def _infer_gather(op: str, given: Sequence[Shape], dtypes: Sequence[str], *, axis: int, batch_dims: int) -> Inferred:
    shape, places = given
    if dtypes[1] != "int32":
        raise DTypeError(
            _("wanted int32, given {given}").format(given=dtypes[1]),
            op=op,
            argument="indices",
            fix=_("convert with indices.cast('int32')"),
        )
    if not 0 <= batch_dims <= min(axis, len(places)):
        raise ArgumentError(
            _("wanted 0 to {most} (neither beyond axis nor beyond the axes of indices), given {given}").format(
                most=min(axis, len(places)), given=batch_dims
            ),
            op=op,
            argument="batch_dims",
        )
    if shape[:batch_dims] != places[:batch_dims]:
        raise ShapeError(
            _("the first {count} lengths must be equal: x is {x}, indices are {indices}").format(
                count=batch_dims, x=shapes.text(shape), indices=shapes.text(places)
            ),
            op=op,
            argument="indices",
        )
    result = (*shape[:axis], *places[batch_dims:], *shape[axis + 1 :])
    return [(shapes.checked(result, op, "indices"), dtypes[0])]


def _gather(x: Array, indices: Array, axis: int, batch_dims: int) -> Array:
    """An index beyond the axis counts as the nearest one (the public op refuses it before)."""
    if not batch_dims:
        return np.take(x, indices, axis, mode="clip")
    batch, places = x.shape[:batch_dims], indices.shape[batch_dims:]
    outer, length, inner = x.shape[batch_dims:axis], x.shape[axis], x.shape[axis + 1 :]
    rows = np.clip(indices, 0, max(length - 1, 0)).reshape(*batch, *(1,) * len(outer), -1, *(1,) * len(inner))
    return np.take_along_axis(x, rows, axis).reshape(*batch, *outer, *places, *inner)


def _one_by_one(x: Array, indices: Array, axis: int, batch_dims: int) -> Array:
    """What a gather is, index by index."""
    moved = np.moveaxis(x, axis, batch_dims)
    places = indices.shape[batch_dims:]
    out = np.empty((*x.shape[:batch_dims], *places, *moved.shape[batch_dims + 1 :]), x.dtype)
    for batch in np.ndindex(*x.shape[:batch_dims]):
        for place in np.ndindex(*places):
            out[(*batch, *place)] = moved[(*batch, int(indices[(*batch, *place)]))]
    at = range(batch_dims, batch_dims + len(places))
    return np.array(np.moveaxis(out, list(at), [k + axis - batch_dims for k in at]), order="C")


def _case(x: Shape, indices: Shape, axis: int = 0, batch_dims: int = 0, dtype: str = "float32") -> Case:
    places = Domain(0, x[axis])
    return Case(x, indices, dtypes=(dtype, "int32"), domains=(Domain(-9, 9), places), axis=axis, batch_dims=batch_dims)


def _gather_gradient(dy: Any, x_shape: Shape, indices: Any, axis: int, batch_dims: int) -> Any:
    """The sum, for each place, of the gradients of all slices that were taken from it."""
    batch, outer = size_of(x_shape[:batch_dims]), size_of(x_shape[batch_dims:axis])
    length, inner = x_shape[axis], size_of(x_shape[axis + 1 :])
    count = size_of(indices.shape[batch_dims:])
    rows = dy.reshape([batch, outer, count, inner]).transpose([0, 2, 1, 3]).reshape([batch, count, outer * inner])
    places = indices.reshape([batch, count])
    sums = [row.unsorted_segment_sum(ids, length) for row, ids in zip(rows.unstack(), places.unstack())]
    if not sums:
        return dy.reshape(x_shape)
    whole = sums[0].stack(sums[1:]).reshape([batch, length, outer, inner])
    return whole.transpose([0, 2, 1, 3]).reshape(x_shape)


gather = Kernel(
    "gather",
    infer=_infer_gather,
    host=_gather,
    gl=OpenGL("gather", "gather"),
    inputs=("x", "indices"),
    gradient=(_gather_gradient, None),
    reference=_one_by_one,
    cases=(
        _case((5,), (3,)),
        *(_case((3, 6, 5), (2, 2), 1, 0, dtype) for dtype in ("int32", "bool")),
        *(_case((2, 3, 7, 4), (2, 5), 2, 1, dtype) for dtype in ("int32", "bool")),
        _case((5,), ()),
        _case((6, 4), (7,)),
        _case((6, 3), (2, 3)),
        _case((4, 6), (5,), 1),
        _case((3, 6, 8), (4,), 1),
        _case((3, 6, 5), (2, 2), 1),
        _case((3, 6, 5), (3, 2), 1, 1),
        _case((2, 3, 7, 4), (2, 5), 2, 1),
        _case((2, 3, 7), (2, 3, 4), 2, 2),
        _case((6, 4), (0,)),
        _case((3, 2), (3,), 1, 1),
    ),
)


def _infer_one_hot(
    op: str,
    given: Sequence[Shape],
    dtypes: Sequence[str],
    *,
    depth: int,
    on_value: float,
    off_value: float,
    output: str,
) -> Inferred:
    if dtypes[0] != "int32":
        raise DTypeError(_("wanted int32, given {given}").format(given=dtypes[0]), op=op, argument="indices")
    if depth < 2:
        raise ArgumentError(_("wanted 2 or more, given {given}").format(given=depth), op=op, argument="depth")
    if output not in ANY:
        raise DTypeError(
            _("takes {wanted}, not {given}").format(wanted=", ".join(ANY), given=output), op=op, argument="dtype"
        )
    return [(shapes.checked((*given[0], depth), op, "depth"), output)]


def _one_hot(indices: Array, depth: int, on_value: float, off_value: float, output: str) -> Array:
    flat = indices.reshape(-1)
    out = np.full((flat.size, depth), off_value, NUMPY[output])
    inside = np.flatnonzero((flat >= 0) & (flat < depth))
    out[inside, flat[inside]] = on_value
    return out.reshape((*indices.shape, depth))


def _hot(depth: int, shape: Shape, output: str = "float32", on_value: float = 1, off_value: float = 0) -> Case:
    return Case(
        shape,
        dtypes=("int32",),
        domains=(Domain(-2, depth + 2),),
        depth=depth,
        on_value=on_value,
        off_value=off_value,
        output=output,
    )


one_hot = Kernel(
    "one_hot",
    infer=_infer_one_hot,
    host=_one_hot,
    gl=OpenGL("gather", "one_hot"),
    reference=lambda indices, depth, on_value, off_value, output: np.asarray(
        np.where(np.asarray(indices)[..., None] == np.arange(depth), on_value, off_value), NUMPY[output]
    ),
    types=("int32",),
    cases=(
        _hot(10, (7,)),
        _hot(4, (3, 2), "int32"),
        _hot(3, (), "bool"),
        _hot(5, (2, 3), "float32", 0.5, -1.5),
        _hot(8, (0,)),
        _hot(6, (9,), "int32", -7, 2**30),
    ),
)


def _infer_diag(op: str, given: Sequence[Shape], dtypes: Sequence[str]) -> Inferred:
    if dtypes[0] == "string":
        raise DTypeError(_("takes numbers and truth values, not text"), op=op, argument="x")
    return [(shapes.checked((*given[0], *given[0]), op, "x"), dtypes[0])]


def _diag(x: Array) -> Array:
    out = np.zeros((x.size, x.size), x.dtype)
    out.reshape(-1)[:: x.size + 1] = x.reshape(-1)
    return out.reshape((*x.shape, *x.shape))


diag = Kernel(
    "diag",
    infer=_infer_diag,
    host=_diag,
    gl=OpenGL("gather", "diag"),
    gradient=lambda dy, x_shape: dy.flatten().strided_slice([0], [dy.size], [size_of(x_shape) + 1]).reshape(x_shape),
    reference=lambda x: np.diag(x.reshape(-1)).reshape((*x.shape, *x.shape)),
    cases=(Case((5,)), Case((8,)), Case((2, 3)), Case((0,)), Case(()), Case((1, 2, 2))),
)
