"""Numbers as people read them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tfnb.picture.formats import format_bytes, format_shape, format_value

VECTORS = json.loads((Path(__file__).parents[2] / "js" / "vectors" / "bytes.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("count", "text"), VECTORS)
def test_bytes_read_as_they_do_in_the_widgets(count: int, text: str) -> None:
    assert format_bytes(count) == text


@given(st.integers(0, 2**60))
def test_bytes_are_right_to_three_digits(count: int) -> None:
    amount, unit = format_bytes(count).split()
    factor = {"B": 1, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30, "TiB": 2**40, "PiB": 2**50}[unit]
    assert float(amount) * factor == pytest.approx(count, rel=0.006)


@pytest.mark.parametrize("count", [float("nan"), float("inf"), -1])
def test_what_is_no_count_of_bytes_is_not_made_one(count: float) -> None:
    assert format_bytes(count) == "?"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (np.float32(2), "2"), (0.123456, "0.1235"), (1e20, "1e+20"), (-0.0, "-0"), (np.int32(-7), "-7"),
        (2**31 - 1, "2147483647"), (np.True_, "True"), (float("nan"), "NaN"), (float("-inf"), "-inf"), (1 + 2j, "1+2i"),
        (np.complex64(1 - 2j), "1-2i"), (complex("nan"), "NaN+0i"), ("a", '"a"'), ("", '""'), (b"\xff", '"�"'),
        (123456.0, "123456"), (1234567.0, "1.235e+06"),
    ],
)  # fmt: skip
def test_a_value_is_written_as_a_box_has_room_for(value: object, text: str) -> None:
    assert format_value(value) == text


def test_long_text_is_cut_and_says_so() -> None:
    assert format_value("x" * 1000, width=10) == '"xxxxxxxx…'


def test_japanese_text_counts_two_columns_a_character() -> None:
    assert format_value("日本語の文", width=9) == '"日本語…'


def test_a_shape_reads_as_the_api_writes_it() -> None:
    assert format_shape((2, 3)) == "[2, 3]"
