"""`./run lock`: make the lock files from pyproject.toml, for all systems and Python versions at once.

uv does it, since pip can't resolve for another system than its own; whoever only installs needs pip alone.
"""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from bootstrap.environment import LOG, ROOT, STATE, lock_file
from bootstrap.sentences import say, stop

UV = "uv==0.13.9"
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
PLATFORMS = (
    "x86_64-manylinux_2_28", "aarch64-manylinux_2_28",
    "x86_64-apple-darwin", "aarch64-apple-darwin", "x86_64-pc-windows-msvc",
)  # fmt: skip
# Where a missing wheel is an error; elsewhere it is only reported.
PROMISED = PLATFORMS[:2]


def make() -> int:
    """Write the lock files and see that each package in them has a wheel wherever we promise one."""
    import sys

    STATE.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        bin_folder = Path(folder, "bin")
        subprocess.run([bin_folder / "python", "-m", "pip", "install", "--quiet", UV], check=True)
        uv = str(bin_folder / "uv")
        # The build backend is in both: the project itself is installed without build isolation.
        backend = Path(folder, "backend.in")
        backend.write_text("hatchling\n", encoding="ascii")
        _compile(uv, "test", str(backend))
        _compile(uv, "lab", str(backend), "--constraint", str(lock_file("test")))
        return _check_wheels(uv)


def _compile(uv: str, lock: str, *more: str) -> None:
    command = [
        uv, "pip", "compile", "--quiet", "--universal", "--python-version", PYTHONS[0], "--fork-strategy", "fewest",
        "--generate-hashes", "--no-annotate", "--no-emit-index-url", "--no-config",
        "--custom-compile-command", "./run lock",
        "--extra", lock, "pyproject.toml", *more, "--output-file", str(lock_file(lock)),
    ]  # fmt: skip
    if subprocess.run(command, cwd=ROOT).returncode:
        raise stop("uv could not resolve the dependencies", "uv が依存関係を解決できませんでした")


def _check_wheels(uv: str) -> int:
    missing = 0
    for python in PYTHONS:
        for platform in PLATFORMS:
            command = [
                uv, "pip", "compile", "--quiet", "--no-deps", "--only-binary", ":all:", "--no-config",
                "--python-version", python, "--python-platform", platform, str(lock_file("test")),
                "--output-file", "/dev/null",
            ]  # fmt: skip
            done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
            if done.returncode:
                missing += platform in PROMISED
                say(
                    f"Python {python}, {platform}: no wheel for some package: {done.stderr.strip()[:300]}",
                    f"Python {python}、{platform}: wheel のないパッケージがあります: {done.stderr.strip()[:300]}",
                )
    LOG.touch()
    return 1 if missing else 0
