"""The tour of `tfnb demo`, and the one in the README: they run, and show what arithmetic says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tfnb.command import demo


def squeezed(text: str) -> str:
    """Without the spaces that only align columns."""
    return re.sub(r"\s+", "", text)


SQUARED_PLUS_ONE = "[[2,5],[10,17]]"
PRODUCT = "[[7,10],[15,22]]"
DOUBLED_PLUS_TEN = "[[12,14],[16,18]]"


def test_the_tour_has_ten_lines() -> None:
    assert len(list(demo.tour())) == 10


def test_the_tour_shows_what_arithmetic_says(english: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert demo.main([]) == 0
    said = capsys.readouterr().out
    shown = squeezed(said)
    for expected in ("[[1,2],[3,4]]", SQUARED_PLUS_ONE, PRODUCT, DOUBLED_PLUS_TEN, "2.5"):
        assert expected in shown
    # One tensor more: the average.
    assert "num_tensors-before)\n1\n" in said.replace(" ", "")


def test_the_tour_speaks_japanese(japanese: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert demo.main([]) == 0
    assert re.search(r"# .*[ぁ-ん]", capsys.readouterr().out)


def test_the_readme_runs(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    blocks = re.findall(r"```python\n(.*?)```", (root / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    assert blocks
    for block in blocks:
        exec(compile(block, "README.md", "exec"), {})
    shown = squeezed(capsys.readouterr().out)
    for expected in (SQUARED_PLUS_ONE, PRODUCT, DOUBLED_PLUS_TEN, "2.5"):
        assert expected in shown
