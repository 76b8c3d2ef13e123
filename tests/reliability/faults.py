"""OpenGL that fails at a chosen call: the driver's error codes, and answers that say no."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from tests.gl.conftest import Shim
from tfnb.device.gl.device import GLDevice
from tfnb.engine.placement import ENGINE
from tfnb.errors import TfnbError

OUT_OF_MEMORY = 0x0505
CODES = {"INVALID_ENUM": 0x0500, "INVALID_VALUE": 0x0501, "INVALID_OPERATION": 0x0502, "OUT_OF_MEMORY": OUT_OF_MEMORY,
         "INVALID_FRAMEBUFFER_OPERATION": 0x0506}  # fmt: skip
LINK_STATUS = 0x8B82
# Calls whose answer itself says whether they worked, and the answer that says no.
ANSWERS = {
    "vispy.glCreateTexture": 0, "vispy.glCreateProgram": 0, "vispy.glCreateShader": 0, "vispy.glGetShaderParameter": 0,
    "vispy.glGetProgramParameter": 0, "CheckFramebufferStatus": 0x8CDD,
}  # fmt: skip


class Faults(Shim):
    """A shim whose n-th call fails: with an error code, or with the answer that says no where the call has one."""

    says_no = False

    def _wrap(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        coded = super()._wrap(name, function)
        if name not in ANSWERS:
            return coded

        def call(*arguments: Any) -> Any:
            if not self.says_no:
                return coded(*arguments)
            if name == "vispy.glGetProgramParameter" and arguments[1] != LINK_STATUS:
                return function(*arguments)
            self.calls.append(name)
            if self.fail_at == len(self.calls):
                self.failed_call = name
                return ANSWERS[name]
            return function(*arguments)

        return call

    def arm(self, at: int | None, code: int = 0x0502, lasting: bool = False, says_no: bool = False) -> None:
        """Let the call number `at` from now on fail."""
        self.calls.clear()
        self.fail_at, self.code, self.lasting, self.says_no = at, code, lasting, says_no
        self.pending, self.failed_call = 0, None


def gl_device() -> GLDevice:
    """The device of the engine."""
    executor = ENGINE.open_gl()
    assert executor is not None, ENGINE.gl_problem
    device: GLDevice = executor.device
    return device


def forget_programs() -> None:
    """As in a fresh process: every program is to be made, every texture to be allocated."""
    executor = ENGINE.open_gl()
    assert executor is not None
    executor._plans.clear()
    executor.device._programs.clear()
    executor.device.pool.trim()


@contextmanager
def on_tier(tier: str) -> Iterator[None]:
    """Make OpenGL programs of one kind."""
    executor: Any = ENGINE.open_gl()
    device, before, plans = executor.device, executor.device.tier, executor._plans
    device.tier, executor._plans = tier, {}
    try:
        yield
    finally:
        device.tier, executor._plans = before, plans


def outcome(program: Callable[[], None]) -> TfnbError | None:
    """The error that came out of a program, without what tracebacks hold; anything but a typed one goes on."""
    try:
        program()
    except TfnbError as error:
        error.__context__ = error.__cause__ = None
        return error.with_traceback(None)
    return None
