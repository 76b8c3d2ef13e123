"""The project's own virtual environment: made from a lock file, and known by a stamp to be up to date."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

from bootstrap import packages
from bootstrap.sentences import say, stop

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / ".venv"
PYTHON = FOLDER / "bin" / "python"
STATE = ROOT / ".tfnb"
LOG = STATE / "setup.log"

# The lock of the tests holds all that the lab's holds, in the same versions.
LOCKS = {"lab": ("lab", "test"), "test": ("test",)}

# The last is all that pip says where it may not try again: a locked version is there if the index is.
_OFFLINE = (
    "NewConnectionError", "NameResolutionError", "ConnectTimeoutError", "ReadTimeoutError", "ProxyError",
    "Network is unreachable", "Temporary failure in name resolution", "Connection refused", "Connection timed out",
    "(from versions: none)",
)  # fmt: skip


def lock_file(lock: str) -> Path:
    return ROOT / "requirements" / f"{lock}.txt"


def fingerprint(lock: str) -> str:
    """What the stamp of an up-to-date environment says; follows the lock, the project's metadata, and its place."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        settings = tomllib.load(file)
    # Not the settings of tools that only read the sources.
    installed = json.dumps([settings["build-system"], settings["project"], settings["tool"]["hatch"], str(ROOT)])
    return hashlib.sha256(lock_file(lock).read_bytes() + installed.encode()).hexdigest()


def stamp(lock: str) -> Path:
    return FOLDER / f"tfnb-{lock}.stamp"


def is_ready(lock: str) -> bool:
    """Whether the environment holds what the lock asks for."""
    if not runs(PYTHON):
        return False
    return any(
        stamp(name).is_file() and stamp(name).read_text(encoding="ascii") == fingerprint(name) for name in LOCKS[lock]
    )


def runs(python: Path) -> bool:
    """Whether this interpreter starts and is new enough (a moved folder or a removed Python leaves a dead link)."""
    if not python.exists():
        return False
    test = "import sys; sys.exit(sys.version_info[:2] < (3, 11))"
    return subprocess.run([python, "-c", test], capture_output=True).returncode == 0


def prepare(lock: str) -> None:
    """Make the environment, or bring it up to date; nothing to do is quick.

    Args:
        lock: 'lab' or 'test'.

    Errors:
        SetupError: no venv module, no network, or a package that can't be installed.
    """
    if is_ready(lock):
        return
    STATE.mkdir(exist_ok=True)
    with _alone():
        if is_ready(lock):
            return
        LOG.write_bytes(b"")
        if not runs(PYTHON):
            _make()
        say(
            "Installing what tfnb needs into .venv (the first time takes a minute or two) …",
            ".venv に必要なパッケージを入れています (初回は一、二分かかります) …",
        )
        # Not wheels alone: where a system has none (an Intel Mac), pip may build.
        _pip("install", "--require-hashes", "--requirement", str(lock_file(lock)))
        _pip("install", "--no-deps", "--no-build-isolation", "--editable", str(ROOT))
        stamp(lock).write_text(fingerprint(lock), encoding="ascii")


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """Two set-ups started at once take turns."""
    with (STATE / "setup.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _make() -> None:
    if not _has_venv():
        _install_venv()
    done = subprocess.run(
        [sys.executable, "-m", "venv", "--clear", str(FOLDER)], capture_output=True, text=True, stdin=subprocess.DEVNULL
    )
    if done.returncode:
        problem = (done.stderr or done.stdout).strip().splitlines()[-1:] or ["?"]
        raise stop(
            f"Python could not make the environment {FOLDER}: {problem[0]}",
            f"環境 {FOLDER} を作れませんでした: {problem[0]}",
        )


def _has_venv() -> bool:
    test = "import venv, ensurepip"
    return subprocess.run([sys.executable, "-c", test], capture_output=True).returncode == 0


def _install_venv() -> None:
    """Debian keeps the venv module in a package of its own."""
    name = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
    if packages.install((name,), LOG) and _has_venv():
        return
    if packages.is_debian():
        line = packages.line_to_type((name,))
        raise stop(
            f"This Python ({sys.executable}) has no venv module; type: {line}",
            f"この Python ({sys.executable}) には venv モジュールがありません。次の一行を入力してください: {line}",
        )
    raise stop(
        f"This Python ({sys.executable}) has no venv module: install it, or name another Python: PYTHON=… ./run",
        f"この Python ({sys.executable}) には venv モジュールがありません。"
        "入れるか、ほかの Python を指定してください: PYTHON=… ./run",
    )


def _pip(*arguments: str) -> None:
    """Run the environment's pip; what it says goes to the log, and on a terminal a count of packages is shown."""
    environment = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1", "PYTHONUNBUFFERED": "1"}
    environment.setdefault("PIP_RETRIES", "2")
    process = subprocess.Popen(
        [str(PYTHON), "-m", "pip", *arguments],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, encoding="utf-8", errors="replace", env=environment, cwd=ROOT,
    )  # fmt: skip
    assert process.stdout is not None
    lines: list[str] = []
    packages_seen = 0
    with LOG.open("a", encoding="utf-8") as log:
        for line in process.stdout:
            log.write(line)
            lines.append(line.rstrip())
            if line.startswith("Collecting "):
                packages_seen += 1
                _show_count(packages_seen)
    _show_count(None)
    if process.wait():
        raise _pip_error(lines)


def _show_count(packages_seen: int | None) -> None:
    if sys.stdout.isatty():
        print("\r\033[K" if packages_seen is None else f"\r  {packages_seen}", end="", flush=True)


def _pip_error(lines: list[str]) -> Exception:
    if any(word in line for line in lines for word in _OFFLINE):
        return stop(
            "The package index can't be reached, and the first set-up needs it: "
            "connect to the network and run this again",
            "パッケージの配布元につながりません。最初の準備にはネットワークが必要です。"
            "接続してからもう一度実行してください",
        )
    errors = [line for line in lines if line.startswith("ERROR")] or lines[-1:]
    return stop(
        f"pip could not install the packages: {' '.join(errors[:2])} (all it said is in {LOG})",
        f"pip がパッケージを入れられませんでした: {' '.join(errors[:2])} (詳しくは {LOG})",
    )
