"""Lessons as their sources say, and a place to run their code."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

# The lessons' authoring package lies beside tfnb and is not installed.
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from teaching.source import Lesson, read_lesson
from tfnb.language import set_language


@pytest.fixture
def first() -> Callable[..., Lesson]:
    """Lesson 1 in a language."""

    def read(language: str = "en") -> Lesson:
        return read_lesson("01_core_concepts", language)

    return read


@pytest.fixture(params=["en", "ja"])
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    """Each language in turn, as the current one."""
    set_language(request.param)
    yield request.param
    set_language(None)


@pytest.fixture
def english() -> Iterator[None]:
    """English as the current language."""
    set_language("en")
    yield
    set_language(None)
