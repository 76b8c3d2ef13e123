"""The cross-entropy of yes-or-no answers in one call, and the way back.

As TensorFlow.js has it: chances are kept away from 0 and 1, and the last axis goes by its mean.
"""

from __future__ import annotations

from typing import Any, Sequence

import numpy as np

from tfnb.kernels.composite import Composite
from tfnb.kernels.cross_entropy import EPSILON

Array = Any


class _Kept:
    """What the way back needs: the labels, the chances as given, and those kept away from 0 and 1."""

    __slots__ = ("target", "output", "chances", "nbytes")

    def __init__(self, target: Array, output: Array, chances: Array) -> None:
        self.target, self.output, self.chances = target, output, chances
        self.nbytes = chances.nbytes


def _forward(target: Array, output: Array, *, keep: bool) -> tuple[tuple[Array], _Kept | None]:
    chances = np.clip(output, EPSILON, 1 - EPSILON)
    logs = np.log(chances)
    np.multiply(logs, target, out=logs)
    others = np.log1p(np.negative(chances))  # exact also for small chances
    np.add(logs, np.multiply(others, np.subtract(1, target), out=others), out=logs)
    loss = np.add.reduce(logs, -1, keepdims=True)
    np.divide(loss, -output.shape[-1], out=loss)
    return (loss.reshape(output.shape[:-1]),), _Kept(target, output, chances) if keep else None


def _backward(kept: _Kept, slopes: Sequence[Array], needed: Sequence[bool]) -> list[Array | None]:
    chances, others = kept.chances, np.subtract(1, kept.chances)
    dy = np.divide(slopes[0], kept.output.shape[-1], dtype=chances.dtype).reshape(*slopes[0].shape, 1)
    of_target = of_output = None
    if needed[0]:
        of_target = np.multiply(np.log(np.divide(others, chances)), dy)
    if needed[1]:
        of_output = np.divide(np.subtract(chances, kept.target), np.multiply(chances, others))
        np.multiply(of_output, dy, out=of_output)
        outside = np.not_equal(chances, kept.output)
        if outside.any():
            of_output[outside] = 0
    return [of_target, of_output]


def _definition(target: Any, output: Any) -> tuple[Any]:
    chances = output.clip_by_value(EPSILON, 1 - EPSILON)
    logs = target * chances.log() + (1 - target) * (-chances).log1p()
    return (logs.sum(-1) / -float(output.shape[-1]),)


binary_cross_entropy = Composite(
    "binary_crossentropy",
    inputs=("target", "output"),
    forward=_forward,
    backward=_backward,
    definition=_definition,
    note="per row: minus the mean of target · log(output) + (1 - target) · log(1 - output), output kept within 1e-7 "
    "of 0 and 1",
)
