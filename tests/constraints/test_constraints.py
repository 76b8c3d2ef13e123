"""Constraints against NumPy; spellings, files, bad input."""

from __future__ import annotations

import numpy as np
import pytest

import tfnb as tf
from tfnb import constraints
from tfnb.errors import ArgumentError, ArgumentTypeError

W = np.array([[3.0, 0.1, 0.0], [4.0, -0.2, 0.0]])
EPSILON = 1e-7


def applied(constraint: tf.constraints.Constraint, w: np.ndarray = W) -> np.ndarray:
    return np.asarray(constraint.apply(tf.tensor(w)).numpy())


def lengths(axis: int = 0) -> np.ndarray:
    return np.sqrt((W**2).sum(axis, keepdims=True))


@pytest.mark.parametrize("axis", [0, 1])
def test_max_norm_shortens_what_is_too_long(axis: int) -> None:
    norm = lengths(axis)
    wanted = W * np.clip(norm, 0, 1.5) / (EPSILON + norm)
    np.testing.assert_allclose(applied(tf.constraints.max_norm(max_value=1.5, axis=axis)), wanted, rtol=1e-5)


@pytest.mark.parametrize("axis", [0, 1])
def test_unit_norm_gives_all_the_length_one(axis: int) -> None:
    wanted = W / (EPSILON + lengths(axis))
    np.testing.assert_allclose(applied(tf.constraints.unit_norm(axis=axis)), wanted, rtol=1e-5)


def test_non_neg_puts_what_is_negative_to_zero() -> None:
    np.testing.assert_allclose(applied(tf.constraints.non_neg()), np.maximum(W, 0), rtol=1e-6)


@pytest.mark.parametrize("rate", [1.0, 0.25])
def test_min_max_norm_goes_a_share_of_the_way_to_its_bounds(rate: float) -> None:
    norm = lengths()
    wanted = W * (rate * np.clip(norm, 0.5, 2) + (1 - rate) * norm) / (EPSILON + norm)
    found = applied(tf.constraints.min_max_norm(min_value=0.5, max_value=2, rate=rate))
    np.testing.assert_allclose(found, wanted, rtol=1e-5)


@pytest.mark.parametrize("text", ["maxNorm", "MaxNorm", "max_norm", "unitNorm", "nonNeg", "min_max_norm"])
def test_every_spelling_is_known(text: str) -> None:
    assert isinstance(constraints.get(text), tf.constraints.Constraint)


@pytest.mark.parametrize("name", ["MaxNorm", "MinMaxNorm", "NonNeg", "UnitNorm"])
def test_a_configuration_makes_the_same_one_again(name: str) -> None:
    config = constraints.serialize(getattr(constraints, name)())
    assert config is not None
    assert config["class_name"] == name
    assert constraints.serialize(constraints.get(config)) == config


def test_a_weight_keeps_to_its_constraint_when_it_is_written() -> None:
    layer = tf.layers.dense(units=3, use_bias=False, kernel_constraint="nonNeg")
    layer(tf.ones([1, 2]))
    layer.set_weights([W])
    np.testing.assert_allclose(layer.get_weights()[0].numpy(), np.maximum(W, 0), rtol=1e-6)
    assert [type(one).__name__ for _weight, one in layer.constraints] == ["NonNeg"]


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda: constraints.get("maxNrom"), ArgumentError),
        (lambda: constraints.get(1.5), ArgumentTypeError),
        (lambda: tf.constraints.max_norm(max_value="x"), ArgumentTypeError),
        (lambda: tf.constraints.max_norm(axis=0.5), ArgumentTypeError),
    ],
)
def test_bad_input(call: object, error: type[Exception]) -> None:
    with pytest.raises(error):
        call()  # type: ignore[operator]
