"""Gradients of layers, by their weights and by their inputs, against finite differences in a random direction."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tfnb as tf

CASES = [
    case
    for case in json.loads((Path(__file__).parent.parent / "vectors" / "layers.json").read_text())
    if "relu" not in case["name"]  # a kink in the way of a difference says nothing
]
RANDOM = np.random.default_rng(11)
STEP = 1e-2


def tensor(coded: dict[str, Any]) -> tf.Tensor:
    return tf.tensor(np.array(coded["values"], np.float64).reshape(coded["shape"]), dtype=coded["dtype"])


def model_of(case: dict[str, Any]) -> tf.LayersModel:
    kind = {"Model": tf.LayersModel, "Sequential": tf.Sequential}[case["topology"]["class_name"]]
    model = kind.from_config(case["topology"]["config"])
    # Small weights keep hard sigmoids away from their kinks.
    model.load_weights({name: tensor(value).mul(0.3) for name, value in case["weights"].items()})
    return model


@pytest.mark.parametrize("case", [case for case in CASES if case["weights"]], ids=lambda case: case["name"])
def test_by_the_weights(case: dict[str, Any]) -> None:
    model = model_of(case)
    inputs = [tensor(one) for one in case["inputs"]]
    slopes = [tf.tensor(RANDOM.standard_normal(one["shape"])) for one in case["outputs"]]

    def loss() -> Any:
        outputs = model.call_functional(inputs, False)
        return tf.add_n([output.mul(slope).sum() for output, slope in zip(outputs, slopes)])

    weights = model.trainable_weights
    found = tf.variable_grads(loss, weights)
    directions = [RANDOM.standard_normal(one.shape) for one in weights]
    size = np.sqrt(sum((one**2).sum() for one in directions))
    directions = [one / size for one in directions]
    slope = sum(float((found.grads[one.name].numpy() * way).sum()) for one, way in zip(weights, directions))
    start = [one.numpy().astype(np.float64) for one in weights]
    ends = []
    for sign in (1, -1):
        for weight, value, way in zip(weights, start, directions):
            weight.assign(tf.tensor(value + sign * STEP * way))
        ends.append(float(loss()))
    wanted = (ends[0] - ends[1]) / (2 * STEP)
    length = np.sqrt(sum(float((found.grads[one.name].numpy() ** 2).sum()) for one in weights))
    assert slope == pytest.approx(wanted, abs=2e-3 * max(length, 1))


@pytest.mark.parametrize(
    "make",
    [
        lambda: tf.layers.dense(units=3, activation="tanh"),
        lambda: tf.layers.simple_rnn(units=3),
        lambda: tf.layers.gru(units=3, recurrent_activation="sigmoid"),
        lambda: tf.layers.gru(units=3, recurrent_activation="sigmoid", reset_after=True),
        lambda: tf.layers.lstm(units=3, recurrent_activation="sigmoid", return_sequences=True),
        lambda: tf.layers.bidirectional(layer=tf.layers.gru(units=2, recurrent_activation="sigmoid")),
        lambda: tf.layers.rnn(cell=[tf.layers.lstm_cell(units=2), tf.layers.gru_cell(units=2)]),
        lambda: tf.layers.time_distributed(layer=tf.layers.dense(units=2, activation="sigmoid")),
    ],
)
def test_by_the_inputs_in_two_orders(make: Any) -> None:
    layer = make()
    x = RANDOM.standard_normal((2, 4, 3)) * 0.5
    layer(tf.tensor(x))
    way = RANDOM.standard_normal(x.shape)
    way /= np.sqrt((way**2).sum())

    def f(values: Any) -> Any:
        return layer(values).square().sum()

    def along(values: Any) -> Any:
        return tf.grad(f)(values).mul(tf.tensor(way)).sum()

    ahead, back = tf.tensor(x + STEP * way), tf.tensor(x - STEP * way)
    first = (float(f(ahead)) - float(f(back))) / (2 * STEP)
    assert float(along(tf.tensor(x))) == pytest.approx(first, abs=2e-3)
    second = (float(along(ahead)) - float(along(back))) / (2 * STEP)
    assert float(tf.grad(along)(tf.tensor(x)).mul(tf.tensor(way)).sum()) == pytest.approx(second, abs=5e-3)


def test_a_gradient_leaves_nothing() -> None:
    layer = tf.layers.lstm(units=3, dropout=0.5, recurrent_dropout=0.5)
    x = tf.ones([2, 4, 3])
    layer(x)
    before = tf.memory().num_tensors
    for _k in range(3):
        found = tf.variable_grads(lambda: layer(x, training=True).sum(), layer.weights)
    assert tf.memory().num_tensors == before + 4
    del found
    assert tf.memory().num_tensors == before
