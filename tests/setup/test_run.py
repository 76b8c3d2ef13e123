"""`./run` on machines that lack something: one clear sentence, in the reader's language, and a status that says so."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from .conftest import Machine

JAPANESE = {"LANG": "ja_JP.UTF-8"}
OLD = 'case "$*" in *"(3, 11)"*) exit 1 ;; *) echo 3.9 ;; esac'


def sentence(said: subprocess.CompletedProcess[str]) -> str:
    """The one line that was said, which must be the last and no traceback."""
    assert said.returncode == 1
    lines = said.stderr.strip().splitlines()
    assert "Traceback" not in said.stderr
    assert len(lines) == 1, said.stderr
    return lines[0]


def test_no_python_is_one_sentence(machine: Machine) -> None:
    assert "needs Python 3.11 or newer and found none" in sentence(machine.run("lab"))


def test_no_python_is_one_sentence_in_japanese(machine: Machine) -> None:
    assert "Python 3.11 以降が必要ですが、見つかりません" in sentence(machine.run("lab", **JAPANESE))


def test_an_old_python_is_named_with_its_version(machine: Machine) -> None:
    machine.put("python3", OLD)
    assert "found only python3, which is 3.9" in sentence(machine.run("lab"))


def test_an_old_python_is_named_in_japanese(machine: Machine) -> None:
    machine.put("python3", OLD)
    assert "python3 は 3.9 です" in sentence(machine.run("test", **JAPANESE))


def test_the_language_asked_for_is_spoken(machine: Machine) -> None:
    assert "必要" in sentence(machine.run("lab", "ja"))
    assert "needs" in sentence(machine.run("lab", "en", **JAPANESE))


def test_a_python_named_by_hand_is_not_replaced_by_another(with_python: Machine) -> None:
    with_python.put("old", OLD)
    assert "found only old, which is 3.9" in sentence(with_python.run("lab", PYTHON="old"))


def test_a_stand_in_that_only_prints_an_error_is_passed_over(with_python: Machine) -> None:
    with_python.put("python3.14", "echo 'python3.14: command not found' >&2; exit 127")
    said = with_python.run("lab", PYTHONPATH=str(no_ensurepip(with_python)))
    assert "no venv module" in sentence(said)


def no_ensurepip(machine: Machine) -> Path:
    """A folder that takes the venv module's other half away, as Debian's python3 comes."""
    folder = machine.bin.parent / "no ensurepip"
    folder.mkdir()
    (folder / "ensurepip.py").write_text("raise ImportError('not here')\n", encoding="utf-8")
    return folder


def test_no_venv_module_is_one_sentence(with_python: Machine) -> None:
    said = with_python.run("lab", PYTHONPATH=str(no_ensurepip(with_python)))
    assert "has no venv module: install it" in sentence(said)


def test_on_debian_the_venv_module_is_asked_of_apt_and_else_the_line_is_printed(
    with_python: Machine, refusing_apt: Callable[[Machine], Path]
) -> None:
    if not Path("/etc/debian_version").exists():
        return  # what Debian does is seen on Debian
    notes = refusing_apt(with_python)
    said = with_python.run("lab", PYTHONPATH=str(no_ensurepip(with_python)), **JAPANESE)
    assert "venv モジュールがありません" in sentence(said)
    assert "apt-get install -y python3." in sentence(said)
    if os.geteuid() == 0:
        assert "-venv" in notes.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("environment", "words"),
    [({}, "The package index can't be reached"), (JAPANESE, "パッケージの配布元につながりません")],
)
def test_no_network_is_one_sentence_and_the_next_try_starts_afresh(
    with_python: Machine, environment: dict[str, str], words: str
) -> None:
    # A port on which nobody listens.
    said = with_python.run("lab", PIP_INDEX_URL="http://127.0.0.1:9/simple", PIP_RETRIES="0", **environment)
    assert words in sentence(said)
    assert not list((with_python.clone / ".venv").glob("*.stamp"))


def test_help_needs_nothing(machine: Machine) -> None:
    said = machine.run("help")
    assert said.returncode == 0
    assert "./run lab" in said.stdout


def test_an_unknown_command_shows_the_usage(machine: Machine) -> None:
    said = machine.run("paly")
    assert said.returncode == 2
    assert "./run lab" in said.stderr


def test_a_second_set_up_is_quick_and_changes_nothing(set_up: Machine) -> None:
    stamp = set_up.clone / ".venv" / "tfnb-lab.stamp"
    before = stamp.stat().st_mtime_ns
    start = time.monotonic()
    said = set_up.run("doctor", "--json")
    assert time.monotonic() - start < 20
    assert said.returncode == 0, said.stderr
    assert json.loads(said.stdout)["usable"] is True
    assert stamp.stat().st_mtime_ns == before


def test_a_changed_lock_is_noticed(set_up: Machine) -> None:
    with (set_up.clone / "requirements" / "lab.txt").open("a", encoding="utf-8") as lock:
        lock.write("# changed\n")
    said = set_up.run("doctor", PIP_INDEX_URL="http://127.0.0.1:9/simple", PIP_RETRIES="0", PIP_FIND_LINKS="")
    assert "Installing what tfnb needs" in said.stdout


def test_both_scripts_are_executable_and_posix(root: Path) -> None:
    for script in (root / "run", root / ".ci" / "run"):
        assert os.access(script, os.X_OK)
        assert script.read_text(encoding="utf-8").startswith("#!/bin/sh\n")
        assert subprocess.run(["sh", "-n", str(script)]).returncode == 0
