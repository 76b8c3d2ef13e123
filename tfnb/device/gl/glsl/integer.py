"""int32 and bool (an int32 of 0 or 1): every result is defined, and the same on all placements.

Sums, products and negation wrap around, as NumPy's int32. A division by zero gives 0: so do NumPy and TensorFlow.js
(`Math.floor(x / 0)` is infinite, which an Int32Array stores as 0).
"""

from __future__ import annotations

from typing import Final

from tfnb.device.gl.glsl.record import Function

# 31 steps, for a literal loop would count against the iterations that some drivers allow an invocation.
_POWER_STEPS: Final = "    r *= 1 + (n & 1) * (p - 1); p *= p; n >>= 1;\n" * 31

FUNCTIONS: Final = (
    Function(
        "i_div",
        # -1 apart, since INT_MIN / -1 traps or differs between devices; wrapping negation is its answer.
        """\
ivec4 i_div(ivec4 x, ivec4 y) {
    ivec4 none = ivec4(equal(y, ivec4(0))), minus = ivec4(equal(y, ivec4(-1)));
    ivec4 q = x / (y + none + 2 * minus);
    return q * (1 - none) * (1 - 2 * minus);
}
""",
        domain="truncates; 0 where y is 0; INT_MIN / -1 is INT_MIN",
    ),
    Function(
        "i_floor_div",
        """\
ivec4 i_floor_div(ivec4 x, ivec4 y) {
    ivec4 q = i_div(x, y), r = x - q * y;
    return q - ivec4(both(notEqual(r, ivec4(0)), lessThan(r ^ y, ivec4(0)))) * ivec4(notEqual(y, ivec4(0)));
}
""",
        needs=("both", "i_div"),
        domain="rounds down; 0 where y is 0; INT_MIN / -1 is INT_MIN",
        citation="TensorFlow.js floorDiv, to which its div leads two int32; np.floor_divide",
    ),
    Function(
        "i_mod",
        """\
ivec4 i_mod(ivec4 x, ivec4 y) {
    ivec4 r = x - i_div(x, y) * y, moved = ivec4(both(notEqual(r, ivec4(0)), lessThan(r ^ y, ivec4(0))));
    return (r + y * moved) * ivec4(notEqual(y, ivec4(0)));
}
""",
        needs=("both", "i_div"),
        domain="the sign of y; 0 where y is 0",
        citation="TensorFlow.js Mod; np.mod",
    ),
    Function(
        "i_pow",
        f"""\
ivec4 i_pow(ivec4 x, ivec4 y) {{
    ivec4 r = ivec4(1), p = x, n = y & 0x7fffffff;
{_POWER_STEPS}\
    ivec4 unit = ivec4(equal(x, ivec4(1))) + ivec4(equal(x, ivec4(-1))) * (1 - 2 * (y & 1));
    return i_where(ivec4(lessThan(y, ivec4(0))), unit, r);
}}
""",
        needs=("i_where",),
        domain="wraps around; for y < 0 the quotient truncated: 1 and -1 keep their powers, 0 and the rest give 0",
        citation="TensorFlow.js Pow for int32 (which is inexact above 2^53)",
    ),
    Function(
        "i_max",
        """\
ivec4 i_max(ivec4 x, ivec4 y) {
    return max(x, y);
}
""",
    ),
    Function(
        "i_min",
        """\
ivec4 i_min(ivec4 x, ivec4 y) {
    return min(x, y);
}
""",
    ),
    Function(
        "i_abs",
        """\
ivec4 i_abs(ivec4 x) {
    return max(x, -x);
}
""",
        domain="INT_MIN stays",
    ),
    Function(
        "i_sign",
        """\
ivec4 i_sign(ivec4 x) {
    return sign(x);
}
""",
    ),
    Function(
        "i_neg",
        """\
ivec4 i_neg(ivec4 x) {
    return -x;
}
""",
        domain="INT_MIN stays",
    ),
    Function(
        "i_square",
        """\
ivec4 i_square(ivec4 x) {
    return x * x;
}
""",
    ),
    Function(
        "i_squared_difference",
        """\
ivec4 i_squared_difference(ivec4 x, ivec4 y) {
    ivec4 d = x - y;
    return d * d;
}
""",
    ),
    Function(
        "i_clip",
        """\
ivec4 i_clip(ivec4 x, ivec4 lo, ivec4 hi) {
    return min(max(x, lo), hi);
}
""",
        citation="np.clip; hi wins where lo is above it",
    ),
    Function(
        "i_shift_left",
        """\
ivec4 i_shift_left(ivec4 x, ivec4 n) {
    return (x << (n & 31)) & -ivec4(equal(n & 31, n));
}
""",
        domain="0 where n is negative or above 31",
        citation="np.left_shift",
    ),
    Function(
        "i_shift_right",
        """\
ivec4 i_shift_right(ivec4 x, ivec4 n) {
    return x >> (n | (-ivec4(notEqual(n & 31, n)) & 31)) ;
}
""",
        domain="the sign bit fills; where n is negative or above 31, 0 or -1",
        citation="np.right_shift",
    ),
    # mix() of integers is GLSL 4.50.
    Function(
        "i_where",
        """\
ivec4 i_where(ivec4 condition, ivec4 x, ivec4 y) {
    return y ^ ((x ^ y) & -ivec4(notEqual(condition, ivec4(0))));
}
""",
    ),
    Function(
        "where_",
        """\
vec4 where_(ivec4 condition, vec4 x, vec4 y) {
    precise vec4 r = mix(y, x, notEqual(condition, ivec4(0)));
    return r;
}
""",
        citation="np.where: the value not chosen has no effect, NaN included",
    ),
    Function(
        "logical_and_",
        """\
ivec4 logical_and_(ivec4 x, ivec4 y) {
    return ivec4(notEqual(x, ivec4(0))) & ivec4(notEqual(y, ivec4(0)));
}
""",
    ),
    Function(
        "logical_or_",
        """\
ivec4 logical_or_(ivec4 x, ivec4 y) {
    return ivec4(notEqual(x | y, ivec4(0)));
}
""",
    ),
    Function(
        "logical_xor_",
        """\
ivec4 logical_xor_(ivec4 x, ivec4 y) {
    return ivec4(notEqual(x, ivec4(0))) ^ ivec4(notEqual(y, ivec4(0)));
}
""",
    ),
    Function(
        "logical_not_",
        """\
ivec4 logical_not_(ivec4 x) {
    return ivec4(equal(x, ivec4(0)));
}
""",
    ),
    Function(
        "to_int_",
        """\
ivec4 to_int_(vec4 x) {
    ivec4 i = ivec4(clamp(mix(x, vec4(0), nan_mask(x)), -2147483648., 2147483520.));
    return i_where(ivec4(greaterThanEqual(x, vec4(2147483648.))), ivec4(0x7fffffff), i);
}
""",
        needs=("nan_mask", "i_where"),
        domain="truncates; NaN gives 0, what is out of range the nearest int32 (so NumPy on arm64; on x86 it gives "
        "INT_MIN for both. TensorFlow.js wraps around on its CPU backend, NaN 0, and is undefined on WebGL)",
    ),
    Function(
        "to_float_",
        """\
vec4 to_float_(ivec4 x) {
    precise vec4 r = vec4(x);
    return r;
}
""",
        max_ulp=0.5,
    ),
    Function(
        "to_bool_",
        """\
ivec4 to_bool_(vec4 x) {
    return 1 - ivec4(equal(x, vec4(0)));
}
""",
        citation="TensorFlow.js Cast, bool(): all but 0 is true, NaN too",
    ),
    Function(
        "i_to_bool",
        """\
ivec4 i_to_bool(ivec4 x) {
    return ivec4(notEqual(x, ivec4(0)));
}
""",
    ),
)
