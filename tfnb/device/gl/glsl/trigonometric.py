"""Trigonometric functions and their inverses; polynomials as in `exponential`."""

from __future__ import annotations

from typing import Final

from tfnb.device.gl.glsl.record import Function

_PAYNE_HANEK: Final = "Payne & Hanek 1983, Radian reduction for trigonometric functions"
_FREEBSD_ASIN: Final = "FreeBSD msun e_asin.c, e_acos.c: a square root in two parts above 1/2"

FUNCTIONS: Final = (
    # The 32 high bits of m b for m below 2^24, in 16-bit halves: umulExtended is GLSL 4.00.
    Function(
        "multiply_high",
        """\
uvec4 multiply_high(uvec4 m, uvec4 b) {
    uvec4 mh = m >> 16, ml = m & 65535u, bh = b >> 16, bl = b & 65535u;
    uvec4 mid = ml * bh + ((ml * bl) >> 16), low = (mid & 65535u) + mh * bl;
    return mh * bh + (mid >> 16) + (low >> 16);
}
""",
    ),
    # |x| = (4 k + q) pi/2 + r + c with |r| <= pi/4, for every finite x; q comes back.
    #
    # |x| is an integer m times a power of two. Of 2/pi, the 96 bits that matter at this power are taken from a table of
    # words; higher ones give whole turns, lower ones less than 2^-62 quadrants. The product's first two bits are the
    # quadrant, the next 62 the place in it: the float32 nearest to a multiple of pi/2 leaves 33 of them.
    Function(
        "quadrant_reduced",
        """\
ivec4 quadrant_reduced(vec4 x, out vec4 r, out vec4 c) {
    precise vec4 a = abs(x);
    ivec4 b = floatBitsToInt(a), e = max(b >> 23, 120) - 120;
    uvec4 m = uvec4(b & 0x007fffff) | 0x00800000u, s = uvec4(e & 31);
    uvec4 f = uvec4(-(e >> 7)), g = uvec4(-((e >> 6) & 1)), h = uvec4(-((e >> 5) & 1));
    uvec4 u0 = f & 0xf534ddc0u, u1 = 0xa2f9836eu ^ (f & 0x799b16f7u);
    uvec4 u2 = 0x4e441529u ^ (f & 0x72078568u), u3 = 0xfc2757d1u ^ (f & 0x0276347au);
    u0 ^= g & (u0 ^ u2);
    u1 ^= g & (u1 ^ u3);
    u2 ^= g & (u2 ^ 0xf534ddc0u);
    u3 ^= g & (u3 ^ 0xdb629599u);
    uvec4 u4 = 0xf534ddc0u ^ (g & 0xc9774d81u);
    u0 ^= h & (u0 ^ u1);
    u1 ^= h & (u1 ^ u2);
    u2 ^= h & (u2 ^ u3);
    u3 ^= h & (u3 ^ u4);
    uvec4 w0 = (u0 << s) | ((u1 >> 1) >> (31u - s)), w1 = (u1 << s) | ((u2 >> 1) >> (31u - s));
    uvec4 w2 = (u2 << s) | ((u3 >> 1) >> (31u - s)), carried = multiply_high(m, w2);
    uvec4 low = w1 * m + carried;
    uvec4 high = w0 * m + multiply_high(m, w1) + uvec4(lessThan(low, carried));
    ivec4 i = ivec4((high << 2) | (low >> 30));
    uvec4 j = low << 2;
    precise vec4 t0 = vec4(i >> 8) * 5.9604645e-08, t1 = vec4((uvec4(i & 255) << 16) | (j >> 16)) * 3.5527137e-15;
    precise vec4 t2 = vec4(j & 65535u) * 5.421011e-20;
    precise vec4 p = t0 + t1, l = ((t0 - p) + t1) + t2, t = p + l;
    l = (p - t) + l;
    precise vec4 th = head(t), tl = t - th, y = t * 1.5707964;
    precise vec4 d = ((th * 1.5703125 - y) + th * 4.838705e-04 + tl * 1.5703125) + tl * 4.838705e-04;
    d = d + (l * 1.5707964 - t * 4.371139e-08);
    precise vec4 z = y + d;
    d = (y - z) + d;
    bvec4 near = lessThan(a, vec4(0.78539816));
    r = mix(z, a, near);
    c = mix(d, vec4(0), near);
    return (ivec4(high >> 30) - (i >> 31)) & (ivec4(near) - 1);
}
""",
        needs=("head", "multiply_high"),
        citation=_PAYNE_HANEK,
    ),
    # sin and cos of r + c, |r| <= pi/4.
    Function(
        "sin_polynomial",
        """\
vec4 sin_polynomial(vec4 r, vec4 c) {
    precise vec4 z = r * r;
    precise vec4 p = ((2.8373952e-06 * z - 1.9853505e-04) * z + 8.33338e-03) * z - 1.6666667e-01;
    p = r + (r * (z * p) + (c - 0.5 * z * c));
    return p;
}
""",
    ),
    Function(
        "cos_polynomial",
        """\
vec4 cos_polynomial(vec4 r, vec4 c) {
    precise vec4 z = r * r, h = 0.5 * z, w = 1. - h;
    precise vec4 p = (2.4430668e-05 * z - 1.3887301e-03) * z + 4.1666646e-02;
    p = w + (((1. - w) - h) + (z * z * p - r * c));
    return p;
}
""",
    ),
    # NaN for an infinite x, and x itself where it is NaN.
    Function(
        "trigonometric_special",
        """\
vec4 trigonometric_special(vec4 found, vec4 x) {
    precise vec4 y = mix(found, vec4(intBitsToFloat(0x7fc00000)), equal(abs(x), vec4(intBitsToFloat(0x7f800000))));
    y = mix(y, x, nan_mask(x));
    return y;
}
""",
        needs=("nan_mask",),
    ),
    Function(
        "sin_",
        """\
vec4 sin_(vec4 x) {
    vec4 r, c;
    ivec4 q = quadrant_reduced(x, r, c);
    precise vec4 y = mix(sin_polynomial(r, c), cos_polynomial(r, c), equal(q & 1, ivec4(1)));
    return trigonometric_special(with_sign(y, floatBitsToInt(x) ^ (q << 30)), x);
}
""",
        needs=("with_sign", "quadrant_reduced", "sin_polynomial", "cos_polynomial", "trigonometric_special"),
        max_ulp=0.9,
        citation=_PAYNE_HANEK,
    ),
    Function(
        "cos_",
        """\
vec4 cos_(vec4 x) {
    vec4 r, c;
    ivec4 q = quadrant_reduced(x, r, c), flip = (q + 1) << 30;
    precise vec4 y = mix(cos_polynomial(r, c), sin_polynomial(r, c), equal(q & 1, ivec4(1)));
    return trigonometric_special(with_sign(y, flip), x);
}
""",
        needs=("with_sign", "quadrant_reduced", "sin_polynomial", "cos_polynomial", "trigonometric_special"),
        max_ulp=0.9,
        citation=_PAYNE_HANEK,
    ),
    Function(
        "tan_",
        """\
vec4 tan_(vec4 x) {
    vec4 r, c;
    ivec4 q = quadrant_reduced(x, r, c);
    bvec4 odd = equal(q & 1, ivec4(1));
    precise vec4 s = sin_polynomial(r, c), t = cos_polynomial(r, c);
    precise vec4 y = mix(s, t, odd) / mix(t, s, odd);
    return trigonometric_special(with_sign(y, floatBitsToInt(x) ^ (q << 31)), x);
}
""",
        needs=("with_sign", "quadrant_reduced", "sin_polynomial", "cos_polynomial", "trigonometric_special"),
        max_ulp=2.4,
        citation=_PAYNE_HANEK,
    ),
    # asin(x) / x - 1, from z = x^2 up to 1/4.
    Function(
        "asin_polynomial",
        """\
vec4 asin_polynomial(vec4 z) {
    precise vec4 p = ((((3.762079e-02 * z + 1.4360783e-02) * z + 3.1829413e-02) * z + 4.4514194e-02) * z
        + 7.5005196e-02) * z + 1.666666e-01;
    p = p * z;
    return p;
}
""",
    ),
    # z = (1 - |x|) / 2 above 1/2, else x^2; the square root of the former in a head and a rest.
    Function(
        "asin_reduced",
        """\
vec4 asin_reduced(vec4 a, out vec4 s, out vec4 rest) {
    precise vec4 z = 0.5 * (1. - a), root = sqrt(z), top = head(root), t = (z - top * top) / (root + top);
    s = root;
    rest = mix(t, vec4(0), equal(z, vec4(0)));
    precise vec4 w = mix(z, a * a, lessThan(a, vec4(0.5)));
    return w;
}
""",
        needs=("head",),
        citation=_FREEBSD_ASIN,
    ),
    Function(
        "asin_",
        """\
vec4 asin_(vec4 x) {
    precise vec4 a = abs(x), s, rest;
    precise vec4 p = asin_polynomial(asin_reduced(a, s, rest));
    precise vec4 near = a + a * p;
    precise vec4 far = 0.7853982 - ((2. * s * p - (-4.371139e-08 - 2. * rest)) - (0.7853982 - 2. * head(s)));
    precise vec4 y = with_sign(mix(far, near, lessThan(a, vec4(0.5))), floatBitsToInt(x));
    y = mix(y, vec4(intBitsToFloat(0x7fc00000)), greaterThan(a, vec4(1)));
    y = mix(y, x, nan_mask(x));
    return y;
}
""",
        needs=("nan_mask", "with_sign", "head", "asin_polynomial", "asin_reduced"),
        max_ulp=0.9,
        citation=_FREEBSD_ASIN,
    ),
    Function(
        "acos_",
        """\
vec4 acos_(vec4 x) {
    precise vec4 a = abs(x), s, rest;
    precise vec4 p = asin_polynomial(asin_reduced(a, s, rest));
    precise vec4 near = 1.5707964 - (x - (-4.371139e-08 - x * p));
    precise vec4 right = 2. * (head(s) + (s * p + rest)), left = 3.1415927 - 2. * (s + (s * p + 4.371139e-08));
    precise vec4 y = mix(mix(right, left, lessThan(x, vec4(0))), near, lessThan(a, vec4(0.5)));
    y = mix(y, vec4(intBitsToFloat(0x7fc00000)), greaterThan(a, vec4(1)));
    y = mix(y, x, nan_mask(x));
    return y;
}
""",
        needs=("nan_mask", "head", "asin_polynomial", "asin_reduced"),
        max_ulp=1.0,
        citation=_FREEBSD_ASIN,
    ),
    Function(
        "atan_polynomial",
        """\
vec4 atan_polynomial(vec4 t) {
    precise vec4 z = t * t;
    precise vec4 p = ((((-5.3376926e-04 * z + 4.051987e-03) * z - 1.4296257e-02) * z + 3.1894248e-02) * z
        - 5.2461844e-02) * z + 7.155219e-02;
    p = ((((p * z - 8.9518175e-02) * z + 1.10878386e-01) * z - 1.4283414e-01) * z + 1.9999886e-01) * z - 3.333333e-01;
    p = t + t * (z * p);
    return p;
}
""",
    ),
    Function(
        "atan_",
        """\
vec4 atan_(vec4 x) {
    precise vec4 a = abs(x);
    bvec4 steep = greaterThan(a, vec4(1));
    precise vec4 inverse = 1. / a;
    precise vec4 t = atan_polynomial(mix(a, inverse, steep));
    precise vec4 y = 1.5707964 - (t + 4.371139e-08);
    y = with_sign(mix(t, y, steep), floatBitsToInt(x));
    y = mix(y, x, nan_mask(x));
    return y;
}
""",
        needs=("nan_mask", "with_sign", "atan_polynomial"),
        max_ulp=1.6,
        citation="pi/2 - atan(1/x) above 1; one polynomial on [0, 1]",
    ),
    Function(
        "atan2_",
        """\
vec4 atan2_(vec4 y, vec4 x) {
    precise vec4 a = abs(x), b = abs(y), longer = max(a, b), shorter = min(a, b);
    precise vec4 t = shorter / longer;
    t = mix(t, vec4(0), equal(longer, vec4(0)));
    t = mix(t, vec4(1), equal(shorter, vec4(intBitsToFloat(0x7f800000))));
    bvec4 steep = greaterThan(b, a), left = lessThan(floatBitsToInt(x), ivec4(0));
    precise vec4 angle = atan_polynomial(t), turned = mix(angle, -angle, notEqual(steep, left));
    precise vec4 base = mix(mix(vec4(0), vec4(3.1415927), left), vec4(1.5707964), steep);
    precise vec4 r = base + (turned - base * 2.7827534e-08);
    r = mix(r, angle, both(not(steep), not(left)));
    r = with_sign(r, floatBitsToInt(y));
    r = mix(mix(r, x, nan_mask(x)), y, nan_mask(y));
    return r;
}
""",
        needs=("nan_mask", "both", "with_sign", "atan_polynomial"),
        max_ulp=1.6,
        domain="the quadrant follows the signs of both, zeros and infinities included, as NumPy's arctan2",
        citation="as atan_, C99 F.9.1.4",
    ),
)
