"""The parts that pictures are made of: plain records, the same for text, HTML and SVG."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Tone(Enum):
    """How loudly words speak; no meaning is ever carried by the tone alone."""

    PLAIN = "plain"
    STRONG = "strong"
    QUIET = "quiet"


class Mark(Enum):
    """What a box says beside its value; each has its own border, and its own sign in the text."""

    NONE = "none"
    REPEAT = "repeat"  # a box that broadcasting repeats
    FOCUS = "focus"  # the boxes that the sentence under the picture speaks of
    CLASH = "clash"  # the boxes that do not fit
    GAP = "gap"  # boxes left out
    BARE = "bare"  # no box at all


@dataclass(frozen=True, slots=True)
class Words:
    """A run of text. With `fill` it stands on a coloured chip, which ties it to the boxes of that colour."""

    text: str
    tone: Tone = Tone.PLAIN
    fill: str | None = None
    code: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """Words on one line."""

    words: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class Box:
    """One box of a grid: a value as it is printed, and the colour of its magnitude or its group."""

    text: str
    fill: str | None = None
    mark: Mark = Mark.NONE


@dataclass(frozen=True, slots=True)
class Edge:
    """What stands at the edge of an axis: its name, and its length (with what becomes of it)."""

    name: str
    length: str
    fill: str | None = None


@dataclass(frozen=True, slots=True)
class Grid:
    """Boxes in rows; the names of the two axes at its edges, the indices between.

    Attributes:
        rows: boxes, every row of one length.
        top, left: what stands over the columns and before the rows (indices as a rule); empty for none.
        across, down: the axes' names and lengths, over the columns and before the rows; or any words over the columns.
        least: characters that every box has room for, so that grids below each other keep their columns.
    """

    rows: tuple[tuple[Box, ...], ...]
    top: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    across: Edge | Words | None = None
    down: Edge | None = None
    least: int = 1


@dataclass(frozen=True, slots=True)
class Bitmap:
    """A picture made of pixels, `width` × `height` as shown.

    Attributes:
        alternative: what it shows, in words.
        characters: the picture drawn with characters, for where there are no pixels.
    """

    png: bytes
    width: int
    height: int
    alternative: str
    characters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of a bar: its share of the whole (0 to 1) and its colour; without one it is left empty."""

    share: float
    fill: str | None


@dataclass(frozen=True, slots=True)
class Bar:
    """Amounts side by side on one line, with a tick at `tick` (0 to 1) if there is one."""

    segments: tuple[Segment, ...]
    tick: float | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A data table: heads of the columns, then rows. `numeric` columns are set to the right."""

    head: tuple[str, ...]
    rows: tuple[tuple[Words, ...], ...]
    numeric: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Row:
    """Parts beside each other, aligned at their middles."""

    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Stack:
    """Parts below each other, aligned at the left."""

    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Corner:
    """A matrix product as it is drawn by hand: `above` over `result`, `before` to the left of it.

    The columns of `above` go on in `result`, and so do the rows of `before`; both have the same `least`.
    """

    above: Grid
    before: Grid
    result: Grid


@dataclass(frozen=True, slots=True)
class Curve:
    """One line of a plot; a point whose y is NaN is a gap.

    Attributes:
        name: what the key says; a curve without a name is not in it.
        points: (x, y) in the order of x.
        dashed, marked: what tells it from its neighbours beside the colour: dashes, and a dot at each point.
        faint: drawn thinly, behind the others.
    """

    name: str
    points: tuple[tuple[float, float], ...]
    colour: str
    dashed: bool = False
    marked: bool = False
    faint: bool = False


@dataclass(frozen=True, slots=True)
class Plot:
    """Curves over one axis.

    Attributes:
        title: over the plot.
        across: what the axis counts.
        span: where the axis begins and ends.
        alternative: what it shows, in words.
        log: whether the values are drawn by their logarithms; those that have none are left out then.
        gap: where a value stopped being a number.
    """

    title: str
    curves: tuple[Curve, ...]
    across: str
    span: tuple[float, float]
    alternative: str
    log: bool = False
    gap: float | None = None


@dataclass(frozen=True, slots=True)
class Arrow:
    """From one box of a graph to another, by their numbers, with what travels along it."""

    start: int
    end: int
    text: str = ""


@dataclass(frozen=True, slots=True)
class Graph:
    """Boxes and arrows from top to bottom. In text it is left out: what it says stands in a table beside it.

    Attributes:
        alternative: what it shows, in words.
    """

    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    alternative: str


Part = Words | Line | Box | Grid | Bitmap | Bar | Table | Row | Stack | Corner | Plot | Graph


@dataclass(frozen=True, slots=True)
class Figure:
    """A whole picture: what it is called, the sentences that tell it to somebody who cannot see it, and its parts."""

    title: str
    description: str
    body: Part
