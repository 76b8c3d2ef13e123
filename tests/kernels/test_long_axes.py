"""Axes longer than the 65,535 iterations that some drivers allow an invocation, without a word about it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import tfnb as tf
from tests.test_kernels import placed

LONG = 300_007
PLACES = ("host", "compute", "fragment")
Array = np.ndarray[Any, Any]

WHOLE: dict[str, tuple[Callable[[Any], Any], Callable[[Array], Any]]] = {
    "sum": (lambda t: t.sum(), lambda a: a.sum(dtype=np.int32)),
    "sum of columns": (lambda t: t.reshape([-1, 1]).tile([1, 3]).sum(0), lambda a: [a.sum(dtype=np.int32)] * 3),
    "sum of wide columns": (lambda t: t.reshape([-1, 1]).tile([1, 4]).sum(0), lambda a: [a.sum(dtype=np.int32)] * 4),
    "prod": (lambda t: t.bitwise_or(1).prod(), lambda a: (a | 1).prod(dtype=np.int32)),
    "max": (lambda t: t.max(), np.max),
    "min": (lambda t: t.min(), np.min),
    "any": (lambda t: t.equal(t.max()).any(), lambda a: True),
    "all": (lambda t: t.less(t.max()).all(), lambda a: False),
    "arg_max": (lambda t: t.arg_max(), np.argmax),
    "arg_min of columns": (lambda t: t.reshape([-1, 1]).tile([1, 2]).arg_min(0), lambda a: [a.argmin()] * 2),
    "cumsum": (lambda t: t.cumsum(), lambda a: a.cumsum(dtype=np.int32)),
    "cumsum of columns": (
        lambda t: t.reshape([-1, 1]).tile([1, 4]).cumsum(0, False, True).sum(1),
        lambda a: 4 * a[::-1].cumsum(dtype=np.int32)[::-1],
    ),
    "cumprod": (lambda t: t.bitwise_or(1).cumprod(), lambda a: (a | 1).cumprod(dtype=np.int32)),
    "matmul": (lambda t: t.reshape([1, -1]).matmul(t.reshape([-1, 1])), lambda a: [[(a * a).sum(dtype=np.int32)]]),
    "matmul of a few": (
        lambda t: t.reshape([1, -1]).tile([2, 1]).matmul(t.reshape([-1, 1]).tile([1, 5])),
        lambda a: np.full((2, 5), (a * a).sum(dtype=np.int32)),
    ),
    "matmul, transposed": (
        lambda t: t.reshape([-1, 1]).tile([1, 9]).matmul(t.reshape([-1, 1]).tile([1, 3]), True),
        lambda a: np.full((9, 3), (a * a).sum(dtype=np.int32)),
    ),
    "unsorted_segment_sum": (
        lambda t: t.unsorted_segment_sum(t.zeros_like(), 2),
        lambda a: [a.sum(dtype=np.int32), 0],
    ),
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("name", WHOLE)
def test_a_long_axis_of_whole_numbers_is_exact(name: str, place: str) -> None:
    ours, numpys = WHOLE[name]
    values = np.random.default_rng(0).integers(-(2**31), 2**31, LONG).astype(np.int32)
    with placed(place), tf.scope():
        found = ours(tf.tensor(values)).numpy()
    assert np.array_equal(found, numpys(values))


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("exclusive", [False, True])
def test_a_long_running_sum_keeps_its_accuracy(exclusive: bool, place: str) -> None:
    values = np.random.default_rng(1).random(1 << 20).astype(np.float32)
    with placed(place), tf.scope():
        found = tf.tensor(values).cumsum(0, exclusive).numpy()
    exact = np.cumsum(values.astype(np.float64)) - (values if exclusive else 0)
    assert np.abs(found - exact).max() < 1e-5 * exact[-1]


@pytest.mark.parametrize("place", PLACES)
def test_a_sum_of_both_signs_is_within_a_unit_of_the_sum_of_magnitudes(place: str) -> None:
    values = np.random.default_rng(2).normal(size=1 << 20).astype(np.float32)
    with placed(place), tf.scope():
        found = float(tf.tensor(values).sum())
    assert abs(found - values.sum(dtype=np.float64)) < 2**-24 * np.abs(values).sum(dtype=np.float64)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("op", ["softmax", "log_softmax", "log_sum_exp"])
def test_a_long_softmax_is_that_of_float64(op: str, place: str) -> None:
    values = np.random.default_rng(3).normal(size=LONG).astype(np.float32)
    with placed(place), tf.scope():
        found = getattr(tf.tensor(values), op)().numpy()
    wide = values.astype(np.float64)
    total = np.log(np.exp(wide).sum())
    exact = {"softmax": np.exp(wide - total), "log_softmax": wide - total, "log_sum_exp": total}[op]
    assert np.allclose(found, exact, rtol=3e-6)
