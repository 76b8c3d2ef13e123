"""Quiet floating point: NumPy's warnings about division by zero and overflow are not for our readers.

`np.errstate` costs more than a small op. Setting the context variable behind it costs a fifth; where a NumPy has no such
variable, `errstate` serves.
"""

from __future__ import annotations

from typing import Any, Callable

import numpy as np


def _quick() -> tuple[Callable[[], Any], Callable[[Any], None]]:
    from numpy._core import umath

    variable = umath._extobj_contextvar  # type: ignore[attr-defined]
    settings = umath._make_extobj(all="ignore")  # type: ignore[attr-defined]
    put, reset = variable.set, variable.reset

    def enter() -> Any:
        return put(settings)

    return enter, reset


def _plain() -> tuple[Callable[[], Any], Callable[[Any], None]]:
    def enter() -> Any:
        state = np.errstate(all="ignore")
        state.__enter__()
        return state

    def leave(state: Any) -> None:
        state.__exit__(None, None, None)

    return enter, leave


def quiet() -> tuple[Callable[[], Any], Callable[[Any], None]]:
    """`(enter, leave)`: `state = enter()` makes NumPy quiet, `leave(state)` puts back what was."""
    try:
        enter, leave = _quick()
        leave(enter())
        return enter, leave
    except (ImportError, AttributeError, TypeError, ValueError):
        return _plain()
