"""A graph as SVG: boxes, arrows between them, and what travels along each."""

from __future__ import annotations

from typing import Final

from tfnb.language import get_language
from tfnb.picture.colours import CLASH, GREY, ink_on
from tfnb.picture.layered_layout import Layout, Place, layered_layout
from tfnb.picture.markup import Element, as_xml, element
from tfnb.picture.parts import Arrow, Box, Graph, Mark
from tfnb.picture.text_width import shorten, text_width

_COLUMN: Final = 7.3
_BOX: Final = 26
_ROW: Final = 58
_LONGEST: Final = 34
_ROOM: Final = 4


def graph_document(graph: Graph) -> tuple[str, str, float, float]:
    """The graph as a document of its own, what it shows in words, its width and height."""
    width, height, elements = graph_elements(graph)
    root = element(
        "svg", "",
        element("desc", graph.alternative),
        *elements,
        xmlns="http://www.w3.org/2000/svg", width=f"{width:.0f}", height=f"{height:.0f}",
        viewBox=f"0 0 {width:.0f} {height:.0f}", role="img", lang=get_language(), font_family="monospace",
        font_size="12",
    )  # fmt: skip
    return as_xml(root), graph.alternative, width, height


def graph_elements(graph: Graph) -> tuple[float, float, tuple[Element, ...]]:
    """Width, height and elements of a graph, its origin at the left upper corner."""
    sizes = [text_width(_words(box)) * _COLUMN + 20 for box in graph.boxes]
    layout = layered_layout(sizes, [(arrow.start, arrow.end) for arrow in graph.arrows], _ROW)
    made: list[Element] = []
    labels: list[Element] = []
    right = layout.width
    spoken: set[tuple[int, str]] = set()
    for number, arrow in enumerate(graph.arrows):
        path = _path(arrow, layout, number)
        made += _line(path)
        # What a box gives to several is said once.
        if arrow.text and (arrow.start, arrow.text) not in spoken:
            spoken.add((arrow.start, arrow.text))
            label, end = _label(arrow.text, path)
            labels.append(label)
            right = max(right, end)
    for box, (x, y), size in zip(graph.boxes, layout.places, sizes, strict=True):
        made += _box(box, x, y, size)
    moved = element("g", "", *made, *labels, transform=f"translate({_ROOM} {_ROOM - (_ROW - _BOX) / 2:.0f})")
    return right + 2 * _ROOM, layout.height - (_ROW - _BOX) + 2 * _ROOM, (moved,)


def _words(box: Box) -> str:
    text = shorten(box.text, _LONGEST)
    return f"✗ {text}" if box.mark is Mark.CLASH else text


def _path(arrow: Arrow, layout: Layout, number: int) -> list[Place]:
    (x1, y1), (x2, y2) = layout.places[arrow.start], layout.places[arrow.end]
    return [(x1, y1 + _BOX / 2), *layout.bends[number], (x2, y2 - _BOX / 2)]


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _line(path: list[Place]) -> list[Element]:
    x, y = path[-1]
    points = " ".join(f"{_number(a)},{_number(b)}" for a, b in path)
    head = f"{_number(x - 4)},{_number(y - 7)} {_number(x)},{_number(y)} {_number(x + 4)},{_number(y - 7)}"
    return [
        element("polyline", points=one, fill="none", stroke=GREY, stroke_width="1.5", stroke_linejoin="round")
        for one in (points, head)
    ]


def _label(text: str, path: list[Place]) -> tuple[Element, float]:
    """What travels along an arrow, to the right of where it begins; and where the words end."""
    (x1, y1), (x2, y2) = path[:2]
    share = 14 / max(14.0, y2 - y1)
    x = x1 + (x2 - x1) * share + 7
    label = element("text", text, x=_number(x), y=_number(y1 + 18), fill=GREY, font_size="11")
    return label, x + text_width(text) * _COLUMN * 11 / 12


def _box(box: Box, x: float, y: float, size: float) -> list[Element]:
    clash = box.mark is Mark.CLASH
    frame = element(
        "rect", x=_number(x - size / 2), y=_number(y - _BOX / 2), width=_number(size), height=str(_BOX), rx="4",
        fill=box.fill or "none", stroke=CLASH if clash else GREY, stroke_width="2.5" if clash else "1",
        stroke_dasharray="4 3" if box.mark is Mark.REPEAT else None,
    )  # fmt: skip
    ink = ink_on(box.fill) if box.fill else GREY
    return [frame, element("text", _words(box), x=_number(x), y=_number(y + 4), text_anchor="middle", fill=ink)]
