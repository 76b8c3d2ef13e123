"""Signs, rounding, roots and bounds of one tensor, value by value; tests for NaN and infinity."""

from __future__ import annotations

from typing import Any, Callable, Final

import numpy as np

from tfnb.kernels.record import NUMERIC, POSITIVE, REALS, Elementwise

Array = Any
Host = Callable[..., Any]


def _rounding(ufunc: Host) -> Host:
    """A rounding of NumPy's that leaves whole numbers as they are (before 2.1 it makes float64 of them)."""

    def host(x: Array, out: Array = None) -> Array:
        return ufunc(x, out=out) if x.dtype.kind == "f" else np.positive(x, out=out)

    return host


_ONE: Final = np.ones((), np.float32)


def _reciprocal_root(x: Array, out: Array = None) -> Array:
    return _reciprocal(np.sqrt(x, out=out), out=out)


def _reciprocal(x: Array, out: Array = None) -> Array:
    """1 / x; NumPy's `reciprocal` takes twice the time of its division."""
    return np.divide(_ONE, x, out=out) if x.dtype == np.float32 else np.reciprocal(x, out=out)


def _clip(x: Array, low: Array, high: Array, out: Array = None) -> Array:
    if x.size > 1024:  # three times as fast then
        return np.clip(x, low, high, out=out)
    return np.minimum(np.maximum(x, low, out=out), high, out=out)


abs = Elementwise(
    "abs", np.absolute, "abs_(x)", types=NUMERIC, glsl_int="i_abs(x)", gradient=lambda dy, x: dy * x.sign(),
    max_ulp=0, transcendental=False,
)  # fmt: skip
neg = Elementwise("neg", np.negative, "-x", types=NUMERIC, gradient=lambda dy: -dy, max_ulp=0, complex_host=True)
sign = Elementwise(
    "sign", np.sign, "sign_(x)", types=NUMERIC, glsl_int="sign(x)", gradient=lambda dy: dy.zeros_like(),
    max_ulp=0, transcendental=False,
)  # fmt: skip
ceil = Elementwise(
    "ceil", _rounding(np.ceil), "ceil_(x)", types=NUMERIC, glsl_int="x", gradient=lambda dy: dy.zeros_like(),
    max_ulp=0, transcendental=False,
)  # fmt: skip
floor = Elementwise(
    "floor", _rounding(np.floor), "floor_(x)", types=NUMERIC, glsl_int="x", gradient=lambda dy: dy.zeros_like(),
    max_ulp=0, transcendental=False,
)  # fmt: skip
round = Elementwise(
    "round", _rounding(np.rint), "round_(x)", types=NUMERIC, glsl_int="x", gradient=lambda dy: dy.zeros_like(),
    max_ulp=0, transcendental=False, note="halves to the even neighbour",
)  # fmt: skip
square = Elementwise("square", np.square, "x*x", types=NUMERIC, gradient=lambda dy, x: dy * x * 2, complex_host=True)
reciprocal = Elementwise(
    "reciprocal", _reciprocal, "reciprocal_(x)", gradient=lambda dy, y: -dy * y * y, complex_host=True,
    transcendental=False,
)  # fmt: skip
sqrt = Elementwise(
    "sqrt", np.sqrt, "sqrt_(x)", gradient=lambda dy, y: dy / (y * 2), domain=POSITIVE, complex_host=True,
    transcendental=False,
)  # fmt: skip
rsqrt = Elementwise(
    "rsqrt", _reciprocal_root, "rsqrt_(x)", gradient=lambda dy, y: dy * y * y * y * -0.5, domain=POSITIVE, max_ulp=1.5,
    transcendental=False,
)  # fmt: skip
clip_by_value = Elementwise(
    "clip_by_value",
    _clip,
    "clip_nan(x, clip_value_min, clip_value_max)",
    scalars={"clip_value_min": -2, "clip_value_max": 5},
    types=NUMERIC,
    glsl_int="i_clip(x, clip_value_min, clip_value_max)",
    gradient=lambda dy, x, clip_value_min, clip_value_max: dy.where((x >= clip_value_min) & (x <= clip_value_max), 0),
    max_ulp=0,
    free_zero=True,
)
is_nan = Elementwise("is_nan", np.isnan, "is_nan_(x)", result="bool", domain=REALS, transcendental=False)
is_inf = Elementwise("is_inf", np.isinf, "is_inf_(x)", result="bool", domain=REALS, transcendental=False)
is_finite = Elementwise("is_finite", np.isfinite, "is_finite_(x)", result="bool", domain=REALS, transcendental=False)
