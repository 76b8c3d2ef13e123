"""Sequential: layers are added and taken away, and an addition that fails changes nothing."""

from __future__ import annotations

import gc
from typing import Any

import numpy as np
import pytest

import tfnb as tf
from tfnb.errors import ArgumentError, ArgumentTypeError, ShapeError

L = tf.layers


@pytest.fixture(autouse=True)
def collected() -> None:
    gc.collect()


def ones(units: int, **more: Any) -> Any:
    return L.dense(units=units, kernel_initializer="ones", **more)


def test_layers_one_after_the_other() -> None:
    model = tf.sequential()
    model.add(ones(2, input_shape=[3]))
    model.add(ones(1))
    assert model(tf.tensor([[1, 2, 3]])).array_sync() == [[12]]
    assert [layer.class_name for layer in model.layers] == ["Dense", "Dense"]
    assert (model.input_shape, model.output_shape) == ((None, 3), (None, 1))


def test_layers_in_a_list() -> None:
    assert tf.sequential(layers=[ones(2, input_shape=[3]), ones(1)]).count_params() == 11
    assert tf.sequential(ones(2, input_shape=[3])).count_params() == 8


def test_an_input_layer_first() -> None:
    model = tf.sequential([L.input_layer(input_shape=[3]), ones(1)])
    assert model(tf.ones([1, 3])).array_sync() == [[3]]


def test_a_model_first() -> None:
    model = tf.sequential([tf.sequential([ones(2, input_shape=[3])]), ones(1)])
    assert model(tf.ones([1, 3])).array_sync() == [[6]]
    assert len(model.weights) == 4


def test_layers_are_added_after_use() -> None:
    model = tf.sequential([ones(2, input_shape=[3])])
    assert model(tf.ones([1, 3])).shape == (1, 2)
    model.add(ones(1))
    assert model(tf.ones([1, 3])).array_sync() == [[6]]


def test_a_layer_taken_away_and_put_back() -> None:
    model = tf.sequential([ones(2, input_shape=[3]), ones(1)])
    last = model.pop()
    assert model(tf.ones([1, 3])).array_sync() == [[3, 3]]
    assert model.output_shape == (None, 2)
    model.add(last)
    assert model(tf.ones([1, 3])).array_sync() == [[6]]
    model.pop()
    model.pop()
    assert (model.layers, model.outputs) == ([], [])
    model.add(ones(4, input_shape=[1]))
    assert model(tf.ones([1, 1])).shape == (1, 4)


def test_a_model_from_its_configuration_is_of_the_same_kind() -> None:
    model = tf.sequential(
        [
            L.embedding(input_dim=5, output_dim=3, input_length=4, mask_zero=True),
            L.bidirectional(layer=L.gru(units=2, return_sequences=True, dropout=0.1)),
            L.time_distributed(layer=ones(2, kernel_regularizer="l2")),
            L.flatten(),
            L.dense(units=2, activation="softmax", kernel_constraint="max_norm"),
        ],
        name="words",
    )
    again = tf.Sequential.from_config(model.get_config())
    again.set_weights(model.get_weights())
    assert again.get_config() == model.get_config()
    x = tf.tensor([[1, 2, 3, 0]])
    np.testing.assert_allclose(again(x).numpy(), model(x).numpy(), atol=1e-6)
    assert [one.original_name for one in again.weights] == [one.original_name for one in model.weights]


def test_made_up_names_are_tensorflow_js_names() -> None:
    assert tf.sequential().name.startswith("sequential_")
    x = tf.input(shape=[1])
    assert tf.model(inputs=x, outputs=ones(1).apply(x)).name.startswith("model")


@pytest.mark.parametrize(
    ("add", "error", "words"),
    [
        (lambda m: m.add(L.dense(units=1, name="first")), ArgumentError, "'first'"),
        (lambda m: m.add(L.lstm(units=1)), ShapeError, "[None, 2]"),
        (lambda m: m.add(L.lstm), ArgumentTypeError, "tf.layers.dense(units=10)"),
        (lambda m: m.add(L.reshape(target_shape=[5])), ShapeError, "2 values"),
        (lambda m: m.add(L.dense(units=1, bias_initializer="identity")), ShapeError, "square"),
        (lambda m: m.add(tf.sequential([ones(1, input_shape=[7])])), ShapeError, "[None, 7]"),
    ],
)
def test_an_addition_that_fails_changes_nothing(add: Any, error: type[Exception], words: str) -> None:
    model = tf.sequential([ones(2, input_shape=[3], name="first")])
    with pytest.raises(error) as caught:
        add(model)
    assert words in str(caught.value)
    del caught
    gc.collect()
    assert len(model.layers) == 1
    assert model(tf.ones([1, 3])).array_sync() == [[3, 3]]
    assert tf.memory().num_tensors == len(model.weights) + _elsewhere(model)


def _elsewhere(model: Any) -> int:
    """Tensors that are alive beside those of the model."""
    weights = {one.name for one in model.weights}
    from tfnb.engine.ledger import LEDGER

    return sum(getattr(handle, "name", None) not in weights for handle in LEDGER.handles())


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: tf.sequential([ones(1)]), ArgumentError, "input_shape=[…]"),
        (lambda: tf.sequential([L.lstm(units=2, return_state=True, input_shape=[2, 1])]), ArgumentError, "tf.model"),
        (lambda: tf.sequential({"layers": []}), ArgumentTypeError, "layers=[…]"),
        (lambda: tf.sequential()(tf.ones([1])), ArgumentError, "model.add"),
        (lambda: tf.sequential().pop(), ArgumentError, "no layers"),
        (lambda: tf.sequential().summary(), ArgumentError, "no layers"),
        (lambda: tf.Sequential.from_config({"name": "x"}), ArgumentError, "'layers'"),
        (lambda: tf.sequential(name="no good"), ArgumentError, "'no good'"),
    ],
)
def test_bad_input_leaves_nothing(call: Any, error: type[Exception], words: str) -> None:
    before = tf.memory()
    with pytest.raises(error) as caught:
        call()
    assert words in str(caught.value)
    del caught
    gc.collect()
    assert (tf.memory().num_tensors, tf.memory().num_bytes) == (before.num_tensors, before.num_bytes)


def test_an_addition_that_does_not_fit_draws_the_model_up_to_the_break() -> None:
    model = tf.sequential([ones(2, input_shape=[3], name="first")])
    with pytest.raises(ShapeError) as caught:
        model.add(L.lstm(units=1, name="second"))
    (drawn,) = caught.value.__notes__
    assert drawn.splitlines() == [
        "   [None, 3]",
        " ↓ first (Dense)",
        "   [None, 2]",
        " ✗ second (LSTM)  wants [None, None, None]",
    ]
    assert "expand_dims" not in str(caught.value)  # None is the batch already


@pytest.mark.parametrize(
    "call",
    [
        lambda model: model.fit(tf.ones([4, 5]), tf.ones([4, 1]), verbose=0),
        lambda model: model.train_on_batch(tf.ones([4, 5]), tf.ones([4, 1])),
        lambda model: model.evaluate(tf.ones([4, 5]), tf.ones([4, 1])),
        lambda model: model.predict(tf.ones([4, 5])),
        lambda model: model(tf.ones([4, 5])),
    ],
)
def test_data_that_do_not_fit_are_drawn_before_the_layer_that_reads_them(call: Any) -> None:
    model = tf.sequential([ones(2, input_shape=[3], name="first"), ones(1, name="second")])
    model.compile(optimizer="sgd", loss="meanSquaredError")
    with pytest.raises(ShapeError) as caught:
        call(model)
    (drawn,) = caught.value.__notes__
    assert drawn.splitlines() == ["   [4, 5]", " ✗ first (Dense)  wants [None, 3]"]


def test_of_several_inputs_the_one_that_does_not_fit_is_drawn() -> None:
    left, right = tf.input(shape=[2]), tf.input(shape=[3])
    joined = L.concatenate().apply([ones(1, name="reads_left").apply(left), ones(1, name="reads_right").apply(right)])
    model = tf.model(inputs=[left, right], outputs=joined)
    with pytest.raises(ShapeError) as caught:
        model.predict([tf.ones([1, 2]), tf.ones([1, 4])])
    (drawn,) = caught.value.__notes__
    assert drawn.splitlines() == ["   [1, 4]", " ✗ reads_right (Dense)  wants [None, 3]"]


def test_a_trained_model_that_nobody_names_is_gone_at_once() -> None:
    before = tf.memory().num_tensors
    gc.disable()
    try:
        model = tf.sequential([ones(2, input_shape=[3]), L.dropout(rate=0.5)])
        model.compile(optimizer="adam", loss="meanSquaredError")
        history = model.fit(np.ones((4, 3)), np.ones((4, 2)), verbose=0)
        assert history.model is model
        del model
        assert history.model is None
        assert tf.memory().num_tensors == before
    finally:
        gc.enable()
