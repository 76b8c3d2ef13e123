"""The diagram of an op: what goes in, what comes out, which axes meet, repeat or go."""

from __future__ import annotations

from typing import Callable, Final

from tfnb.language import _
from tfnb.picture.boxes import boxes, panels
from tfnb.picture.formats import format_shape
from tfnb.picture.op_assign import assign_part
from tfnb.picture.op_broadcast import broadcast_part, meet
from tfnb.picture.op_call import EDGE, OpCall, Operand, result_name
from tfnb.picture.op_gather import gather_part
from tfnb.picture.op_matmul import dot_part, matmul_part
from tfnb.picture.op_rearrange import TRACES, rearrange_part
from tfnb.picture.op_reduce import along_part, reduce_part
from tfnb.picture.parts import Box, Figure, Part, Row, Stack, Tone, Words

_REDUCTIONS: Final = (
    "sum", "mean", "max", "min", "prod", "any", "all", "arg_max", "arg_min", "argmax", "argmin", "log_sum_exp",
    "logsumexp", "norm",
)  # fmt: skip
_TABLES: Final = 4
_ALONG: Final = ("softmax", "log_softmax", "logsoftmax", "cumsum", "cumprod")

_Draw = Callable[[OpCall], "tuple[Part, str]"]


def op_figure(call: OpCall) -> Figure:
    """The diagram of a call.

    Args:
        call: op, operands, result, and the arguments that shape the result.
    """
    part, sentence = _drawer(call)(call)
    head = title(call)
    if call.problem:
        part = Stack((part, Words(call.problem, Tone.STRONG)))
    return Figure(head, f"{head}. {sentence} {call.problem}".strip(), part)


def title(call: OpCall) -> str:
    """Shapes in, shape out.

    Example:
        >>> from tfnb.picture.op_call import Operand
        >>> title(OpCall("matmul", (Operand((2, 3)), Operand((3, 4))), Operand((2, 4))))
        'matmul: [2, 3], [3, 4] → [2, 4]'
    """
    given = ", ".join(format_shape(operand.shape) for operand in call.inputs)
    out = format_shape(call.output.shape) if call.output is not None else "✗"
    return f"{call.op}: {given} → {out}"


def _drawer(call: OpCall) -> _Draw:
    ranks = [len(operand.shape) for operand in call.inputs]
    if call.op in ("matmul", "dot") and len(ranks) == 2:
        if min(ranks) >= 2:
            return matmul_part
        if ranks == [1, 1]:
            return dot_part
    if call.op == "assign" and len(ranks) == 2:
        return assign_part
    if call.op in _REDUCTIONS and len(ranks) == 1:
        return reduce_part
    if call.op in _ALONG and len(ranks) == 1:
        return along_part
    if call.op == "gather" and len(ranks) == 2 and ranks[0] and not call.attributes.get("batch_dims"):
        return gather_part
    if call.op in TRACES:
        return rearrange_part
    if call.inputs and _box_by_box(call):
        return broadcast_part
    return _plain_part


def _box_by_box(call: OpCall) -> bool:
    lengths, clashes = meet([operand.shape for operand in call.inputs])
    if call.output is None:
        return bool(clashes) and len(call.inputs) > 1
    return not clashes and tuple(lengths) == call.output.shape


def _plain_part(call: OpCall) -> tuple[Part, str]:
    """Any other op: what goes in and what comes out, and no word on how."""
    parts = [_drawn(operand) for operand in call.inputs]
    parts.append(Words(f"{call.op} →", Tone.STRONG, code=True))
    out = "✗"
    if call.output is not None:
        named = Operand(call.output.shape, call.output.name or result_name(), call.output.window)
        parts.append(_drawn(named))
        out = format_shape(call.output.shape)
    sentence = _("{op} makes {out} of {given}.").format(
        op=call.op, out=out, given=_(", ").join(operand.words for operand in call.inputs)
    )
    return Stack((Row(tuple(parts)), Words(sentence))), sentence


def _drawn(operand: Operand) -> Part:
    name = Words(operand.words, Tone.STRONG)
    if 0 in operand.shape or len(panels(operand.shape, _TABLES)) == _TABLES:
        return name
    return Stack((name, boxes(operand.shape, lambda index: Box(operand.text(index)), EDGE, most=_TABLES)))
