"""The roots of a notebook: its names, its past results, and what the last error keeps."""

from __future__ import annotations

import re
import sys
import threading
from typing import Any, Final, Iterator

from tfnb.language import _
from tfnb.notebook.owners import Reach, Root, is_users_file

# IPython's own names: In, Out, the last three results and inputs, and numbered ones.
_DISPLAYS: Final = re.compile(r"_{1,3}|_\d+|_dh|_oh|Out")
_INPUTS: Final = re.compile(r"_i{1,3}|_i\d+|_ih|In|exit|quit|get_ipython|open")


def is_display_name(name: str) -> bool:
    """Whether IPython, not the reader, gave this name to a result."""
    return _DISPLAYS.fullmatch(name) is not None


def names(shell: Any) -> dict[str, Any]:
    """What the reader named at the notebook's top level."""
    hidden = shell.user_ns_hidden
    return {
        name: value
        for name, value in list(shell.user_ns.items())
        if not is_display_name(name)
        and not _INPUTS.fullmatch(name)
        and not name.startswith("__")
        and not (name in hidden and hidden[name] is value)
    }


def name_roots(shell: Any) -> Iterator[Root]:
    """The reader's names; plain ones before those that begin with an underscore."""
    found = names(shell)
    for name in sorted(found, key=lambda name: name.startswith("_")):
        yield name, found[name], Reach.NAME
    yield from running_roots()


def display_roots(shell: Any) -> Iterator[Root]:
    """Past results, which IPython keeps."""
    for number, value in list(shell.user_ns.get("Out", {}).items()):
        yield f"Out[{number}]", value, Reach.DISPLAY
    for name in ("_", "__", "___"):
        if name in shell.user_ns:
            yield name, shell.user_ns[name], Reach.DISPLAY
        hook = getattr(shell.displayhook, name, None)
        if hook is not None:
            yield name, hook, Reach.DISPLAY
    last = getattr(shell, "last_execution_result", None)
    if last is not None and last.result is not None:
        yield _("the last result"), last.result, Reach.DISPLAY


def running_roots() -> Iterator[Root]:
    """Code of the reader's that still runs: other threads, and tasks of asyncio."""
    own = threading.get_ident()
    for number, frame in sys._current_frames().items():
        if number == own:
            continue
        while frame is not None:
            if is_users_file(frame.f_code.co_filename):
                yield _("a running thread"), frame, Reach.NAME
            frame = frame.f_back  # type: ignore[assignment]
    if (asyncio := sys.modules.get("asyncio")) is None:
        return
    try:
        tasks = asyncio.all_tasks()
    except RuntimeError:  # no loop runs here
        return
    for task in tasks:
        code = getattr(task.get_coro(), "cr_code", None)
        if code is not None and is_users_file(code.co_filename):
            yield _("a running task"), task.get_coro(), Reach.NAME


def traceback_roots(shell: Any, cell: int) -> Iterator[Root]:
    """What the last error keeps for its report and for %debug."""
    where = _("the error report of cell [{cell}]").format(cell=cell) if cell else _("the last error report")
    for name in ("last_exc", "last_value", "last_traceback"):
        value = getattr(sys, name, None)
        if value is not None:
            yield where, value, Reach.TRACEBACK
    for holder in ("InteractiveTB", "SyntaxTB"):
        traceback = getattr(getattr(shell, holder, None), "tb", None)
        if traceback is not None:
            yield where, traceback, Reach.TRACEBACK
    last = getattr(shell, "last_execution_result", None)
    if last is not None and (last.error_in_exec or last.error_before_exec) is not None:
        yield where, last.error_in_exec or last.error_before_exec, Reach.TRACEBACK
