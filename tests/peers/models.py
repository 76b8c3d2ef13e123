"""The models that both libraries open, save and train: of each family one, with its data.

TensorFlow.js leaves the price of a regularizer out where the weight is a recurrent cell's; here it counts, as in Keras.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

import tfnb as tf

Array = Any
BATCH = 8


def _dense() -> Any:
    return tf.sequential(
        [tf.layers.dense(units=7, activation="relu", input_shape=[5]), tf.layers.dense(units=3, activation="softmax")]
    )


def _recurrent(layer: Callable[..., Any], **arguments: Any) -> Callable[[], Any]:
    def make() -> Any:
        return tf.sequential(
            [layer(units=6, input_shape=[9, 4], **arguments), tf.layers.dense(units=3, activation="softmax")]
        )

    return make


def _bidirectional() -> Any:
    inner = tf.layers.lstm(units=4, return_sequences=True)
    return tf.sequential(
        [
            tf.layers.bidirectional(layer=inner, merge_mode="concat", input_shape=[9, 4]),
            tf.layers.gru(units=3),
            tf.layers.dense(units=3, activation="softmax"),
        ]
    )


def _embedding() -> Any:
    return tf.sequential(
        [
            tf.layers.embedding(input_dim=12, output_dim=4, input_length=9, mask_zero=True),
            tf.layers.simple_rnn(units=5),
            tf.layers.dense(units=3, activation="softmax"),
        ]
    )


def _graph() -> Any:
    first, second = tf.input(shape=[5]), tf.input(shape=[9, 4])
    one = tf.layers.dense(units=4, activation="tanh").apply(first)
    other = tf.layers.time_distributed(layer=tf.layers.dense(units=2)).apply(second)
    both = tf.layers.concatenate().apply([one, tf.layers.flatten().apply(other)])
    return tf.model(inputs=[first, second], outputs=tf.layers.dense(units=3, activation="softmax").apply(both))


MODELS: dict[str, Callable[[], Any]] = {
    "dense": _dense,
    "simple_rnn": _recurrent(tf.layers.simple_rnn, recurrent_initializer="GlorotNormal"),
    "gru": _recurrent(tf.layers.gru),
    "lstm": _recurrent(tf.layers.lstm),
    "lstm_options": _recurrent(
        tf.layers.lstm,
        go_backwards=True,
        use_bias=False,
        activation="relu",
        recurrent_activation="sigmoid",
        kernel_constraint="maxNorm",
        recurrent_initializer="glorotUniform",
    ),
    "bidirectional": _bidirectional,
    "embedding": _embedding,
    "graph": _graph,
}


def inputs_of(name: str, random: np.random.Generator) -> list[Array]:
    """A batch for each input of a model."""
    if name == "embedding":
        tokens = random.integers(1, 12, (BATCH, 9))
        tokens[:, 6:] *= random.integers(0, 2, (BATCH, 1))
        return [tokens.astype(np.float32)]
    vectors = random.normal(size=(BATCH, 5)).astype(np.float32)
    sequences = random.normal(size=(BATCH, 9, 4)).astype(np.float32)
    return {"dense": [vectors], "graph": [vectors, sequences]}.get(name, [sequences])


def labels_of(random: np.random.Generator) -> Array:
    return np.eye(3, dtype=np.float32)[random.integers(0, 3, BATCH)]
