"""The lab's server and kernel: which lesson, which language, which rights; and what `--check` prints."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from tfnb.command import check, kernel, kernelspec, lab, lessons


def write_lesson(folder: Path, name: str, source: str) -> None:
    cell = {"cell_type": "code", "id": "a", "metadata": {}, "source": source, "execution_count": None, "outputs": []}
    path = folder / f"{name}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    path.write_text(json.dumps(content), encoding="utf-8")


@pytest.fixture
def own_jupyter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Jupyter's folders for this test alone, with our kernel in them."""
    for name in ("CONFIG", "DATA", "RUNTIME"):
        monkeypatch.setenv(f"JUPYTER_{name}_DIR", str(tmp_path / name.lower()))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    folder = tmp_path / "data" / "kernels" / "tfnb"
    folder.mkdir(parents=True)
    (folder / "kernel.json").write_text(json.dumps(kernelspec.specification()), encoding="utf-8")
    return tmp_path


def test_the_kernel_is_this_environments_python() -> None:
    specification = kernelspec.specification()
    assert specification["argv"][0] == sys.executable
    assert specification["display_name"] == "tfnb"


def test_a_lessons_folder_sets_the_language(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TFNB_LANG", raising=False)
    kernel.set_language(Path("lessons/ja"))
    assert os.environ["TFNB_LANG"] == "ja"


def test_a_language_that_is_set_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TFNB_LANG", "en")
    kernel.set_language(Path("lessons/ja"))
    assert os.environ["TFNB_LANG"] == "en"


def test_another_folder_sets_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TFNB_LANG", raising=False)
    kernel.set_language(Path("my work"))
    assert "TFNB_LANG" not in os.environ


def test_the_page_is_the_first_lesson_of_the_language(tmp_path: Path) -> None:
    write_lesson(tmp_path, "ja/01_core_concepts", "1")
    assert lab.page(tmp_path, "ja") == "/lab/tree/ja/01_core_concepts.ipynb"
    assert lab.page(tmp_path, "en") == "/lab"


@pytest.mark.parametrize(("user", "expected"), [(0, True), (1000, False)])
def test_only_root_needs_to_allow_root(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, user: int, expected: bool
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: user)
    assert ("--allow-root" in lab.command(tmp_path, "en", browser=True)) is expected


def test_without_a_screen_no_browser_is_started(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER", "WSL_DISTRO_NAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    assert lab.can_open_browser() is False


@pytest.mark.slow
def test_check_prints_a_line_per_lesson(
    own_jupyter: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    source = own_jupyter / "notebooks"
    for language in ("en", "ja"):
        write_lesson(
            source, f"{language}/01_core_concepts", f"import os; assert os.environ['TFNB_LANG'] == '{language}'"
        )
    monkeypatch.setattr(lessons, "source", lambda: source)
    assert check.check(("en", "ja")) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.rsplit(" ", 2)[0] for line in lines] == ["en/01_core_concepts ok", "ja/01_core_concepts ok"]
    assert all(line.endswith(" s") for line in lines)


@pytest.mark.slow
def test_check_fails_with_the_lesson_that_fails(
    own_jupyter: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    source = own_jupyter / "notebooks"
    write_lesson(source, "en/01_core_concepts", "1 / 0")
    write_lesson(source, "en/02_next", "1")
    monkeypatch.setattr(lessons, "source", lambda: source)
    assert check.check(("en",)) == 1
    said = capsys.readouterr().out
    assert "en/01_core_concepts failed" in said
    assert "ZeroDivisionError" in said
    assert "en/02_next ok" in said


def test_check_without_a_lesson_is_no_success(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lessons, "source", lambda: tmp_path)
    assert check.check(("en", "ja")) == 1


@pytest.mark.slow
def test_the_printed_address_opens_the_lesson_and_ctrl_c_ends_the_lab(own_jupyter: Path) -> None:
    copies = own_jupyter / "copies"
    lab_process = subprocess.Popen(
        [sys.executable, "-m", "tfnb", "lab", "en", "--no-open", "--folder", str(copies)],
        stdout=subprocess.PIPE, text=True, start_new_session=True, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        assert lab_process.stdout is not None
        line = lab_process.stdout.readline()
        assert line.startswith("JupyterLab: http://localhost:")
        address = line.split(" ", 1)[1].strip()
        assert "?token=" in address
        with urllib.request.urlopen(address, timeout=60) as answer:
            assert answer.status == 200
            assert "JupyterLab" in answer.read().decode()
    finally:
        os.killpg(lab_process.pid, signal.SIGINT)
        start = time.monotonic()
        assert lab_process.wait(30) == 0
    assert time.monotonic() - start < 30


@pytest.mark.slow
def test_a_server_that_cannot_start_says_why(tmp_path: Path) -> None:
    configuration = tmp_path / "config"
    configuration.mkdir()
    (configuration / "jupyter_server_config.py").write_text("raise SystemExit('no server today')\n", encoding="utf-8")
    said = subprocess.run(
        [sys.executable, "-m", "tfnb", "lab", "en", "--no-open", "--folder", str(tmp_path / "copies")],
        capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=60,
        env={**os.environ, "JUPYTER_CONFIG_DIR": str(configuration), "TFNB_LANG": "en"},
    )  # fmt: skip
    assert said.returncode != 0
    assert "did not start" in said.stderr
    assert "no server today" in said.stderr
