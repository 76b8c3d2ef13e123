"""An exercise as a record: what is right, which wrong answers have a known cause, and what to say to each.

The order of a check is always the same: is there an answer, is it a wrong one that we know, is it of the right kind, has
it the right shape, the right values. What is said never holds the answer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from tfnb.lesson.bilingual import Both, joined
from tfnb.lesson.given import Given, Kind, plain_words


@dataclass(frozen=True, slots=True)
class Wrong:
    """A wrong answer that comes from a known idea.

    Attributes:
        name: the idea, in a word or two.
        answer: the code by which a reader gives it; tests run it in the lesson.
        matches: whether the answer (and what else the check was given) is this one.
        says: what you have, the idea that leads there, where to look.
    """

    name: str
    answer: str
    matches: Callable[..., bool]
    says: Both


def unchanged(given: Given) -> Given:
    """The answer is judged as it was given."""
    return given


class Wanted(Protocol):
    """What an exercise asks for."""

    def problem(self, given: Given) -> Both | None:
        """None if the answer is right; else what was wanted and what was given, without the answer."""


@dataclass(frozen=True, slots=True)
class Exercise:
    """One exercise of a lesson.

    Attributes:
        name, lesson, number: what `tf.lesson.check` and the reader call it.
        wanted: what is right.
        wrong: the wrong answers that have a reply of their own, in the order in which they are looked for.
        praise: what a right answer gets: the reason, in a sentence.
        look: where to look, for a wrong answer that nobody foresaw.
        observe: for a function: run it, and see what came of it.
    """

    name: str
    lesson: int
    number: int
    wanted: Wanted
    wrong: tuple[Wrong, ...]
    praise: Both
    look: Both
    observe: Callable[[Given], Given] = unchanged


def is_value(*values: Any) -> Callable[..., bool]:
    """A test for any of these numbers or nested lists, whatever holds them."""
    return lambda given, *context: any(given.equals(one) for one in values)


def is_letter(letter: str) -> Callable[..., bool]:
    """A test for one letter of a choice."""
    return lambda given, *context: given.kind is Kind.TEXT and _letter(given) == letter


def _letter(given: Given) -> str:
    return str(given.values).strip().upper().rstrip(".:)")


def wanted_but_given(wanted: Both, given: Both) -> Both:
    """The sentence that every answer without a reply of its own gets."""
    return Both(f"Wanted: {wanted.en}. You have: {given.en}.", f"必要なのは、{wanted.ja}です。今は、{given.ja}です。")


_SAME_KIND = Both("The form is right, the numbers are not yet.", "形は合っています。数がまだ違います。")


@dataclass(frozen=True, slots=True)
class Plain:
    """A number or a list of numbers, typed by the reader."""

    values: Any
    tolerance: float = 5e-4

    def problem(self, given: Given) -> Both | None:
        if given.equals(self.values):
            return None
        shape = _shape(self.values)
        wanted = plain_words(Kind.LIST if shape else Kind.NUMBER, shape)
        sentence = wanted_but_given(wanted, given.words())
        return joined(sentence, _SAME_KIND) if given.shape == shape else sentence


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter of a choice."""

    right: str
    letters: str

    def problem(self, given: Given) -> Both | None:
        if given.kind is Kind.TEXT and _letter(given) == self.right:
            return None
        letters = ", ".join(self.letters)
        return wanted_but_given(
            Both(f"one of the letters {letters}, in quotes", f"{letters} のどれか (引用符で囲む)"),
            Both(repr(given.values), repr(given.values)) if given.kind is Kind.TEXT else given.words(),
        )


@dataclass(frozen=True, slots=True)
class Numbers:
    """A tensor of these numbers."""

    values: Any

    def problem(self, given: Given) -> Both | None:
        shape = _shape(self.values)
        brackets = "[" + ", ".join(map(str, shape)) + "]"
        sentence = wanted_but_given(Both(f"a tensor of shape {brackets}", f"形状 {brackets} のテンソル"), given.words())
        if given.kind is not Kind.TENSOR or given.shape != shape:
            return sentence
        return None if given.equals(self.values) else joined(sentence, _SAME_KIND)


def _shape(values: Any) -> tuple[int, ...]:
    return (len(values), *_shape(values[0])) if isinstance(values, list) else ()
