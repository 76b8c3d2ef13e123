"""Sums of rows that belong together."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from tfnb import shapes
from tfnb.errors import DTypeError, ShapeError
from tfnb.kernels.opengl import OpenGL
from tfnb.kernels.record import NOT_FINITE, Case, Domain, Kernel
from tfnb.language import _
from tfnb.shapes import Shape

Array = Any

_TYPES: Final = {"float32": "float32", "int32": "int32", "bool": "int32"}


def _infer(op: str, given: list[Shape], dtypes: list[str], *, num_segments: int) -> list[tuple[Shape, str]]:
    x, ids = given
    if dtypes[0] not in _TYPES:
        wanted = ", ".join(_TYPES)
        raise DTypeError(_("takes {wanted}, not {given}").format(wanted=wanted, given=dtypes[0]), op=op, argument="x")
    if dtypes[1] != "int32":
        raise DTypeError(
            _("takes {wanted}, not {given}").format(wanted="int32", given=dtypes[1]), op=op, argument="segment_ids"
        )
    if not x or ids != x[:1]:
        raise ShapeError(
            _("wanted an id for each row: x is {x}, segment_ids is {ids}").format(
                x=shapes.text(x), ids=shapes.text(ids)
            ),
            op=op,
            argument="segment_ids",
        )
    return [(shapes.checked((num_segments, *x[1:]), op, "num_segments"), _TYPES[dtypes[0]])]


def _segment_sum(x: Array, segment_ids: Array, num_segments: int) -> Array:
    inside = (segment_ids >= 0) & (segment_ids < num_segments)
    if not inside.all():
        x, segment_ids = x[inside], segment_ids[inside]
    dtype = np.dtype(np.int32) if x.dtype.kind in "bi" else x.dtype
    out = np.zeros((num_segments, *x.shape[1:]), dtype)
    if x.ndim == 1 and dtype.kind == "f":
        return np.bincount(segment_ids, x, num_segments)[:num_segments].astype(dtype)
    if x.ndim == 1 or not len(x):
        np.add.at(out, segment_ids, x)
        return out
    order = np.argsort(segment_ids, kind="stable")
    found = segment_ids[order]
    begins = np.flatnonzero(np.concatenate([[True], found[1:] != found[:-1]]))
    out[found[begins]] = np.add.reduceat(x[order], begins, 0, dtype)
    return out


def _reference(x: Array, segment_ids: Array, num_segments: int) -> Array:
    out = np.zeros((num_segments, *x.shape[1:]), np.int32 if x.dtype.kind in "bi" else x.dtype)
    for row, segment in zip(x, segment_ids.tolist(), strict=True):
        if 0 <= segment < num_segments:
            out[segment] += row
    return out


def _gradient(dy: Any, segment_ids: Any) -> Any:
    """Each row gets its segment's gradient; a row that belongs to none gets 0."""
    count = dy.shape[0]
    belongs = (segment_ids >= 0).logical_and(segment_ids < count).reshape([-1] + [1] * (dy.rank - 1))
    return dy.gather(segment_ids.clip_by_value(0, count - 1)).where(belongs, 0)


def _case(shape: Shape, num_segments: int, low: int = 0, high: int | None = None) -> Case:
    ids = Domain(low, num_segments if high is None else high)
    return Case(shape, shape[:1], num_segments=num_segments, dtypes=("float32", "int32"), domains=(_SUMMED, ids))


_SUMMED: Final = Domain(0.0, 3.0, NOT_FINITE)

unsorted_segment_sum = Kernel(
    "unsorted_segment_sum",
    infer=_infer,
    host=_segment_sum,
    gl=OpenGL("segment", "unsorted_segment_sum"),
    reference=_reference,
    inputs=("x", "segment_ids"),
    gradient=(_gradient, None),
    cases=(
        _case((1,), 1),
        _case((7,), 3),
        _case((6, 4), 3),
        _case((6, 5), 4, -2, 6),
        _case((0, 3), 2),
        _case((5, 0), 2),
        _case((4, 2, 3), 5),
        _case((40, 2, 2), 1),
        _case((2000, 3), 2),
        _case((1500, 8), 2),
        _case((300, 3), 100),
        Case((9,), (9,), num_segments=4, dtypes=("int32", "int32"), domains=(Domain(-9, 9), Domain(0, 4))),
        Case((9, 4), (9,), num_segments=4, dtypes=("bool", "int32"), domains=(Domain(0, 2), Domain(0, 4))),
    ),
    max_error=16,
    prologue=True,
)
