"""Functions of one tensor, value by value."""

from __future__ import annotations

import numpy as np

from tfnb.kernels.record import NUMERIC, SMALL, Elementwise

square = Elementwise("square", np.square, "x*x", types=NUMERIC, complex_host=True)
tanh = Elementwise(
    "tanh", np.tanh, "tanh_(x)", gradient=lambda dy, y: dy * (1 - y * y), domain=SMALL, max_ulp=2, complex_host=True
)
exp = Elementwise("exp", np.exp, "exp_(x)", gradient=lambda dy, y: dy * y, max_ulp=1.5, complex_host=True)
