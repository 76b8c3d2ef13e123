"""Ctrl-C and the Stop button while a model is trained: the first ends the run after its batch, a second one raises.

A handler for SIGINT is in place only while something is trained, and only if that is on the main thread: Python allows
no other. It sets a flag, which the loop looks at between batches. A second interrupt is raised at once; but while
weights are being changed it waits until all of them are.
"""

from __future__ import annotations

import signal
import threading
from types import FrameType
from typing import Any

from tfnb.models.events import Run


class Interrupts:
    """The runs on the main thread, and the handler that was there before them.

    Attributes:
        is_writing: set while weights are being changed.
    """

    __slots__ = ("_runs", "_before", "_is_in_place", "is_writing", "_postponed")

    def __init__(self) -> None:
        self._runs: list[Run] = []
        self._before: Any = None
        self._is_in_place = False
        self.is_writing = False
        self._postponed = False

    def enter(self, run: Run) -> bool:
        """From now on an interrupt ends this run; False where that can't be.

        Call it inside of a `try` whose `finally` calls `leave`.
        """
        if threading.current_thread() is not threading.main_thread():
            return False
        if not self._runs:
            before = signal.getsignal(signal.SIGINT)
            if before is None or before is signal.SIG_IGN:  # not Python's, or nobody wants it
                return False
            self._before, self._postponed, self.is_writing = before, False, False
        self._runs.append(run)
        if not self._is_in_place:
            self._is_in_place = True
            try:
                signal.signal(signal.SIGINT, self._handle)
            except ValueError:  # the main thread of a subinterpreter
                self._runs.clear()
                self._is_in_place = False
        return self._is_in_place

    def leave(self, run: Run) -> None:
        """Put the former handler back with the last run. Harmless when called twice."""
        if threading.current_thread() is not threading.main_thread():
            return
        self._runs[:] = [one for one in self._runs if one is not run]
        if not self._runs and self._is_in_place:
            signal.signal(signal.SIGINT, self._before)
            self._is_in_place = False

    def written(self) -> None:
        """Weights have been changed whole: an interrupt that waited for it comes now."""
        self.is_writing = False
        if self._postponed:
            self._postponed = False
            raise KeyboardInterrupt

    def _handle(self, number: int, frame: FrameType | None) -> None:
        waiting = [run for run in self._runs if not run.stop_wished]
        if waiting:
            for run in waiting:
                run.stop("interrupted")
        elif self.is_writing:
            self._postponed = True
        elif callable(self._before):
            self._before(number, frame)
        else:
            raise KeyboardInterrupt


INTERRUPTS = Interrupts()
