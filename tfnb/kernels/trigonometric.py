"""Trigonometric and hyperbolic functions and their inverses, value by value."""

from __future__ import annotations

import numpy as np

from tfnb.kernels.record import ABOVE_ONE, REALS, SMALL, UNIT, Elementwise

sin = Elementwise("sin", np.sin, "sin_(x)", gradient=lambda dy, x: dy * x.cos(), max_ulp=0.9, complex_host=True)
cos = Elementwise("cos", np.cos, "cos_(x)", gradient=lambda dy, x: -dy * x.sin(), max_ulp=0.9, complex_host=True)
tan = Elementwise("tan", np.tan, "tan_(x)", gradient=lambda dy, y: dy * (y * y + 1), max_ulp=2.4, complex_host=True)
asin = Elementwise(
    "asin", np.arcsin, "asin_(x)", gradient=lambda dy, x: dy / (1 - x * x).sqrt(), domain=UNIT, max_ulp=0.9
)
acos = Elementwise(
    "acos", np.arccos, "acos_(x)", gradient=lambda dy, x: -dy / (1 - x * x).sqrt(), domain=UNIT, max_ulp=1
)
atan = Elementwise("atan", np.arctan, "atan_(x)", gradient=lambda dy, x: dy / (x * x + 1), max_ulp=1.5)
atan2 = Elementwise(
    "atan2",
    np.arctan2,
    "atan2_(a, b)",
    inputs=("a", "b"),
    gradient=(lambda dy, a, b: dy * b / (a * a + b * b), lambda dy, a, b: -dy * a / (a * a + b * b)),
    domain=REALS,
    max_ulp=1.6,
)
sinh = Elementwise(
    "sinh", np.sinh, "sinh_(x)", gradient=lambda dy, x: dy * x.cosh(), domain=SMALL, max_ulp=1.7, complex_host=True
)
cosh = Elementwise(
    "cosh", np.cosh, "cosh_(x)", gradient=lambda dy, x: dy * x.sinh(), domain=SMALL, max_ulp=1.2, complex_host=True
)
tanh = Elementwise(
    "tanh", np.tanh, "tanh_(x)", gradient=lambda dy, y: dy * (1 - y * y), domain=SMALL, max_ulp=1.4, complex_host=True
)
asinh = Elementwise("asinh", np.arcsinh, "asinh_(x)", gradient=lambda dy, x: dy / (x * x + 1).sqrt(), max_ulp=1.8)
acosh = Elementwise(
    "acosh", np.arccosh, "acosh_(x)", gradient=lambda dy, x: dy / (x * x - 1).sqrt(), domain=ABOVE_ONE, max_ulp=2.2
)
atanh = Elementwise("atanh", np.arctanh, "atanh_(x)", gradient=lambda dy, x: dy / (1 - x * x), domain=UNIT, max_ulp=1.8)
