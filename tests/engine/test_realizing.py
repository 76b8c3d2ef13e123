"""Running what is pending: an interrupt leaves no lock behind that only another thread would notice."""

from __future__ import annotations

import sys
import threading
from types import FrameType
from typing import Any

import pytest

import tfnb as tf
from tfnb.engine.realizing import realize


class Stop(BaseException):
    """What the tests interrupt with."""


def interrupted_at(number: int) -> bool:
    """Realize something and raise at the `number`-th line of `realize`; False if it has no so many."""
    seen = 0

    def lines(frame: FrameType, event: str, _argument: Any) -> Any:
        nonlocal seen
        if event == "line":
            seen += 1
            if seen == number:
                raise Stop
        return lines

    def calls(frame: FrameType, event: str, _argument: Any) -> Any:
        return lines if frame.f_code is realize.__code__ else None

    pending = tf.ones([300, 300]).add(1)
    before = sys.gettrace()
    sys.settrace(calls)
    try:
        pending.realize()
    except Stop:
        return True
    finally:
        sys.settrace(before)
    return False


@pytest.mark.timeout(60)
def test_after_an_interrupt_at_any_line_another_thread_can_realize() -> None:
    tf.set_backend("host")
    number = 1
    while interrupted_at(number):
        found: list[float] = []
        pending = tf.ones([300, 300]).add(number)

        def work(pending: Any = pending, found: list[float] = found) -> None:
            found.append(float(pending.data_sync()[0]))

        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        thread.join(10)
        assert found == [number + 1.0], f"interrupted at line {number}, the lock stayed"
        number += 1
    assert number > 4
    tf.set_backend("auto")
