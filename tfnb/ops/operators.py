"""Python's operators where they are not the public function itself: the reflected ones (`2 - t`), `==` and `~`.

`==` and `!=` with something that is no value at all (None, say) leave the answer to Python: a tensor is not None.
"""

from __future__ import annotations

from typing import Any, Callable

from tfnb.engine.handle import Handle
from tfnb.ops import arithmetic, basic_math, comparison, logical, matrices

Operator = Callable[[Any, Any], Any]


def _reflected(function: Operator) -> Operator:
    def swapped(self: Any, other: Any) -> Any:
        return function(other, self)

    return swapped


rsub = _reflected(arithmetic.sub)
rtruediv = _reflected(arithmetic.truediv)
rfloordiv = _reflected(arithmetic.floordiv)
rmod = _reflected(arithmetic.mod)
rpow = _reflected(arithmetic.pow)
rmatmul = _reflected(matrices.matmul)
rlshift = _reflected(logical.left_shift)
rrshift = _reflected(logical.right_shift)


def _is_no_value(self: Handle, other: Any) -> bool:
    if other is None or isinstance(other, (type, dict, set)) or callable(other):
        return True
    text = isinstance(other, (str, bytes)) or (isinstance(other, Handle) and other.dtype == "string")
    return text is not (self.dtype == "string")


def equals(self: Any, other: Any) -> Any:
    if other.__class__ is not self.__class__ and _is_no_value(self, other):
        return NotImplemented
    return comparison.equal(self, other)


def differs(self: Any, other: Any) -> Any:
    if other.__class__ is not self.__class__ and _is_no_value(self, other):
        return NotImplemented
    return comparison.not_equal(self, other)


def invert(self: Any) -> Any:
    return (logical.logical_not if self.dtype == "bool" else logical.bitwise_not)(self)


def positive(self: Any) -> Any:
    return self.clone()


def rounded(self: Any, digits: int | None = None) -> Any:
    """`round(t)`: whole numbers; `round(t, 2)`: to two digits after the point."""
    if not digits:
        return basic_math.round(self)
    scale = 10.0**digits
    return basic_math.round(self * scale) / scale
