"""What every test may ask for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--full-size", action="store_true", help="run randomised and soak tests at their full size")


@pytest.fixture
def full_size(request: pytest.FixtureRequest) -> bool:
    """Whether to run at full size (`--full-size`), or at the size of every day."""
    return bool(request.config.getoption("--full-size"))


@pytest.fixture(scope="session")
def root() -> Path:
    """The folder of the clone."""
    return Path(__file__).resolve().parent.parent


@pytest.fixture
def english() -> Iterator[None]:
    """Messages in English, whatever language the machine speaks."""
    from tfnb.language import set_language

    set_language("en")
    yield
    set_language(None)


@pytest.fixture
def japanese() -> Iterator[None]:
    """Messages in Japanese."""
    from tfnb.language import set_language

    set_language("ja")
    yield
    set_language(None)
