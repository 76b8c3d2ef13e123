"""Colours: viridis for magnitude, Okabe and Ito's for series, and the ink that reads on a given fill."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

# Okabe and Ito, "Color Universal Design" (2008): told apart by every kind of colour vision.
ORANGE: Final = "#e69f00"
SKY: Final = "#56b4e9"
GREEN: Final = "#009e73"
YELLOW: Final = "#f0e442"
BLUE: Final = "#0072b2"
VERMILION: Final = "#d55e00"
PURPLE: Final = "#cc79a7"
SERIES: Final = (ORANGE, SKY, GREEN, YELLOW, PURPLE, BLUE, VERMILION)
CLASH: Final = VERMILION

# Grey with a contrast above 4.2 on white and on the dark pages of GitHub and JupyterLab.
GREY: Final = "#787878"

# Every eighth row of matplotlib's viridis (van der Walt and Smith, public domain); those between are within 2 of 255.
_ANCHORS: Final = (
    "440154 470d60 48186a 482374 472d7b 453781 424086 3e4989 3b528b 375b8d 33638d 2f6b8e 2c728e 297a8e "
    "26828e 23898e 21918c 1f978b 1f9f88 21a685 27ad81 31b57b 3dbc74 4cc26c 5cc863 6ece58 81d34d 95d840 "
    "aadc32 c0df25 d5e21a eae51a fde725 "
)  # fmt: skip


def _viridis_table() -> NDArray[np.uint8]:
    anchors = np.array([[int(row[k : k + 2], 16) for k in (0, 2, 4)] for row in _ANCHORS.split()], float)
    at = np.round(np.linspace(0, 255, len(anchors)))
    return np.stack([np.interp(np.arange(256), at, anchors[:, k]) for k in range(3)], 1).round().astype(np.uint8)


VIRIDIS: Final = _viridis_table()


def hexadecimal(rgb: NDArray[np.uint8]) -> str:
    """`#rrggbb` of three bytes."""
    return "#" + bytes(rgb.tolist()).hex()


def viridis(fraction: float) -> str:
    """The colour of a magnitude between 0 (dark violet) and 1 (yellow).

    Example:
        >>> viridis(0.0), viridis(1.0)
        ('#440154', '#fde725')
    """
    return hexadecimal(VIRIDIS[round(min(1.0, max(0.0, fraction)) * 255)])


def luminance(colour: str) -> float:
    """Relative luminance of `#rrggbb`, 0 for black to 1 for white (WCAG 2.2)."""
    channels = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a: str, b: str) -> float:
    """WCAG's contrast ratio of two colours, 1 to 21."""
    light, dark = sorted((luminance(a), luminance(b)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def ink_on(fill: str) -> str:
    """Black or white, whichever reads better on `fill`."""
    return "#000000" if contrast("#000000", fill) >= contrast("#ffffff", fill) else "#ffffff"
