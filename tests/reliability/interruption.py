"""Ctrl-C at a chosen line, or at a random time."""

from __future__ import annotations

import dis
import functools
import random
import signal
import sys
from collections.abc import Callable
from types import CodeType, FrameType
from typing import Any

Line = tuple[str, int]


@functools.cache
def passed_over(code: CodeType) -> frozenset[int]:
    """The instructions to which no interrupt comes: that of a `try:`, and those that begin and end a handler.

    Python looks for signals at calls, at jumps back, and where a function begins. What is raised by a trace function at
    a `try:` passes the handlers around it, and at the ends of a handler it leaks the error that is being handled.
    """
    ends = ("NOP", "PUSH_EXC_INFO", "POP_EXCEPT")
    return frozenset(one.offset for one in dis.get_instructions(code) if one.opname in ends)


class Lines:
    """Watches the lines that run in a folder; raises KeyboardInterrupt at the n-th time that one of them is reached.

    Without a line, it is the n-th line of all; 0 is never.
    """

    def __init__(self, folder: str, at: Line | None = None, time: int = 0) -> None:
        self.folder, self.at, self.left = folder, at, time
        self.seen: dict[Line, int] = {}

    def __enter__(self) -> Lines:
        sys.settrace(self._entered)
        return self

    def __exit__(self, *_details: object) -> None:
        sys.settrace(None)

    def _entered(self, frame: FrameType, event: str, _argument: object) -> Any:
        if not frame.f_code.co_filename.startswith(self.folder):
            return None
        return self._stepped

    def _stepped(self, frame: FrameType, event: str, _argument: object) -> Any:
        if event == "line" and frame.f_lasti not in passed_over(frame.f_code):
            line = frame.f_code.co_filename, frame.f_lineno
            self.seen[line] = self.seen.get(line, 0) + 1
            if line == self.at or self.at is None:
                self.left -= 1
                if self.left == 0:
                    raise KeyboardInterrupt
        return self._stepped


class Alarm:
    """A real SIGINT to this process after a random time, from a timer of the system's."""

    def __init__(self, chance: random.Random, most_seconds: float) -> None:
        self.seconds = chance.uniform(1e-5, most_seconds)
        self.sent = False

    def __enter__(self) -> Alarm:
        self._before = signal.signal(signal.SIGALRM, self._ring)
        signal.setitimer(signal.ITIMER_REAL, self.seconds)
        return self

    def __exit__(self, *_details: object) -> None:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, self._before)

    def _ring(self, _number: int, _frame: FrameType | None) -> None:
        self.sent = True
        signal.raise_signal(signal.SIGINT)  # whose handler is Python's own: it raises KeyboardInterrupt right here


def interrupted_by(alarm: Alarm, program: Callable[[], None]) -> bool:
    """Run a program again and again until the alarm's interrupt comes out of it; False if it never did."""
    try:
        with alarm:
            _again_and_again(alarm, program)
    except KeyboardInterrupt:
        return True
    return False


def _again_and_again(alarm: Alarm, program: Callable[[], None]) -> None:
    # A function of its own: Python 3.12 and 3.13 let what comes at the end of a `while` pass the `try` around it.
    rounds_since = 0
    while rounds_since < 3:
        program()
        rounds_since += alarm.sent
