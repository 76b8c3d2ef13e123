"""`%%tidy`: a cell in a scope of its own that behaves as a plain cell in everything else.

A cell magic that ran the body itself would swallow errors and number cells twice, so the first line is rewritten to a
line magic that opens the scope, and the rest is left to IPython: the last expression, a trailing `;`, top-level
`await`, nested magics and errors are those of any cell. The scope is closed when IPython says that the cell has run.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from tfnb.engine.handle import CELL_ENDED, Handle
from tfnb.engine.ledger import size_in_bytes
from tfnb.engine.profile import Recorder
from tfnb.language import _
from tfnb.notebook.cell_scope import CellScope, bytes_in_use, live
from tfnb.notebook.namespace import name_roots
from tfnb.notebook.owners import Owner, Reach, Root, find_owners
from tfnb.ops.tensor_bundle import is_variable
from tfnb.picture.memory_view import CellReport, ProgramRow, TensorRow

_LISTED: Final = 100
OPENER: Final = "_open_tidy"
_FIRST_LINE: Final = re.compile(r"%%tidy(?:[ \t]+(?P<arguments>.*?))?[ \t]*\r?\n?")
_CELL_MAGIC: Final = re.compile(r"%%(?P<name>\w+)(?:[ \t]+(?P<line>.*?))?[ \t]*\r?\n?")


def rewrite(lines: list[str]) -> list[str]:
    """An input transformer: the first line `%%tidy …` becomes a call that opens the scope; line numbers stay.

    Example:
        >>> rewrite(["%%tidy --keep y\\n", "y = f()\\n"])
        ["get_ipython().run_line_magic('_open_tidy', '--keep y')  # %%tidy --keep y\\n", 'y = f()\\n']
    """
    if not lines or not (first := _FIRST_LINE.fullmatch(lines[0])):
        return lines
    # The comment is for readers of tracebacks, which show this line.
    opening = f"get_ipython().run_line_magic({OPENER!r}, {first['arguments'] or ''!r})  # {lines[0].strip()}"
    body = lines[1:]
    start = next((number for number, line in enumerate(body) if line.strip()), None)
    if start is None or not (inner := _CELL_MAGIC.fullmatch(body[start])):
        return [opening + "\n", *body]
    # A second cell magic takes all that follows; IPython itself looks for one in the first line only.
    text = "".join(body[start + 1 :])
    call = f"get_ipython().run_cell_magic({inner['name']!r}, {inner['line'] or ''!r}, {text!r})"
    return [opening + "\n", *body[:start], call + "\n"]


@dataclass(frozen=True, slots=True)
class Wishes:
    """The options of one `%%tidy`."""

    keep: tuple[str, ...] | None = None
    strict: bool = False
    report: bool = False


class TidyCell:
    """One `%%tidy` cell, from its first line to its report."""

    __slots__ = ("recorder", "scope", "shell", "wishes")

    def __init__(self, shell: Any, cell: int, wishes: Wishes) -> None:
        self.shell, self.wishes = shell, wishes
        self.scope = CellScope(cell)
        self.recorder = Recorder() if wishes.report else None
        if self.recorder is not None:
            self.recorder.__enter__()

    def close(self, result: Any, failed: bool) -> CellReport:
        """Free what nobody can reach, and say what stays and why.

        Args:
            result: the value of the cell's last expression.
            failed: whether the cell ended with an error.
        """
        if self.recorder is not None:
            self.recorder.__exit__()
        alive = self.scope.survivors()
        try:
            owners = self._owners(alive, result)
            kept = [handle for handle in alive if id(handle) in owners]
            taken = self._taken(alive, kept)
        except BaseException:
            # Interrupted in the middle of the search: nothing that may still be reachable is freed.
            self.scope.close(alive, CELL_ENDED)
            raise
        counts = self.scope.close(kept, CELL_ENDED)
        stay = [handle for handle in live() if handle.id > self.scope.first_id]
        rows = [row_of(handle, owners.get(id(handle))) for handle in stay[:_LISTED]]
        return CellReport(
            counts.made,
            counts.freed,
            tuple(rows),
            bytes_in_use(),
            counts.peak,
            failed,
            tuple(taken),
            self._missing(failed),
            len(stay),
            self._programs(),
        )

    def _owners(self, alive: list[Handle], result: Any) -> dict[int, Owner]:
        """Who may keep a tensor of this cell, by the options."""
        if not alive:
            return {}
        targets = {id(handle): handle for handle in alive}
        final: list[Root] = [(_("the last expression"), result, Reach.RESULT)]
        if self.wishes.strict:
            owners = find_owners(targets, final, closed_to(self.shell))
        elif self.wishes.keep is not None:
            names = [(name, value, reach) for name, value, reach in name_roots(self.shell) if name in self.wishes.keep]
            owners = find_owners(targets, [*names, *final], closed_to(self.shell))
        else:
            owners = find_owners(targets, [*name_roots(self.shell), *final], closed_to(self.shell))
        return owners

    def _taken(self, alive: list[Handle], kept: list[Handle]) -> list[TensorRow]:
        """What a strict or narrowed cell takes away although a name leads to it."""
        if not self.wishes.strict and self.wishes.keep is None:
            return []
        stays = set(map(id, kept))
        targets = {id(handle): handle for handle in alive if id(handle) not in stays}
        owners = find_owners(targets, name_roots(self.shell), closed_to(self.shell))
        return [row_of(targets[number], owner) for number, owner in list(owners.items())[:_LISTED]]

    def _programs(self) -> tuple[ProgramRow, ...]:
        """What ran in the cell, alike things together, the slowest first."""
        if self.recorder is None:
            return ()
        groups: dict[tuple[tuple[str, ...], str, str], list[float]] = {}
        for program in self.recorder.programs:
            groups.setdefault((program.kernels, program.place, program.why), []).append(program.kernel_time_ms)
        rows = [ProgramRow(*key, len(times), sum(times)) for key, times in groups.items()]
        return tuple(sorted(rows, key=lambda row: -row.milliseconds)[:_LISTED])

    def _missing(self, failed: bool) -> tuple[str, ...]:
        """Names given to `--keep` that the cell did not make."""
        return () if failed else tuple(name for name in self.wishes.keep or () if name not in self.shell.user_ns)


def row_of(handle: Any, owner: Owner | None) -> TensorRow:
    """A tensor as the tables list it."""
    path = owner.path if owner else ""
    if not path and is_variable(handle):
        path = _("variable {name}").format(name=getattr(handle, "name", ""))
    place = handle.place if hasattr(handle, "place") else "host"
    return TensorRow(
        path, handle.shape, handle.dtype, size_in_bytes(handle), place, str(handle.origin), reason_of(owner)
    )


def reason_of(owner: Owner | None) -> str:
    """Why a tensor is alive, in words."""
    if owner is None:
        return _("tf.keep, a variable, or an outer scope holds it")
    return {
        Reach.NAME: _("a name leads to it"),
        Reach.RESULT: _("the cell's last expression"),
        Reach.DISPLAY: _("a past result, which the notebook keeps"),
        Reach.TRACEBACK: _("an error report keeps its names"),
        Reach.NOBODY: "",
    }[owner.reach]


def closed_to(shell: Any) -> list[Any]:
    """The notebook's machinery: it refers to everything, and is nobody's way to a tensor."""
    names = (
        "user_ns",
        "user_ns_hidden",
        "displayhook",
        "history_manager",
        "kernel",
        "events",
        "magics_manager",
        "display_pub",
    )
    return [
        shell,
        *(part for name in names if (part := getattr(shell, name, None)) is not None),
        shell.user_ns.get("Out"),
    ]
