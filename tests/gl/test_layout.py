from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tfnb.device.gl.layout import layout_of
from tfnb.errors import TextureSizeError

SIZES = st.integers(0, 1 << 28)
SIDES = st.sampled_from([1024, 4096, 16384])


def is_power_of_two(number: int) -> bool:
    return number > 0 and number & (number - 1) == 0


@given(SIZES, SIDES)
def test_sides_are_powers_of_two_within_the_limit_and_hold_every_value(size: int, side: int) -> None:
    if size > side * side * 4:
        return
    layout = layout_of(size, side)
    assert is_power_of_two(layout.width) and is_power_of_two(layout.height)
    assert max(layout.width, layout.height) <= side
    assert layout.width == 1 << layout.shift
    assert layout.width * layout.height * 4 >= size
    assert (layout.rows - 1) * layout.width < layout.texels <= layout.rows * layout.width


@given(SIZES)
def test_a_texture_is_less_than_twice_what_its_texels_need(size: int) -> None:
    layout = layout_of(size, 16384)
    assert layout.nbytes < 2 * 16 * max(1, layout.texels)


@pytest.mark.parametrize(
    ("size", "sides"), [(0, (1, 1)), (1, (1, 1)), (5, (2, 1)), (8192, (2048, 1)), (8193, (2048, 2))]
)
def test_small_tensors_are_one_row(size: int, sides: tuple[int, int]) -> None:
    layout = layout_of(size, 16384)
    assert (layout.width, layout.height) == sides


@pytest.mark.parametrize("side", [64, 1024, 16384])
def test_the_largest_texture_is_taken_and_one_value_more_is_an_error_that_names_both(side: int) -> None:
    most = side * side * 4
    assert layout_of(most, side).width == layout_of(most, side).height == side
    with pytest.raises(TextureSizeError, match=f"{most + 1:,} values.*{most:,} values"):
        layout_of(most + 1, side)


@given(st.integers(1, 40_000), st.data())
def test_rectangles_cover_a_run_of_texels_once_and_in_order(size: int, data: st.DataObject) -> None:
    layout = layout_of(size, 1024)
    first = data.draw(st.integers(0, layout.texels - 1))
    count = data.draw(st.integers(0, layout.texels - first))
    covered = [
        (y + row) * layout.width + x + column
        for x, y, columns, rows in layout.rectangles(first, count)
        for row in range(rows)
        for column in range(columns)
    ]
    assert covered == list(range(first, first + count))
    assert len(layout.rectangles(first, count)) <= 3


def test_importing_it_brings_no_opengl() -> None:
    code = "import sys, tfnb.device.gl.layout; print('vispy' in sys.modules)"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "False"
