"""The scope of a notebook cell: opened before its code runs, closed after, whatever happened in between.

It stands on the stack of the thread that runs the cells, not in a context variable: IPython's hooks run in other
contexts.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Any, Iterable

from tfnb.engine.handle import Handle
from tfnb.engine.ledger import LEDGER
from tfnb.engine.scope import THREAD, Context, Scope, close_all
from tfnb.engine.survey import memory
from tfnb.engine.unwinding import forget_locals


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of the tensors that a cell made."""

    made: int
    freed: int
    peak: int


class CellScope:
    """The open scope of one cell."""

    __slots__ = ("before", "cell", "context", "first_id", "outer_peak", "scope")

    def __init__(self, cell: int) -> None:
        self.cell = cell
        self.context: Context = THREAD.context
        self.before = self.context.scope
        self.scope = self.context.scope = Scope(self.before, f"cell [{cell}]")
        LEDGER.drain()
        self.first_id = LEDGER.next_id()
        # The peak of this cell alone is wanted, so the measurement starts anew; `close` gives the older one back.
        self.outer_peak = LEDGER.peak
        LEDGER.reset_peak()

    def survivors(self) -> list[Handle]:
        """The tensors made in this cell that are alive, those of scopes left open in it included."""
        return [handle for handle in self._made_here() if self._is_inside(handle)]

    def _made_here(self) -> list[Handle]:
        return [handle for handle in LEDGER.handles() if handle.id > self.first_id]

    def _is_inside(self, handle: Handle) -> bool:
        scope: Scope | None = self.context.scope
        while scope is not None and scope is not self.before:
            if handle.entry.home is scope:
                return True
            scope = scope.outer
        return False

    def close(self, kept: Iterable[Handle], reason: str) -> Counts:
        """End the scope: `kept` move to the scope around it, the rest is disposed of."""
        kept = list(kept)
        try:
            close_all(self.context, self.scope, kept, self.before, sys._getframe(1), reason)
        except BaseException:  # interrupted: all of it once more
            close_all(self.context, self.scope, kept, self.before, sys._getframe(1), reason)
            raise
        finally:
            LEDGER.drain()
            peak = LEDGER.peak
            LEDGER.reset_peak(max(peak, self.outer_peak))
            last = getattr(sys, "last_value", None)
            if isinstance(last, BaseException):  # the notebook keeps it until the next error
                forget_locals(last)
        made = LEDGER.next_id() - self.first_id - 1
        return Counts(made, made - len(self._made_here()), peak)


def live() -> list[Any]:
    """All live tensors, oldest first."""
    return list(LEDGER.handles())


def bytes_in_use() -> int:
    """Bytes that live tensors stand for, each storage once; a survey, so right to the byte."""
    return memory().num_bytes


def number_cell(cell: int) -> None:
    """Say in which cell the tensors made from now on are made."""
    LEDGER.cell = cell
