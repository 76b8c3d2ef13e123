"""Adam and Adamax: steps by the running mean of the gradients over a measure of their size.

Both divide the mean by what a mean that begins at 0 lacks, 1 - beta1^t. As in TensorFlow.js the power is a float32 that
is multiplied once a step: at the first step 1 - 0.999 is 0.00100004672.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from tfnb.errors import ArgumentError
from tfnb.language import _
from tfnb.train.adaptive import EPSILON
from tfnb.train.optimizer import finite, within
from tfnb.train.rule import ABSOLUTE, ADD, DIVIDE, MAXIMUM, MULTIPLY, SQRT, Call, Rule
from tfnb.train.ruled import Ruled


def _beta(value: Any, op: str, argument: str) -> float:
    """A share of a running mean that is kept, below 1 also as a float32."""
    number = within(value, op, argument, 1.0)
    if np.float32(number) >= 1:
        raise ArgumentError(
            _("{given} is 1 as a float32").format(given=number), op=op, argument=argument, fix=_("take a smaller one")
        )
    return number


class AdamOptimizer(Ruled):
    """Steps by the mean of the gradients of late over the root of their mean square (Kingma and Ba 2015). Made by
    `tf.train.adam`.

    The running means are kept divided by 1 - beta, which saves two passes over all values.

    Args:
        learning_rate: about how far a step goes, whatever the size of the gradients.
        beta1: how much of the mean of the gradients is kept.
        beta2: how much of the mean of their squares is kept.
        epsilon: what is added to the root; None is 1e-7.
    """

    class_name = "Adam"
    suffixes = ("m", "v")
    rule = Rule(
        ("m", MULTIPLY, "m", "beta1"),
        ("m", ADD, "m", "g"),
        ("v", MULTIPLY, "v", "beta2"),
        ("g", MULTIPLY, "g", "g"),
        ("v", ADD, "v", "g"),
        ("g", SQRT, "v"),
        ("g", ADD, "g", "epsilon"),
        ("g", DIVIDE, "m", "g"),
        ("g", MULTIPLY, "g", "rate"),
        slots=("m", "v"),
    )

    def __init__(self, learning_rate: float, beta1: float, beta2: float, epsilon: float | None = None) -> None:
        super().__init__(learning_rate)
        self._beta1, self._beta2 = _beta(beta1, "Adam", "beta1"), _beta(beta2, "Adam", "beta2")
        self._epsilon = EPSILON if epsilon is None else finite(epsilon, "Adam", "epsilon")
        self._power1, self._power2 = np.array(beta1, np.float32), np.array(beta2, np.float32)
        self._calls = (_grows(self._power1, beta1), _grows(self._power2, beta2))

    @property
    def beta1(self) -> float:
        """How much of the mean of the gradients is kept."""
        return self._beta1

    @property
    def beta2(self) -> float:
        """How much of the mean of their squares is kept."""
        return self._beta2

    @property
    def epsilon(self) -> float:
        """What is added to the root."""
        return self._epsilon

    def numbers(self) -> dict[str, float]:
        root = math.sqrt((1 - self._beta2) / _lacking(self._power2))
        mean = (1 - self._beta1) / _lacking(self._power1)
        return {
            "beta1": self._beta1,
            "beta2": self._beta2,
            "epsilon": self._epsilon / root,
            "rate": self._learning_rate * mean / root,
        }

    def scales(self) -> tuple[float, ...]:
        return 1 - self._beta1, 1 - self._beta2

    def after(self) -> Sequence[Call]:
        return self._calls

    def _restart(self, iterations: int) -> None:
        self._power1[()] = _power(self._beta1, iterations + 1)
        self._power2[()] = _power(self._beta2, iterations + 1)

    def get_config(self) -> dict[str, Any]:
        return {
            "learning_rate": self._learning_rate,
            "beta1": self._beta1,
            "beta2": self._beta2,
            "epsilon": self._epsilon,
        }


class AdamaxOptimizer(Ruled):
    """Adam with the largest gradient of late in place of the root (Kingma and Ba 2015, section 7.1). Made by
    `tf.train.adamax`.

    Args:
        learning_rate: about how far a step goes, whatever the size of the gradients.
        beta1: how much of the mean of the gradients is kept.
        beta2: how much of the largest one is kept.
        epsilon: what is added to the largest one; None is 1e-7.
        decay: how much smaller the steps get: they are divided by 1 + decay · steps so far.
    """

    class_name = "Adamax"
    suffixes = ("m", "v")
    rule = Rule(
        ("m", MULTIPLY, "m", "beta1"),
        ("m", ADD, "m", "g"),
        ("u", MULTIPLY, "u", "beta2"),
        ("g", ABSOLUTE, "g"),
        ("u", MAXIMUM, "u", "g"),
        ("g", ADD, "u", "epsilon"),
        ("g", DIVIDE, "m", "g"),
        ("g", MULTIPLY, "g", "rate"),
        slots=("m", "u"),
    )

    def __init__(
        self, learning_rate: float, beta1: float, beta2: float, epsilon: float | None = None, decay: float = 0.0
    ) -> None:
        super().__init__(learning_rate)
        self._beta1 = _beta(beta1, "Adamax", "beta1")
        self._beta2 = finite(beta2, "Adamax", "beta2")
        self._epsilon = EPSILON if epsilon is None else finite(epsilon, "Adamax", "epsilon")
        self._decay = finite(decay, "Adamax", "decay")
        self._power1 = np.array(beta1, np.float32)
        self._calls = (_grows(self._power1, beta1),)

    @property
    def beta1(self) -> float:
        """How much of the mean of the gradients is kept."""
        return self._beta1

    @property
    def beta2(self) -> float:
        """How much of the largest gradient is kept."""
        return self._beta2

    @property
    def epsilon(self) -> float:
        """What is added to the largest gradient."""
        return self._epsilon

    @property
    def decay(self) -> float:
        """How much smaller the steps get."""
        return self._decay

    def numbers(self) -> dict[str, float]:
        rate = self._learning_rate / (1 + self._decay * self._iterations)
        return {
            "beta1": self._beta1,
            "beta2": self._beta2,
            "epsilon": self._epsilon,
            "rate": rate * (1 - self._beta1) / _lacking(self._power1),
        }

    def scales(self) -> tuple[float, ...]:
        return 1 - self._beta1, 1.0

    def after(self) -> Sequence[Call]:
        return self._calls

    def _restart(self, iterations: int) -> None:
        self._power1[()] = _power(self._beta1, iterations + 1)

    def get_config(self) -> dict[str, Any]:
        return {
            "learning_rate": self._learning_rate,
            "beta1": self._beta1,
            "beta2": self._beta2,
            "epsilon": self._epsilon,
            "decay": self._decay,
        }


def _grows(power: Any, beta: float) -> Call:
    """The call that raises a power by one."""
    return np.multiply, power, np.array(beta, np.float32), power


def _power(beta: float, exponent: int) -> np.float32:
    return np.float32(float(np.float32(beta)) ** exponent)


def _lacking(power: Any) -> float:
    """1 - power: what a running mean that begins at 0 has got so far."""
    return 1.0 - float(power.item())
