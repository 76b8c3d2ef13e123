"""The browser of the tests: the system's Chromium, and a font that has Japanese."""

from __future__ import annotations

import shutil
import subprocess

from bootstrap import packages
from bootstrap.environment import LOG
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


def prepare() -> str:
    """Install what is missing if that needs no question; what is missing in the end, '' if nothing is."""
    wanted = (() if find() else ("chromium",)) + (() if has_japanese_font() else ("fonts-noto-cjk", "fontconfig"))
    if not wanted:
        return ""
    say(f"Installing {', '.join(wanted)} …", f"{', '.join(wanted)} を入れています …")
    packages.install(wanted, LOG)
    if find() is None:
        return "no Chromium here"
    return "" if has_japanese_font() else "no Japanese font here"
