"""Rule 1: a new word is bold and explained where it first stands, and it is a row of the glossary."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from teaching.rules.finding import Finding, found
from teaching.rules.text import body, bold, prose
from teaching.source import Lesson
from tfnb.lesson.words import Entry, glossary

_LOANWORDS: Final = Path(__file__).with_name("loanwords.txt")


def _rows(lesson: Lesson) -> list[Entry]:
    return [entry for entry in glossary() if entry.lesson == lesson.number]


def _term(entry: Entry, language: str) -> str:
    return entry.term.ja if language == "ja" else entry.term.en


def bold_words_are_the_glossary(lesson: Lesson) -> Iterator[Finding]:
    """Bold words and glossary rows are the same, cell by cell; Japanese adds the English word in round brackets."""
    rows = _rows(lesson)
    for cell in lesson.texts:
        wanted = {_term(entry, lesson.language): entry for entry in rows if entry.cell == cell.name}
        here = dict(bold(cell.text))
        for word in here.keys() ^ wanted.keys():
            where = "not in the glossary" if word in here else "in the glossary, not bold here"
            yield found(lesson, cell, f"{word!r} is {where}")
        for word in here.keys() & wanted.keys():
            if lesson.language == "ja" and here[word] not in (wanted[word].term.en, wanted[word].id):
                yield found(lesson, cell, f"{word!r} wants its English word in round brackets after it")
    unknown = {entry.cell for entry in rows} - {cell.name for cell in lesson.texts}
    for cell_name in unknown:
        yield found(lesson, cell_name, "the glossary names a cell that is not there")


def no_word_before_its_cell(lesson: Lesson) -> Iterator[Finding]:
    """No word of the glossary stands in a text cell before the one that explains it."""
    order = [cell.name for cell in lesson.texts]
    for entry in _rows(lesson):
        term = _term(entry, lesson.language)
        pattern = term if lesson.language == "ja" else rf"(?i)(?<![\w-]){re.escape(term)}s?(?![\w-])"
        earlier = lesson.texts[: order.index(entry.cell)] if entry.cell in order else []
        for cell in earlier:
            if re.search(pattern, body(cell.text)):
                yield found(lesson, cell, f"{term!r} stands here and is explained later, in {entry.cell}")


def katakana_is_known(lesson: Lesson) -> Iterator[Finding]:
    """Every katakana word is in the glossary or an everyday loanword."""
    if lesson.language != "ja":
        return
    known = set(_LOANWORDS.read_text(encoding="utf-8").split())
    for entry in glossary():
        known |= set(katakana(entry.term.ja))
    for cell in lesson.texts:
        for word in sorted(set(katakana(prose(cell.text))) - known):
            yield found(lesson, cell, f"{word} is neither in the glossary nor an everyday loanword")


def katakana(text: str) -> list[str]:
    """The runs of katakana in a text, two characters or longer."""
    return re.findall(r"[ァ-ヺー]{2,}", text)
