"""Arguments of layers: counts and shares."""

from __future__ import annotations

from typing import Any

from tfnb.errors import ArgumentError
from tfnb.language import _
from tfnb.ops.arguments import real_number, whole_number


def positive_whole(value: Any, op: str, argument: str) -> int:
    """`value` as a count.

    Errors:
        ArgumentTypeError: no whole number. ArgumentError: below 1.
    """
    number = whole_number(value, op, argument)
    if number < 1:
        raise ArgumentError(_("wanted a number above 0, given {given}").format(given=value), op=op, argument=argument)
    return number


def share(value: Any, op: str, argument: str) -> float:
    """`value` as a share of a whole: what is below 0 or above 1 is 0 or 1, as in TensorFlow.js.

    Errors:
        ArgumentTypeError: no number. ArgumentError: NaN.
    """
    number = real_number(value, op, argument)
    if number != number:
        raise ArgumentError(_("wanted a number from 0 to 1, given NaN"), op=op, argument=argument)
    return min(1.0, max(0.0, number))
