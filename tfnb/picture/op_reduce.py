"""Reductions: the axis that goes, and the boxes that become one. Ops along an axis that stays are drawn alike."""

from __future__ import annotations

import math
from typing import Any, Final

from tfnb.language import _
from tfnb.picture.boxes import Index, axis_edge, boxes, panels
from tfnb.picture.colours import ORANGE, SKY
from tfnb.picture.formats import format_value
from tfnb.picture.op_call import EDGE, OpCall, Operand, result_name
from tfnb.picture.parts import Box, Edge, Mark, Part, Row, Stack, Tone, Words

_MOST_TERMS: Final = 5
_TABLES: Final = 3


def reduce_part(call: OpCall) -> tuple[Part, str]:
    """The picture of a reduction, and its sentence."""
    given = call.inputs[0]
    axes = call.axes(len(given.shape))
    kept = [axis for axis in range(len(given.shape)) if axis not in axes]

    def edge(axis: int, length: int) -> Edge:
        if axis in axes:
            return axis_edge(axis, length, ORANGE, _("goes"))
        return axis_edge(axis, length, SKY, _("stays"))

    def at(index: Index) -> Box:
        return Box(given.text(index), None, Mark.FOCUS if all(index[axis] == 0 for axis in kept) else Mark.NONE)

    parts: list[Part] = []
    if 0 not in given.shape and len(panels(given.shape)) <= _TABLES + 1:
        parts.append(_before_after(call, boxes(given.shape, at, EDGE, edge, _TABLES + 1)))
    sentence = _reduced_sentence(given, axes)
    parts.append(Words(sentence))
    terms = _terms(call, axes, kept)
    if terms:
        parts.append(Words(_("The first box: {terms}").format(terms=terms), Tone.QUIET))
    return Stack(tuple(parts)), sentence


def _before_after(call: OpCall, drawn: Part) -> Part:
    given = call.inputs[0]
    parts: list[Part] = [Stack((Words(given.words, Tone.STRONG), drawn)), Words(f"{call.op} →", Tone.STRONG, code=True)]
    if call.output is not None:
        out = Operand(call.output.shape, call.output.name or result_name(), call.output.window)

        def first(index: Index) -> Box:
            return Box(out.text(index), None, Mark.FOCUS if not any(index) else Mark.NONE)

        after = boxes(out.shape, first, EDGE, most=_TABLES + 1) if 0 not in out.shape else Words("[]")
        parts.append(Stack((Words(out.words, Tone.STRONG), after)))
    return Row(tuple(parts))


def _reduced_sentence(given: Operand, axes: tuple[int, ...]) -> str:
    count = math.prod(given.shape[axis] for axis in axes)
    if len(axes) == len(given.shape):
        return _("All axes go: {count} boxes become one.").format(count=count)
    if len(axes) == 1:
        return _("Axis {axis} goes: along it, {count} boxes become one.").format(axis=axes[0], count=count)
    return _("Axes {axes} go: along them, {count} boxes become one.").format(
        axes=_(", ").join(map(str, axes)), count=count
    )


def _terms(call: OpCall, axes: tuple[int, ...], kept: list[int]) -> str:
    """How the first box of the result comes about, in numbers; empty where they are too many or unknown."""
    given = call.inputs[0]
    count = math.prod(given.shape[axis] for axis in axes)
    if call.output is None or not 1 < count <= _MOST_TERMS or 0 in given.shape or (len(axes) != 1 and kept):
        return ""
    indices = [()]  # type: list[Index]
    for axis, length in enumerate(given.shape):
        indices = [(*index, i) for index in indices for i in (range(length) if axis in axes else (0,))]
    values: list[Any] = [given.value(index) for index in indices]
    result = call.output.value((0,) * len(call.output.shape))
    if result is None or any(value is None for value in values):
        return ""
    texts, shown = [format_value(value, 3) for value in values], format_value(result, 3)
    if call.op == "sum":
        return f"{' + '.join(texts)} = {shown}"
    if call.op == "prod":
        return f"{' × '.join(texts)} = {shown}"
    if call.op == "mean":
        return f"({' + '.join(texts)}) ÷ {count} = {shown}"
    return f"{call.op}({', '.join(texts)}) = {shown}"


def along_part(call: OpCall) -> tuple[Part, str]:
    """An op that works along one axis and keeps it (softmax, cumsum, reverse of order and the like)."""
    given = call.inputs[0]
    rank = len(given.shape)
    axis = call.attributes.get("axis")
    along = (int(axis) if isinstance(axis, int) else -1) % max(rank, 1)

    def edge(number: int, length: int) -> Edge:
        return axis_edge(number, length, ORANGE if number == along else None)

    def at(index: Index) -> Box:
        focus = all(i == 0 for number, i in enumerate(index) if number != along)
        return Box(given.text(index), None, Mark.FOCUS if focus else Mark.NONE)

    sentence = _("It works along axis {axis}: each line of {count} boxes by itself.").format(
        axis=along, count=given.shape[along] if rank else 1
    )
    parts: list[Part] = []
    if 0 not in given.shape and len(panels(given.shape)) <= _TABLES + 1:
        parts.append(_before_after(call, boxes(given.shape, at, EDGE, edge, _TABLES + 1)))
    return Stack((*parts, Words(sentence))), sentence
