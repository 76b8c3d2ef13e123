"""A Jupyter server of its own, and the system's Chromium, which reaches 127.0.0.1 only."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from bootstrap import browser
from tests.browser.jupyter import Jupyter


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A running Chromium that reaches this machine only."""
    found = browser.find()
    assert found, "no Chromium here"
    assert browser.has_japanese_font(), "no Japanese font here: pictures would show empty boxes"
    with sync_playwright() as playwright:
        rules = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
        started = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", rules])
        yield started
        started.close()


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> Iterator[Jupyter]:
    """JupyterLab with a light page, in English."""
    with Jupyter(tmp_path_factory.mktemp("lab"), chromium) as server:
        yield server


@pytest.fixture(scope="module")
def notebook7(tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> Iterator[Jupyter]:
    """Notebook 7."""
    with Jupyter(tmp_path_factory.mktemp("notebook"), chromium, app="notebook") as server:
        yield server


@pytest.fixture(scope="module")
def axe(root: Path) -> str:
    """The source of axe-core, from the packages of js/."""
    return (root / "js" / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
