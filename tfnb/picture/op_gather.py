"""Gathering: each place along the axis has a colour of its own, and an index wears the colour of its place."""

from __future__ import annotations

from typing import Any

from tfnb.language import _
from tfnb.picture.boxes import Index, boxes, panels
from tfnb.picture.colours import SERIES
from tfnb.picture.op_call import EDGE, OpCall, Operand, result_name
from tfnb.picture.parts import Box, Part, Row, Stack, Tone, Words

_TABLES = 3


def gather_part(call: OpCall) -> tuple[Part, str]:
    """The picture of `gather(x, indices, axis)`, and its sentence."""
    x, indices = call.inputs
    rank = len(x.shape)
    axis = int(call.attributes.get("axis") or 0) % max(rank, 1)
    width = len(indices.shape)

    def colour(place: Any) -> str | None:
        if place is None or not x.shape[axis]:
            return None
        return SERIES[int(place) % x.shape[axis] % len(SERIES)]

    def of_x(index: Index) -> Box:
        return Box(x.text(index), colour(index[axis]))

    def of_indices(index: Index) -> Box:
        return Box(indices.text(index), colour(indices.value(index)))

    sentence = _("Each index picks the place of its colour along axis {axis}.").format(axis=axis)
    parts: list[Part] = [_drawn(x, of_x), _drawn(indices, of_indices), Words("gather →", Tone.STRONG, code=True)]
    if call.output is not None:
        out = Operand(call.output.shape, call.output.name or result_name(), call.output.window)
        parts.append(_drawn(out, lambda index: Box(out.text(index), colour(indices.value(index[axis : axis + width])))))
    return Stack((Row(tuple(parts)), Words(sentence))), sentence


def _drawn(operand: Operand, at: Any) -> Part:
    name = Words(operand.words, Tone.STRONG)
    if 0 in operand.shape or len(panels(operand.shape, _TABLES + 1)) > _TABLES:
        return name
    return Stack((name, boxes(operand.shape, at, EDGE, most=_TABLES + 1)))
