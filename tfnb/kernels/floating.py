"""Quiet floating point: NumPy's warnings about division by zero and overflow are not for our readers.

`np.errstate` costs more than a small op. Setting the context variable behind it costs a fifth; where a NumPy has no
such variable, `errstate` serves.
"""

from __future__ import annotations

from typing import Any, Callable

import numpy as np


class _Errstate:
    """The public way, in the form of a context variable: `set(settings)` gives what `reset` takes."""

    def set(self, settings: Any) -> Any:
        state = np.errstate(**settings)
        state.__enter__()
        return state

    def reset(self, state: Any) -> None:
        state.__exit__(None, None, None)


def _find() -> tuple[Callable[[Any], Any], Callable[[Any], None], Any, Callable[[], None]]:
    try:
        from numpy._core import umath

        variable = umath._extobj_contextvar
        settings = umath._make_extobj(all="ignore")
        usual = variable.get()
        variable.reset(variable.set(settings))
    except (ImportError, AttributeError, TypeError, ValueError, LookupError):
        plain = _Errstate()
        return plain.set, plain.reset, {"all": "ignore"}, lambda: None

    def restore() -> None:
        if variable.get() is settings:
            variable.set(usual)

    return variable.set, variable.reset, settings, restore


# `state = enter(QUIET)` makes NumPy quiet in this context, `leave(state)` puts back what was. An interrupt may come
# when `enter` has done its work and nobody knows the state yet: then `restore()` puts back what was at the start.
enter, leave, QUIET, restore = _find()


def quietly(function: Callable[..., Any], *arguments: Any, **keywords: Any) -> Any:
    """Call a function that warns of nothing. What `np.errstate` does, but no interrupt can leave NumPy quiet."""
    try:
        state = enter(QUIET)
        try:
            return function(*arguments, **keywords)
        finally:
            leave(state)
    except BaseException:
        restore()
        raise
