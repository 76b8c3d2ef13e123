"""The lock files: every package at one version, each with its hashes, and both locks in agreement."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest


def entries(root: Path, lock: str) -> dict[tuple[str, str], str]:
    """(package, marker) -> version."""
    text = (root / "requirements" / f"{lock}.txt").read_text(encoding="utf-8").replace("\\\n", " ")
    found = {}
    for line in text.splitlines():
        if line.startswith("#") or not line.strip():
            continue
        matched = re.match(r"([\w.-]+)==(\S+)(?: ; (.*?))?\s+--hash", line)
        assert matched, f"neither pinned nor hashed: {line[:80]}"
        found[matched[1], matched[3] or ""] = matched[2]
    return found


@pytest.mark.parametrize("lock", ["lab", "test"])
def test_every_package_is_pinned_and_hashed(root: Path, lock: str) -> None:
    assert len(entries(root, lock)) > 80


def test_the_lock_of_the_tests_holds_that_of_the_lab(root: Path) -> None:
    lab, test = (
        {(name, version) for (name, _marker), version in entries(root, lock).items()} for lock in ("lab", "test")
    )
    assert lab <= test


def test_what_the_project_asks_for_is_locked(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    wanted = [*project["dependencies"], *extras["lab"], *extras["test"]]
    names = {re.split(r"[\[<>=; ]", one)[0].lower() for one in wanted} - {"tfnb"}
    assert names <= {name for name, _marker in entries(root, "test")}
