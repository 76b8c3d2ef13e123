"""OpenGL: whether it works here, and Mesa where it does not and may be installed without a question."""

from __future__ import annotations

import json
import subprocess
from typing import Any

from bootstrap import packages
from bootstrap.environment import LOG, PYTHON, ROOT
from bootstrap.sentences import say


def prepare() -> bool:
    """See that OpenGL works, if need be by installing Mesa; whether it does in the end.

    Without OpenGL tfnb still works, on NumPy: nothing here stops the set-up.
    """
    opengl = probe()
    if opengl is None or opengl["works"]:
        return opengl is not None
    names = tuple(opengl["packages"])
    if names and packages.is_debian() and packages.privilege() is not None:
        say("Installing Mesa, so that OpenGL works here …", "OpenGL が動くように Mesa を入れています …")
        if packages.install(names, LOG):
            opengl = probe() or opengl
    if not opengl["works"]:
        line = opengl["mend"]
        say(
            "OpenGL does not work here, so tensors stay on NumPy." + (f" To get it, type: {line}" if line else ""),
            "OpenGL が使えないため、テンソルは NumPy で計算します。"
            + (f"使えるようにするには次の一行を入力してください: {line}" if line else ""),
        )
    return bool(opengl["works"])


def probe() -> dict[str, Any] | None:
    """What the doctor says about OpenGL; None if it could not be asked."""
    asked = subprocess.run(
        [str(PYTHON), "-m", "tfnb", "doctor", "--json"], capture_output=True, text=True, cwd=ROOT,
        stdin=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        opengl: dict[str, Any] = json.loads(asked.stdout)["opengl"]
    except (ValueError, KeyError):
        reason = (asked.stderr.strip().splitlines() or ["?"])[-1]
        say(f"The doctor could not be asked about OpenGL: {reason}", f"OpenGL の状態を確かめられません: {reason}")
        return None
    return opengl
