"""Every NumPy call of the engine's finds no memory once: a typed error or the right result, and all as it was."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import pytest

import tfnb as tf
from tests.reliability.books import Before
from tests.reliability.programs import PROGRAMS, Program
from tfnb.errors import OutOfMemoryError
from tfnb.kernels.floating import quietly


class Calls:
    """Stands where `quietly` stands: counts the calls, and lets one of them find no memory."""

    def __init__(self) -> None:
        self.count = self.fails = 0

    def __call__(self, function: Any, *arguments: Any, **keywords: Any) -> Any:
        self.count += 1
        if self.count == self.fails:
            raise MemoryError
        return quietly(function, *arguments, **keywords)

    def arm(self, fails: int) -> None:
        self.count, self.fails = 0, fails


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Iterator[Calls]:
    assert tf.set_backend("host")
    shim = Calls()
    for name, module in list(sys.modules.items()):
        if name.startswith("tfnb.") and vars(module).get("quietly") is quietly:
            monkeypatch.setattr(module, "quietly", shim)
    yield shim
    tf.set_backend("auto")


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS.keys())
def test_any_call_may_find_no_memory(program: Program, calls: Calls) -> None:
    program()
    calls.arm(0)
    program()
    before = Before()
    for at in range(1, calls.count + 1):
        calls.arm(at)
        try:
            program()
        except OutOfMemoryError:
            pass
        except MemoryError as error:
            raise AssertionError(f"call {at} of {program.__name__}: an error without a type of ours") from error
        calls.arm(0)
        before.check()
    program()
