"""Reductions: many values become one, along one or several axes.

`axis` is a sorted tuple of axes counted from the front (for `arg_max` and `arg_min` one axis).
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from tfnb import shapes
from tfnb.errors import DTypeError, ShapeError
from tfnb.kernels.opengl import OpenGL
from tfnb.kernels.record import ANY, BOOL, NOT_FINITE, REALS, SMALL, Case, Domain, Kernel
from tfnb.kernels.summation import added, runs_of
from tfnb.kernels.workers import over_rows
from tfnb.language import _
from tfnb.shapes import Shape, size_of

Array = Any

# NumPy's stubs know no keyword `keepdims` whose value is not known.
_ADD: Final[Any] = np.add
_MULTIPLY: Final[Any] = np.multiply

_SEARCHED: Final = 64  # rows of a block
# Shape rules


def _result(op: str, dtype: str, table: dict[str, str]) -> str:
    """The data type of the result, or the error of one that the op does not take."""
    if dtype not in table:
        raise DTypeError(
            _("takes {wanted}, not {given}").format(wanted=", ".join(table), given=dtype),
            op=op,
            argument="x",
            fix=_("compare it first, as in x.not_equal(0)") if table is _TRUTH else None,
        )
    return table[dtype]


def _infer(table: dict[str, str], empty: bool = True) -> Any:
    """The shape rule of a reduction. Without `empty` there must be a value to choose."""

    def infer(
        op: str, given: list[Shape], dtypes: list[str], *, axis: tuple[int, ...], keep_dims: bool
    ) -> list[tuple[Shape, str]]:
        shape, dtype = given[0], _result(op, dtypes[0], table)
        result = shapes.reduced(shape, axis, keep_dims)
        if not empty and size_of(shape) == 0 and size_of(result):
            raise _no_values(op, shape)
        return [(result, dtype)]

    return infer


def _no_values(op: str, shape: Shape) -> ShapeError:
    return ShapeError(
        _("there are no values to choose from along an axis of length 0: x is {shape}").format(
            shape=shapes.text(shape)
        ),
        op=op,
        argument="x",
    )


_SUM: Final = {"float32": "float32", "int32": "int32", "bool": "int32", "complex64": "complex64"}
_MEAN: Final = {"float32": "float32", "int32": "float32", "bool": "float32", "complex64": "complex64"}
_SAME: Final = {"float32": "float32", "int32": "int32", "bool": "bool"}
_TRUTH: Final = {"bool": "bool"}


def _infer_position(op: str, given: list[Shape], dtypes: list[str], *, axis: int) -> list[tuple[Shape, str]]:
    _result(op, dtypes[0], _SAME)
    shape = given[0]
    result = shapes.reduced(shape, (axis,), False)
    if shape[axis] == 0 and size_of(result):
        raise _no_values(op, shape)
    return [(result, "int32")]


# Host: NumPy


def _sum(x: Array, axis: tuple[int, ...], keep_dims: bool) -> Array:
    kind = x.dtype.kind
    if kind == "b":
        return _ADD.reduce(x, axis, np.int32, keepdims=keep_dims)
    if kind == "i":
        return _ADD.reduce(x, axis, x.dtype, keepdims=keep_dims)  # wraps, as int32 does everywhere
    return added(x, axis).reshape(shapes.reduced(x.shape, axis, keep_dims))


def _mean(x: Array, axis: tuple[int, ...], keep_dims: bool) -> Array:
    if x.dtype.kind in "bi":
        x = x.astype(np.float32)
    count = np.asarray(size_of(x.shape[one] for one in axis), x.dtype)
    return np.asarray(_sum(x, axis, keep_dims)) / count


def _folded(ufunc: Any) -> Any:
    """The host code of a reduction that NumPy does well by itself, in the data type of the values."""

    def host(x: Array, axis: tuple[int, ...], keep_dims: bool) -> Array:
        return ufunc.reduce(x, axis, keepdims=keep_dims)

    return host


def _prod(x: Array, axis: tuple[int, ...], keep_dims: bool) -> Array:
    return _MULTIPLY.reduce(x, axis, np.int32 if x.dtype.kind in "bi" else x.dtype, keepdims=keep_dims)


def _position(choose: Any, fold: Any) -> Any:
    """The host code of `arg_max` and `arg_min`: the first of equals; a NaN before all others, as NumPy has it."""

    def host(x: Array, axis: int) -> Array:
        if x.ndim > 1 and axis == 0 and x.shape[0] >= 256 and x.size >= 1 << 16 and x.flags.c_contiguous:
            return _first_axis(x, choose, fold).astype(np.int32)
        return np.asarray(choose(x, axis), np.int32)

    return host


def _first_axis(x: Array, choose: Any, fold: Any) -> Array:
    """Along the first axis NumPy's search jumps from row to row: look for the block with the best value first."""
    flat = x.reshape(x.shape[0], -1)
    count = len(flat) // _SEARCHED
    whole = count * _SEARCHED
    best = fold.reduce(flat[:whole].reshape(count, _SEARCHED, -1), 1)
    if whole < len(flat):
        best = np.concatenate([best, fold.reduce(flat[whole:], 0, keepdims=True)])
    start = choose(best, 0) * _SEARCHED
    rows = np.minimum(start + np.arange(_SEARCHED)[:, None], len(flat) - 1)
    return (start + choose(np.take_along_axis(flat, rows, 0), 0)).reshape(x.shape[1:])


def _log_sum_exp(x: Array, axis: tuple[int, ...], keep_dims: bool) -> Array:
    shape = shapes.reduced(x.shape, axis, keep_dims)
    if x.size == 0:
        return np.full(shape, -np.inf, x.dtype)
    runs = runs_of(x.shape, axis)
    if len(runs) == 1 and runs[0][2] == 1 and x.flags.c_contiguous:
        rows = x.reshape(runs[0][:2])
        out = np.empty(len(rows), x.dtype)

        def some(first: int, last: int) -> None:
            out[first:last] = _log_sum_exp_of(rows[first:last], (1,)).reshape(-1)

        over_rows(some, *rows.shape)
        return out.reshape(shape)
    return _log_sum_exp_of(x, axis).reshape(shape)


def _log_sum_exp_of(x: Array, axis: tuple[int, ...]) -> Array:
    """With the largest value taken out, so that no exponential overflows; an infinite one is left in."""
    largest = np.maximum.reduce(x, axis, keepdims=True)
    shift = np.where(np.isfinite(largest), largest, 0).astype(x.dtype)
    return np.log(np.add.reduce(np.exp(x - shift), axis, keepdims=True)) + shift


# Records


def _product_gradient(dy: Any, x: Any, axis: tuple[int, ...]) -> Any:
    """Each value's gradient is the product of all others, from both sides: no division, so that zeros do no harm."""
    order = [one for one in range(x.rank) if one not in axis] + list(axis)
    turned = x.transpose(order)
    rows = turned.reshape([*(x.shape[one] for one in range(x.rank) if one not in axis), -1 if x.size else 0])
    others = rows.cumprod(-1, True) * rows.cumprod(-1, True, True)
    back = [order.index(one) for one in range(x.rank)]
    return _unreduced(dy, x.shape, axis) * others.reshape(turned.shape).transpose(back)


# Sums of both signs may cancel, and then have no relative error to speak of: these do not.
_SUMMED: Final = Domain(0.0, 3.0, NOT_FINITE)
_SHAPES: Final = (
    Case((4,), axis=(0,), keep_dims=False),
    Case((), axis=(), keep_dims=False),
    Case((3, 5), axis=(0, 1), keep_dims=False),
    Case((3, 5), axis=(1,), keep_dims=True),
    Case((7, 9), axis=(0,), keep_dims=False),
    Case((6, 8), axis=(0,), keep_dims=True),
    Case((33, 40), axis=(1,), keep_dims=False),
    Case((5, 1, 3), axis=(1,), keep_dims=False),
    Case((2, 7, 5), axis=(1,), keep_dims=False),
    Case((2, 3, 4, 5), axis=(0, 2), keep_dims=False),
    Case((3, 2, 2, 3, 2, 4), axis=(1, 2, 5), keep_dims=True),
    Case((3, 2, 2, 3, 2, 4), axis=(), keep_dims=False),
)
_EMPTY: Final = (
    Case((0,), axis=(0,), keep_dims=False),
    Case((0, 3), axis=(0,), keep_dims=False),
    Case((3, 0), axis=(0,), keep_dims=True),
    Case((2, 0, 3), axis=(1, 2), keep_dims=False),
)
_LONG: Final = (
    Case((5000,), axis=(0,), keep_dims=False),
    Case((3, 4099), axis=(1,), keep_dims=False),
    Case((1030, 6), axis=(0,), keep_dims=False),
    Case((2, 700, 3), axis=(1,), keep_dims=False),
    Case((300, 64), axis=(1,), keep_dims=False),
    Case((600, 8), axis=(0,), keep_dims=False),
)
_CASES: Final = (*_SHAPES, *_EMPTY, *_LONG)


def _unreduced(value: Any, shape: Shape, axis: tuple[int, ...]) -> Any:
    """The reduced axes put back with length 1, so that a result meets the input's shape again."""
    return value.reshape(shapes.reduced(shape, axis, True))


def _averaged(dy: Any, shape: Shape, axis: tuple[int, ...]) -> Any:
    """Each value's share of a mean's gradient; the division comes first, while there are few values."""
    return _unreduced(dy / size_of(shape[one] for one in axis), shape, axis).broadcast_to(shape)


def _largest_gradient(dy: Any, x: Any, y: Any, axis: tuple[int, ...]) -> Any:
    """The gradient goes to every value that equals the chosen one, as TensorFlow.js has it."""
    return _unreduced(dy, x.shape, axis).where(x.equal(_unreduced(y, x.shape, axis)), 0)


sum_ = Kernel(
    "sum",
    types=(*ANY, "complex64"),
    infer=_infer(_SUM),
    host=_sum,
    gl=OpenGL("reduction", "sum_"),
    reference=lambda x, axis, keep_dims: _ADD.reduce(
        x, axis, np.int32 if x.dtype.kind in "bi" else None, keepdims=keep_dims
    ),
    gradient=lambda dy, x_shape, axis: _unreduced(dy, x_shape, axis).broadcast_to(x_shape),
    domain=_SUMMED,
    cases=_CASES,
    max_error=16,
    prologue=True,
)
mean = Kernel(
    "mean",
    types=(*ANY, "complex64"),
    infer=_infer(_MEAN),
    host=_mean,
    gl=OpenGL("reduction", "mean"),
    reference=lambda x, axis, keep_dims: np.mean(x, axis, keepdims=keep_dims),
    gradient=lambda dy, x_shape, axis: _averaged(dy, x_shape, axis),
    domain=_SUMMED,
    cases=_CASES,
    max_error=32,
    prologue=True,
)
max_ = Kernel(
    "max",
    infer=_infer(_SAME, empty=False),
    host=_folded(np.maximum),
    gl=OpenGL("reduction", "max_"),
    gradient=_largest_gradient,
    domain=REALS,
    cases=(*_SHAPES, *_LONG, Case((0, 3), axis=(1,), keep_dims=False)),
    prologue=True,
)
min_ = Kernel(
    "min",
    infer=_infer(_SAME, empty=False),
    host=_folded(np.minimum),
    gl=OpenGL("reduction", "min_"),
    gradient=_largest_gradient,
    domain=REALS,
    cases=(*_SHAPES, *_LONG, Case((0, 3), axis=(1,), keep_dims=False)),
    prologue=True,
)
prod = Kernel(
    "prod",
    types=(*ANY, "complex64"),
    infer=_infer({"float32": "float32", "int32": "int32", "bool": "int32", "complex64": "complex64"}),
    host=_prod,
    gl=OpenGL("reduction", "prod_"),
    reference=_prod,
    gradient=_product_gradient,
    domain=SMALL,
    cases=(*_SHAPES, *_EMPTY),
    max_error=8,
    prologue=True,
)
any_ = Kernel(
    "any",
    infer=_infer(_TRUTH),
    host=_folded(np.logical_or),
    gl=OpenGL("reduction", "max_"),
    types=BOOL,
    cases=_CASES,
    prologue=True,
)
all_ = Kernel(
    "all",
    infer=_infer(_TRUTH),
    host=_folded(np.logical_and),
    gl=OpenGL("reduction", "min_"),
    types=BOOL,
    cases=_CASES,
    prologue=True,
)

_POSITIONS: Final = tuple(
    Case(shape, axis=axis)
    for shape, axis in [
        ((4,), 0), ((3, 5), 0), ((3, 5), 1), ((6, 8), 0), ((2, 7, 5), 1), ((2, 7, 8), 1), ((0, 3), 1), ((1, 1), 1),
        ((5000,), 0), ((3, 4099), 1), ((1030, 6), 0), ((300, 64), 1), ((600, 8), 0), ((2, 700, 3), 1), ((1024, 64), 0),
    ]
)  # fmt: skip

arg_max = Kernel(
    "arg_max",
    infer=_infer_position,
    host=_position(np.argmax, np.maximum),
    gl=OpenGL("position", "arg_max"),
    reference=lambda x, axis: np.argmax(x, axis),
    domain=Domain(-30, 30, (float("inf"), float("-inf"), float("nan"), 0.0, -0.0)),
    cases=_POSITIONS,
    prologue=True,
)
arg_min = Kernel(
    "arg_min",
    infer=_infer_position,
    host=_position(np.argmin, np.minimum),
    gl=OpenGL("position", "arg_min"),
    reference=lambda x, axis: np.argmin(x, axis),
    domain=Domain(-30, 30, (float("inf"), float("-inf"), float("nan"), 0.0, -0.0)),
    cases=_POSITIONS,
    prologue=True,
)
log_sum_exp = Kernel(
    "log_sum_exp",
    infer=_infer({"float32": "float32"}),
    host=_log_sum_exp,
    gl=OpenGL("softmax", "log_sum_exp"),
    types=("float32",),
    gradient=lambda dy, x, y, axis: _unreduced(dy, x.shape, axis) * (x - _unreduced(y, x.shape, axis)).exp(),
    domain=REALS,
    cases=_CASES,
    max_error=4,
    prologue=True,
)
