"""Softmax and its logarithm along an axis."""

from __future__ import annotations

from typing import Any, Callable, Final

import numpy as np

from tfnb.errors import DTypeError
from tfnb.kernels.opengl import OpenGL
from tfnb.kernels.record import FLOAT, REALS, Case, Domain, Kernel
from tfnb.kernels.summation import added
from tfnb.kernels.workers import over_rows
from tfnb.language import _
from tfnb.shapes import Shape

Array = Any

_LOG2_E: Final = 1.4426950408889634  # NumPy takes powers of 2 in half the time of powers of e


def _infer(op: str, given: list[Shape], dtypes: list[str], *, axis: int) -> list[tuple[Shape, str]]:
    if dtypes[0] != "float32":
        raise DTypeError(
            _("takes {wanted}, not {given}").format(wanted="float32", given=dtypes[0]), op=op, argument="logits"
        )
    return [(given[0], "float32")]


def _along(of_rows: Callable[[Array, Array, int], None]) -> Callable[[Array, int], Array]:
    """Host code that works on blocks of rows where the axis is the last one, and on the whole array elsewhere."""

    def host(x: Array, axis: int) -> Array:
        out = np.empty_like(x, order="C")
        if x.size == 0:
            return out
        if axis != x.ndim - 1 or not x.flags.c_contiguous:
            of_rows(x, out, axis)
            return out
        rows, results = x.reshape(-1, x.shape[-1]), out.reshape(-1, x.shape[-1])
        over_rows(lambda first, last: of_rows(rows[first:last], results[first:last], 1), *rows.shape)
        return out

    return host


def _total(x: Array, axis: int) -> Array:
    """Sums that keep their axis. Along the last one NumPy's own: in a worker BLAS would start threads."""
    if axis == x.ndim - 1:
        return np.add.reduce(x, axis, keepdims=True)
    return np.expand_dims(added(x, (axis,)).reshape(x.shape[:axis] + x.shape[axis + 1 :]), axis)


def _softmax(x: Array, out: Array, axis: int) -> None:
    np.subtract(x, np.maximum.reduce(x, axis, keepdims=True), out=out)
    np.multiply(out, np.asarray(_LOG2_E, x.dtype), out=out)
    np.exp2(out, out=out)
    np.divide(out, _total(out, axis), out=out)


def _log_softmax(x: Array, out: Array, axis: int) -> None:
    np.subtract(x, np.maximum.reduce(x, axis, keepdims=True), out=out)
    powers = np.exp2(out * np.asarray(_LOG2_E, x.dtype))
    np.subtract(out, np.log(_total(powers, axis)), out=out)


_CASES: Final = tuple(
    Case(shape, axis=axis)
    for shape, axis in [
        ((1,), 0), ((5,), 0), ((3, 4), 1), ((3, 5), 0), ((70, 8), 1), ((70, 7), 1), ((2, 66, 3), 2), ((2, 3, 5), 1),
        ((0, 3), 1), ((3, 0), 1), ((4, 5000), 1), ((300, 1001), 1), ((130, 4), 0), ((20000, 2), 0),
    ]
)  # fmt: skip
# Not finite ones only where they stay in their row; -infinity is a logit that is never chosen.
_LOGITS: Final = Domain(-30.0, 30.0, REALS.special)

softmax = Kernel(
    "softmax",
    inputs=("logits",),
    infer=_infer,
    host=_along(_softmax),
    gl=OpenGL("softmax", "softmax"),
    types=FLOAT,
    gradient=lambda dy, y, axis: (dy - (dy * y).sum(axis, True)) * y,
    domain=_LOGITS,
    cases=_CASES,
    max_error=8,
    prologue=True,
)
log_softmax = Kernel(
    "log_softmax",
    inputs=("logits",),
    infer=_infer,
    host=_along(_log_softmax),
    gl=OpenGL("softmax", "log_softmax"),
    types=FLOAT,
    gradient=lambda dy, y, axis: dy - y.exp() * dy.sum(axis, True),
    domain=_LOGITS,
    cases=_CASES,
    max_error=4,
    prologue=True,
)
