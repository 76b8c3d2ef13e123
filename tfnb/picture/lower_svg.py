"""Parts as SVG that GitHub shows: presentation attributes only, no style, script, font file or foreign object.

The page behind it may be white or black and cannot be asked, so loose text has a grey that reads on both, and filled
boxes bring their own ink.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Final

from tfnb.language import get_language
from tfnb.picture.colours import CLASH, GREY, ink_on
from tfnb.picture.graph_svg import graph_elements
from tfnb.picture.markup import Element, as_xml, element
from tfnb.picture.parts import (
    Bar,
    Bitmap,
    Box,
    Corner,
    Edge,
    Figure,
    Graph,
    Grid,
    Line,
    Mark,
    Part,
    Plot,
    Row,
    Stack,
    Table,
    Tone,
    Words,
)  # fmt: skip
from tfnb.picture.plot_svg import HEIGHT, WIDTH, plot_elements
from tfnb.picture.text_width import shorten, text_width

_SIZE: Final = 12
_COLUMN: Final = 7.3  # width of one column of fixed-width text of this size
_LINE: Final = 18
_BOX: Final = 22
_SPACE: Final = 3
_GAP: Final = 14
_PAGE: Final = 880
_BAR: Final = 420
_LONGEST: Final = 60


@dataclass(frozen=True, slots=True)
class Drawing:
    """Elements with their size; their origin is the left upper corner."""

    width: float
    height: float
    elements: tuple[Element, ...]


def lower_svg(figure: Figure) -> str:
    """A picture as a whole SVG document."""
    head = [_text(Words(figure.title, Tone.STRONG))] if figure.title else []
    whole = _below([*head, _draw(figure.body)])
    width, height = whole.width + 2 * _SPACE, whole.height + 2 * _SPACE
    root = element(
        "svg", "",
        element("title", figure.title or figure.description),
        element("desc", figure.description),
        element("g", "", *whole.elements, transform=f"translate({_SPACE} {_SPACE})"),
        xmlns="http://www.w3.org/2000/svg", width=_number(width), height=_number(height),
        viewBox=f"0 0 {_number(width)} {_number(height)}", role="img", lang=get_language(),
        font_family="monospace", font_size=str(_SIZE),
    )  # fmt: skip
    return as_xml(root)


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _draw(part: Part) -> Drawing:
    if isinstance(part, Words):
        return _text(part)
    if isinstance(part, Line):
        return _beside([_text(words) for words in part.words], gap=0)
    if isinstance(part, Box):
        return _grid(Grid(((part,),)))[0]
    if isinstance(part, Grid):
        return _grid(part)[0]
    if isinstance(part, Bitmap):
        return _bitmap(part)
    if isinstance(part, Bar):
        return _bar(part)
    if isinstance(part, Table):
        return _table(part)
    if isinstance(part, Row):
        return _wrapped([_draw(p) for p in part.parts])
    if isinstance(part, Stack):
        return _below([_draw(p) for p in part.parts])
    if isinstance(part, Plot):
        return Drawing(WIDTH, HEIGHT, tuple(plot_elements(part)))
    if isinstance(part, Graph):
        return Drawing(*graph_elements(part))
    return _corner(part)


def _moved(drawing: Drawing, x: float, y: float) -> Element:
    return element("g", "", *drawing.elements, transform=f"translate({_number(x)} {_number(y)})")


def _below(drawings: list[Drawing]) -> Drawing:
    y, moved = 0.0, []
    for drawing in drawings:
        moved.append(_moved(drawing, 0, y))
        y += drawing.height
    return Drawing(max((d.width for d in drawings), default=0), y, tuple(moved))


def _beside(drawings: list[Drawing], gap: float = _GAP) -> Drawing:
    height, x, moved = max((d.height for d in drawings), default=0), 0.0, []
    for drawing in drawings:
        moved.append(_moved(drawing, x, (height - drawing.height) / 2))
        x += drawing.width + gap
    return Drawing(max(0, x - gap), height, tuple(moved))


def _wrapped(drawings: list[Drawing]) -> Drawing:
    rows: list[list[Drawing]] = [[]]
    used = 0.0
    for drawing in drawings:
        if rows[-1] and used + drawing.width > _PAGE:
            rows.append([])
            used = 0
        rows[-1].append(drawing)
        used += drawing.width + _GAP
    return _below([_beside(row) for row in rows])


def _text(words: Words, colour: str = GREY) -> Drawing:
    width = text_width(words.text) * _COLUMN
    weight = "bold" if words.tone is Tone.STRONG else None
    if not words.fill:
        label = element(
            "text", words.text, x="0", y=_number(_LINE * 0.72), fill=colour, font_weight=weight, xml_space=None
        )
        return Drawing(width, _LINE, (_kept(label),))
    chip = element("rect", x="0", y="1", width=_number(width + 8), height=_number(_LINE - 2), rx="3", fill=words.fill)
    label = element("text", words.text, x="4", y=_number(_LINE * 0.72), fill=ink_on(words.fill), font_weight=weight)
    return Drawing(width + 8, _LINE, (chip, _kept(label)))


def _kept(label: Element) -> Element:
    """Runs of spaces stay; some viewers fold them otherwise."""
    label.set("xml:space", "preserve")
    return label


def _grid(grid: Grid, fixed: tuple[float, float] | None = None) -> tuple[Drawing, tuple[float, float]]:
    """The grid, and where its first box stands; `fixed` moves the first box there."""
    columns = len(grid.rows[0]) if grid.rows else 0
    widths = [_column_width(grid, k) for k in range(columns)]
    down = _edge_lines(grid.down) if grid.down else None
    left = max((text_width(label) * _COLUMN + 4 for label in grid.left), default=0.0)
    lead = (down.width + 6 if down else 0) + left
    over = (_LINE if grid.across else 0) + (_LINE if grid.top else 0)
    x0, y0 = fixed or (lead, over)
    inner = sum(widths) + _SPACE * max(0, columns - 1) or 30
    height = (_BOX + _SPACE) * max(1, len(grid.rows))
    made: list[Element] = []
    width = x0 + inner
    if grid.across:
        across = _edge(grid.across)
        at = x0 + max(0, (inner - across.width) / 2)
        made.append(_moved(across, at, y0 - over))
        width = max(width, at + across.width)
    if down:
        made.append(_moved(down, x0 - lead, y0 + (height - down.height) / 2))
    x = x0
    for k in range(columns):
        if grid.top:
            made.append(_label(grid.top[k], x + widths[k] / 2, y0 - 5, "middle"))
        x += widths[k] + _SPACE
    for number, row in enumerate(grid.rows):
        y = y0 + number * (_BOX + _SPACE)
        if grid.left:
            made.append(_label(grid.left[number], x0 - 5, y + _BOX * 0.68, "end"))
        x = x0
        for box, box_width in zip(row, widths, strict=False):
            made.extend(_box(box, x, y, box_width))
            x += box_width + _SPACE
    if not columns:
        made.append(element("rect", x=_number(x0), y=_number(y0), width="26", height="18", fill="none", stroke=GREY))
    return Drawing(width, y0 + height, tuple(made)), (x0, y0)


def _edge(edge: Edge | Words) -> Drawing:
    return _text(Words(f"{edge.name} ({edge.length}) →", fill=edge.fill) if isinstance(edge, Edge) else edge)


def _edge_lines(edge: Edge) -> Drawing:
    """Before the rows there is height, but no width: name and length below each other."""
    lines = [_text(Words(f"{edge.name} ↓", fill=edge.fill)), _text(Words(f"({edge.length})", fill=edge.fill))]
    width = max(line.width for line in lines)
    moved = tuple(_moved(line, width - line.width, n * (_LINE - 1)) for n, line in enumerate(lines))
    return Drawing(width, 2 * _LINE, moved)


def _column_width(grid: Grid, column: int) -> float:
    texts = [_sign(row[column]) for row in grid.rows] + ([grid.top[column]] if grid.top else [])
    return max(grid.least, *map(text_width, texts)) * _COLUMN + 12


def _sign(box: Box) -> str:
    return f"({box.text})" if box.mark is Mark.REPEAT else f"✗{box.text}" if box.mark is Mark.CLASH else box.text


def _label(text: str, x: float, y: float, anchor: str) -> Element:
    return element("text", text, x=_number(x), y=_number(y), text_anchor=anchor, fill=GREY, font_size="11")


def _box(box: Box, x: float, y: float, width: float) -> list[Element]:
    made = []
    if box.mark not in (Mark.GAP, Mark.BARE):
        stroke, weight = (CLASH, "2.5") if box.mark is Mark.CLASH else (GREY, "2.5" if box.mark is Mark.FOCUS else "1")
        made.append(element(
            "rect", x=_number(x), y=_number(y), width=_number(width), height=str(_BOX), rx="3", fill=box.fill or "none",
            stroke=stroke, stroke_width=weight, stroke_dasharray="3 2" if box.mark is Mark.REPEAT else None,
        ))  # fmt: skip
    ink = ink_on(box.fill) if box.fill else GREY
    made.append(
        element(
            "text", _sign(box), x=_number(x + width / 2), y=_number(y + _BOX * 0.68), text_anchor="middle", fill=ink
        )
    )
    return made


def _bitmap(bitmap: Bitmap) -> Drawing:
    source = "data:image/png;base64," + base64.b64encode(bitmap.png).decode("ascii")
    image = element(
        "image",
        "",
        element("title", bitmap.alternative),
        href=source,
        width=str(bitmap.width),
        height=str(bitmap.height),
    )
    return Drawing(bitmap.width, bitmap.height + _SPACE, (image,))


def _bar(bar: Bar) -> Drawing:
    made, x = [], 0.0
    for segment in bar.segments:
        width = segment.share * _BAR
        if segment.fill:
            made.append(
                element("rect", x=_number(x), y="6", width=_number(max(width, 1)), height="14", fill=segment.fill)
            )
        x += width
    made.append(element("rect", x="0", y="6", width=str(_BAR), height="14", fill="none", stroke=GREY))
    if bar.tick is not None:
        at = _number(min(max(bar.tick, 0), 1) * _BAR)
        made.append(element("line", x1=at, x2=at, y1="2", y2="24", stroke=GREY, stroke_width="2"))
    return Drawing(_BAR, 28, tuple(made))


def _table(table: Table) -> Drawing:
    rows = [tuple(Words(text, Tone.STRONG) for text in table.head), *table.rows]
    cut = [[Words(shorten(w.text, _LONGEST), w.tone, w.fill, w.code) for w in row] for row in rows]
    drawn = [[_text(words) for words in row] for row in cut]
    widths = [max(d.width for d in column) for column in zip(*drawn, strict=False)]
    made, y = [], 0.0
    for row in drawn:
        x = 0.0
        for number, (cell, width) in enumerate(zip(row, widths, strict=False)):
            made.append(_moved(cell, x + (width - cell.width if number in table.numeric else 0), y))
            x += width + _GAP
        y += _LINE
    return Drawing(sum(widths) + _GAP * max(0, len(widths) - 1), y, tuple(made))


def _corner(corner: Corner) -> Drawing:
    before, (_x, before_y) = _grid(corner.before)
    above, (above_x, _y) = _grid(corner.above)
    left = before.width + _GAP
    x = left + above_x
    _result, (_rx, result_y) = _grid(corner.result)
    top = max(before_y, result_y)
    result, _at = _grid(corner.result, (x, top))
    before_moved = _moved(before, 0, above.height + top - before_y)
    elements = (_moved(above, left, 0), before_moved, _moved(result, 0, above.height))
    return Drawing(
        max(left + above.width, result.width),
        above.height + max(before.height + top - before_y, result.height),
        elements,
    )
