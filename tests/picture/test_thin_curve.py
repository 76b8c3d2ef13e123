"""Curves of any length in little memory, without losing an extreme."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tfnb.picture.thin_curve import CAPACITY, ThinCurve

VALUES = st.lists(st.one_of(st.floats(-1e6, 1e6), st.sampled_from([math.nan, math.inf, -math.inf])), max_size=300)


def curve_of(values: list[float], capacity: int = 8) -> ThinCurve:
    curve = ThinCurve(capacity)
    for x, y in enumerate(values):
        curve.add(x, y)
    return curve


@given(VALUES)
def test_least_and_greatest_are_kept(values: list[float]) -> None:
    finite = [y for y in values if math.isfinite(y)]
    kept = [y for _x, y in curve_of(values).points() if math.isfinite(y)]
    assert (min(kept, default=None), max(kept, default=None)) == (min(finite, default=None), max(finite, default=None))


@given(VALUES)
def test_points_are_points_that_were_given_in_their_order(values: list[float]) -> None:
    points = curve_of(values).points()
    assert [x for x, _y in points] == sorted({x for x, _y in points})
    for x, y in points:
        given_y = values[int(x)]
        assert y == given_y or (math.isnan(y) and not math.isfinite(given_y))


@given(VALUES)
def test_the_first_and_the_newest_point_are_kept(values: list[float]) -> None:
    points = curve_of(values).points()
    if values:
        assert points[0][0] == 0
        assert points[-1][0] == len(values) - 1


@pytest.mark.parametrize("count", [1, CAPACITY - 1, CAPACITY, 10 * CAPACITY + 3, 100_000])
def test_memory_does_not_grow(count: int) -> None:
    points = curve_of([math.sin(x) for x in range(count)], CAPACITY).points()
    assert len(points) <= 2 * CAPACITY + 2
    assert len(points) >= min(count, CAPACITY // 2)


def test_a_short_curve_is_whole() -> None:
    values = [3.0, 1.0, math.nan, 2.0]
    points = curve_of(values).points()
    assert [x for x, _y in points] == [0, 1, 2, 3]
    assert [y for _x, y in points if y == y] == [3.0, 1.0, 2.0]


def test_a_spike_of_one_batch_in_a_hundred_thousand_is_at_its_place() -> None:
    values = [0.0] * 100_000
    values[77_777] = 5.0
    assert (77_777, 5.0) in curve_of(values, CAPACITY).points()
