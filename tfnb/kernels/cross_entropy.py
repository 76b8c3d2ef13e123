"""The cross-entropy between shares and those that were foretold, in one call, and the way back.

As TensorFlow.js has it: shares are divided by their sum, then kept away from 0 and 1.
"""

from __future__ import annotations

from typing import Any, Final, Sequence

import numpy as np

from tfnb.kernels.composite import Composite

Array = Any

EPSILON: Final = 1e-7


class _Kept:
    """What the way back needs: the true shares, the foretold ones divided by their sum, the sums, the logarithms."""

    __slots__ = ("target", "shares", "sums", "logs", "nbytes")

    def __init__(self, target: Array, shares: Array, sums: Array, logs: Array) -> None:
        self.target, self.shares, self.sums, self.logs = target, shares, sums, logs
        self.nbytes = shares.nbytes + sums.nbytes + logs.nbytes


def _forward(target: Array, output: Array, *, keep: bool) -> tuple[tuple[Array], _Kept | None]:
    sums = np.add.reduce(output, -1, keepdims=True)
    shares = np.divide(output, sums)
    logs = np.clip(shares, EPSILON, 1 - EPSILON)
    np.log(logs, out=logs)
    loss = np.negative(np.add.reduce(np.multiply(target, logs), -1, keepdims=True))
    return (loss.reshape(output.shape[:-1]),), _Kept(target, shares, sums, logs) if keep else None


def _backward(kept: _Kept, slopes: Sequence[Array], needed: Sequence[bool]) -> list[Array | None]:
    dy = slopes[0].reshape(*slopes[0].shape, 1)
    return [
        np.multiply(np.negative(kept.logs), dy) if needed[0] else None,
        _of_output(kept, dy) if needed[1] else None,
    ]


def _of_output(kept: _Kept, dy: Array) -> Array:
    shares = kept.shares
    inside = np.logical_and(np.greater_equal(shares, EPSILON), np.less_equal(shares, 1 - EPSILON))
    slope = np.divide(kept.target, shares, out=np.zeros_like(shares), where=inside)
    np.multiply(slope, np.negative(dy), out=slope)
    np.subtract(slope, np.add.reduce(slope * shares, -1, keepdims=True), out=slope)
    return np.divide(slope, kept.sums, out=slope)


def _definition(target: Any, output: Any) -> tuple[Any]:
    shares = (output / output.sum(-1, True)).clip_by_value(EPSILON, 1 - EPSILON)
    return (-(target * shares.log()).sum(-1),)


cross_entropy = Composite(
    "categorical_crossentropy",
    inputs=("target", "output"),
    forward=_forward,
    backward=_backward,
    definition=_definition,
    note="per row: minus the sum of target · log(output / sum of output), shares kept within 1e-7 of 0 and 1",
)
