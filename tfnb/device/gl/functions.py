"""tfnb's own GLSL functions: which there are, and the source of those that a program calls.

Built-in GLSL functions lose NaN and the sign of zero, are wrong by up to 1e10 units in the last place, and differ
between drivers. So generated code calls these: `exp_(x)` for `exp(x)`, on `vec4` and `ivec4`, with NumPy's results for
NaN, infinities and zeros. Subnormal numbers are kept in compute shaders; fragment shaders may take them, and give them,
as 0.

What surrounds a call needs the same care. A user's scalar is a uniform, given as `vec4(u)`, never a literal: GLSL
compilers fold `x * 0.` to 0 and drop `x + 0.`, whatever `precise` says. A choice between the values that its condition
compares, `mix(x, y, lessThan(x, y))`, becomes max(), which loses NaN, unless it goes to a `precise` variable.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from tfnb.device.gl.glsl import activation, arithmetic, bits, exponential, hyperbolic, integer, trigonometric
from tfnb.device.gl.glsl.record import Function

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["FUNCTIONS", "Function", "emit"]

# In this order each function stands after those that it needs, as GLSL wants it.
_FAMILIES: Final = (bits, integer, arithmetic, exponential, hyperbolic, trigonometric, activation)


def _ordered() -> dict[str, Function]:
    found: dict[str, Function] = {}
    waiting = [function for family in _FAMILIES for function in family.FUNCTIONS]
    while waiting:
        ready = [function for function in waiting if found.keys() >= set(function.needs)]
        if not ready:
            raise ValueError(f"these need each other, or what is not there: {[function.name for function in waiting]}")
        found.update((function.name, function) for function in ready)
        waiting = [function for function in waiting if function.name not in found]
    return found


FUNCTIONS: Final[Mapping[str, Function]] = MappingProxyType(_ordered())


def emit(names: Iterable[str]) -> str:
    """The GLSL source of the named functions and of all they call.

    Each function comes once, after those it calls, and nothing else comes with them. The text depends on the set of
    names only, not on their order, so that drivers' program caches, which are keyed by the source, find it again.

    Args:
        names: names from `FUNCTIONS`.

    Errors:
        KeyError: there is no such function.

    Example:
        >>> emit(["is_nan_"]).count("(vec4 x)"), emit(["log_", "exp_"]) == emit(["exp_", "log_", "exp_"])
        (2, True)
    """
    wanted: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in wanted:
            wanted.add(name)
            waiting.extend(FUNCTIONS[name].needs)
    return "".join(function.source for name, function in FUNCTIONS.items() if name in wanted)
