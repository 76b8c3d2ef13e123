"""The reader's copies of the lessons: brought up to date, but never over what the reader wrote."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tfnb.command import lessons

LESSON = "en/01_core_concepts.ipynb"


def notebook(text: str) -> str:
    cell = {"cell_type": "code", "id": "a", "metadata": {}, "source": text, "execution_count": None, "outputs": []}
    return json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Lessons that a test may change."""
    folder = tmp_path / "notebooks"
    for language in ("en", "ja"):
        (folder / language).mkdir(parents=True)
        (folder / language / "01_core_concepts.ipynb").write_text(notebook("1 + 1"), encoding="utf-8")
    (folder / "en" / ".ipynb_checkpoints").mkdir()
    (folder / "en" / ".ipynb_checkpoints" / "old.ipynb").write_text("{}", encoding="utf-8")
    monkeypatch.setattr(lessons, "source", lambda: folder)
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "jupyter"))
    return folder


@pytest.fixture
def copies(tmp_path: Path) -> Path:
    return tmp_path / "copies"


def text_of(copies: Path) -> str:
    read: str = json.loads((copies / LESSON).read_text(encoding="utf-8"))["cells"][0]["source"]
    return read


def test_all_lessons_are_copied_and_nothing_else(source: Path, copies: Path) -> None:
    lessons.lay_down(copies)
    found = sorted(path.relative_to(copies).as_posix() for path in copies.rglob("*.ipynb"))
    assert found == [LESSON, "ja/01_core_concepts.ipynb"]


def test_a_copy_runs_on_this_environments_kernel(source: Path, copies: Path) -> None:
    lessons.lay_down(copies)
    metadata = json.loads((copies / LESSON).read_text(encoding="utf-8"))["metadata"]
    assert metadata["kernelspec"]["name"] == "tfnb"


def test_a_copy_that_nobody_touched_follows_its_lesson(source: Path, copies: Path) -> None:
    lessons.lay_down(copies)
    (source / LESSON).write_text(notebook("2 + 2"), encoding="utf-8")
    assert lessons.lay_down(copies).kept == ()
    assert text_of(copies) == "2 + 2"


def test_an_edited_copy_stays_and_is_named_once_its_lesson_changes(source: Path, copies: Path) -> None:
    lessons.lay_down(copies)
    (copies / LESSON).write_text(notebook("mine"), encoding="utf-8")
    assert lessons.lay_down(copies).kept == ()
    (source / LESSON).write_text(notebook("2 + 2"), encoding="utf-8")
    assert lessons.lay_down(copies).kept == (LESSON,)
    assert text_of(copies) == "mine"


def test_a_file_that_was_there_before_counts_as_the_readers(source: Path, copies: Path) -> None:
    (copies / "en").mkdir(parents=True)
    (copies / LESSON).write_text(notebook("mine"), encoding="utf-8")
    assert lessons.lay_down(copies).kept == (LESSON,)
    assert text_of(copies) == "mine"


def test_a_removed_copy_comes_back(source: Path, copies: Path) -> None:
    lessons.lay_down(copies)
    (copies / LESSON).unlink()
    lessons.lay_down(copies)
    assert text_of(copies) == "1 + 1"


def test_fresh_copies_move_the_former_ones_aside(source: Path, copies: Path) -> None:
    lessons.lay_down(copies)
    (copies / LESSON).write_text(notebook("mine"), encoding="utf-8")
    moved_to = lessons.lay_down(copies, fresh=True).moved_to
    assert moved_to is not None
    assert text_of(copies) == "1 + 1"
    assert text_of(moved_to) == "mine"


def test_a_damaged_manifest_costs_no_copy(source: Path, copies: Path) -> None:
    lessons.lay_down(copies)
    (copies / ".manifest.json").write_text("{", encoding="utf-8")
    (copies / LESSON).write_text(notebook("mine"), encoding="utf-8")
    lessons.lay_down(copies)
    assert text_of(copies) == "mine"


def test_a_copy_is_trusted(source: Path, copies: Path) -> None:
    from nbformat import read
    from nbformat.sign import NotebookNotary

    lessons.lay_down(copies)
    assert NotebookNotary().check_signature(read(copies / LESSON, as_version=4))


def test_in_a_clone_the_copies_lie_where_git_does_not_look(root: Path) -> None:
    assert lessons.in_clone()
    assert lessons.default_folder() == root / ".tfnb" / "lessons"
    assert ".tfnb/" in (root / ".gitignore").read_text(encoding="utf-8").splitlines()


def test_a_copy_does_not_give_away_what_the_reader_is_to_foresee(source: Path, copies: Path) -> None:
    shown = [{"output_type": "stream", "name": "stdout", "text": "3"}]
    cells = [
        {"cell_type": "code", "id": name, "metadata": {"tags": tags}, "source": "1 + 2", "execution_count": 1,
         "outputs": shown}
        for name, tags in (("foreseen", ["run", "nbval-check-output"]), ("plain", []))
    ]  # fmt: skip
    made = json.loads(notebook("")) | {"cells": cells}
    (source / LESSON).write_text(json.dumps(made), encoding="utf-8")
    lessons.lay_down(copies)
    foreseen, plain = json.loads((copies / LESSON).read_text(encoding="utf-8"))["cells"]
    assert (foreseen["outputs"], foreseen["execution_count"]) == ([], None)
    assert plain["outputs"] == shown
