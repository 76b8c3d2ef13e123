"""A value that is not finite stays in its own row, column or running sum: no formulation lets it into another."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import tfnb as tf
from tests.test_kernels import placed

PLACES = ("host", "compute", "fragment")
SHAPES = [(9, 7), (70, 64), (300, 1001), (4, 20_000), (5000, 3), (1500, 8)]
BAD = (np.nan, np.inf, -np.inf)
Array = np.ndarray[Any, Any]


def spoilt(shape: tuple[int, ...], seed: int = 0) -> Array:
    """Small whole numbers, among them one row in five with something that is not finite."""
    random = np.random.default_rng(seed)
    values = random.integers(-3, 4, shape).astype(np.float32)
    for row in range(0, shape[0], 5):
        values[row, random.integers(shape[1])] = BAD[row // 5 % 3]
    return values


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("axis", [0, 1])
@pytest.mark.parametrize("op", ["sum", "mean", "max", "min", "arg_max", "arg_min", "cumsum", "log_sum_exp"])
def test_only_its_own_result_is_not_finite(op: str, axis: int, shape: tuple[int, ...], place: str) -> None:
    values = spoilt(shape)
    with placed(place), tf.scope():
        found = getattr(tf.tensor(values), op)(axis).numpy()
    with np.errstate(all="ignore"):
        if op == "log_sum_exp":
            exact = np.logaddexp.reduce(values.astype(np.float64), axis)
        else:
            exact = getattr(np, op.replace("_", ""))(values.astype(np.float64), axis)
    # Whole numbers add up exactly; the mean and the logarithm are rounded.
    assert np.allclose(found, exact, rtol=1e-6, atol=1e-6 if op == "log_sum_exp" else 0, equal_nan=True)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("op", ["softmax", "log_softmax"])
def test_a_row_of_softmax_is_spoilt_by_its_own_values_only(op: str, shape: tuple[int, ...], place: str) -> None:
    values = spoilt(shape)
    with placed(place), tf.scope():
        found = getattr(tf.tensor(values), op)().numpy()
    bad = ~(values < np.inf).all(1)
    assert np.isnan(found[bad]).all()
    wide = values[~bad].astype(np.float64)
    with np.errstate(all="ignore"):
        exact = wide - np.logaddexp.reduce(wide, 1)[:, None]
    exact = np.exp(exact) if op == "softmax" else exact
    assert np.allclose(found[~bad], exact, rtol=2e-6, atol=1e-7)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("transposed", [(False, False), (True, False), (False, True), (True, True)], ids=str)
@pytest.mark.parametrize("sizes", [(5, 6, 7), (61, 67, 63), (64, 64, 64), (9, 5000, 6)], ids=str)
def test_a_product_of_matrices_is_spoilt_in_its_row_and_column_only(
    sizes: tuple[int, int, int], transposed: tuple[bool, bool], place: str
) -> None:
    m, k, n = sizes
    a, b = spoilt((m, k)), spoilt((n, k), 1).T
    given = [one.T if turn else one for one, turn in zip((a, b), transposed, strict=True)]
    with placed(place), tf.scope():
        found = tf.matmul(*given, *transposed).numpy()
    with np.errstate(all="ignore"):
        exact = np.array([[np.sum(row * column) for column in b.T.astype(np.float64)] for row in a.astype(np.float64)])
    assert np.array_equal(found, exact.astype(np.float32), equal_nan=True)


@pytest.mark.parametrize("place", PLACES)
def test_the_first_of_equals_wins_and_both_zeros_are_equal(place: str) -> None:
    values = np.array([[-0.0, 0.0, -1.0], [2.0, 2.0, np.nan], [np.nan, np.inf, np.nan], [-np.inf] * 3], np.float32)
    with placed(place), tf.scope():
        largest, smallest = tf.tensor(values).arg_max(1).array_sync(), tf.tensor(values).arg_min(1).array_sync()
    assert (largest, smallest) == ([0, 2, 0, 0], [2, 2, 0, 0])


@pytest.mark.parametrize("place", PLACES)
def test_the_least_int_is_found_where_there_is_nothing_else(place: str) -> None:
    values = np.full((3, 5000), -(2**31), np.int32)
    with placed(place), tf.scope():
        assert tf.tensor(values).arg_max(1).array_sync() == [0, 0, 0]
        assert tf.tensor(values).max(1).array_sync() == [-(2**31)] * 3
