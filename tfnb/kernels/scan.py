"""Running sums and products along an axis."""

from __future__ import annotations

from typing import Any, Callable, Final

import numpy as np

from tfnb.errors import DTypeError
from tfnb.kernels.opengl import OpenGL
from tfnb.kernels.record import NOT_FINITE, Case, Domain, Kernel
from tfnb.kernels.workers import over_rows
from tfnb.language import _
from tfnb.shapes import Shape, size_of

Array = Any

_TYPES: Final = {"float32": "float32", "int32": "int32", "bool": "int32"}
_LONG_ROW: Final = 1 << 16  # values from which a row goes in parts, for its accuracy
_WIDE: Final = 256  # values of a row from which adding whole rows is quicker than NumPy's way along the first axis


def _infer(
    op: str, given: list[Shape], dtypes: list[str], *, axis: int, exclusive: bool, reverse: bool
) -> list[tuple[Shape, str]]:
    if dtypes[0] not in _TYPES:
        wanted = ", ".join(_TYPES)
        raise DTypeError(_("takes {wanted}, not {given}").format(wanted=wanted, given=dtypes[0]), op=op, argument="x")
    return [(given[0], _TYPES[dtypes[0]])]


def _scanned(ufunc: Any, neutral: int) -> Callable[..., Array]:
    """Host code of a scan by `ufunc`."""

    def host(x: Array, axis: int, exclusive: bool, reverse: bool) -> Array:
        if x.dtype.kind == "b":
            x = x.astype(np.int32)
        out = np.empty(x.shape, x.dtype)
        if x.size == 0:
            return out
        shape = (size_of(x.shape[:axis]), x.shape[axis], size_of(x.shape[axis + 1 :]))
        source, target = x.reshape(shape), out.reshape(shape)
        if reverse:
            source, target = source[:, ::-1], target[:, ::-1]
        if exclusive:
            target[:, 0] = neutral
            source, target = source[:, :-1], target[:, 1:]
        if source.size:
            _accumulate(ufunc, source, target)
        return out

    return host


def _accumulate(ufunc: Any, x: Array, out: Array) -> None:
    """Along the middle axis."""
    outer, length, inner = x.shape
    if inner > 1:
        if outer * inner < _WIDE:
            ufunc.accumulate(x, 1, out=out)
            return
        out[:, 0] = x[:, 0]
        for index in range(1, length):
            ufunc(out[:, index - 1], x[:, index], out=out[:, index])
        return
    rows, results = x[:, :, 0], out[:, :, 0]
    if outer == 1 and length >= _LONG_ROW:
        _one_long_row(ufunc, rows[0], results[0])
    else:
        ufunc.accumulate(rows, 1, out=results)  # NumPy keeps the interpreter's lock here: workers would only wait


def _one_long_row(ufunc: Any, x: Array, out: Array) -> None:
    """Parts of about the square root, then what came before each part: the error grows with the root of the length."""
    step = round(len(x) ** 0.5)
    parts = len(x) // step
    whole = parts * step
    results = out[:whole].reshape(parts, step)
    ufunc.accumulate(x[:whole].reshape(parts, step), 1, out=results)
    before = ufunc.accumulate(results[:, -1])

    def shift(first: int, last: int) -> None:
        first = max(first, 1)
        ufunc(results[first:last], before[first - 1 : last - 1, None], out=results[first:last])

    over_rows(shift, parts, step)
    if whole < len(x):
        ufunc.accumulate(x[whole:], out=out[whole:])
        ufunc(out[whole:], before[-1], out=out[whole:])


def _reference(ufunc: Any, neutral: int) -> Callable[..., Array]:
    """By NumPy's own scan in one go."""

    def reference(x: Array, axis: int, exclusive: bool, reverse: bool) -> Array:
        x = np.moveaxis(x.astype(np.int32) if x.dtype.kind in "bi" else x, axis, 0)
        x = x[::-1] if reverse else x
        y = ufunc.accumulate(x, 0, x.dtype)
        if exclusive and len(y):
            y = np.concatenate([np.full_like(y[:1], neutral), y[:-1]])
        return np.moveaxis(y[::-1] if reverse else y, 0, axis)

    return reference


def _case(shape: Shape, axis: int, exclusive: bool = False, reverse: bool = False) -> Case:
    return Case(shape, axis=axis, exclusive=exclusive, reverse=reverse)


def _products_gradient(dy: Any, x: Any, axis: int, exclusive: bool, reverse: bool) -> Any:
    """dx_j is the sum over i of dy_i times the product of all values up to i but x_j: no division, zeros do no harm.

    The products between j and i make a table with an axis more.
    """
    n = x.shape[axis]
    order = [k for k in range(x.rank) if k != axis] + [axis]
    turned = x.transpose(order)
    rows, slopes = (one.transpose(order).reshape([size_of(turned.shape[:-1]), n]) for one in (x, dy))
    if reverse:
        rows, slopes = rows.reverse(1), slopes.reverse(1)
    if exclusive and n:  # these are the inclusive products, one place later
        slopes = slopes.slice([0, 1], [rows.shape[0], n - 1]).pad([(0, 0), (0, 1)])
    behind, here = np.triu(np.ones((n, n), bool), 1), np.eye(n, dtype=bool)
    between = rows.expand_dims(1).where(behind, 1).cumprod(-1).where(behind | here, 0)
    result = rows.cumprod(1, True) * (slopes.expand_dims(1) * between).sum(-1)
    if reverse:
        result = result.reverse(1)
    return result.reshape(turned.shape).transpose([order.index(k) for k in range(x.rank)])


_SHORT: Final = (
    *(
        _case(shape, axis, exclusive, reverse)
        for shape, axis in [((5,), 0), ((3, 4), 1), ((3, 5), 1), ((3, 5), 0), ((5, 8), 0), ((2, 7, 3), 1), ((1, 1), 0)]
        for exclusive in (False, True)
        for reverse in (False, True)
    ),
    _case((0, 3), 0),
    _case((3, 0), 1),
    _case((70, 3), 1, True, True),
    _case((300, 4), 1, False, True),
)
_LONG: Final = tuple(
    _case(shape, axis, exclusive, reverse)
    for shape, axis in [((4099,), 0), ((3, 4096), 1), ((5, 3001), 1), ((300, 8), 0), ((2, 300, 4), 1), ((130, 7), 0)]
    for exclusive, reverse in [(False, False), (True, True)]
)

cumsum = Kernel(
    "cumsum",
    infer=_infer,
    host=_scanned(np.add, 0),
    gl=OpenGL("scan", "cumsum"),
    reference=_reference(np.add, 0),
    gradient=lambda dy, axis, exclusive, reverse: dy.cumsum(axis, exclusive, not reverse),
    domain=Domain(0.0, 3.0, NOT_FINITE),
    cases=(*_SHORT, *_LONG),
    max_error=64,
    prologue=True,
)
cumprod = Kernel(
    "cumprod",
    infer=_infer,
    host=_scanned(np.multiply, 1),
    gl=OpenGL("scan", "cumprod"),
    reference=_reference(np.multiply, 1),
    gradient=_products_gradient,
    domain=Domain(0.9, 1.1, NOT_FINITE),
    cases=(*_SHORT, *_LONG),
    max_error=64,
    prologue=True,
)
