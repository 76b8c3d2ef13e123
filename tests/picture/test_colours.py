"""Colours are those of their sources, and everything on them can be read."""

from __future__ import annotations

import numpy as np
import pytest
from vispy.color import get_colormap

from tfnb.picture.colours import GREY, SERIES, VIRIDIS, contrast, hexadecimal, ink_on, viridis


def test_viridis_is_the_published_table_within_two_of_255() -> None:
    published = np.asarray(get_colormap("viridis").colors.rgb) * 255
    assert np.abs(published - VIRIDIS).max() <= 2.5


def test_viridis_grows_brighter_all_the_way() -> None:
    weights = np.array([0.2126, 0.7152, 0.0722])
    assert (np.diff((VIRIDIS / 255.0) ** 2.2 @ weights) > -1e-3).all()


@pytest.mark.parametrize("fraction", [-1.0, 2.0])
def test_values_beyond_the_scale_take_its_ends(fraction: float) -> None:
    assert viridis(fraction) in ("#440154", "#fde725")


def test_numbers_can_be_read_on_every_colour() -> None:
    fills = [hexadecimal(rgb) for rgb in VIRIDIS] + list(SERIES)
    assert min(contrast(fill, ink_on(fill)) for fill in fills) >= 4.5


@pytest.mark.parametrize("page", ["#ffffff", "#0d1117", "#111111"])
def test_loose_text_of_an_svg_reads_on_light_and_dark_pages(page: str) -> None:
    assert contrast(GREY, page) >= 4.0


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
