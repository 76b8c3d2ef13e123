"""The gated recurrent unit with the reset gate behind the recurrent product, as Keras 2's default and cuDNN have it.

    z, r = gate(x Wz + h Uz + bz), …     g = act(x Wh + b + r (h Uh + b'))     h' = z h + (1 - z) g

The products of all inputs come first. They are not made in one with those of h: g needs the two apart, and rows of
zeros in between would turn an infinite input into NaN.
"""

from __future__ import annotations

from itertools import repeat
from typing import Any, Sequence

import numpy as np

from tfnb.kernels.recurrent import sequence
from tfnb.kernels.recurrent.activations import ACTIVATIONS, Activation
from tfnb.kernels.recurrent.sequence import Kept, StepMask, Sums
from tfnb.kernels.recurrent.workspace import WORKSPACES, Workspace

Array = Any


class Forward(Workspace):
    """Buffers of the way forward, and what each step does with them.

    Attributes:
        weights: [units + 1, 3 units], columns h z r, and input_weights: [1 + features, 3 units], columns z r h; both
            scaled as the activations wish.
        operands: [time + 1, units + 1 + features, batch]: h, 1 and x of each step.
        hidden: [time + 1, units, batch]: h; with recurrent dropout not what the operands hold.
        recurrent: [steps kept, 3 units, batch]: products of h, rows h z r. raw: [time, 3 units, batch]: products of x,
            then of both for z and r; rows z r g. blocks: [steps kept, 3 units, batch], behind the activations.
    """

    __slots__ = ("weights", "input_weights", "operands", "hidden", "recurrent", "raw", "blocks", "spare", "steps",
                 "updates")  # fmt: skip

    def __init__(self, kind: str, time: int, batch: int, features: int, units: int, keep: bool, drops: bool) -> None:
        super().__init__()
        h, kept = units, time if keep else 1
        self.weights, self.input_weights = self.buffer(kind, h + 1, 3 * h), self.buffer(kind, 1 + features, 3 * h)
        self.operands = self.buffer(kind, time + 1, h + 1 + features, batch)
        self.operands[:, h] = 1
        self.hidden = self.buffer(kind, time + 1, h, batch) if drops else self.operands[:, :h]
        self.recurrent = self.buffer(kind, kept, 3 * h, batch)
        self.raw = self.buffer(kind, time, 3 * h, batch)
        self.blocks = self.buffer(kind, kept, 3 * h, batch)
        self.spare = self.buffer(kind, h, batch)
        self.steps = [self._step(t, h) for t in range(time)]
        self.updates = [block[:h] for block in self.blocks]

    def _step(self, t: int, h: int) -> tuple[Any, ...]:
        raw, block = self.raw[t], self.blocks[t % len(self.blocks)]
        recurrent = self.recurrent[t % len(self.recurrent)]
        return (
            self.operands[t, : h + 1], self.operands[t, :h], recurrent, recurrent[h:], recurrent[:h],
            raw[: 2 * h], raw[2 * h :], block[: 2 * h], block[:h], block[h : 2 * h], block[2 * h :],
            self.hidden[t], self.hidden[t + 1], self.operands[t + 1, :h],
        )  # fmt: skip


def forward(
    x: Array,
    kernel: Array,
    recurrent_kernel: Array,
    bias: Array | None,
    h: Array | None,
    recurrent_mask: Array | None,
    mask: Array | None,
    *,
    keep: bool,
    activation: str,
    recurrent_activation: str,
    go_backwards: bool,
    return_sequences: bool,
) -> tuple[tuple[Array | None, Array], Kept | None]:
    """As `gru.forward`."""
    (batch, time, features), units = x.shape, recurrent_kernel.shape[0]
    act, gate = ACTIVATIONS[activation], ACTIVATIONS[recurrent_activation]
    kind, drops = sequence.kind_of(x), recurrent_mask is not None
    space, shelf = WORKSPACES.take(Forward, kind, time, batch, features, units, keep, drops)
    _pack(space, kernel, recurrent_kernel, bias, act, gate)
    sequence.load_inputs(space.operands[:-1, units + 1 :], x, mask, go_backwards)
    factor = sequence.load_hidden(space.hidden, space.operands, h, recurrent_mask)
    np.matmul(space.input_weights.T, space.operands[:-1, units:], space.raw)
    steps = None if mask is None else StepMask(mask, kind, go_backwards)
    _run(space, act.folded(kind), gate.folded(kind), factor, sequence.passes_of(steps))
    results = sequence.outside(space.hidden[1:]) if return_sequences else None, sequence.outside(space.hidden[time])
    if not keep:
        shelf.append(space)
        return results, None
    return results, Kept(space, shelf, (act, gate), go_backwards, factor, steps, features)


def _pack(
    space: Forward, kernel: Array, recurrent_kernel: Array, bias: Array | None, act: Activation, gate: Activation
) -> None:
    """The weights of both sides; a shift is in the bias of the inputs alone."""
    h = recurrent_kernel.shape[0]
    own, inputs = space.weights, space.input_weights
    inputs[0], inputs[1:] = (0 if bias is None else bias[0]), kernel
    own[:h, :h], own[:h, h:] = recurrent_kernel[:, 2 * h :], recurrent_kernel[:, : 2 * h]
    own[h] = 0
    if bias is not None:
        own[h, :h], own[h, h:] = bias[1, 2 * h :], bias[1, : 2 * h]
    for columns, its_inputs, activation in (
        (own[:, h:], inputs[:, : 2 * h], gate),
        (own[:, :h], inputs[:, 2 * h :], act),
    ):
        sequence.rescale(columns, activation)
        sequence.rescale(its_inputs, activation)
        if activation.shift:
            np.add(its_inputs[0], activation.shift, its_inputs[0])


def _run(space: Forward, squash: Any, open_gates: Any, factor: Array | None, passes: Any) -> None:
    """All steps."""
    dot, multiply, add, subtract, copyto = np.dot, np.multiply, np.add, np.subtract, np.copyto
    weights, spare = space.weights.T, space.spare
    for step, passed in zip(space.steps, passes):
        (operand, used_h, recurrent, of_gates, inner, raw_gates, raw, gates, z, r, g,
         h, next_h, next_operand) = step  # fmt: skip
        dot(weights, operand, recurrent)
        add(raw_gates, of_gates, raw_gates)
        open_gates(raw_gates, gates)
        multiply(r, inner, spare)
        add(raw, spare, raw)
        squash(raw, g)
        subtract(used_h, g, spare)
        multiply(z, spare, spare)
        add(g, spare, next_h)
        if passed is not None:
            copyto(next_h, h, where=passed)
        if factor is not None:
            multiply(next_h, factor, next_operand)


class Backward(Workspace):
    """Buffers of the way back.

    Attributes:
        slopes: [time, 4 units, batch]: first what dh is multiplied with, then gradients: of h Uh + b', of z, r and g
            before their activations. The first three belong to h, the last three to x.
        update: [time, units, batch], z, and 0 where a step is passed by. outputs: [time, units, batch], gradients of
            the sequence. sums, input_sums: the products of slopes and operands, for the weights.
    """

    __slots__ = ("slopes", "update", "outputs", "dh", "spare", "sums", "input_sums", "steps", "updates")

    def __init__(
        self, kind: str, time: int, batch: int, features: int, units: int, sequences: bool, masked: bool
    ) -> None:
        super().__init__()
        h = units
        self.slopes = self.buffer(kind, time, 4 * h, batch)
        self.update = self.buffer(kind, time, h, batch) if masked else None
        self.outputs = self.buffer(kind, time, h, batch) if sequences else None
        self.dh, self.spare = self.buffer(kind, h, batch), self.buffer(kind, h, batch)
        self.sums = Sums(self, kind, time, batch, 3 * h, h + 1)
        self.input_sums = Sums(self, kind, time, batch, 3 * h, 1 + features)
        self.steps = [(dz[: 3 * h], dz[h:], *(dz[k * h : (k + 1) * h] for k in range(4))) for dz in self.slopes[::-1]]
        self.updates = [] if self.update is None else list(self.update)


def backward(kept: Kept, slopes: Sequence[Array | None], needed: Sequence[bool]) -> list[Array | None]:
    """As `gru.backward`."""
    space = kept.workspace
    time, (units, batch) = len(space.steps), space.hidden[0].shape
    kind = space.operands.dtype.char
    back, shelf = WORKSPACES.take(
        Backward, kind, time, batch, kept.features, units, slopes[0] is not None, kept.mask is not None
    )
    _prepare(space, back, kept)
    sequence.load_state(back.dh, slopes[1])
    outputs = sequence.step_slopes(slopes[0], back.outputs)
    sums = sequence.wanted(needed, 1, 2, 3)
    operands = (
        back.sums.begin(space.operands[:-1, : units + 1], sums),
        back.input_sums.begin(space.operands[:-1, units:], sums),
    )
    of_mask = np.zeros((units, batch), kind) if needed[5] else None
    _run_back(space, back, kept, outputs, operands, of_mask)
    found = _collect(space, back, kept, needed)
    found[5] = None if of_mask is None else sequence.outside(of_mask)
    shelf.append(back)
    return found


def _prepare(space: Forward, back: Backward, kept: Kept) -> None:
    """What the gradients of each step are multiplied with, as far as it does not depend on them."""
    act, gate = kept.activations
    h, time, multiply = len(back.dh), len(space.steps), np.multiply
    blocks, raw, slopes, used_h = space.blocks[:time], space.raw, back.slopes, space.operands[:time, : len(back.dh)]
    z, r, g = blocks[:, :h], blocks[:, h : 2 * h], blocks[:, 2 * h :]
    of_inner, of_z, of_r, of_g = (slopes[:, k * h : (k + 1) * h] for k in range(4))
    gate.slope(blocks[:, : 2 * h], raw[:, : 2 * h], slopes[:, h : 3 * h])
    act.slope(g, raw[:, 2 * h :], of_g)
    multiply(of_g, 1 - z, of_g)
    multiply(of_z, used_h - g, of_z)
    multiply(of_g, r, of_inner)
    multiply(of_r, space.recurrent[:time, :h], of_r)
    multiply(of_r, of_g, of_r)
    if kept.mask is not None:
        multiply(slopes, kept.mask.keeps, slopes)
        multiply(z, kept.mask.keeps, back.update)


def _run_back(space: Forward, back: Backward, kept: Kept, outputs: Any, operands: Any, of_mask: Array | None) -> None:
    """All steps, the last one first."""
    dot, multiply, add = np.dot, np.multiply, np.add
    dh, spare, factor = back.dh, back.spare, kept.recurrent_mask
    weights, sums, input_sums = space.weights[: len(dh)], back.sums, back.input_sums
    updates = reversed(back.updates or space.updates)
    passes = repeat(None) if kept.mask is None else reversed(kept.mask.passes)
    hidden = space.hidden[:-1][::-1] if of_mask is not None else repeat(None)
    for step, z, output, own, inputs, passed, h in zip(back.steps, updates, outputs, *operands, passes, hidden):
        of_recurrent, of_inputs, of_inner, of_z, of_r, of_g = step
        if output is not None:
            add(dh, output, dh)
        passing = None if passed is None else np.where(passed, dh, 0)
        multiply(of_inner, dh, of_inner)
        multiply(of_z, dh, of_z)
        multiply(of_r, dh, of_r)
        multiply(of_g, dh, of_g)
        dot(weights, of_recurrent, spare)
        multiply(dh, z, dh)
        add(dh, spare, dh)
        if own is not None:
            dot(of_recurrent, own, sums.product)
            add(sums.total, sums.product, sums.total)
        if inputs is not None:
            dot(of_inputs, inputs, input_sums.product)
            add(input_sums.total, input_sums.product, input_sums.total)
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
    found: list[Array | None] = [None] * 7
    if needed[0]:
        found[0] = sequence.input_gradient(space.input_weights[1:], back.slopes[:, h:], kept.go_backwards)
    if sequence.wanted(needed, 1, 2, 3):
        of_h = back.sums.end(space.operands[:-1, : h + 1], back.slopes[:, : 3 * h])
        of_x = back.input_sums.end(space.operands[:-1, h:], back.slopes[:, h:])
        for rows, activation in ((of_h[h:], gate), (of_h[:h], act), (of_x[: 2 * h], gate), (of_x[2 * h :], act)):
            sequence.rescale(rows, activation)
        of_h = np.concatenate((of_h[h:], of_h[:h]))
        found[1] = np.array(of_x[:, 1:].T, order="C") if needed[1] else None
        found[2] = np.array(of_h[:, :h].T, order="C") if needed[2] else None
        found[3] = np.stack((of_x[:, 0], of_h[:, h])) if needed[3] else None
    found[4] = sequence.outside(back.dh) if needed[4] else None
    return found
