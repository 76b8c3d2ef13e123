"""The page of kernels says what the records say."""

from __future__ import annotations

from pathlib import Path

from docs.make_kernels import document
from tfnb.kernels.composite import COMPOSITES
from tfnb.kernels.record import KERNELS


def test_the_page_of_kernels_is_made_from_the_records(root: Path) -> None:
    page = (root / "docs" / "kernels.md").read_text(encoding="utf-8")
    assert page == document(), "run python docs/make_kernels.py"


def test_the_page_names_every_kernel_once() -> None:
    page = document()
    names = [*KERNELS, *COMPOSITES]
    assert {name: page.count(f"| `{name}` |") for name in names} == dict.fromkeys(names, 1)
