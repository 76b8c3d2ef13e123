"""Layers: the building blocks of models (sections Layers / …).

Each file says in its `__all__` what is public of it: a layer added to a file is here by itself.
"""

# ruff: noqa: F403
from __future__ import annotations

from collections.abc import Mapping as _Mapping
from typing import Any as _Any

from tfnb.layers.activation import *
from tfnb.layers.base import Layer
from tfnb.layers.dense import *
from tfnb.layers.dropout import *
from tfnb.layers.embedding import *
from tfnb.layers.input_layer import *
from tfnb.layers.input_spec import InputSpec as InputSpec
from tfnb.layers.masking import *
from tfnb.layers.merging import *
from tfnb.layers.recurrent.cell import RNNCell as RNNCell
from tfnb.layers.recurrent.gru import *
from tfnb.layers.recurrent.lstm import *
from tfnb.layers.recurrent.rnn import *
from tfnb.layers.recurrent.simple_rnn import *
from tfnb.layers.recurrent.stacked import *
from tfnb.layers.reshaping import *
from tfnb.layers.wrappers.bidirectional import *
from tfnb.layers.wrappers.time_distributed import *
from tfnb.serialization.registry import deserialize as _deserialize
from tfnb.serialization.registry import serialize as serialize


def deserialize(config: _Mapping[str, _Any], custom_objects: _Mapping[str, type] | None = None) -> Layer:
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


def __dir__() -> list[str]:
    """What a reader may want to complete: layers, their classes, and nothing of how they are made."""
    return sorted(name for name, value in globals().items() if not name.startswith("_") and callable(value))
