"""A simple recurrent network over a whole sequence (Elman 1990): h' = act(x W + h U + b)."""

from __future__ import annotations

from itertools import repeat
from typing import Any, Sequence

import numpy as np

from tfnb.kernels.composite import Composite
from tfnb.kernels.recurrent import sequence
from tfnb.kernels.recurrent.activations import ACTIVATIONS, applied
from tfnb.kernels.recurrent.sequence import Kept, StepMask, Sums
from tfnb.kernels.recurrent.workspace import WORKSPACES, Workspace

Array = Any


class Forward(Workspace):
    """Buffers of the way forward, and what each step does with them.

    Attributes:
        weights: [units + features + 1, units], scaled as the activation wishes.
        operands: [time + 1, units + features + 1, batch]: h, x and 1 of each step.
        hidden: [time + 1, units, batch]: h; with recurrent dropout not what the operands hold.
        raw: [steps kept, units, batch]: before the activation.
    """

    __slots__ = ("weights", "operands", "hidden", "raw", "steps")

    def __init__(
        self, kind: str, time: int, batch: int, features: int, units: int, keeps_raw: bool, drops: bool
    ) -> None:
        super().__init__()
        h, rows = units, units + features + 1
        self.weights = self.buffer(kind, rows, h)
        self.operands = self.buffer(kind, time + 1, rows, batch)
        self.operands[:, -1] = 1
        self.hidden = self.buffer(kind, time + 1, h, batch) if drops else self.operands[:, :h]
        self.raw = self.buffer(kind, time if keeps_raw else 1, h, batch)
        raw, hidden, operands = self.raw, self.hidden, self.operands
        self.steps = [
            (operands[t], raw[t % len(raw)], hidden[t], hidden[t + 1], operands[t + 1, :h]) for t in range(time)
        ]


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
    activation: str = "tanh",
    go_backwards: bool = False,
    return_sequences: bool = False,
) -> tuple[tuple[Array | None, Array], Kept | None]:
    """The sequence of h (None unless wanted) and the last h; and what the backward needs.

    Args:
        x: [batch, time, features]. kernel: [features, units]. recurrent_kernel: [units, units]. bias: [units].
        h: the first state, [batch, units]; None is 0.
        recurrent_mask: [batch, units], multiplied into h before the recurrent product.
        mask: bool [batch, time]; where it is false, a step leaves state and output as they are.
    """
    (batch, time, features), units = x.shape, recurrent_kernel.shape[0]
    act = ACTIVATIONS[activation]
    kind, drops = sequence.kind_of(x), recurrent_mask is not None
    space, shelf = WORKSPACES.take(Forward, kind, time, batch, features, units, keep and act.keeps_raw, drops)
    sequence.pack(space.weights, recurrent_kernel, kernel, bias)
    sequence.fold(space.weights, act)
    sequence.load_inputs(space.operands[:-1, units:-1], x, mask, go_backwards)
    factor = sequence.load_hidden(space.hidden, space.operands, h, recurrent_mask)
    steps = None if mask is None else StepMask(mask, kind, go_backwards)
    _run(space, act.folded(kind), factor, sequence.passes_of(steps))
    results = sequence.outside(space.hidden[1:]) if return_sequences else None, sequence.outside(space.hidden[time])
    if not keep:
        shelf.append(space)
        return results, None
    return results, Kept(space, shelf, (act,), go_backwards, factor, steps, features)


def _run(space: Forward, squash: Any, factor: Array | None, passes: Any) -> None:
    """All steps."""
    dot, multiply, copyto = np.dot, np.multiply, np.copyto
    weights = space.weights.T
    for (operand, raw, h, next_h, next_operand), passed in zip(space.steps, passes):
        dot(weights, operand, raw)
        squash(raw, next_h)
        if passed is not None:
            copyto(next_h, h, where=passed)
        if factor is not None:
            multiply(next_h, factor, next_operand)


class Backward(Workspace):
    """Buffers of the way back.

    Attributes:
        slopes: [time, units, batch]: first the slopes of the activation, then the gradient before it.
        outputs: [time, units, batch], gradients of the sequence. sums: the products of slopes and operands.
    """

    __slots__ = ("slopes", "outputs", "dh", "spare", "sums", "steps")

    def __init__(self, kind: str, time: int, batch: int, features: int, units: int, sequences: bool) -> None:
        super().__init__()
        self.slopes = self.buffer(kind, time, units, batch)
        self.outputs = self.buffer(kind, time, units, batch) if sequences else None
        self.dh, self.spare = self.buffer(kind, units, batch), self.buffer(kind, units, batch)
        self.sums = Sums(self, kind, time, batch, units, units + features + 1)
        self.steps = list(self.slopes[::-1])


def backward(kept: Kept, slopes: Sequence[Array | None], needed: Sequence[bool]) -> list[Array | None]:
    """The gradients of the inputs, from those of the sequence and of the last h."""
    space, act = kept.workspace, kept.activations[0]
    time, (units, batch) = len(space.steps), space.hidden[0].shape
    kind = space.operands.dtype.char
    back, shelf = WORKSPACES.take(Backward, kind, time, batch, kept.features, units, slopes[0] is not None)
    act.slope(space.hidden[1:], space.raw, back.slopes)
    if kept.mask is not None:
        np.multiply(back.slopes, kept.mask.keeps, back.slopes)
    sequence.load_state(back.dh, slopes[1])
    outputs = sequence.step_slopes(slopes[0], back.outputs)
    operands = back.sums.begin(space.operands[:-1], sequence.wanted(needed, 1, 2, 3))
    of_mask = np.zeros((units, batch), kind) if needed[5] else None
    _run_back(space, back, kept, outputs, operands, of_mask)
    found: list[Array | None] = [None] * 7
    if needed[0]:
        found[0] = sequence.input_gradient(space.weights[units:-1], back.slopes, kept.go_backwards)
    if sequence.wanted(needed, 1, 2, 3):
        together = back.sums.end(space.operands[:-1], back.slopes)
        sequence.rescale(together, act)
        for place, rows in ((1, slice(units, -1)), (2, slice(units)), (3, -1)):
            found[place] = np.array(together[:, rows].T, order="C") if needed[place] else None
    found[4] = sequence.outside(back.dh) if needed[4] else None
    found[5] = None if of_mask is None else sequence.outside(of_mask)
    shelf.append(back)
    return found


def _run_back(space: Forward, back: Backward, kept: Kept, outputs: Any, operands: Any, of_mask: Array | None) -> None:
    """All steps, the last one first."""
    dot, multiply, add = np.dot, np.multiply, np.add
    dh, spare, factor = back.dh, back.spare, kept.recurrent_mask
    weights, product, total = space.weights[: len(dh)], back.sums.product, back.sums.total
    passes = repeat(None) if kept.mask is None else reversed(kept.mask.passes)
    hidden = space.hidden[:-1][::-1] if of_mask is not None else repeat(None)
    for dz, output, operand, passed, h in zip(back.steps, outputs, operands, passes, hidden):
        if output is not None:
            add(dh, output, dh)
        multiply(dz, dh, dz)
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
    go_backwards: bool = False,
    return_sequences: bool = False,
) -> tuple[Any, Any]:
    """The same of tensors, step by step, by their methods. An activation may be a function of a tensor here."""
    h = sequence.zero_state(recurrent_kernel, x.shape[0]) if h is None else h
    outputs = []
    for inputs, counts in sequence.steps_of(x, kernel, bias, mask, go_backwards):
        state = h if recurrent_mask is None else h * recurrent_mask
        next_h = applied(activation, inputs + state.matmul(recurrent_kernel))
        h = next_h if counts is None else next_h.where(counts, h)
        outputs.append(h)
    return sequence.joined(outputs, h) if return_sequences else None, h


simple_rnn = Composite(
    "simple_rnn",
    inputs=("x", "kernel", "recurrent_kernel", "bias", "h", "recurrent_mask", "mask"),
    forward=forward,
    backward=backward,
    definition=definition,
    note="a whole sequence: outputs (or None), last h",
)
