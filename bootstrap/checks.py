"""`./run test`: every check of the project, one after the other, and a table of them at the end."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from bootstrap import browser, environment, graphics, javascript, wheel
from bootstrap.environment import PYTHON, ROOT
from bootstrap.outcome import NOTHING_YET, Outcome, State
from bootstrap.sentences import SetupError, say

# Folders of tests/ that need a device, a kernel or a browser, each a step of its own; the rest is `unit`.
FOLDERS = ("gl", "memory", "notebook", "browser", "setup", "peers")
NO_TESTS_COLLECTED = 5


class Pace(Enum):
    """Which steps `--quick` takes."""

    QUICK = "quick"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class Step:
    name: str
    check: Callable[[], Outcome]
    pace: Pace = Pace.FULL


@dataclass(frozen=True, slots=True)
class Row:
    name: str
    outcome: Outcome
    seconds: float


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="./run test", description="Run every check of the project.")
    parser.add_argument("--quick", action="store_true", help="only what takes two minutes in all")
    parser.add_argument("--only", metavar="STEP", action="append", help="only this step (may be given several times)")
    parser.add_argument("--list", action="store_true", help="print the names of the steps")
    options = parser.parse_args(arguments)
    steps = all_steps(options.quick)
    if options.list:
        print("\n".join(step.name for step in steps))
        return 0
    if options.only:
        unknown = set(options.only) - {step.name for step in steps}
        if unknown:
            parser.error(f"no such step: {', '.join(sorted(unknown))} (--list prints them)")
        steps = [step for step in steps if step.name in options.only]
    rows = [_timed(Step("set-up", _set_up))]
    if rows[0].outcome.state is State.PASSED:
        rows += [_timed(step) for step in steps]
    return report(rows)


def all_steps(quick: bool) -> list[Step]:
    """The steps in the order in which they run: the quick ones come first."""
    steps = [
        Step("ruff check", lambda: _tool("ruff", "check", "."), Pace.QUICK),
        Step("ruff format", lambda: _tool("ruff", "format", "--check", "."), Pace.QUICK),
        Step("mypy", lambda: _tool("mypy"), Pace.QUICK),
        Step("translations", lambda: _module("translation", "--check"), Pace.QUICK),
        Step("unit", lambda: _unit(quick), Pace.QUICK),
        Step("examples", lambda: _pytest("--doctest-modules", "tfnb"), Pace.QUICK),
        Step("js install", javascript.install),
        Step("js types", javascript.check_types),
        Step("js tests", javascript.test),
        Step("js bundle", javascript.compare_bundle),
        Step("tensorflow.js", _peers),
        Step("gl", _opengl),
        Step("memory", lambda: _folder("memory")),
        Step("notebook", lambda: _folder("notebook")),
        Step("browser", _browser),
        Step("setup", lambda: _folder("setup")),
        Step("lessons", _lessons),
        Step("proofreading", _proofread),
        Step("wheel", wheel.check),
    ]
    return [step for step in steps if step.pace is Pace.QUICK or not quick]


def report(rows: list[Row]) -> int:
    """Print the table; the exit status: 0 if nothing failed, and in CI if nothing was left out either."""
    width = max(len(row.name) for row in rows)
    print("\n" + "─" * 72)
    for row in rows:
        outcome = row.outcome
        detail = f"  {outcome.detail}" if outcome.detail else ""
        print(f"{row.name:<{width}}  {row.seconds:6.1f} s  {outcome.state.value}{detail}")
    print("─" * 72)
    missed = State.NOT_RUN if os.environ.get("CI") == "true" else State.FAILED
    failed = sum(row.outcome.state in (State.FAILED, missed) for row in rows)
    passed = sum(row.outcome.state is State.PASSED for row in rows)
    print(f"checks: {passed} passed, {failed} failed, {len(rows) - passed - failed} skipped", flush=True)
    return 1 if failed else 0


def _timed(step: Step) -> Row:
    print(f"\n══ {step.name}", flush=True)
    start = time.monotonic()
    try:
        outcome = step.check()
    except SetupError as error:
        print(error, flush=True)
        outcome = Outcome(State.FAILED, "the set-up")
    except Exception:
        # One step's fault, ours included, is no reason to leave the others out.
        traceback.print_exc()
        outcome = Outcome(State.FAILED, "the check itself")
    return Row(step.name, outcome, time.monotonic() - start)


def _set_up() -> Outcome:
    environment.prepare("test")
    graphics.prepare()
    kernel = [str(PYTHON), "-m", "tfnb.command.kernelspec"]
    return Outcome.of(subprocess.run(kernel, cwd=ROOT, stdin=subprocess.DEVNULL).returncode)


def _tool(*command: str) -> Outcome:
    return Outcome.of(subprocess.run([str(PYTHON), "-m", *command], cwd=ROOT, stdin=subprocess.DEVNULL).returncode)


def _module(name: str, *arguments: str) -> Outcome:
    """Run a tool of our own, if it is there."""
    return _tool(name, *arguments) if (ROOT / name / "__main__.py").is_file() else NOTHING_YET


def _proofread() -> Outcome:
    """The Japanese of the lessons, read by textlint."""
    if not javascript.prepare_node():
        return javascript.NO_NODE
    return _module("teaching", "proofread")


def _pytest(*arguments: str) -> Outcome:
    outcome = _tool("pytest", *arguments)
    return NOTHING_YET if outcome.status == NO_TESTS_COLLECTED else outcome


def _unit(quick: bool) -> Outcome:
    left_out = [f"--ignore=tests/{name}" for name in FOLDERS]
    return _pytest("tests", *left_out, *(["-m", "not slow"] if quick else []))


def _folder(name: str) -> Outcome:
    return _pytest(f"tests/{name}") if any((ROOT / "tests" / name).rglob("test_*.py")) else NOTHING_YET


def _opengl() -> Outcome:
    opengl = graphics.probe()
    if opengl is None or not opengl["works"]:
        return Outcome(State.NOT_RUN, "OpenGL does not work here")
    return _folder("gl")


def _peers() -> Outcome:
    """Models that go to real TensorFlow.js and come back, and training beside it."""
    installed = javascript.install()
    return _folder("peers") if installed.state is State.PASSED else installed


def _browser() -> Outcome:
    if not any((ROOT / "tests" / "browser").rglob("test_*.py")):
        return NOTHING_YET
    # axe-core, which looks for what a screen reader would miss, is among the packages of js/.
    installed = javascript.install()
    if installed.state is not State.PASSED:
        return installed
    missing = browser.prepare()
    return Outcome(State.NOT_RUN, missing) if missing else _folder("browser")


def _lessons() -> Outcome:
    if not any((ROOT / "notebooks").glob("*/*.ipynb")):
        return NOTHING_YET
    say("Every lesson runs in a kernel of its own.", "レッスンを一つずつ、それぞれのカーネルで実行します。")
    return _pytest("--nbval-lax", "--nbval-kernel-name=tfnb", "--nbval-cell-timeout=300", "notebooks", "--timeout=0")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
