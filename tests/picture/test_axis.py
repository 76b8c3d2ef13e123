"""Where axes begin and end, and the round numbers along them."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from tfnb.picture.axis import extent, tick_words, ticks

REAL = st.floats(-1e12, 1e12)


@given(REAL, st.floats(1e-9, 1e12))
def test_ticks_lie_between_the_ends_and_are_round(low: float, length: float) -> None:
    high = low + length
    if not low < high or (high - low) < 1e-9 * max(abs(low), abs(high)):
        return
    found = ticks(low, high)
    room = 1e-6 * (high - low) + 1e-9 * max(abs(low), abs(high))
    assert all(low - room <= tick <= high + room for tick in found)
    assert len(found) <= 7


@given(st.integers(-6, 6), st.integers(1, 9))
def test_a_log_axis_shows_powers_of_ten(first: int, decades: int) -> None:
    for tick in ticks(10.0**first, 10.0 ** (first + decades), log=True):
        assert math.isclose(math.log10(tick), round(math.log10(tick)), abs_tol=1e-9)


def test_within_one_decade_a_log_axis_has_ticks_too() -> None:
    assert ticks(1.5, 8, log=True) == [2, 5]


@given(st.lists(st.one_of(REAL, st.just(math.nan), st.just(math.inf)), max_size=20), st.booleans())
def test_an_extent_has_a_length_and_holds_what_can_be_drawn(values: list[float], log: bool) -> None:
    ends = extent(values, log)
    drawn = [y for y in values if math.isfinite(y) and (y > 0 or not log)]
    if not drawn:
        assert ends is None
    else:
        assert ends is not None
        assert ends[0] < ends[1]
        assert ends[0] <= min(drawn) and max(drawn) <= ends[1]


def test_ticks_are_written_short() -> None:
    assert [tick_words(one) for one in (0.1, 0.30000000000000004, 1e-7)] == ["0.1", "0.3", "1e-07"]
