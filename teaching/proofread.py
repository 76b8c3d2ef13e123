"""textlint on everything that a lesson says in Japanese. Needs Node.js and npm; the rules stand in `textlint/`."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from bisect import bisect_right
from pathlib import Path
from typing import Final

from teaching.rules.finding import Finding, found
from teaching.rules.told import told
from teaching.source import ROOT, Lesson

FOLDER: Final = ROOT / "textlint"


class ProofreaderMissing(RuntimeError):
    """npm is not here, or could not install textlint."""


def prepare() -> None:
    """Install textlint as the lock file says, unless it is there.

    Errors:
        ProofreaderMissing: it could not be had.
    """
    installed = FOLDER / "node_modules" / ".package-lock.json"
    if installed.exists() and installed.stat().st_mtime >= (FOLDER / "package-lock.json").stat().st_mtime:
        return
    npm = shutil.which("npm")
    if npm is None:
        raise ProofreaderMissing("npm is not here: apt-get install nodejs npm")
    command = [npm, "ci", "--no-audit", "--no-fund"]
    done = subprocess.run(command, cwd=FOLDER, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode:
        raise ProofreaderMissing(f"npm ci failed in {FOLDER}: {done.stderr[-400:]}")


def proofread(lesson: Lesson) -> list[Finding]:
    """What textlint finds in a Japanese lesson: its cells, the replies of its checks, its glossary.

    Errors:
        ProofreaderMissing: textlint could not be had.
    """
    prepare()
    lines: list[str] = []
    starts: list[int] = []
    places: list[str] = []
    for where, text in told(lesson):
        starts.append(len(lines) + 1)
        places.append(where)
        lines += [*text.splitlines(), ""]
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder, f"{lesson.name}.md")
        page.write_text("\n".join(lines) + "\n", encoding="utf-8")
        command = ["node", "node_modules/textlint/bin/textlint.js", "--format", "json", str(page)]
        done = subprocess.run(command, cwd=FOLDER, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if not done.stdout.strip().startswith("["):
        raise ProofreaderMissing(f"textlint did not run: {done.stderr[-400:]}")
    return [
        found(lesson, places[bisect_right(starts, message["line"]) - 1], f"{message['ruleId']}: {message['message']}")
        for page_result in json.loads(done.stdout)
        for message in page_result["messages"]
    ]
