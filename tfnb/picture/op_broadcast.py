"""Ops that work box by box: shapes set against each other from the right, boxes that repeat drawn in brackets."""

from __future__ import annotations

import math
from typing import Final

from tfnb.language import _
from tfnb.picture.boxes import Index, boxes, panels
from tfnb.picture.colours import CLASH, SKY
from tfnb.picture.op_call import EDGE, OpCall, Operand, result_name
from tfnb.picture.parts import Box, Grid, Mark, Part, Row, Stack, Tone, Words

SIGNS: Final = {
    "add": "+", "sub": "−", "mul": "×", "div": "÷", "pow": "^", "mod": "%", "greater": ">", "greater_equal": "≥",
    "less": "<", "less_equal": "≤", "equal": "=?", "not_equal": "≠?", "floor_div": "//", "div_no_nan": "÷",
}  # fmt: skip
_MOST_BOXES: Final = 3


def broadcast_part(call: OpCall) -> tuple[Part, str]:
    """The picture of an op that works box by box, and its sentence."""
    shapes = [operand.shape for operand in call.inputs]
    rank = max(map(len, shapes))
    lengths, clashes = meet(shapes)
    parts: list[Part] = []
    if len(set(shapes)) > 1:
        parts.append(alignment(call, lengths, clashes))
    sentence = _sentence(call, lengths, clashes)
    if clashes:
        return Stack((*parts, Words(sentence))), sentence
    if rank <= 3 and 0 not in lengths and len(panels(lengths)) <= 3:
        parts.append(_row(call, tuple(lengths)))
    return Stack((*parts, Words(sentence))), sentence


def meet(shapes: list[tuple[int, ...]]) -> tuple[list[int], list[int]]:
    """The lengths that shapes broadcast to, and the axes (of the result) on which they do not fit."""
    rank = max(map(len, shapes))
    lengths, clashes = [], []
    for axis in range(rank):
        there = [s[axis - rank + len(s)] for s in shapes if axis - rank + len(s) >= 0]
        wide = {n for n in there if n != 1}
        if len(wide) > 1:
            clashes.append(axis)
        lengths.append(max(wide) if wide else 1)
        if 0 in wide:
            lengths[-1] = 0
    return lengths, clashes


def alignment(call: OpCall, lengths: list[int], clashes: list[int]) -> Grid:
    """The shapes below each other, the last axes in line."""
    rank = len(lengths)
    rows = []
    for operand in call.inputs:
        row = []
        for axis in range(rank):
            own = axis - rank + len(operand.shape)
            if own < 0:
                row.append(Box("", mark=Mark.BARE))
            elif axis in clashes:
                row.append(Box(str(operand.shape[own]), mark=Mark.CLASH))
            else:
                repeats = operand.shape[own] == 1 and lengths[axis] != 1
                row.append(Box(str(operand.shape[own]), mark=Mark.REPEAT if repeats else Mark.NONE))
        rows.append(tuple(row))
    rows.append(tuple(Box("?", CLASH) if axis in clashes else Box(str(n), SKY) for axis, n in enumerate(lengths)))
    names = (*(operand.name or "·" for operand in call.inputs), result_name())
    return Grid(tuple(rows), tuple(_("axis {axis}").format(axis=axis) for axis in range(rank)), names)


def _repeating(operand: Operand, lengths: tuple[int, ...]) -> Part:
    """An operand in the result's shape; copies of a box stand in brackets."""
    missing = len(lengths) - len(operand.shape)

    def at(index: Index) -> Box:
        own = tuple(0 if n == 1 else i for i, n in zip(index[missing:], operand.shape, strict=False))
        copied = any(i > 0 for i in index[:missing]) or any(i > o for i, o in zip(index[missing:], own, strict=False))
        return Box(operand.text(own), None, Mark.REPEAT if copied else Mark.NONE)

    return Stack((Words(operand.words, Tone.STRONG), boxes(lengths, at, EDGE, most=_MOST_BOXES)))


def _row(call: OpCall, lengths: tuple[int, ...]) -> Part:
    sign = SIGNS.get(call.op, "")
    parts: list[Part] = []
    if not sign and len(call.inputs) > 1:
        parts.append(Words(call.op, Tone.STRONG, code=True))
    for number, operand in enumerate(call.inputs):
        if number:
            parts.append(Words(sign or ",", Tone.STRONG))
        parts.append(_repeating(operand, lengths))
    if call.output is not None:
        out = Operand(call.output.shape, call.output.name or result_name(), call.output.window)
        arrow = f"{call.op} →" if len(call.inputs) == 1 else "→"
        parts += [
            Words(arrow, Tone.STRONG),
            Stack(
                (Words(out.words, Tone.STRONG), boxes(out.shape, lambda i: Box(out.text(i)), EDGE, most=_MOST_BOXES))
            ),
        ]
    return Row(tuple(parts))


def _sentence(call: OpCall, lengths: list[int], clashes: list[int]) -> str:
    rank = len(lengths)
    if clashes:
        axis = clashes[-1]
        there = [
            _("{name} has {length}").format(name=operand.name, length=operand.shape[axis - rank + len(operand.shape)])
            for operand in call.inputs
            if axis - rank + len(operand.shape) >= 0
        ]
        return _("The shapes do not fit on axis {axis}: {lengths}. Lengths must be equal, or one of them 1.").format(
            axis=axis, lengths=_(", ").join(there)
        )
    repeated = [
        o.name
        for o in call.inputs
        if len(o.shape) < rank or any(a != b for a, b in zip(o.shape, lengths[rank - len(o.shape) :], strict=False))
    ]
    if repeated and math.prod(lengths) > 1:
        return _("Boxes in brackets are {names} again: an axis that is missing or has length 1 is repeated.").format(
            names=_(", ").join(repeated)
        )
    return _("Each box of the result comes from the boxes at the same place.")
