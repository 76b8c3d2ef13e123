"""What the doctor says of a machine, and that no driver can take it down."""

from __future__ import annotations

import json
import sys
from importlib import metadata
from pathlib import Path

import pytest

from tfnb import diagnosis
from tfnb.diagnosis import Diagnosis, Finding, OpenGL

NO_OPENGL = OpenGL(works=False, why="no driver", mend="apt-get install something")


def test_the_versions_are_those_of_the_installed_packages() -> None:
    versions = diagnosis.diagnose().versions
    assert versions["numpy"] == metadata.version("numpy")
    assert versions["python"] == ".".join(map(str, sys.version_info[:3]))


def test_without_opengl_tfnb_is_usable() -> None:
    assert Diagnosis(NO_OPENGL, (Finding("OpenGL", "no", fine=False),)).usable


def test_without_what_is_needed_it_is_not() -> None:
    assert not Diagnosis(NO_OPENGL, (Finding("numpy", "missing", fine=False, needed=True),)).usable


def test_a_missing_package_comes_with_the_line_that_mends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diagnosis, "probe_opengl", lambda: NO_OPENGL)
    there = diagnosis.version_of
    monkeypatch.setattr(diagnosis, "version_of", lambda name: None if name == "anywidget" else there(name))
    found = diagnosis.diagnose()
    finding = next(one for one in found.findings if one.name == "anywidget")
    assert not found.usable
    assert finding.mend == f"{sys.executable} -m pip install anywidget"


def test_the_diagnosis_is_plain_data() -> None:
    data = json.loads(json.dumps(diagnosis.diagnose().to_dict()))
    assert {"usable", "opengl", "findings", "versions", "language"} <= data.keys()


@pytest.mark.parametrize(
    ("probe", "reason"),
    [
        ("raise ImportError('no library')", "ImportError: no library"),
        ("import sys; sys.exit('too old')", "too old"),
        ("import os; os.abort()", "crashed (signal 6)"),
        ("import time; time.sleep(60)", "did not answer within 1 s"),
        ("print('nothing that it should')", "?"),
    ],
)
def test_a_driver_that_fails_is_described(
    english: None, monkeypatch: pytest.MonkeyPatch, probe: str, reason: str
) -> None:
    monkeypatch.setattr(diagnosis, "_PROBE", probe)
    opengl = diagnosis.probe_opengl(timeout=1.0)
    assert not opengl.works
    assert reason in opengl.why


def test_noise_before_the_answer_does_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = '{"renderer": "R", "version": "4.6", "tier": "compute", "software": false, "memory": 1024}'
    monkeypatch.setattr(diagnosis, "_PROBE", f"print('driver: hello'); print({answer!r})")
    assert diagnosis.probe_opengl() == OpenGL(True, "R", "4.6", "compute", software=False, memory=1024)


def test_a_server_without_anywidget_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diagnosis, "_server_prefix", lambda: tmp_path)
    (finding,) = diagnosis._front_end()
    assert not finding.fine
    assert finding.mend.startswith(f"{tmp_path}/bin/python -m pip install anywidget")
    (tmp_path / "share" / "jupyter" / "labextensions" / "anywidget").mkdir(parents=True)
    assert diagnosis._front_end() == ()


@pytest.mark.parametrize(("version", "fine"), [("6.31.0", False), ("7.0.0", True), ("10.1", True)])
def test_the_charts_buttons_need_a_kernel_that_listens(version: str, fine: bool) -> None:
    (finding,) = diagnosis._buttons(version)
    assert finding.fine == fine
    assert finding.mend == ("" if fine else f'{sys.executable} -m pip install "ipykernel>=7"')


def test_without_ipykernel_nothing_is_said_of_buttons() -> None:
    assert diagnosis._buttons(None) == ()
