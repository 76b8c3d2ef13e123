"""The rules of docs/lessons.md that a machine can check. Each rule is a function from a lesson to findings."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from teaching.rules import english, frame, japanese, load, pairs, rhythm, words
from teaching.rules.finding import Finding
from teaching.source import LANGUAGES, Lesson, read_lesson

Rule = Callable[[Lesson], Iterator[Finding]]

RULES: tuple[Rule, ...] = (
    words.bold_words_are_the_glossary,
    words.no_word_before_its_cell,
    words.katakana_is_known,
    load.few_new_words,
    load.short_texts,
    load.short_code,
    load.one_new_function_a_cell,
    rhythm.every_section_predicts,
    rhythm.predictions_are_answered,
    rhythm.exercises_are_whole,
    rhythm.an_error_is_meant,
    frame.headings_in_order,
    frame.contents_lead_to_sections,
    frame.opens_and_closes,
    frame.first_picture_soon,
    english.no_hurtful_words,
    english.sentences_are_short,
    english.abbreviations_are_explained,
    japanese.written_as_agreed,
    japanese.sentences_are_short,
    japanese.bold_prints,
    pairs.same_cells,
    pairs.translations_are_reviewed,
    pairs.code_holds_no_prose,
    pairs.notebook_is_fresh,
)


def find_all(name: str) -> list[Finding]:
    """All findings in one lesson, in every language."""
    return [finding for language in LANGUAGES for rule in RULES for finding in rule(read_lesson(name, language))]
