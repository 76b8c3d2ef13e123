"""Everything that a lesson says in words: its text cells, the replies of its checks, its rows of the glossary."""

from __future__ import annotations

from collections.abc import Iterator

from teaching.source import Lesson
from tfnb.lesson.check import EXERCISES
from tfnb.lesson.words import glossary


def replies(lesson: Lesson) -> Iterator[tuple[str, str]]:
    """The sentences of the checks, each with the exercise and the idea that it answers."""
    for exercise in EXERCISES.values():
        if exercise.lesson == lesson.number:
            for idea in ("right", "look", *(wrong.idea for wrong in exercise.wrong)):
                yield f"check {exercise.name}: {idea}", getattr(exercise.says(idea), lesson.language)


def told(lesson: Lesson) -> Iterator[tuple[str, str]]:
    """All texts of a lesson in its language, each with where it stands."""
    for cell in lesson.texts:
        yield cell.name, cell.text
    yield from replies(lesson)
    for entry in glossary():
        if entry.lesson == lesson.number:
            yield f"glossary {entry.id}", getattr(entry.sentence, lesson.language)
