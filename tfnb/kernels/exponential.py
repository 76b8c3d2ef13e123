"""Exponentials and logarithms, value by value."""

from __future__ import annotations

import numpy as np

from tfnb.kernels.record import POSITIVE, REALS, Domain, Elementwise

exp = Elementwise("exp", np.exp, "exp_(x)", gradient=lambda dy, y: dy * y, max_ulp=0.8, complex_host=True)
expm1 = Elementwise("expm1", np.expm1, "expm1_(x)", gradient=lambda dy, y: dy * (y + 1), max_ulp=1.1, complex_host=True)
log = Elementwise(
    "log", np.log, "log_(x)", gradient=lambda dy, x: dy / x, domain=POSITIVE, max_ulp=0.9, complex_host=True
)
log1p = Elementwise(
    "log1p",
    np.log1p,
    "log1p_(x)",
    gradient=lambda dy, x: dy / (x + 1),
    domain=Domain(-0.999, 30.0, (*REALS.special, -1.0)),
    max_ulp=0.9,
    complex_host=True,
)
