"""Recurrent layers as plain float64 loops over NumPy arrays, from the formulas of their papers and of Keras' docs.

simple_rnn: Elman 1990. lstm: Hochreiter and Schmidhuber 1997 with the forget gate of Gers et al. 2000. gru: Cho et al.
2014, and with the reset gate behind the product as in cuDNN. Gates stand in the order of Keras: i f c o, and z r h.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

GATES = {"simple_rnn": 1, "gru": 3, "gru_reset_after": 3, "lstm": 4}


def activated(name: str, x: Array) -> Array:
    if name == "tanh":
        return np.tanh(x)
    if name == "sigmoid":
        return 1 / (1 + np.exp(-x))
    if name == "hard_sigmoid":
        return np.minimum(np.maximum(0.2 * x + 0.5, 0), 1)
    return np.maximum(x, 0) if name == "relu" else x


@dataclass(frozen=True)
class Recurrence:
    """A recurrent layer and what it is given."""

    family: str
    x: Array
    kernel: Array
    recurrent_kernel: Array
    bias: Array | None = None
    states: tuple[Array | None, ...] = (None,)
    recurrent_mask: Array | None = None
    mask: Array | None = None
    attributes: dict[str, Any] = field(default_factory=dict)

    @property
    def inputs(self) -> list[Array | None]:
        """In the order of the kernels."""
        return [self.x, self.kernel, self.recurrent_kernel, self.bias, *self.states, self.recurrent_mask, self.mask]

    def with_inputs(self, inputs: list[Any]) -> Recurrence:
        x, kernel, recurrent_kernel, bias, *states, recurrent_mask, mask = inputs
        return replace(
            self, x=x, kernel=kernel, recurrent_kernel=recurrent_kernel, bias=bias, states=tuple(states),
            recurrent_mask=recurrent_mask, mask=mask,
        )  # fmt: skip

    def run(self) -> list[Array]:
        """The sequence of outputs, and the last states."""
        batch, time, _features = self.x.shape
        units = len(self.recurrent_kernel)
        states = [np.zeros((batch, units)) if state is None else state for state in self.states]
        outputs = []
        for t in range(time)[::-1] if self.attributes.get("go_backwards") else range(time):
            after = getattr(self, self.family)(self.x[:, t], *states)
            if self.mask is not None:
                counts = self.mask[:, t, None]
                after = [np.where(counts, new, old) for new, old in zip(after, states, strict=True)]
            states = after
            outputs.append(states[0])
        return [np.stack(outputs, 1) if outputs else np.zeros((batch, 0, units)), *states]

    def activate(self, x: Array) -> Array:
        return activated(self.attributes["activation"], x)

    def gate(self, x: Array) -> Array:
        return activated(self.attributes["recurrent_activation"], x)

    def masked(self, h: Array) -> Array:
        return h if self.recurrent_mask is None else h * self.recurrent_mask

    def simple_rnn(self, x: Array, h: Array) -> list[Array]:
        b = 0 if self.bias is None else self.bias
        return [self.activate(x @ self.kernel + self.masked(h) @ self.recurrent_kernel + b)]

    def lstm(self, x: Array, h: Array, c: Array) -> list[Array]:
        b = 0 if self.bias is None else self.bias
        i, f, g, o = np.split(x @ self.kernel + self.masked(h) @ self.recurrent_kernel + b, 4, axis=1)
        c = self.gate(f) * c + self.gate(i) * self.activate(g)
        return [self.gate(o) * self.activate(c), c]

    def gru(self, x: Array, h: Array) -> list[Array]:
        h = self.masked(h)
        (w_z, w_r, w_h), (u_z, u_r, u_h) = (np.split(m, 3, axis=1) for m in (self.kernel, self.recurrent_kernel))
        b_z, b_r, b_h = (0, 0, 0) if self.bias is None else np.split(self.bias, 3)
        z, r = self.gate(x @ w_z + h @ u_z + b_z), self.gate(x @ w_r + h @ u_r + b_r)
        return [z * h + (1 - z) * self.activate(x @ w_h + (r * h) @ u_h + b_h)]

    def gru_reset_after(self, x: Array, h: Array) -> list[Array]:
        h = self.masked(h)
        (w_z, w_r, w_h), (u_z, u_r, u_h) = (np.split(m, 3, axis=1) for m in (self.kernel, self.recurrent_kernel))
        of_x, of_h = ((0, 0, 0), (0, 0, 0)) if self.bias is None else (np.split(row, 3) for row in self.bias)
        z = self.gate(x @ w_z + of_x[0] + h @ u_z + of_h[0])
        r = self.gate(x @ w_r + of_x[1] + h @ u_r + of_h[1])
        return [z * h + (1 - z) * self.activate(x @ w_h + of_x[2] + r * (h @ u_h + of_h[2]))]


def recurrence(
    family: str,
    shape: tuple[int, int, int, int] = (3, 5, 2, 4),
    *,
    seed: int = 0,
    bias: bool = True,
    states: bool = True,
    recurrent_mask: bool = False,
    mask: bool = False,
    **attributes: Any,
) -> Recurrence:
    """A layer with random weights, inputs and states; `shape` is batch, time, features, units."""
    random = np.random.default_rng(seed)
    batch, time, features, units = shape
    width = GATES[family] * units
    attributes = {"activation": "tanh", "return_sequences": True, **attributes}
    if family != "simple_rnn":
        attributes = {"recurrent_activation": "hard_sigmoid", **attributes}
    if family == "gru_reset_after":
        attributes["reset_after"] = True
    scale = 1 / np.sqrt(features + units)
    first = [0.5 * random.normal(size=(batch, units)) if states else None for _each in range(1 + (family == "lstm"))]
    return Recurrence(
        family,
        random.normal(size=(batch, time, features)),
        scale * random.normal(size=(features, width)),
        scale * random.normal(size=(units, width)),
        0.3 * random.normal(size=(2, width) if family == "gru_reset_after" else width) if bias else None,
        tuple(first),
        random.uniform(0.5, 1.5, (batch, units)) if recurrent_mask else None,
        random.random((batch, time)) > 0.4 if mask else None,
        attributes,
    )
