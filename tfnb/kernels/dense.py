"""A dense layer in one call: `activation(x · kernel + bias)`, and the way back.

What it saves on the host are handles and steps of the tape, three or four per layer; on OpenGL the definition's bias
and activation become the epilogue of the matrix product.
"""

from __future__ import annotations

from typing import Any, Final, Sequence

import numpy as np

from tfnb.kernels.composite import Composite

Array = Any

ACTIVATIONS: Final = ("linear", "relu", "sigmoid", "tanh", "softmax")


class _Kept:
    """The operands and the result: all of them are the tensors' own arrays."""

    __slots__ = ("x", "kernel", "y", "activation", "shape")
    nbytes = 0

    def __init__(self, x: Array, kernel: Array, y: Array, activation: str, shape: tuple[int, ...]) -> None:
        self.x, self.kernel, self.y, self.activation, self.shape = x, kernel, y, activation, shape


def _forward(
    x: Array, kernel: Array, bias: Array | None, *, keep: bool, activation: str
) -> tuple[tuple[Array], _Kept | None]:
    rows = x if x.ndim == 2 else x.reshape(-1, x.shape[-1])
    y = np.matmul(rows, kernel)
    if bias is not None:
        np.add(y, bias, out=y)
    _activate(y, activation)
    kept = _Kept(rows, kernel, y, activation, x.shape) if keep else None
    return (y if x.ndim == 2 else y.reshape(*x.shape[:-1], kernel.shape[1]),), kept


def _activate(y: Array, activation: str) -> None:
    """The activation, in place."""
    if activation == "relu":
        np.maximum(y, 0, out=y)
    elif activation == "tanh":
        np.tanh(y, out=y)
    elif activation == "sigmoid":  # by the tangent, which does not overflow
        np.multiply(y, 0.5, out=y)
        np.tanh(y, out=y)
        np.multiply(y, 0.5, out=y)
        np.add(y, 0.5, out=y)
    elif activation == "softmax" and y.size:
        np.subtract(y, np.maximum.reduce(y, 1, keepdims=True), out=y)
        np.exp(y, out=y)
        np.divide(y, np.add.reduce(y, 1, keepdims=True), out=y)


def _backward(kept: _Kept, slopes: Sequence[Array], needed: Sequence[bool]) -> list[Array | None]:
    dz = _deactivated(slopes[0].reshape(kept.y.shape), kept.y, kept.activation)
    return [
        np.matmul(dz, kept.kernel.T).reshape(kept.shape) if needed[0] else None,
        np.matmul(kept.x.T, dz) if needed[1] else None,
        np.add.reduce(dz, 0) if needed[2] else None,
    ]


def _deactivated(dy: Array, y: Array, activation: str) -> Array:
    """The gradient before the activation, from that behind it and the activation's result."""
    if activation == "relu":
        dz = np.zeros_like(dy)
        np.copyto(dz, dy, where=np.greater(y, 0))
        return dz
    if activation == "tanh":
        return dy * (1 - y * y)
    if activation == "sigmoid":
        return dy * y * (1 - y)
    if activation == "softmax":
        return (dy - np.add.reduce(dy * y, 1, keepdims=True)) * y
    return dy


def _definition(x: Any, kernel: Any, bias: Any, activation: str) -> tuple[Any]:
    rows = x if x.rank == 2 else x.reshape([-1 if x.size else 0, x.shape[-1]])
    y = rows.matmul(kernel)
    if bias is not None:
        y = y + bias
    if activation != "linear":
        y = getattr(y, activation)()
    return (y if x.rank == 2 else y.reshape([*x.shape[:-1], kernel.shape[1]]),)


dense = Composite(
    "dense",
    inputs=("x", "kernel", "bias"),
    forward=_forward,
    backward=_backward,
    definition=_definition,
    note="activation(x · kernel + bias); x of any rank, its last axis meets the kernel's first",
)
