"""The axes of a plot: where it begins and ends, and the round numbers along it."""

from __future__ import annotations

import math
from typing import Iterable

from tfnb.picture.formats import format_value


def extent(values: Iterable[float], log: bool = False) -> tuple[float, float] | None:
    """The lowest and the highest of the values that can be drawn, never the same; None where there are none.

    Example:
        >>> extent([2.0, float("nan"), 5.0]), extent([-1.0, 10.0, 1000.0], log=True), extent([])
        ((2.0, 5.0), (10.0, 1000.0), None)
    """
    drawn = [value for value in values if math.isfinite(value) and (value > 0 or not log)]
    if not drawn:
        return None
    low, high = min(drawn), max(drawn)
    if low < high:
        return low, high
    if log:
        return low / 2, high * 2
    room = abs(low) / 2 or 0.5
    return low - room, high + room


def ticks(low: float, high: float, most: int = 5, log: bool = False, least: float = 0.0) -> list[float]:
    """Round numbers between two ends: steps of 1, 2 or 5 times a power of ten; powers of ten on a log scale.

    Args:
        low, high: the ends. most: about how many. log: whether the scale is logarithmic. least: the smallest step.

    Example:
        >>> ticks(0, 10), ticks(0.01, 100, log=True)
        ([0.0, 2.0, 4.0, 6.0, 8.0, 10.0], [0.01, 0.1, 1.0, 10.0, 100.0])
    """
    if log:
        return _log_ticks(low, high, most)
    raw = max((high - low) / max(1, most), least)
    size = 10.0 ** math.floor(math.log10(raw))
    step = next(size * factor for factor in (1, 2, 5, 10) if size * factor >= raw * 0.999)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [float(f"{number * step:.10g}") for number in range(first, last + 1)]


def _log_ticks(low: float, high: float, most: int) -> list[float]:
    first, last = math.ceil(math.log10(low) - 1e-9), math.floor(math.log10(high) + 1e-9)
    if last - first >= 1:
        stride = max(1, math.ceil((last - first + 1) / most))
        return [10.0**power for power in range(first, last + 1, stride)]
    fine = [factor * 10.0**power for power in range(first - 1, last + 1) for factor in (1, 2, 5)]
    inside = [float(f"{value:.10g}") for value in fine if low <= value * (1 + 1e-9) and value <= high * (1 + 1e-9)]
    return inside if len(inside) >= 2 else ticks(low, high, 3)


def tick_words(value: float) -> str:
    """A number beside an axis.

    Example:
        >>> tick_words(0.25), tick_words(2000.0), tick_words(1e-05)
        ('0.25', '2000', '1e-05')
    """
    return format_value(value, 4)
