"""The words of the lessons: one file for all, listed at the end of each lesson."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tfnb.errors import ArgumentError
from tfnb.language import _, get_language
from tfnb.lesson.bilingual import Both
from tfnb.lesson.shown import Shown
from tfnb.picture.parts import Figure, Line, Stack, Tone, Words

_FILE = Path(__file__).parent / "glossary.csv"
_TITLE = Both("Words of lesson {lesson}", "レッスン {lesson} の言葉")
_ALSO = "ほかでは {names}"


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the glossary.

    Attributes:
        id: the word's name in the file.
        term: the word itself.
        reading: how the Japanese word is read, in hiragana.
        sentence: its explanation in one sentence.
        also: what other Japanese texts call it, separated by `、`; empty if nothing else.
        lesson, cell: where it is explained.
    """

    id: str
    term: Both
    reading: str
    sentence: Both
    also: str
    lesson: int
    cell: str


@cache
def glossary() -> tuple[Entry, ...]:
    """All words of all lessons, in the order in which a reader meets them."""
    with _FILE.open(encoding="utf-8", newline="") as file:
        return tuple(
            Entry(
                row["id"], Both(row["en"], row["ja"]), row["reading"], Both(row["sentence_en"], row["sentence_ja"]),
                row["also_ja"], int(row["lesson"]), row["cell"],
            )
            for row in csv.DictReader(file)
        )  # fmt: skip


def words(lesson: int) -> Shown:
    """The words of a lesson with their meanings.

    Args:
        lesson: its number.

    Errors:
        ArgumentError: no lesson of that number has words.

    Example:
        >>> import tfnb as tf
        >>> shown = tf.lesson.words(1)
    """
    entries = [entry for entry in glossary() if entry.lesson == lesson]
    if not entries:
        raise ArgumentError(_("there is no lesson {given}").format(given=lesson), op="lesson.words", argument="lesson")
    lines = tuple(_japanese_line(entry) if get_language() == "ja" else _english_line(entry) for entry in entries)
    title = _TITLE.say(lesson=lesson)
    told = ", ".join(entry.term.say() for entry in entries)
    return Shown(Figure(title, f"{title}: {told}", Stack(lines)))


def _english_line(entry: Entry) -> Line:
    return _line(entry.term.en, entry.term.ja, entry.sentence.en)


def _japanese_line(entry: Entry) -> Line:
    # Katakana is its own reading.
    reading = [] if re.fullmatch("[ァ-ヺー]+", entry.term.ja) else [entry.reading]
    also = [_ALSO.format(names=entry.also)] if entry.also else []
    return _line(entry.term.ja, " · ".join([*reading, entry.term.en, *also]), entry.sentence.ja)


def _line(term: str, names: str, sentence: str) -> Line:
    return Line((Words(term, Tone.STRONG), Words(f" ({names}): ", Tone.QUIET), Words(sentence)))
