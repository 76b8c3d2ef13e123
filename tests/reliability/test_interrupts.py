"""Ctrl-C at any line of the engine: raised once and never swallowed, and afterwards everything is as it was."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import tfnb as tf
from tests.reliability.books import Before
from tests.reliability.interruption import Lines
from tests.reliability.programs import PROGRAMS, Program
from tfnb.engine import ledger
from tfnb.engine.scope import THREAD

# An interrupt between the making of a coroutine and its first step leaves one that nobody awaits.
pytestmark = pytest.mark.filterwarnings("ignore:coroutine")
ENGINE_FOLDER = str(Path(ledger.__file__).parent)


@pytest.fixture(params=["host", "gl"])
def backend(request: pytest.FixtureRequest) -> str:
    before = tf.get_backend()
    assert tf.set_backend(request.param)
    request.addfinalizer(lambda: tf.set_backend(before))
    return str(request.param)


def lines_of(program: Program) -> dict[tuple[str, int], int]:
    """The engine's lines that a program runs, and how often."""
    with Lines(ENGINE_FOLDER) as watched:
        program()
    return watched.seen


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS.keys())
def test_an_interrupt_at_any_line_of_the_engine_changes_nothing(
    program: Program, backend: str, full_size: bool
) -> None:
    program()  # caches are filled, programs made
    before = Before()
    lines = lines_of(program)
    before.check()
    failed = []
    for line, often in lines.items():
        for time in {1, often, *(range(1, min(often, 20)) if full_size else ())}:
            try:
                with Lines(ENGINE_FOLDER, line, time) as watched:
                    program()
                problem = "the interrupt was swallowed" if watched.left <= 0 else ""  # or never reached
            except KeyboardInterrupt:
                problem = ""
            except BaseException as error:
                problem = f"the interrupt came out as {error!r}"
            try:
                before.check()
            except AssertionError as error:
                problem += f" {error}"
                THREAD.context.scope = THREAD.context.root
                before = Before()
            if problem:
                failed.append(f"{Path(line[0]).name}:{line[1]} at time {time} of {often}: {problem}")
    program()
    assert not failed, "\n".join(failed)


RANDOM_TIMES = """
import random, signal, sys, time
import tfnb as tf
from tests.reliability.books import Before
from tests.reliability.interruption import Alarm, interrupted_by
from tests.reliability.programs import PROGRAMS
backend, times, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
lost = []
sys.unraisablehook = lambda one: lost.append(repr(one.exc_value) + " in " + repr(one.object))
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs ignore it
assert tf.set_backend(backend)
chance, programs = random.Random(seed), list(PROGRAMS.values())
for program in programs:
    program()
before = Before()
for number in range(times):
    program = programs[number % len(programs)]
    assert interrupted_by(Alarm(chance, 0.02), program), f"swallowed in {program.__name__}"
    try:
        before.check()
    except AssertionError as error:
        raise AssertionError(f"{number}, {program.__name__}: {error}") from None
for program in programs:
    program()
before.check()
print(lost)
"""


@pytest.mark.parametrize("where", ["host", "gl"])
def test_a_real_interrupt_at_any_time_changes_nothing(where: str, full_size: bool, root: Path) -> None:
    times = 1000 if full_size else 50
    # An interrupt between the making of a coroutine and its first step leaves one that nobody awaits.
    command = [sys.executable, "-W", "ignore:coroutine", "-c", RANDOM_TIMES, where, str(times), "7"]
    result = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=280)
    assert (result.returncode, result.stderr[-2000:], result.stdout.strip()) == (0, "", "[]")
