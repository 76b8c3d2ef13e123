"""Lessons in a real kernel: from top to bottom on every placement, with the same numbers and the same counters."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from teaching.build import make_notebook, notebook_path, read_notebook
from teaching.run import execute
from teaching.source import lesson_names, read_lesson

pytestmark = pytest.mark.slow

LESSONS = lesson_names()
# What may differ from place to place: the place itself, bytes at the peak, milliseconds, the columns of a table.
PLACE = re.compile(r"\bOpenGL\b|\bNumPy\b|[\d.,]+ ([KMG]iB|B|ms|µs|s)\b|[ ─]{2,}")
# Cells that tell of the machine.
OF_THE_MACHINE = {"setup", "show_gauge", "end"}


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Any]:
    """Each English lesson, executed on the host and on OpenGL (the host again where there is none)."""
    return {
        (name, backend): run(name, "en", backend, tmp_path_factory.mktemp(f"{backend}"))
        for name in LESSONS
        for backend in ("host", "gl")
    }


def run(name: str, language: str, backend: str, folder: Path, twice: bool = False) -> Any:
    """Execute a lesson whose first cell leaves the backend as the environment has it."""
    notebook = make_notebook(read_lesson(name, language))
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["source"] = "".join(cell["source"]).replace('tf.set_backend("gl")', f'tf.set_backend("{backend}")')
    if twice:
        notebook["cells"] = [
            {**cell, "id": f"{cell['id']}{time}"} for cell in notebook["cells"] for time in ("", "_again")
        ]
    return execute(notebook, str(folder), language)[0]


def shown(notebook: Any) -> Iterator[tuple[str, str]]:
    """What each code cell printed or showed as text, places and sizes left out."""
    for cell in notebook.cells:
        if cell.cell_type == "code" and cell.id.removesuffix("_again") not in OF_THE_MACHINE:
            # A stream may arrive in pieces, so line breaks are not compared.
            texts = [one.get("text") or one.get("data", {}).get("text/plain", "") for one in cell.outputs]
            yield cell.id, " ".join(PLACE.sub(" … ", " ".join(texts)).split())


@pytest.mark.parametrize("name", LESSONS)
def test_the_numbers_and_counters_are_the_same_on_every_placement(name: str, runs: Any) -> None:
    assert dict(shown(runs[name, "gl"])) == dict(shown(runs[name, "host"]))


@pytest.mark.parametrize("name", LESSONS)
def test_running_each_cell_twice_is_harmless(name: str, runs: Any, tmp_path: Path) -> None:
    again = dict(shown(run(name, "en", "host", tmp_path, twice=True)))
    once = dict(shown(runs[name, "host"]))
    # Counters, the names of models, which are numbered, and a training, which goes on where it ended.
    counters = {"count", "list_holders", "model_of_layers", "fit"}
    for cell in once:
        if cell not in counters:
            assert again[f"{cell}_again"] == again[cell]


@pytest.mark.parametrize("name", LESSONS)
def test_the_accuracy_is_in_the_range_that_the_text_gives(name: str, runs: Any) -> None:
    if name == "01_core_concepts":
        text = dict(shown(runs[name, "gl"]))["run_accuracy"]
        assert "0.85" in text
        assert "0.10" in text


def html(notebook: Any) -> Iterator[str]:
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            made = output.get("data", {}).get("text/html")
            if made:
                yield "".join(made)


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("name", LESSONS)
def test_the_notebook_ships_with_what_it_shows(name: str, language: str, root: Path) -> None:
    notebook = read_notebook(notebook_path(name, language))
    assert notebook is not None
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert all(cell["execution_count"] for cell in code)
    assert any(one.get("data", {}).get("text/html") for one in code[1]["outputs"]), "no picture in the third cell"
    for cell in code:
        failed = [one for one in cell["outputs"] if one["output_type"] == "error"]
        assert bool(failed) == ("raises-exception" in cell["metadata"].get("tags", []))
    text = json.dumps(notebook)
    assert len(text) < 1_000_000
    assert str(root) not in text


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("name", LESSONS)
def test_what_it_shows_says_its_language_and_what_pictures_show(name: str, language: str) -> None:
    notebook = read_notebook(notebook_path(name, language))
    assert notebook is not None
    pages = list(html(notebook))
    assert pages
    for page in pages:
        assert f'lang="{language}"' in page
        assert page.count("<img") == len(re.findall(r'<img[^>]* alt="[^"]+', page))
