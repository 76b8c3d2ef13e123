"""Arithmetic of shapes: sizes, broadcasting, axes. Pure functions over tuples of ints."""

from __future__ import annotations

import math
import operator
from typing import Any, Iterable, Sequence

from tfnb.errors import ArgumentError, ArgumentTypeError, ShapeError
from tfnb.language import _

Shape = tuple[int, ...]

MAX_SIZE = 2**31 - 1
MAX_RANK = 6


def text(shape: Sequence[int]) -> str:
    """`[2, 3]`: how a shape is written in every message."""
    return "[" + ", ".join(map(str, shape)) + "]"


def size_of(shape: Iterable[int]) -> int:
    """The number of values in a tensor of this shape; 1 for `[]`."""
    return math.prod(shape)


def checked(shape: Any, op: str, argument: str = "shape") -> Shape:
    """`shape` as a tuple of ints, or an error that says what is wrong with it.

    Errors:
        ArgumentTypeError: not a list or tuple of whole numbers.
        ShapeError: a negative length, more than 6 axes, or more values than a 32-bit number counts.
    """
    if isinstance(shape, int) and not isinstance(shape, bool):
        shape = (shape,)
    try:
        if isinstance(shape, (dict, set, frozenset)):  # which have no order
            raise TypeError
        lengths = tuple(operator.index(length) for length in shape)
    except TypeError:
        raise ArgumentTypeError(
            _("a shape is a list of whole numbers, such as [2, 3], not {given!r}").format(given=shape),
            op=op,
            argument=argument,
        ) from None
    if lengths and min(lengths) < 0:
        raise ShapeError(
            _("the lengths of a shape can't be negative: {given}").format(given=text(lengths)), op=op, argument=argument
        )
    if len(lengths) > MAX_RANK:
        raise ShapeError(
            _("a tensor has at most {most} axes, {given} has {count}").format(
                most=MAX_RANK, given=text(lengths), count=len(lengths)
            ),
            op=op,
            argument=argument,
        )
    if math.prod(lengths) > MAX_SIZE:
        raise ShapeError(
            _("{given} would be {size} values; a tensor has at most {most}").format(
                given=text(lengths), size=size_of(lengths), most=MAX_SIZE
            ),
            op=op,
            argument=argument,
        )
    return lengths


def broadcast(op: str, a: Shape, b: Shape, names: tuple[str, str] = ("a", "b")) -> Shape:
    """The shape in which `a` and `b` meet element by element; an axis of length 1 repeats.

    Errors:
        ShapeError: two lengths differ and neither is 1.

    Example:
        >>> broadcast("add", (4, 1), (3,))
        (4, 3)
    """
    if a == b:
        return a
    long, short = (a, b) if len(a) >= len(b) else (b, a)
    offset = len(long) - len(short)
    out = list(long)
    for axis, length in enumerate(short, offset):
        if out[axis] == 1:
            out[axis] = length
        elif length != 1 and length != out[axis]:
            raise ShapeError(
                _(
                    "{first} {a} and {second} {b} do not fit: counted from the right, two lengths must be equal "
                    "or one of them 1"
                ).format(first=names[0], second=names[1], a=text(a), b=text(b)),
                op=op,
                argument=names[1],
            )
    return checked(out, op) if size_of(out) > MAX_SIZE else tuple(out)


def axis_in(axis: Any, rank: int, op: str, argument: str = "axis") -> int:
    """`axis` counted from the front.

    Errors:
        ArgumentTypeError: not a whole number. ShapeError: there is no such axis.
    """
    try:
        index = operator.index(axis)
    except TypeError:
        raise ArgumentTypeError(
            _("an axis is a whole number, not {given!r}").format(given=axis), op=op, argument=argument
        ) from None
    if not -rank <= index < rank:
        raise ShapeError(
            _("there is no axis {axis} in a tensor of {rank} axes; wanted {low} to {high}").format(
                axis=index, rank=rank, low=-rank, high=rank - 1
            )
            if rank
            else _("there is no axis {axis} in a scalar").format(axis=index),
            op=op,
            argument=argument,
        )
    return index % rank


def axes_in(axis: Any, rank: int, op: str, argument: str = "axis") -> tuple[int, ...]:
    """Some axes, sorted and counted from the front; None means all of them.

    Errors:
        ShapeError: an axis that is not there, or one named twice.
    """
    if axis is None:
        return tuple(range(rank))
    named = axis if isinstance(axis, (list, tuple)) else [axis]
    found = sorted(axis_in(one, rank, op, argument) for one in named)
    if len(set(found)) != len(found):
        raise ShapeError(_("an axis is named twice: {given}").format(given=text(list(named))), op=op, argument=argument)
    return tuple(found)


def reduced(shape: Shape, axes: Sequence[int], keep_dims: bool) -> Shape:
    """The shape that is left when `axes` go (or stay with length 1)."""
    if keep_dims:
        return tuple(1 if axis in axes else length for axis, length in enumerate(shape))
    return tuple(length for axis, length in enumerate(shape) if axis not in axes)


def inferred(shape: Any, size: int, op: str, argument: str = "shape") -> Shape:
    """A shape for `size` values in which one length may be -1: it is worked out from the others.

    Errors:
        ShapeError: the lengths do not multiply to `size`, or more than one is -1.

    Example:
        >>> inferred([2, -1], 6, "reshape")
        (2, 3)
    """
    if isinstance(shape, int) and not isinstance(shape, bool):
        shape = (shape,)
    try:
        lengths = [operator.index(length) for length in shape]
    except TypeError:
        return checked(shape, op, argument)
    if isinstance(shape, (dict, set, frozenset)):
        return checked(shape, op, argument)
    unknown = [axis for axis, length in enumerate(lengths) if length == -1]
    if len(unknown) > 1:
        raise ArgumentError(
            _("only one length can be -1 (worked out from the others): {given}").format(given=text(lengths)),
            op=op,
            argument=argument,
        )
    if unknown:
        known = size_of(length for length in lengths if length != -1)
        if known == 0 or size % known:
            raise ShapeError(
                _("{size} values can't be laid out as {given}").format(size=size, given=text(lengths)),
                op=op,
                argument=argument,
            )
        lengths[unknown[0]] = size // known
    result = checked(lengths, op, argument)
    if size_of(result) != size:
        raise ShapeError(
            _("{given} holds {wanted} values, there are {size}").format(
                given=text(result), wanted=size_of(result), size=size
            ),
            op=op,
            argument=argument,
            fix=_("choose lengths that multiply to {size}").format(size=size),
        )
    return result
