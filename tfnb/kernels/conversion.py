"""Conversions between data types, as kernels, so that they fuse like any other."""

from __future__ import annotations

from typing import Any

import numpy as np

from tfnb.kernels.record import ANY, Domain, Elementwise

Array = Any

_INT_MIN, _INT_MAX = -(2**31), 2**31 - 1
_LARGEST_BELOW = np.float32(2147483520.0)  # the largest float32 below 2^31


def to_int32(x: Array, out: Array = None) -> Array:
    """Towards zero; what does not fit becomes the nearest int32, NaN becomes 0: the same on every placement."""
    if x.dtype.kind != "f":
        return np.copyto(out, x, casting="unsafe") or out if out is not None else x.astype(np.int32)
    whole = np.trunc(x)
    inside = np.clip(whole, -2147483648.0, _LARGEST_BELOW)
    inside = np.where(np.isnan(inside), 0, inside).astype(np.int32)
    inside[whole > _LARGEST_BELOW] = _INT_MAX
    if out is None:
        return inside
    np.copyto(out, inside)
    return out


def to_float32(x: Array, out: Array = None) -> Array:
    if out is None:
        return x.astype(np.float32)
    np.copyto(out, x, casting="unsafe")
    return out


def to_bool(x: Array, out: Array = None) -> Array:
    return np.not_equal(x, 0, out=out)


def to_complex64(x: Array, out: Array = None) -> Array:
    return x.astype(np.complex64)


cast_float32 = Elementwise(
    "cast_float32", to_float32, "x", types=ANY, result="float32", glsl_int="vec4(x)", complex_host=True
)
cast_int32 = Elementwise(
    "cast_int32",
    to_int32,
    "to_int_(x)",
    types=ANY,
    result="int32",
    glsl_int="x",
    domain=Domain(-3e9, 3e9, (float("nan"), float("inf"), float("-inf"), -0.0)),
)
cast_bool = Elementwise(
    "cast_bool", to_bool, "ivec4(notEqual(x, vec4(0)))", types=ANY, result="bool", glsl_int="ivec4(notEqual(x, ivec4(0)))"
)

CASTS = {"float32": cast_float32, "int32": cast_int32, "bool": cast_bool}
