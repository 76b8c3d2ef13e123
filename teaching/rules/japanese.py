"""Rule 15, the part that needs no Node.js: how Japanese is written. `textlint` reads the rest."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from teaching.rules.finding import Finding, found
from teaching.rules.text import body, japanese_sentences
from teaching.rules.told import told
from teaching.source import Lesson

LONGEST_SENTENCE: Final = 80
MOST_COMMAS: Final = 3

_KANA: Final = "ぁ-ゖァ-ヺー一-鿿々"
_AGREED: Final = (
    (re.compile("[\uff61-\uff9f]"), "half-width kana"),
    (re.compile("[０-９Ａ-Ｚａ-ｚ]"), "a full-width letter or digit"),
    (re.compile("ることができ"), "〜できます is shorter"),
    (re.compile(r"(?:である|のだ|だった)(?:。|$)", re.M), "である among です・ます"),
    (re.compile("あなたの ?GPU"), "nobody is said to have a GPU"),
    (re.compile("[（）]"), "full-width round brackets"),
    (re.compile(rf"[{_KANA}][A-Za-z0-9]|[A-Za-z0-9][{_KANA}]"), "no space between Japanese and a letter or digit"),
    (re.compile(rf"[{_KANA}]`|`[{_KANA}]"), "no space beside code"),
    (re.compile(rf"[{_KANA}]\(|\)[{_KANA}]"), "no space beside round brackets"),
    (re.compile(r"[、。「」？] | [、。」？]"), "a space beside full-width punctuation"),
    (re.compile(rf"[{_KANA}、。]\n[{_KANA}`]"), "a line break inside a paragraph"),
)


def written_as_agreed(lesson: Lesson) -> Iterator[Finding]:
    """Spaces, brackets, endings as in docs/lessons.md."""
    if lesson.language != "ja":
        return
    for where, text in told(lesson):
        shown = re.sub(r"```.*?```|<[^>\n]+>|\]\([^)\n]*\)", "", text, flags=re.S).replace("**", "")
        for pattern, problem in _AGREED:
            for match in pattern.finditer(shown):
                yield found(lesson, where, f"{problem}: {shown[max(0, match.start() - 8) : match.end() + 8]!r}")


def sentences_are_short(lesson: Lesson) -> Iterator[Finding]:
    """At most 80 characters and 3 commas."""
    if lesson.language != "ja":
        return
    for where, text in told(lesson):
        for sentence in japanese_sentences(text):
            if len(sentence) > LONGEST_SENTENCE:
                yield found(lesson, where, f"{len(sentence)} characters: {sentence[:20]}…")
            if sentence.count("、") > MOST_COMMAS and not re.search(r"\d、\d", sentence):
                yield found(lesson, where, f"{sentence.count('、')} commas: {sentence[:20]}…")


def bold_prints(lesson: Lesson) -> Iterator[Finding]:
    """Bold that begins or ends at punctuation prints its asterisks (CommonMark, JupyterLab's parser too)."""
    for cell in lesson.texts:
        for match in re.finditer(r"\*\*([^*\n]+?)\*\*", cell.text):
            if re.match(r"[\W_]", match[1][0]) or re.match(r"[\W_]", match[1][-1]):
                yield found(lesson, cell, f"bold begins or ends at punctuation: {match[0]}")
        if body(cell.text).count("**") % 2:
            yield found(lesson, cell, "an asterisk pair without its partner")
