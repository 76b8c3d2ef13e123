"""Arguments that are no tensors: whole numbers, and lists of them."""

from __future__ import annotations

import math
import operator
from collections.abc import Iterable
from typing import Any

from tfnb.errors import ArgumentTypeError
from tfnb.language import _


def whole_number(value: Any, op: str, argument: str) -> int:
    """`value` as an int.

    Errors:
        ArgumentTypeError: it is none (2.5, a list, text; 2.0 counts as 2).
    """
    try:
        return operator.index(value)
    except TypeError:
        if isinstance(value, float) and value.is_integer():
            return int(value)
        raise ArgumentTypeError(
            _("wanted a whole number, not {given!r}").format(given=value), op=op, argument=argument
        ) from None


def real_number(value: Any, op: str, argument: str) -> float:
    """`value` as a float.

    Errors:
        ArgumentTypeError: it is no number (text, a list, None).
    """
    try:
        if isinstance(value, (str, bytes)):
            raise TypeError
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf
    except (TypeError, ValueError):
        raise ArgumentTypeError(
            _("wanted a number, not {given!r}").format(given=value), op=op, argument=argument
        ) from None


def whole_numbers(value: Any, op: str, argument: str) -> tuple[int, ...]:
    """`value` as a tuple of ints; a single number is a list of one.

    Errors:
        ArgumentTypeError: not a list of whole numbers.
    """
    scalar = not isinstance(value, Iterable) or getattr(value, "ndim", None) == 0
    if scalar or isinstance(value, (str, bytes)):
        return (whole_number(value, op, argument),)
    return tuple(whole_number(one, op, argument) for one in value)


def pairs(value: Any, op: str, argument: str) -> tuple[tuple[int, int], ...]:
    """`value` as a tuple of pairs of ints, such as paddings [[1, 1], [2, 0]].

    Errors:
        ArgumentTypeError: not a list of pairs.
    """
    try:
        rows = None if isinstance(value, (str, bytes, dict)) else [tuple(row) for row in value]
    except TypeError:
        rows = None
    if rows is None or any(len(row) != 2 for row in rows):
        raise ArgumentTypeError(
            _("wanted a pair for each axis, such as [[1, 1], [2, 0]], not {given!r}").format(given=value),
            op=op,
            argument=argument,
        )
    return tuple((whole_number(row[0], op, argument), whole_number(row[1], op, argument)) for row in rows)
