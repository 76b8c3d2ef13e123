"""`tfnb lab --check`: run every lesson in a real kernel, a line per lesson."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

from tfnb.command import kernelspec, lessons
from tfnb.language import _

# A cell that takes longer hangs.
CELL_TIMEOUT = 600


def check(languages: tuple[str, ...]) -> int:
    """Run the lessons of these languages, each in a kernel of its own; 0 if all of them ran.

    What runs are fresh copies in a temporary folder, never the reader's.
    """
    names = lessons.names(languages)
    if not names:
        print(_("there is no lesson in {folder}").format(folder=lessons.source()), file=sys.stderr)
        return 1
    # Each lesson's folder tells its kernel the language.
    os.environ.pop("TFNB_LANG", None)
    failed = 0
    with tempfile.TemporaryDirectory(prefix="tfnb-check-") as folder:
        lessons.lay_down(Path(folder))
        for name in names:
            start = time.monotonic()
            problem = run(Path(folder, f"{name}.ipynb"))
            state = "failed" if problem else "ok"
            print(f"{name} {state} {time.monotonic() - start:.0f} s", flush=True)
            if problem:
                failed += 1
                print(problem, flush=True)
    return 1 if failed else 0


def run(path: Path) -> str:
    """Run one notebook from top to bottom; '' if it went through, else what stopped it."""
    import nbformat
    from jupyter_client.kernelspec import NoSuchKernel
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    client = NotebookClient(
        notebook,
        timeout=CELL_TIMEOUT,
        kernel_name=kernelspec.NAME,
        resources={"metadata": {"path": str(path.parent)}},
        # A kernel without a front end warns that its line isn't encrypted; it is a line within this machine.
        extra_arguments=["--log-level=ERROR"],
    )
    try:
        client.execute()
    except (CellExecutionError, CellTimeoutError, DeadKernelError, NoSuchKernel) as error:
        return str(error)
    return ""
