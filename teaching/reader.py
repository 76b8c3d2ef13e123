"""A reader who types an answer into a lesson: its code cells run one after the other in one namespace."""

from __future__ import annotations

import re
from typing import Any

from teaching.rules.load import python_of
from teaching.rules.text import details, python_in
from teaching.source import Cell, Lesson
from tfnb.lesson.check import Reply


class Reader:
    """Runs the code of a lesson as a notebook would, up to a cell, without pictures; training is cut to one epoch."""

    def __init__(self, lesson: Lesson) -> None:
        self.lesson = lesson
        self.names: dict[str, Any] = {}

    def read_to(self, cell: Cell) -> None:
        """Run all code before a cell; cells that are meant to fail do."""
        for one in self.lesson.code:
            if one.name == cell.name:
                return
            try:
                exec(compile(_cut_short(python_of(one)), one.name, "exec"), self.names)
            except Exception:
                assert "raises-exception" in one.tags, f"{one.name} failed"

    def answer(self, cell: Cell, code: str) -> Reply:
        """Put code in place of the line with the question mark, run the cell, and return what its check says."""
        source = re.sub(r'^.*"\?".*$', lambda _: code, python_of(cell), flags=re.M)
        *before, check = source.splitlines()
        exec(compile("\n".join(before), cell.name, "exec"), self.names)
        reply = eval(check, self.names)
        assert isinstance(reply, Reply)
        return reply


def _cut_short(code: str) -> str:
    return re.sub(r"epochs=\d+\)", "epochs=1, verbose=0)", code)


def answer_name(cell: Cell) -> str:
    """The name that a reader's answer gets: what stands before the question mark."""
    found = re.search(r'^(\s*\w+) = "\?"', cell.text, re.M)
    assert found
    return found[1]


def solution(lesson: Lesson, exercise: Cell) -> str:
    """The code in the last folded part after an exercise."""
    hints = lesson.cells[lesson.cells.index(exercise) + 1]
    code = python_in(details(hints.text)[-1])
    assert code
    return code
