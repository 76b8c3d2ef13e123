"""The browser of the tests: the system's Chromium, and a font that has Japanese."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable

from bootstrap import packages
from bootstrap.environment import LOG, PYTHON
from bootstrap.sentences import say

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find() -> str | None:
    """A Chromium that starts. (On Ubuntu `chromium-browser` may be a stand-in that only points to a snap.)"""
    for name in NAMES:
        path = shutil.which(name)
        if path and subprocess.run([path, "--version"], capture_output=True, stdin=subprocess.DEVNULL).returncode == 0:
            return path
    return None


def has_japanese_font() -> bool:
    if shutil.which("fc-list") is None:
        return False
    return bool(subprocess.run(["fc-list", ":lang=ja"], capture_output=True, text=True).stdout.strip())


def has_driver() -> bool:
    """Whether playwright's own driver starts: it needs a library that a bare Debian lacks."""
    started = subprocess.run([PYTHON, "-m", "playwright", "--version"], capture_output=True, stdin=subprocess.DEVNULL)
    return started.returncode == 0


def prepare() -> str:
    """Install what is missing if that needs no question; what is missing in the end, '' if nothing is."""
    parts: tuple[tuple[Callable[[], bool], tuple[str, ...], str], ...] = (
        (lambda: find() is not None, ("chromium",), "no Chromium here"),
        (has_japanese_font, ("fonts-noto-cjk", "fontconfig"), "no Japanese font here"),
        (has_driver, ("libatomic1",), "playwright does not start here"),
    )
    wanted = tuple(name for is_there, names, _missing in parts if not is_there() for name in names)
    if not wanted:
        return ""
    say(f"Installing {', '.join(wanted)} …", f"{', '.join(wanted)} を入れています …")
    packages.install(wanted, LOG)
    return ", ".join(missing for is_there, _names, missing in parts if not is_there())
