"""Comparisons of two tensors, value by value: the result is bool. Text is compared too, on the host."""

from __future__ import annotations

import numpy as np

from tfnb.kernels.record import ANY, SMALL, Elementwise

_TYPES = (*ANY, "string")

# Comparisons with NaN are false, but `!=` is true.
equal = Elementwise(
    "equal", np.equal, "ivec4(equal(a, b))", inputs=("a", "b"), types=_TYPES, result="bool", domain=SMALL,
    complex_host=True,
)  # fmt: skip
not_equal = Elementwise(
    "not_equal", np.not_equal, "ivec4(notEqual(a, b))", inputs=("a", "b"), types=_TYPES, result="bool", domain=SMALL,
    complex_host=True,
)  # fmt: skip
less = Elementwise(
    "less", np.less, "ivec4(lessThan(a, b))", inputs=("a", "b"), types=_TYPES, result="bool", domain=SMALL
)
less_equal = Elementwise(
    "less_equal", np.less_equal, "ivec4(lessThanEqual(a, b))", inputs=("a", "b"), types=_TYPES, result="bool",
    domain=SMALL,
)  # fmt: skip
greater = Elementwise(
    "greater", np.greater, "ivec4(greaterThan(a, b))", inputs=("a", "b"), types=_TYPES, result="bool", domain=SMALL
)
greater_equal = Elementwise(
    "greater_equal", np.greater_equal, "ivec4(greaterThanEqual(a, b))", inputs=("a", "b"), types=_TYPES, result="bool",
    domain=SMALL,
)  # fmt: skip
