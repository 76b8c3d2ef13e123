"""Roots, quotients, rounding, extremes and tests: what the built-ins leave open, or drop, is settled here."""

from __future__ import annotations

from typing import Final

from tfnb.device.gl.glsl.record import Function

_NUMPY_MOD: Final = "NumPy npy_divmodf: the sign of y, zero included; exact by quotients of 24 bits (Dekker products)"

FUNCTIONS: Final = (
    Function(
        "sqrt_",
        """\
vec4 sqrt_(vec4 x) {
    precise vec4 y = sqrt(x);
    y = mix(y, x, nan_mask(x));
    return y;
}
""",
        needs=("nan_mask",),
        max_ulp=0.5,
        domain="correctly rounded where the driver's square root is (llvmpipe, softpipe)",
    ),
    Function(
        "rsqrt_",
        """\
vec4 rsqrt_(vec4 x) {
    precise vec4 s = sqrt(x), y = 1. / s;
    y = mix(y, x, nan_mask(x));
    return y;
}
""",
        needs=("nan_mask",),
        max_ulp=1.5,
        citation="1 / sqrt(x), the two roundings of NumPy's 1 / np.sqrt(x)",
    ),
    Function(
        "reciprocal_",
        """\
vec4 reciprocal_(vec4 x) {
    precise vec4 y = 1. / x;
    return y;
}
""",
        max_ulp=0.5,
    ),
    Function(
        "square_",
        """\
vec4 square_(vec4 x) {
    precise vec4 y = x * x;
    return y;
}
""",
        max_ulp=0.5,
    ),
    Function(
        "squared_difference_",
        """\
vec4 squared_difference_(vec4 x, vec4 y) {
    precise vec4 d = x - y, r = d * d;
    return r;
}
""",
        max_ulp=0.5,
        domain="of the rounded difference, as NumPy's (x - y) * (x - y) in float32",
    ),
    Function(
        "div_no_nan_",
        """\
vec4 div_no_nan_(vec4 x, vec4 y) {
    precise vec4 q = x / y;
    q = mix(q, vec4(0), equal(y, vec4(0)));
    return q;
}
""",
        max_ulp=0.5,
        citation="TensorFlow.js divNoNan: 0 where y is 0, also for NaN / 0",
    ),
    Function(
        "abs_",
        """\
vec4 abs_(vec4 x) {
    return intBitsToFloat(floatBitsToInt(x) & 0x7fffffff);
}
""",
    ),
    Function(
        "sign_",
        """\
vec4 sign_(vec4 x) {
    precise vec4 y = mix(vec4(0), vec4(1), greaterThan(x, vec4(0)));
    y = mix(y, vec4(-1), lessThan(x, vec4(0)));
    y = mix(y, x, nan_mask(x));
    return y;
}
""",
        needs=("nan_mask",),
        citation="np.sign: NaN stays (TensorFlow.js gives 0), 0 for both zeros",
    ),
    Function(
        "round_",
        """\
vec4 round_(vec4 x) {
    precise vec4 r = roundEven(x);
    return r;
}
""",
        citation="TensorFlow.js Round and np.round: halves to even",
    ),
    Function(
        "ceil_",
        """\
vec4 ceil_(vec4 x) {
    precise vec4 r = ceil(x);
    return r;
}
""",
    ),
    Function(
        "floor_",
        """\
vec4 floor_(vec4 x) {
    precise vec4 r = floor(x);
    return r;
}
""",
    ),
    Function(
        "trunc_",
        """\
vec4 trunc_(vec4 x) {
    precise vec4 r = trunc(x);
    return r;
}
""",
    ),
    Function(
        "max_nan",
        """\
vec4 max_nan(vec4 x, vec4 y) {
    precise vec4 r = mix(mix(mix(x, y, lessThan(x, y)), x, nan_mask(x)), y, nan_mask(y));
    return r;
}
""",
        needs=("nan_mask",),
        domain="of two zeros the first",
        citation="np.maximum, Math.max",
    ),
    Function(
        "min_nan",
        """\
vec4 min_nan(vec4 x, vec4 y) {
    precise vec4 r = mix(mix(mix(x, y, lessThan(y, x)), x, nan_mask(x)), y, nan_mask(y));
    return r;
}
""",
        needs=("nan_mask",),
        domain="of two zeros the first",
        citation="np.minimum, Math.min",
    ),
    Function(
        "clip_nan",
        """\
vec4 clip_nan(vec4 x, vec4 lo, vec4 hi) {
    return min_nan(max_nan(x, lo), hi);
}
""",
        needs=("max_nan", "min_nan"),
        citation="np.clip; hi wins where lo is above it",
    ),
    Function(
        "is_nan_",
        """\
ivec4 is_nan_(vec4 x) {
    return ivec4(nan_mask(x));
}
""",
        needs=("nan_mask",),
    ),
    Function(
        "is_inf_",
        """\
ivec4 is_inf_(vec4 x) {
    return ivec4(equal(floatBitsToInt(x) & 0x7fffffff, ivec4(0x7f800000)));
}
""",
    ),
    Function(
        "is_finite_",
        """\
ivec4 is_finite_(vec4 x) {
    return ivec4(lessThan(floatBitsToInt(x) & 0x7fffffff, ivec4(0x7f800000)));
}
""",
    ),
    Function(
        "remainder_step",
        # q = x / y rounded to 24 bits; x - q y is a multiple of the last places of q and y, and below 2^24 of them, so
        # each operation here is exact and takes 23 bits off the quotient.
        """\
vec4 remainder_step(vec4 x, vec4 y) {
    precise vec4 q = trunc(x / y), p = q * y, r = x - p;
    r = r + -product_tail(q, y, p);
    return r;
}
""",
        needs=("product_tail",),
    ),
    Function(
        "remainder_magnitude",
        # fmod(|x|, |y|). The scale keeps the products of the steps from overflow and underflow.
        """\
vec4 remainder_magnitude(vec4 a, vec4 b) {
    precise vec4 scale = mix(vec4(5.9604645e-08), vec4(2.748779e11), lessThan(b, vec4(9.094947e-13)));
    precise vec4 x = a * scale, y = b * scale, over = a / b;
    x = remainder_step(x, y);
    x = remainder_step(x, y);
    x = remainder_step(x, y);
    x = remainder_step(x, y);
    x = remainder_step(x, y);
    x = remainder_step(x, y);
    x = mix(x, x + y, lessThan(x, vec4(0)));
    x = x / scale;
    x = mix(x, vec4(0), equal(over, vec4(intBitsToFloat(0x7f800000))));
    x = mix(x, a, lessThan(a, b));
    bvec4 none = notEqual(ivec4(equal(a, vec4(intBitsToFloat(0x7f800000)))) | ivec4(equal(b, vec4(0))), ivec4(0));
    x = mix(x, vec4(intBitsToFloat(0x7fc00000)), none);
    return x;
}
""",
        needs=("remainder_step",),
        citation=_NUMPY_MOD,
    ),
    Function(
        "mod_",
        """\
vec4 mod_(vec4 x, vec4 y) {
    precise vec4 r = with_sign(remainder_magnitude(abs(x), abs(y)), floatBitsToInt(x));
    precise vec4 moved = r + y;
    bvec4 apart = notEqual(lessThan(r, vec4(0)), lessThan(y, vec4(0)));
    precise vec4 m = mix(r, moved, apart);
    m = mix(m, with_sign(vec4(0), floatBitsToInt(y)), equal(r, vec4(0)));
    m = mix(mix(m, x, nan_mask(x)), y, nan_mask(y));
    return m;
}
""",
        needs=("nan_mask", "with_sign", "remainder_magnitude"),
        domain="as np.mod to the bit where x / y is finite in float32, else 0; where subnormals are "
        "flushed, so is a remainder below 1.2e-38 before y is added",
        citation=_NUMPY_MOD,
    ),
    Function(
        "floor_div_",
        """\
vec4 floor_div_(vec4 x, vec4 y) {
    precise vec4 r = with_sign(remainder_magnitude(abs(x), abs(y)), floatBitsToInt(x));
    precise vec4 q = x / y, d = (x - r) / y;
    bvec4 apart = both(notEqual(r, vec4(0)), notEqual(lessThan(r, vec4(0)), lessThan(y, vec4(0))));
    d = mix(d, d - 1., apart);
    precise vec4 f = floor(d);
    f = mix(f, f + 1., greaterThan(d - f, vec4(0.5)));
    f = mix(f, with_sign(vec4(0), floatBitsToInt(x) ^ floatBitsToInt(y)), equal(d, vec4(0)));
    f = mix(f, q, equal(y, vec4(0)));
    f = mix(mix(f, x, nan_mask(x)), y, nan_mask(y));
    return f;
}
""",
        needs=("nan_mask", "both", "with_sign", "remainder_magnitude"),
        domain="as np.floor_divide to the bit where mod_ is exact",
        citation=_NUMPY_MOD,
    ),
)
