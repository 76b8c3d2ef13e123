"""Arithmetic of two tensors, value by value."""

from __future__ import annotations

import numpy as np

from tfnb.kernels.record import NUMERIC, SMALL, Elementwise

AB = ("a", "b")

add = Elementwise("add", np.add, "a+b", inputs=AB, types=NUMERIC, complex_host=True)
sub = Elementwise("sub", np.subtract, "a-b", inputs=AB, types=NUMERIC, complex_host=True)
mul = Elementwise("mul", np.multiply, "a*b", inputs=AB, types=NUMERIC, complex_host=True)
div = Elementwise("div", np.divide, "a/b", inputs=AB, complex_host=True)
maximum = Elementwise("maximum", np.maximum, "max_nan(a, b)", inputs=AB, types=NUMERIC, glsl_int="max(a, b)")
squared_difference = Elementwise(
    "squared_difference",
    lambda a, b, out=None: np.square(np.subtract(a, b, out=out), out=out),
    "(a-b)*(a-b)",
    inputs=AB,
    types=NUMERIC,
    domain=SMALL,
    max_ulp=2,
)
