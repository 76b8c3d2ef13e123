"""Rules 5, 12 and 13: how a lesson opens, closes and is found one's way in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from teaching.rules.finding import Finding, found
from teaching.rules.text import headings
from teaching.source import Lesson

FIRST_PICTURE_WITHIN: Final = 3
_ACHIEVED: Final = {"en": "You can now", "ja": "できるようになったこと"}
_LEFT_OUT: Final = {"en": "Left out on purpose", "ja": "わざと省いた"}
_NEXT: Final = {"en": "Next:", "ja": "次は"}
_NEEDS: Final = {"en": "You need", "ja": "必要なのは"}
_TIME: Final = {"en": "minutes", "ja": "分かかります"}


def headings_in_order(lesson: Lesson) -> Iterator[Finding]:
    """One H1 at the top; no level is skipped."""
    found_levels = [(cell, level) for cell in lesson.texts for level, _ in headings(cell.text)]
    levels = [level for _, level in found_levels]
    if levels[:1] != [1] or levels.count(1) != 1:
        yield found(lesson, lesson.cells[0], "one heading of the first level, at the top")
    for (_, before), (cell, level) in pairwise(found_levels):
        if level > before + 1:
            yield found(lesson, cell, f"a heading of level {level} after one of level {before}")


def contents_lead_to_sections(lesson: Lesson) -> Iterator[Finding]:
    """The first cell links every section, by the anchors that JupyterLab and nbconvert make."""
    links = re.findall(r"\[([^\]]*)\]\(#([^)\n]*)\)", lesson.cells[0].text)
    titles = [text for cell in lesson.texts for level, text in headings(cell.text) if level == 2]
    if [target for _, target in links] != [title.replace(" ", "-") for title in titles]:
        yield found(lesson, lesson.cells[0], f"the contents list does not lead to the sections {titles}")
    for (label, _), title in zip(links, titles, strict=False):
        if not title.endswith(label):
            yield found(lesson, lesson.cells[0], f"{label!r} leads to a section called {title!r}")


def opens_and_closes(lesson: Lesson) -> Iterator[Finding]:
    """The opening asks, says what is needed and how long it takes; the closing sums up, and leads on."""
    first = lesson.cells[0].text
    closing = "\n\n".join(cell.text for cell in lesson.cells[-6:])
    for wanted in (_NEEDS[lesson.language], _TIME[lesson.language]):
        if wanted not in first:
            yield found(lesson, lesson.cells[0], f"the opening lacks {wanted!r}")
    if not re.search(r"[?？]", first):
        yield found(lesson, lesson.cells[0], "the opening asks no question")
    for wanted in (_ACHIEVED[lesson.language], "tf.lesson.words(", _LEFT_OUT[lesson.language], _NEXT[lesson.language]):
        if wanted not in closing:
            yield found(lesson, lesson.cells[-1], f"the closing lacks {wanted!r}")
    achieved = next((cell for cell in lesson.texts if _ACHIEVED[lesson.language] in cell.text), None)
    if achieved and len(re.findall(r"^- ", achieved.text, re.M)) != 3:
        yield found(lesson, achieved, "three things that the reader can do now")


def first_picture_soon(lesson: Lesson) -> Iterator[Finding]:
    """One of the first three cells ends in a value that draws itself."""
    early = [cell for cell in lesson.cells[:FIRST_PICTURE_WITHIN] if cell.is_code]
    if not any(re.match(r"tf\.(?!lesson|set_)\w+\(", cell.text.splitlines()[-1]) for cell in early):
        yield found(lesson, lesson.cells[0], f"no picture within {FIRST_PICTURE_WITHIN} cells")
