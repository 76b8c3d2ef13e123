"""Activations: the functions that a layer applies to each of its results, by name."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from tfnb.errors import ArgumentTypeError
from tfnb.language import _
from tfnb.naming import folded
from tfnb.ops import activation, arithmetic, basic_math, exponential, normalization, trigonometric
from tfnb.serialization.registry import unknown


class Activation:
    """A function from a tensor to one of its shape, and the name it has in files.

    Attributes:
        name: such as 'hard_sigmoid'. function: what computes it; None for 'linear', which changes nothing.
    """

    __slots__ = ("name", "function")

    def __init__(self, name: str, function: Callable[[Any], Any] | None) -> None:
        self.name, self.function = name, function

    def apply(self, x: Any) -> Any:
        """The function of a tensor."""
        return x if self.function is None else self.function(x)

    __call__ = apply

    def __repr__(self) -> str:
        return f"Activation({self.name!r})"


def relu6(x: Any) -> Any:
    """0 below 0, 6 above 6."""
    return activation.relu6(x)


def hard_sigmoid(x: Any) -> Any:
    """A line from 0 at -2.5 to 1 at 2.5: nearly the sigmoid, and cheaper."""
    return arithmetic.add(arithmetic.mul(x, 0.2), 0.5).clip_by_value(0, 1)


def softsign(x: Any) -> Any:
    """x / (|x| + 1)."""
    return arithmetic.div(x, arithmetic.add(basic_math.abs(x), 1))


def gelu(x: Any) -> Any:
    """x times the chance that a normal number is below x (Hendrycks and Gimpel 2016)."""
    return arithmetic.mul(x, arithmetic.mul(arithmetic.add(activation.erf(arithmetic.div(x, math.sqrt(2))), 1), 0.5))


def gelu_new(x: Any) -> Any:
    """`gelu` by tanh."""
    inner = arithmetic.mul(arithmetic.add(x, arithmetic.mul(arithmetic.mul(arithmetic.mul(x, x), x), 0.044715)), _ROOT)
    return arithmetic.mul(arithmetic.mul(x, arithmetic.add(trigonometric.tanh(inner), 1)), 0.5)


def mish(x: Any) -> Any:
    """x tanh(softplus(x)) (Misra 2019)."""
    return arithmetic.mul(x, trigonometric.tanh(activation.softplus(x)))


def swish(x: Any) -> Any:
    """x sigmoid(x)."""
    return arithmetic.mul(x, activation.sigmoid(x))


def softmax(x: Any) -> Any:
    """Chances: above 0, and along the last axis their sum is 1."""
    return normalization.softmax(x)


def log_softmax(x: Any) -> Any:
    """The logarithms of `softmax`."""
    return normalization.log_softmax(x)


_ROOT = math.sqrt(2 / math.pi)

ACTIVATIONS = {
    one.name: one
    for one in (
        Activation("linear", None),
        Activation("elu", activation.elu),
        Activation("selu", activation.selu),
        Activation("relu", activation.relu),
        Activation("relu6", relu6),
        Activation("sigmoid", activation.sigmoid),
        Activation("hard_sigmoid", hard_sigmoid),
        Activation("softplus", activation.softplus),
        Activation("softsign", softsign),
        Activation("tanh", trigonometric.tanh),
        Activation("softmax", softmax),
        Activation("log_softmax", log_softmax),
        Activation("gelu", gelu),
        Activation("gelu_new", gelu_new),
        Activation("mish", mish),
        Activation("swish", swish),
        Activation("exponential", exponential.exp),
    )
}
_BY_SPELLING = {folded(name): one for name, one in ACTIVATIONS.items()} | {"silu": ACTIVATIONS["swish"]}
_BY_FUNCTION = {one.function: one for one in ACTIVATIONS.values() if one.function is not None} | {
    normalization.softmax: ACTIVATIONS["softmax"],
    normalization.log_softmax: ACTIVATIONS["log_softmax"],
}


def get(identifier: str | Mapping[str, Any] | Callable[[Any], Any] | Activation | None) -> Activation:
    """The activation that a name ('hardSigmoid', 'hard_sigmoid'), a function or a configuration stands for.

    Args:
        identifier: None is 'linear'. A function of yours works too, but a saved model can't name it.

    Errors:
        ArgumentError: an unknown name; the message proposes the nearest. ArgumentTypeError: none of these.

    Example:
        >>> get("hardSigmoid").name, get(None).name
        ('hard_sigmoid', 'linear')
    """
    if identifier is None:
        return ACTIVATIONS["linear"]
    if isinstance(identifier, Activation):
        return identifier
    if isinstance(identifier, Mapping):
        identifier = identifier.get("class_name")
    if isinstance(identifier, str):
        found = _BY_SPELLING.get(folded(identifier))
        if found is None:
            raise unknown(identifier, "activation", list(ACTIVATIONS))
        return found
    if callable(identifier):
        known = _BY_FUNCTION.get(identifier)
        return known or Activation(getattr(identifier, "__name__", "function"), identifier)
    raise ArgumentTypeError(
        _("wanted a name or a function, not {given!r}").format(given=identifier),
        op="activation",
        fix=_("such as 'relu'"),
    )


def serialize(one: Activation) -> str:
    """The name that files have for it."""
    return one.name
