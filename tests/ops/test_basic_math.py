"""Functions of one tensor with bounds, and the kinds of result."""

from __future__ import annotations

import math

import pytest

import tfnb as tf
from tfnb.errors import ArgumentError, ArgumentTypeError

NAN = float("nan")


def test_clip_keeps_nan() -> None:
    result = tf.clip_by_value([NAN, -5, 0.5, 9, math.inf], 0, 1).array_sync()
    assert math.isnan(result[0]) and result[1:] == [0, 0.5, 1, 1]


@pytest.mark.parametrize("backend", ["host", "gl"])
def test_clip_of_whole_numbers_is_exact(backend: str) -> None:
    tf.set_backend(backend)
    try:
        t = tf.tensor([16777216, 16777217, 16777218, -5], dtype="int32")
        assert t.clip_by_value(-1.5, 16777217).array_sync() == [16777216, 16777217, 16777217, -1]
        assert t.clip_by_value(-math.inf, 1e20).array_sync() == t.array_sync()
    finally:
        tf.set_backend("auto")


@pytest.mark.parametrize("bounds", [(2, 1), (NAN, 1), (0, NAN)])
def test_clip_wants_bounds_in_order(bounds: tuple[float, float]) -> None:
    with pytest.raises(ArgumentError, match="clip_by_value"):
        tf.clip_by_value([1.0], *bounds)


def test_clip_wants_numbers() -> None:
    with pytest.raises(ArgumentTypeError, match="clip_value_max"):
        tf.clip_by_value([1.0], 0, [1, 2])  # type: ignore[arg-type]


def test_a_rounding_leaves_whole_numbers_as_they_are() -> None:
    t = tf.tensor([16777217, -3], dtype="int32")
    for function in (tf.floor, tf.ceil, tf.round):
        assert (function(t).dtype, function(t).array_sync()) == ("int32", [16777217, -3])


def test_round_to_digits() -> None:
    assert round(tf.tensor([2.5, 3.5])).array_sync() == [2, 4]
    assert round(tf.tensor([1.26, -1.24]), 1).numpy() == pytest.approx([1.3, -1.2])


def test_a_function_with_a_fraction_takes_whole_numbers_as_float32() -> None:
    result = tf.sqrt(tf.tensor([1, 4], dtype="int32"))
    assert (result.dtype, result.array_sync()) == ("float32", [1, 2])


def test_a_number_will_do() -> None:
    assert tf.abs(-3).shape == () and float(tf.abs(-3)) == 3


def test_the_magnitude_of_the_least_whole_number_wraps_around() -> None:
    assert tf.abs(tf.tensor([-(2**31), -2], dtype="int32")).array_sync() == [-(2**31), 2]


def test_step_drops_the_fraction_of_alpha_for_whole_numbers() -> None:
    t = tf.tensor([-1, 0, 3], dtype="int32")
    assert t.step(2.7).array_sync() == [2, 2, 1]
    assert tf.step([NAN, -1.0]).array_sync()[1] == 0


@pytest.mark.parametrize("slope", [0, 0.2, 1, 1.5, -0.5])
def test_leaky_relu_with_any_slope(slope: float) -> None:
    t = [-math.inf, -2, -0.0, 0.0, 3, math.inf]
    wanted = [x if x >= 0 else slope * x for x in t]
    assert tf.leaky_relu(t, slope).numpy() == pytest.approx(wanted, nan_ok=True)


def test_leaky_relu_wants_a_number() -> None:
    with pytest.raises(ArgumentTypeError, match="prelu"):
        tf.leaky_relu([1.0], [0.1])  # type: ignore[arg-type]
