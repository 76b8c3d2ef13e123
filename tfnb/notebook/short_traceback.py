"""Tracebacks that end at the reader's own line: our errors say all there is to say, our frames would only bury it.

`%xmode Verbose` shows every frame. The exception itself keeps them all, so `%debug` works as ever.
"""

from __future__ import annotations

import sys
from types import TracebackType
from typing import Any

from tfnb.errors import TfnbError
from tfnb.notebook.owners import is_own_file


def trimmed(trace: TracebackType | None) -> TracebackType | None:
    """A traceback without the frames of ours at its inner end; the same one where the reader's code is not in it."""
    kept: list[TracebackType] = []
    while trace is not None:
        kept.append(trace)
        trace = trace.tb_next
    end = len(kept)
    while end > 0 and is_own_file(kept[end - 1].tb_frame.f_code.co_filename):
        end -= 1
    shown: TracebackType | None = None
    for one in reversed(kept[:end] or kept):
        shown = TracebackType(shown, one.tb_frame, one.tb_lasti, one.tb_lineno)
    return shown


def show(shell: Any, kind: type[BaseException], error: BaseException, trace: Any, tb_offset: int | None = None) -> Any:
    """What IPython calls to show one of our errors (`set_custom_exc`)."""
    sys.last_type, sys.last_value, sys.last_traceback = kind, error, trace
    if sys.version_info >= (3, 12):
        sys.last_exc = error
    reporter = shell.InteractiveTB
    verbose = getattr(reporter, "mode", "") == "Verbose"
    lines = reporter.structured_traceback(kind, error, trace if verbose else trimmed(trace), tb_offset=tb_offset)
    shell._showtraceback(kind, error, lines)
    return lines


def install(shell: Any) -> bool:
    """Show our errors so, unless the reader has a reporter of their own."""
    if shell.custom_exceptions:
        return False
    shell.set_custom_exc((TfnbError,), show)
    return True


def remove(shell: Any) -> None:
    """Leave IPython its own way."""
    if shell.custom_exceptions == (TfnbError,):
        shell.set_custom_exc((), None)
