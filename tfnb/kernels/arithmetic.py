"""Arithmetic of two tensors, value by value.

int32 wraps around at 32 bits; a whole number divided by zero gives 0, as in NumPy and TensorFlow.js.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tfnb.kernels.choice import choose
from tfnb.kernels.record import NUMERIC, REALS, SMALL, Domain, Elementwise

Array = Any

AB = ("a", "b")
_SMALL = 1024  # up to here the number of NumPy calls counts, not what they do


def _divide(a: Array, b: Array, out: Array = None) -> Array:
    return (np.floor_divide if a.dtype.kind == "i" else np.divide)(a, b, out=out)


def _divide_no_nan(a: Array, b: Array, out: Array = None) -> Array:
    quotient = _divide(a, b, out)
    return choose(np.not_equal(b, 0), quotient, np.zeros((), quotient.dtype), out)


def _square_difference(a: Array, b: Array, out: Array = None) -> Array:
    difference = np.subtract(a, b, out=out)
    return np.multiply(difference, difference, out=out)


def _power(base: Array, exp: Array, out: Array = None) -> Array:
    if base.dtype.kind == "i":
        return _whole_power(base, exp, out)
    if not exp.ndim and exp == 2:  # by far the most frequent, and ten times as fast
        return np.square(base, out=out)
    if base.dtype.kind == "f" and base.size > _SMALL and np.less(base, 0).any():
        return _power_of_negatives(base, exp, out)
    return np.power(base, exp, out=out)


def _power_of_negatives(base: Array, exp: Array, out: Array) -> Array:
    """The power of the magnitude, then its sign: on a negative base itself NumPy is fifty times slower.

    The sign of an odd power is the base's; a power with a fraction is NaN, but of minus infinity. (C99, F.9.4.4)
    """
    result = np.power(np.abs(base), exp, out=out)
    half = np.multiply(exp, 0.5)
    whole = np.equal(exp, np.floor(exp))
    even = np.logical_not(np.logical_and(whole, np.not_equal(half, np.floor(half))))
    if not even.all():
        result = choose(even, result, np.copysign(result, base), out)
    if not whole.all():
        defined = np.logical_or(np.logical_or(whole, np.greater_equal(base, 0)), np.isinf(base))
        result = choose(defined, result, np.full((), np.nan, base.dtype), out)
    return result


def _log_of_positive(base: Any) -> Any:
    """The logarithm where there is one, else 0: a power of what is not positive has no slope in its exponent."""
    if isinstance(base, (int, float)):
        return math.log(base) if base > 0 else 0.0
    return base.log().where(base > 0, 0)


def _whole_power(base: Array, exp: Array, out: Array) -> Array:
    """NumPy refuses negative exponents of whole numbers; here they give 1 / base^-exp without its fraction."""
    result = np.power(base, np.maximum(exp, 0), out=out)
    natural = np.greater_equal(exp, 0)
    if natural.all():
        return result
    sign = np.where(np.bitwise_and(exp, 1), -1, 1)
    quotient = np.where(np.equal(base, 1), 1, np.where(np.equal(base, -1), sign, 0)).astype(base.dtype)
    return choose(natural, result, quotient, out)


add = Elementwise(
    "add", np.add, "a+b", inputs=AB, types=NUMERIC, gradient=(lambda dy: dy, lambda dy: dy), complex_host=True
)
sub = Elementwise(
    "sub", np.subtract, "a-b", inputs=AB, types=NUMERIC, gradient=(lambda dy: dy, lambda dy: -dy), complex_host=True
)
mul = Elementwise(
    "mul",
    np.multiply,
    "a*b",
    inputs=AB,
    types=NUMERIC,
    gradient=(lambda dy, b: dy * b, lambda dy, a: dy * a),
    complex_host=True,
)
div = Elementwise(
    "div",
    _divide,
    "a/b",
    inputs=AB,
    types=NUMERIC,
    glsl_int="i_floor_div(a, b)",
    gradient=(lambda dy, b: dy / b, lambda dy, a, b: -dy / b * (a / b)),
    complex_host=True,
    note="of two int32 rounds down",
)
truediv = Elementwise(
    "truediv",
    np.divide,
    "a/b",
    inputs=AB,
    gradient=(lambda dy, b: dy / b, lambda dy, a, b: -dy / b * (a / b)),
    complex_host=True,
    note="Python's /: a float32 of any two numbers",
)
floor_div = Elementwise(
    "floor_div",
    np.floor_divide,
    "floor_div_(a, b)",
    inputs=AB,
    types=NUMERIC,
    glsl_int="i_floor_div(a, b)",
    gradient=(lambda dy: dy.zeros_like(), lambda dy: dy.zeros_like()),
)
mod = Elementwise(
    "mod",
    np.mod,
    "mod_(a, b)",
    inputs=AB,
    types=NUMERIC,
    glsl_int="i_mod(a, b)",
    gradient=(lambda dy: dy, lambda dy, a, b: -dy * (a / b).floor()),
    note="the sign of b; on OpenGL 0 where a / b overflows float32",
)
div_no_nan = Elementwise(
    "div_no_nan",
    _divide_no_nan,
    "div_no_nan_(a, b)",
    inputs=AB,
    types=NUMERIC,
    glsl_int="i_floor_div(a, b)",
    gradient=(lambda dy, b: dy.div_no_nan(b), lambda dy, a, b: -dy.div_no_nan(b) * (dy.zeros_like() + a).div_no_nan(b)),
    transcendental=False,
    note="0 where b is 0",
)
pow = Elementwise(
    "pow",
    _power,
    "pow_(base, exp)",
    inputs=("base", "exp"),
    types=NUMERIC,
    glsl_int="i_pow(base, exp)",
    gradient=(lambda dy, base, exp: dy * exp * base.pow(exp - 1), lambda dy, y, base: dy * y * _log_of_positive(base)),
    domain=(Domain(-10.0, 30.0, REALS.special), Domain(-8.0, 8.0, REALS.special)),
    max_ulp=1,
    complex_host=True,
    reference=lambda base, exp: _whole_power(base, exp, None) if base.dtype.kind == "i" else np.power(base, exp),
)
maximum = Elementwise(
    "maximum",
    np.maximum,
    "max_nan(a, b)",
    inputs=AB,
    types=NUMERIC,
    glsl_int="max(a, b)",
    gradient=(lambda dy, a, b: dy.where(a >= b, 0), lambda dy, a, b: dy.where(b > a, 0)),
    max_ulp=0,
    free_zero=True,
)
minimum = Elementwise(
    "minimum",
    np.minimum,
    "min_nan(a, b)",
    inputs=AB,
    types=NUMERIC,
    glsl_int="min(a, b)",
    gradient=(lambda dy, a, b: dy.where(a <= b, 0), lambda dy, a, b: dy.where(b < a, 0)),
    max_ulp=0,
    free_zero=True,
)
squared_difference = Elementwise(
    "squared_difference",
    _square_difference,
    "squared_difference_(a, b)",
    inputs=AB,
    types=NUMERIC,
    glsl_int="(a-b)*(a-b)",
    gradient=(lambda dy, a, b: dy * (a - b) * 2, lambda dy, a, b: dy * (b - a) * 2),
    domain=SMALL,
    max_ulp=2,
    transcendental=False,
)
