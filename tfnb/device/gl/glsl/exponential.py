"""Exponentials and logarithms.

The polynomials are minimax fits of this project (Remez exchange in 120 bits, coefficients rounded to float32 one after
the other, each time refitting the rest); `citation` names the argument reduction and the order of the operations.
"""

from __future__ import annotations

from typing import Final

from tfnb.device.gl.glsl.record import Function

_CEPHES_EXP: Final = "Cephes expf (Moshier): two-part ln 2, scaling in two steps"
_FREEBSD_LOG: Final = "FreeBSD msun e_logf.c: s = f / (2 + f), even polynomial in s"

FUNCTIONS: Final = (
    # t + e^(r + c) - 1 for |r| <= ln(2)/2 and a t that is 0 or above |r|: t + r in two parts, the rest is small.
    Function(
        "exp_sum",
        """\
vec4 exp_sum(vec4 t, vec4 r, vec4 c) {
    precise vec4 p = ((((1.9944255e-04 * r + 1.3932686e-03) * r + 8.333208e-03) * r + 4.166649e-02) * r
        + 1.6666667e-01) * r + 0.5;
    precise vec4 s = t + r, rest = (t - s) + r;
    s = s + (rest + (r * r * p + c));
    return s;
}
""",
    ),
    # x = n ln 2 + r + c, |r| <= ln(2)/2; n comes back as the function's value.
    Function(
        "exp_reduced",
        """\
ivec4 exp_reduced(vec4 x, out vec4 r, out vec4 c) {
    precise vec4 n = roundEven(clamp(x, -150., 130.) * 1.44269504);
    precise vec4 high = x - n * 0.693359375, low = n * -2.12194440e-4;
    precise vec4 sum = high - low, rest = (high - sum) - low;
    r = sum;
    c = rest;
    return ivec4(n);
}
""",
        citation=_CEPHES_EXP,
    ),
    Function(
        "exp_",
        """\
vec4 exp_(vec4 x) {
    vec4 r, c;
    ivec4 n = exp_reduced(x, r, c);
    precise vec4 y = scale_exponent(exp_sum(vec4(1), r, c), n);
    y = mix(y, vec4(intBitsToFloat(0x7f800000)), greaterThan(x, vec4(89.)));
    y = mix(y, vec4(0), lessThan(x, vec4(-104.)));
    y = mix(y, x, nan_mask(x));
    return y;
}
""",
        needs=("nan_mask", "scale_exponent", "exp_sum", "exp_reduced"),
        max_ulp=0.8,
        citation=_CEPHES_EXP,
    ),
    # 2^(r + c) for |r| a little above 1/2 at most: e^((r + c) ln 2), the product in two parts.
    Function(
        "exp2_sum",
        """\
vec4 exp2_sum(vec4 r, vec4 c) {
    precise vec4 high = head(r);
    precise vec4 p = high * 6.9311523e-01, q = high * 3.1946184e-05 + ((r - high) + c) * 6.931472e-01, s = p + q;
    q = (p - s) + q;
    return exp_sum(vec4(1), s, q);
}
""",
        needs=("head", "exp_sum"),
    ),
    Function(
        "exp2_",
        """\
vec4 exp2_(vec4 x) {
    precise vec4 a = clamp(x, -151., 129.), n = roundEven(a), r = a - n;
    precise vec4 y = scale_exponent(exp2_sum(r, vec4(0)), ivec4(n));
    y = mix(y, x, nan_mask(x));
    return y;
}
""",
        needs=("nan_mask", "scale_exponent", "exp2_sum"),
        max_ulp=0.9,
        citation="as exp_, with an exact reduction",
    ),
    Function(
        "expm1_",
        """\
vec4 expm1_(vec4 x) {
    precise vec4 a = clamp(x, -20., 89.5);
    vec4 r, c;
    ivec4 n = exp_reduced(a, r, c);
    precise vec4 t = 1. - intBitsToFloat((127 - min(n, 30)) << 23);
    precise vec4 y = scale_exponent(exp_sum(t, r, c), n);
    y = mix(y, x, lessThan(abs(x), vec4(5.9604645e-08)));
    y = mix(y, x, nan_mask(x));
    return y;
}
""",
        needs=("nan_mask", "scale_exponent", "exp_sum", "exp_reduced"),
        max_ulp=1.1,
        citation="2^n (e^r - 1 + (1 - 2^-n)), FreeBSD msun s_expm1f.c",
    ),
    # x = m 2^n with m between sqrt(1/2) and sqrt(2), for x > 0, subnormals included.
    Function(
        "log_reduced",
        """\
vec4 log_reduced(vec4 x, out vec4 n) {
    bvec4 small = lessThan(x, vec4(1.17549435e-38));
    precise vec4 u = mix(x, x * 33554432., small);
    ivec4 b = floatBitsToInt(u) + (0x3f800000 - 0x3f3504f3);
    n = vec4((b >> 23) - 127 - 25 * ivec4(small));
    precise vec4 m = intBitsToFloat((b & 0x007fffff) + 0x3f3504f3);
    return m;
}
""",
    ),
    # log(1 + f) = f - (h - s (h + polynomial)) with h = f^2 / 2 and s = f / (2 + f); this is s (h + polynomial).
    Function(
        "log_tail",
        """\
vec4 log_tail(vec4 f, vec4 h) {
    precise vec4 s = f / (2. + f), z = s * s;
    precise vec4 p = (((2.4279204e-01 * z + 2.8498787e-01) * z + 4.0000972e-01) * z + 6.666666e-01) * z;
    p = s * (h + p);
    return p;
}
""",
        citation=_FREEBSD_LOG,
    ),
    Function(
        "log_special",
        """\
vec4 log_special(vec4 found, vec4 x) {
    vec4 infinity = vec4(intBitsToFloat(0x7f800000));
    precise vec4 y = mix(found, -infinity, equal(x, vec4(0)));
    y = mix(y, infinity, equal(x, infinity));
    y = mix(y, vec4(intBitsToFloat(0x7fc00000)), lessThan(x, vec4(0)));
    y = mix(y, x, nan_mask(x));
    return y;
}
""",
        needs=("nan_mask",),
    ),
    Function(
        "log_",
        """\
vec4 log_(vec4 x) {
    vec4 n;
    precise vec4 f = log_reduced(x, n) - 1., h = 0.5 * f * f;
    precise vec4 y = (((log_tail(f, h) + n * 9.0580006e-06) - h) + f) + n * 6.9313812e-01;
    return log_special(y, x);
}
""",
        needs=("log_reduced", "log_tail", "log_special"),
        max_ulp=0.9,
        citation=_FREEBSD_LOG,
    ),
    Function(
        "log2_",
        """\
vec4 log2_(vec4 x) {
    vec4 n;
    precise vec4 f = log_reduced(x, n) - 1., h = 0.5 * f * f, high = head(f - h);
    precise vec4 low = ((f - high) - h) + log_tail(f, h);
    precise vec4 y = (((low + high) * -1.7605285e-04 + low * 1.4428711) + high * 1.4428711) + n;
    return log_special(y, x);
}
""",
        needs=("head", "log_reduced", "log_tail", "log_special"),
        max_ulp=0.9,
        citation="FreeBSD msun e_log2f.c: 1 / ln 2 in two parts",
    ),
    Function(
        "log1p_",
        """\
vec4 log1p_(vec4 x) {
    precise vec4 u = 1. + x, part = u - 1., lost = ((1. - (u - part)) + (x - part)) / u;
    vec4 n;
    precise vec4 m = log_reduced(u, n);
    bvec4 near = equal(n, vec4(0));
    lost = mix(lost, vec4(0), near);
    precise vec4 f = mix(m - 1., x, near), h = 0.5 * f * f;
    precise vec4 y = n * 6.9313812e-01 - ((h - (log_tail(f, h) + (n * 9.0580006e-06 + lost))) - f);
    y = log_special(y, u);
    y = mix(y, x, lessThan(abs(x), vec4(5.9604645e-08)));
    return y;
}
""",
        needs=("log_reduced", "log_tail", "log_special"),
        max_ulp=0.9,
        citation="FreeBSD msun s_log1pf.c: the rounding of 1 + x, over 1 + x, is added",
    ),
    Function(
        "pow_magnitude",
        # log2 |x| and its product with y in heads and tails of 12 bits, then exp2.
        """\
vec4 pow_magnitude(vec4 a, vec4 y) {
    vec4 n;
    precise vec4 f = log_reduced(a, n) - 1., d = 2. + f, s = f / d, sh = head(s);
    precise vec4 dh = head(d), dl = f - (dh - 2.), sl = ((f - sh * dh) - sh * dl) / d;
    precise vec4 z = s * s, zh = sh * sh;
    precise vec4 q = ((2.9335478e-01 * z + 3.3269578e-01) * z + 4.2857957e-01) * z + 5.9999996e-01;
    q = q * z * z + sl * (sh + s);
    precise vec4 th = head(3. + zh + q), tl = q - ((th - 3.) - zh);
    precise vec4 u = sh * th, v = sl * th + tl * s, ph = head(u + v), pl = v - (ph - u);
    precise vec4 lh = 9.616699e-01 * ph, ll = 1.2677205e-04 * ph + pl * 9.617967e-01;
    precise vec4 gh = head((lh + ll) + n), gl = ll - ((gh - n) - lh);
    precise vec4 e = clamp(y, -1e20, 1e20), eh = head(e);
    precise vec4 high = eh * gh, low = (e - eh) * gh + e * gl, t = high + low;
    precise vec4 k = roundEven(clamp(t, -200., 200.)), w = high - k, r = w + low;
    precise vec4 rl = low - (r - w);
    precise vec4 p = scale_exponent(exp2_sum(r, rl), ivec4(k));
    p = mix(p, vec4(intBitsToFloat(0x7f800000)), greaterThan(t, vec4(129.)));
    p = mix(p, vec4(0), lessThan(t, vec4(-151.)));
    return p;
}
""",
        needs=("head", "scale_exponent", "exp2_sum", "log_reduced"),
        citation="after FreeBSD msun e_powf.c: heads and tails by masking, s = f / (2 + f)",
    ),
    Function(
        "pow_",
        """\
vec4 pow_(vec4 x, vec4 y) {
    precise vec4 a = abs(x), b = abs(y), infinity = vec4(intBitsToFloat(0x7f800000));
    bvec4 down = lessThan(y, vec4(0)), endless = equal(b, infinity);
    precise vec4 r = pow_magnitude(a, y);
    r = mix(r, mix(vec4(0), infinity, down), equal(a, vec4(0)));
    r = mix(r, mix(infinity, vec4(0), down), equal(a, infinity));
    precise vec4 far = mix(mix(vec4(0), infinity, down), mix(infinity, vec4(0), down), greaterThan(a, vec4(1)));
    r = mix(r, mix(far, vec4(1), equal(a, vec4(1))), endless);
    precise vec4 half_y = y * 0.5;
    bvec4 whole = equal(trunc(y), y), odd = both(whole, notEqual(trunc(half_y), half_y));
    r = with_sign(r, floatBitsToInt(x) & -ivec4(odd));
    bvec4 root = both(both(lessThan(x, vec4(0)), lessThan(a, infinity)), not(whole));
    r = mix(r, vec4(intBitsToFloat(0x7fc00000)), root);
    r = mix(mix(r, x, nan_mask(x)), y, nan_mask(y));
    r = mix(r, vec4(1), equal(y, vec4(0)));
    r = mix(r, vec4(1), equal(x, vec4(1)));
    return r;
}
""",
        needs=("nan_mask", "both", "with_sign", "pow_magnitude"),
        max_ulp=0.9,
        domain="special values as C99 F.9.4.4 and NumPy: pow(x, 0) and pow(1, y) are 1, NaN included",
        citation="see pow_magnitude",
    ),
)
