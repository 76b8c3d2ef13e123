"""A rule that finds nothing may be a rule that looks at nothing: each is shown a lesson that breaks it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from teaching.rules import Rule, english, frame, japanese, load, pairs, rhythm, words
from teaching.source import Cell, Lesson, read_lesson


def edited(lesson: Lesson, name: str, change: Callable[[Cell], Cell]) -> Lesson:
    return replace(lesson, cells=tuple(change(cell) if cell.name == name else cell for cell in lesson.cells))


def said(text: str) -> Callable[[Cell], Cell]:
    return lambda cell: replace(cell, text=f"{cell.text}\n\n{text}")


def instead(old: str, new: str) -> Callable[[Cell], Cell]:
    def change(cell: Cell) -> Cell:
        assert old in cell.text
        return replace(cell, text=cell.text.replace(old, new))

    return change


def untagged(cell: Cell) -> Cell:
    return replace(cell, tags=())


def unasked(cell: Cell) -> Cell:
    return replace(cell, text=cell.text.replace("?", "."))


BROKEN: list[tuple[str, Rule, str, str, Callable[[Cell], Cell]]] = [
    ("a bold word without a row", words.bold_words_are_the_glossary, "en", "filled", said("A **vector** too.")),
    ("a row whose word is not bold", words.bold_words_are_the_glossary, "en", "shape", instead("**shape**", "shape")),
    ("no English word after it", words.bold_words_are_the_glossary, "ja", "shape", instead(" (shape)", "")),
    ("a word before its cell", words.no_word_before_its_cell, "en", "op", said("Its shape is new.")),
    ("a word before its cell", words.no_word_before_its_cell, "ja", "op", said("形状は新しくなります。")),
    ("unknown katakana", words.katakana_is_known, "ja", "op", said("シナジーが生まれます。")),
    ("three new words", load.few_new_words, "en", "kinds", said("**a** **b** **c**")),
    ("a long text", load.short_texts, "en", "op", said("word " * 80)),
    ("a long text", load.short_texts, "ja", "op", said("語" * 200)),
    ("long code", load.short_code, "en", "table", said("x = 1\n" * 8)),
    ("two new functions", load.one_new_function_a_cell, "en", "table", said("tf.eye(3).cumsum()")),
    ("a section without prediction", rhythm.every_section_predicts, "en", "predict_add", untagged),
    ("a prediction without why", rhythm.every_section_predicts, "en", "why_add", untagged),
    ("a filled guess", rhythm.predictions_are_answered, "en", "guess_add", instead("?", "A")),
    ("a silent answer", rhythm.predictions_are_answered, "en", "why_fold", instead("B is not so", "It is not so")),
    ("two answers only", rhythm.predictions_are_answered, "en", "predict_add", instead("- C: `33`", "")),
    ("an exercise solved as shipped", rhythm.exercises_are_whole, "en", "answer_shape", instead('"?"', "[4, 3]")),
    ("one hint only", rhythm.exercises_are_whole, "en", "hints_shape", instead("<summary>Hint 2</summary>", "")),
    ("no reason", rhythm.exercises_are_whole, "en", "hints_shape",
     instead("Four days are four rows; each has three numbers.", "")),
    ("a second title", frame.headings_in_order, "en", "op", said("# Again")),
    ("a skipped level", frame.headings_in_order, "en", "op", said("#### Deep")),
    ("a dead link", frame.contents_lead_to_sections, "en", "title", instead("#2.-Tensors", "#Tensors")),
    ("no question", frame.opens_and_closes, "en", "title", unasked),
    ("four achievements", frame.opens_and_closes, "en", "can", said("- sing")),
    ("no picture soon", frame.first_picture_soon, "en", "first_picture", instead("tf.tensor(", "x = tf.tensor(")),
    ("a hurtful word", english.no_hurtful_words, "en", "op", said("This is simply a recipe.")),
    ("somebody's GPU", english.no_hurtful_words, "en", "op", said("It runs on your GPU.")),
    ("a long sentence", english.sentences_are_short, "en", "op", said("word " * 40 + ".")),
    ("an unexplained abbreviation", english.abbreviations_are_explained, "en", "op", said("See the API there.")),
    ("half-width kana", japanese.written_as_agreed, "ja", "op", said("ﾃﾝｿﾙです。")),
    ("a missing space", japanese.written_as_agreed, "ja", "op", said("2つの数です。")),
    ("a missing space at code", japanese.written_as_agreed, "ja", "op", said("これは`x`です。")),
    ("a full-width bracket", japanese.written_as_agreed, "ja", "op", said("これ（あれ）です。")),
    ("a long phrase", japanese.written_as_agreed, "ja", "op", said("作ることができます。")),
    ("a plain ending", japanese.written_as_agreed, "ja", "op", said("これは演算である。")),
    ("a broken paragraph", japanese.written_as_agreed, "ja", "op", said("これは演算で、\nそれは表です。")),
    ("a long sentence", japanese.sentences_are_short, "ja", "op", said("これは" + "長い" * 40 + "文です。")),
    ("many commas", japanese.sentences_are_short, "ja", "op", said("これも、それも、あれも、どれも、同じです。")),
    ("bold at a bracket", japanese.bold_prints, "ja", "op", said("**「演算」**です。")),
    ("another order", pairs.same_cells, "ja", "op", lambda cell: replace(cell, name="other")),
    ("an unread change", pairs.translations_are_reviewed, "ja", "op", lambda cell: replace(cell, checked_against="0")),
    ("prose in a comment", pairs.code_holds_no_prose, "en", "table", said("x = 1  # one")),
    ("prose in a string", pairs.code_holds_no_prose, "en", "table", said('print("two words")')),
    ("Japanese in code", pairs.code_holds_no_prose, "en", "table", said('print("表")')),
    ("a stale notebook", pairs.notebook_is_fresh, "en", "op", lambda cell: cell),
]  # fmt: skip


@pytest.mark.parametrize(("case", "rule", "language", "cell", "change"), BROKEN, ids=[
    f"{row[1].__name__}: {row[0]} ({row[2]})" for row in BROKEN
])  # fmt: skip
def test_the_rule_finds_it(
    case: str, rule: Rule, language: str, cell: str, change: Callable[[Cell], Cell], monkeypatch: pytest.MonkeyPatch
) -> None:
    lesson = edited(read_lesson("01_core_concepts", language), cell, change)
    if rule is pairs.notebook_is_fresh:
        monkeypatch.setattr(pairs, "is_fresh", lambda name, language: False)
    assert list(rule(lesson))


def test_no_intended_error_is_found() -> None:
    lesson = read_lesson("01_core_concepts", "en")
    calm = replace(lesson, cells=tuple(replace(cell, tags=()) for cell in lesson.cells))
    assert list(rhythm.an_error_is_meant(calm))
