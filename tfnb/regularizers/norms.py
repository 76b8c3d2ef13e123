"""The price on a weight's size: the sum of its values without their signs (l1), or of their squares (l2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tfnb.ops import basic_math, creation, reduction
from tfnb.ops.arguments import real_number
from tfnb.serialization.construction import keywords_of


class Regularizer:
    """A price on a weight, added to the loss. Derive from it and write `apply`."""

    class_name: str = "Regularizer"

    def __init_subclass__(cls, **keywords: Any) -> None:
        super().__init_subclass__(**keywords)
        if "class_name" not in cls.__dict__:
            cls.class_name = cls.__name__

    def apply(self, x: Any) -> Any:
        """The price of a weight.

        Args:
            x: the weight.

        Returns:
            Tensor: a scalar.
        """
        raise NotImplementedError

    def __call__(self, x: Any) -> Any:
        return self.apply(x)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this regularizer again."""
        return {}

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Regularizer:
        """The regularizer of these arguments."""
        return cls(**keywords_of(cls, config))


class L1L2(Regularizer):
    """`l1` times the sum of the weight's absolute values plus `l2` times the sum of its squares.

    Args:
        l1: the first factor.
        l2: the second.

    Example:
        >>> import tfnb as tf
        >>> float(tf.regularizers.l1l2(l1=1, l2=2).apply(tf.tensor([3, -4])))
        57.0
    """

    def __init__(self, l1: float | None = 0.01, l2: float | None = 0.01) -> None:
        self.l1 = real_number(0.01 if l1 is None else l1, "l1l2", "l1")
        self.l2 = real_number(0.01 if l2 is None else l2, "l1l2", "l2")

    def apply(self, x: Any) -> Any:
        price = None
        if self.l1:
            price = reduction.sum(basic_math.abs(x)).mul(self.l1)
        if self.l2:
            squares = reduction.sum(basic_math.square(x)).mul(self.l2)
            price = squares if price is None else price.add(squares)
        return creation.scalar(0) if price is None else price

    def get_config(self) -> dict[str, Any]:
        return {"l1": self.l1, "l2": self.l2}


def l1(l1: float = 0.01) -> L1L2:
    """`l1` times the sum of the weight's absolute values: it drives small values to 0.

    Args:
        l1: the factor.

    Example:
        >>> import tfnb as tf
        >>> float(tf.regularizers.l1(l1=1).apply(tf.tensor([3, -4])))
        7.0
    """
    return L1L2(l1=l1, l2=0)


def l2(l2: float = 0.01) -> L1L2:
    """`l2` times the sum of the weight's squares: it keeps all values small.

    Args:
        l2: the factor.

    Example:
        >>> import tfnb as tf
        >>> float(tf.regularizers.l2(l2=1).apply(tf.tensor([3, -4])))
        25.0
    """
    return L1L2(l1=0, l2=l2)
