"""The picture under a shape error: the clash marked, the reader's own names, and no result where there is none."""

from __future__ import annotations

from typing import Any

import pytest

from tfnb.notebook.error_picture import error_figure
from tfnb.picture.lower_text import lower_text


def picture_of(run: Any, cell: str) -> str:
    figure = error_figure(run(cell).error_in_exec)
    return lower_text(figure) if figure is not None else ""


@pytest.fixture
def board(shell: Any, run: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr("tfnb.notebook.show.notebook_shell", lambda: shell)  # as in a kernel
    run("board = tf.variable(tf.zeros([5]))")
    return run


def test_assign_takes_one_shape_exactly_and_makes_no_result(board: Any) -> None:
    text = picture_of(board, "board.assign(tf.ones([4]))")
    assert "board takes exactly [5]" in text
    assert "new_value is [4]" in text
    assert "result" not in text
    assert "or one of them 1" not in text


def test_a_length_of_1_does_not_fit_either(board: Any) -> None:
    assert "new_value is [1]; assign repeats no number." in picture_of(board, "board.assign(tf.ones([1]))")


@pytest.mark.parametrize("value", ["tf.ones([1, 5])", "tf.scalar(7)"])
def test_another_number_of_axes_is_drawn_too(board: Any, value: str) -> None:
    assert "board takes exactly [5]" in picture_of(board, f"board.assign({value})")


def test_an_op_says_what_may_repeat(run: Any) -> None:
    assert "Lengths must be equal, or one of them 1." in picture_of(run, "tf.ones([2]).add(tf.ones([3]))")


def test_an_error_of_another_kind_has_no_picture(run: Any) -> None:
    assert picture_of(run, "tf.zeros([2])[0] = 1") == ""
