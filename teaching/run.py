"""Execute a lesson in a real kernel and keep what it shows."""

from __future__ import annotations

import json
import os
import time
from typing import Any

from teaching.build import Notebook, notebook_path, read_notebook, write_notebook


def execute(notebook: Notebook, folder: str, language: str) -> tuple[Any, float]:
    """Run all cells in a new kernel of this Python.

    Args:
        notebook: what to run; it is not changed.
        folder: the kernel's working directory.
        language: `TFNB_LANG` of the kernel.

    Returns:
        The executed notebook, and the seconds that it took.
    """
    import nbformat
    from nbclient import NotebookClient

    copy = nbformat.reads(json.dumps(notebook), as_version=4)  # type: ignore[no-untyped-call]
    client = NotebookClient(
        copy, timeout=120, kernel_name="python3", resources={"metadata": {"path": folder}}, store_widget_state=False,
        record_timing=False,
    )  # fmt: skip
    start = time.perf_counter()
    client.execute(env={**os.environ, "TFNB_LANG": language})
    return copy, time.perf_counter() - start


def store_outputs(name: str, language: str) -> float:
    """Run a lesson and save what its cells show in its notebook; the seconds that it took."""
    path = notebook_path(name, language)
    notebook = read_notebook(path)
    assert notebook is not None, f"build {path} first"
    executed, seconds = execute(notebook, str(path.parent), language)
    for cell, run in zip(notebook["cells"], executed.cells, strict=True):
        if cell["cell_type"] == "code":
            cell["execution_count"], cell["outputs"] = run.execution_count, [_lines(dict(one)) for one in run.outputs]
    write_notebook(path, notebook)
    return seconds


def _lines(output: dict[str, Any]) -> dict[str, Any]:
    """Text as lists of lines, as Jupyter writes files, so that one changed line is one line of a diff."""
    if "text" in output:
        output["text"] = output["text"].splitlines(keepends=True)
    if "data" in output:
        output["data"] = {
            kind: value.splitlines(keepends=True) if isinstance(value, str) and kind != "image/png" else value
            for kind, value in output["data"].items()
        }
    return output
