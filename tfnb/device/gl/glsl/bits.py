"""Small pieces on the bits of a float that the other families stand on."""

from __future__ import annotations

from typing import Final

from tfnb.device.gl.glsl.record import Function

FUNCTIONS: Final = (
    # On bits, because compilers that assume "no NaN" fold x != x and isnan(x) away.
    Function(
        "nan_mask",
        """\
bvec4 nan_mask(vec4 x) {
    return greaterThan(floatBitsToInt(x) & 0x7fffffff, ivec4(0x7f800000));
}
""",
    ),
    Function(
        "both",
        """\
bvec4 both(bvec4 a, bvec4 b) {
    return notEqual(ivec4(a) & ivec4(b), ivec4(0));
}
""",
    ),
    # The sign of y on the magnitude x >= 0; with a second, computed sign in the top bit of `flip`.
    Function(
        "with_sign",
        """\
vec4 with_sign(vec4 x, ivec4 flip) {
    return intBitsToFloat(floatBitsToInt(x) ^ (flip & ivec4(0x80000000u)));
}
""",
    ),
    # The 12 leading bits: products of two heads are exact, as fused multiply-add isn't to be had everywhere.
    Function(
        "head",
        """\
vec4 head(vec4 x) {
    return intBitsToFloat(floatBitsToInt(x) & ivec4(0xfffff000u));
}
""",
    ),
    Function(
        "product_tail",
        """\
vec4 product_tail(vec4 a, vec4 b, vec4 product) {
    precise vec4 ah = head(a), bh = head(b);
    precise vec4 al = a - ah, bl = b - bh;
    precise vec4 tail = ((ah * bh - product) + ah * bl + al * bh) + al * bl;
    return tail;
}
""",
        needs=("head",),
        domain="a b = product + tail exactly, unless a part of it underflows",
        citation="Dekker 1971, A floating-point technique for extending the available precision",
    ),
    Function(
        "scale_exponent",
        """\
vec4 scale_exponent(vec4 y, ivec4 n) {
    ivec4 h = n >> 1;
    precise vec4 z = y * intBitsToFloat((h + 127) << 23);
    z = z * intBitsToFloat((n - h + 127) << 23);
    return z;
}
""",
        max_ulp=0.5,
        domain="y 2^n for n from -252 to 254; two steps, so that a subnormal result is rounded once",
    ),
)
