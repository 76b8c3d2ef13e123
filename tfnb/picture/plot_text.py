"""A plot in characters: each curve a row of blocks, with where it begins and ends."""

from __future__ import annotations

import math
from typing import Final

from tfnb.picture.axis import extent
from tfnb.picture.formats import format_value
from tfnb.picture.parts import Curve, Plot
from tfnb.picture.text_width import pad, text_width

_BLOCKS: Final = "▁▂▃▄▅▆▇█"
_COLUMNS: Final = 48


def plot_lines(plot: Plot) -> list[str]:
    """The title, then one line for each curve in the key."""
    named = [curve for curve in plot.curves if curve.name]
    width = max((text_width(curve.name) for curve in named), default=0)
    return [plot.title, *(f"  {pad(curve.name, width)}  {_line(curve, plot)}" for curve in named)]


def _line(curve: Curve, plot: Plot) -> str:
    log = plot.log and all(y > 0 for _x, y in curve.points if math.isfinite(y))
    known = [(x, y) for x, y in curve.points if math.isfinite(y)]
    ends = extent([y for _x, y in known], log)
    if ends is None:
        return "–"
    low, high = (math.log10(end) for end in ends) if log else ends
    columns: list[list[float]] = [[] for _column in range(_COLUMNS)]
    begin, end = plot.span
    for x, y in known:
        share = (x - begin) / (end - begin) if end > begin else 0.0
        columns[min(_COLUMNS - 1, max(0, int(share * _COLUMNS)))].append(math.log10(y) if log else y)
    drawn, before = "", " "
    for column in columns:
        if column:
            level = (sum(column) / len(column) - low) / (high - low)
            before = _BLOCKS[min(len(_BLOCKS) - 1, int(level * len(_BLOCKS)))]
        # Between two epochs a curve stays where it was; after the last one there is nothing.
        drawn += before if any(columns[len(drawn) :]) else " "
    first, last = format_value(known[0][1]), format_value(known[-1][1])
    return f"{drawn.rstrip()}  {first} → {last}" if len(known) > 1 else f"{drawn.strip()}  {last}"
