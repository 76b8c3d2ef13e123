"""The activations that the recurrent kernels know: in place, with their slopes, and what the weights take off them.

A factor and a term before an activation cost a call each at every step; in the weights and the bias they cost nothing.
So a weight matrix is scaled once by `scale`, `shift` is added to its bias, and `folded` continues from there.
"""

from __future__ import annotations

from typing import Any, Callable, Final

import numpy as np

Array = Any
InPlace = Callable[[Array, Array], Any]


def _find_clip() -> Callable[[Array, Array, Array, Array], Any]:
    """NumPy's clip as it is before a wrapper of 3 µs; where there is no such function, two calls."""
    try:
        from numpy._core.umath import clip  # type: ignore[attr-defined]

        clip(np.zeros(2), np.zeros(()), np.ones(()), np.zeros(2))
    except (ImportError, TypeError):
        return lambda x, low, high, out: np.minimum(np.maximum(x, low, out=out), high, out=out)
    return clip  # type: ignore[no-any-return]


_clip: Final = _find_clip()
TYPES: Final = ("f", "d")
_ZERO, _ONE, _FIFTH, _HALF = ({kind: np.full((), value, kind) for kind in TYPES} for value in (0, 1, 0.2, 0.5))


class Activation:
    """One activation.

    Attributes:
        scale, shift: what is multiplied into the weights, and added to the bias behind that.
        keeps_raw: whether the slope asks for the value before the activation.
    """

    name = ""
    scale = 1.0
    shift = 0.0
    keeps_raw = False

    def folded(self, kind: str) -> InPlace:
        """`f(raw, out)` on what scaled weights gave, for data type `kind`."""
        raise NotImplementedError

    def plain(self, kind: str) -> InPlace:
        """`f(x, out)` without scaled weights."""
        return self.folded(kind)

    def slope(self, y: Array, raw: Array, out: Array) -> None:
        """The derivative of the result `y` by `raw` (of which only an activation that `keeps_raw` makes use)."""
        raise NotImplementedError

    def plain_slope(self, y: Array, x: Array, out: Array) -> None:
        """The derivative of the result `y` by `x`."""
        self.slope(y, x, out)


class _Linear(Activation):
    name = "linear"

    def folded(self, kind: str) -> InPlace:
        return np.positive

    def slope(self, y: Array, raw: Array, out: Array) -> None:
        out.fill(1)


class _Relu(Activation):
    name = "relu"

    def folded(self, kind: str) -> InPlace:
        zero = _ZERO[kind]
        return lambda raw, out: np.maximum(raw, zero, out=out)

    def slope(self, y: Array, raw: Array, out: Array) -> None:
        np.greater(y, _ZERO[y.dtype.char], out)


class _Tanh(Activation):
    name = "tanh"

    def folded(self, kind: str) -> InPlace:
        return np.tanh

    def slope(self, y: Array, raw: Array, out: Array) -> None:
        np.multiply(y, y, out)
        np.subtract(_ONE[y.dtype.char], out, out)


class _Sigmoid(Activation):
    """1 / (1 + e^-x): exact to the last digits for small results too. An overflow of e^-x is a 0, as it should be."""

    name = "sigmoid"
    scale = -1.0

    def folded(self, kind: str) -> InPlace:
        one, exp, add, reciprocal = _ONE[kind], np.exp, np.add, np.reciprocal

        def sigmoid(raw: Array, out: Array) -> None:
            exp(raw, out)
            add(out, one, out)
            reciprocal(out, out)

        return sigmoid

    def plain(self, kind: str) -> InPlace:
        folded = self.folded(kind)

        def sigmoid(x: Array, out: Array) -> None:
            np.negative(x, out)
            folded(out, out)

        return sigmoid

    def slope(self, y: Array, raw: Array, out: Array) -> None:
        np.multiply(y, y, out)
        np.subtract(out, y, out)

    def plain_slope(self, y: Array, x: Array, out: Array) -> None:
        np.multiply(y, y, out)
        np.subtract(y, out, out)


class _HardSigmoid(Activation):
    """0.2 x + 0.5 within 0 and 1. At exactly 0 and 1 the slope is that of the line, as TensorFlow.js's clip has it."""

    name = "hard_sigmoid"
    scale = 0.2
    shift = 0.5
    keeps_raw = True

    def folded(self, kind: str) -> InPlace:
        clip, zero, one = _clip, _ZERO[kind], _ONE[kind]
        return lambda raw, out: clip(raw, zero, one, out)

    def plain(self, kind: str) -> InPlace:
        folded = self.folded(kind)

        def hard_sigmoid(x: Array, out: Array) -> None:
            self._line(x, out)
            folded(out, out)

        return hard_sigmoid

    @staticmethod
    def _line(x: Array, out: Array) -> None:
        np.multiply(x, _FIFTH[x.dtype.char], out)
        np.add(out, _HALF[x.dtype.char], out)

    def slope(self, y: Array, raw: Array, out: Array) -> None:
        np.equal(y, raw, out)

    def plain_slope(self, y: Array, x: Array, out: Array) -> None:
        self._line(x, out)
        np.equal(y, out, out)
        np.multiply(out, _FIFTH[x.dtype.char], out)


ACTIVATIONS: Final = {one.name: one for one in (_Linear(), _Relu(), _Tanh(), _Sigmoid(), _HardSigmoid())}


def supports(*names: str) -> bool:
    """Whether the recurrent kernels know all these activations."""
    return all(name in ACTIVATIONS for name in names)


def applied(name: str | Callable[[Any], Any], x: Any) -> Any:
    """An activation of a tensor, by its own methods; or any function of a tensor."""
    if callable(name):
        return name(x)
    if name == "linear":
        return x
    if name == "hard_sigmoid":
        return (x * 0.2 + 0.5).clip_by_value(0, 1)
    return getattr(x, name)()
