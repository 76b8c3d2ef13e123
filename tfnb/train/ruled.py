"""Optimizers that follow a rule: which variables they know, the steps, and what they have learnt."""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Iterator, Sequence
from itertools import chain, starmap, zip_longest
from operator import call
from typing import Any, ClassVar

import numpy as np

from tfnb import shapes
from tfnb.engine.handle import Handle
from tfnb.engine.run import check_alive, upload
from tfnb.engine.tidy import keep
from tfnb.errors import ArgumentError, DTypeError, ShapeError
from tfnb.kernels.floating import quietly
from tfnb.language import _
from tfnb.ops.conversion import cast
from tfnb.ops.convert import array_of, handle_of
from tfnb.train.block import Block
from tfnb.train.optimizer import NamedTensor, Optimizer, named_tensors
from tfnb.train.rule import Call, Rule
from tfnb.variables import Variable

Array = Any
_Plan = list[tuple[Block, list[int] | None]]  # blocks, with the places of their gradients unless all are in order
_OP = "apply_gradients"


class Ruled(Optimizer):
    """An optimizer that follows a rule.

    A class of it says by which rule, and the numbers for the next step. It keeps slots by variable, whatever the order
    in which variables come; weights are in the order in which it met them, as TensorFlow.js has them.

    Attributes:
        rule: how variables change. suffixes: what its slots are called after the variable's name. scales: by what a
            slot is multiplied for `get_weights`.
    """

    rule: ClassVar[Rule]
    suffixes: ClassVar[tuple[str, ...]] = ()

    def __init__(self, learning_rate: float) -> None:
        super().__init__(learning_rate)
        self._blocks: list[Block] = []
        self._places: dict[int, tuple[Block, int]] = {}  # id of a variable -> its block and place there
        self._known: list[Variable] = []
        self._plans: dict[tuple[int, ...], _Plan] = {}
        self._cells: dict[str, Array] = {}
        self._waiting: list[list[NamedTensor]] = []  # weights for variables that it has not met, by variable

    # What a class says

    def numbers(self) -> dict[str, float]:
        """The numbers of the rule for the next step."""
        raise NotImplementedError

    def first(self, shape: tuple[int, ...]) -> list[Array]:
        """The first values of the slots of a variable."""
        return [np.zeros(shape, np.float32) for _name in self.rule.slots]

    def scales(self) -> tuple[float, ...]:
        """By what each slot is multiplied to be what the weights have."""
        return (1.0,) * len(self.rule.slots)

    def after(self) -> Sequence[Call]:
        """Calls that change what the class itself keeps, once a step."""
        return ()

    # Steps

    def apply(self, variables: Sequence[Variable], gradients: Sequence[Any]) -> None:
        chosen, slopes = _checked(variables, gradients)
        moves: list[Call] = [(setattr, self, "_iterations", self._iterations + 1)]
        steps: list[Iterator[Any]] = []
        plan = (self._plans.get(tuple(map(id, chosen))) or self._plan(chosen)) if chosen else []
        numbers = self.numbers()
        for name, cell in self._cells.items():
            cell[()] = numbers[name]
        for block, places in plan:
            own = slopes if places is None else [slopes[place] for place in places]
            if block.is_for_host():
                steps.append(block.on_host(own, _OP))
            else:
                moves += block.on_device(own, numbers, _OP)
        work = chain(*steps, starmap(call, self.after()), starmap(call, moves))
        try:
            quietly(deque, work, 0)  # in C: an interrupt comes before the host's part of it, or after
        except BaseException:
            quietly(deque, chain(work, starmap(call, moves)), 0)  # what is left, and what can be done twice
            raise
        for block, _places in plan:
            block.settle_books()

    def _plan(self, variables: list[Variable]) -> _Plan:
        """The blocks of exactly these variables."""
        if not self._cells:
            self._cells = {name: np.zeros((), np.float32) for name in self.numbers()}
        ids = {id(one): place for place, one in enumerate(variables)}
        if len(ids) != len(variables):
            raise ArgumentError(_("a variable comes twice"), op=_OP, argument="variables")
        self._meet([one for one in variables if id(one) not in self._places])
        plan: _Plan = []
        for block in dict.fromkeys(self._places[number][0] for number in ids):
            inside = [place for place, one in enumerate(block.variables) if id(one) in ids]
            own = block if len(inside) == len(block.variables) else self._split(block, inside)
            places = [ids[id(one)] for one in own.variables]
            plan.append((own, None if places == list(range(len(variables))) else places))
        self._plans[tuple(ids)] = plan
        return plan

    def _meet(self, variables: list[Variable]) -> None:
        """Make a block of variables that are new here; weights that wait are for them, in order."""
        if not variables:
            return
        slots: list[list[Array]] = [[] for _name in self.rule.slots]
        for one, waiting in zip_longest(variables, self._waiting[: len(variables)]):
            values = self.first(one.shape) if waiting is None else self._restored(one, waiting)
            for of_slot, value in zip(slots, values):
                of_slot.append(value)
        self._enter(Block(self.rule, variables, self._cells, slots))
        self._known += variables
        del self._waiting[: len(variables)]

    def _enter(self, block: Block) -> None:
        self._blocks.append(block)
        self._places.update({id(one): (block, place) for place, one in enumerate(block.variables)})

    def _split(self, block: Block, inside: list[int]) -> Block:
        """Take some variables out of a block into one of their own."""
        own, others = block.split(inside)
        self._plans.clear()
        self._blocks.remove(block)
        self._enter(own)
        self._enter(others)
        return own

    # Weights

    def get_weights(self) -> list[NamedTensor]:
        frame = sys._getframe(1)
        found = [self.save_iterations()]
        values = {id(block): block.slots() for block in self._blocks}
        for number, (suffix, scale) in enumerate(zip(self.suffixes, self.scales())):
            for one in self._known:
                block, place = self._places[id(one)]
                array = values[id(block)][number][place]
                array *= np.float32(scale)
                found.append(NamedTensor(f"{one.name}/{suffix}", upload(array, array.shape, "float32", frame)))
            for waiting in self._waiting:
                found.append(NamedTensor(waiting[number].name, waiting[number].tensor.clone()))
        return found

    def set_weights(self, weight_values: Sequence[Any]) -> None:
        values = named_tensors(weight_values, "set_weights", "weight_values")
        per_variable = len(self.suffixes)
        count = len(values) - 1
        if count > 0 and (not per_variable or count % per_variable):
            raise ArgumentError(
                _("wanted 'iter' and {wanted} weights for each variable, given {given} weights").format(
                    wanted=per_variable, given=len(values)
                ),
                op="set_weights",
                argument="weight_values",
            )
        variables = max(count, 0) // per_variable if per_variable else 0
        waiting = [list(values[1 + place :: variables]) for place in range(variables)]
        for one in chain.from_iterable(waiting):
            array_of(one.tensor, "set_weights", "weight_values")
        known = self._known
        if len(known) == variables:
            for variable, own in zip(known, waiting):
                self._restored(variable, own)
        self._take_iterations(values)
        self._restart(self._iterations)
        self._forget()
        self._waiting = [[NamedTensor(one.name, _copy(one.tensor)) for one in own] for own in waiting]
        if variables and len(known) == variables:
            self._plan(known)

    def _restart(self, iterations: int) -> None:
        """Set right what depends on the number of steps."""

    def _restored(self, variable: Variable, waiting: list[NamedTensor]) -> list[Array]:
        """The slots of a variable from weights."""
        found = []
        for one, scale in zip(waiting, self.scales()):
            array = array_of(one.tensor, "set_weights", "weight_values", "float32")
            if array.shape != variable.shape:
                raise ShapeError(
                    _("the weight {name!r} has shape {given}, its variable {variable!r} {wanted}").format(
                        name=one.name, given=shapes.text(array.shape), variable=variable.name,
                        wanted=shapes.text(variable.shape),
                    ),
                    op="set_weights",
                    argument="weight_values",
                )  # fmt: skip
            found.append(array / np.float32(scale))
        return found

    def _forget(self) -> None:
        for block in self._blocks:
            block.dispose()
        self._blocks, self._places, self._known, self._plans, self._waiting = [], {}, [], {}, []

    def dispose(self) -> None:
        self._forget()


def _copy(tensor: Any) -> Any:
    """A tensor of its own that no scope ends."""
    array = np.array(array_of(tensor, "set_weights", "weight_values", "float32"))
    return keep(upload(array, array.shape, "float32", sys._getframe(1)))


def _checked(variables: Sequence[Variable], gradients: Sequence[Any]) -> tuple[list[Variable], list[Handle]]:
    """The variables that have a gradient, and the gradients, each of its variable's shape, in float32."""
    if len(variables) != len(gradients):
        raise ArgumentError(
            _("wanted a gradient for each of {wanted} variables, given {given}").format(
                wanted=len(variables), given=len(gradients)
            ),
            op=_OP,
            argument="gradients",
        )
    chosen: list[Variable] = []
    slopes: list[Handle] = []
    for variable, slope in zip(variables, gradients):
        if slope is None:
            continue
        if not isinstance(slope, Handle):
            slope = handle_of(slope, _OP, variable.name)
        if slope.shape != variable.shape or slope.dtype != "float32" or variable.dtype != "float32":
            slope = _fitting(variable, slope)
        if slope.ndarray is None:
            check_alive(slope, _OP, variable.name)
        if variable.ndarray is None:
            check_alive(variable, _OP, variable.name)
        chosen.append(variable)
        slopes.append(slope)
    return chosen, slopes


def _fitting(variable: Variable, slope: Handle) -> Handle:
    if slope.shape != variable.shape:
        raise ShapeError(
            _("the variable {name!r} has shape {wanted}, its gradient {given}").format(
                name=variable.name, wanted=shapes.text(variable.shape), given=shapes.text(slope.shape)
            ),
            op=_OP,
            argument=variable.name,
        )
    if variable.dtype != "float32":
        raise DTypeError(
            _("only float32 variables can be changed in small steps; {name!r} is {given}").format(
                name=variable.name, given=variable.dtype
            ),
            op=_OP,
            argument=variable.name,
        )
    if slope.dtype not in ("int32", "bool"):
        raise DTypeError(
            _("wanted a float32 gradient, given {given}").format(given=slope.dtype), op=_OP, argument=variable.name
        )
    return cast(slope, "float32")
