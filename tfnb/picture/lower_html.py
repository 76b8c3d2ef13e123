"""Parts as HTML: tables and inline CSS, nothing that a notebook's sanitizer takes away.

An untrusted JupyterLab notebook drops `svg`, `style` and every CSS value that is a variable, so boxes are table cells
and theme variables only refine what stands before them. Plain text inherits the page's colour, so it reads in every
theme; a filled box brings its own ink. With all styling stripped the tables still read in order.
"""

from __future__ import annotations

import base64
from typing import Final

from tfnb.language import get_language
from tfnb.picture.colours import CLASH, GREY, ink_on
from tfnb.picture.graph_svg import graph_document
from tfnb.picture.markup import Element, as_html, element, style
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
from tfnb.picture.plot_svg import HEIGHT, WIDTH, plot_document

_CODE: Final = "font-family:monospace;font-family:var(--jp-code-font-family,var(--vscode-editor-font-family,monospace))"
_TABLE: Final = (
    "border-collapse:separate;border-spacing:0;margin:0;border:none;width:auto;table-layout:auto;background:transparent"
)
_LABEL: Final = (
    "border:none;padding:0 3px;font-weight:normal;vertical-align:middle;background:transparent;font-size:11px"
)
_ROW: Final = "background:transparent;border:none"
_BORDER: Final = {
    Mark.NONE: f"1px solid {GREY}",
    Mark.REPEAT: f"1px dashed {GREY}",
    Mark.FOCUS: "2px solid",
    Mark.CLASH: f"3px double {CLASH}",
    Mark.GAP: "none",
    Mark.BARE: "none",
}


def lower_html(figure: Figure) -> str:
    """A picture as one HTML element."""
    root = element(
        "div", "",
        *([element("div", figure.title, style="font-weight:600;margin:0 0 2px 0")] if figure.title else []),
        _element(figure.body),
        class_="tfnb-figure", lang=get_language(), role="group", aria_label=figure.description,
        style="margin:2px 0;line-height:1.35;overflow-x:auto;font-size:13px",
    )  # fmt: skip
    return as_html(root)


def _element(part: Part) -> Element:
    if isinstance(part, Words):
        return element("div", "", _words(part))
    if isinstance(part, Line):
        return element("div", "", *map(_words, part.words), style="margin:1px 0")
    if isinstance(part, Box):
        return _grid(Grid(((part,),)))
    if isinstance(part, Grid):
        return _grid(part)
    if isinstance(part, Bitmap):
        return _bitmap(part)
    if isinstance(part, Bar):
        return _bar(part)
    if isinstance(part, Table):
        return _table(part)
    if isinstance(part, Row):
        return _row([_element(p) for p in part.parts])
    if isinstance(part, Stack):
        return element("div", "", *map(_element, part.parts))
    if isinstance(part, Plot):
        return _drawn(plot_document(part), part.alternative, WIDTH, HEIGHT)
    if isinstance(part, Graph):
        return _drawn(*graph_document(part))
    return _corner(part)


def _words(words: Words) -> Element:
    css = []
    if words.tone is Tone.QUIET:
        css.append("font-size:12px;opacity:0.85")
    if words.code:
        css.append(_CODE)
    if words.fill:
        css.append(
            f"background-color:{words.fill};color:{ink_on(words.fill)};"
            "border-radius:3px;padding:0 4px;white-space:nowrap"
        )
    tag = "b" if words.tone is Tone.STRONG else "span"
    return element(tag, words.text, style=";".join(css) or None)


def _row(children: list[Element]) -> Element:
    """Beside each other, on a further line where the page is narrow."""
    css = "display:inline-block;vertical-align:middle;margin:0 12px 4px 0"
    return element("div", "", *(element("div", "", child, style=css) for child in children))


def _grid(grid: Grid) -> Element:
    return _boxes_table([element("tr", "", *cells, style=_ROW) for cells in _grid_rows(grid)])


def _boxes_table(rows: list[Element]) -> Element:
    return element("table", "", *rows, style=f"{_TABLE};border-spacing:2px;{_CODE};font-size:12px")


def _grid_rows(grid: Grid) -> list[list[Element]]:
    """The cells of each row of the table: the name over the columns, their indices, then the boxes."""
    columns, lead = _columns(grid), _lead(grid)
    rows = []
    if grid.across:
        name = element(
            "th", "", _edge(grid.across), colspan=str(columns), scope="colgroup", style=_LABEL + ";text-align:center"
        )
        rows.append([*_blank(lead), name])
    if grid.top:
        rows.append(
            [
                *_blank(lead),
                *(element("th", label, scope="col", style=_LABEL + ";text-align:center") for label in grid.top),
            ]
        )
    for number, row in enumerate(grid.rows):
        cells = []
        if grid.down and number == 0:
            css = _LABEL + ";vertical-align:middle;text-align:right"
            cells.append(
                element("th", "", *_edge_lines(grid.down), rowspan=str(len(grid.rows)), scope="rowgroup", style=css)
            )
        if grid.left:
            cells.append(element("th", grid.left[number], scope="row", style=_LABEL + ";text-align:right"))
        cells.extend(_box(box, grid.least) for box in row)
        if not row:
            cells.append(element("td", "", style=f"border:{_BORDER[Mark.NONE]};padding:5px 8px"))
        rows.append(cells)
    if grid.down and not grid.rows:
        rows.append(
            [
                element("th", "", *_edge_lines(grid.down), style=_LABEL),
                element("td", "", style=f"border:{_BORDER[Mark.NONE]};padding:2px 20px"),
            ]
        )
    return rows


def _edge(edge: Edge | Words) -> Element:
    return _words(Words(f"{edge.name} ({edge.length}) →", fill=edge.fill) if isinstance(edge, Edge) else edge)


def _edge_lines(edge: Edge) -> tuple[Element, Element, Element]:
    """Before the rows there is height, but no width: name and length below each other."""
    return (
        _words(Words(f"{edge.name} ↓", fill=edge.fill)),
        element("br"),
        _words(Words(f"({edge.length})", fill=edge.fill)),
    )


def _columns(grid: Grid) -> int:
    return max(1, len(grid.rows[0]) if grid.rows else 1)


def _lead(grid: Grid) -> int:
    return (1 if grid.down else 0) + (1 if grid.left else 0)


def _blank(columns: int) -> list[Element]:
    return [element("td", "", colspan=str(columns), style=_LABEL)] if columns else []


def _corner(corner: Corner) -> Element:
    """One table, so that columns and rows that go on in the result stand in line."""
    before, above, result = _grid_rows(corner.before), _grid_rows(corner.above), _grid_rows(corner.result)
    width, lead = _lead(corner.before) + _columns(corner.before), _lead(corner.above)
    rows = [[*_blank(width), *cells] for cells in above]
    lower = max(len(before), len(result))
    before = [_blank(width)] * (lower - len(before)) + before
    result = [_blank(_columns(corner.result))] * (lower - len(result)) + result
    rows += [[*b, *_blank(lead), *r] for b, r in zip(before, result, strict=False)]
    return _boxes_table([element("tr", "", *cells, style=_ROW) for cells in rows])


def _box(box: Box, least: int = 1) -> Element:
    text = f"({box.text})" if box.mark is Mark.REPEAT else f"✗ {box.text}" if box.mark is Mark.CLASH else box.text
    css = (
        f"padding:2px 5px;min-width:{max(1.6, 0.62 * least):.1f}em;border-radius:3px;border:{_BORDER[box.mark]};"
        "text-align:center;white-space:nowrap;max-width:none"
    )
    if box.fill:
        css += f";background-color:{box.fill};color:{ink_on(box.fill)}"
    else:
        css += ";background:transparent"
    return element("td", text, style=css)


def _bitmap(bitmap: Bitmap) -> Element:
    source = "data:image/png;base64," + base64.b64encode(bitmap.png).decode("ascii")
    css = style(
        image_rendering="pixelated", display="block", max_width="100%", height="auto", border=f"1px solid {GREY}"
    )
    width, height = str(bitmap.width), str(bitmap.height)
    return element("img", src=source, alt=bitmap.alternative, width=width, height=height, style=css)


def _drawn(document: str, alternative: str, width: float, height: float) -> Element:
    """A drawing as an image: a sanitizer that takes `svg` away would leave its labels behind."""
    source = "data:image/svg+xml;base64," + base64.b64encode(document.encode("utf-8")).decode("ascii")
    css = style(display="block", max_width="100%", height="auto")
    return element("img", src=source, alt=alternative, width=f"{width:.0f}", height=f"{height:.0f}", style=css)


def _bar(bar: Bar) -> Element:
    cells = [
        element("td", "", style=f"width:{share};height:14px;padding:0;border:none;background-color:{fill};min-width:0")
        for share, fill in ((f"{s.share * 100:.1f}%", s.fill or "transparent") for s in bar.segments)
    ]
    wide = _TABLE.replace("width:auto", "width:100%").replace("table-layout:auto", "table-layout:fixed")
    row = element("tr", "", *cells, style=_ROW)
    children = [element("table", "", row, role="presentation", style=f"{wide};border:1px solid {GREY}")]
    if bar.tick is not None:
        at = f"{min(max(bar.tick, 0), 1) * 100:.1f}%"
        children.insert(
            0, element("div", "", style=f"height:5px;width:{at};border-right:2px solid;box-sizing:border-box")
        )
    return element("div", "", *children, style="max-width:440px")


def _table(table: Table) -> Element:
    def css(column: int) -> str:
        side = "right" if column in table.numeric else "left"
        return f"text-align:{side};padding:2px 12px 2px 0;border:none;background:transparent;max-width:none"

    head = element(
        "tr",
        "",
        *(element("th", h, scope="col", style=css(k) + ";font-weight:600") for k, h in enumerate(table.head)),
        style=_ROW,
    )
    rows = [
        element("tr", "", *(element("td", "", _words(cell), style=css(k)) for k, cell in enumerate(row)), style=_ROW)
        for row in table.rows
    ]
    return element("table", "", head, *rows, style=_TABLE + ";font-size:12px")
