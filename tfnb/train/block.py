"""Variables that are trained together, and what their optimizer keeps for them.

On the host the gradients of all of them are gathered in one flat array, and each slot is one flat array: a rule is then
followed in some ten NumPy calls, whatever the number of variables. The variables' values stay arrays of their own. A
step writes new ones and never into those that are there: whoever holds an old value (a clone, an array from `.numpy()`,
a tape, pending work, another thread) keeps it, and nobody has to be asked. It costs no more, for the memory that one
step gives back serves the next.

On a device each slot is a tensor per variable, and the rule is recorded with ordinary ops, which run as one program.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, starmap
from operator import call
from typing import Any

import numpy as np

from tfnb.device.host import no_memory
from tfnb.dtypes import ITEMSIZE, NUMPY
from tfnb.engine.handle import Handle
from tfnb.engine.ledger import LEDGER
from tfnb.engine.placement import ENGINE
from tfnb.engine.run import new_handle, to_host, upload
from tfnb.engine.scope import current
from tfnb.engine.tidy import keep, tidy
from tfnb.shapes import size_of
from tfnb.train.rule import GRADIENT, Call, Rule
from tfnb.variables import Variable

Array = Any

_FLOAT32 = NUMPY["float32"]
_new = object.__new__
_name_array: Callable[[Handle, Array], None] = Handle.__dict__["ndarray"].__set__


class _Probe:
    """Something that is named by one attribute alone."""

    __slots__ = ("shared",)

    def __init__(self) -> None:
        self.shared = object()


def _names(of: Any) -> int:
    """How often the shared bytes of an entry are named, counted in the one way that can be compared."""
    return sys.getrefcount(of.shared)


_probe = _Probe()
_ALONE = _names(_probe)


class Block:
    """Variables and their slots.

    Args:
        rule: how they change. variables: whose values they are. numbers: the optimizer's numbers by name, 0-d arrays
            that it sets before each step. slots: the first values, for each slot a list with an array per variable.

    Attributes:
        largest: how many values the largest variable has.
    """

    __slots__ = (
        "variables", "largest", "_rule", "_numbers", "_size", "_cuts", "_shapes", "_flat", "_tensors", "_given",
        "_calls", "_parts", "_books",
    )  # fmt: skip

    def __init__(
        self, rule: Rule, variables: Sequence[Variable], numbers: dict[str, Array], slots: Sequence[Sequence[Array]]
    ) -> None:
        self.variables = tuple(variables)
        self._rule, self._numbers = rule, numbers
        sizes = [size_of(one.shape) for one in variables]
        self.largest = max(sizes)
        self._cuts = [0]
        for size in sizes:
            self._cuts.append(self._cuts[-1] + size)
        self._size = self._cuts[-1]
        self._tensors: list[list[Any]] | None = None  # on a device: per slot, per variable
        self._flat: list[Array] = []  # on the host: per slot
        self._shapes = [one.shape for one in variables]
        self._given: list[Array] = []  # where each gradient goes, a part of the flat one
        self._books: list[Handle] = []
        self._gather(slots)

    # On the host

    def _gather(self, slots: Sequence[Sequence[Array]]) -> None:
        """Lay the slots out flat, with room for the gradients and what the rule names on the way."""
        rule, size = self._rule, self._size
        self._flat = [np.concatenate(one, None, dtype=np.float32) for one in slots]
        room = np.empty((1 + len(rule.temporaries), size), np.float32)
        self._given = self._cut(room[0])
        arrays = {GRADIENT: room[0], **dict(zip(rule.temporaries, room[1:])), **dict(zip(rule.slots, self._flat))}
        self._calls = rule.calls(arrays | self._numbers)
        self._parts = self._cut(arrays[rule.result])
        self._books = [_entered(one) for one in (*self._flat, room)]

    def _cut(self, flat: Array) -> list[Array]:
        """The parts of a flat array that belong to each variable, as views of its shape."""
        return [flat[a:b].reshape(v.shape) for v, a, b in zip(self.variables, self._cuts, self._cuts[1:])]

    def on_host(self, gradients: Sequence[Handle], op: str) -> Iterator[Any]:
        """The step, as calls yet to be made, which set the variables to their new values as the last thing.

        All that can fail is done at once. An interrupt can come between two lines of Python but not between two of
        these calls, if C code makes them one after the other: so either nothing has changed or everything has.
        """
        if self._tensors is not None:
            slots = [[to_host(one, op) for one in of_slot] for of_slot in self._tensors]
            self._tensors = None
            self._gather(slots)
        olds = [one.ndarray if one.ndarray is not None else to_host(one, op) for one in self.variables]
        given = [one.ndarray if one.ndarray is not None else to_host(one, op) for one in gradients]
        try:
            news = [np.empty(shape, _FLOAT32) for shape in self._shapes]
        except MemoryError as error:
            raise no_memory(op, (self._size,)) from error
        for part, array in zip(self._given, given):
            part[...] = array
        return chain(
            starmap(call, self._calls),
            map(_name_array, self.variables, map(np.subtract, olds, self._parts, news)),
        )

    def settle_books(self) -> None:
        """Let variables whose last value somebody else names too (a clone) count their new one by themselves."""
        for one in self.variables:
            if one.ndarray is not None and _names(one.entry) > _ALONE and one.entry.shared is not None:
                one._take(new_handle(one.shape, "float32", sys._getframe(), array=one.ndarray))

    # On a device

    def on_device(self, gradients: Sequence[Handle], numbers: dict[str, float], op: str) -> list[Call]:
        """The step, recorded, as calls yet to be made that set variables and slots to their new values.

        Made again, they do the same: so after an interrupt they are.
        """
        if self._tensors is None:
            parts = [self._cut(flat) for flat in self._flat]
            self._tensors = keep([[_uploaded(one.copy()) for one in of] for of in parts])
            self._forget_flat()
        rule, before = self._rule, self._tensors

        def work() -> tuple[list[Any], list[list[Any]]]:
            values: list[Any] = []
            slots: list[list[Any]] = [[] for _name in rule.slots]
            for position, (variable, gradient) in enumerate(zip(self.variables, gradients)):
                known = {name: of_slot[position] for name, of_slot in zip(rule.slots, before)}
                found = rule.follow({GRADIENT: gradient, **known, **numbers})
                values.append(variable.sub(found[rule.result]))
                for of_slot, name in zip(slots, rule.slots):
                    of_slot.append(found[name])
            return values, slots

        context = current()
        tape = context.tape
        try:
            context.tape = None
            values, slots = tidy(op, work)
        finally:
            context.tape = tape
        keep(slots)
        return [
            (setattr, self, "_tensors", slots),
            *[(Variable._take, one, value) for one, value in zip(self.variables, values)],
        ]

    def _forget_flat(self) -> None:
        self._flat, self._given, self._calls, self._parts, self._books = [], [], [], [], []

    # Both

    def slots(self) -> list[list[Array]]:
        """For each slot an array per variable, copies."""
        if self._tensors is not None:
            return [[np.array(to_host(one)) for one in of_slot] for of_slot in self._tensors]
        return [[part.copy() for part in self._cut(flat)] for flat in self._flat]

    def split(self, chosen: Iterable[int]) -> tuple[Block, Block]:
        """Two blocks: of the variables at these positions, and of the others."""
        inside = set(chosen)
        slots = self.slots()
        parts = []
        for wanted in (True, False):
            places = [place for place in range(len(self.variables)) if (place in inside) is wanted]
            own = [[of_slot[place] for place in places] for of_slot in slots]
            parts.append(Block(self._rule, [self.variables[place] for place in places], self._numbers, own))
        return parts[0], parts[1]

    def dispose(self) -> None:
        """End the tensors that count what is kept here."""
        for one in (*self._books, *chain.from_iterable(self._tensors or ())):
            LEDGER.end(one, sys._getframe(1), "dispose")

    def is_for_host(self) -> bool:
        """Whether the next step runs on the host."""
        return ENGINE.place("float32", self.largest) is ENGINE.host


def _uploaded(array: Array) -> Any:
    return upload(array, array.shape, "float32", sys._getframe(1))


def _entered(array: Array) -> Handle:
    """A tensor in the books for an array that an optimizer writes into, and never hands out."""
    handle: Handle = _new(LEDGER.handle_class)
    handle.ndarray, handle.store, handle.shape, handle.dtype = array, None, array.shape, "float32"
    LEDGER.register(handle, array.size * ITEMSIZE["float32"], current().root, sys._getframe(1))
    return handle
