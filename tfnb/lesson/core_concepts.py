"""The exercises of lesson 1, each with the ideas that lead to its wrong answers; `replies/01.toml` answers them."""

from __future__ import annotations

import gc
from dataclasses import dataclass, replace
from typing import Any, Final

from tfnb.lesson.bilingual import Both
from tfnb.lesson.exercise import (
    SAME_SHAPE,
    Exercise,
    Letter,
    Numbers,
    Plain,
    Wrong,
    is_letter,
    is_value,
    wanted_but_given,
)
from tfnb.lesson.given import Given, Kind, look_at

_TABLE: Final = [[1, 2, 3], [10, 20, 30]]
_DOUBLED: Final = [[2, 4, 6], [20, 40, 60]]


def _table_changed(given: Given, *context: Given) -> bool:
    return bool(context) and not context[0].equals(_TABLE)


def _is_list(given: Given, *context: Given) -> bool:
    return given.kind is Kind.LIST


def _other_length(given: Given, *context: Given) -> bool:
    return given.kind is Kind.TENSOR and given.shape is not None and len(given.shape) == 1 and given.shape != (5,)


@dataclass(frozen=True, slots=True)
class Observed:
    """What came of `tf.tidy(function)`: the total, the tensors left besides, whether something disposed was used."""

    total: Given | None
    left: int
    used_after_dispose: bool


def _run_in_tidy(given: Given) -> Given:
    """Run the reader's function as the exercise says, and note what it leaves."""
    import tfnb as tf

    if given.kind is not Kind.FUNCTION:
        return given
    gc.collect()  # what only cycles hold would otherwise end in the middle of the count
    before = tf.memory().num_tensors
    try:
        result: Any = tf.tidy(given.values)
    except tf.errors.DisposedError:
        return replace(given, values=Observed(None, tf.memory().num_tensors - before, True))
    total = look_at(result)
    tf.dispose(result)
    return replace(given, values=Observed(total, tf.memory().num_tensors - before, False))


def _seen(given: Given) -> Observed:
    return given.values if isinstance(given.values, Observed) else Observed(None, 0, False)


def _used_too_late(given: Given, *context: Given) -> bool:
    return _seen(given).used_after_dispose


def _total_is_gone(given: Given, *context: Given) -> bool:
    total = _seen(given).total
    return total is not None and total.kind is Kind.DISPOSED


def _total_is_right(given: Given) -> bool:
    total = _seen(given).total
    return total is not None and total.equals([1, 1])


def _variable_stays(given: Given, *context: Given) -> bool:
    return _total_is_right(given) and _seen(given).left > 0


# Fewer tensors than before the call: the line emptied the list, so the variables of earlier runs ended too.
_TOO_MANY: Final = Both(
    "The total is right, but fewer tensors are alive than before: variables of earlier runs ended too.",
    "合計は合っています。ただし、前に作った変数まで消えて、テンソルの数が減りました。",
)


class _NothingLeft:
    """A function whose total comes back and whose variable does not stay."""

    def problem(self, given: Given) -> Both | None:
        seen = _seen(given)
        if _total_is_right(given) and seen.left == 0:
            return None
        if _total_is_right(given):
            return _TOO_MANY
        wanted = Both("a function that gives a tensor of shape `[2]`", "形状 `[2]` のテンソルを返す関数")
        if seen.total is None:
            return wanted_but_given(wanted, given.words())
        if seen.total.kind is Kind.TENSOR and seen.total.shape == (2,):
            return SAME_SHAPE
        back = seen.total.words()
        return wanted_but_given(wanted, Both(f"a function that gives {back.en}", f"{back.ja}を返す関数"))


EXERCISES: Final = (
    Exercise(
        "shape", 1, 1, Plain([4, 3]),
        (
            Wrong("columns first", "[3, 4]", is_value([3, 4])),
            Wrong("counting all boxes", "[12]", is_value([12], 12)),
            Wrong("counting brackets", "[5]", is_value([5], 5, [2], 2, [1, 4], [5, 3])),
        ),
    ),
    Exercise(
        "doubled", 1, 2, Numbers(_DOUBLED),
        (
            Wrong("changing the table", "table = tf.add(table, table)", _table_changed),
            Wrong("adding two", "tf.add(table, 2)", is_value([[3, 4, 5], [12, 22, 32]])),
            Wrong("the table itself", "table", is_value(_TABLE)),
            Wrong("a list repeated", "[1, 2, 3, 10, 20, 30] * 2", _is_list),
            Wrong("flat", "tf.tensor([2, 4, 6, 20, 40, 60])", is_value([2, 4, 6, 20, 40, 60])),
        ),
    ),
    Exercise(
        "sevens", 1, 3, Numbers([7, 7, 7, 7, 7]),
        (
            Wrong("a variable grows and shrinks", "tf.tensor1d([7, 7, 7])", _other_length),
            Wrong("one number fills all", "tf.scalar(7)", is_value(7)),
            Wrong("the count is enough", "tf.tensor2d([[7, 7, 7, 7, 7]])", is_value([[7] * 5], [[7]] * 5)),
            Wrong("a list", "[7, 7, 7, 7, 7]", _is_list),
        ),
    ),
    Exercise(
        "after_add", 1, 4, Plain([[1, 2], [3, 4]]),
        (
            Wrong("ops change their input", "[[6, 8], [10, 12]]", is_value([[6, 8], [10, 12]])),
            Wrong("the other operand", "[[5, 6], [7, 8]]", is_value([[5, 6], [7, 8]])),
            Wrong("squared as well", "[[36, 64], [100, 144]]", is_value([[36, 64], [100, 144]])),
        ),
    ),
    Exercise(
        "parameters", 1, 5, Plain(13),
        (
            Wrong("squaring the product", "37", is_value(37)),
            Wrong("no square", "7", is_value(7)),
            Wrong("old parameters", "24", is_value(24)),
            Wrong("input and output mixed", "3 * 24 * 24 + 1", is_value(3 * 24 * 24 + 1, 3 * 24 + 1)),
        ),
    ),
    Exercise(
        "tidy", 1, 6, Letter("C", "ABCDE"),
        (
            Wrong("frees the result", '"A"', is_letter("A")),
            Wrong("frees variables", '"B"', is_letter("B")),
            Wrong("runs in another thread", '"D"', is_letter("D")),
            Wrong("only matters with a GPU", '"E"', is_letter("E")),
        ),
    ),
    Exercise(
        "variable", 1, 7, _NothingLeft(),
        (
            Wrong("disposed before use", "    counter.dispose(); total = counter.add(1)", _used_too_late),
            Wrong("disposed of the result", "    counter.dispose(); total.dispose()", _total_is_gone),
            Wrong("emptied, or its name deleted", "    del counter", _variable_stays),
        ),
        _run_in_tidy,
    ),
    Exercise(
        "always_four", 1, 8, Plain(33 / 297),
        (
            Wrong("a count", "33", is_value(33)),
            Wrong("all pictures", "181 / 1797", is_value(181 / 1797, 181)),
            Wrong("the pictures of the means", "148 / 1500", is_value(148 / 1500, 148)),
            Wrong("rounded", "0.11", is_value(0.11)),
            Wrong("one in ten", "1 / 10", is_value(0.1)),
            Wrong("how often it is wrong", "1 - 33 / 297", is_value(1 - 33 / 297)),
        ),
    ),
)  # fmt: skip
