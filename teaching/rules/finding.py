"""What a rule reports."""

from __future__ import annotations

from dataclasses import dataclass

from teaching.source import Cell, Lesson


@dataclass(frozen=True, slots=True)
class Finding:
    """A place in a lesson that breaks a rule."""

    lesson: str
    language: str
    cell: str
    problem: str

    def __str__(self) -> str:
        return f"{self.lesson}/{self.language} [{self.cell}] {self.problem}"


def found(lesson: Lesson, cell: Cell | str, problem: str) -> Finding:
    """A finding in a cell of a lesson."""
    return Finding(lesson.name, lesson.language, cell if isinstance(cell, str) else cell.name, problem)
