"""Random tensors: the distributions they promise, and the same numbers from the same seed everywhere."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

import tfnb as tf

COUNT = 20_000

CALLS = {
    "random_uniform": lambda seed: tf.random_uniform([4, 5], -3, 7, seed=seed),
    "random_uniform int32": lambda seed: tf.random_uniform([4, 5], -30, 70, "int32", seed),
    "random_uniform bool": lambda seed: tf.random_uniform([4, 5], dtype="bool", seed=seed),
    "random_uniform_int": lambda seed: tf.random_uniform_int([4, 5], -100, 100, seed),
    "random_normal": lambda seed: tf.random_normal([4, 5], 1, 2, seed=seed),
    "random_standard_normal": lambda seed: tf.random_standard_normal([4, 5], seed=seed),
    "truncated_normal": lambda seed: tf.truncated_normal([4, 5], 1, 2, seed=seed),
    "random_gamma": lambda seed: tf.random_gamma([4, 5], 2, 3, seed=seed),
    "multinomial": lambda seed: tf.multinomial([0.0] * 50, 20, seed),
}


@pytest.mark.parametrize("name", CALLS)
def test_the_same_seed_gives_the_same_numbers_on_every_backend(name: str) -> None:
    found = []
    before = tf.get_backend()
    for backend in ("host", "gl", "auto"):
        assert tf.set_backend(backend)
        found.append(CALLS[name](42).array_sync())
    tf.set_backend(before)
    assert found[0] == found[1] == found[2]


@pytest.mark.parametrize("name", CALLS)
def test_other_seeds_and_later_calls_give_other_numbers(name: str) -> None:
    lists = [CALLS[name](seed).array_sync() for seed in (1, 2, "1a", None, None)]
    assert all(a != b for k, a in enumerate(lists) for b in lists[k + 1 :])


def test_seeds_may_be_text_and_whole_floats_are_whole_numbers() -> None:
    assert CALLS["random_normal"](7).array_sync() == CALLS["random_normal"](7.0).array_sync()
    assert CALLS["random_normal"]("seven").array_sync() == CALLS["random_normal"]("seven").array_sync()
    assert CALLS["random_normal"](-7).array_sync() != CALLS["random_normal"](7).array_sync()


def test_set_seed_starts_all_calls_anew() -> None:
    tf.set_seed(3)
    first = [CALLS[name](None).array_sync() for name in CALLS]
    tf.set_seed(3)
    assert [CALLS[name](None).array_sync() for name in CALLS] == first
    tf.set_seed(None)
    assert [CALLS[name](None).array_sync() for name in CALLS] != first


def largest_gap(values: Any, distribution: Any) -> float:
    """Kolmogorov and Smirnov's statistic: the largest gap between the values' distribution and the one promised."""
    ordered = np.sort(np.asarray(values, np.float64))
    wanted = np.array([distribution(value) for value in ordered])
    steps = np.arange(len(ordered) + 1) / len(ordered)
    return float(max((steps[1:] - wanted).max(), (wanted - steps[:-1]).max()))


def normal(value: float) -> float:
    return 0.5 * (1 + math.erf(value / math.sqrt(2)))


WITHIN_TWO = normal(2) - normal(-2)
DISTRIBUTIONS = {
    "uniform": (lambda: tf.random_uniform([COUNT], -2, 6, seed=1), lambda x: (x + 2) / 8),
    "normal": (lambda: tf.random_normal([COUNT], 3, 2, seed=2), lambda x: normal((x - 3) / 2)),
    "standard normal": (lambda: tf.random_standard_normal([COUNT], seed=3), normal),
    "truncated": (
        lambda: tf.truncated_normal([COUNT], 3, 2, seed=4),
        lambda x: (normal((x - 3) / 2) - normal(-2)) / WITHIN_TWO,
    ),
    # With a whole form the gamma distribution is Erlang's: 1 - exp(-bx) (1 + bx).
    "gamma": (lambda: tf.random_gamma([COUNT], 2, 3, seed=5), lambda x: 1 - math.exp(-3 * x) * (1 + 3 * x)),
}


@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_the_distribution_is_the_one_promised(name: str) -> None:
    draw, distribution = DISTRIBUTIONS[name]
    assert largest_gap(draw().numpy(), distribution) < 1.95 / math.sqrt(COUNT)  # exceeded by chance once in 1,000


def test_whole_numbers_are_all_as_likely() -> None:
    counts = np.bincount(tf.random_uniform_int([COUNT], 0, 10, seed=6).numpy(), minlength=10)
    assert len(counts) == 10
    chi_square = float(((counts - COUNT / 10) ** 2 / (COUNT / 10)).sum())
    assert chi_square < 27.9  # 9 degrees of freedom, once in 1,000


def test_classes_are_drawn_as_their_chances_say() -> None:
    draws = tf.multinomial([[0.1, 0.2, 0.7], [1.0, 0.0, 0.0]], COUNT, 7, True).numpy()
    assert np.abs(np.bincount(draws[0], minlength=3) / COUNT - [0.1, 0.2, 0.7]).max() < 0.015
    assert (draws[1] == 0).all()
    logits = tf.multinomial(np.log([0.5, 0.25, 0.25]).tolist(), COUNT, 8).numpy()
    assert np.abs(np.bincount(logits, minlength=3) / COUNT - [0.5, 0.25, 0.25]).max() < 0.015


def test_the_upper_end_of_a_range_is_left_out() -> None:
    assert tf.random_uniform([200_000], 1, 1 + 2**-22, seed=9).numpy().max() < np.float32(1 + 2**-22)
    assert tf.random_uniform([5], 3, 3).array_sync() == [3.0] * 5
    assert tf.truncated_normal([50_000], seed=1).numpy().max() <= 2


def test_int32_is_rounded_as_in_tensorflow_js() -> None:
    whole = tf.random_normal([1000], 10, 20, "int32", 5)
    assert whole.dtype == "int32"
    assert whole.array_sync() == np.rint(tf.random_normal([1000], 10, 20, seed=5).numpy().astype(np.float64)).tolist()


def test_rand_asks_the_function_for_each_value() -> None:
    numbers = iter(range(10))
    assert tf.rand([2, 3], lambda: next(numbers)).array_sync() == [[0, 1, 2], [3, 4, 5]]
    assert tf.rand([2], lambda: 2.9, "int32").array_sync() == [2, 2]
    assert tf.rand([0], lambda: 1 / 0).shape == (0,)


@pytest.mark.parametrize(
    ("call", "kind"),
    [
        (lambda: tf.random_uniform([-1]), tf.errors.ShapeError),
        (lambda: tf.random_normal([1 << 40]), tf.errors.ShapeError),
        (lambda: tf.random_uniform([2], 3, 1), tf.errors.ArgumentError),
        (lambda: tf.random_uniform([2], 0, math.inf), tf.errors.ArgumentError),
        (lambda: tf.random_uniform_int([2], 3, 3), tf.errors.ArgumentError),
        (lambda: tf.random_uniform_int([2], 0, 2**33), tf.errors.ArgumentError),
        (lambda: tf.random_normal([2], 0, -1), tf.errors.ArgumentError),
        (lambda: tf.random_normal([2], dtype="bool"), tf.errors.DTypeError),
        (lambda: tf.random_gamma([2], 0), tf.errors.ArgumentError),
        (lambda: tf.random_normal([2], seed=[1]), tf.errors.ArgumentTypeError),
        (lambda: tf.rand([2], 3), tf.errors.ArgumentTypeError),
        (lambda: tf.rand([2], lambda: "x"), (tf.errors.ArgumentTypeError, ValueError)),
        (lambda: tf.multinomial([1.0], 2), tf.errors.ArgumentError),
        (lambda: tf.multinomial([math.nan, 1.0], 2), tf.errors.ArgumentError),
        (lambda: tf.multinomial([-1.0, 2.0], 2, normalized=True), tf.errors.ArgumentError),
        (lambda: tf.multinomial(tf.zeros([2, 2, 2]), 2), tf.errors.ShapeError),
    ],
)
def test_arguments_that_make_no_sense_are_refused(call: Any, kind: Any) -> None:
    with pytest.raises(kind):
        call()
