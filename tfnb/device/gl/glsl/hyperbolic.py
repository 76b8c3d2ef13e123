"""Hyperbolic functions and their inverses, on top of the exponentials; polynomials as in `exponential`."""

from __future__ import annotations

from typing import Final

from tfnb.device.gl.glsl.record import Function

_CEPHES: Final = "Cephes tanhf, sinhf, coshf (Moshier): polynomial near 0, else the exponential"
_FREEBSD: Final = "FreeBSD msun s_asinhf.c, e_acoshf.c, e_atanhf.c: through log1p"

FUNCTIONS: Final = (
    Function(
        "tanh_",
        """\
vec4 tanh_(vec4 x) {
    precise vec4 a = abs(x);
    precise vec4 z = x * x;
    precise vec4 near = ((((2.1572604e-03 * z - 8.194771e-03) * z + 2.1708664e-02) * z - 5.3948455e-02) * z
        + 1.3333222e-01) * z - 3.333333e-01;
    near = a + a * (z * near);
    precise vec4 far = 1. - 2. / (exp_(2. * a) + 1.);
    precise vec4 y = with_sign(mix(far, near, lessThan(a, vec4(0.625))), floatBitsToInt(x));
    y = mix(y, x, nan_mask(x));
    return y;
}
""",
        needs=("nan_mask", "with_sign", "exp_"),
        max_ulp=1.4,
        citation=_CEPHES,
    ),
    # e^a / 2, whose overflow comes where that of sinh and cosh does.
    Function(
        "half_exp",
        """\
vec4 half_exp(vec4 a) {
    vec4 r, c;
    ivec4 n = exp_reduced(a, r, c) - 1;
    return scale_exponent(exp_sum(vec4(1), r, c), n);
}
""",
        needs=("scale_exponent", "exp_sum", "exp_reduced"),
    ),
    Function(
        "sinh_",
        """\
vec4 sinh_(vec4 x) {
    precise vec4 a = abs(x);
    precise vec4 z = x * x;
    precise vec4 near = ((2.783963e-06 * z + 1.9842632e-04) * z + 8.333311e-03) * z + 1.6666667e-01;
    near = a + a * (z * near);
    precise vec4 h = half_exp(min(a, vec4(90))), far = h - 0.25 / h;
    precise vec4 y = with_sign(mix(far, near, lessThan(a, vec4(1))), floatBitsToInt(x));
    y = mix(y, x, nan_mask(x));
    return y;
}
""",
        needs=("nan_mask", "with_sign", "half_exp"),
        max_ulp=1.7,
        citation=_CEPHES,
    ),
    Function(
        "cosh_",
        """\
vec4 cosh_(vec4 x) {
    precise vec4 h = half_exp(min(abs(x), vec4(90))), y = h + 0.25 / h;
    y = mix(y, x, nan_mask(x));
    return y;
}
""",
        needs=("nan_mask", "half_exp"),
        max_ulp=1.2,
        citation=_CEPHES,
    ),
    Function(
        "asinh_",
        """\
vec4 asinh_(vec4 x) {
    precise vec4 a = abs(x);
    bvec4 far = greaterThan(a, vec4(1e8));
    precise vec4 z = a * a, t = a + z / (1. + sqrt(1. + z));
    precise vec4 y = log1p_(mix(t, a, far)) + mix(vec4(0), vec4(6.931472e-01), far);
    y = with_sign(y, floatBitsToInt(x));
    y = mix(y, x, nan_mask(x));
    return y;
}
""",
        needs=("nan_mask", "with_sign", "log1p_"),
        max_ulp=1.8,
        citation=_FREEBSD,
    ),
    Function(
        "acosh_",
        """\
vec4 acosh_(vec4 x) {
    bvec4 far = greaterThan(x, vec4(1e8));
    precise vec4 t = x - 1., u = t + sqrt(2. * t + t * t);
    precise vec4 y = log1p_(mix(u, x, far)) + mix(vec4(0), vec4(6.931472e-01), far);
    y = mix(y, vec4(intBitsToFloat(0x7fc00000)), lessThan(x, vec4(1)));
    y = mix(y, x, nan_mask(x));
    return y;
}
""",
        needs=("nan_mask", "log1p_"),
        max_ulp=2.2,
        citation=_FREEBSD,
    ),
    Function(
        "atanh_",
        """\
vec4 atanh_(vec4 x) {
    precise vec4 a = abs(x);
    precise vec4 d = a + a, q = d / (1. - a), t = mix(q, d + d * a / (1. - a), lessThan(a, vec4(0.5)));
    precise vec4 y = 0.5 * log1p_(t);
    y = with_sign(y, floatBitsToInt(x));
    y = mix(y, x, lessThan(a, vec4(1e-10)));
    y = mix(y, vec4(intBitsToFloat(0x7fc00000)), greaterThan(a, vec4(1)));
    y = mix(y, x, nan_mask(x));
    return y;
}
""",
        needs=("nan_mask", "with_sign", "log1p_"),
        max_ulp=1.8,
        citation=_FREEBSD,
    ),
)
