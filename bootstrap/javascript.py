"""The checks of js/: types, tests, and whether the committed bundle is what its sources give."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from pathlib import Path

from bootstrap import packages
from bootstrap.environment import LOG, ROOT
from bootstrap.outcome import NOTHING_YET, Outcome, State
from bootstrap.sentences import say

FOLDER = ROOT / "js"
# The oldest that the tools of js/package.json take; Debian 12 has it.
OLDEST_NODE = 18
NO_NODE = Outcome(State.NOT_RUN, f"no Node {OLDEST_NODE} or newer here")


def install() -> Outcome:
    """Have Node, and js/node_modules as package-lock.json has it."""
    if not (FOLDER / "package-lock.json").is_file():
        return NOTHING_YET
    if not prepare_node():
        return NO_NODE
    if _stamp_is_fresh():
        return Outcome(State.PASSED, "as it was")
    outcome = _npm("ci", "--no-audit", "--no-fund")
    if outcome.state is State.PASSED:
        _stamp().write_text(_fingerprint(), encoding="ascii")
    return outcome


def check_types() -> Outcome:
    return _script("typecheck")


def test() -> Outcome:
    return _script("test")


def compare_bundle() -> Outcome:
    """Build the bundle anew and compare it with the committed one."""
    return _script("fresh")


def prepare_node() -> bool:
    """Install Node if it is missing and that needs no question; whether it is there."""
    if not has_node():
        say("Installing Node …", "Node を入れています …")
        packages.install(("nodejs", "npm"), LOG)
    return has_node()


def has_node() -> bool:
    if shutil.which("npm") is None or (node := shutil.which("node")) is None:
        return False
    said = subprocess.run([node, "--version"], capture_output=True, text=True, stdin=subprocess.DEVNULL).stdout
    major = said.strip().lstrip("v").split(".")[0]
    return major.isdigit() and int(major) >= OLDEST_NODE


def _script(name: str) -> Outcome:
    if not any((FOLDER / "src").rglob("*.js")):
        return NOTHING_YET
    if not _stamp_is_fresh():
        return Outcome(State.NOT_RUN, "js/node_modules is not there")
    return _npm("run", "--silent", name)


def _npm(*arguments: str) -> Outcome:
    command = ["npm", "--prefix", str(FOLDER), *arguments]
    return Outcome.of(subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL).returncode)


def _fingerprint() -> str:
    return hashlib.sha256((FOLDER / "package-lock.json").read_bytes()).hexdigest()


def _stamp_is_fresh() -> bool:
    return _stamp().is_file() and _stamp().read_text(encoding="ascii") == _fingerprint()


def _stamp() -> Path:
    return FOLDER / "node_modules" / ".tfnb-stamp"
