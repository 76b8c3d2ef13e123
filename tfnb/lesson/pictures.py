"""Small grey pictures beside each other, dark ink on white paper."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tfnb.errors import ShapeError
from tfnb.language import _
from tfnb.lesson.bilingual import Both
from tfnb.lesson.shown import Shown
from tfnb.picture.parts import Bitmap, Figure, Row, Stack, Tone, Words
from tfnb.picture.png import as_bytes, fit_scale, png

_SIDE = 64
_SHADES = " ░▒▓█"
_TITLE = Both("{count} pictures of {side} × {side} boxes", "{side} × {side} マスの画像 {count} 枚")
_ONE = Both("picture of a {label}, dark where the numbers are large", "{label} の画像。数が大きいマスほど濃い")
_ROW = Both("Darker boxes hold larger numbers. Labels from left to right: {labels}.",
            "濃いマスほど数が大きい。ラベルは左から {labels}。")  # fmt: skip


def pictures(images: Any, labels: Any) -> Shown:
    """Draw square pictures with their labels.

    Args:
        images: numbers of shape [count, side × side], as lists or a tensor; the largest is drawn black.
        labels: one for each picture.

    Errors:
        ShapeError: not one square picture for each label.

    Example:
        >>> import tfnb as tf
        >>> digits = tf.lesson.digits()
        >>> shown = tf.lesson.pictures(digits.images[:2], digits.labels[:2])
    """
    numbers = np.asarray(images, np.float64)
    names = [str(label) for label in labels]
    side = math.isqrt(numbers.shape[1]) if numbers.ndim == 2 else 0
    if numbers.ndim != 2 or side * side != numbers.shape[1] or len(names) != len(numbers):
        raise ShapeError(
            _("wanted square pictures, [count, side × side], and as many labels; got {shape}, {labels}").format(
                shape=list(numbers.shape), labels=len(names)
            ),
            op="lesson.pictures",
            argument="images",
        )
    top = float(numbers.max(initial=0)) or 1.0
    tiles = tuple(
        Stack((Words(name, Tone.STRONG), _tile(one.reshape(side, side) / top, name)))
        for one, name in zip(numbers, names, strict=True)
    )
    title = _TITLE.say(count=len(names), side=side)
    return Shown(Figure(title, f"{title}. {_ROW.say(labels=', '.join(names))}", Row(tiles)), drawn=True)


def _tile(ink: NDArray[np.float64], name: str) -> Bitmap:
    """One picture; `ink` runs from 0 (paper) to 1."""
    paper = as_bytes(1 - ink, 0, 1)
    scale = fit_scale(len(paper), len(paper), _SIDE)
    side = len(paper) * scale
    drawn = tuple("".join(_SHADES[min(int(v * 5), 4)] * 2 for v in row) for row in ink)
    return Bitmap(png(paper, scale), side, side, _ONE.say(label=name), drawn)
