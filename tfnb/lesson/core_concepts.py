"""The exercises of lesson 1, each with the ideas that lead to its wrong answers; `replies/01.toml` answers them."""

from __future__ import annotations

from typing import Final

from tfnb.lesson.exercise import Exercise, Letter, Numbers, Plain, Wrong, is_letter, is_value
from tfnb.lesson.given import Given, Kind
from tfnb.lesson.leak import LEAK, WRONG_LEAKS, run_in_tidy

_TABLE: Final = [[1, 2, 3], [10, 20, 30]]
_DOUBLED: Final = [[2, 4, 6], [20, 40, 60]]


def _table_changed(given: Given, *context: Given) -> bool:
    return bool(context) and not context[0].equals(_TABLE)


def _is_list(given: Given, *context: Given) -> bool:
    return given.kind is Kind.LIST


def _is_doubled_list(given: Given, *context: Given) -> bool:
    return _is_list(given) and given.equals(_DOUBLED)


def _is_list_repeated(given: Given, *context: Given) -> bool:
    return _is_list(given) and (given.equals(_TABLE + _TABLE) or given.equals([*_TABLE[0], *_TABLE[1]] * 2))


def _is_none(given: Given, *context: Given) -> bool:
    return given.type_name == "NoneType"


def _other_length(given: Given, *context: Given) -> bool:
    return given.kind is Kind.TENSOR and given.shape is not None and len(given.shape) == 1 and given.shape != (5,)


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
            Wrong("right numbers in a list", "[[2, 4, 6], [20, 40, 60]]", _is_doubled_list),
            Wrong("a list repeated", "[1, 2, 3, 10, 20, 30] * 2", _is_list_repeated),
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
            Wrong("what assign gives back", "biases.assign(tf.zeros([5]))", _is_none),
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
        "windows", 1, 6, Plain(11),
        (
            Wrong("windows side by side", "1", is_value(1)),
            Wrong("the first one forgotten", "90 - 80", is_value(10)),
            Wrong("one for each day", "90", is_value(90)),
            Wrong("the length of a window", "80", is_value(80)),
        ),
    ),
    Exercise(
        "confusion", 1, 7, Plain(0.7),
        (
            Wrong("a count", "40 + 30", is_value(70)),
            Wrong("the share of errors", "(10 + 20) / 100", is_value(0.3)),
            Wrong("one row", "40 / 50", is_value(0.8, 0.6)),
            Wrong("one column", "40 / 60", is_value(40 / 60, 30 / 40)),
            Wrong("one box", "40 / 100", is_value(0.4)),
        ),
    ),
    Exercise(
        "tidy", 1, 8, Letter("C", "ABCDE"),
        (
            Wrong("frees the result", '"A"', is_letter("A")),
            Wrong("frees variables", '"B"', is_letter("B")),
            Wrong("runs in another thread", '"D"', is_letter("D")),
            Wrong("only matters with a GPU", '"E"', is_letter("E")),
        ),
    ),
    Exercise("variable", 1, 9, LEAK, WRONG_LEAKS, run_in_tidy),
    Exercise(
        "always_four", 1, 10, Plain(33 / 297),
        (
            Wrong("a count", "33", is_value(33)),
            Wrong("all pictures", "181 / 1797", is_value(181 / 1797, 181)),
            Wrong("the pictures of the means", "148 / 1500", is_value(148 / 1500, 148)),
            Wrong("rounded", "0.11", is_value(0.11)),
            Wrong("one in ten", "1 / 10", is_value(0.1)),
            Wrong("percent", "33 / 297 * 100", is_value(100 * 33 / 297)),
            Wrong("how often it is wrong", "1 - 33 / 297", is_value(1 - 33 / 297)),
        ),
    ),
)  # fmt: skip
