"""Regularizers: a price on large weights, added to the loss (section Regularizers)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tfnb.regularizers.norms import L1L2, Regularizer, l1, l2
from tfnb.serialization.construction import maker
from tfnb.serialization.registry import REGISTRY, deserialize, serialize

__all__ = ["L1L2", "Regularizer", "get", "l1", "l1l2", "l2", "serialize"]

REGISTRY.enter(L1L2, "L1L2")

l1l2 = maker(L1L2, "l1l2")


def get(identifier: str | Mapping[str, Any] | Regularizer | None) -> Regularizer | None:
    """The regularizer that a name ('l1l2', 'l2') or a configuration stands for; None for None.

    Errors:
        ArgumentError: an unknown name; the message proposes the nearest. ArgumentTypeError: neither.

    Example:
        >>> get("l1l2").get_config()
        {'l1': 0.01, 'l2': 0.01}
    """
    if identifier is None or isinstance(identifier, Regularizer):
        return identifier
    if isinstance(identifier, str) and identifier.lower() in ("l1", "l2"):
        return l1() if identifier.lower() == "l1" else l2()
    if isinstance(identifier, Mapping) and identifier.get("class_name") in ("L1", "L2"):  # as newer Keras writes them
        config = identifier.get("config") or {}
        return L1L2(config.get("l1", 0), config.get("l2", 0))
    return deserialize(identifier, Regularizer, "regularizer")
