"""`tfnb` as typed in a terminal."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tfnb.__main__ import main


def test_without_a_command_it_says_what_there_is(capsys: pytest.CaptureFixture[str], english: None) -> None:
    assert main([]) == 0
    assert "tfnb lab" in capsys.readouterr().out


def test_an_unknown_command_is_an_error(capsys: pytest.CaptureFixture[str], english: None) -> None:
    assert main(["labb"]) == 2
    assert "tfnb lab" in capsys.readouterr().err


def test_the_doctor_prints_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor"]) == 0
    said = capsys.readouterr().out
    assert "✓ numpy" in said
    assert "OpenGL" in said


def test_the_doctor_prints_json_for_programs() -> None:
    said = subprocess.run(
        [sys.executable, "-m", "tfnb", "doctor", "--json"], capture_output=True, text=True, check=True
    )
    assert json.loads(said.stdout)["usable"] is True


def test_a_terminal_without_the_marks_gets_the_rest() -> None:
    said = subprocess.run(
        [sys.executable, "-X", "utf8=0", "-m", "tfnb", "doctor"],
        capture_output=True,
        env={"PATH": "/usr/bin:/bin", "PYTHONIOENCODING": "ascii", "TFNB_LANG": "en"},
    )
    assert said.returncode == 0, said.stderr
    assert b"? numpy" in said.stdout
