"""An accuracy beside guessing, as two bars with their numbers."""

from __future__ import annotations

from tfnb.lesson.bilingual import Both
from tfnb.lesson.shown import Shown
from tfnb.picture.colours import BLUE, GREEN, GREY
from tfnb.picture.parts import Bar, Figure, Line, Part, Segment, Stack, Tone, Words

_TITLE = Both("Share of right answers", "正しく答えた割合")
_OURS = Both("this rule", "このやり方")
_MODEL = Both("the model", "モデル")
_RULE = Both("a simple rule", "単純な規則")
_GUESS = Both("guessing", "でたらめ")


def beside_guessing(accuracy: float, guess: float, simple_rule: float | None = None) -> Shown:
    """Draw an accuracy beside the one that guessing reaches.

    Args:
        accuracy: right answers divided by all answers, 0 to 1.
        guess: the same for guessing.
        simple_rule: the same for a rule that anybody could think of; None where guessing is the simplest.

    Example:
        >>> import tfnb as tf
        >>> shown = tf.lesson.beside_guessing(0.85, 0.1)
    """
    ours = (_OURS if simple_rule is None else _MODEL).say()
    rows = [(ours, float(accuracy), BLUE), (_GUESS.say(), float(guess), GREY)]
    if simple_rule is not None:
        rows.insert(1, (_RULE.say(), float(simple_rule), GREEN))
    parts: list[Part] = []
    for name, share, colour in rows:
        parts.append(Line((Words(f"{share:.2f}", Tone.STRONG), Words(f"  {name}"))))
        parts.append(Bar((Segment(share, colour), Segment(1 - share, None))))
    told = ", ".join(f"{name} {share:.2f}" for name, share, _colour in rows)
    return Shown(Figure(_TITLE.say(), f"{_TITLE.say()}: {told}", Stack(tuple(parts))), drawn=True)
