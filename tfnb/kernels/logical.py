"""Logic of truth values, and the same on the bits of int32."""

from __future__ import annotations

import numpy as np

from tfnb.kernels.record import BOOL, TRUTH, Domain, Elementwise

AB = ("a", "b")
XY = ("x", "y")
_WHOLE = ("int32", "bool")
_INT = ("int32",)
_SHIFT = (Domain(-(2**31), 2**31), Domain(0, 32, (-1, 31, 32, 40)))

logical_and = Elementwise("logical_and", np.logical_and, "a & b", inputs=AB, types=BOOL, domain=TRUTH)
logical_or = Elementwise("logical_or", np.logical_or, "a | b", inputs=AB, types=BOOL, domain=TRUTH)
logical_xor = Elementwise("logical_xor", np.logical_xor, "a ^ b", inputs=AB, types=BOOL, domain=TRUTH)
logical_not = Elementwise("logical_not", np.logical_not, "1 - x", types=BOOL, domain=TRUTH)

bitwise_and = Elementwise("bitwise_and", np.bitwise_and, "x & y", inputs=XY, types=_WHOLE, domain=TRUTH)
bitwise_or = Elementwise("bitwise_or", np.bitwise_or, "x | y", inputs=XY, types=_WHOLE, domain=TRUTH)
bitwise_xor = Elementwise("bitwise_xor", np.bitwise_xor, "x ^ y", inputs=XY, types=_WHOLE, domain=TRUTH)
bitwise_not = Elementwise("bitwise_not", np.invert, "~x", types=_INT, domain=TRUTH)
left_shift = Elementwise("left_shift", np.left_shift, "i_shift_left(x, y)", inputs=XY, types=_INT, domain=_SHIFT)
right_shift = Elementwise("right_shift", np.right_shift, "i_shift_right(x, y)", inputs=XY, types=_INT, domain=_SHIFT)
