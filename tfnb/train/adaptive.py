"""Optimizers that give each value a step of its own, by the squares of its gradients so far."""

from __future__ import annotations

from typing import Any

import numpy as np

from tfnb.train.optimizer import finite
from tfnb.train.rule import ADD, DIVIDE, MULTIPLY, POSITIVE_OR, SQRT, SUBTRACT, Rule
from tfnb.train.ruled import Ruled

EPSILON = 1e-7  # TensorFlow.js's for float32


class AdagradOptimizer(Ruled):
    """Steps shrink with the sum of the squared gradients so far (Duchi et al. 2011). Made by `tf.train.adagrad`.

    Args:
        learning_rate: how far a step goes at first.
        initial_accumulator_value: the sum to begin with.
    """

    class_name = "Adagrad"
    suffixes = ("accumulator",)
    rule = Rule(
        ("t", MULTIPLY, "g", "g"),
        ("s", ADD, "s", "t"),
        ("t", ADD, "s", "epsilon"),
        ("t", SQRT, "t"),
        ("g", DIVIDE, "g", "t"),
        ("g", MULTIPLY, "g", "rate"),
        slots=("s",),
    )

    def __init__(self, learning_rate: float, initial_accumulator_value: float = 0.1) -> None:
        super().__init__(learning_rate)
        self._initial = finite(initial_accumulator_value, self.class_name, "initial_accumulator_value")

    @property
    def initial_accumulator_value(self) -> float:
        """The sum to begin with."""
        return self._initial

    def numbers(self) -> dict[str, float]:
        return {"rate": self._learning_rate, "epsilon": EPSILON}

    def first(self, shape: tuple[int, ...]) -> list[Any]:
        return [np.full(shape, self._initial, np.float32)]

    def get_config(self) -> dict[str, Any]:
        return {"learning_rate": self._learning_rate, "initial_accumulator_value": self._initial}


class AdadeltaOptimizer(Ruled):
    """Steps as large as those of late, by gradients as large as those of late (Zeiler 2012). Made by
    `tf.train.adadelta`.

    As in TensorFlow.js, a step is divided by the squares of the gradients before it, and its own not among them.

    Args:
        learning_rate: by what steps are multiplied.
        rho: how much of the running means is kept.
        epsilon: what is added under each root; None is 1e-7.
    """

    class_name = "Adadelta"
    suffixes = ("accum_grad", "accum_var")
    rule = Rule(
        ("t", ADD, "u", "epsilon"),
        ("d", ADD, "s", "epsilon"),
        ("t", DIVIDE, "t", "d"),
        ("t", SQRT, "t"),
        ("t", MULTIPLY, "t", "g"),
        ("s", MULTIPLY, "s", "rho"),
        ("g", MULTIPLY, "g", "g"),
        ("g", MULTIPLY, "g", "rest"),
        ("s", ADD, "s", "g"),
        ("u", MULTIPLY, "u", "rho"),
        ("g", MULTIPLY, "t", "t"),
        ("g", MULTIPLY, "g", "rest"),
        ("u", ADD, "u", "g"),
        ("g", MULTIPLY, "t", "rate"),
        slots=("s", "u"),
    )

    def __init__(self, learning_rate: float, rho: float, epsilon: float | None = None) -> None:
        super().__init__(learning_rate)
        self._rho = finite(rho, self.class_name, "rho")
        self._epsilon = EPSILON if epsilon is None else finite(epsilon, self.class_name, "epsilon")

    @property
    def rho(self) -> float:
        """How much of the running means is kept."""
        return self._rho

    @property
    def epsilon(self) -> float:
        """What is added under each root."""
        return self._epsilon

    def numbers(self) -> dict[str, float]:
        return {"rate": self._learning_rate, "rho": self._rho, "rest": 1 - self._rho, "epsilon": self._epsilon}

    def get_config(self) -> dict[str, Any]:
        return {"learning_rate": self._learning_rate, "rho": self._rho, "epsilon": self._epsilon}


_SQUARES = (
    ("s", MULTIPLY, "s", "decay"),
    ("t", MULTIPLY, "g", "g"),
    ("t", MULTIPLY, "t", "rest"),
    ("s", ADD, "s", "t"),
)
_STEP = (
    ("t", SQRT, "t"),
    ("g", MULTIPLY, "g", "rate"),
    ("g", DIVIDE, "g", "t"),
    ("m", MULTIPLY, "m", "momentum"),
    ("m", ADD, "m", "g"),
)


class RMSPropOptimizer(Ruled):
    """Steps by the root of the mean square of the gradients of late (Hinton 2012). Made by `tf.train.rmsprop`.

    Args:
        learning_rate: how far a step goes.
        decay: how much of the running means is kept.
        momentum: how much of the last step is kept.
        epsilon: what is added under the root; None is 1e-7.
        centered: take the square of the mean gradient off the mean square. As in TensorFlow.js, `epsilon` is taken
            off too; where nothing would be left, `epsilon` stands there.
    """

    class_name = "RMSProp"
    _plain = Rule(*_SQUARES, ("t", ADD, "s", "epsilon"), *_STEP, slots=("s", "m"), result="m")
    _centered = Rule(
        *_SQUARES,
        ("c", MULTIPLY, "c", "decay"),
        ("t", MULTIPLY, "g", "rest"),
        ("c", ADD, "c", "t"),
        ("t", MULTIPLY, "c", "c"),
        ("t", ADD, "t", "epsilon"),
        ("t", SUBTRACT, "s", "t"),
        ("t", POSITIVE_OR, "t", "epsilon"),
        *_STEP,
        slots=("s", "m", "c"),
        result="m",
    )

    def __init__(
        self,
        learning_rate: float,
        decay: float = 0.9,
        momentum: float = 0.0,
        epsilon: float | None = None,
        centered: bool = False,
    ) -> None:
        super().__init__(learning_rate)
        self._decay = finite(decay, self.class_name, "decay")
        self._momentum = finite(momentum, self.class_name, "momentum")
        self._epsilon = EPSILON if epsilon is None else finite(epsilon, self.class_name, "epsilon")
        self._is_centered = bool(centered)
        self.rule = self._centered if centered else self._plain  # type: ignore[misc]
        self.suffixes = ("rms", "momentum", "mg") if centered else ("rms", "momentum")  # type: ignore[misc]

    @property
    def decay(self) -> float:
        """How much of the running means is kept."""
        return self._decay

    @property
    def momentum(self) -> float:
        """How much of the last step is kept."""
        return self._momentum

    @property
    def epsilon(self) -> float:
        """What is added under the root."""
        return self._epsilon

    @property
    def centered(self) -> bool:
        """Whether the square of the mean gradient is taken off."""
        return self._is_centered

    def numbers(self) -> dict[str, float]:
        return {
            "rate": self._learning_rate,
            "decay": self._decay,
            "rest": 1 - self._decay,
            "momentum": self._momentum,
            "epsilon": self._epsilon,
        }

    def get_config(self) -> dict[str, Any]:
        return {
            "learning_rate": self._learning_rate,
            "decay": self._decay,
            "momentum": self._momentum,
            "epsilon": self._epsilon,
            "centered": self._is_centered,
        }
