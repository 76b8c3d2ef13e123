"""Layers: the building blocks of models (sections Layers / …)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tfnb.layers.activation import Activation
from tfnb.layers.base import Layer
from tfnb.layers.dense import Dense
from tfnb.layers.input_layer import InputLayer, input
from tfnb.layers.input_spec import InputSpec
from tfnb.serialization.construction import maker
from tfnb.serialization.registry import REGISTRY, serialize
from tfnb.serialization.registry import deserialize as _deserialize

__all__ = [
    "Activation", "Dense", "InputLayer", "InputSpec", "Layer", "activation", "dense", "deserialize", "input",
    "input_layer", "serialize",
]  # fmt: skip

for _class in (Activation, Dense, InputLayer):
    REGISTRY.enter(_class, _class.class_name)

activation = maker(Activation, "activation")
dense = maker(Dense, "dense")
input_layer = maker(InputLayer, "input_layer")


def deserialize(config: Mapping[str, Any], custom_objects: Mapping[str, type] | None = None) -> Layer:
    """The layer of a configuration, with first weights of its own.

    Args:
        config: `{'class_name': …, 'config': …}`, as `serialize` gives it and model.json has it.
        custom_objects: classes by name that count before the registered ones.

    Errors:
        ArgumentError: a class that is not known; register it with `tf.serialization.register_class`.

    Example:
        >>> import tfnb as tf
        >>> tf.layers.deserialize({"class_name": "Dense", "config": {"units": 2}}).units
        2
    """
    return _deserialize(config, Layer, "layer", custom_objects)
