"""What the recurrent kernels share around their loops: operands, masks, sequences and gradients, in and out.

Inside, memory is `[time, rows, batch]`; outside it is `[batch, time, features]`.
"""

from __future__ import annotations

from itertools import repeat
from typing import Any, Final, Iterable, Iterator, Sequence

import numpy as np

from tfnb.kernels.recurrent.activations import Activation
from tfnb.kernels.recurrent.workspace import Shelf, State, Workspace

Array = Any


def kind_of(x: Array) -> str:
    """In which type a kernel computes: 'd' for float64, which only tests use, else 'f'."""
    return "d" if x.dtype.char == "d" else "f"


def load_inputs(rows: Array, x: Array, mask: Array | None, go_backwards: bool) -> None:
    """Write the input of each step into its rows `[time, features, batch]`; what is masked becomes 0."""
    if mask is not None:
        x = np.where(mask[:, :, None], x, 0)
    steps = x.transpose(1, 2, 0)
    rows[:] = steps[::-1] if go_backwards else steps


def load_state(rows: Array, state: Array | None) -> None:
    """Write a state `[batch, units]` into its rows `[units, batch]`; one that is left out is 0."""
    if state is None:
        rows.fill(0)
    else:
        rows[:] = state.T


def load_hidden(hidden: Array, operands: Array, h: Array | None, recurrent_mask: Array | None) -> Array | None:
    """Write the first h into its rows, and into the operands; the recurrent mask as `[units, batch]`."""
    load_state(hidden[0], h)
    if recurrent_mask is None:
        return None  # the rows are the operands' own
    factor = np.ascontiguousarray(recurrent_mask.T, hidden.dtype)
    np.multiply(hidden[0], factor, operands[0, : len(factor)])
    return factor


def pack(weights: Array, *parts: Array | None) -> None:
    """Write matrices and a bias, the last one, below each other; a bias that is left out is 0."""
    row = 0
    for part in parts[:-1]:
        weights[row : row + len(part)] = part  # type: ignore[arg-type]
        row += len(part)  # type: ignore[arg-type]
    weights[row] = 0 if parts[-1] is None else parts[-1]


class StepMask:
    """Which samples pass a step by.

    Attributes:
        keeps: float `[time, 1, batch]`, 1 where the step counts. passes: per step a bool array over the batch, true
            where it does not count; None for a step that counts for all.
    """

    __slots__ = ("keeps", "passes")

    def __init__(self, mask: Array, kind: str, go_backwards: bool) -> None:
        counts = mask.T[::-1] if go_backwards else mask.T
        self.keeps = counts.astype(kind)[:, None, :]
        passed = ~counts.astype(bool)
        self.passes = [step if some else None for step, some in zip(passed, passed.any(1).tolist())]


class Kept(State):
    """What a forward leaves for its backward: its workspace, and what it was called with.

    Attributes:
        activations: of the state, and of the gates if there are any. recurrent_mask: [units, batch].
    """

    __slots__ = ("activations", "go_backwards", "recurrent_mask", "mask", "features")

    def __init__(
        self,
        workspace: Workspace,
        shelf: Shelf,
        activations: tuple[Activation, ...],
        go_backwards: bool,
        recurrent_mask: Array | None,
        mask: StepMask | None,
        features: int,
    ) -> None:
        super().__init__(workspace, shelf)
        self.activations, self.go_backwards, self.features = activations, go_backwards, features
        self.recurrent_mask, self.mask = recurrent_mask, mask


def passes_of(mask: StepMask | None) -> Iterable[Array | None]:
    """Per step: who passes it by."""
    return repeat(None) if mask is None else mask.passes


def outside(rows: Array) -> Array:
    """A fresh `[batch, units]` from rows `[units, batch]`, or `[batch, time, units]` from `[time, units, batch]`."""
    turned = rows.T if rows.ndim == 2 else rows.transpose(2, 0, 1)
    return np.array(turned, order="C")


def fold(weights: Array, activation: Activation) -> None:
    """Put what an activation begins with into its columns of the weights, whose last row is the bias."""
    if activation.scale != 1:
        np.multiply(weights, activation.scale, out=weights)
    if activation.shift:
        np.add(weights[-1], activation.shift, out=weights[-1])


def step_slopes(slope: Array | None, buffer: Array) -> Any:
    """The gradient of each step's output, the last step's first, from that of the sequence."""
    if slope is None:
        return repeat(None)
    buffer[:] = slope.transpose(1, 2, 0)
    return buffer[::-1]


class Sums:
    """The gradient of the weights: slopes `[gates, batch]` times operands `[batch, rows]`, summed over all steps.

    One product of the whole sequence takes about as long as one a step, but OpenBLAS gives it to all cores. If one of
    them is busy, everybody waits for a turn of the scheduler, which is ten times as long as all other work of a step.
    So only what is divided at every step anyway is done in one product.

    Attributes:
        product: [gates, rows], of one step. total: [gates, rows].
    """

    __slots__ = ("product", "total", "turned", "steps", "flat_slopes", "flat_operands")

    DIVIDED: Final = 1 << 18  # multiplications above which OpenBLAS takes several cores

    def __init__(self, space: Workspace, kind: str, time: int, batch: int, gates: int, rows: int) -> None:
        self.total = space.buffer(kind, gates, rows)
        if gates * rows * batch <= self.DIVIDED:
            self.product = space.buffer(kind, gates, rows)
            self.turned = space.buffer(kind, time, batch, rows)
            self.steps = list(self.turned[::-1])
        else:
            self.product = self.turned = None
            self.flat_slopes = space.buffer(kind, gates, time, batch)
            self.flat_operands = space.buffer(kind, rows, time, batch)

    def begin(self, operands: Array, is_wanted: bool) -> Iterable[Array | None]:
        """The operands `[batch, rows]` for `total += slopes · operand`, the last step's first; None: not by steps."""
        if not is_wanted or self.turned is None:
            return repeat(None)
        self.total.fill(0)
        self.turned[:] = operands.transpose(0, 2, 1)
        return self.steps

    def end(self, operands: Array, slopes: Array) -> Array:
        """The sum, `[gates, rows]`."""
        if self.turned is None:
            self.flat_slopes[:] = slopes.transpose(1, 0, 2)
            self.flat_operands[:] = operands.transpose(1, 0, 2)
            (gates, rows), size = self.total.shape, self.flat_operands[0].size
            np.dot(self.flat_slopes.reshape(gates, size), self.flat_operands.reshape(rows, size).T, self.total)
        return self.total


def input_gradient(weights: Array, slopes: Array, go_backwards: bool) -> Array:
    """The gradient of x `[batch, time, features]`: weights `[features, gates]` times slopes `[time, gates, batch]`."""
    dx = np.matmul(weights, slopes)
    return outside(dx[::-1] if go_backwards else dx)


def rescale(gradient: Array, activation: Activation) -> None:
    """From the gradient of scaled weights to that of the weights."""
    if activation.scale != 1:
        np.multiply(gradient, activation.scale, out=gradient)


def zero_state(recurrent_kernel: Any, batch: int) -> Any:
    """A state of zeros, made from what is there: a kernel imports no op."""
    units = recurrent_kernel.shape[0]
    return recurrent_kernel.slice([0, 0], [1, units]).zeros_like().broadcast_to([batch, units])


def wanted(needed: Sequence[bool], *places: int) -> bool:
    """Whether one of these inputs' gradients is asked for."""
    return any(needed[place] for place in places)


def steps_of(x: Any, kernel: Any, bias: Any, mask: Any, go_backwards: bool) -> Iterator[tuple[Any, Any]]:
    """Of tensors: what each step adds from its input, and a bool `[batch, 1]` where it counts (None: for all)."""
    batch, time, features = x.shape
    if mask is not None:
        mask = mask.reshape([batch, time, 1])
        x = x.where(mask, 0)
    z = x.reshape([batch * time, features]).matmul(kernel)
    if bias is not None:
        z = z + bias
    z = z.reshape([batch, time, kernel.shape[1]])
    for t in reversed(range(time)) if go_backwards else range(time):
        inputs = z.slice([0, t, 0], [batch, 1, kernel.shape[1]]).reshape([batch, kernel.shape[1]])
        yield inputs, None if mask is None else mask.slice([0, t, 0], [batch, 1, 1]).reshape([batch, 1])


def joined(outputs: Sequence[Any], like: Any) -> Any:
    """The outputs of all steps as one tensor `[batch, time, units]`; `like` is one of them, or the first state."""
    if outputs:
        return outputs[0].stack(outputs[1:], 1) if len(outputs) > 1 else outputs[0].expand_dims(1)
    return like.expand_dims(1).slice([0, 0, 0], [like.shape[0], 0, like.shape[1]])
