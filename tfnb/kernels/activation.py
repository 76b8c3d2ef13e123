"""Activations of neural networks and the functions they are made of, value by value."""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np

from tfnb.kernels.choice import choose
from tfnb.kernels.record import NUMERIC, SMALL, Elementwise

Array = Any

# Klambauer et al. 2017, Self-normalizing neural networks, arXiv:1706.02515.
SELU_SCALE: Final = 1.0507009873554805
SELU_SCALE_ALPHA: Final = 1.7580993408473766

# NumPy's maximum with a number takes three times as long as with an array.
_MOST: Final = 1 << 16  # a block of the host
_ZEROS: Final = np.zeros(_MOST, np.float32)
_SIXES: Final = np.full(_MOST, 6, np.float32)
_ZERO: Final = {kind: np.zeros((), kind) for kind in "fdil"}
_SIX: Final = {kind: np.full((), 6, kind) for kind in "fdil"}


def _like(x: Array, values: Array, single: dict[str, Array]) -> Array:
    """As many of the equal `values` as `x` has, in its shape, where that pays; else the one of its data type."""
    if 1024 < x.size <= _MOST and x.dtype.char == "f":
        return values[: x.size].reshape(x.shape)
    return single[x.dtype.char]


def _relu(x: Array, out: Array = None) -> Array:
    return np.maximum(x, _like(x, _ZEROS, _ZERO), out=out)


def _relu6(x: Array, out: Array = None) -> Array:
    return np.minimum(np.maximum(x, _like(x, _ZEROS, _ZERO), out=out), _like(x, _SIXES, _SIX), out=out)


def _prelu(x: Array, alpha: Array, out: Array = None) -> Array:
    return choose(np.less(x, 0), np.multiply(x, alpha, out=out), x, out)


def _leaky_relu(x: Array, alpha: Array, out: Array = None) -> Array:
    scaled = np.multiply(x, alpha, out=out)
    # The larger of both is the right one then, and a zero or NaN among them too.
    return np.maximum(x, scaled, out=out) if 0 < alpha <= 1 else choose(np.less(x, 0), scaled, x, out)


def _elu(x: Array, out: Array = None) -> Array:
    return choose(np.less(x, 0), np.expm1(x, out=out), x, out)


def _selu(x: Array, out: Array = None) -> Array:
    negative = np.expm1(x, out=out)
    negative = np.multiply(negative, SELU_SCALE_ALPHA, out=out)
    return choose(np.less(x, 0), negative, np.multiply(x, SELU_SCALE), out)


def _sigmoid(x: Array, out: Array = None) -> Array:
    e = np.exp(np.negative(x, out=out), out=out)
    return np.reciprocal(np.add(e, 1, out=out), out=out)


def _softplus(x: Array, out: Array = None) -> Array:
    """max(x, 0) + log(1 + e^-|x|), which neither overflows nor loses small results."""
    e = np.exp(np.negative(np.abs(x, out=out), out=out), out=out)
    return np.add(np.log1p(e, out=out), _relu(x), out=out)


def _log_sigmoid(x: Array, out: Array = None) -> Array:
    return np.negative(_softplus(np.negative(x), out), out=out)


def _step(x: Array, alpha: Array, out: Array = None) -> Array:
    result = choose(np.greater(x, 0), np.ones((), x.dtype), alpha, np.empty(x.shape, x.dtype) if out is None else out)
    if x.dtype.kind == "f":
        np.copyto(result, x, where=np.isnan(x))
    return result


# Near 0 erf(x) is x times a polynomial in x²; further out 1 - e^p(x), p fitted to log(erfc(x)). The factor 2^24 keeps
# the small part of the sum. Fitted for float32 (the same polynomials as the GLSL's).
_ERF_NEAR: Final = (
    7.9203681e-05, -8.0307614e-04, 5.190734e-03, -2.6855126e-02, 1.1283618e-01, -3.761263e-01, 1.2837917e-01,
)  # fmt: skip
_ERF_FAR: Final = (
    -2.1688104e-05, 4.4135255e-04, -4.204642e-03, 2.5208455e-02, -1.0841884e-01, -6.332197e-01, -1.1295785,
    1.8804023e-04,
)  # fmt: skip


def _polynomial(x: Array, coefficients: tuple[float, ...]) -> Array:
    y = np.full(x.shape, coefficients[0], x.dtype)
    for coefficient in coefficients[1:]:
        np.multiply(y, x, out=y)
        np.add(y, coefficient, out=y)
    return y


def _erf(x: Array, out: Array = None) -> Array:
    flat = x.reshape(-1)
    size = np.minimum(np.abs(flat), 4)
    near = _polynomial(np.square(size), _ERF_NEAR)
    enlarged = size * 16777216.0
    near = (near * enlarged + enlarged) * 5.9604645e-08
    far = 1 - np.exp(_polynomial(size, _ERF_FAR))
    result = np.copysign(choose(np.less(size, 1), near, far, near), flat).reshape(x.shape)
    if out is None:
        return result
    np.copyto(out, result)
    return out


def _exact_erf(x: Array) -> Array:
    return np.array([math.erf(value) for value in x.reshape(-1).tolist()]).reshape(x.shape)


relu = Elementwise(
    "relu", _relu, "relu_(x)", types=NUMERIC, glsl_int="max(x, 0)", gradient=lambda dy, y: dy.where(y > 0, 0),
    max_ulp=0, transcendental=False, free_zero=True,
)  # fmt: skip
relu6 = Elementwise(
    "relu6", _relu6, "relu6_(x)", types=NUMERIC, glsl_int="clamp(x, 0, 6)",
    gradient=lambda dy, x: dy.where((x > 0) & (x <= 6), 0), max_ulp=0, transcendental=False, free_zero=True,
)  # fmt: skip
leaky_relu = Elementwise(
    "leaky_relu", _leaky_relu, "leaky_relu_(x, alpha)", scalars={"alpha": 0.2},
    gradient=lambda dy, x, alpha: dy.where(x > 0, dy * alpha), transcendental=False, free_zero=True,
)  # fmt: skip
prelu = Elementwise(
    "prelu", _prelu, "prelu_(x, alpha)", inputs=("x", "alpha"),
    gradient=(lambda dy, x, alpha: dy.where(x > 0, dy * alpha), lambda dy, x: (dy * x).where(x < 0, 0)),
    transcendental=False,
)  # fmt: skip
elu = Elementwise("elu", _elu, "elu_(x)", gradient=lambda dy, y: dy.where(y >= 0, dy * (y + 1)), max_ulp=1.1)
selu = Elementwise(
    "selu", _selu, "selu_(x)",
    gradient=lambda dy, y: dy * (y + SELU_SCALE_ALPHA).where(y <= 0, SELU_SCALE), max_ulp=1.9,
)  # fmt: skip
sigmoid = Elementwise("sigmoid", _sigmoid, "sigmoid_(x)", gradient=lambda dy, y: dy * y * (1 - y), max_ulp=2.5)
softplus = Elementwise("softplus", _softplus, "softplus_(x)", gradient=lambda dy, x: dy * x.sigmoid(), max_ulp=1.7)
log_sigmoid = Elementwise(
    "log_sigmoid", _log_sigmoid, "log_sigmoid_(x)", gradient=lambda dy, x: dy * (-x).sigmoid(), max_ulp=1.7
)
step = Elementwise(
    "step", _step, "step_(x, alpha)", scalars={"alpha": 0.5}, types=NUMERIC,
    glsl_int="i_where(ivec4(greaterThan(x, ivec4(0))), ivec4(1), alpha)", gradient=lambda dy: dy.zeros_like(),
    max_ulp=0, transcendental=False,
)  # fmt: skip
erf = Elementwise(
    "erf", _erf, "erf_(x)", gradient=lambda dy, x: dy * (-x * x).exp() * (2 / math.sqrt(math.pi)), domain=SMALL,
    max_ulp=1.4, reference=_exact_erf,
)  # fmt: skip
