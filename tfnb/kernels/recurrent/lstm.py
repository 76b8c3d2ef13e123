"""A long short-term memory over a whole sequence (Hochreiter and Schmidhuber 1997; forget gate: Gers et al. 2000).

    i, f, o = gate(x Wi + h Ui + bi), …     g = act(x Wc + h Uc + bc)
    c' = f c + i g                          h' = o act(c')

Columns of the weights come as TensorFlow.js has them, i f c o; inside they are i f o g, so that what has one
activation lies together, and each step's rows are followed by the cell state: then `i, f` times `g, c` is one call.
"""

from __future__ import annotations

from itertools import repeat
from typing import Any, Sequence

import numpy as np

from tfnb.kernels.composite import Composite
from tfnb.kernels.recurrent import sequence
from tfnb.kernels.recurrent.activations import ACTIVATIONS, Activation, applied
from tfnb.kernels.recurrent.sequence import Kept, StepMask, Sums
from tfnb.kernels.recurrent.workspace import WORKSPACES, Workspace

Array = Any


class Forward(Workspace):
    """Buffers of the way forward, and what each step does with them.

    Attributes:
        weights: [units + features + 1, 4 units], scaled as the activations wish.
        operands: [time + 1, units + features + 1, batch]: h, x and 1 of each step.
        hidden: [time + 1, units, batch]: h; with recurrent dropout not what the operands hold.
        raw: [steps kept, 4 units, batch]: i f o g before their activations.
        blocks: [steps kept + 1, 6 units, batch]: act(g), c, act(c'), i, f, o. The first four are what the slopes of
            i f o g are multiplied with on the way back.
    """

    __slots__ = ("weights", "operands", "hidden", "raw", "blocks", "pair", "steps", "forgets")

    def __init__(
        self, kind: str, time: int, batch: int, features: int, units: int, keep: bool, drops: bool, keeps_raw: bool
    ) -> None:
        super().__init__()
        h, rows = units, units + features + 1
        kept = time if keep else min(time, 1)
        self.weights = self.buffer(kind, rows, 4 * h)
        self.operands = self.buffer(kind, time + 1, rows, batch)
        self.operands[:, -1] = 1
        self.hidden = self.buffer(kind, time + 1, h, batch) if drops else self.operands[:, :h]
        self.raw = self.buffer(kind, kept if keeps_raw else 1, 4 * h, batch)
        self.blocks = self.buffer(kind, kept + 1, 6 * h, batch)
        self.pair = self.buffer(kind, 2 * h, batch)
        self.steps = [self._step(t, h) for t in range(time)]
        self.forgets = [block[4 * h : 5 * h] for block in self.blocks[:kept]]

    def _step(self, t: int, h: int) -> tuple[Any, ...]:
        raw = self.raw[t % len(self.raw)]
        now, after = self.blocks[t % len(self.blocks)], self.blocks[(t + 1) % len(self.blocks)]
        return (
            self.operands[t], raw, raw[: 3 * h], now[3 * h :], raw[3 * h :], now[:h], now[3 * h : 5 * h], now[: 2 * h],
            now[h : 2 * h], after[h : 2 * h], now[2 * h : 3 * h], now[5 * h :],
            self.hidden[t], self.hidden[t + 1], self.operands[t + 1, :h],
        )  # fmt: skip


def forward(
    x: Array,
    kernel: Array,
    recurrent_kernel: Array,
    bias: Array | None,
    h: Array | None,
    c: Array | None,
    recurrent_mask: Array | None,
    mask: Array | None,
    *,
    keep: bool,
    activation: str = "tanh",
    recurrent_activation: str = "hard_sigmoid",
    go_backwards: bool = False,
    return_sequences: bool = False,
) -> tuple[tuple[Array | None, Array, Array], Kept | None]:
    """The sequence of h (None unless wanted), the last h and the last c; and what the backward needs.

    Args:
        x: [batch, time, features]. kernel: [features, 4 units]. recurrent_kernel: [units, 4 units]. bias: [4 units].
        h, c: the first state, [batch, units]; None is 0.
        recurrent_mask: [batch, units], multiplied into h before the recurrent product.
        mask: bool [batch, time]; where it is false, a step leaves state and output as they are.
    """
    (batch, time, features), units = x.shape, recurrent_kernel.shape[0]
    act, gate = ACTIVATIONS[activation], ACTIVATIONS[recurrent_activation]
    kind, drops = sequence.kind_of(x), recurrent_mask is not None
    keeps_raw = keep and (gate.keeps_raw or act.keeps_raw)
    space, shelf = WORKSPACES.take(Forward, kind, time, batch, features, units, keep, drops, keeps_raw)
    _pack(space.weights, kernel, recurrent_kernel, bias, act, gate)
    sequence.load_inputs(space.operands[:-1, units:-1], x, mask, go_backwards)
    sequence.load_state(space.blocks[0, units : 2 * units], c)
    factor = sequence.load_hidden(space.hidden, space.operands, h, recurrent_mask)
    steps = None if mask is None else StepMask(mask, kind, go_backwards)
    _run(space, act, gate, kind, factor, sequence.passes_of(steps))
    results = (
        sequence.outside(space.hidden[1:]) if return_sequences else None,
        sequence.outside(space.hidden[time]),
        sequence.outside(space.blocks[time % len(space.blocks), units : 2 * units]),
    )
    if not keep:
        shelf.append(space)
        return results, None
    return results, Kept(space, shelf, (act, gate), go_backwards, factor, steps, features)


def _pack(
    weights: Array, kernel: Array, recurrent_kernel: Array, bias: Array | None, act: Activation, gate: Activation
) -> None:
    """The three weights as one matrix, columns in our order."""
    h = recurrent_kernel.shape[0]
    for rows, source in ((slice(h), recurrent_kernel), (slice(h, -1), kernel), (-1, bias)):
        into = weights[rows]
        if source is None:
            into.fill(0)
        else:
            into[..., : 2 * h] = source[..., : 2 * h]
            into[..., 2 * h : 3 * h] = source[..., 3 * h :]
            into[..., 3 * h :] = source[..., 2 * h : 3 * h]
    sequence.fold(weights[:, : 3 * h], gate)
    sequence.fold(weights[:, 3 * h :], act)


def _run(space: Forward, act: Activation, gate: Activation, kind: str, factor: Array | None, passes: Any) -> None:
    """All steps."""
    dot, multiply, add, copyto = np.dot, np.multiply, np.add, np.copyto
    weights, pair = space.weights.T, space.pair
    from_i, from_f = np.split(pair, 2)
    open_gates, squash, squash_cell = gate.folded(kind), act.folded(kind), act.plain(kind)
    for step, passed in zip(space.steps, passes):
        operand, raw, raw_gates, gates, raw_g, g, i_f, g_c, c, next_c, squashed, o, h, next_h, next_operand = step
        dot(weights, operand, raw)
        open_gates(raw_gates, gates)
        squash(raw_g, g)
        multiply(i_f, g_c, pair)
        add(from_i, from_f, next_c)
        squash_cell(next_c, squashed)
        multiply(o, squashed, next_h)
        if passed is not None:
            copyto(next_h, h, where=passed)
            copyto(next_c, c, where=passed)
        if factor is not None:
            multiply(next_h, factor, next_operand)


class Backward(Workspace):
    """Buffers of the way back.

    Attributes:
        slopes: [time, 4 units, batch], rows i f o g: first what dc (for o: dh) is multiplied with, then the gradient
            before the activation. through: [time, units, batch], from dh to dc. forget: f, but 1 where a step is
            passed by. outputs: [time, units, batch], gradients of the sequence.
        sums: the products of slopes and operands, for the weights.
    """

    __slots__ = ("slopes", "through", "forget", "outputs", "dh", "dc", "spare", "sums", "steps", "forgets")

    def __init__(
        self, kind: str, time: int, batch: int, features: int, units: int, sequences: bool, masked: bool
    ) -> None:
        super().__init__()
        h = units
        self.slopes = self.buffer(kind, time, 4 * h, batch)
        self.through = self.buffer(kind, time, h, batch)
        self.forget = self.buffer(kind, time if masked else 0, h, batch)
        self.outputs = self.buffer(kind, time, h, batch) if sequences else None
        self.dh, self.dc, self.spare = (self.buffer(kind, h, batch) for _each in range(3))
        self.sums = Sums(self, kind, time, batch, 4 * h, h + features + 1)
        self.steps = [
            (through, dz, dz[:h], dz[h : 2 * h], dz[2 * h : 3 * h], dz[3 * h :])
            for through, dz in zip(self.through, self.slopes)
        ]
        self.steps.reverse()
        self.forgets = list(self.forget)


def backward(kept: Kept, slopes: Sequence[Array | None], needed: Sequence[bool]) -> list[Array | None]:
    """The gradients of the inputs, from those of the sequence, the last h and the last c."""
    space = kept.workspace
    time, (units, batch) = len(space.steps), space.hidden[0].shape
    kind = space.operands.dtype.char
    back, shelf = WORKSPACES.take(
        Backward, kind, time, batch, kept.features, units, slopes[0] is not None, kept.mask is not None
    )
    _prepare(space, back, kept)
    sequence.load_state(back.dh, slopes[1])
    sequence.load_state(back.dc, slopes[2])
    outputs = sequence.step_slopes(slopes[0], back.outputs)
    operands = back.sums.begin(space.operands[:-1], sequence.wanted(needed, 1, 2, 3))
    of_mask = np.zeros((units, batch), kind) if needed[6] else None
    _run_back(space, back, kept, outputs, operands, of_mask)
    found = _collect(space, back, kept, needed)
    found[6] = None if of_mask is None else sequence.outside(of_mask)
    shelf.append(back)
    return found


def _prepare(space: Forward, back: Backward, kept: Kept) -> None:
    """What the gradients of each step are multiplied with, as far as it does not depend on them."""
    act, gate = kept.activations
    h, time, multiply = len(back.dh), len(space.steps), np.multiply
    blocks, raw, slopes = space.blocks[:time], space.raw, back.slopes
    squashed = blocks[:, 2 * h : 3 * h]
    gate.slope(blocks[:, 3 * h :], raw[:, : 3 * h], slopes[:, : 3 * h])
    act.slope(blocks[:, :h], raw[:, 3 * h :], slopes[:, 3 * h :])
    multiply(slopes, blocks[:, : 4 * h], slopes)
    act.plain_slope(squashed, space.blocks[1:, h : 2 * h], back.through)
    multiply(back.through, blocks[:, 5 * h :], back.through)
    if kept.mask is not None:
        multiply(slopes, kept.mask.keeps, slopes)
        multiply(back.through, kept.mask.keeps, back.through)
        back.forget[:] = blocks[:, 4 * h : 5 * h]
        np.copyto(back.forget, 1, where=kept.mask.keeps == 0)


def _run_back(space: Forward, back: Backward, kept: Kept, outputs: Any, operands: Any, of_mask: Array | None) -> None:
    """All steps, the last one first."""
    dot, multiply, add = np.dot, np.multiply, np.add
    dh, dc, spare, factor = back.dh, back.dc, back.spare, kept.recurrent_mask
    weights, product, total = space.weights[: len(dh)], back.sums.product, back.sums.total
    forgets = reversed(back.forgets or space.forgets)
    passes = repeat(None) if kept.mask is None else reversed(kept.mask.passes)
    hidden = space.hidden[:-1][::-1] if of_mask is not None else repeat(None)
    for step, f, output, operand, passed, h in zip(back.steps, forgets, outputs, operands, passes, hidden):
        through, dz, di, df, do, dg = step
        if output is not None:
            add(dh, output, dh)
        multiply(dh, through, spare)
        add(dc, spare, dc)
        multiply(di, dc, di)
        multiply(df, dc, df)
        multiply(dg, dc, dg)
        multiply(do, dh, do)
        multiply(dc, f, dc)
        passing = None if passed is None else np.where(passed, dh, 0)
        dot(weights, dz, dh)
        if operand is not None:
            dot(dz, operand, product)
            add(total, product, total)
        if of_mask is not None:
            add(of_mask, multiply(dh, h, spare), of_mask)
        if factor is not None:
            multiply(dh, factor, dh)
        if passing is not None:
            add(dh, passing, dh)


def _collect(space: Forward, back: Backward, kept: Kept, needed: Sequence[bool]) -> list[Array | None]:
    """The gradients, as they are outside."""
    act, gate = kept.activations
    h = len(back.dh)
    found: list[Array | None] = [None] * 8
    if needed[0]:
        found[0] = sequence.input_gradient(space.weights[h:-1], back.slopes, kept.go_backwards)
    if sequence.wanted(needed, 1, 2, 3):
        together = back.sums.end(space.operands[:-1], back.slopes)
        sequence.rescale(together[: 3 * h], gate)
        sequence.rescale(together[3 * h :], act)
        for place, rows in ((1, slice(h, -1)), (2, slice(h)), (3, -1)):
            if needed[place]:
                ours = together[:, rows].T
                theirs = found[place] = np.empty(ours.shape, ours.dtype)
                theirs[..., : 2 * h] = ours[..., : 2 * h]
                theirs[..., 2 * h : 3 * h] = ours[..., 3 * h :]
                theirs[..., 3 * h :] = ours[..., 2 * h : 3 * h]
    found[4] = sequence.outside(back.dh) if needed[4] else None
    found[5] = sequence.outside(back.dc) if needed[5] else None
    return found


def definition(
    x: Any,
    kernel: Any,
    recurrent_kernel: Any,
    bias: Any,
    h: Any,
    c: Any,
    recurrent_mask: Any,
    mask: Any,
    *,
    activation: Any = "tanh",
    recurrent_activation: Any = "hard_sigmoid",
    go_backwards: bool = False,
    return_sequences: bool = False,
) -> tuple[Any, Any, Any]:
    """The same of tensors, step by step, by their methods. An activation may be a function of a tensor here."""
    units = recurrent_kernel.shape[0]
    h = sequence.zero_state(recurrent_kernel, x.shape[0]) if h is None else h
    c = sequence.zero_state(recurrent_kernel, x.shape[0]) if c is None else c
    outputs = []
    for inputs, counts in sequence.steps_of(x, kernel, bias, mask, go_backwards):
        state = h if recurrent_mask is None else h * recurrent_mask
        z = inputs + state.matmul(recurrent_kernel)
        i, f, g, o = (z.slice([0, k * units], [x.shape[0], units]) for k in range(4))
        i, f, o = (applied(recurrent_activation, one) for one in (i, f, o))
        next_c = f * c + i * applied(activation, g)
        next_h = o * applied(activation, next_c)
        h = next_h if counts is None else next_h.where(counts, h)
        c = next_c if counts is None else next_c.where(counts, c)
        outputs.append(h)
    return sequence.joined(outputs, h) if return_sequences else None, h, c


lstm = Composite(
    "lstm",
    inputs=("x", "kernel", "recurrent_kernel", "bias", "h", "c", "recurrent_mask", "mask"),
    forward=forward,
    backward=backward,
    definition=definition,
    note="a whole sequence: outputs (or None), last h, last c",
)
