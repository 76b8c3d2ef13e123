"""A big tensor at a glance: a heat map of every n-th value, the photo that it is, or a row of small pictures."""

from __future__ import annotations

import math
from typing import Any, Final, Sequence

import numpy as np
from numpy.typing import NDArray

from tfnb.language import _
from tfnb.picture.boxes import Index
from tfnb.picture.colours import VIRIDIS
from tfnb.picture.formats import format_shape
from tfnb.picture.parts import Bitmap, Part, Row, Stack, Tone, Words
from tfnb.picture.png import as_bytes, fit_scale, indexed_png, png
from tfnb.picture.window import Read, read_every

_LEAST_SIDE: Final = 12
_LEAST_TILE: Final = 5
_MOST_TILES: Final = 12
_HEAT_MAP_SIDE: Final = 96
_COLOUR_SIDE: Final = 84
_STRIP: Final = 192
_SHOWN: Final = 192
_TILE: Final = 48
_COLOURED_PIXELS: Final = 9000  # in all: they are what makes a bundle large
# The last colour of the palette marks what is no number.
_NO_NUMBER: Final = 255
_PALETTE: Final = np.concatenate([VIRIDIS[:_NO_NUMBER], np.array([[213, 94, 0]], np.uint8)])
_SHADES: Final = " ░▒▓█"
_SHADED_ROWS: Final = 12


def overview(shape: Sequence[int], dtype: str, read: Read) -> Part | None:
    """The picture at a glance; None where the boxes say all (few values, text, complex numbers)."""
    if dtype not in ("float32", "int32", "bool") or math.prod(shape) == 0:
        return None
    if len(shape) == 1 and shape[0] > 64:
        return _strip(shape, read)
    if len(shape) == 2 and min(shape) >= _LEAST_SIDE:
        return _heat_map(shape, read)
    if len(shape) == 3 and shape[2] in (3, 4) and min(shape[:2]) >= _LEAST_SIDE:
        return _photo(shape, dtype, read, ())
    if len(shape) == 3 and min(shape[1:]) >= _LEAST_TILE:
        return _tiles(shape, dtype, read)
    if len(shape) == 4 and shape[3] in (1, 3, 4) and min(shape[1:3]) >= _LEAST_TILE:
        return _tiles(shape, dtype, read)
    return None


def _alternative(shape: Sequence[int], step: int) -> str:
    if step == 1:
        return _("heat map of {shape}: dark is low, bright is high").format(shape=format_shape(tuple(shape)))
    return _("heat map of {shape}, one value in {step} along each axis: dark is low, bright is high").format(
        shape=format_shape(tuple(shape)), step=step
    )


def _step_words(step: int) -> tuple[Part, ...]:
    return (Words(_("one pixel for {step} values along each axis").format(step=step), Tone.QUIET),) if step > 1 else ()


def shaded(grey: NDArray[np.uint8]) -> tuple[str, ...]:
    """Bytes 0 to 255 as characters of five shades, two for a pixel, on a few rows."""
    step = max(1, math.ceil(max(grey.shape[0] / _SHADED_ROWS, grey.shape[1] / (2 * _SHADED_ROWS))))
    small = grey[::step, ::step]
    return tuple("▕" + "".join(_SHADES[int(v) * 5 // 256] * 2 for v in row) + "▏" for row in small)


def _strip(shape: Sequence[int], read: Read) -> Part:
    step = math.ceil(shape[0] / _STRIP)
    values = np.asarray(read((slice(0, shape[0], step),)))[None, :]
    return Stack((_heat(values, _alternative(shape, step), 2 * _SHOWN, tall=14), *_step_words(step)))


def _heat_map(shape: Sequence[int], read: Read) -> Part:
    values, step = read_every(shape, read, (), _HEAT_MAP_SIDE)
    return Stack((_heat(values, _alternative(shape, step), _SHOWN), *_step_words(step)))


def _heat(
    values: NDArray[Any], alternative: str, shown: int, tall: int = 0, ends: tuple[float, float] | None = None
) -> Bitmap:
    low, high = ends or finite_ends(values)
    grey = as_bytes(values, low, high)
    pixels = np.minimum(grey, _NO_NUMBER - 1)
    pixels[~np.isfinite(values.astype(np.float64))] = _NO_NUMBER
    height, width = values.shape
    scale = fit_scale(height, width, shown)
    if tall:
        pixels = np.repeat(pixels, max(1, tall // scale), 0)
    coded = indexed_png(pixels, _PALETTE, scale)
    return Bitmap(coded, pixels.shape[1] * scale, pixels.shape[0] * scale, alternative, shaded(grey))


def finite_ends(values: NDArray[Any]) -> tuple[float, float]:
    """The smallest and the largest finite value; 0 and 1 where there is none."""
    numbers = values.astype(np.float64)
    finite = numbers[np.isfinite(numbers)]
    return (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)


def _picture_ends(dtype: str, low: float, high: float) -> tuple[float, float]:
    """Black and white of a picture: it has fractions 0 to 1 or bytes 0 to 255; other numbers use their own range."""
    if dtype == "float32" and low >= 0 and high <= 1:
        return 0.0, 1.0
    return (0.0, 255.0) if low >= 0 and high <= 255 else (low, high)


def _photo(shape: Sequence[int], dtype: str, read: Read, lead: Index, shown: int = _SHOWN) -> Part:
    values, step = read_every(shape, read, lead, _COLOUR_SIDE, trailing=1)
    low, high = finite_ends(values)
    pixels = as_bytes(values, *_picture_ends(dtype, low, high))
    words = _("picture of shape {shape}: red, green and blue along the last axis").format(
        shape=format_shape(tuple(shape))
    )
    return Stack((_coloured(pixels, words, shown), *_step_words(step)))


def _coloured(pixels: NDArray[np.uint8], words: str, shown: int) -> Bitmap:
    scale = fit_scale(pixels.shape[0], pixels.shape[1], shown)
    grey = pixels[:, :, :3].mean(2).astype(np.uint8)
    return Bitmap(png(pixels, scale), pixels.shape[1] * scale, pixels.shape[0] * scale, words, shaded(grey))


def _tiles(shape: Sequence[int], dtype: str, read: Read) -> Part:
    count = min(shape[0], _MOST_TILES)
    channels = shape[3] if len(shape) == 4 else 0
    most = min(_COLOUR_SIDE, int((_COLOURED_PIXELS / count) ** 0.5)) if channels in (3, 4) else _TILE
    read_ = [read_every(shape, read, (i,), most, trailing=1 if channels else 0) for i in range(count)]
    ends = finite_ends(np.concatenate([values.reshape(-1) for values, _step in read_]))
    tiles: list[Part] = []
    for i, (values, step) in enumerate(read_):
        words = _alternative(shape[1:3], step) + f" [{i}]"
        if channels in (3, 4):
            tile = _coloured(as_bytes(values, *_picture_ends(dtype, *ends)), words, _TILE)
        else:
            tile = _heat(values.reshape(values.shape[:2]), words, _TILE, ends=ends)
        tiles.append(Stack((Words(f"[{i}]", Tone.QUIET, code=True), tile)))
    more = shape[0] - count
    rest: tuple[Part, ...] = (Words(_("… and {count} more").format(count=more), Tone.QUIET),) if more else ()
    return Stack((Row(tuple(tiles)), *rest))
