"""Layers: the building blocks of models (sections Layers / …)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tfnb.layers.activation import Activation
from tfnb.layers.base import Layer
from tfnb.layers.dense import Dense
from tfnb.layers.dropout import Dropout, SpatialDropout1D
from tfnb.layers.embedding import Embedding
from tfnb.layers.input_layer import InputLayer, input
from tfnb.layers.input_spec import InputSpec
from tfnb.layers.masking import Masking
from tfnb.layers.merging import Add, Average, Concatenate, Dot, Maximum, Merge, Minimum, Multiply
from tfnb.layers.recurrent import (
    GRU,
    LSTM,
    RNN,
    GRUCell,
    LSTMCell,
    RNNCell,
    SimpleRNN,
    SimpleRNNCell,
    StackedRNNCells,
)
from tfnb.layers.reshaping import Flatten, Permute, RepeatVector, Reshape
from tfnb.layers.wrappers import Bidirectional, TimeDistributed
from tfnb.serialization.construction import maker, on_lists
from tfnb.serialization.registry import REGISTRY, serialize
from tfnb.serialization.registry import deserialize as _deserialize

__all__ = [
    "GRU",
    "LSTM",
    "RNN",
    "Activation",
    "Add",
    "Average",
    "Bidirectional",
    "Concatenate",
    "Dense",
    "Dot",
    "Dropout",
    "Embedding",
    "Flatten",
    "GRUCell",
    "InputLayer",
    "InputSpec",
    "LSTMCell",
    "Layer",
    "Masking",
    "Maximum",
    "Merge",
    "Minimum",
    "Multiply",
    "Permute",
    "RNNCell",
    "RepeatVector",
    "Reshape",
    "SimpleRNN",
    "SimpleRNNCell",
    "SpatialDropout1D",
    "StackedRNNCells",
    "TimeDistributed",
    "activation",
    "add",
    "average",
    "bidirectional",
    "concatenate",
    "dense",
    "deserialize",
    "dot",
    "dropout",
    "embedding",
    "flatten",
    "gru",
    "gru_cell",
    "input",
    "input_layer",
    "lstm",
    "lstm_cell",
    "masking",
    "maximum",
    "minimum",
    "multiply",
    "permute",
    "repeat_vector",
    "reshape",
    "rnn",
    "serialize",
    "simple_rnn",
    "simple_rnn_cell",
    "spatial_dropout1d",
    "stacked_rnn_cells",
    "time_distributed",
]  # fmt: skip

for _class in (
    Activation, Add, Average, Bidirectional, Concatenate, Dense, Dot, Dropout, Embedding, Flatten, GRU, GRUCell,
    InputLayer, LSTM, LSTMCell, Masking, Maximum, Minimum, Multiply, Permute, RNN, RepeatVector, Reshape, SimpleRNN,
    SimpleRNNCell, SpatialDropout1D, StackedRNNCells, TimeDistributed,
):  # fmt: skip
    REGISTRY.enter(_class, _class.class_name)

activation = maker(Activation, "activation")
add = on_lists(maker(Add, "add"))
average = on_lists(maker(Average, "average"))
bidirectional = maker(Bidirectional, "bidirectional")
concatenate = on_lists(maker(Concatenate, "concatenate"))
dense = maker(Dense, "dense")
dot = maker(Dot, "dot")
dropout = maker(Dropout, "dropout")
embedding = maker(Embedding, "embedding")
flatten = maker(Flatten, "flatten")
gru = maker(GRU, "gru")
gru_cell = maker(GRUCell, "gru_cell")
input_layer = maker(InputLayer, "input_layer")
lstm = maker(LSTM, "lstm")
lstm_cell = maker(LSTMCell, "lstm_cell")
masking = maker(Masking, "masking")
maximum = on_lists(maker(Maximum, "maximum"))
minimum = on_lists(maker(Minimum, "minimum"))
multiply = on_lists(maker(Multiply, "multiply"))
permute = maker(Permute, "permute")
repeat_vector = maker(RepeatVector, "repeat_vector")
reshape = maker(Reshape, "reshape")
rnn = maker(RNN, "rnn")
simple_rnn = maker(SimpleRNN, "simple_rnn")
simple_rnn_cell = maker(SimpleRNNCell, "simple_rnn_cell")
spatial_dropout1d = maker(SpatialDropout1D, "spatial_dropout1d")
stacked_rnn_cells = maker(StackedRNNCells, "stacked_rnn_cells")
time_distributed = maker(TimeDistributed, "time_distributed")


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
