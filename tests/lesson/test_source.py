"""Sources are read as they were meant, or refused with the place; notebooks keep what they showed."""

from __future__ import annotations

from pathlib import Path

import pytest

from teaching.build import make_notebook
from teaching.source import Cell, Lesson, SourceError, read_lesson


def write(folder: Path, text: str, code: str = "# %% one\nx = 1\n") -> Path:
    (folder / "07_x").mkdir()
    (folder / "07_x" / "en.md").write_text(text, encoding="utf-8")
    (folder / "07_x" / "code.ipy").write_text(code, encoding="utf-8")
    return folder


def test_cells_stand_in_the_order_of_the_text(tmp_path: Path) -> None:
    write(tmp_path, "<!-- cell a | predict -->\nHello\n\n<!-- code one -->\n<!-- cell b en:12ab -->\nBye\n")
    lesson = read_lesson("07_x", "en", tmp_path)
    assert [(cell.name, cell.text, cell.tags) for cell in lesson.cells] == [
        ("a", "Hello", ("predict",)), ("one", "x = 1", ()), ("b", "Bye", ())
    ]  # fmt: skip
    assert lesson.cells[2].checked_against == "12ab"
    assert lesson.number == 7


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("Hello", "opens with"),
        ("<!-- cell a -->\n<!-- code two -->", "no code cell 'two'"),
        ("<!-- code one -->\n<!-- code one -->", "stands twice"),
        ("<!-- cell one -->\n<!-- code one -->", "both called one"),
        ("<!-- cell a -->\nHello", "without a place: one"),
        ("<!-- code one -->\nstray", "text stands after the code cell"),
        ("<!-- cell a -->\n<!-- celll b -->\n<!-- code one -->", "not a cell header"),
    ],
)
def test_a_source_that_is_no_lesson_is_refused(tmp_path: Path, text: str, problem: str) -> None:
    with pytest.raises(SourceError, match=problem):
        read_lesson("07_x", "en", write(tmp_path, text))


def test_two_code_cells_of_one_name_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="two code cells are called 'one'"):
        read_lesson("07_x", "en", write(tmp_path, "<!-- code one -->", "# %% one\n# %% one\n"))


def lesson_of(code: str) -> Lesson:
    return Lesson("07_x", "en", (Cell("one", True, code),))


def test_unchanged_code_keeps_its_outputs_and_changed_code_loses_them() -> None:
    shown = make_notebook(lesson_of("x"))
    shown["cells"][0] |= {"outputs": [{"output_type": "stream"}], "execution_count": 3}
    assert make_notebook(lesson_of("x"), shown)["cells"][0]["outputs"] == [{"output_type": "stream"}]
    assert make_notebook(lesson_of("y"), shown)["cells"][0]["outputs"] == []


def test_a_notebook_is_valid_for_jupyter() -> None:
    nbformat = pytest.importorskip("nbformat")
    for language in ("en", "ja"):
        nbformat.validate(nbformat.from_dict(make_notebook(read_lesson("01_core_concepts", language))))
