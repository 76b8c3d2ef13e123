"""What all layers share: names, weights, calls, masks, configurations, the end, and a layer of one's own."""

from __future__ import annotations

import gc
from typing import Any

import numpy as np
import pytest

import tfnb as tf
from tfnb.errors import ArgumentError, ArgumentTypeError, DisposedError, DTypeError, ShapeError
from tfnb.layers import names as names_module


class Scale(tf.layers.Layer):
    """Multiplies each column with a number of its own."""

    def __init__(self, first: float = 1.0, **base: Any) -> None:
        super().__init__(**base)
        self.first = first

    def build(self, input_shape: Any) -> None:
        self.factor = self.add_weight(
            "factor", [input_shape[-1]], initializer=tf.initializers.constant(value=self.first), regularizer=None
        )
        super().build(input_shape)

    def call(self, inputs: Any, *, training: bool = False, mask: Any = None) -> Any:
        return inputs.mul(self.factor)

    def get_config(self) -> dict[str, Any]:
        return {"first": self.first, **super().get_config()}


@pytest.fixture(autouse=True)
def collected() -> None:
    gc.collect()


def test_made_up_names_are_tensorflow_js_names(monkeypatch: pytest.MonkeyPatch) -> None:
    fresh = names_module.Names()
    for module in ("names", "symbolic", "variable", "weighted", "base", "input_layer"):
        owner = __import__(f"tfnb.layers.{module}", fromlist=["NAMES"])
        if hasattr(owner, "NAMES"):
            monkeypatch.setattr(owner, "NAMES", fresh)
    made = [tf.layers.dense(units=1), tf.layers.simple_rnn(units=1), tf.layers.dense(units=1)]
    assert [one.name for one in made] == ["dense_Dense1", "simple_rnn_SimpleRNN1", "dense_Dense2"]
    assert tf.input(shape=[1]).name == "input1"


def test_a_weight_is_named_after_its_layer() -> None:
    layer = Scale(name="mine")
    layer(tf.ones([1, 2]))
    assert [one.original_name for one in layer.weights] == ["mine/factor"]


def test_a_second_layer_of_that_name_has_weights_of_another() -> None:
    first, second = Scale(name="twin"), Scale(name="twin")
    first(tf.ones([1, 2]))
    second(tf.ones([1, 2]))
    assert [one.name for one in (first.factor, second.factor)] == ["twin/factor", "twin/factor_1"]
    assert second.factor.original_name == "twin/factor"


def test_weights_are_made_at_the_first_call_and_not_again() -> None:
    layer = Scale(first=2)
    assert layer.weights == []
    assert layer(tf.tensor([[1, 2]])).array_sync() == [[2, 4]]
    factor = layer.factor
    assert layer(tf.tensor([[3, 4]])).array_sync() == [[6, 8]]
    assert layer.factor is factor
    assert layer.count_params() == 2


def test_arrays_and_lists_are_inputs_too() -> None:
    assert Scale()(np.ones((1, 2))).array_sync() == [[1, 1]]
    assert Scale()([[1, 2]]).array_sync() == [[1, 2]]


def test_a_snapshot_of_weights_does_not_change() -> None:
    layer = Scale()
    layer(tf.ones([1, 2]))
    before = layer.get_weights()
    layer.set_weights([[5, 6]])
    assert before[0].array_sync() == [1, 1]
    layer.set_weights(before)
    assert layer.get_weights()[0].array_sync() == [1, 1]


def test_weights_can_be_given_at_the_start() -> None:
    layer = tf.layers.dense(units=1, weights=[[[2.0], [3.0]], [1.0]])
    assert layer(tf.tensor([[1, 1]])).array_sync() == [[6]]


def test_weights_that_are_not_trained() -> None:
    layer = tf.layers.dense(units=1)
    layer(tf.ones([1, 2]))
    layer.trainable = False
    assert layer.trainable_weights == []
    assert len(layer.non_trainable_weights) == len(layer.weights) == 2
    assert not any(one.trainable for one in layer.weights)
    layer.trainable = True
    assert len(layer.trainable_weights) == 2


def test_what_returns_its_input_returns_another_tensor() -> None:
    x = tf.tensor([[1, 2]])
    y = tf.layers.activation(activation="linear")(x)
    x.dispose()
    assert y.array_sync() == [[1, 2]]


def test_a_layer_of_your_own_in_a_model_and_its_file() -> None:
    tf.serialization.register_class(Scale)
    model = tf.sequential([Scale(first=3, input_shape=[2])])
    again = tf.Sequential.from_config(model.get_config())
    assert again(tf.tensor([[1, 2]])).array_sync() == [[3, 6]]
    known = tf.layers.deserialize({"class_name": "Other", "config": {"first": 4}}, {"Other": Scale})
    assert known(tf.tensor([[1]])).array_sync() == [[4]]


def test_from_config_of_your_own_may_take_the_configuration_alone() -> None:
    class Plain(tf.layers.Layer):
        @classmethod
        def from_config(cls, config: Any) -> Any:  # type: ignore[override]
            return cls(name=config["name"])

    made = tf.layers.deserialize({"class_name": "Plain", "config": {"name": "it"}}, {"Plain": Plain})
    assert made.name == "it"


def test_a_layer_of_your_own_may_leave_training_and_mask_out() -> None:
    class Doubled(tf.layers.Layer):
        def call(self, inputs: Any) -> Any:  # type: ignore[override]
            return inputs.mul(2)

    x = tf.tensor([[1, 2]])
    assert Doubled()(x, training=True).array_sync() == [[2, 4]]
    assert tf.sequential([Doubled(input_shape=[2])])(x).array_sync() == [[2, 4]]


def test_a_layer_of_your_own_with_several_outputs() -> None:
    class Halves(tf.layers.Layer):
        def call(self, inputs: Any, *, training: bool = False, mask: Any = None) -> Any:
            return tf.split(inputs, 2, 1)

        def compute_output_shape(self, input_shape: Any) -> Any:
            return [(input_shape[0], input_shape[1] // 2)] * 2

    x = tf.input(shape=[4])
    left, right = Halves()(x)
    model = tf.model(inputs=x, outputs=[right, left])
    assert [one.array_sync() for one in model(tf.tensor([[1, 2, 3, 4]]))] == [[[3, 4]], [[1, 2]]]


def test_a_layer_of_your_own_that_makes_masks() -> None:
    class Positive(tf.layers.Layer):
        def __init__(self, **base: Any) -> None:
            super().__init__(**base)
            self.supports_masking = True

        def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
            return inputs.min(-1).greater(0)

    x = np.array([[[1.0], [-1.0], [2.0]]], np.float32)
    summing = tf.layers.simple_rnn(
        units=1, activation="linear", kernel_initializer="ones", recurrent_initializer="ones"
    )
    assert tf.sequential([Positive(input_shape=[3, 1]), summing])(tf.tensor(x)).array_sync() == [[3]]


def test_training_reaches_the_layers_that_ask_for_it() -> None:
    model = tf.sequential([tf.layers.dropout(rate=0.5, seed=3, input_shape=[100]), tf.layers.dropout(rate=0)])
    x = tf.ones([1, 100])
    assert set(model(x).numpy().reshape(-1)) == {1}
    assert set(model(x, training=True).numpy().reshape(-1)) == {0, 2}


def test_the_places_of_a_layer() -> None:
    layer = tf.layers.dense(units=2)
    x, y = tf.input(shape=[3]), tf.input(shape=[3])
    a = layer.apply(x)
    assert (layer.input, layer.output) == (x, a)
    assert (layer.input_shape, layer.output_shape) == ((None, 3), (None, 2))
    b = layer.apply(y)
    assert (layer.get_input_at(1), layer.get_output_at(1)) == (y, b)
    assert layer.output_shape == (None, 2)
    with pytest.raises(ArgumentError, match="2 places"):
        _ = layer.output


def test_the_last_use_frees_the_weights() -> None:
    before = tf.memory().num_tensors
    layer = tf.layers.dense(units=2)
    layer.apply(tf.input(shape=[3]))
    layer.apply(tf.input(shape=[3]))
    assert layer.dispose() == type(layer.dispose())(0, 2) or tf.memory().num_tensors == before
    assert layer.is_disposed
    with pytest.raises(DisposedError, match=layer.name):
        layer(tf.ones([1, 3]))
    with pytest.raises(DisposedError):
        layer.dispose()


def test_a_layer_with_an_empty_batch() -> None:
    assert tf.layers.dense(units=3, activation="relu")(tf.zeros([0, 2])).shape == (0, 3)


def test_dense_in_whole_numbers_and_truth_values() -> None:
    layer = tf.layers.dense(units=1, kernel_initializer="ones")
    assert layer(tf.tensor([[1, 2]], dtype="int32")).array_sync() == [[3]]
    assert layer(tf.tensor([[True, False]])).array_sync() == [[1]]


def test_dense_with_a_function_of_yours() -> None:
    layer = tf.layers.dense(units=1, kernel_initializer="ones", activation=lambda x: x.mul(10))
    assert layer(tf.tensor([[1, 2]])).array_sync() == [[30]]


FAILING = [
    (lambda: tf.layers.dense(units=2)(tf.ones([3])), ShapeError, "expand_dims(0)"),
    (lambda: _twice(tf.layers.dense(units=2), [1, 3], [1, 4]), ShapeError, "wanted an input of shape"),
    (lambda: tf.layers.dense(units=-1), ArgumentError, "dense(units)"),
    (lambda: tf.layers.dense(units=1.5), ArgumentTypeError, "1.5"),
    (lambda: tf.layers.dense(), ArgumentTypeError, "dense(units=…)"),
    (lambda: tf.layers.dense(unit=1), ArgumentTypeError, "'units'"),
    (lambda: tf.layers.dense({"units": 1}), ArgumentTypeError, "**"),
    (lambda: tf.layers.dense(units=1, useBias=False), ArgumentTypeError, "'use_bias'"),
    (lambda: tf.layers.dense(units=1, activation="rellu"), ArgumentError, "'relu'"),
    (lambda: tf.layers.dense(units=1, activation=3), ArgumentTypeError, "3"),
    (lambda: tf.layers.dense(units=1, kernel_initializer="zeroes"), ArgumentError, "Zeros"),
    (lambda: tf.layers.dense(units=1, dtype="float64", input_shape=[1]), DTypeError, "float64"),
    (lambda: tf.layers.dense(units=1, input_shape="ab"), ArgumentTypeError, "'ab'"),
    (lambda: tf.layers.dense(units=1, input_shape=[-4]), ShapeError, "[-4]"),
    (lambda: tf.layers.dense(units=1, name=""), ArgumentError, "''"),
    (lambda: tf.layers.dense(units=1, name="a b"), ArgumentError, "'a b'"),
    (lambda: tf.layers.dense(units=1, weights=[[[1.0]]])(tf.ones([1, 1])), ArgumentError, "kernel"),
    (lambda: tf.layers.dense(units=1, weights=[[[1.0]], [1.0, 2.0]])(tf.ones([1, 1])), ShapeError, "bias"),
    (lambda: tf.layers.dense(units=1, activity_regularizer="l2")(tf.ones([1, 1])), ArgumentError, "activity"),
    (lambda: tf.layers.dense(units=1).apply([tf.ones([1, 1]), tf.ones([1, 1])]), ArgumentError, "wanted 1 inputs"),
    (lambda: tf.layers.dense(units=1).apply([tf.ones([1, 1]), tf.input(shape=[1])]), ArgumentTypeError, "symbolic"),
    (lambda: tf.layers.dense(units=1).dispose(), ArgumentError, "not used"),
    (lambda: tf.layers.dense(units=1).count_params(), ArgumentError, "no weights yet"),
    (lambda: tf.layers.dense(units=1).apply(tf.input(shape=[None])), ShapeError, "input_shape"),
    (lambda: tf.layers.flatten()(tf.ones([2, 3])), ShapeError, "[2, 3]"),
    (lambda: tf.layers.flatten().apply(tf.input(shape=[None, 3])), ShapeError, "input_shape"),
    (lambda: tf.layers.flatten(data_format="first"), ArgumentError, "channels_first"),
    (lambda: tf.layers.reshape(target_shape=[2, 2])(tf.ones([1, 5])), ShapeError, "5 values"),
    (lambda: tf.layers.reshape(target_shape=[-1, None]), ArgumentError, "only one"),
    (lambda: tf.layers.permute(dims=[0, 1]), ArgumentError, "1 to 2"),
    (lambda: tf.layers.permute(dims=[2, 1])(tf.ones([2, 3])), ShapeError, "[None, None, None]"),
    (lambda: tf.layers.repeat_vector(n=0), ArgumentError, "n"),
    (lambda: tf.layers.dropout(rate="a"), ArgumentTypeError, "'a'"),
    (lambda: tf.layers.dropout(rate=0.5, noise_shape=[1])(tf.ones([2, 2]), training=True), ArgumentTypeError, "2"),
    (lambda: tf.layers.embedding(input_dim=0, output_dim=1), ArgumentError, "input_dim"),
    (lambda: tf.layers.embedding(input_dim=3, output_dim=1)(tf.tensor([[3]])), IndexError, "3"),
    (lambda: tf.layers.embedding(input_dim=3, output_dim=1, input_length=2).apply(tf.input(shape=[3])), ShapeError, ""),
    (lambda: tf.layers.add()(tf.ones([1, 2])), ArgumentError, "[a, b]"),
    (lambda: tf.layers.add()([tf.ones([1, 2]), tf.ones([1, 3])]), ShapeError, "[1, 2], [1, 3]"),
    (lambda: tf.layers.add()([tf.ones([1, 2]), tf.ones([2, 2])]), ShapeError, "samples"),
    (lambda: tf.layers.concatenate()([tf.ones([1, 2]), tf.ones([2, 2])]), ShapeError, "[1, 2], [2, 2]"),
    (lambda: tf.layers.dot(axes=1)([tf.ones([1, 2]), tf.ones([1, 3])]), ShapeError, "[1, 3]"),
    (lambda: tf.layers.dot(axes=[1, 2, 3]), ArgumentError, "pair"),
    (lambda: tf.add(tf.input(shape=[1]), 1), ArgumentTypeError, "layer of your own"),
    (lambda: tf.input(), ArgumentError, "tf.input(shape="),
    (lambda: tf.input(shape=[1], batch_shape=[1, 1]), ArgumentError, "not both"),
    (lambda: tf.layers.input_layer(), ArgumentError, "input_shape"),
    (lambda: tf.layers.input_layer(input_shape=[1])(tf.ones([1, 1])), ArgumentError, "can't be called"),
    (lambda: tf.layers.deserialize({"class_name": "Dens", "config": {}}), ArgumentError, "'Dense'"),
    (lambda: tf.layers.deserialize(3), ArgumentTypeError, "3"),
    (lambda: _again(), ArgumentError, "already"),
]


def _twice(layer: Any, first: list[int], second: list[int]) -> None:
    layer(tf.ones(first))
    layer(tf.ones(second))


def _again() -> None:
    class Twice(tf.layers.Layer):
        def build(self, input_shape: Any) -> None:
            self.add_weight("a", [1])
            self.add_weight("a", [1])

    Twice()(tf.ones([1, 1]))


@pytest.mark.parametrize(("call", "error", "words"), FAILING, ids=[str(number) for number in range(len(FAILING))])
def test_bad_input_leaves_nothing(call: Any, error: type[Exception], words: str) -> None:
    before = tf.memory()
    with pytest.raises(error) as caught:
        call()
    assert words in str(caught.value)
    del caught
    gc.collect()
    assert (tf.memory().num_tensors, tf.memory().num_bytes) == (before.num_tensors, before.num_bytes)


def test_a_build_that_fails_can_be_tried_again() -> None:
    layer = tf.layers.dense(units=1, bias_initializer="identity")
    before = tf.memory().num_tensors
    with pytest.raises(ShapeError):
        layer(tf.ones([1, 2]))
    assert tf.memory().num_tensors == before
    layer.bias_initializer = tf.initializers.ones()
    assert layer(tf.zeros([1, 2])).array_sync() == [[1]]
