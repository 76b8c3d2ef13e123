"""Rule 14: plain English. Replies of checks and the glossary are judged like text cells."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from teaching.rules.finding import Finding, found
from teaching.rules.text import body, english_sentences, prose
from teaching.rules.told import told
from teaching.source import Lesson

MEAN_SENTENCE: Final = 20
LONGEST_SENTENCE: Final = 36

_HURTFUL: Final = re.compile(
    r"\b(simply|just|easy|easily|obvious|obviously|of course|trivial|trivially|your GPU)\b", re.IGNORECASE
)
_ABBREVIATION: Final = re.compile(r"(?<![\w-])[A-Z]{2,}(?![\w-])")
# Names rather than abbreviations: of a repository of data, and of a licence.
_NAMES: Final = frozenset({"UCI", "CC", "BY"})


def no_hurtful_words(lesson: Lesson) -> Iterator[Finding]:
    """What is simple to the writer is not for the reader; and nobody is said to have a GPU."""
    if lesson.language == "en":
        for where, text in told(lesson):
            for match in _HURTFUL.finditer(prose(text)):
                yield found(lesson, where, f"the word {match[0]!r}")


def sentences_are_short(lesson: Lesson) -> Iterator[Finding]:
    """20 words on average in every text, none far longer."""
    if lesson.language != "en":
        return
    for where, text in told(lesson):
        lengths = [len(sentence.split()) for sentence in english_sentences(text)]
        mean = sum(lengths) / max(1, len(lengths))
        if mean > MEAN_SENTENCE:
            yield found(lesson, where, f"sentences of {mean:.1f} words on average; at most {MEAN_SENTENCE}")
        if lengths and max(lengths) > LONGEST_SENTENCE:
            yield found(lesson, where, f"a sentence of {max(lengths)} words")


def abbreviations_are_explained(lesson: Lesson) -> Iterator[Finding]:
    """An abbreviation is spelled out in round brackets where it first stands."""
    if lesson.language != "en":
        return
    explained: set[str] = set()
    for cell in lesson.texts:
        text = body(cell.text)
        for match in _ABBREVIATION.finditer(text):
            name = match[0]
            if name in _NAMES or name in explained:
                continue
            explained.add(name)
            initials = r"\W+".join(rf"{letter}\w*" for letter in name)
            if not re.search(initials, text, re.I):
                yield found(lesson, cell, f"{name} is not spelled out")
