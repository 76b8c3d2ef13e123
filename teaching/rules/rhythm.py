"""Rules 3, 6 and 11: question, predict, run, look, why, change; whole exercises; an error that is meant."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from teaching.rules.finding import Finding, found
from teaching.rules.text import details, headings, python_in
from teaching.source import Cell, Lesson

GUESS: Final = 'guess = "?"'
LETTERS: Final = "ABC"
CHANGE: Final = {"en": "Change one thing", "ja": "1 か所だけ変えてみましょう"}
LEAST_EXERCISES: Final = 3


def sections(lesson: Lesson) -> list[list[Cell]]:
    """The cells of each numbered section; what stands before the first is left out."""
    parts: list[list[Cell]] = []
    for cell in lesson.cells:
        if not cell.is_code and any(level == 2 for level, _ in headings(cell.text)):
            parts.append([])
        if parts:
            parts[-1].append(cell)
    return parts


def every_section_predicts(lesson: Lesson) -> Iterator[Finding]:
    """Each section but the closing one has predict, guess, run, why side by side, and something to change."""
    for section in sections(lesson)[:-1]:
        if not any("predict" in cell.tags for cell in section):
            yield found(lesson, section[0], "no prediction in this section")
        if not any("change" in cell.tags for cell in section):
            yield found(lesson, section[0], "nothing to change in this section")
    for position, cell in enumerate(lesson.cells):
        if "predict" in cell.tags:
            following = lesson.cells[position + 1 : position + 4]
            if not all(tag in one.tags for tag, one in zip(("guess", "run", "why"), following, strict=True)):
                yield found(lesson, cell, "a prediction is followed by guess, run and why")


def predictions_are_answered(lesson: Lesson) -> Iterator[Finding]:
    """Three answers, an untouched guess, and a word on each answer afterwards."""
    for position, cell in enumerate(lesson.cells):
        if "predict" not in cell.tags:
            continue
        if re.findall(r"^- ([A-Z]): ", cell.text, re.M) != list(LETTERS):
            yield found(lesson, cell, "a prediction has the answers A, B and C")
        if lesson.cells[position + 1].text != GUESS:
            yield found(lesson, lesson.cells[position + 1], f"a guess ships as {GUESS}")
        why = lesson.cells[position + 3]
        for letter in LETTERS:
            if not re.search(rf"(?<![A-Za-z]){letter}(?![A-Za-z])", why.text):
                yield found(lesson, why, f"nothing is said about the answer {letter}")
        if "change" in why.tags and CHANGE[lesson.language] not in why.text:
            yield found(lesson, why, f"a change opens with {CHANGE[lesson.language]!r}")


def exercises_are_whole(lesson: Lesson) -> Iterator[Finding]:
    """At least 3; each is a task, a cell with its check, two hints and an answer with a reason, all folded."""
    from tfnb.lesson.check import EXERCISES

    of_lesson = [name for name, exercise in EXERCISES.items() if exercise.lesson == lesson.number]
    checked = []
    tasks = lesson.tagged("exercise")
    if len(tasks) < LEAST_EXERCISES:
        yield found(lesson, lesson.cells[0], f"{len(tasks)} exercises; at least {LEAST_EXERCISES}")
    for number, task in enumerate(tasks, 1):
        position = lesson.cells.index(task)
        answer, hints = lesson.cells[position + 1 : position + 3]
        if "answer" not in answer.tags or "hints" not in hints.tags:
            yield found(lesson, task, "an exercise is followed by its answer cell and its hints")
            continue
        check = re.search(r'tf\.lesson\.check\("(\w+)"', answer.text)
        if check is None or '"?"' not in answer.text:
            yield found(lesson, answer, "an answer cell ships with a question mark and ends with its check")
            continue
        checked.append(check[1])
        if check[1] in EXERCISES and EXERCISES[check[1]].number != number:
            yield found(lesson, answer, f"the check calls this exercise {EXERCISES[check[1]].number}, not {number}")
        parts = details(hints.text)
        if len(parts) != 3 or any(python_in(part) for part in parts[:2]) or not python_in(parts[2]):
            yield found(lesson, hints, "two hints and an answer in Python, each in <details>")
        elif len(parts[2].split("```")[-1].strip()) < 10:
            yield found(lesson, hints, "the answer has no reason")
    if checked != of_lesson:
        yield found(lesson, "exercises", f"checks in the lesson: {checked}; in the package: {of_lesson}")


def an_error_is_meant(lesson: Lesson) -> Iterator[Finding]:
    """At least one cell fails on purpose."""
    if not lesson.tagged("raises-exception"):
        yield found(lesson, lesson.cells[0], "no cell with an intended error")
