"""The rule by which an optimizer changes a variable, written once and followed twice: in place on flat NumPy arrays,
and with tensors on a device.

A rule is a list of instructions `(result, operation, operands…)` over names: the gradient `g`, the optimizer's slots,
its numbers, and whatever else it names on the way. What it calls `result` in the end is taken off the variable.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

import numpy as np

from tfnb.ops import arithmetic, basic_math, comparison, logical

Array = Any
Call = tuple[Any, ...]  # a function and its arguments


class Operation:
    """One operation of a rule.

    host: the calls that write it to an array, `host(out, *operands)`. tensor: the function of tensors and numbers.
    """

    __slots__ = ("host", "tensor")

    def __init__(self, host: Callable[..., list[Call]], tensor: Callable[..., Any]) -> None:
        self.host, self.tensor = host, tensor


def _ufunc(function: Any, tensor: Callable[..., Any]) -> Operation:
    return Operation(lambda out, *operands: [(function, *operands, out)], tensor)


def _maximum(out: Array, a: Array, b: Array) -> list[Call]:
    return [(partial(np.maximum, out=out), a, b)]


def _positive_or(out: Array, x: Array, other: Array) -> list[Call]:
    mask = np.empty(out.shape, np.bool_)
    calls: list[Call] = [(np.less_equal, x, np.zeros((), np.float32), mask)]
    if out is not x:
        calls.append((np.positive, x, out))
    return [*calls, (partial(np.positive, where=mask), other, out)]


ADD: Final = _ufunc(np.add, arithmetic.add)
SUBTRACT: Final = _ufunc(np.subtract, arithmetic.sub)
MULTIPLY: Final = _ufunc(np.multiply, arithmetic.mul)
DIVIDE: Final = _ufunc(np.divide, arithmetic.div)
SQRT: Final = _ufunc(np.sqrt, basic_math.sqrt)
ABSOLUTE: Final = _ufunc(np.absolute, basic_math.abs)
MAXIMUM: Final = Operation(_maximum, arithmetic.maximum)
POSITIVE_OR: Final = Operation(
    _positive_or,
    lambda x, other: logical.where(comparison.less_equal(x, 0), other, x),
)  # the second number where the first is not above 0

GRADIENT: Final = "g"


class Rule:
    """How an optimizer changes a variable.

    Args:
        instructions: the operations, in order. slots: the arrays that it keeps for each variable. result: the name of
            what is taken off the variable in the end.
    """

    __slots__ = ("instructions", "slots", "result", "temporaries")

    def __init__(self, *instructions: tuple[Any, ...], slots: tuple[str, ...] = (), result: str = GRADIENT) -> None:
        self.instructions, self.slots, self.result = instructions, slots, result
        named = dict.fromkeys(instruction[0] for instruction in instructions)
        self.temporaries = tuple(name for name in named if name not in slots and name != GRADIENT)

    def calls(self, arrays: Mapping[str, Array]) -> list[Call]:
        """The calls that follow the rule in place.

        Args:
            arrays: flat arrays for the gradient, the slots and the temporaries, 0-d ones for the numbers.
        """
        found: list[Call] = []
        for name, operation, *operands in self.instructions:
            found += operation.host(arrays[name], *[arrays[one] for one in operands])
        return found

    def follow(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """What the names stand for at the end of the rule.

        Args:
            values: tensors for the gradient and the slots, numbers for the numbers.
        """
        found = dict(values)
        for name, operation, *operands in self.instructions:
            found[name] = operation.tensor(*[found[one] for one in operands])
        return found
