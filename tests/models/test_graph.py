"""Models as graphs: several inputs and outputs, shared layers, models in models, masks, files, the end."""

from __future__ import annotations

import gc
from typing import Any

import numpy as np
import pytest

import tfnb as tf
from tfnb.errors import ArgumentError, ArgumentTypeError, DisposedError, ShapeError

L = tf.layers


@pytest.fixture(autouse=True)
def collected() -> None:
    gc.collect()


def ones(units: int, **more: Any) -> Any:
    return L.dense(units=units, kernel_initializer="ones", **more)


def test_several_inputs_and_outputs() -> None:
    a, b = tf.input(shape=[2]), tf.input(shape=[3])
    total = L.add().apply([ones(1).apply(a), ones(1).apply(b)])
    model = tf.model(inputs=[a, b], outputs=[total, ones(2).apply(total)])
    first, second = model([tf.tensor([[1, 2]]), tf.tensor([[3, 4, 5]])])
    assert (first.array_sync(), second.array_sync()) == ([[15]], [[15, 15]])
    assert model.input_names == [a.source_layer.name, b.source_layer.name]
    assert len(model.output_names) == 2


def test_a_shared_layer_has_one_set_of_weights() -> None:
    a, b = tf.input(shape=[2]), tf.input(shape=[2])
    shared = ones(1)
    model = tf.model(inputs=[a, b], outputs=L.add().apply([shared.apply(a), shared.apply(b)]))
    assert model([tf.tensor([[1, 2]]), tf.tensor([[3, 4]])]).array_sync() == [[10]]
    assert model.count_params() == 3
    assert [layer.name for layer in model.layers].count(shared.name) == 1


def test_layers_are_in_tensorflow_js_order() -> None:
    a, b = tf.input(shape=[2], name="a"), tf.input(shape=[2], name="b")
    x = L.dense(units=2, name="deep").apply(L.dense(units=2, name="deeper").apply(b))
    joined = L.concatenate(name="joined").apply([L.dense(units=2, name="short").apply(a), x])
    model = tf.model(inputs=[a, b], outputs=joined)
    assert [layer.name for layer in model.layers] == ["b", "a", "deeper", "short", "deep", "joined"]


def test_a_model_is_a_layer() -> None:
    inner = tf.sequential([ones(2, input_shape=[2]), ones(1)])
    x = tf.input(shape=[3])
    model = tf.model(inputs=x, outputs=inner.apply(ones(2).apply(x)))
    assert model(tf.tensor([[1, 2, 3]])).array_sync() == [[24]]
    assert len(model.weights) == 6
    inner.layers[0].set_weights([np.zeros((2, 2)), np.ones(2)])
    assert model(tf.tensor([[1, 2, 3]])).array_sync() == [[2]]


def test_a_model_on_tensors_keeps_only_its_outputs() -> None:
    x = tf.input(shape=[2])
    hidden = L.dense(units=50).apply(x)
    model = tf.model(inputs=x, outputs=L.dense(units=1).apply(hidden))
    given = tf.ones([3, 2])
    before = tf.memory().num_tensors
    kept = model(given)
    assert tf.memory().num_tensors == before + 1
    assert kept.shape == (3, 1)


def test_an_output_that_is_an_input() -> None:
    x = tf.input(shape=[2])
    model = tf.model(inputs=x, outputs=[x, ones(1).apply(x)])
    given = tf.tensor([[1, 2]])
    same, other = model(given)
    given.dispose()
    assert (same.array_sync(), other.array_sync()) == ([[1, 2]], [[3]])


def test_masks_go_the_way_of_the_values() -> None:
    x = tf.input(shape=[3])
    words = L.embedding(input_dim=4, output_dim=1, mask_zero=True, embeddings_initializer="ones").apply(x)
    there = L.dense(units=1, kernel_initializer="ones").apply(words)
    summing = L.simple_rnn(units=1, activation="linear", kernel_initializer="ones", recurrent_initializer="ones")
    model = tf.model(inputs=x, outputs=summing.apply(there))
    assert model(tf.tensor([[1, 2, 0], [3, 0, 0], [0, 0, 0]])).array_sync() == [[2], [1], [0]]


def test_a_mask_ends_at_a_layer_that_does_not_pass_it_on() -> None:
    x = tf.input(shape=[3])
    words = L.embedding(input_dim=4, output_dim=1, mask_zero=True, embeddings_initializer="ones").apply(x)
    turned = L.permute(dims=[1, 2]).apply(words)
    summing = L.simple_rnn(units=1, activation="linear", kernel_initializer="ones", recurrent_initializer="ones")
    model = tf.model(inputs=x, outputs=summing.apply(turned))
    assert model(tf.tensor([[1, 2, 0]])).array_sync() == [[3]]


def test_symbolic_states_to_begin_with() -> None:
    x, state = tf.input(shape=[2, 1]), tf.input(shape=[1])
    summing = L.simple_rnn(units=1, activation="linear", kernel_initializer="ones", recurrent_initializer="ones")
    model = tf.model(inputs=[x, state], outputs=summing.apply(x, {"initial_state": [state]}))
    assert model([tf.tensor([[[1], [2]]]), tf.tensor([[10]])]).array_sync() == [[13]]
    again = tf.LayersModel.from_config(model.get_config())
    assert again([tf.tensor([[[1], [2]]]), tf.tensor([[10]])]).shape == (1, 1)


def test_execute_gives_what_is_inside() -> None:
    x = tf.input(shape=[2])
    hidden = ones(3, name="hidden").apply(x)
    model = tf.model(inputs=x, outputs=ones(1).apply(hidden))
    assert model.execute(tf.tensor([[1, 2]]), "hidden").array_sync() == [[3, 3, 3]]
    both = model.execute({model.input_names[0]: tf.tensor([[1, 2]])}, ["hidden", model.output_names[0]])
    assert [one.array_sync() for one in both] == [[[3, 3, 3]], [[9]]]


def test_losses_of_a_shared_layer_count_for_each_place() -> None:
    a, b = tf.input(shape=[2]), tf.input(shape=[2])
    shared = L.dense(units=1, kernel_regularizer="l2")
    model = tf.model(inputs=[a, b], outputs=L.add().apply([shared.apply(a), shared.apply(b)]))
    assert len(model.losses) == 2


def test_a_frozen_model() -> None:
    model = tf.sequential([L.lstm(units=2, input_shape=[3, 1]), L.dense(units=1)])
    model.trainable = False
    assert (len(model.trainable_weights), len(model.non_trainable_weights)) == (0, 5)
    assert not any(one.trainable for one in model.weights)
    model.trainable = True
    assert len(model.trainable_weights) == 5
    model.layers[0].trainable = False
    assert (len(model.trainable_weights), len(model.non_trainable_weights)) == (2, 3)


def test_the_table_of_layers() -> None:
    lines: list[str] = []
    a, b = tf.input(shape=[2], name="a"), tf.input(shape=[3], name="b")
    joined = L.concatenate(name="joined").apply([a, b])
    model = tf.model(inputs=[a, b], outputs=L.dense(units=1, name="last").apply(joined))
    model.summary(print_fn=lines.append)
    text = "\n".join(lines)
    assert "joined (Concatenate)" in text
    assert "b[0][0]" in text
    assert "Total params: 6" in text
    assert {len(line) for line in lines if set(line) <= {"_", "="}} == {115}
    lines.clear()
    model.summary(line_length=60, positions=[0.4, 0.6, 0.8, 0.9, 1], print_fn=lines.append)
    assert max(map(len, lines)) == 60


def test_weights_by_their_names() -> None:
    model = tf.sequential([ones(1, input_shape=[2], name="only")])
    model.load_weights({"only/kernel": tf.tensor([[2], [3]]), "only/bias": [4]})
    assert model(tf.ones([1, 2])).array_sync() == [[9]]
    model.load_weights({"only/bias": [5], "other/bias": [1]}, strict=False)
    assert model(tf.ones([1, 2])).array_sync() == [[10]]
    model.load_weights({"only/kernel_0/kernel": tf.tensor([[0], [0]])}, strict=False)


def test_a_layer_of_two_models_lives_as_long_as_one_of_them() -> None:
    before = tf.memory().num_tensors
    shared = ones(2)
    x, y = tf.input(shape=[2]), tf.input(shape=[2])
    first, second = tf.model(inputs=x, outputs=shared.apply(x)), tf.model(inputs=y, outputs=shared.apply(y))
    assert first.dispose().num_disposed_variables == 0
    assert second(tf.ones([1, 2])).array_sync() == [[2, 2]]
    assert second.dispose().num_disposed_variables == 2
    assert tf.memory().num_tensors == before
    with pytest.raises(DisposedError, match=second.name):
        second(tf.ones([1, 2]))
    with pytest.raises(DisposedError, match=second.name):
        second.call_functional([tf.ones([1, 2])])


def test_a_deep_model_is_no_problem() -> None:
    tensor = x = tf.input(shape=[1])
    for _k in range(1500):
        tensor = L.activation(activation="linear").apply(tensor)
    assert tf.model(inputs=x, outputs=tensor)(tf.tensor([[2]])).array_sync() == [[2]]


def _two() -> tuple[Any, Any]:
    return tf.input(shape=[2]), tf.input(shape=[2])


def _missing_input() -> Any:
    a, b = _two()
    return tf.model(inputs=a, outputs=L.add().apply([a, b]))


def _no_input() -> Any:
    a, _b = _two()
    hidden = ones(2).apply(a)
    return tf.model(inputs=hidden, outputs=ones(1).apply(hidden))


def _same_names() -> Any:
    a, _b = _two()
    return tf.model(inputs=a, outputs=ones(1, name="one").apply(ones(2, name="one").apply(a)))


def _twice() -> Any:
    a, _b = _two()
    return tf.model(inputs=[a, a], outputs=ones(1).apply(a))


def _given(*shapes: list[int]) -> Any:
    a, b = _two()
    model = tf.model(inputs=[a, b], outputs=L.add().apply([a, b]))
    return model([tf.ones(shape) for shape in shapes])


def _config(change: Any) -> Any:
    x = tf.input(shape=[2])
    config = tf.model(inputs=x, outputs=ones(1).apply(x)).get_config()
    change(config)
    return tf.LayersModel.from_config(config)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (_missing_input, ArgumentError, "add it to inputs"),
        (_no_input, ArgumentError, "tf.input"),
        (_same_names, ArgumentError, "'one'"),
        (_twice, ArgumentError, "twice"),
        (lambda: tf.model(inputs=tf.ones([1]), outputs=tf.ones([1])), ArgumentError, "tf.input(shape=[…])"),
        (lambda: tf.model(inputs={"a": 1}, outputs=[]), ArgumentTypeError, "dict"),
        (lambda: _given([1, 2]), (ArgumentError, ShapeError), "2 inputs"),
        (lambda: _given([1, 2], [1, 3]), ShapeError, "inputs[1]"),
        (lambda: _given([1, 2], [2]), ShapeError, "expand_dims(0)"),
        (lambda: _config(lambda c: c.pop("layers")), ArgumentError, "'layers'"),
        (lambda: _config(lambda c: c["layers"].pop(0)), ArgumentError, "not there"),
        (lambda: _config(lambda c: c["output_layers"][0].__setitem__(1, 7)), ArgumentError, "7"),
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


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda m: m.get_layer("frist"), ArgumentError, "'first'"),
        (lambda m: m.get_layer(index=5), ArgumentError, "2 layers"),
        (lambda m: m.get_layer(), ArgumentError, "name or an index"),
        (lambda m: m.execute(tf.ones([1, 2]), "frist"), ArgumentError, "'first'"),
        (lambda m: m.execute({"x": 1}, "first"), ArgumentError, "first_input"),
        (lambda m: m.set_weights([1]), ArgumentError, "wanted 4"),
        (lambda m: m.set_weights([np.ones(1)] * 4), ShapeError, "first/kernel"),
        (lambda m: m.load_weights({"frist/bias": [1]}), ArgumentError, "'first/bias'"),
        (lambda m: m.load_weights({"first/bias": [1]}), ArgumentError, "first/kernel"),
        (lambda m: m.load_weights({"first/bias": [[1]]}, strict=False), ShapeError, "first/bias"),
        (lambda m: m(tf.ones([1, 3])), ShapeError, "[None, 2]"),
    ],
)
def test_a_model_after_bad_input_is_as_before(call: Any, error: type[Exception], words: str) -> None:
    model = tf.sequential([ones(1, input_shape=[2], name="first"), ones(1, name="second")])
    before, weights = tf.memory().num_tensors, [one.array_sync() for one in model.weights]
    with pytest.raises(error) as caught:
        call(model)
    assert words in str(caught.value)
    del caught
    assert [one.array_sync() for one in model.weights] == weights
    assert tf.memory().num_tensors == before


def test_a_model_that_nobody_names_is_gone_at_once() -> None:
    before = tf.memory().num_tensors
    gc.disable()
    try:
        x = tf.input(shape=[4, 2])
        shared = L.time_distributed(layer=L.dense(units=2, kernel_regularizer="l2"))
        y = L.bidirectional(layer=L.lstm(units=2)).apply(L.add().apply([shared.apply(x), shared.apply(x)]))
        model = tf.sequential([tf.model(inputs=x, outputs=y), L.dense(units=1)])
        model(tf.ones([1, 4, 2]))
        assert tf.memory().num_tensors > before
        del x, y, shared, model
        assert tf.memory().num_tensors == before
    finally:
        gc.enable()


def test_a_symbolic_tensor_that_nobody_held_is_made_again() -> None:
    first = L.dense(units=2, input_shape=[3], name="once")
    model = tf.sequential([first, L.dense(units=1)])
    made = first.output
    assert (made.shape, made.source_layer) == ((None, 2), first)
    inner = tf.model(inputs=model.inputs, outputs=made)
    assert inner(tf.ones([1, 3])).shape == (1, 2)
    assert first.output is made
    assert [node.outbound_layer.name for node in first.outbound_nodes] == [model.layers[1].name]
