"""Running what is pending, once a value is needed.

Realizing walks an explicit stack, so a chain of any length cannot exhaust Python's. A failed run leaves every node
pending: it can be tried again. One thread at a time realizes.
"""

from __future__ import annotations

import os
import threading
from time import perf_counter
from typing import Any

from tfnb.engine.group import Group
from tfnb.engine.pending import Pending
from tfnb.engine.unwinding import forget_locals
from tfnb.errors import DeviceError
from tfnb.language import _
from tfnb.shapes import Shape


class _Running:
    """One thread at a time realizes. A forked child has its own lock: another thread may have held the parent's."""

    __slots__ = ("lock",)

    def __init__(self) -> None:
        self._renew()
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self._renew)

    def _renew(self) -> None:
        self.lock: Any = threading.RLock()

    def let_go(self) -> None:
        """Free the lock if an interrupt left it as its block ended: this thread would not notice, others would wait."""
        while self.lock._is_owned():
            self.lock.release()


_RUNNING = _Running()


def realize(node: Pending) -> Any:
    """Run what `node` needs, and `node`; returns its storage.

    Errors:
        DeviceError (out of memory, a refused program, a lost context), naming the op, the cell and the line that
        recorded the work; the node stays pending.
    """
    if node.value is None:
        is_inner = _RUNNING.lock._is_owned()
        try:
            try:
                with _RUNNING.lock:
                    _realize(node)
            finally:
                if not is_inner:
                    _RUNNING.let_go()
        except BaseException as error:
            forget_locals(error)
            raise
    return node.value


def _realize(node: Pending) -> None:
    stack = [node]
    while stack:
        target = stack[-1]
        if target.value is not None:
            stack.pop()
            continue
        group = Group(target)
        if group.first:
            stack.extend(group.first)
            continue
        try:
            _run(group)
        except DeviceError as error:
            if not getattr(error, "__notes__", None):
                names = "+".join(group.kernels)
                error.add_note(_("{op} was recorded in {origin}").format(op=names, origin=target.origin))
            raise
        stack.pop()


LISTENERS: list[Any] = []  # what `placement` fills: the engine's listeners


def tell_ran(
    kernels: tuple[str, ...], place: str, dtype: str, shape: Shape, seconds: float, compiled: bool = False
) -> None:
    """Tell the listeners of a program that ran."""
    for listener in LISTENERS:
        listener.ran(kernels, place, dtype, shape, seconds, compiled)


def _run(group: Group) -> None:
    """Run a group; timed, with the device waited for, while somebody listens."""
    if not LISTENERS:
        group.run()
        return
    device = group.target.device
    finish = getattr(device, "finish", None)
    made = getattr(device, "programs_made", 0)
    if finish is not None:
        finish()
    start = perf_counter()
    group.run()
    if finish is not None:
        finish()
    seconds = perf_counter() - start
    target = group.target
    compiled = getattr(device, "programs_made", 0) > made
    tell_ran(group.kernels, device.name, target.dtype, target.shape, seconds, compiled)
