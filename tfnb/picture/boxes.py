"""An array of any rank as boxes: one table for two axes, one table per index of the axes before them."""

from __future__ import annotations

import itertools
import math
from typing import Callable, Final, Sequence

from tfnb.language import _
from tfnb.picture.formats import format_shape
from tfnb.picture.parts import Box, Edge, Grid, Line, Mark, Part, Row, Stack, Tone, Words

Index = tuple[int, ...]
Shown = tuple["int | None", ...]
AxisEdge = Callable[[int, int], Edge]

PANELS: Final = 4


def shown(length: int, edge: int) -> Shown:
    """The indices drawn along an axis: all of a short one, else `edge` at each end with None for the gap.

    Example:
        >>> shown(3, 2), shown(10, 2)
        ((0, 1, 2), (0, 1, None, 8, 9))
    """
    if length <= 2 * edge + 1:
        return tuple(range(length))
    return (*range(edge), None, *range(length - edge, length))


def axis_edge(axis: int, length: int, fill: str | None = None, note: str = "") -> Edge:
    """What stands at the edge of an axis; `note` says what becomes of it."""
    measured = _("length {length}").format(length=length)
    return Edge(_("axis {axis}").format(axis=axis), f"{measured} {note}".rstrip(), fill)


def edge_words(edge: Edge) -> Words:
    """An edge in one run of text."""
    return Words(f"{edge.name} ({edge.length})", Tone.QUIET, edge.fill)


def panels(shape: Sequence[int], most: int = PANELS) -> list[Index]:
    """The indices of the leading axes whose tables are drawn."""
    count = math.prod(shape[:-2])
    drawn = count if count <= most else most - 1
    return list(itertools.islice(itertools.product(*map(range, shape[:-2])), drawn))


def grid(
    shape: Sequence[int], at: Callable[[Index], Box], edge: int = 4, axis: AxisEdge = axis_edge, least: int = 1
) -> Grid:
    """Boxes of a shape with at most two axes.

    Args:
        shape: lengths of the axes.
        at: the box of an index; called for the drawn ones only.
        edge: how many boxes are drawn at each end of a long axis.
        axis: what stands at the edge of an axis, from its number and length.
        least: characters that every box has room for.
    """
    if len(shape) == 0:
        return Grid(((at(()),),), least=least)
    columns = shown(shape[-1], edge)
    across = axis(len(shape) - 1, shape[-1])
    if len(shape) == 1:
        return Grid((_boxes((), columns, at),), _labels(columns), (), across, least=least)
    lines = shown(shape[0], edge)
    rows = tuple(
        _boxes((i,), columns, at) if i is not None else (Box("⋮", mark=Mark.GAP),) * len(columns) for i in lines
    )
    return Grid(rows, _labels(columns), _labels(lines), across, axis(0, shape[0]), least)


def _boxes(before: Index, columns: Shown, at: Callable[[Index], Box]) -> tuple[Box, ...]:
    return tuple(Box("…", mark=Mark.GAP) if j is None else at((*before, j)) for j in columns)


def _labels(indices: Shown) -> tuple[str, ...]:
    return tuple("" if index is None else str(index) for index in indices)


def boxes(
    shape: Sequence[int], at: Callable[[Index], Box], edge: int = 4, axis: AxisEdge = axis_edge, most: int = PANELS
) -> Part:
    """Boxes of a shape of any rank; the arguments are those of `grid`, `most` is how many tables are drawn."""
    if len(shape) <= 2:
        return grid(shape, at, edge, axis)
    last = len(shape) - 2

    def inner_axis(number: int, length: int) -> Edge:
        return axis(number + last, length)

    tables: list[Part] = []
    for lead in panels(shape, most):
        caption = Words("[" + ", ".join([*map(str, lead), ":", ":"]) + "]", Tone.QUIET, code=True)
        tables.append(Stack((caption, grid(shape[-2:], _within(at, lead), edge, inner_axis))))
    parts: list[Part] = [_leading(shape[:-2], axis)]
    if tables:
        parts.append(Row(tuple(tables)))
    left = math.prod(shape[:-2]) - len(tables)
    if left > 0:
        parts.append(Words(_("… and {count} more tables like these").format(count=left), Tone.QUIET))
    return Stack(tuple(parts))


def _within(at: Callable[[Index], Box], lead: Index) -> Callable[[Index], Box]:
    return lambda index: at((*lead, *index))


def _leading(lengths: Sequence[int], axis: AxisEdge) -> Line:
    """The axes that have no edge to stand at: one table for each of their indices."""
    words: list[Words] = []
    for number, length in enumerate(lengths):
        words += [edge_words(axis(number, length)), Words(" · ", Tone.QUIET)]
    return Line((*words, Words(_("one table per index"), Tone.QUIET)))


def empty_words(shape: Sequence[int]) -> Words:
    """Said of a shape with an axis of length 0."""
    return Words(_("no values: an axis of {shape} has length 0").format(shape=format_shape(tuple(shape))), Tone.QUIET)
