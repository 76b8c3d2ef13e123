"""The Jupyter kernel of this environment, under the name `tfnb`."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

NAME = "tfnb"


def specification() -> dict[str, Any]:
    """What Jupyter needs to know to start the kernel: ipykernel's own words, with our start script in its place."""
    from ipykernel.kernelspec import get_kernel_dict

    script = Path(__file__).with_name("kernel.py")
    argv = [sys.executable, str(script), "-f", "{connection_file}"]
    return {**get_kernel_dict(), "argv": argv, "display_name": NAME}


def install() -> Path:
    """Write the specification into this environment (into the user's folder where that is read-only).

    Returns:
        The folder of the specification.
    """
    from jupyter_core.paths import jupyter_data_dir

    text = json.dumps(specification(), indent=1)
    try:
        return _write(Path(sys.prefix, "share", "jupyter", "kernels", NAME), text)
    except OSError:
        return _write(Path(jupyter_data_dir(), "kernels", NAME), text)


def _write(folder: Path, text: str) -> Path:
    file = folder / "kernel.json"
    if not file.is_file() or file.read_text(encoding="utf-8") != text:
        folder.mkdir(parents=True, exist_ok=True)
        # Renamed into place: a running server may read it at this moment.
        fresh = folder / f"kernel.json.{os.getpid()}"
        fresh.write_text(text, encoding="utf-8")
        fresh.replace(file)
    return folder


if __name__ == "__main__":
    install()
