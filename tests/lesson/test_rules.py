"""Every lesson, in every language, keeps every rule of docs/lessons.md that a machine can check."""

from __future__ import annotations

import os
import shutil

import pytest

from teaching.proofread import proofread
from teaching.rules import RULES, Rule
from teaching.source import LANGUAGES, lesson_names, read_lesson

LESSONS = [(name, language) for name in lesson_names() for language in LANGUAGES]


def test_there_is_a_lesson() -> None:
    assert "01_core_concepts" in lesson_names()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.__module__.split('.')[-1]}.{rule.__name__}")
@pytest.mark.parametrize(("name", "language"), LESSONS, ids=lambda value: value)
def test_the_lesson_keeps_the_rule(name: str, language: str, rule: Rule) -> None:
    findings = list(rule(read_lesson(name, language)))
    assert not findings, "\n".join(map(str, findings))


@pytest.mark.slow
@pytest.mark.parametrize("name", lesson_names())
def test_textlint_finds_nothing_in_the_japanese(name: str) -> None:
    if shutil.which("npm") is None and os.environ.get("CI") != "true":
        pytest.skip("npm is not here: `python -m teaching proofread` tells what to install")
    findings = proofread(read_lesson(name, "ja"))
    assert not findings, "\n".join(map(str, findings))
