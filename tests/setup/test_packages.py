"""Which systems take Debian's packages."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bootstrap import packages


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('PRETTY_NAME="Debian GNU/Linux 12"\nID=debian\n', True),
        ('NAME="Ubuntu"\nID=ubuntu\nID_LIKE=debian\n', True),
        ('NAME="Linux Mint"\nID=linuxmint\nID_LIKE="ubuntu debian"\n', True),
        ('NAME="Fedora Linux"\nID=fedora\n', False),
        ('NAME="Rocky Linux"\nID="rocky"\nID_LIKE="rhel centos fedora"\n', False),
        ("", False),
    ],
)
def test_debian_and_its_children_are_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, expected: bool
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    (tmp_path / "os-release").write_text(text, encoding="utf-8")
    assert packages.is_debian(tmp_path / "os-release") is expected


def test_a_system_without_os_release_is_not_debian(tmp_path: Path) -> None:
    assert packages.is_debian(tmp_path / "none") is False


def test_nothing_is_installed_where_a_password_would_be_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "privilege", lambda: None)
    monkeypatch.setattr(packages, "is_debian", lambda: True)
    assert packages.install(("sl",), tmp_path / "log") is False
    assert not (tmp_path / "log").exists()
