"""The exercise on a variable that stays after a tidy: the reader's function is run, and what it leaves is looked at.

Counting alone would call it right when another tensor was ended in the variable's place: so it is asked which tensors
ended, and which are new.
"""

from __future__ import annotations

import dis
import gc
from dataclasses import dataclass, replace
from typing import Any, Final

from tfnb.engine.ledger import LEDGER
from tfnb.lesson.bilingual import Both
from tfnb.lesson.exercise import SAME_SHAPE, Wrong, wanted_but_given
from tfnb.lesson.given import Given, Kind, look_at

_ENDING: Final = "dispose"


@dataclass(frozen=True, slots=True)
class Observed:
    """What came of `tf.tidy(function)`.

    Attributes:
        function: what was run.
        result: what it gave back; None where it used something disposed of.
        new, ended: how many tensors stay beside the result, and how many of before are no more.
    """

    function: Any
    result: Given | None
    new: int
    ended: int


def run_in_tidy(given: Given) -> Given:
    """Run the reader's function as the exercise says, and note what it leaves."""
    import tfnb as tf

    if given.kind is not Kind.FUNCTION:
        return given
    if _quoted_line(given.values):
        return replace(given, values=Observed(given.values, None, 0, 0))
    before = _alive()
    try:
        made: Any = tf.tidy(given.values)
    except tf.errors.DisposedError:
        return replace(given, values=Observed(given.values, None, 0, 0))
    result = look_at(made)
    tf.dispose(made)
    after = _alive()
    return replace(given, values=Observed(given.values, result, len(after - before), len(before - after)))


def _alive() -> set[int]:
    """The tensors that are alive, by number."""
    gc.collect()  # what only cycles hold would otherwise end in the middle of the count
    return {handle.id for handle in LEDGER.handles()}


def _seen(given: Given) -> Observed:
    return given.values if isinstance(given.values, Observed) else Observed(None, None, 0, 0)


def _quoted_line(function: Any) -> bool:
    """Whether the missing line stands there as a text, which does nothing."""
    constants = getattr(getattr(function, "__code__", None), "co_consts", ())
    return any(isinstance(one, str) and "(" in one for one in constants[1:])


def _is_quoted(given: Given, *context: Given) -> bool:
    return _quoted_line(_seen(given).function)


def _used_too_late(given: Given, *context: Given) -> bool:
    seen = _seen(given)
    return seen.function is not None and seen.result is None


def _result_is_gone(given: Given, *context: Given) -> bool:
    result = _seen(given).result
    return result is not None and result.kind is Kind.DISPOSED


def _result_is_right(given: Given) -> bool:
    result = _seen(given).result
    return result is not None and result.equals([1, 1])


def _another_ended(given: Given, *context: Given) -> bool:
    return _result_is_right(given) and _seen(given).ended > 0 and _seen(given).new > 0


def _more_ended(given: Given, *context: Given) -> bool:
    return _result_is_right(given) and _seen(given).ended > 0


def _never_reached(given: Given, *context: Given) -> bool:
    """The variable stays, and the line that would end it stands where nothing runs: Python leaves it out."""
    code = getattr(_seen(given).function, "__code__", None)
    if code is None or _seen(given).new == 0 or _ENDING not in code.co_names:
        return False
    return all(step.argval != _ENDING for step in dis.get_instructions(code))


def _variable_stays(given: Given, *context: Given) -> bool:
    return _result_is_right(given) and _seen(given).new > 0


WRONG_LEAKS: Final = (
    Wrong("the line is a text", '    missing = "counter.dispose()"', _is_quoted),
    Wrong("disposed before use", "    counter.dispose(); added = counter.add(1)", _used_too_late),
    Wrong("disposed of the result", "    counter.dispose(); added.dispose()", _result_is_gone),
    Wrong("another tensor", "    counters[0].dispose()", _another_ended),
    Wrong("more than this variable", "    counters.clear()", _more_ended),
    Wrong("after return", "    return added; counter.dispose()", _never_reached),
    Wrong("emptied, or its name deleted", "    del counter", _variable_stays),
)


class _NothingLeft:
    """A function whose result comes back and whose variable does not stay."""

    def problem(self, given: Given) -> Both | None:
        seen = _seen(given)
        if _result_is_right(given):  # what stays or ended beside it has its replies
            return None
        wanted = Both("a function that gives a tensor of shape `[2]`", "形状 `[2]` のテンソルを返す関数")
        if seen.result is None:
            return wanted_but_given(wanted, given.words())
        if seen.result.kind is Kind.TENSOR and seen.result.shape == (2,):
            return SAME_SHAPE
        back = seen.result.words()
        return wanted_but_given(wanted, Both(f"a function that gives {back.en}", f"{back.ja}を返す関数"))


LEAK: Final = _NothingLeft()
