"""What `./run test` makes of its steps."""

from __future__ import annotations

import pytest

from bootstrap import checks
from bootstrap.outcome import NOTHING_YET, Outcome, State


def row(name: str, outcome: Outcome) -> checks.Row:
    return checks.Row(name, outcome, 1.0)


PASSED = row("ruff", Outcome.of(0))
FAILED = row("mypy", Outcome.of(1))
NOT_RUN = row("browser", Outcome(State.NOT_RUN, "no Chromium here"))
EMPTY = row("lessons", NOTHING_YET)


def test_all_passed_is_success(capsys: pytest.CaptureFixture[str]) -> None:
    assert checks.report([PASSED, EMPTY]) == 0
    assert capsys.readouterr().out.endswith("checks: 1 passed, 0 failed, 1 skipped\n")


def test_one_failure_fails_the_whole(capsys: pytest.CaptureFixture[str]) -> None:
    assert checks.report([PASSED, FAILED]) == 1
    assert "checks: 1 passed, 1 failed" in capsys.readouterr().out


def test_a_part_that_could_not_run_is_told_with_its_reason(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CI", raising=False)
    assert checks.report([PASSED, NOT_RUN]) == 0
    assert "NOT RUN  no Chromium here" in capsys.readouterr().out


def test_in_ci_a_part_that_could_not_run_is_a_failure(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", "true")
    assert checks.report([PASSED, NOT_RUN]) == 1


def test_the_quick_run_leaves_the_slow_steps_out() -> None:
    quick, full = ([step.name for step in checks.all_steps(q)] for q in (True, False))
    assert set(quick) < set(full)
    assert "wheel" in full and "wheel" not in quick
