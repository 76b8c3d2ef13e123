"""The picture of a tensor shows its values at their places, and reads no more than it shows."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray
from PIL import Image

from tests.picture.figures import DTYPES
from tfnb.picture.bundle import LARGEST, bundle
from tfnb.picture.formats import format_value
from tfnb.picture.lower_text import lower_text
from tfnb.picture.overview import overview
from tfnb.picture.parts import Bitmap, Box, Figure, Grid, Mark, Row, Stack
from tfnb.picture.png import png
from tfnb.picture.tensor_view import Subject, statistics_of, tensor_figure
from tfnb.picture.window import WHOLE, read_ends

pytestmark = pytest.mark.usefixtures("english")


def picture_of(array: NDArray[Any], **more: Any) -> Figure:
    subject = Subject(array.shape, DTYPES[array.dtype.kind], array.nbytes, "host", lambda cut: array[cut], **more)
    return tensor_figure(subject)


def parts_in(part: Any, kind: type) -> list[Any]:
    if isinstance(part, kind):
        return [part]
    if isinstance(part, Row | Stack):
        return [found for child in part.parts for found in parts_in(child, kind)]
    return []


def boxes_of(grid: Grid) -> list[Box]:
    return [box for row in grid.rows for box in row]


@given(hnp.arrays(np.float32, hnp.array_shapes(min_dims=0, max_dims=6, min_side=1, max_side=11)))
@settings(max_examples=60)
def test_every_box_holds_the_value_of_its_index(array: NDArray[Any]) -> None:
    grids = parts_in(picture_of(array).body, Grid)
    tables = array.reshape(-1, *array.shape[-2:]) if array.ndim >= 2 else array.reshape(1, 1, -1)
    for grid, table in zip(grids, tables, strict=False):
        for i, row in zip(grid.left or ["0"] * len(grid.rows), grid.rows, strict=True):
            for j, box in zip(grid.top or ["0"] * len(row), row, strict=True):
                if i and j:
                    assert box.text == format_value(table[int(i), int(j)])
                else:
                    assert box.mark is Mark.GAP


class Counting:
    """An array that counts what is read of it."""

    def __init__(self, array: NDArray[Any]) -> None:
        self.array, self.read, self.cuts = array, 0, 0

    def __call__(self, cut: tuple[slice, ...]) -> NDArray[Any]:
        values = self.array[cut]
        self.read, self.cuts = self.read + values.size, self.cuts + 1
        return values


@pytest.mark.parametrize(
    "shape", [(4_000_000,), (2000, 2000), (1000, 4, 1000), (4, 1000, 1000), (2, 2, 1000, 1000), (50, 80, 1000)]
)
def test_a_big_tensor_is_cut_before_it_is_read(shape: tuple[int, ...]) -> None:
    source = Counting(np.zeros(shape, np.float32))
    tensor_figure(Subject(shape, "float32", 16_000_000, "gl", source))
    assert source.read <= 40_000
    assert source.cuts <= 40


def test_a_small_tensor_is_read_in_one_piece() -> None:
    source = Counting(np.zeros((2, WHOLE // 2), np.float32))
    read_ends((2, WHOLE // 2), source, 4, 4)
    assert source.cuts == 1


def test_values_that_are_no_numbers_are_counted_in_words() -> None:
    text = lower_text(picture_of(np.array([1, np.nan, np.nan, np.inf], np.float32)))
    assert "2 NaN (not a number) · 1 infinite" in text


def test_no_colour_is_given_where_all_values_are_alike() -> None:
    grid = parts_in(picture_of(np.ones((2, 2), np.float32)).body, Grid)[0]
    assert {box.fill for box in boxes_of(grid)} == {None}


def test_the_smallest_value_is_dark_and_the_largest_bright() -> None:
    grid = parts_in(picture_of(np.array([-1, 5], np.float32)).body, Grid)[0]
    assert [box.fill for box in boxes_of(grid)] == ["#440154", "#fde725"]


def test_statistics_leave_out_what_is_no_number() -> None:
    found = statistics_of(np.array([1, 3, np.nan, -np.inf]))
    assert found is not None
    assert (found.minimum, found.maximum, found.mean, found.nan, found.infinite) == (1, 3, 2, 1, 1)


@pytest.mark.parametrize("shape", [(4, 5), (3, 4, 3), (2, 3, 4)])
def test_a_png_holds_the_pixels_enlarged(shape: tuple[int, ...]) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, shape).astype(np.uint8)
    seen = np.asarray(Image.open(io.BytesIO(png(pixels, 3))))
    np.testing.assert_array_equal(seen[1::3, 1::3], pixels)


def test_a_photo_keeps_its_colours() -> None:
    photo = np.zeros((20, 20, 3), np.int32)
    photo[:, :10, 0], photo[:, 10:, 2] = 255, 255
    part = overview(photo.shape, "int32", lambda cut: photo[cut])
    pixels = np.asarray(Image.open(io.BytesIO(parts_in(part, Bitmap)[0].png)))
    assert pixels[5, 5].tolist() == [255, 0, 0]
    assert pixels[5, -5].tolist() == [0, 0, 255]


def corner(bitmap: Bitmap) -> list[int]:
    pixel = Image.open(io.BytesIO(bitmap.png)).convert("RGB").getpixel((0, 0))
    assert isinstance(pixel, tuple)
    return [int(channel) for channel in pixel]


def test_pictures_in_a_row_share_one_scale() -> None:
    stack = np.stack([np.zeros((8, 8)), np.full((8, 8), 10.0)]).astype(np.float32)
    part = overview(stack.shape, "float32", lambda cut: stack[cut])
    dark, bright = (corner(bitmap) for bitmap in parts_in(part, Bitmap))
    assert dark == [68, 1, 84]
    assert max(abs(a - b) for a, b in zip(bright, [253, 231, 37], strict=True)) <= 3


def test_a_nan_stands_out_of_a_heat_map() -> None:
    values = np.ones((20, 20), np.float32)
    values[0, 0] = np.nan
    part = overview(values.shape, "float32", lambda cut: values[cut])
    assert corner(parts_in(part, Bitmap)[0]) == [213, 94, 0]


def test_a_heat_map_is_drawn_with_characters_where_there_are_no_pixels() -> None:
    values = np.tile(np.linspace(0, 1, 24), (24, 1)).astype(np.float32)
    lines = [line for line in lower_text(picture_of(values)).split("\n") if line.startswith("▕")]
    assert len(lines) == 12
    assert lines[0].startswith("▕  ")
    assert lines[0].endswith("██▏")


VALUES = st.one_of(
    hnp.arrays(
        np.float32, hnp.array_shapes(min_dims=0, max_dims=6, min_side=0, max_side=40), elements=st.floats(width=32)
    ),
    hnp.arrays(np.complex64, hnp.array_shapes(max_dims=3, max_side=6)),
    hnp.arrays(np.bool_, hnp.array_shapes(max_dims=4)),
    hnp.arrays(object, hnp.array_shapes(max_dims=2, max_side=12), elements=st.text(st.characters(codec=None))),
)


@given(VALUES)
@settings(max_examples=150, deadline=None)
def test_any_values_make_a_small_bundle_and_never_an_error(array: NDArray[Any]) -> None:
    made = bundle([lambda: picture_of(array)], lambda: "plain")
    assert "text/html" in made or made["text/plain"] == "plain"
    assert sum(len(text.encode()) for text in made.values()) <= LARGEST


@pytest.mark.parametrize(
    "array",
    [np.full((12, 12), "日本" * 500, object), np.random.default_rng(0).random((12, 5, 300, 300)).astype(np.float32),
     np.random.default_rng(0).random((12, 100, 100, 3)).astype(np.float32)],
)  # fmt: skip
def test_the_largest_pictures_still_fit(array: NDArray[Any]) -> None:
    made = bundle([lambda: picture_of(array)], lambda: "plain")
    assert "text/html" in made


class Trouble:
    """An object whose every word is an error."""

    def __str__(self) -> str:
        raise RuntimeError("no")


def test_a_picture_that_fails_becomes_plain_text() -> None:
    def fail() -> Figure:
        raise ValueError("broken")

    assert bundle([fail], lambda: "plain\x1b") == {"text/plain": "plain\\x1b"}
    assert bundle([fail], Trouble) == {"text/plain": "<RuntimeError>"}
