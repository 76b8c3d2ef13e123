"""A gated recurrent unit over a whole sequence (Cho et al. 2014), the reset gate before the recurrent product.

    z, r = gate(x Wz + h Uz + bz), …     g = act(x Wh + (r h) Uh + bh)     h' = z h + (1 - z) g

With recurrent dropout all h on the right are the masked one, as in TensorFlow.js. With `reset_after` another kernel
serves (gru_reset_after.py).
"""

from __future__ import annotations

from itertools import repeat
from typing import Any, Sequence

import numpy as np

from tfnb.kernels.composite import Composite
from tfnb.kernels.recurrent import gru_reset_after, sequence
from tfnb.kernels.recurrent.activations import ACTIVATIONS, applied
from tfnb.kernels.recurrent.sequence import Kept, StepMask, Sums
from tfnb.kernels.recurrent.workspace import WORKSPACES, Workspace

Array = Any


class Forward(Workspace):
    """Buffers of the way forward, and what each step does with them.

    Attributes:
        gate_weights: [units + features + 1, 2 units] of z and r, weights: [units + features + 1, units] of g, scaled
            as the activations wish.
        operands: [time + 1, units + features + 1, batch]: h, x and 1 of each step; reset: the same with r h for h.
        hidden: [time + 1, units, batch]: h; with recurrent dropout not what the operands hold.
        raw: [steps kept, 3 units, batch]: z r g before their activations; blocks: behind.
    """

    __slots__ = ("gate_weights", "weights", "operands", "reset", "hidden", "raw", "blocks", "spare", "steps", "gates")

    def __init__(
        self, kind: str, time: int, batch: int, features: int, units: int, keep: bool, drops: bool, keeps_raw: bool
    ) -> None:
        super().__init__()
        h, rows = units, units + features + 1
        kept = time if keep else 1
        self.gate_weights, self.weights = self.buffer(kind, rows, 2 * h), self.buffer(kind, rows, h)
        self.operands = self.buffer(kind, time + 1, rows, batch)
        self.reset = self.buffer(kind, time, rows, batch)
        self.operands[:, -1] = 1
        self.reset[:, -1] = 1
        self.hidden = self.buffer(kind, time + 1, h, batch) if drops else self.operands[:, :h]
        self.raw = self.buffer(kind, kept if keeps_raw else 1, 3 * h, batch)
        self.blocks = self.buffer(kind, kept, 3 * h, batch)
        self.spare = self.buffer(kind, h, batch)
        self.steps = [self._step(t, h) for t in range(time)]
        self.gates = [block[: 2 * h] for block in self.blocks]

    def _step(self, t: int, h: int) -> tuple[Any, ...]:
        raw, block = self.raw[t % len(self.raw)], self.blocks[t % len(self.blocks)]
        return (
            self.operands[t], self.operands[t, :h], raw[: 2 * h], block[: 2 * h], block[:h], block[h : 2 * h],
            self.reset[t], self.reset[t, :h], raw[2 * h :], block[2 * h :],
            self.hidden[t], self.hidden[t + 1], self.operands[t + 1, :h],
        )  # fmt: skip


def _forward(
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
    (batch, time, features), units = x.shape, recurrent_kernel.shape[0]
    act, gate = ACTIVATIONS[activation], ACTIVATIONS[recurrent_activation]
    kind, drops = sequence.kind_of(x), recurrent_mask is not None
    keeps_raw = keep and (gate.keeps_raw or act.keeps_raw)
    space, shelf = WORKSPACES.take(Forward, kind, time, batch, features, units, keep, drops, keeps_raw)
    for weights, columns, own in (
        (space.gate_weights, slice(2 * units), gate),
        (space.weights, slice(2 * units, None), act),
    ):
        part = None if bias is None else bias[columns]
        sequence.pack(weights, recurrent_kernel[:, columns], kernel[:, columns], part)
        sequence.fold(weights, own)
    sequence.load_inputs(space.operands[:-1, units:-1], x, mask, go_backwards)
    space.reset[:, units:-1] = space.operands[:-1, units:-1]
    factor = sequence.load_hidden(space.hidden, space.operands, h, recurrent_mask)
    steps = None if mask is None else StepMask(mask, kind, go_backwards)
    _run(space, act.folded(kind), gate.folded(kind), factor, sequence.passes_of(steps))
    results = sequence.outside(space.hidden[1:]) if return_sequences else None, sequence.outside(space.hidden[time])
    if not keep:
        shelf.append(space)
        return results, None
    return results, Kept(space, shelf, (act, gate), go_backwards, factor, steps, features)


def _run(space: Forward, squash: Any, open_gates: Any, factor: Array | None, passes: Any) -> None:
    """All steps."""
    dot, multiply, add, subtract, copyto = np.dot, np.multiply, np.add, np.subtract, np.copyto
    gate_weights, weights, spare = space.gate_weights.T, space.weights.T, space.spare
    for step, passed in zip(space.steps, passes):
        operand, used_h, raw_gates, gates, z, r, reset, r_h, raw, g, h, next_h, next_operand = step
        dot(gate_weights, operand, raw_gates)
        open_gates(raw_gates, gates)
        multiply(r, used_h, r_h)
        dot(weights, reset, raw)
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
        slopes: [time, 3 units, batch], rows z r g: first what dh (for r: the gradient of r h) is multiplied with, then
            the gradient before the activation. gates: [time, 2 units, batch], z and r, z = 0 where a step is passed by.
        both: [2 units, batch], the gradients of h and of r h. outputs: [time, units, batch], those of the sequence.
        gate_sums, sums: the products of slopes and operands, for the weights.
    """

    __slots__ = ("slopes", "gates", "outputs", "both", "spare", "gate_sums", "sums", "steps", "gate_steps")

    def __init__(
        self, kind: str, time: int, batch: int, features: int, units: int, sequences: bool, masked: bool
    ) -> None:
        super().__init__()
        h, rows = units, units + features + 1
        self.slopes = self.buffer(kind, time, 3 * h, batch)
        self.gates = self.buffer(kind, time, 2 * h, batch) if masked else None
        self.outputs = self.buffer(kind, time, h, batch) if sequences else None
        self.both, self.spare = self.buffer(kind, 2 * h, batch), self.buffer(kind, h, batch)
        self.gate_sums = Sums(self, kind, time, batch, 2 * h, rows)
        self.sums = Sums(self, kind, time, batch, h, rows)
        self.steps = [(dz[:h], dz[h : 2 * h], dz[: 2 * h], dz[2 * h :]) for dz in self.slopes[::-1]]
        self.gate_steps = [] if self.gates is None else list(self.gates)


def _backward(kept: Kept, slopes: Sequence[Array | None], needed: Sequence[bool]) -> list[Array | None]:
    space = kept.workspace
    time, (units, batch) = len(space.steps), space.hidden[0].shape
    kind = space.operands.dtype.char
    back, shelf = WORKSPACES.take(
        Backward, kind, time, batch, kept.features, units, slopes[0] is not None, kept.mask is not None
    )
    _prepare(space, back, kept)
    sequence.load_state(back.both[:units], slopes[1])
    outputs = sequence.step_slopes(slopes[0], back.outputs)
    sums = sequence.wanted(needed, 1, 2, 3)
    operands = back.gate_sums.begin(space.operands[:-1], sums), back.sums.begin(space.reset, sums)
    of_mask = np.zeros((units, batch), kind) if needed[5] else None
    _run_back(space, back, kept, outputs, operands, of_mask)
    found = _collect(space, back, kept, needed)
    found[5] = None if of_mask is None else sequence.outside(of_mask)
    shelf.append(back)
    return found


def _prepare(space: Forward, back: Backward, kept: Kept) -> None:
    """What the gradients of each step are multiplied with, as far as it does not depend on them."""
    act, gate = kept.activations
    h, time = len(back.spare), len(space.steps)
    blocks, raw, slopes, used_h = space.blocks[:time], space.raw, back.slopes, space.operands[:time, : len(back.spare)]
    z, g, of_z, of_r, of_g = blocks[:, :h], blocks[:, 2 * h :], slopes[:, :h], slopes[:, h : 2 * h], slopes[:, 2 * h :]
    gate.slope(blocks[:, : 2 * h], raw[:, : 2 * h], slopes[:, : 2 * h])
    act.slope(g, raw[:, 2 * h :], of_g)
    np.multiply(of_r, used_h, of_r)
    np.multiply(of_z, used_h - g, of_z)
    np.multiply(of_g, 1 - z, of_g)
    if kept.mask is not None:
        np.multiply(slopes, kept.mask.keeps, slopes)
        np.multiply(blocks[:, : 2 * h], kept.mask.keeps, back.gates)


def _run_back(space: Forward, back: Backward, kept: Kept, outputs: Any, operands: Any, of_mask: Array | None) -> None:
    """All steps, the last one first."""
    dot, multiply, add = np.dot, np.multiply, np.add
    both, spare, factor = back.both, back.spare, kept.recurrent_mask
    (dh, of_r_h), h = np.split(both, 2), len(spare)
    gate_weights, weights = space.gate_weights[:h], space.weights[:h]
    gate_product, gate_total, product, total = (
        back.gate_sums.product, back.gate_sums.total, back.sums.product, back.sums.total
    )  # fmt: skip
    gates = reversed(back.gate_steps or space.gates)
    passes = repeat(None) if kept.mask is None else reversed(kept.mask.passes)
    hidden = space.hidden[:-1][::-1] if of_mask is not None else repeat(None)
    for step, z_r, output, operand, reset, passed, h in zip(back.steps, gates, outputs, *operands, passes, hidden):
        of_z, of_r, of_gates, of_g = step
        if output is not None:
            add(dh, output, dh)
        passing = None if passed is None else np.where(passed, dh, 0)
        multiply(of_z, dh, of_z)
        multiply(of_g, dh, of_g)
        dot(weights, of_g, of_r_h)
        multiply(of_r, of_r_h, of_r)
        dot(gate_weights, of_gates, spare)
        multiply(both, z_r, both)
        add(dh, of_r_h, dh)
        add(dh, spare, dh)
        if operand is not None:
            dot(of_gates, operand, gate_product)
            add(gate_total, gate_product, gate_total)
        if reset is not None:
            dot(of_g, reset, product)
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
    h = len(back.spare)
    found: list[Array | None] = [None] * 7
    if needed[0]:
        backwards, inputs = kept.go_backwards, slice(h, -1)
        found[0] = sequence.input_gradient(space.gate_weights[inputs], back.slopes[:, : 2 * h], backwards)
        found[0] += sequence.input_gradient(space.weights[inputs], back.slopes[:, 2 * h :], backwards)
    if sequence.wanted(needed, 1, 2, 3):
        of_gates = back.gate_sums.end(space.operands[:-1], back.slopes[:, : 2 * h])
        of_g = back.sums.end(space.reset, back.slopes[:, 2 * h :])
        sequence.rescale(of_gates, gate)
        sequence.rescale(of_g, act)
        for place, rows in ((1, slice(h, -1)), (2, slice(h)), (3, -1)):
            if needed[place]:
                ours = of_gates[:, rows].T
                theirs = found[place] = np.empty((*ours.shape[:-1], 3 * h), ours.dtype)
                theirs[..., : 2 * h] = ours
                theirs[..., 2 * h :] = of_g[:, rows].T
    found[4] = sequence.outside(back.both[:h]) if needed[4] else None
    return found


def forward(*inputs: Array | None, reset_after: bool = False, keep: bool, activation: str = "tanh",
            recurrent_activation: str = "hard_sigmoid", go_backwards: bool = False, return_sequences: bool = False,
) -> tuple[tuple[Array | None, Array], Kept | None]:  # fmt: skip
    """The sequence of h (None unless wanted) and the last h; and what the backward needs.

    Args:
        inputs: x [batch, time, features]; kernel [features, 3 units]; recurrent_kernel [units, 3 units]; bias
            [3 units], with reset_after [2, 3 units], or None; h, the first state, [batch, units], or None;
            recurrent_mask [batch, units], multiplied into h, or None; mask, bool [batch, time], or None: where it is
            false, a step leaves state and output as they are.
        reset_after: whether the reset gate is multiplied into the recurrent product, not before it.
    """
    function = gru_reset_after.forward if reset_after else _forward
    return function(
        *inputs, keep=keep, activation=activation, recurrent_activation=recurrent_activation,
        go_backwards=go_backwards, return_sequences=return_sequences,
    )  # fmt: skip


def backward(kept: Kept, slopes: Sequence[Array | None], needed: Sequence[bool]) -> list[Array | None]:
    """The gradients of the inputs, from those of the sequence and of the last h."""
    function = _backward if isinstance(kept.workspace, Forward) else gru_reset_after.backward
    return function(kept, slopes, needed)


def definition(
    x: Any,
    kernel: Any,
    recurrent_kernel: Any,
    bias: Any,
    h: Any,
    recurrent_mask: Any,
    mask: Any,
    *,
    activation: Any = "tanh",
    recurrent_activation: Any = "hard_sigmoid",
    go_backwards: bool = False,
    return_sequences: bool = False,
    reset_after: bool = False,
) -> tuple[Any, Any]:
    """The same of tensors, step by step, by their methods. An activation may be a function of a tensor here."""
    batch, units = x.shape[0], recurrent_kernel.shape[0]
    h = sequence.zero_state(recurrent_kernel, batch) if h is None else h
    of_h, outputs = None, []
    if reset_after and bias is not None:
        bias, of_h = (bias.slice([k, 0], [1, 3 * units]).reshape([3 * units]) for k in range(2))
    for_gates, for_g = _columns(recurrent_kernel, 0, 2 * units), _columns(recurrent_kernel, 2 * units, units)
    for inputs, counts in sequence.steps_of(x, kernel, bias, mask, go_backwards):
        state = h if recurrent_mask is None else h * recurrent_mask
        if reset_after:
            recurrent = state.matmul(recurrent_kernel)
            recurrent = recurrent if of_h is None else recurrent + of_h
        else:
            recurrent = state.matmul(for_gates)
        z, r = (
            applied(recurrent_activation, _columns(inputs, k * units, units) + _columns(recurrent, k * units, units))
            for k in range(2)
        )
        inner = r * _columns(recurrent, 2 * units, units) if reset_after else (r * state).matmul(for_g)
        g = applied(activation, _columns(inputs, 2 * units, units) + inner)
        next_h = z * state + (1 - z) * g
        h = next_h if counts is None else next_h.where(counts, h)
        outputs.append(h)
    return sequence.joined(outputs, h) if return_sequences else None, h


def _columns(matrix: Any, start: int, count: int) -> Any:
    return matrix.slice([0, start], [matrix.shape[0], count])


gru = Composite(
    "gru",
    inputs=("x", "kernel", "recurrent_kernel", "bias", "h", "recurrent_mask", "mask"),
    forward=forward,
    backward=backward,
    definition=definition,
    note="a whole sequence: outputs (or None), last h",
)
