"""Ops that move boxes: each box of the result has the colour of the box it came from."""

from __future__ import annotations

import math
from typing import Callable, Final

from tfnb.language import _
from tfnb.picture.boxes import Index, boxes, panels
from tfnb.picture.colours import SERIES, viridis
from tfnb.picture.op_call import EDGE, OpCall, Operand, result_name
from tfnb.picture.parts import Box, Grid, Mark, Part, Row, Stack, Tone, Words

# The input's number and the index in it that a box of the result came from; None for padding.
Origin = tuple[int, Index] | None
Trace = Callable[[OpCall, Index], Origin]

_TABLES: Final = 3


def ravel(index: Index, shape: tuple[int, ...]) -> int:
    """The place of an index in the order in which values lie.

    Example:
        >>> ravel((1, 2), (2, 3))
        5
    """
    flat = 0
    for i, length in zip(index, shape, strict=False):
        flat = flat * length + i
    return flat


def unravel(flat: int, shape: tuple[int, ...]) -> Index:
    """The index at a place in the order of values.

    Example:
        >>> unravel(5, (2, 3))
        (1, 2)
    """
    index: list[int] = []
    for length in reversed(shape):
        flat, i = divmod(flat, length)
        index.append(i)
    return tuple(reversed(index))


def _same_order(call: OpCall, index: Index) -> Origin:
    assert call.output is not None
    return 0, unravel(ravel(index, call.output.shape), call.inputs[0].shape)


def _transposed(call: OpCall, index: Index) -> Origin:
    rank = len(index)
    order = call.attributes.get("perm")
    order = list(range(rank))[::-1] if order is None else [int(axis) % rank for axis in order]
    source = [0] * rank
    for axis, of in enumerate(order):
        source[of] = index[axis]
    return 0, tuple(source)


def _axis(call: OpCall, rank: int, default: int = 0) -> int:
    axis = call.attributes.get("axis", default)
    return (default if axis is None else int(axis)) % max(rank, 1)


def _joined(call: OpCall, index: Index) -> Origin:
    axis = _axis(call, len(index))
    at = index[axis]
    for number, operand in enumerate(call.inputs):
        if at < operand.shape[axis]:
            return number, (*index[:axis], at, *index[axis + 1 :])
        at -= operand.shape[axis]
    return None


def _stacked(call: OpCall, index: Index) -> Origin:
    axis = _axis(call, len(index))
    return index[axis], (*index[:axis], *index[axis + 1 :])


def _sliced(call: OpCall, index: Index) -> Origin:
    begin = call.attributes.get("begin", 0)
    starts = [begin] if isinstance(begin, int) else list(begin)
    starts += [0] * (len(index) - len(starts))
    return 0, tuple(i + int(s) for i, s in zip(index, starts, strict=False))


def _reversed(call: OpCall, index: Index) -> Origin:
    shape = call.inputs[0].shape
    axes = call.axes(len(shape))
    return 0, tuple(shape[a] - 1 - i if a in axes else i for a, i in enumerate(index))


def _tiled(call: OpCall, index: Index) -> Origin:
    return 0, tuple(i % n for i, n in zip(index, call.inputs[0].shape, strict=False))


def _broadcast(call: OpCall, index: Index) -> Origin:
    shape = call.inputs[0].shape
    return 0, tuple(0 if n == 1 else i for i, n in zip(index[len(index) - len(shape) :], shape, strict=False))


def _padded(call: OpCall, index: Index) -> Origin:
    shape = call.inputs[0].shape
    before = [int(pair[0]) for pair in call.attributes.get("paddings", [(0, 0)] * len(shape))]
    source = tuple(i - b for i, b in zip(index, before, strict=False))
    return (0, source) if all(0 <= i < n for i, n in zip(source, shape, strict=False)) else None


TRACES: Final[dict[str, Trace]] = {
    "reshape": _same_order, "expand_dims": _same_order, "squeeze": _same_order, "flatten": _same_order,
    "as_scalar": _same_order, "as1d": _same_order, "as2d": _same_order, "as3d": _same_order, "as4d": _same_order,
    "transpose": _transposed, "concat": _joined, "concat1d": _joined, "concat2d": _joined, "stack": _stacked,
    "slice": _sliced, "reverse": _reversed, "tile": _tiled, "broadcast_to": _broadcast, "pad": _padded,
}  # fmt: skip


def rearrange_part(call: OpCall) -> tuple[Part, str]:
    """The picture of an op that moves boxes, and its sentence."""
    trace, out = TRACES[call.op], call.output
    sentence = _sentence(call)
    if out is None:
        return _clash(call)
    if math.prod(out.shape) == 0:
        return Words(sentence), sentence
    named = Operand(out.shape, out.name or result_name(), out.window)
    used = {trace(call, index) for index in _all_indices(out.shape)} if math.prod(out.shape) <= 4096 else None

    def fill(origin: Origin) -> str | None:
        if origin is None:
            return None
        number, index = origin
        if len(call.inputs) > 1:
            return SERIES[number % len(SERIES)]
        count = math.prod(call.inputs[0].shape)
        return viridis(ravel(index, call.inputs[0].shape) / (count - 1)) if count > 1 else SERIES[0]

    def input_box(number: int, operand: Operand) -> Callable[[Index], Box]:
        def at(index: Index) -> Box:
            origin = (number, index)
            return Box(operand.text(index), fill(origin) if used is None or origin in used else None)

        return at

    def output_box(index: Index) -> Box:
        origin = trace(call, index)
        return Box(named.text(index), fill(origin), Mark.NONE if origin else Mark.REPEAT)

    parts: list[Part] = []
    for number, operand in enumerate(call.inputs):
        parts.append(_drawn(operand, input_box(number, operand)))
    parts += [Words(f"{call.op} →", Tone.STRONG, code=True), _drawn(named, output_box)]
    return Stack((Row(tuple(parts)), Words(sentence))), sentence


def _clash(call: OpCall) -> tuple[Part, str]:
    """Shapes that cannot be joined, below each other, with the lengths that differ marked."""
    ranks = {len(operand.shape) for operand in call.inputs}
    if len(ranks) > 1 or len(call.inputs) < 2:
        sentence = _("All tensors must have the same number of axes.") if len(ranks) > 1 else ""
        return Words(sentence), sentence
    rank = ranks.pop()
    joined = _axis(call, rank) if call.op.startswith("concat") else None
    differ = [axis for axis in range(rank) if axis != joined and len({o.shape[axis] for o in call.inputs}) > 1]
    rows = tuple(
        tuple(Box(str(n), mark=Mark.CLASH if axis in differ else Mark.NONE) for axis, n in enumerate(operand.shape))
        for operand in call.inputs
    )
    names = tuple(operand.name or "·" for operand in call.inputs)
    sentence = _("Lengths differ on axis {axes}; only the axis along which tensors are joined may differ.").format(
        axes=_(", ").join(map(str, differ))
    )
    return Stack(
        (Grid(rows, tuple(_("axis {axis}").format(axis=axis) for axis in range(rank)), names), Words(sentence))
    ), sentence


def _all_indices(shape: tuple[int, ...]) -> list[Index]:
    return [unravel(flat, shape) for flat in range(math.prod(shape))]


def _drawn(operand: Operand, at: Callable[[Index], Box]) -> Part:
    drawn: Part = boxes(operand.shape, at, EDGE, most=_TABLES) if 0 not in operand.shape else Words("[]")
    if len(panels(operand.shape, _TABLES)) > _TABLES:
        drawn = Words(operand.words)
    return Stack((Words(operand.words, Tone.STRONG), drawn))


def _sentence(call: OpCall) -> str:
    rank = len(call.output.shape) if call.output else len(call.inputs[0].shape)
    sentences: dict[str, str] = {
        "transpose": _("The axes change places; no value changes."),
        "concat": _("The tables are joined along axis {axis}; the lengths of that axis add up.").format(
            axis=_axis(call, rank)
        ),
        "stack": _("Axis {axis} is new: one place along it for each tensor.").format(axis=_axis(call, rank)),
        "slice": _("The coloured boxes are taken out."),
        "reverse": _("The order along the axis is turned round."),
        "tile": _("The table is laid out again and again, like tiles."),
        "broadcast_to": _("An axis that is missing or has length 1 is repeated."),
        "pad": _("Boxes in brackets are new; the others are the input's."),
    }
    order = _("The values keep their order; only the boxes are laid out anew.")
    return sentences.get(call.op.rstrip("12345d") if call.op.startswith("concat") else call.op, order)
