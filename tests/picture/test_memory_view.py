"""The gauge, the line under a cell, the table of tensors."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tfnb.language import set_language
from tfnb.picture.lower_text import lower_text
from tfnb.picture.memory_view import (
    CellReport,
    MemoryState,
    TensorRow,
    device_words,
    gauge_figure,
    report_figure,
    report_words,
    scale_of,
    tensors_figure,
)  # fmt: skip

pytestmark = pytest.mark.usefixtures("english")

AMOUNT = st.integers(0, 2**45)


@given(AMOUNT, AMOUNT, AMOUNT, st.one_of(st.none(), AMOUNT), st.sampled_from(["gpu", "process"]))
def test_the_bar_always_has_room_for_everything(
    in_use: int, pool: int, peak: int, total: int | None, device: str
) -> None:
    state = MemoryState(in_use, pool, peak, total, "x", device)
    assert scale_of(state) >= max(in_use + pool, peak)
    lower_text(gauge_figure(state))


def test_the_bar_ends_at_the_total_where_that_shows_something() -> None:
    assert scale_of(MemoryState(2**30, 0, 2**30, 2**33, "x")) == 2**33
    assert scale_of(MemoryState(1000, 0, 1000, 2**33, "x")) == 2048


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (MemoryState(0, 0, 0, 2**33, "GeForce"), "GeForce, 8 GiB in all"),
        (
            MemoryState(0, 0, 0, None, "Intel", process=64 * 2**20),
            "Intel; its driver tells no total, this process takes 64 MiB of the machine's memory",
        ),
        (MemoryState(0, 0, 0, 2**34, "NumPy", "process", 3 * 2**20),
         "NumPy: no memory of a GPU; this process takes 3 MiB of the machine's 16 GiB"),
    ],
)  # fmt: skip
def test_the_gauge_says_whose_memory_it_is(state: MemoryState, words: str) -> None:
    assert device_words(state) == words


def row(owner: str, **more: object) -> TensorRow:
    return TensorRow(owner, (2,), "float32", 8, "host", **more)  # type: ignore[arg-type]


def test_the_line_under_a_cell_names_three_owners_and_no_more() -> None:
    words = report_words(CellReport(9, 4, tuple(row(name) for name in "abcde"), 40, 72))
    assert words == "tidy: 9 tensors made, 4 freed, 5 kept (a, b, c, …) · 40 B in use, peak 72 B"


def test_a_cell_that_keeps_nothing_says_so() -> None:
    assert report_words(CellReport(1, 1, (), 0, 8)) == "tidy: 1 tensor made, 1 freed, none kept · 0 B in use, peak 8 B"


def test_a_failed_cell_says_what_became_of_its_tensors() -> None:
    assert "the cell failed: what only its frames held is freed" in report_words(
        CellReport(1, 1, (), 0, 8, failed=True)
    )


def test_names_that_were_to_be_kept_and_do_not_exist_are_told() -> None:
    assert "--keep: the cell made no loss" in lower_text(report_figure(CellReport(0, 0, (), 0, 0, missing=("loss",))))


def test_a_full_report_lists_reasons_and_what_was_taken() -> None:
    report = CellReport(2, 1, (row("x", kept="a name leads to it"),), 8, 16, taken=(row("y"),))
    text = lower_text(report_figure(report, full=True))
    assert "a name leads to it" in text
    assert "freed although a name leads to them:" in text


def test_a_tensor_without_an_owner_is_not_passed_over() -> None:
    assert "nobody that can be seen" in lower_text(tensors_figure([row("")], 8))


def test_a_long_table_is_cut_and_says_so() -> None:
    assert "… and 7 more" in lower_text(tensors_figure([row("x")] * 3, 80, 10))


def test_the_line_speaks_japanese() -> None:
    set_language("ja")
    words = report_words(CellReport(4, 3, (row("y"),), 16, 32))
    assert words == "tidy: テンソル 4 個を作り、3 個を解放、1 個を残しました (y) · 使用中 16 B、最大 32 B"
