"""Activations of neural networks, and the error function. A scalar such as `alpha` is a uniform of the caller's."""

from __future__ import annotations

from typing import Final

from tfnb.device.gl.glsl.record import Function

FUNCTIONS: Final = (
    Function(
        "sigmoid_",
        """\
vec4 sigmoid_(vec4 x) {
    precise vec4 e = exp_(-abs(x));
    precise vec4 y = mix(vec4(1), e, lessThan(x, vec4(0))) / (1. + e);
    y = mix(y, x, nan_mask(x));
    return y;
}
""",
        needs=("nan_mask", "exp_"),
        max_ulp=2.5,
        citation="1 / (1 + e^-|x|), or e^-|x| times it: no overflow, no cancellation",
    ),
    Function(
        "softplus_",
        """\
vec4 softplus_(vec4 x) {
    precise vec4 y = max(x, 0.) + log1p_(exp_(-abs(x)));
    y = mix(y, x, nan_mask(x));
    return y;
}
""",
        needs=("nan_mask", "exp_", "log1p_"),
        max_ulp=1.7,
        citation="max(x, 0) + log1p(e^-|x|); TensorFlow.js rounds away below -13.9",
    ),
    Function(
        "log_sigmoid_",
        """\
vec4 log_sigmoid_(vec4 x) {
    return -softplus_(-x);
}
""",
        needs=("softplus_",),
        max_ulp=1.7,
        citation="TensorFlow.js logSigmoid: -softplus(-x)",
    ),
    Function(
        "erf_",
        """\
vec4 erf_(vec4 x) {
    precise vec4 a = min(abs(x), 4.);
    precise vec4 z = a * a;
    precise vec4 near = (((((7.9203681e-05 * z - 8.0307614e-04) * z + 5.190734e-03) * z - 2.6855126e-02) * z
        + 1.1283618e-01) * z - 3.761263e-01) * z + 1.2837917e-01;
    precise vec4 b = a * 16777216.;
    near = (b + b * near) * 5.9604645e-08;
    precise vec4 far = ((((((-2.1688104e-05 * a + 4.4135255e-04) * a - 4.204642e-03) * a + 2.5208455e-02) * a
        - 1.0841884e-01) * a - 6.332197e-01) * a - 1.1295785) * a + 1.8804023e-04;
    far = 1. - exp_(far);
    precise vec4 y = with_sign(mix(far, near, lessThan(a, vec4(1))), floatBitsToInt(x));
    y = mix(y, x, nan_mask(x));
    return y;
}
""",
        needs=("nan_mask", "with_sign", "exp_"),
        max_ulp=1.4,
        citation="near 0 x times a polynomial in x^2, else 1 - e^p(x) with p fitted to log(erfc x)",
    ),
    # By the sign bit: 0 for -0 on all placements, and no x < 0 ? 0 : x, of which Mesa makes max(), which loses NaN.
    Function(
        "relu_",
        """\
vec4 relu_(vec4 x) {
    ivec4 b = floatBitsToInt(x);
    precise vec4 r = mix(intBitsToFloat(b & ~(b >> 31)), x, nan_mask(x));
    return r;
}
""",
        needs=("nan_mask",),
        domain="relu(-0) is 0",
        citation="TensorFlow.js Relu; NaN stays",
    ),
    Function(
        "relu6_",
        """\
vec4 relu6_(vec4 x) {
    ivec4 b = floatBitsToInt(x);
    precise vec4 y = mix(intBitsToFloat(b & ~(b >> 31)), vec4(6), greaterThan(x, vec4(6)));
    y = mix(y, x, nan_mask(x));
    return y;
}
""",
        needs=("nan_mask",),
        domain="relu6(-0) is 0",
        citation="TensorFlow.js Relu6; NaN stays",
    ),
    Function(
        "elu_",
        """\
vec4 elu_(vec4 x) {
    precise vec4 r = mix(x, expm1_(x), lessThan(x, vec4(0)));
    return r;
}
""",
        needs=("expm1_",),
        max_ulp=1.1,
        citation="TensorFlow.js Elu (alpha 1), with expm1 for e^x - 1",
    ),
    Function(
        "selu_",
        """\
vec4 selu_(vec4 x) {
    precise vec4 y = mix(1.050701 * x, 1.7580993 * expm1_(x), lessThan(x, vec4(0)));
    y = mix(y, x, nan_mask(x));
    return y;
}
""",
        needs=("nan_mask", "expm1_"),
        max_ulp=1.9,
        citation="Klambauer et al. 2017, arXiv:1706.02515; both constants rounded to float32",
    ),
    Function(
        "leaky_relu_",
        """\
vec4 leaky_relu_(vec4 x, vec4 alpha) {
    precise vec4 y = alpha * x;
    precise vec4 r = mix(x, y, lessThan(x, vec4(0)));
    return r;
}
""",
        max_ulp=0.5,
        citation="TensorFlow.js LeakyRelu",
    ),
    Function(
        "prelu_",
        """\
vec4 prelu_(vec4 x, vec4 alpha) {
    precise vec4 y = alpha * x;
    precise vec4 r = mix(x, y, lessThan(x, vec4(0)));
    return r;
}
""",
        max_ulp=0.5,
        citation="TensorFlow.js Prelu",
    ),
    Function(
        "step_",
        """\
vec4 step_(vec4 x, vec4 alpha) {
    precise vec4 r = mix(mix(alpha, vec4(1), greaterThan(x, vec4(0))), x, nan_mask(x));
    return r;
}
""",
        needs=("nan_mask",),
        citation="TensorFlow.js Step: 1 above 0, else alpha; NaN stays",
    ),
)
