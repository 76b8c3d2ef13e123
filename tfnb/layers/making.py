"""The public function of a layer: `tf.layers.dense(units=4)` makes a Dense, which files may name from then on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tfnb.layers.base import Layer
from tfnb.serialization.construction import maker, on_lists
from tfnb.serialization.registry import REGISTRY


def layer_function(cls: type[Layer], name: str, *, takes_lists: bool = False) -> Callable[..., Any]:
    """The function that makes a layer of this class, whose name files may give from now on.

    Args:
        cls: the layer.
        name: of the function.
        takes_lists: whether the function also takes the tensors at once, as `tf.layers.add([a, b])` does.
    """
    REGISTRY.enter(cls, cls.class_name)
    make = maker(cls, name)
    return on_lists(make) if takes_lists else make
