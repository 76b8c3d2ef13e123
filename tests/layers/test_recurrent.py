"""Recurrent layers against torch, against a loop in NumPy, and against themselves said otherwise."""

from __future__ import annotations

import gc
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tfnb as tf
from tfnb.errors import ArgumentError, ShapeError

TORCH = json.loads((Path(__file__).parents[1] / "vectors" / "torch.json").read_text())
KINDS = ("simple_rnn", "gru", "lstm")
STATES = {"simple_rnn": 1, "gru": 1, "lstm": 2}
RANDOM = np.random.default_rng(7)
X = RANDOM.standard_normal((3, 7, 4)).astype(np.float32)
MASK = np.array([[1, 1, 0, 1, 0, 0, 0], [0, 0, 1, 1, 1, 1, 1], [1, 1, 1, 1, 1, 1, 1]], bool)


def layer_of(kind: str, **arguments: Any) -> Any:
    layer = getattr(tf.layers, kind)(units=5, bias_initializer="random_normal", **arguments)
    if not arguments.get("stateful"):
        layer(tf.tensor(X[:, :2]))
    return layer


def sigmoid(x: np.ndarray) -> np.ndarray:
    return np.asarray(1 / (1 + np.exp(-x)))


def hard_sigmoid(x: np.ndarray) -> np.ndarray:
    return np.asarray(np.clip(0.2 * x + 0.5, 0, 1))


def looped(
    layer: Any, x: np.ndarray, states: list[np.ndarray], mask: np.ndarray | None = None, gate: Any = hard_sigmoid
) -> tuple[np.ndarray, list[np.ndarray]]:
    """The formulas of the papers, one moment after the other, in float64."""
    kind = type(layer).__name__
    kernel, recurrent, bias = (one.numpy().astype(np.float64) for one in layer.get_weights())
    outputs = []
    for moment in range(x.shape[1]):
        old = states
        h = states[0]
        z = x[:, moment] @ kernel
        if kind == "SimpleRNN":
            states = [np.tanh(z + bias + h @ recurrent)]
        elif kind == "GRU" and bias.ndim == 1:
            z, r, proposal = np.split(z + bias, 3, 1)
            u_z, u_r, u_h = np.split(recurrent, 3, 1)
            z, r = gate(z + h @ u_z), gate(r + h @ u_r)
            states = [z * h + (1 - z) * np.tanh(proposal + (r * h) @ u_h)]
        elif kind == "GRU":
            z, r, proposal = np.split(z + bias[0], 3, 1)
            h_z, h_r, h_h = np.split(h @ recurrent + bias[1], 3, 1)
            z, r = gate(z + h_z), gate(r + h_r)
            states = [z * h + (1 - z) * np.tanh(proposal + r * h_h)]
        else:
            i, f, g, o = np.split(z + h @ recurrent + bias, 4, 1)
            c = gate(f) * states[1] + gate(i) * np.tanh(g)
            states = [gate(o) * np.tanh(c), c]
        if mask is not None:
            row = mask[:, moment : moment + 1]
            states = [np.where(row, new, before) for new, before in zip(states, old)]
        outputs.append(states[0])
    return np.stack(outputs, 1), states


def zeros(kind: str, batch: int = 3) -> list[np.ndarray]:
    return [np.zeros((batch, 5)) for _k in range(STATES[kind])]


FORMS = [
    ("simple_rnn", {}),
    *(
        (kind, {"recurrent_activation": gate, **more})
        for gate in ("hard_sigmoid", "sigmoid")
        for kind, more in (("lstm", {}), ("gru", {"reset_after": False}), ("gru", {"reset_after": True}))
    ),
]


@pytest.mark.parametrize(("kind", "arguments"), FORMS, ids=lambda one: str(one))
@pytest.mark.parametrize("masked", [False, True])
def test_the_papers_formulas(kind: str, arguments: dict[str, Any], masked: bool) -> None:
    layer = layer_of(kind, return_sequences=True, return_state=True, **arguments)
    mask = MASK if masked else None
    outputs, *states = layer(tf.tensor(X), mask=tf.tensor(MASK)) if masked else layer(tf.tensor(X))
    gate = sigmoid if arguments.get("recurrent_activation") == "sigmoid" else hard_sigmoid
    wanted, last = looped(layer, X.astype(np.float64), zeros(kind), mask, gate)
    np.testing.assert_allclose(outputs.numpy(), wanted, atol=2e-6)
    for state, one in zip(states, last):
        np.testing.assert_allclose(state.numpy(), one, atol=2e-6)


@pytest.mark.parametrize("told", TORCH["recurrent"], ids=lambda told: told["family"])
def test_torch(told: dict[str, Any]) -> None:
    """tests/vectors/torch_vectors.py: torch's gru resets after the product, and all have sigmoid gates."""
    given = told["given"]
    kind = told["family"].removesuffix("_reset_after")
    arguments: dict[str, Any] = {} if kind == "simple_rnn" else {"recurrent_activation": "sigmoid"}
    if kind == "gru":
        arguments["reset_after"] = True
    layer = getattr(tf.layers, kind)(units=4, return_sequences=True, return_state=True, **arguments)
    x, *states = (tf.tensor(one) for one in (given["x"], *given["states"]))
    layer.apply(x, {"initial_state": states})
    layer.set_weights([tf.tensor(given[name]) for name in ("kernel", "recurrent_kernel", "bias")])
    found = layer.apply(x, {"initial_state": states})
    for value, theirs in zip(found, [told["results"]["sequence"], *told["results"]["states"]], strict=True):
        np.testing.assert_allclose(value.numpy(), np.array(theirs), atol=2e-6)


def general(kind: str, layer: Any, **arguments: Any) -> Any:
    """The same weights in `rnn`, which leads a cell through time step by step."""
    config = {**layer.cell.get_config(), "name": None}
    cell = type(layer.cell).from_config(config)
    other = tf.layers.rnn(cell=cell, return_sequences=True, return_state=True, **arguments)
    other(tf.tensor(X))
    other.set_weights(layer.get_weights())
    return other


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("go_backwards", [False, True])
@pytest.mark.parametrize("activation", ["tanh", "relu", "linear", "softsign", "sigmoid"])
@pytest.mark.parametrize("masked", [False, True])
def test_a_whole_sequence_is_its_steps(kind: str, go_backwards: bool, activation: str, masked: bool) -> None:
    layer = layer_of(kind, return_sequences=True, return_state=True, go_backwards=go_backwards, activation=activation)
    layer.set_weights([one.mul(0.3) for one in layer.get_weights()])
    other = general(kind, layer, go_backwards=go_backwards)
    keywords = {"mask": tf.tensor(MASK)} if masked else {}
    states = [tf.tensor(RANDOM.standard_normal((3, 5)) * 0.3) for _k in range(STATES[kind])]
    found = layer(tf.tensor(X), initial_state=states, **keywords)
    wanted = other(tf.tensor(X), initial_state=states, **keywords)
    for one, two in zip(found, wanted):
        np.testing.assert_allclose(one.numpy(), two.numpy(), atol=3e-6)


@pytest.mark.parametrize("kind", KINDS)
def test_gradients_of_a_whole_sequence_are_those_of_its_steps(kind: str) -> None:
    layer = layer_of(kind, return_sequences=True)
    other = general(kind, layer)
    slope = tf.tensor(RANDOM.standard_normal((3, 7, 5)))
    found = tf.variable_grads(lambda: layer(tf.tensor(X)).mul(slope).sum(), layer.weights)
    wanted = tf.variable_grads(lambda: other(tf.tensor(X))[0].mul(slope).sum(), other.weights)
    for one, two in zip(layer.weights, other.weights):
        a, b = found.grads[one.name].numpy(), wanted.grads[two.name].numpy()
        np.testing.assert_allclose(a, b, atol=1e-5 * np.abs(b).max())


@pytest.mark.parametrize("kind", KINDS)
def test_backwards_is_forwards_on_the_reversed_sequence(kind: str) -> None:
    layer = layer_of(kind, return_sequences=True)
    back = layer_of(kind, return_sequences=True, go_backwards=True)
    back.set_weights(layer.get_weights())
    wanted = layer(tf.tensor(X[:, ::-1].copy())).numpy()
    np.testing.assert_allclose(back(tf.tensor(X)).numpy(), wanted, atol=1e-6)


@pytest.mark.parametrize("kind", KINDS)
def test_dropout_takes_the_same_inputs_away_in_all_steps(kind: str) -> None:
    dropped = tf.tensor(np.array([[2, 0, 2, 2], [0, 0, 2, 2], [2, 2, 2, 0]], np.float32))
    layer = layer_of(kind, return_sequences=True, dropout=0.5, dropout_func=lambda ones, rate: ones.mul(dropped))
    plain = layer_of(kind, return_sequences=True)
    plain.set_weights(layer.get_weights())
    wanted = plain(tf.tensor(X).mul(dropped.expand_dims(1))).numpy()
    np.testing.assert_allclose(layer(tf.tensor(X), training=True).numpy(), wanted, atol=1e-6)
    np.testing.assert_allclose(layer(tf.tensor(X)).numpy(), plain(tf.tensor(X)).numpy(), atol=1e-6)


@pytest.mark.parametrize("kind", KINDS)
def test_recurrent_dropout_takes_the_same_states_away_in_all_steps(kind: str) -> None:
    dropped = tf.tensor(RANDOM.integers(0, 2, (3, 5)).astype(np.float32) * 2)
    layer = layer_of(
        kind, return_sequences=True, recurrent_dropout=0.5, dropout_func=lambda ones, rate: ones.mul(dropped)
    )
    other = general(kind, layer)
    other.cell.dropout_func = layer.cell.dropout_func
    found = layer(tf.tensor(X), training=True).numpy()
    np.testing.assert_allclose(found, other(tf.tensor(X), training=True)[0].numpy(), atol=1e-6)
    assert np.abs(found - layer(tf.tensor(X)).numpy()).max() > 1e-3


@pytest.mark.parametrize("kind", KINDS)
def test_dropout_draws_anew_for_each_sequence_and_leaves_nothing(kind: str) -> None:
    layer = layer_of(kind, dropout=0.5, recurrent_dropout=0.5)
    x = tf.tensor(X)
    gc.collect()
    before = tf.memory().num_tensors
    first, second = layer(x, training=True), layer(x, training=True)
    assert not np.array_equal(first.numpy(), second.numpy())
    del first, second
    assert tf.memory().num_tensors == before


@pytest.mark.parametrize("kind", KINDS)
def test_a_stateful_layer_goes_on_where_it_stopped(kind: str) -> None:
    layer = layer_of(kind, stateful=True, batch_input_shape=[3, None, 4], return_sequences=True)
    model = tf.Sequential([layer])
    plain = layer_of(kind, return_sequences=True)
    plain.set_weights(model.get_weights())
    wanted = plain(tf.tensor(X)).numpy()
    with tf.scope():
        first = model(tf.tensor(X[:, :3])).numpy()
        second = model(tf.tensor(X[:, 3:])).numpy()
    np.testing.assert_allclose(np.concatenate([first, second], 1), wanted, atol=1e-6)
    model.reset_states()
    np.testing.assert_allclose(model(tf.tensor(X)).numpy(), wanted, atol=1e-6)
    assert model.stateful
    assert [state.shape for state in layer.states] == [(3, 5)] * STATES[kind]


def test_a_stateful_layer_leaves_nothing() -> None:
    layer = tf.layers.lstm(units=5, stateful=True, batch_input_shape=[3, None, 4])
    gc.collect()
    before = tf.memory().num_tensors
    model = tf.Sequential([layer])
    for _k in range(3):
        with tf.scope():
            model(tf.tensor(X))
    model.dispose()
    assert tf.memory().num_tensors == before


@pytest.mark.parametrize("kind", KINDS)
def test_states_to_begin_with(kind: str) -> None:
    layer = layer_of(kind, return_sequences=True)
    states = [RANDOM.standard_normal((3, 5)) for _k in range(STATES[kind])]
    wanted, _last = looped(layer, X.astype(np.float64), states)
    tensors = [tf.tensor(state) for state in states]
    np.testing.assert_allclose(layer(tf.tensor(X), initial_state=tensors).numpy(), wanted, atol=2e-6)
    np.testing.assert_allclose(layer([tf.tensor(X), *tensors]).numpy(), wanted, atol=2e-6)


def test_stacked_cells_are_layers_on_each_other() -> None:
    stacked = tf.layers.rnn(cell=[tf.layers.gru_cell(units=5), tf.layers.lstm_cell(units=3)], return_sequences=True)
    stacked(tf.tensor(X))
    first, second = tf.layers.gru(units=5, return_sequences=True), tf.layers.lstm(units=3, return_sequences=True)
    second(first(tf.tensor(X)))
    weights = stacked.get_weights()
    first.set_weights(weights[:3])
    second.set_weights(weights[3:])
    wanted = second(first(tf.tensor(X))).numpy()
    np.testing.assert_allclose(stacked(tf.tensor(X)).numpy(), wanted, atol=1e-6)


def test_states_of_stacked_cells_come_last_cell_first() -> None:
    layer = tf.layers.rnn(cell=[tf.layers.gru_cell(units=5), tf.layers.lstm_cell(units=3)], return_state=True)
    assert [one.shape for one in layer(tf.tensor(X))] == [(3, 3), (3, 3), (3, 3), (3, 5)]


def test_a_cell_of_your_own() -> None:
    class Summing(tf.layers.RNNCell):
        state_size = 4

        def call(self, inputs: Any, *, training: bool = False, mask: Any = None) -> Any:
            x, total = inputs
            return [total.add(x), total.add(x)]

    layer = tf.layers.rnn(cell=Summing(), return_sequences=True)
    np.testing.assert_allclose(layer(tf.tensor(X)).numpy(), X.cumsum(1), atol=1e-5)


def test_the_forget_gate_begins_at_one_if_wished() -> None:
    layer = tf.layers.lstm(units=2, unit_forget_bias=True)
    layer(tf.tensor(X))
    assert layer.get_weights()[2].array_sync() == [0, 0, 1, 1, 0, 0, 0, 0]


@pytest.mark.parametrize("kind", KINDS)
def test_prices_on_the_weights_are_the_layers(kind: str) -> None:
    layer = layer_of(kind, kernel_regularizer="l2", recurrent_regularizer="l1", bias_regularizer="l2")
    kernel, recurrent, bias = (one.numpy().astype(np.float64) for one in layer.get_weights())
    wanted = [0.01 * (kernel**2).sum(), 0.01 * np.abs(recurrent).sum(), 0.01 * (bias**2).sum()]
    assert [float(one) for one in layer.calculate_losses()] == [pytest.approx(one, rel=1e-5) for one in wanted]


@pytest.mark.parametrize("kind", KINDS)
def test_constraints_are_the_layers(kind: str) -> None:
    layer = layer_of(kind, kernel_constraint="non_neg", recurrent_constraint="unit_norm", bias_constraint="max_norm")
    assert [type(one).__name__ for _weight, one in layer.constraints] == ["NonNeg", "UnitNorm", "MaxNorm"]


def test_a_cell_that_another_layer_uses_stays_whole_when_this_one_fails() -> None:
    cell = tf.layers.gru_cell(units=3)
    first = tf.layers.rnn(cell=cell)
    first(tf.ones([1, 2, 4]))
    with pytest.raises(ArgumentError):
        tf.layers.rnn(cell=cell, weights=[tf.ones([1])])(tf.ones([1, 2, 4]))
    assert first(tf.ones([1, 2, 4])).shape == (1, 3)


@pytest.mark.parametrize("mode", ["concat", "sum", "ave", "mul"])
@pytest.mark.parametrize("sequences", [False, True])
def test_both_ways_are_joined(mode: str, sequences: bool) -> None:
    layer = tf.layers.bidirectional(layer=tf.layers.lstm(units=5, return_sequences=sequences), merge_mode=mode)
    layer(tf.tensor(X))
    there = tf.layers.lstm(units=5, return_sequences=sequences)
    back = tf.layers.lstm(units=5, return_sequences=sequences, go_backwards=True)
    for one, weights in ((there, layer.get_weights()[:3]), (back, layer.get_weights()[3:])):
        one(tf.tensor(X))
        one.set_weights(weights)
    y, z = there(tf.tensor(X)).numpy(), back(tf.tensor(X)).numpy()
    z = z[:, ::-1] if sequences else z
    wanted = {"concat": np.concatenate([y, z], -1), "sum": y + z, "ave": (y + z) / 2, "mul": y * z}[mode]
    np.testing.assert_allclose(layer(tf.tensor(X)).numpy(), wanted, atol=1e-6)


def test_both_ways_begin_with_states_of_their_own() -> None:
    layer = tf.layers.bidirectional(layer=tf.layers.gru(units=5, return_state=True))
    states = [tf.ones([3, 5]), tf.zeros([3, 5])]
    output, *after = layer(tf.tensor(X), initial_state=states)
    assert output.shape == (3, 10)
    assert [one.shape for one in after] == [(3, 5), (3, 5)]
    assert not np.allclose(output.numpy(), layer(tf.tensor(X))[0].numpy())


def test_time_distributed_is_its_layer_on_each_moment() -> None:
    inner = tf.layers.dense(units=2, activation="tanh")
    layer = tf.layers.time_distributed(layer=inner)
    found = layer(tf.tensor(X)).numpy()
    for moment in range(X.shape[1]):
        np.testing.assert_allclose(found[:, moment], inner(tf.tensor(X[:, moment])).numpy(), atol=1e-6)
    assert [one.original_name.split("/")[-1] for one in layer.weights] == ["kernel", "bias"]


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: tf.layers.lstm(units=0), ArgumentError, "units"),
        (lambda: tf.layers.gru(units=3)(tf.ones([2, 4])), ShapeError, "[None, None, None]"),
        (lambda: tf.layers.gru(units=3)(tf.ones([2, 0, 4])), ShapeError, "moments"),
        (lambda: tf.layers.rnn(cell=3), ArgumentError, "cell"),
        (lambda: tf.layers.rnn(cell=[]), ArgumentError, "cells"),
        (lambda: tf.layers.lstm(units=3)([tf.ones([2, 5, 4]), tf.ones([2, 3])]), ArgumentError, "wanted 2 states"),
        (lambda: tf.layers.gru(units=3)([tf.ones([2, 5, 4]), tf.ones([2, 4])]), ShapeError, "[None, 3]"),
        (lambda: tf.layers.gru(units=3)([tf.ones([2, 5, 4]), tf.ones([1, 3])]), ShapeError, "samples"),
        (lambda: tf.layers.gru(units=3).reset_states(), ArgumentError, "stateful=True"),
        (lambda: tf.sequential([tf.layers.gru(units=3, stateful=True, input_shape=[5, 4])]), ArgumentError, "batch"),
        (lambda: tf.layers.bidirectional(layer=tf.layers.dense(units=3)), ArgumentError, "recurrent"),
        (lambda: tf.layers.bidirectional(layer=tf.layers.gru(units=3), merge_mode="mean"), ArgumentError, "concat"),
        (lambda: tf.layers.time_distributed(layer=tf.layers.dense(units=3))(tf.ones([2, 3])), ShapeError, "[2, 3]"),
        (lambda: tf.layers.simple_rnn_cell(units=3)([tf.ones([2, 3])] * 3), ArgumentError, "wanted"),
    ],
)
def test_bad_input_leaves_nothing(call: Any, error: type[Exception], words: str) -> None:
    gc.collect()
    before = tf.memory()
    with pytest.raises(error) as caught:
        call()
    assert words in str(caught.value)
    del caught
    assert (tf.memory().num_tensors, tf.memory().num_bytes) == (before.num_tensors, before.num_bytes)
