"""Rule 2: little that is new at a time."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Final

from teaching.rules.finding import Finding, found
from teaching.rules.text import bold, english_words, japanese_characters
from teaching.source import Cell, Lesson

WORDS_A_CELL: Final = 2
WORDS_BETWEEN_EXERCISES: Final = 4
WORDS_A_LESSON: Final = {1: 24}
WORDS_A_LATER_LESSON: Final = 12
ENGLISH_WORDS_A_CELL: Final = 120
JAPANESE_CHARACTERS_A_CELL: Final = 300
CODE_LINES: Final = 8

# Methods of Python's own lists and strings: known to everybody who is invited.
_PYTHON: Final = frozenset({"append", "extend"})
# Where functions are found, no functions themselves.
_PLACES: Final = frozenset({"lesson", "layers", "train"})


def few_new_words(lesson: Lesson) -> Iterator[Finding]:
    """At most 2 new words a cell, 4 between two exercises, 12 a lesson (24 in the first)."""
    since_exercise, total = 0, 0
    for cell in lesson.texts:
        if "exercise" in cell.tags:
            since_exercise = 0
        count = len(bold(cell.text))
        since_exercise, total = since_exercise + count, total + count
        if count > WORDS_A_CELL:
            yield found(lesson, cell, f"{count} new words in one cell; at most {WORDS_A_CELL}")
        if count and since_exercise > WORDS_BETWEEN_EXERCISES:
            most = WORDS_BETWEEN_EXERCISES
            yield found(lesson, cell, f"{since_exercise} new words without an exercise; at most {most}")
    most = WORDS_A_LESSON.get(lesson.number, WORDS_A_LATER_LESSON)
    if total > most:
        yield found(lesson, lesson.cells[0], f"{total} new words in the lesson; at most {most}")


def short_texts(lesson: Lesson) -> Iterator[Finding]:
    """A text cell has at most 120 English words or 300 Japanese characters."""
    count, most, unit = (
        (japanese_characters, JAPANESE_CHARACTERS_A_CELL, "Japanese characters")
        if lesson.language == "ja" else (english_words, ENGLISH_WORDS_A_CELL, "words")
    )  # fmt: skip
    for cell in lesson.texts:
        if count(cell.text) > most:
            yield found(lesson, cell, f"{count(cell.text)} {unit}; at most {most}")


def short_code(lesson: Lesson) -> Iterator[Finding]:
    """A code cell has at most 8 lines that are not empty."""
    for cell in lesson.code:
        lines = [line for line in cell.text.splitlines() if line.strip()]
        if len(lines) > CODE_LINES:
            yield found(lesson, cell, f"{len(lines)} lines of code; at most {CODE_LINES}")


def one_new_function_a_cell(lesson: Lesson) -> Iterator[Finding]:
    """A code cell brings at most one function of the library that no earlier cell had; `tf.lesson` is scaffolding."""
    known: set[str] = set()
    for cell in lesson.code:
        new = sorted(functions_in(cell) - known)
        known |= set(new)
        if len(new) > 1:
            yield found(lesson, cell, f"new functions at once: {', '.join(new)}")


def functions_in(cell: Cell) -> set[str]:
    """The functions, methods and magics of the library that a code cell uses."""
    used = {line.split()[0] for line in cell.text.splitlines() if line.startswith("%")}
    for node in ast.walk(ast.parse(python_of(cell))):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "tf":
            used.add(node.attr)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and not _is_scaffolding(node.func):
            used.add(node.func.attr)
    return used - _PYTHON - _PLACES


def _is_scaffolding(function: ast.Attribute) -> bool:
    return ast.unparse(function).startswith("tf.lesson.")


def python_of(cell: Cell) -> str:
    """The cell without its magics."""
    return "\n".join(line for line in cell.text.splitlines() if not line.startswith("%"))
