"""A plot as SVG: axes, curves and key, by presentation attributes only, in colours that read on white and on black."""

from __future__ import annotations

import math
from typing import Callable, Final

from tfnb.language import get_language
from tfnb.picture.axis import extent, tick_words, ticks
from tfnb.picture.colours import CLASH, GREY
from tfnb.picture.markup import Element, as_xml, element
from tfnb.picture.parts import Curve, Plot
from tfnb.picture.text_width import shorten, text_width

WIDTH: Final = 430
HEIGHT: Final = 200
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 14, 26, 36
_COLUMN: Final = 6.7
_NAME: Final = 20
# So many points can be marked one by one.
_MARKED: Final = 60

Place = Callable[[float], float]


def plot_document(plot: Plot) -> str:
    """The plot as a document of its own."""
    root = element(
        "svg", "",
        element("title", plot.title),
        element("desc", plot.alternative),
        *plot_elements(plot),
        xmlns="http://www.w3.org/2000/svg", width=str(WIDTH), height=str(HEIGHT), viewBox=f"0 0 {WIDTH} {HEIGHT}",
        role="img", lang=get_language(), font_family="monospace", font_size="11",
    )  # fmt: skip
    return as_xml(root)


def plot_elements(plot: Plot) -> list[Element]:
    """The elements of a plot, `WIDTH` × `HEIGHT`, its origin at the left upper corner."""
    log = plot.log and extent(_values(plot), True) is not None
    low, high = extent(_values(plot), log) or (0.0, 1.0)
    begin, end = plot.span if plot.span[0] < plot.span[1] else (plot.span[0], plot.span[0] + 1)
    across = _place(begin, end, _LEFT, WIDTH - _RIGHT)
    up = _place(*((math.log10(low), math.log10(high)) if log else (low, high)), HEIGHT - _BOTTOM, _TOP)
    height: Place = (lambda y: up(math.log10(y))) if log else up
    made = [_words(plot.title, 0, 13, "start", "bold"), *_key(plot)]
    for value in ticks(low, high, 4, log):
        made.append(_rule(_LEFT, WIDTH - _RIGHT, height(value), height(value), "0.25"))
        made.append(_words(tick_words(value), _LEFT - 6, height(value) + 4, "end"))
    for value in ticks(begin, end, 6, least=1.0 if end - begin >= 2 else 0.0):
        made.append(_rule(across(value), across(value), HEIGHT - _BOTTOM, HEIGHT - _BOTTOM + 4))
        made.append(_words(tick_words(value), across(value), HEIGHT - _BOTTOM + 16, "middle"))
    made.append(_rule(_LEFT, WIDTH - _RIGHT, HEIGHT - _BOTTOM, HEIGHT - _BOTTOM))
    made.append(_words(plot.across, (_LEFT + WIDTH - _RIGHT) / 2, HEIGHT - 5, "middle"))
    for curve in sorted(plot.curves, key=lambda one: not one.faint):
        made += _curve(curve, across, height, log)
    if plot.gap is not None:
        x = across(plot.gap)
        line = _rule(x, x, _TOP, HEIGHT - _BOTTOM)
        line.set("stroke", CLASH)
        line.set("stroke-dasharray", "3 3")
        made += [line, _words("NaN", x - 4, _TOP + 9, "end", "bold")]
    return made


def _values(plot: Plot) -> list[float]:
    return [y for curve in plot.curves for _x, y in curve.points]


def _place(low: float, high: float, first: float, last: float) -> Place:
    return lambda value: first + (value - low) / (high - low) * (last - first)


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _words(text: str, x: float, y: float, anchor: str, weight: str | None = None) -> Element:
    return element(
        "text", text, x=_number(x), y=_number(y), text_anchor=anchor, fill=GREY, font_size="11", font_weight=weight
    )


def _rule(x1: float, x2: float, y1: float, y2: float, opacity: str | None = None) -> Element:
    ends = {"x1": _number(x1), "x2": _number(x2), "y1": _number(y1), "y2": _number(y2)}
    return element("line", stroke=GREY, stroke_opacity=opacity, **ends)


def _key(plot: Plot) -> list[Element]:
    """Which line is which, from the right end of the title's line."""
    made: list[Element] = []
    x = float(WIDTH - _RIGHT)
    for curve in reversed([one for one in plot.curves if one.name]):
        name = shorten(curve.name, _NAME)
        x -= text_width(name) * _COLUMN
        made.append(_words(name, x, 13, "start"))
        made.append(_stroke(element("line", x1=_number(x - 26), x2=_number(x - 5), y1="9", y2="9"), curve))
        if curve.marked:
            made.append(_dot(x - 15.5, 9, curve))
        x -= 38
    return made


def _stroke(shape: Element, curve: Curve) -> Element:
    shape.set("stroke", curve.colour)
    shape.set("stroke-width", "1" if curve.faint else "2")
    if curve.faint:
        shape.set("stroke-opacity", "0.7")
    if curve.dashed:
        shape.set("stroke-dasharray", "6 3")
    return shape


def _curve(curve: Curve, across: Place, height: Place, log: bool) -> list[Element]:
    made = []
    runs: list[list[tuple[float, float]]] = [[]]
    for x, y in curve.points:
        if math.isfinite(y) and (y > 0 or not log):
            runs[-1].append((across(x), height(y)))
        elif runs[-1]:
            runs.append([])
    for run in runs:
        if len(run) > 1:
            points = " ".join(f"{_number(x)},{_number(y)}" for x, y in run)
            made.append(_stroke(element("polyline", points=points, fill="none", stroke_linejoin="round"), curve))
        if len(run) == 1 or (curve.marked and len(curve.points) <= _MARKED):
            made += [_dot(x, y, curve) for x, y in run]
    return made


def _dot(x: float, y: float, curve: Curve) -> Element:
    """A disc; of a dashed curve a square."""
    if curve.dashed:
        return element("rect", x=_number(x - 2.5), y=_number(y - 2.5), width="5", height="5", fill=curve.colour)
    return element("circle", cx=_number(x), cy=_number(y), r="2.5", fill=curve.colour)
