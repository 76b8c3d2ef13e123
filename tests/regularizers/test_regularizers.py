"""Regularizers: prices against NumPy, spellings, files, bad input."""

from __future__ import annotations

import numpy as np
import pytest

import tfnb as tf
from tfnb import regularizers
from tfnb.errors import ArgumentError, ArgumentTypeError

W = np.array([[1.0, -2.0], [3.0, -4.0]])


def test_l1_is_the_sum_of_absolute_values() -> None:
    assert float(tf.regularizers.l1(l1=0.5).apply(tf.tensor(W))) == 0.5 * np.abs(W).sum()


def test_l2_is_the_sum_of_squares() -> None:
    assert float(tf.regularizers.l2(l2=0.5).apply(tf.tensor(W))) == 0.5 * (W**2).sum()


def test_both_are_added() -> None:
    price = tf.regularizers.l1l2(l1=2, l2=3).apply(tf.tensor(W))
    assert (price.shape, float(price)) == ((), 2 * np.abs(W).sum() + 3 * (W**2).sum())


def test_the_factors_are_a_hundredth_if_left_out() -> None:
    assert tf.regularizers.l1l2().get_config() == {"l1": 0.01, "l2": 0.01}
    assert tf.regularizers.l1().get_config() == {"l1": 0.01, "l2": 0}
    assert tf.regularizers.l2().get_config() == {"l1": 0, "l2": 0.01}


def test_no_price_is_a_scalar_too() -> None:
    price = tf.regularizers.l1l2(l1=0, l2=0).apply(tf.tensor(W))
    assert (price.shape, float(price)) == ((), 0)


@pytest.mark.parametrize("text", ["l1l2", "L1L2", "l1_l2", "l1", "l2"])
def test_every_spelling_is_known(text: str) -> None:
    assert isinstance(regularizers.get(text), tf.regularizers.L1L2)


def test_a_configuration_makes_the_same_one_again() -> None:
    config = regularizers.serialize(tf.regularizers.l2(l2=0.3))
    assert config == {"class_name": "L1L2", "config": {"l1": 0, "l2": 0.3}}
    assert regularizers.serialize(regularizers.get(config)) == config


def test_newer_keras_writes_one_factor() -> None:
    found = regularizers.get({"class_name": "L2", "config": {"l2": 0.5}})
    assert found is not None
    assert found.get_config() == {"l1": 0, "l2": 0.5}


def test_a_layer_adds_the_prices_of_its_weights() -> None:
    layer = tf.layers.dense(units=2, kernel_regularizer="l2", bias_regularizer=tf.regularizers.l1(l1=1))
    layer(tf.ones([1, 2]))
    layer.set_weights([W, [1.0, -5.0]])
    assert [float(one) for one in layer.calculate_losses()] == [pytest.approx(0.01 * (W**2).sum()), 6]


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda: regularizers.get("l3"), ArgumentError),
        (lambda: regularizers.get(1), ArgumentTypeError),
        (lambda: tf.regularizers.l1l2(l1="x"), ArgumentTypeError),
        (lambda: tf.regularizers.l1l2(l3=1), ArgumentTypeError),
    ],
)
def test_bad_input(call: object, error: type[Exception]) -> None:
    with pytest.raises(error):
        call()  # type: ignore[operator]
