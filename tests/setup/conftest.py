"""Machines to try the set-up on: a copy of the clone, and a PATH on which only what is named can be found."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

# What a POSIX system has; no Python, no apt, no sudo.
POSIX_TOOLS = ("sh", "dirname", "cat", "env", "ls")
# What git does not give to a clone.
IGNORED = (".git", ".venv", ".tfnb", "node_modules", "__pycache__", "*_cache", ".hypothesis", "dist", "build")


@dataclass
class Machine:
    """A clone and an environment in which `./run` can be started."""

    clone: Path
    bin: Path
    environment: dict[str, str] = field(default_factory=dict)

    def put(self, name: str, script: str) -> None:
        """Put a command on the PATH."""
        file = self.bin / name
        file.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        file.chmod(0o755)

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """`./run ARGUMENTS`, with nothing on standard input."""
        return subprocess.run(
            [str(self.clone / "run"), *arguments],
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            env={**self.environment, **environment},
            cwd=self.clone.parent,
            timeout=120,
        )


@pytest.fixture
def machine(tmp_path: Path, root: Path) -> Machine:
    """A machine with a fresh clone and no Python."""
    clone = tmp_path / "a clone"
    shutil.copytree(root, clone, ignore=shutil.ignore_patterns(*IGNORED))
    bin_folder = tmp_path / "bin"
    bin_folder.mkdir()
    for tool in POSIX_TOOLS:
        found = shutil.which(tool)
        assert found, f"no {tool} here"
        (bin_folder / tool).symlink_to(found)
    home = tmp_path / "home"
    home.mkdir()
    environment = {
        "HOME": str(home), "PATH": str(bin_folder), "LANG": "en_US.UTF-8",
        "PIP_CONFIG_FILE": os.devnull, "PIP_NO_CACHE_DIR": "1", "PYTHONDONTWRITEBYTECODE": "1",
    }  # fmt: skip
    return Machine(clone, bin_folder, environment)


@pytest.fixture
def with_python(machine: Machine) -> Machine:
    """That machine with this Python on its PATH, and nothing installed for it."""
    base = Path(sys.base_prefix, "bin", f"python{sys.version_info[0]}.{sys.version_info[1]}")
    machine.put("python3", f'exec "{base}" "$@"')
    return machine


@pytest.fixture
def set_up(machine: Machine) -> Machine:
    """That machine with the environment made: its Python is the one that runs these tests."""
    python = machine.clone / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n', encoding="utf-8")
    python.chmod(0o755)
    stamp = "from bootstrap import environment as e; e.stamp('lab').write_text(e.fingerprint('lab'))"
    subprocess.run([sys.executable, "-c", stamp], cwd=machine.clone, check=True)
    return machine


@pytest.fixture
def refusing_apt(tmp_path: Path) -> Callable[[Machine], Path]:
    """Give a machine an apt that refuses everything, and the file in which it notes what it was asked."""

    def give(machine: Machine) -> Path:
        notes = tmp_path / "apt.log"
        machine.put("apt-get", f'echo "$*" >> "{notes}"; exit 100')
        return notes

    return give
