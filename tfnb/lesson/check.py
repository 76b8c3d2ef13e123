"""`tf.lesson.check`: one of three outcomes, as a short text. Never a traceback, never the answer."""

from __future__ import annotations

from enum import Enum
from typing import Any

from tfnb.errors import ArgumentError, TfnbError
from tfnb.language import _
from tfnb.lesson import core_concepts
from tfnb.lesson.bilingual import Both, joined
from tfnb.lesson.exercise import Exercise, Letter
from tfnb.lesson.given import Given, Kind, look_at
from tfnb.lesson.shown import Shown
from tfnb.picture.colours import BLUE, GREEN, GREY
from tfnb.picture.parts import Figure, Line, Stack, Tone, Words

EXERCISES = {exercise.name: exercise for exercise in core_concepts.EXERCISES}


class Outcome(Enum):
    """How an exercise stands."""

    NOT_TRIED = "not tried"
    NOT_YET = "not yet"
    RIGHT = "right"


_HEADS = {
    Outcome.NOT_TRIED: (Both("Not tried yet", "まだ答えていません"), GREY),
    Outcome.NOT_YET: (Both("Not yet", "もう少し"), BLUE),
    Outcome.RIGHT: (Both("Right", "正解"), GREEN),
}
_EXERCISE = Both("Exercise {number}", "練習 {number}")
_UNTOUCHED = Both(
    'Put your answer in place of `"?"`, quotes and all, then run this cell again.',
    '`"?"` を、引用符も一緒に消して、答えに書き換えてください。それから、このセルをもう一度実行します。',
)
_UNTOUCHED_LETTER = Both(
    "Put a letter in place of the question mark, between the quotes, then run this cell again.",
    "`?` を記号に書き換えてから、このセルをもう一度実行してください。引用符は残します。",
)
_QUOTED = Both(
    'The answer stands in quotes, so Python takes it for a text. Delete the quotes `"`, and run the cell again.',
    '答えが引用符 `"` で囲まれているので、文字列になっています。引用符を消して、もう一度実行してください。',
)
_FAILED = Both(
    "Your answer stopped with an error: {error} Read it from the end: what was asked for, and what came?",
    "答えを調べる途中で、エラーになりました: {error} 最後から読みましょう。何が必要で、何が来ましたか？",
)
_UNKNOWN_NAME = Both(
    "There is no name `{name}` here. Look at its spelling.",
    "`{name}` という名前はありません。綴りを見直してください。",
)


class Reply(Shown):
    """What a check says.

    Attributes:
        outcome: one of the three.
        text: the sentences, in the language of the moment of the check.
    """

    __slots__ = ("outcome", "text")

    def __init__(self, exercise: Exercise, outcome: Outcome, text: str) -> None:
        self.outcome, self.text = outcome, text
        head, colour = _HEADS[outcome]
        title = f"{_EXERCISE.say(number=exercise.number)}: {head.say()}"
        chip = Line((Words(head.say(), Tone.STRONG, fill=colour),))
        body = Stack((chip, _with_code(text)))
        super().__init__(Figure(_EXERCISE.say(number=exercise.number), f"{title}. {text.replace('`', '')}", body))


def _with_code(text: str) -> Line:
    """A text whose `backquoted` parts are code."""
    return Line(tuple(Words(part, code=place % 2 == 1) for place, part in enumerate(text.split("`")) if part))


def check(name: str, answer: Any, *context: Any) -> Reply:
    """Judge an answer to an exercise of a lesson.

    Args:
        name: the exercise, `"shape"`.
        answer: what the reader made; `"?"` where nothing was tried.
        context: what else the exercise looks at, such as a tensor that has to stay as it was.

    Errors:
        ArgumentError: there is no such exercise.

    Example:
        >>> import tfnb as tf
        >>> tf.lesson.check("shape", [4, 3]).outcome.value
        'right'
    """
    if name not in EXERCISES:
        raise ArgumentError(
            _("there is no exercise {given!r}; wanted one of {wanted}").format(given=name, wanted=", ".join(EXERCISES)),
            op="lesson.check",
            argument="name",
        )
    exercise = EXERCISES[name]
    given = look_at(answer)
    if given.is_blank:
        untouched = _UNTOUCHED_LETTER if isinstance(exercise.wanted, Letter) else _UNTOUCHED
        return Reply(exercise, Outcome.NOT_TRIED, untouched.say())
    if given.kind is Kind.TEXT and not isinstance(exercise.wanted, Letter):
        return Reply(exercise, Outcome.NOT_YET, _QUOTED.say())
    try:
        return _judge(exercise, given, [look_at(one) for one in context])
    except NameError as error:
        return Reply(exercise, Outcome.NOT_YET, _UNKNOWN_NAME.say(name=error.name))
    except TfnbError as error:
        return Reply(exercise, Outcome.NOT_YET, _FAILED.say(error=error))
    except Exception as error:  # the reader's own code: whatever it raises is told, not thrown
        return Reply(exercise, Outcome.NOT_YET, _FAILED.say(error=f"{type(error).__name__}: {error}."))


def _judge(exercise: Exercise, given: Given, context: list[Given]) -> Reply:
    given = exercise.observe(given)
    for wrong in exercise.wrong:
        if wrong.matches(given, *context):
            return Reply(exercise, Outcome.NOT_YET, exercise.says(wrong.idea).say())
    problem = exercise.wanted.problem(given)
    if problem is None:
        return Reply(exercise, Outcome.RIGHT, exercise.says("right").say())
    return Reply(exercise, Outcome.NOT_YET, joined(problem, exercise.says("look")).say())
