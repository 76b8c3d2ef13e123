"""Start a kernel that speaks its lesson's language: `lessons/ja/…` runs in Japanese.

A script, run by its path: were it imported from the package, `tfnb` would be loaded before IPython, and the notebook's
`import tfnb` would no longer find a fresh module that sets itself up.
"""

from __future__ import annotations

import os
import runpy
import sys
from pathlib import Path


def set_language(folder: Path) -> None:
    """Take the language from the folder's name, unless `TFNB_LANG` says otherwise."""
    if folder.name in ("en", "ja"):
        os.environ.setdefault("TFNB_LANG", folder.name)


if __name__ == "__main__":
    # Python puts the script's folder first, where `doctor` or `lab` would hide modules of the reader's.
    del sys.path[0]
    set_language(Path.cwd())
    runpy.run_module("ipykernel_launcher", run_name="__main__")
