"""A PNG from an array of bytes, by the standard library: pictures of tensors need no imaging package.

Source: Portable Network Graphics (PNG) Specification, third edition, W3C 2025, sections 5 and 11.
"""

from __future__ import annotations

import struct
import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray


def png(pixels: NDArray[np.uint8], scale: int = 1) -> bytes:
    """Encode pixels, each enlarged to `scale` × `scale` so that viewers do not blur them.

    Args:
        pixels: bytes of shape [height, width], [height, width, 3] or [height, width, 4].
        scale: enlargement, at least 1.
    """
    if pixels.ndim == 2:
        pixels = pixels[:, :, None]
    colour_type = {1: 0, 3: 2, 4: 6}[pixels.shape[2]]
    large = np.repeat(np.repeat(pixels, scale, 0), scale, 1)
    height, width = large.shape[:2]
    rows = np.zeros((height, 1 + width * pixels.shape[2]), np.uint8)
    rows[:, 1:] = large.reshape(height, -1)
    header = struct.pack(">IIBBBBB", width, height, 8, colour_type, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", header)
        + _chunk(b"IDAT", zlib.compress(rows.tobytes(), 6))
        + _chunk(b"IEND", b"")
    )


def indexed_png(indices: NDArray[np.uint8], palette: NDArray[np.uint8], scale: int = 1) -> bytes:
    """Encode pixels that are places in a palette, each enlarged to `scale` × `scale`.

    Args:
        indices: bytes of shape [height, width]. palette: up to 256 colours, [count, 3].
    """
    large = np.repeat(np.repeat(indices, scale, 0), scale, 1)
    height, width = large.shape
    rows = np.zeros((height, 1 + width), np.uint8)
    rows[:, 1:] = large
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", header)
        + _chunk(b"PLTE", palette.tobytes())
        + _chunk(b"IDAT", zlib.compress(rows.tobytes(), 6))
        + _chunk(b"IEND", b"")
    )


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def fit_scale(height: int, width: int, wanted: int, least: int = 1) -> int:
    """The whole enlargement that brings the longer side nearest to `wanted` pixels without going over."""
    return max(least, wanted // max(height, width, 1))


def as_bytes(values: NDArray[Any], low: float, high: float) -> NDArray[np.uint8]:
    """Values between `low` and `high` as bytes 0 to 255; NaN as 0."""
    spread = (high - low) or 1.0
    with np.errstate(all="ignore"):
        scaled = np.nan_to_num((values.astype(np.float64) - low) / spread, nan=0.0, posinf=1.0, neginf=0.0)
    return (np.clip(scaled, 0, 1) * 255).round().astype(np.uint8)
