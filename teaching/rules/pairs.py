"""Rule 15, pairs: the languages have the same cells, code holds no prose, translations were read after each change."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from itertools import zip_longest

from teaching.build import is_fresh
from teaching.rules.finding import Finding, found
from teaching.rules.load import python_of
from teaching.source import ORIGINAL, Lesson, read_lesson

REVIEWED = "python -m teaching reviewed"


def same_cells(lesson: Lesson) -> Iterator[Finding]:
    """The cells are those of the English lesson, in the same order, with the same tags."""
    original = read_lesson(lesson.name, ORIGINAL)
    here, there = [(cell.name, cell.tags) for cell in lesson.cells], [(cell.name, cell.tags) for cell in original.cells]
    for mine, theirs in zip_longest(here, there):
        if mine != theirs:
            yield found(lesson, (mine or theirs)[0], "cells or tags differ from the English lesson from here on")
            return


def translations_are_reviewed(lesson: Lesson) -> Iterator[Finding]:
    """Every text cell of a translation carries the hash of the English text that it was checked against."""
    if lesson.language == ORIGINAL:
        return
    original = read_lesson(lesson.name, ORIGINAL)
    hashes = {cell.name: cell.hash for cell in original.texts}
    for cell in lesson.texts:
        if cell.checked_against != hashes.get(cell.name):
            yield found(
                lesson, cell, f"the English cell changed: read both, then run {REVIEWED} {lesson.name} {cell.name}"
            )


def code_holds_no_prose(lesson: Lesson) -> Iterator[Finding]:
    """Comments are shapes (`# [2, 3]`), texts are names, blanks or places: nothing that would need a translation."""
    for cell in lesson.code:
        source = python_of(cell)
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type == tokenize.COMMENT and not re.fullmatch(r"# \[[\d, ]*\]", token.string):
                yield found(lesson, cell, f"a comment that is no shape: {token.string}")
        for node in ast.walk(ast.parse(source)):
            text = node.value if isinstance(node, ast.Constant) else None
            if isinstance(text, str) and re.search(r"\s|[^\x00-\x7f]", text):
                yield found(lesson, cell, f"prose in code: {text!r}")


def notebook_is_fresh(lesson: Lesson) -> Iterator[Finding]:
    """The notebook in `notebooks/` is what the source makes."""
    if not is_fresh(lesson.name, lesson.language):
        yield found(lesson, lesson.cells[0], "the notebook differs from its source: run `python -m teaching build`")
