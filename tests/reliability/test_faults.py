"""Every OpenGL call fails once: a typed error, ledgers that agree, and the next op is right."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

import tfnb as tf
from tests.reliability.books import Before, check_driver
from tests.reliability.faults import ANSWERS, CODES, OUT_OF_MEMORY, Faults, forget_programs, gl_device, on_tier, outcome
from tests.reliability.programs import PROGRAMS, Program
from tfnb.errors import DeviceError, OutOfMemoryError

USING_GL = {name: program for name, program in PROGRAMS.items() if name not in ("texts", "refusals")}
A_DAY = 10  # faults a program and tier on every change; all of them at full size


@pytest.fixture
def faults() -> Iterator[Faults]:
    assert tf.set_backend("gl")
    with Faults(gl_device()) as shim:
        yield shim
    tf.set_backend("auto")


def calls_of(program: Program, faults: Faults) -> list[str]:
    forget_programs()
    faults.arm(None)
    program()
    return list(faults.calls)


@pytest.mark.parametrize("tier", ["compute", "fragment"])
@pytest.mark.parametrize("name", USING_GL)
def test_any_call_may_fail_with_any_code(name: str, tier: str, faults: Faults, full_size: bool) -> None:
    program = USING_GL[name]
    with on_tier(tier):
        program()
        before = Before()
        calls = calls_of(program, faults)
        chance = random.Random(f"{name} {tier}")
        every = [(at + 1, code, lasting) for at in range(len(calls)) for code in CODES.values() for lasting in (0, 1)]
        for at, code, lasting in every if full_size else chance.sample(every, min(A_DAY, len(every))):
            forget_programs()
            faults.arm(at, code, bool(lasting))
            error = outcome(program)
            happened, where = faults.failed_call is not None, f"{faults.failed_call}, call {at}, {code:#x}, {lasting}"
            faults.arm(None)
            try:
                assert happened
                assert error is None or isinstance(error, DeviceError)
                if code == OUT_OF_MEMORY:  # once, it is met by giving idle textures back
                    assert error is None or isinstance(error, OutOfMemoryError)
                    assert error is not None or not lasting
                else:
                    assert error is not None, "the fault did not show"
                before.check()
                check_driver()
            except AssertionError as wrong:
                raise AssertionError(f"{where}: {wrong}") from error
            program()
            before.check()


@pytest.mark.parametrize("name", ["elementwise", "reductions", "products"])
@pytest.mark.parametrize("tier", ["compute", "fragment"])
def test_any_answer_may_be_no(name: str, tier: str, faults: Faults, full_size: bool) -> None:
    program = USING_GL[name]
    with on_tier(tier):
        program()
        before = Before()
        forget_programs()
        faults.arm(None, says_no=True)
        program()
        calls = list(faults.calls)
        places = [at + 1 for at, call in enumerate(calls) if call in ANSWERS]
        assert len(places) > 10
        for at in places if full_size else random.Random(name + tier).sample(places, 4):
            forget_programs()
            faults.arm(at, says_no=True)
            error = outcome(program)
            asked, where = faults.failed_call, f"{faults.failed_call}, call {at}"
            faults.arm(None)
            assert asked in ANSWERS, where
            assert isinstance(error, DeviceError) or asked == "vispy.glCreateTexture", where
            before.check()
            check_driver()
            program()
            before.check()
