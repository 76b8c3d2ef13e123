"""Conversions between data types, as kernels, so that they fuse like any other."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from tfnb.kernels.record import ANY, NOT_FINITE, Domain, Elementwise

Array = Any

_INT_MIN, _INT_MAX = -(2**31), 2**31 - 1


def to_int32(x: Array, out: Array = None) -> Array:
    """Towards zero; what does not fit becomes the nearest int32, NaN becomes 0: the same on every placement."""
    if out is None:
        out = np.empty(x.shape, np.int32)
    np.copyto(out, x, casting="unsafe")
    if x.dtype.kind == "f":
        inside = np.less(np.abs(x), 2.0**31)  # and no NaN
        if not inside.all():
            whole = np.where(np.isnan(x), 0, np.where(np.less(x, 0), _INT_MIN, _INT_MAX)).astype(np.int32)
            np.copyto(out, whole, where=np.logical_not(inside))
    return out


def to_float32(x: Array, out: Array = None) -> Array:
    if out is None:
        return x.astype(np.float32)
    np.copyto(out, x, casting="unsafe")
    return out


def to_bool(x: Array, out: Array = None) -> Array:
    """All but 0 is true, NaN too."""
    return np.not_equal(x, 0, out=out)


def to_complex64(x: Array, out: Array = None) -> Array:
    return x.astype(np.complex64)


cast_float32 = Elementwise(
    "cast_float32",
    to_float32,
    "x",
    types=ANY,
    result="float32",
    glsl_int="vec4(x)",
    gradient=lambda dy: dy,
)
cast_int32 = Elementwise(
    "cast_int32",
    to_int32,
    "to_int_(x)",
    types=ANY,
    result="int32",
    glsl_int="x",
    gradient=lambda dy: dy,
    domain=Domain(-3e9, 3e9, (*NOT_FINITE, -0.0, 2147483648.0, 2147483520.0, -2147483648.0, -2147483904.0)),
    transcendental=False,
    note="towards zero; what does not fit becomes the nearest int32, NaN becomes 0",
)
cast_bool = Elementwise(
    "cast_bool",
    to_bool,
    "to_bool_(x)",
    types=ANY,
    result="bool",
    glsl_int="i_to_bool(x)",
    gradient=lambda dy: dy,
    transcendental=False,
    note="all but 0 is true, NaN too",
)

CASTS: Final = {"float32": cast_float32, "int32": cast_int32, "bool": cast_bool}
