"""The matrix product: which axis of a meets which axis of b, drawn as it is done by hand."""

from __future__ import annotations

from typing import Final

import numpy as np

from tfnb.language import _
from tfnb.picture.boxes import Index, axis_edge, grid
from tfnb.picture.colours import CLASH, GREEN, ORANGE, SKY
from tfnb.picture.formats import format_shape, format_value
from tfnb.picture.op_call import EDGE, OpCall, Operand, result_name
from tfnb.picture.parts import Box, Corner, Edge, Grid, Line, Mark, Part, Row, Stack, Tone, Words

_MOST_TERMS: Final = 4


def matmul_part(call: OpCall) -> tuple[Part, str]:
    """The picture of a matrix product, and its sentence."""
    a, b = (
        _oriented(operand, call, key) for operand, key in zip(call.inputs, ("transpose_a", "transpose_b"), strict=False)
    )
    fits = a.shape[-1] == b.shape[-2]
    meet = ORANGE if fits else CLASH
    before = _matrix(a, (SKY, meet), lambda i, j: i == 0, fits, widest((a, b, call.output)))
    above = _matrix(b, (meet, GREEN), lambda i, j: j == 0, fits, before.least)
    parts: list[Part] = []
    if len(a.shape) > 2 or len(b.shape) > 2:
        parts.append(
            Words(_("the last two axes are multiplied; those before them are matched and repeated"), Tone.QUIET)
        )
    if fits and call.output is not None:
        out = Operand(call.output.shape, call.output.name or result_name(), call.output.window)
        result = _matrix(out, (SKY, GREEN), lambda i, j: i == j == 0, True, before.least)
        result = Grid(result.rows, (), (), Words(out.words, Tone.STRONG), None, before.least)
        parts.append(Corner(above, before, result))
    else:
        parts.append(Row((before, Words("×", Tone.STRONG), above)))
    sentence = _meeting(a, b, fits)
    parts.append(
        Line(
            (
                Words(_axis_of(a, len(a.shape) - 1), fill=meet),
                Words("  ↔  "),
                Words(_axis_of(b, len(b.shape) - 2), fill=meet),
            )
        )
    )
    parts.append(Words(sentence))
    if fits and call.output is not None and 0 not in call.output.shape:
        parts.append(Words(_first_box(a, b, call.output), Tone.QUIET))
    return Stack(tuple(parts)), sentence


def widest(operands: tuple[Operand | None, ...]) -> int:
    """Characters of the longest value near the first corner, so that boxes below each other are alike."""
    longest = 1
    for operand in operands:
        if operand is not None and operand.window is not None and operand.window.values().size:
            longest = max([longest, *(len(format_value(v, 3, 10)) for v in operand.window.values()[:64])])
    return longest


def _oriented(operand: Operand, call: OpCall, key: str) -> Operand:
    """An operand as it is multiplied: turned if the call says so, with at least two axes."""
    if not call.attributes.get(key):
        return operand
    shape = (*operand.shape[:-2], operand.shape[-1], operand.shape[-2])
    name = _("{name} transposed").format(name=operand.name)
    if operand.window is None:
        return Operand(shape, name)
    turned = tuple(
        ((*start[:-2], start[-1], start[-2]), np.swapaxes(block, -1, -2)) for start, block in operand.window.blocks
    )
    return Operand(shape, name, type(operand.window)(turned))


def _matrix(operand: Operand, fills: tuple[str, str], focus: object, fits: bool, least: int) -> Grid:
    """The last two axes of an operand, the lengths of its axes on the chips that tell which belongs to which."""
    lead = (0,) * (len(operand.shape) - 2)
    mark = Mark.FOCUS if fits else Mark.CLASH

    def at(index: Index) -> Box:
        return Box(operand.text((*lead, *index)), None, mark if focus(*index) else Mark.NONE)  # type: ignore[operator]

    def axis(number: int, length: int) -> Edge:
        edge = axis_edge(number + len(lead), length, fills[number])
        return Edge(f"{operand.name} {edge.name}".strip(), edge.length, edge.fill) if number == 1 else edge

    return grid(operand.shape[-2:], at, EDGE, axis, least)


def _axis_of(operand: Operand, axis: int) -> str:
    return _("{name}: axis {axis} (length {length})").format(name=operand.name, axis=axis, length=operand.shape[axis])


def _meeting(a: Operand, b: Operand, fits: bool) -> str:
    if fits:
        return _(
            "The last axis of {a} meets the axis before the last of {b}: both have length {length}, and it goes."
        ).format(a=a.name, b=b.name, length=a.shape[-1])
    return _(
        "The last axis of {a} has length {m}, the axis before the last of {b} has length {n}: they must be equal."
    ).format(a=a.name, b=b.name, m=a.shape[-1], n=b.shape[-2])


def _first_box(a: Operand, b: Operand, out: Operand) -> str:
    length = a.shape[-1]
    lead_a, lead_b = (0,) * (len(a.shape) - 2), (0,) * (len(b.shape) - 2)
    box = format_shape((0,) * len(out.shape))
    pairs = [(a.value((*lead_a, 0, k)), b.value((*lead_b, k, 0))) for k in range(min(length, _MOST_TERMS + 1))]
    total = out.value((0,) * len(out.shape))
    if not 0 < length <= _MOST_TERMS or total is None or any(value is None for pair in pairs for value in pair):
        return _(
            "Box {box}: the first row of {a} and the first column of {b}, multiplied pair by pair and added."
        ).format(box=box, a=a.name, b=b.name)
    terms = " + ".join(f"{format_value(x, 3)} × {format_value(y, 3)}" for x, y in pairs)
    return _("Box {box}: the first row of {a} and the first column of {b}, pair by pair: {terms} = {total}").format(
        box=box, a=a.name, b=b.name, terms=terms, total=format_value(total, 3)
    )


def dot_part(call: OpCall) -> tuple[Part, str]:
    """The dot product of two vectors, drawn as a row times a column."""
    a, b = call.inputs
    fits = a.shape == b.shape
    meet = ORANGE if fits else CLASH

    def vector(operand: Operand) -> Grid:
        mark = Mark.FOCUS if fits else Mark.CLASH
        edge = axis_edge(0, operand.shape[0], meet)
        named = Edge(f"{operand.name} {edge.name}".strip(), edge.length, meet)
        return grid(operand.shape, lambda index: Box(operand.text(index), None, mark), EDGE, lambda axis, length: named)

    parts: list[Part] = [vector(a), vector(b)]
    if fits and call.output is not None:
        out = call.output
        parts = [Row((Stack(tuple(parts)), Words("→"), grid((), lambda index: Box(out.text(index)))))]
        sentence = _(
            "Both have length {length}: the pairs are multiplied, and the products added to one number."
        ).format(length=a.shape[0])
    else:
        sentence = _("{a} has length {m}, {b} has length {n}: they must be equal.").format(
            a=a.name, b=b.name, m=a.shape[0], n=b.shape[0]
        )
    return Stack((*parts, Words(sentence))), sentence
