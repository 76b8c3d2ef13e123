"""Parts drawn with characters: what a terminal, a screen reader and an untrusted notebook show."""

from __future__ import annotations

from typing import Final

from tfnb.picture.markup import visible
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
    Words,
)  # fmt: skip
from tfnb.picture.plot_text import plot_lines
from tfnb.picture.text_width import pad, shorten, text_width

_GAP: Final = "  "
_BAR_WIDTH: Final = 40
_SHADES: Final = "█▓▒░"
_LONGEST: Final = 60
_PAGE: Final = 100

Block = list[str]


def lower_text(figure: Figure | Part) -> str:
    """A picture as lines of text, without trailing spaces."""
    block = _block(figure.body if isinstance(figure, Figure) else figure)
    if isinstance(figure, Figure) and figure.title:
        block = [visible(figure.title), *block]
    return "\n".join(line.rstrip() for line in block)


def _block(part: Part) -> Block:
    if isinstance(part, Words):
        return [visible(part.text)]
    if isinstance(part, Line):
        return ["".join(visible(words.text) for words in part.words)]
    if isinstance(part, Box):
        return _grid(Grid(((part,),)))
    if isinstance(part, Grid):
        return _grid(part)
    if isinstance(part, Bitmap):
        return list(part.characters) or [visible(f"[{part.alternative}]")]
    if isinstance(part, Bar):
        return [_bar(part)]
    if isinstance(part, Table):
        return _table(part)
    if isinstance(part, Row):
        return _wrapped([_block(p) for p in part.parts])
    if isinstance(part, Stack):
        return [line for p in part.parts for line in _block(p)]
    if isinstance(part, Plot):
        return [visible(line) for line in plot_lines(part)]
    if isinstance(part, Graph):
        return []
    return _corner(part)


def _sign(box: Box) -> str:
    text = visible(box.text)
    if box.mark is Mark.CLASH:
        return f"✗{text}"
    if box.mark is Mark.FOCUS:
        return f"*{text}"
    if box.mark is Mark.REPEAT:
        return f"({text})"
    return text


def _grid(grid: Grid) -> Block:
    _lead, lines = _labelled(grid)
    return [_edge_text(grid.down, "↓"), *lines] if grid.down else lines


def _edge_text(edge: Edge | Words, arrow: str) -> str:
    return visible(f"{edge.name} ({edge.length}) {arrow}" if isinstance(edge, Edge) else edge.text)


def _labelled(grid: Grid) -> tuple[int, Block]:
    """The grid without its `down` name, and how many columns of text its row labels take."""
    signs = [[_sign(box) for box in row] for row in grid.rows]
    columns = len(grid.rows[0]) if grid.rows else 0
    widths = [
        max([text_width(row[k]) for row in signs] + [text_width(grid.top[k]) if grid.top else 0, grid.least])
        for k in range(columns)
    ]
    if columns:
        body = [_ruled(row, signs[number], widths) for number, row in enumerate(grid.rows)]
        lines = [_rule("┌┬┐", widths), *body, _rule("└┴┘", widths)]
    else:
        lines = ["┌──┐", *(["│  │"] * max(1, len(grid.rows))), "└──┘"]
    lead = 0
    if grid.left:
        lead = max(map(text_width, grid.left)) + 1
        lines = [
            pad(label, lead - 1, ">") + " " + line for label, line in zip(["", *grid.left, ""], lines, strict=False)
        ]
    head = []
    if grid.across:
        head.append(" " * lead + pad(_edge_text(grid.across, "→"), text_width(lines[0]) - lead, "^"))
    if grid.top and columns:
        head.append(
            " " * lead + " " + " ".join(pad(label, w + 2, "^") for label, w in zip(grid.top, widths, strict=False))
        )
    return lead, head + lines


def _rule(corners: str, widths: list[int]) -> str:
    return corners[0] + corners[1].join("─" * (width + 2) for width in widths) + corners[2]


def _ruled(row: tuple[Box, ...], signs: list[str], widths: list[int]) -> str:
    cells = [
        pad(sign, width, "^" if box.mark is Mark.GAP else ">")
        for box, sign, width in zip(row, signs, widths, strict=False)
    ]
    return "│ " + " │ ".join(cells) + " │"


def _bar(bar: Bar) -> str:
    drawn, shade = "", 0
    for segment in bar.segments:
        count = round(segment.share * _BAR_WIDTH)
        if segment.fill is None:
            drawn += "·" * count
        else:
            drawn += _SHADES[min(shade, len(_SHADES) - 1)] * max(count, 1 if segment.share > 0 else 0)
            shade += 2
    drawn = drawn[:_BAR_WIDTH].ljust(_BAR_WIDTH, "·")
    if bar.tick is not None:
        at = min(_BAR_WIDTH - 1, round(bar.tick * _BAR_WIDTH))
        drawn = drawn[:at] + "|" + drawn[at + 1 :]
    return f"[{drawn}]"


def _table(table: Table) -> Block:
    texts = [[shorten(visible(cell.text), _LONGEST) for cell in row] for row in table.rows]
    head = [visible(text) for text in table.head]
    widths = [max(map(text_width, column)) for column in zip(head, *texts, strict=False)]
    lines = [
        _GAP.join(
            pad(t, w, ">" if k in table.numeric else "<") for k, (t, w) in enumerate(zip(head, widths, strict=False))
        )
    ]
    lines.append(_GAP.join("─" * width for width in widths))
    for row in texts:
        lines.append(
            _GAP.join(
                pad(t, w, ">" if k in table.numeric else "<") for k, (t, w) in enumerate(zip(row, widths, strict=False))
            )
        )
    return lines


def _wrapped(blocks: list[Block]) -> Block:
    """Blocks beside each other, in as many rows as the width of a page makes necessary."""
    rows: list[list[Block]] = [[]]
    used = 0
    for block in blocks:
        width = max(map(text_width, block), default=0) + len(_GAP)
        if rows[-1] and used + width > _PAGE:
            rows.append([])
            used = 0
        rows[-1].append(block)
        used += width
    return [line for row in rows for line in _beside(row)]


def _beside(blocks: list[Block]) -> Block:
    blocks = [block for block in blocks if block]
    height = max(map(len, blocks), default=0)
    columns = []
    for block in blocks:
        width, above = max(map(text_width, block)), (height - len(block)) // 2
        columns.append(
            [" " * width] * above + [pad(line, width) for line in block] + [" " * width] * (height - len(block) - above)
        )
    return [_GAP.join(lines) for lines in zip(*columns, strict=False)]


def _corner(corner: Corner) -> Block:
    before = _grid(corner.before)
    lead, above = _labelled(corner.above)
    _, result = _labelled(corner.result)
    if corner.above.down:
        above = [_edge_text(corner.above.down, "↓"), *above]
    left = max(map(text_width, before)) + len(_GAP)
    lower = max(len(before), len(result))
    # The rows of `before` go on in `result`, so both end on the same line.
    before = [""] * (lower - len(before)) + before
    result = [""] * (lower - len(result)) + result
    return [" " * left + line for line in above] + [
        pad(b, left + lead) + r for b, r in zip(before, result, strict=False)
    ]
