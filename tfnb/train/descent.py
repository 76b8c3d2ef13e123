"""Plain descent, and descent with momentum."""

from __future__ import annotations

from typing import Any

from tfnb.train.optimizer import finite
from tfnb.train.rule import ADD, MULTIPLY, Rule
from tfnb.train.ruled import Ruled


class SGDOptimizer(Ruled):
    """Stochastic gradient descent: a variable moves against its gradient. Made by `tf.train.sgd`.

    Args:
        learning_rate: how far, times the gradient.
    """

    class_name = "SGD"
    rule = Rule(("g", MULTIPLY, "g", "rate"))

    def __init__(self, learning_rate: float) -> None:
        super().__init__(learning_rate)

    def set_learning_rate(self, learning_rate: float) -> None:
        """Set how far a step goes: `optimizer.learning_rate = …`.

        Args:
            learning_rate: a number.
        """
        self.learning_rate = learning_rate

    def numbers(self) -> dict[str, float]:
        return {"rate": self._learning_rate}


_HEAVY = (("a", MULTIPLY, "a", "momentum"), ("a", ADD, "a", "g"))


class MomentumOptimizer(SGDOptimizer):
    """Descent that keeps some of its last step, as a heavy ball does (Polyak 1964). Made by `tf.train.momentum`.

    Args:
        learning_rate: how far, times the gathered gradients.
        momentum: how much of what was gathered is kept, from 0 to below 1 as a rule.
        use_nesterov: look ahead by the momentum before the step (Sutskever et al. 2013).
    """

    class_name = "Momentum"
    suffixes = ("momentum",)
    _plain = Rule(*_HEAVY, ("g", MULTIPLY, "a", "rate"), slots=("a",))
    _nesterov = Rule(
        *_HEAVY,
        ("t", MULTIPLY, "a", "momentum"),
        ("g", ADD, "g", "t"),
        ("g", MULTIPLY, "g", "rate"),
        slots=("a",),
    )

    def __init__(self, learning_rate: float, momentum: float, use_nesterov: bool = False) -> None:
        super().__init__(learning_rate)
        self.set_momentum(momentum)
        self._use_nesterov = bool(use_nesterov)
        self.rule = self._nesterov if use_nesterov else self._plain  # type: ignore[misc]

    @property
    def momentum(self) -> float:
        """How much of what was gathered is kept."""
        return self._momentum

    @property
    def use_nesterov(self) -> bool:
        """Whether it looks ahead."""
        return self._use_nesterov

    def set_momentum(self, momentum: float) -> None:
        """Set how much of what was gathered is kept.

        Args:
            momentum: a number.
        """
        self._momentum = finite(momentum, self.class_name, "momentum")

    def numbers(self) -> dict[str, float]:
        return {"rate": self._learning_rate, "momentum": self._momentum}

    def get_config(self) -> dict[str, Any]:
        return {
            "learning_rate": self._learning_rate,
            "momentum": self._momentum,
            "use_nesterov": self._use_nesterov,
        }
