"""Notebooks from sources. Outputs of a code cell are kept as long as its code is the same."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Final

from teaching.source import LANGUAGES, ORIGINAL, ROOT, Cell, Lesson, read_lesson

NOTEBOOKS: Final = ROOT.parent / "notebooks"

_KERNEL: Final = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
_PYTHON: Final = {
    "codemirror_mode": {"name": "ipython", "version": 3}, "file_extension": ".py", "mimetype": "text/x-python",
    "name": "python", "nbconvert_exporter": "python", "pygments_lexer": "ipython3",
}  # fmt: skip

Notebook = dict[str, Any]


def notebook_path(name: str, language: str) -> Path:
    """Where a lesson's notebook lies."""
    return NOTEBOOKS / language / f"{name}.ipynb"


def make_notebook(lesson: Lesson, earlier: Notebook | None = None) -> Notebook:
    """A lesson as a notebook (format 4.5), with the outputs that `earlier` has for unchanged code."""
    outputs = {one["id"]: one for one in (earlier or {}).get("cells", []) if one["cell_type"] == "code"}
    return {
        "cells": [_make_cell(cell, outputs.get(cell.name)) for cell in lesson.cells],
        "metadata": {
            "kernelspec": _KERNEL,
            "language_info": _PYTHON,
            "tfnb": {"language": lesson.language, "lesson": lesson.number},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def _make_cell(cell: Cell, earlier: Notebook | None) -> Notebook:
    metadata: dict[str, Any] = {"tags": list(cell.tags)} if cell.tags else {}
    if cell.checked_against:
        metadata["tfnb"] = {"checked_against": cell.checked_against}
    made: Notebook = {
        "cell_type": "code" if cell.is_code else "markdown",
        "id": cell.name,
        "metadata": metadata,
        "source": cell.text.splitlines(keepends=True),
    }
    if cell.is_code:
        kept = earlier if earlier and "".join(earlier["source"]) == cell.text else {}
        made |= {"execution_count": kept.get("execution_count"), "outputs": kept.get("outputs", [])}
    return made


def read_notebook(path: Path) -> Notebook | None:
    """The notebook at `path`, None where there is none."""
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


def write_notebook(path: Path, notebook: Notebook) -> bool:
    """Write in Jupyter's own layout; False if the file was the same already."""
    text = json.dumps(notebook, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return True


def build(name: str) -> list[Path]:
    """Make a lesson's notebooks in every language; the paths that changed."""
    changed = []
    for language in LANGUAGES:
        path = notebook_path(name, language)
        if write_notebook(path, make_notebook(read_lesson(name, language), read_notebook(path))):
            changed.append(path)
    return changed


def is_fresh(name: str, language: str) -> bool:
    """Whether the notebook is what its source makes."""
    made = read_notebook(notebook_path(name, language))
    return made is not None and made == make_notebook(read_lesson(name, language), made)


def mark_reviewed(name: str, language: str, cells: list[str]) -> list[str]:
    """Note in a translation that these cells (all stale ones if none are named) say what the English cells say now.

    Returns:
        The names of the cells whose mark changed.
    """
    path = ROOT / name / f"{language}.md"
    text, original = path.read_text(encoding="utf-8"), read_lesson(name, ORIGINAL)
    done = []
    for cell in read_lesson(name, language).texts:
        wanted = original.cell(cell.name).hash
        if cell.checked_against != wanted and (not cells or cell.name in cells):
            header = re.compile(rf"<!-- cell {cell.name}((?: \|(?: [\w-]+)+)?)(?: en:\w+)? -->")
            text = header.sub(rf"<!-- cell {cell.name}\1 en:{wanted} -->", text)
            done.append(cell.name)
    path.write_text(text, encoding="utf-8")
    return done
