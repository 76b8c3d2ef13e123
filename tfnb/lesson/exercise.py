"""An exercise as a record: what is right, and which wrong answers come from a known idea.

The order of a check is always the same: is there an answer, is it a wrong one that we know, is it of the right kind,
has it the right shape, the right values. What is said stands in `replies/`, a file for each lesson, and never holds
the answer.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from tfnb.lesson.bilingual import Both
from tfnb.lesson.given import Given, Kind, brackets, plain_words

_REPLIES = Path(__file__).parent / "replies"


@dataclass(frozen=True, slots=True)
class Wrong:
    """A wrong answer that comes from a known idea.

    Attributes:
        idea: in a word or two; the reply stands under it.
        answer: the code by which a reader gives it; tests run it in the lesson.
        matches: whether the answer (and what else the check was given) is this one.
    """

    idea: str
    answer: str
    matches: Callable[..., bool]


class Wanted(Protocol):
    """What an exercise asks for."""

    def problem(self, given: Given) -> Both | None:
        """None if the answer is right; else what was wanted and what was given, without the answer."""


def unchanged(given: Given) -> Given:
    """The answer is judged as it was given."""
    return given


@dataclass(frozen=True, slots=True)
class Exercise:
    """One exercise of a lesson.

    Attributes:
        name, lesson, number: what `tf.lesson.check` and the reader call it.
        wanted: what is right.
        wrong: the wrong answers that have a reply of their own, in the order in which they are looked for.
        observe: for a function: run it, and see what came of it.
    """

    name: str
    lesson: int
    number: int
    wanted: Wanted
    wrong: tuple[Wrong, ...]
    observe: Callable[[Given], Given] = unchanged

    def says(self, key: str) -> Both:
        """The reply to an idea, to a right answer (`"right"`), or where to look else (`"look"`)."""
        return replies(self.lesson)[self.name][key]


@cache
def replies(lesson: int) -> dict[str, dict[str, Both]]:
    """All that the checks of a lesson say, by exercise and idea."""
    with (_REPLIES / f"{lesson:02}.toml").open("rb") as file:
        return {name: {key: Both(**text) for key, text in texts.items()} for name, texts in tomllib.load(file).items()}


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


_SAME_FORM = Both("The form is right, the numbers are not yet.", "形は合っています。数がまだ違います。")
_OTHER_NUMBER = Both("A number is wanted, but another one.", "数を 1 つ書くのは合っています。ただし、別の数です。")
SAME_SHAPE = Both("The shape is right, the numbers are not yet.", "形状は合っています。数がまだ違います。")


@dataclass(frozen=True, slots=True)
class Plain:
    """A number or a list of numbers, typed by the reader."""

    values: Any

    def problem(self, given: Given) -> Both | None:
        if given.equals(self.values):
            return None
        shape = _shape(self.values)
        if given.shape == shape:
            return _SAME_FORM if shape else _OTHER_NUMBER
        return wanted_but_given(plain_words(Kind.LIST if shape else Kind.NUMBER, shape), given.words())


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter of a choice."""

    right: str
    letters: str

    def problem(self, given: Given) -> Both | None:
        if given.kind is Kind.TEXT and _letter(given) == self.right:
            return None
        letters = ", ".join(self.letters)
        wanted = Both(f"one of the letters {letters}, in quotes", f"引用符で囲んだ {letters} のどれか 1 つ")
        typed = Both(repr(given.values), f"{given.values!r} ")
        return wanted_but_given(wanted, typed if given.kind is Kind.TEXT else given.words())


@dataclass(frozen=True, slots=True)
class Numbers:
    """A tensor of these numbers."""

    values: Any

    def problem(self, given: Given) -> Both | None:
        shape = _shape(self.values)
        wanted = Both(f"a tensor of shape `{brackets(shape)}`", f"形状 `{brackets(shape)}` のテンソル")
        if given.kind is not Kind.TENSOR or given.shape != shape:
            return wanted_but_given(wanted, given.words())
        return None if given.equals(self.values) else SAME_SHAPE


def _shape(values: Any) -> tuple[int, ...]:
    return (len(values), *_shape(values[0])) if isinstance(values, list) else ()
