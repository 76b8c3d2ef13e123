"""Initializers: their distributions against the papers' formulas, seeds, names in every spelling."""

from __future__ import annotations

import math

import numpy as np
import pytest

import tfnb as tf
from tfnb import initializers
from tfnb.errors import ArgumentError, ArgumentTypeError, DTypeError, ShapeError

SHAPE = (200, 300)
FANS = {"fan_in": 200, "fan_out": 300, "fan_avg": 250}
# The standard deviation of a normal distribution that is cut at two of them: sqrt(1 - 2·2·φ(2) / (2Φ(2) - 1)).
CUT = math.sqrt(1 - 4 * (math.exp(-2) / math.sqrt(2 * math.pi)) / math.erf(math.sqrt(2)))


def values(name: str, **arguments: object) -> np.ndarray:
    return np.asarray(getattr(tf.initializers, name)(**arguments).apply(SHAPE).numpy(), np.float64)


@pytest.mark.parametrize(
    ("name", "scale", "mode", "distribution"),
    [
        ("glorot_normal", 1, "fan_avg", "normal"),
        ("glorot_uniform", 1, "fan_avg", "uniform"),
        ("he_normal", 2, "fan_in", "normal"),
        ("he_uniform", 2, "fan_in", "uniform"),
        ("le_cun_normal", 1, "fan_in", "normal"),
        ("le_cun_uniform", 1, "fan_in", "uniform"),
    ],
)
def test_scaled_ones_have_the_width_of_their_paper(name: str, scale: float, mode: str, distribution: str) -> None:
    found, variance = values(name, seed=5), scale / FANS[mode]
    if distribution == "uniform":
        limit = math.sqrt(3 * variance)
        assert np.abs(found).max() <= limit * (1 + 1e-6)
        assert np.abs(found).max() > 0.999 * limit
        assert found.std() == pytest.approx(limit / math.sqrt(3), rel=0.02)
    else:
        assert np.abs(found).max() <= 2 * math.sqrt(variance) * (1 + 1e-6)
        assert found.std() == pytest.approx(math.sqrt(variance) * CUT, rel=0.02)
    assert found.mean() == pytest.approx(0, abs=0.01 * math.sqrt(variance))


@pytest.mark.parametrize("mode", ["fanIn", "fan_out", "fanAvg"])
def test_variance_scaling_counts_what_its_mode_says(mode: str) -> None:
    found = values("variance_scaling", scale=3, mode=mode, distribution="uniform", seed=1)
    count = {"fanIn": 200, "fan_out": 300, "fanAvg": 250}[mode]
    assert np.abs(found).max() == pytest.approx(math.sqrt(9 / count), rel=1e-3)


def test_a_kernel_of_a_convolution_counts_its_field() -> None:
    found = tf.initializers.glorot_uniform(seed=1).apply([3, 3, 40, 60]).numpy()
    assert np.abs(found).max() == pytest.approx(math.sqrt(6 / (9 * 100)), rel=1e-3)


def test_a_vector_counts_the_root_of_its_length() -> None:
    found = tf.initializers.glorot_uniform(seed=1).apply([10000]).numpy()
    assert np.abs(found).max() == pytest.approx(math.sqrt(3 / 100), rel=1e-3)


@pytest.mark.parametrize("shape", [(5, 5), (7, 3), (3, 7), (2, 3, 4)])
def test_orthogonal_columns_or_rows_are_at_right_angles(shape: tuple[int, ...]) -> None:
    q = tf.initializers.orthogonal(gain=2, seed=3).apply(shape).numpy().astype(np.float64)
    assert q.shape == shape
    q = q.reshape(-1, shape[-1])
    product = q @ q.T if q.shape[0] < q.shape[1] else q.T @ q
    np.testing.assert_allclose(product, 4 * np.eye(len(product)), atol=1e-5)


def test_orthogonal_matrices_are_uniformly_distributed() -> None:
    # Without the fix of signs (Mezzadri 2007) the mean of the first value is far from 0.
    first = [tf.initializers.orthogonal(seed=seed).apply([3, 3]).numpy()[0, 0] for seed in range(300)]
    assert abs(np.mean(first)) < 4 / math.sqrt(3 * 300)


def test_fixed_ones() -> None:
    assert tf.initializers.zeros().apply([2]).array_sync() == [0, 0]
    assert tf.initializers.ones().apply([2], "int32").dtype == "int32"
    assert tf.initializers.constant(value=2.5).apply([2]).array_sync() == [2.5, 2.5]
    assert tf.initializers.identity(gain=3).apply([2, 2]).array_sync() == [[3, 0], [0, 3]]


def test_drawn_ones() -> None:
    uniform = values("random_uniform", minval=2, maxval=3, seed=1)
    assert (uniform.min(), uniform.max()) == (pytest.approx(2, abs=1e-3), pytest.approx(3, abs=1e-3))
    normal = values("random_normal", mean=1, stddev=2, seed=1)
    assert (normal.mean(), normal.std()) == (pytest.approx(1, abs=0.05), pytest.approx(2, rel=0.02))
    cut = values("truncated_normal", mean=1, stddev=2, seed=1)
    assert np.abs(cut - 1).max() <= 4 * (1 + 1e-6)


@pytest.mark.parametrize("name", sorted(set(initializers.__all__) & {i for i in initializers.__all__ if i.islower()}))
def test_the_same_seed_gives_the_same_numbers(name: str) -> None:
    if name in ("get", "serialize", "zeros", "ones", "constant", "identity"):
        return
    make = getattr(tf.initializers, name)
    a, b = make(seed=9).apply([4, 4]), make(seed=9).apply([4, 4])
    assert a.array_sync() == b.array_sync()
    tf.set_seed(4)
    a = make().apply([4, 4])
    assert make().apply([4, 4]).array_sync() != a.array_sync()
    tf.set_seed(4)
    assert make().apply([4, 4]).array_sync() == a.array_sync()


@pytest.mark.parametrize(
    "text", ["glorotNormal", "GlorotNormal", "glorot_normal", "leCunNormal", "lecun_normal", "LeCunNormal", "Zeros"]
)
def test_every_spelling_is_known(text: str) -> None:
    assert initializers.get(text).apply([2, 2]).shape == (2, 2)


@pytest.mark.parametrize("name", [name for name in initializers.__all__ if name[0].isupper() and name != "Initializer"])
def test_a_configuration_makes_the_same_one_again(name: str) -> None:
    cls = getattr(initializers, name)
    one = cls(value=2) if name == "Constant" else cls()
    config = initializers.serialize(one)
    again = initializers.get(config)
    assert initializers.serialize(again) == config


def test_scalings_are_written_as_tensorflow_js_writes_them() -> None:
    assert initializers.serialize(tf.initializers.he_normal(seed=3)) == {
        "class_name": "VarianceScaling",
        "config": {"scale": 2.0, "mode": "fan_in", "distribution": "normal", "seed": 3},
    }


def test_one_of_your_own() -> None:
    class Sevens(tf.initializers.Initializer):
        def apply(self, shape: object, dtype: object = None) -> object:
            return tf.fill(shape, 7)

    layer = tf.layers.dense(units=2, kernel_initializer=Sevens(), bias_initializer=Sevens())
    assert layer(tf.ones([1, 3])).array_sync() == [[28, 28]]


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: initializers.get("glorot_nromal"), ArgumentError, "GlorotNormal"),
        (lambda: initializers.get(3), ArgumentTypeError, "3"),
        (lambda: initializers.get({"class_name": 3}), ArgumentTypeError, "class_name"),
        (lambda: tf.initializers.constant(), ArgumentTypeError, "value"),
        (lambda: tf.initializers.constant(value="x"), ArgumentTypeError, "x"),
        (lambda: tf.initializers.identity().apply([2, 3]), ShapeError, "[2, 3]"),
        (lambda: tf.initializers.orthogonal().apply([3]), ShapeError, "[3]"),
        (lambda: tf.initializers.orthogonal().apply([3, 3], "int32"), DTypeError, "int32"),
        (lambda: tf.initializers.variance_scaling(scale=-1), ArgumentError, "-1"),
        (lambda: tf.initializers.variance_scaling(mode="fan_on"), ArgumentError, "fan_in"),
        (lambda: tf.initializers.random_normal(sttdev=1), ArgumentTypeError, "stddev"),
        (lambda: tf.initializers.random_normal({"stddev": 1}), ArgumentTypeError, "random_normal(mean="),
        (lambda: tf.initializers.glorot_normal(seed=[1]).apply([2, 2]), ArgumentTypeError, "[1]"),
    ],
)
def test_bad_input(call: object, error: type[Exception], words: str) -> None:
    before = tf.memory().num_tensors
    with pytest.raises(error) as caught:
        call()  # type: ignore[operator]
    assert words in str(caught.value)
    del caught
    assert tf.memory().num_tensors == before
