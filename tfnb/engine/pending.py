"""Pending work: ops that were recorded and have not run, and how they run once a value is needed.

A `Pending` is a node of a graph, not of a tree. Elementwise nodes of one shape join into one program; a reduction
takes an elementwise input as its prologue; a matmul takes elementwise work on its result as its epilogue. A node that
anybody else still wants (a live handle, an unfinished node outside the program) is written as an extra output, so
nothing is computed twice. A node knows both weakly: whether somebody wants it is worked out when it matters, and no
count can drift.

Nodes hold storage, never handles. Realizing walks an explicit stack, so a chain of any length cannot exhaust Python's.
A failed run leaves every node pending: it can be tried again.
"""

from __future__ import annotations

import os
import threading
from time import perf_counter
from types import CodeType
from typing import Any, Protocol, Sequence
from weakref import ref

from tfnb.engine.handle import Handle, Origin, line_of
from tfnb.engine.unwinding import forget_locals
from tfnb.errors import DeviceError
from tfnb.kernels.expression import Expression, Leaf, Scalar, Step
from tfnb.kernels.record import Elementwise, Kernel
from tfnb.language import _
from tfnb.shapes import Shape

MAX_LEAVES, MAX_STEPS, MAX_TRANSCENDENTALS = 8, 64, 16


class Device(Protocol):
    """What the engine asks of a placement."""

    name: str
    max_inputs: int
    max_outputs: int

    def upload(self, array: Any, dtype: str) -> Any: ...
    def read(self, storage: Any, dtype: str, start: int, count: int) -> Any: ...
    def evaluate(self, expression: Expression) -> list[Any]: ...
    def execute(
        self,
        kernel: Kernel,
        operands: Sequence[Leaf | Expression],
        shape: Shape,
        dtype: str,
        attributes: dict[str, Any],
        epilogue: Expression | None = None,
    ) -> Any: ...


class Pending:
    """One recorded op. `value` is its storage once it has run."""

    __slots__ = (
        "kernel", "arguments", "attributes", "computed", "dtype", "shape", "device", "value",
        "handles", "consumers", "steps", "leaves", "transcendentals", "code", "lasti", "cell", "__weakref__",
    )  # fmt: skip

    kernel: Elementwise | Kernel
    arguments: tuple[Pending | Leaf | Scalar, ...]
    attributes: dict[str, Any]
    value: Any
    code: CodeType | None

    def __init__(
        self,
        kernel: Elementwise | Kernel,
        arguments: tuple[Pending | Leaf | Scalar, ...],
        computed: str,
        dtype: str,
        shape: Shape,
        device: Device,
        attributes: dict[str, Any] | None = None,
    ) -> None:
        self.kernel, self.arguments, self.computed, self.dtype = kernel, arguments, computed, dtype
        self.shape, self.device, self.value = shape, device, None
        self.attributes = attributes or {}
        self.code, self.lasti, self.cell = None, 0, 0
        self.handles: list[ref[Handle]] = []
        self.consumers: list[ref[Pending]] = []
        for argument in arguments:
            if isinstance(argument, Pending):
                argument._consumed_by(self)
        self.steps: frozenset[int] = frozenset((id(self),))
        self.leaves: frozenset[int] = frozenset()
        self.transcendentals = 0
        if isinstance(kernel, Elementwise):
            self._count(kernel)

    def _count(self, kernel: Elementwise) -> None:
        steps, leaves, heavy = {id(self)}, set(), int(kernel.transcendental)
        for argument in self.arguments:
            if isinstance(argument, Leaf):
                leaves.add(id(argument.storage))
            elif isinstance(argument, Pending):
                if argument.value is None and joins(argument, self):
                    steps |= argument.steps
                    leaves |= argument.leaves
                    heavy += argument.transcendentals
                else:
                    leaves.add(id(argument))
        self.steps, self.leaves, self.transcendentals = frozenset(steps), frozenset(leaves), heavy

    def _consumed_by(self, consumer: Pending) -> None:
        if len(self.consumers) >= 32:
            self.consumers = [one for one in self.consumers if one() is not None]
        self.consumers.append(ref(consumer))

    def held_by(self, handle: Handle) -> None:
        """A handle names this node; the work is told apart in messages by the place that made the first one."""
        if self.code is None:
            self.code, self.lasti, self.cell = handle.code, handle.lasti, handle.cell
        self.handles.append(ref(handle))

    def wanted_outside(self, inside: set[int]) -> bool:
        """Whether a live handle, or unfinished work outside `inside` (ids of nodes), will want this value."""
        for held in self.handles:
            handle = held()
            if handle is not None and handle.store is self:
                return True
        for used in self.consumers:
            consumer = used()
            if consumer is not None and consumer.value is None and id(consumer) not in inside:
                return True
        return False

    @property
    def too_large(self) -> bool:
        """Whether one program should not hold all this."""
        return (
            len(self.leaves) > min(MAX_LEAVES, self.device.max_inputs)
            or len(self.steps) > MAX_STEPS
            or self.transcendentals > MAX_TRANSCENDENTALS
        )

    @property
    def origin(self) -> Origin:
        return Origin(self.cell, self.code.co_filename if self.code else "?", line_of(self.code, self.lasti))


def joins(argument: Pending, consumer: Pending) -> bool:
    """Whether a pending argument is computed inside its consumer's program."""
    return (
        isinstance(argument.kernel, Elementwise)
        and argument.shape == consumer.shape
        and argument.device is consumer.device
    )


def leaves_of(node: Pending) -> list[Leaf]:
    """All storage that a pending node, and what it waits for, will read."""
    found: list[Leaf] = []
    seen: set[int] = set()
    stack: list[Pending] = [node]
    while stack:
        one = stack.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        if one.value is not None:
            one.arguments = ()  # an interrupt may have come between the two
            found.append(Leaf(one.value, one.shape, one.dtype))
            continue
        for argument in one.arguments:
            if isinstance(argument, Leaf):
                found.append(argument)
            elif isinstance(argument, Pending):
                stack.append(argument)
    return found


class _Running:
    """One thread at a time realizes. A forked child has its own lock: another thread may have held the parent's."""

    __slots__ = ("lock",)

    def __init__(self) -> None:
        self._renew()
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self._renew)

    def _renew(self) -> None:
        self.lock: Any = threading.RLock()

    def let_go(self) -> None:
        """Free the lock if an interrupt left it as its block ended: this thread would not notice, others would wait."""
        while self.lock._is_owned():
            self.lock.release()


_RUNNING = _Running()


def realize(node: Pending) -> Any:
    """Run what `node` needs, and `node`; returns its storage.

    Errors:
        DeviceError (out of memory, a refused program, a lost context), naming the op, the cell and the line that
        recorded the work; the node stays pending.
    """
    if node.value is None:
        is_inner = _RUNNING.lock._is_owned()
        try:
            try:
                with _RUNNING.lock:
                    _realize(node)
            finally:
                if not is_inner:
                    _RUNNING.let_go()
        except BaseException as error:
            forget_locals(error)
            raise
    return node.value


def _realize(node: Pending) -> None:
    stack = [node]
    while stack:
        target = stack[-1]
        if target.value is not None:
            stack.pop()
            continue
        group = Group(target)
        if group.first:
            stack.extend(group.first)
            continue
        try:
            _run(group)
        except DeviceError as error:
            if not getattr(error, "__notes__", None):
                names = "+".join(group.kernels)
                error.add_note(_("{op} was recorded in {origin}").format(op=names, origin=target.origin))
            raise
        stack.pop()


LISTENERS: list[Any] = []  # what `placement` fills: the engine's listeners


def tell_ran(
    kernels: tuple[str, ...], place: str, dtype: str, shape: Shape, seconds: float, compiled: bool = False
) -> None:
    """Tell the listeners of a program that ran."""
    for listener in LISTENERS:
        listener.ran(kernels, place, dtype, shape, seconds, compiled)


def _run(group: Group) -> None:
    """Run a group; timed, with the device waited for, while somebody listens."""
    if not LISTENERS:
        group.run()
        return
    device = group.target.device
    finish = getattr(device, "finish", None)
    made = getattr(device, "programs_made", 0)
    if finish is not None:
        finish()
    start = perf_counter()
    group.run()
    if finish is not None:
        finish()
    seconds = perf_counter() - start
    target = group.target
    compiled = getattr(device, "programs_made", 0) > made
    tell_ran(group.kernels, device.name, target.dtype, target.shape, seconds, compiled)


class Group:
    """One program to run: its elementwise nodes in order, the kernel they surround, and what must run before it."""

    __slots__ = ("target", "nodes", "body", "first", "written")

    def __init__(self, target: Pending) -> None:
        self.target = target
        self.nodes: list[Pending] = []
        self.body: Pending | None = None
        self.first: list[Pending] = []
        self.written: list[Pending] = [target]
        if isinstance(target.kernel, Kernel):
            self._around(target, target.kernel)
        else:
            self._elementwise(target)

    def _elementwise(self, target: Pending) -> None:
        self.nodes = _in_order(target)
        inside = {id(node) for node in self.nodes}
        outside = _unfinished_arguments(self.nodes, inside)
        for node in outside:
            if self.body is None and self._takes_epilogue(node, inside):
                self.body = node
                self.first += [a for a in node.arguments if isinstance(a, Pending) and a.value is None]
            else:
                self.first.append(node)
        self.written = [n for n in self.nodes if n is target or n.wanted_outside(inside)]
        if self.body is not None and len(self.written) > 1:  # an epilogue writes one result
            self.first.append(self.body)
        elif len(self.written) > target.device.max_outputs:
            self.first.append(self.written[0])

    def _takes_epilogue(self, node: Pending, inside: set[int]) -> bool:
        return (
            isinstance(node.kernel, Kernel)
            and node.kernel.epilogue
            and node.shape == self.target.shape
            and node.device is self.target.device
            and len(self.target.leaves) + len(node.arguments) <= self.target.device.max_inputs
            and not node.wanted_outside(inside)
        )

    def _around(self, target: Pending, kernel: Kernel) -> None:
        self.body = target
        for position, argument in enumerate(target.arguments):
            if not isinstance(argument, Pending) or argument.value is not None:
                continue
            if position == 0 and kernel.prologue and self._is_prologue(argument):
                self.nodes = _in_order(argument)
                inside = {id(node) for node in (*self.nodes, target)}
                if any(node.wanted_outside(inside) for node in self.nodes):
                    self.nodes = []
                    self.first.append(argument)
                else:
                    self.first += _unfinished_arguments(self.nodes, inside)
            else:
                self.first.append(argument)

    def _is_prologue(self, argument: Pending) -> bool:
        uses = sum(other is argument for other in self.target.arguments)
        return isinstance(argument.kernel, Elementwise) and argument.device is self.target.device and uses == 1

    @property
    def kernels(self) -> tuple[str, ...]:
        """Names of the kernels in the program, in the order in which they are computed."""
        names = [node.kernel.name for node in self.nodes]
        if self.body is None:
            return tuple(names)
        return (*names, self.body.kernel.name) if self.body is self.target else (self.body.kernel.name, *names)

    def run(self) -> None:
        """Run the program and give each written node its storage."""
        target = self.target
        if self.body is None:
            values = target.device.evaluate(self._expression(None))
        else:
            values = [self._run_body(self.body)]
        for node, value in zip(self.written, values):
            node.value = value
            node.arguments = ()

    def _run_body(self, body: Pending) -> Any:
        assert isinstance(body.kernel, Kernel)
        operands: list[Leaf | Expression] = []
        for argument in body.arguments:
            if isinstance(argument, Pending) and argument.value is None:
                operands.append(self._expression(None))
            else:
                operands.append(_known(argument))
        epilogue = self._expression(body) if body is not self.target else None
        return body.device.execute(body.kernel, operands, body.shape, body.dtype, body.attributes, epilogue)

    def _expression(self, body: Pending | None) -> Expression:
        """The group's nodes as numbered steps; `body`, whose value the program has at hand, is the first leaf."""
        leaves: list[Leaf] = []
        scalars: list[Scalar] = []
        numbers: dict[Any, int] = {}
        wiring: list[tuple[Pending, list[Any]]] = []
        if body is not None:
            numbers[id(body)] = 0
            leaves.append(Leaf(None, body.shape, body.dtype))
        for node in self.nodes:
            keys: list[Any] = []
            for argument in node.arguments:
                if isinstance(argument, Scalar):
                    keys.append(("scalar", len(scalars)))
                    scalars.append(argument)
                elif isinstance(argument, Pending) and argument.value is None:
                    keys.append(id(argument))
                else:
                    leaf = _known(argument)
                    key = (id(leaf.storage), leaf.shape)
                    if key not in numbers:
                        numbers[key] = len(leaves)
                        leaves.append(leaf)
                    keys.append(key)
            wiring.append((node, keys))
        first = len(leaves) + len(scalars)
        for index, node in enumerate(self.nodes):
            numbers[id(node)] = first + index
        for index in range(len(scalars)):
            numbers["scalar", index] = len(leaves) + index
        steps = tuple(
            Step(node.kernel, tuple(numbers[key] for key in keys), node.computed, node.dtype)  # type: ignore[arg-type]
            for node, keys in wiring
        )
        written = self.written if self.body is None else self.nodes[-1:]
        outputs = tuple(numbers[id(node)] for node in written)
        return Expression(self.nodes[-1].shape, tuple(leaves), tuple(scalars), steps, outputs)


def _known(argument: Any) -> Leaf:
    """An argument whose value is there, as a leaf."""
    if isinstance(argument, Pending):
        return Leaf(argument.value, argument.shape, argument.dtype)
    assert isinstance(argument, Leaf)
    return argument


def _in_order(root: Pending) -> list[Pending]:
    """The unfinished nodes that join `root`'s program, arguments before their consumers, without recursion."""
    nodes: list[Pending] = []
    seen: set[int] = set()
    stack: list[tuple[Pending, bool]] = [(root, False)]
    while stack:
        node, ready = stack.pop()
        if ready:
            nodes.append(node)
        elif id(node) not in seen:
            seen.add(id(node))
            stack.append((node, True))
            for argument in reversed(node.arguments):
                if isinstance(argument, Pending) and argument.value is None and joins(argument, node):
                    stack.append((argument, False))
    return nodes


def _unfinished_arguments(nodes: list[Pending], inside: set[int]) -> list[Pending]:
    """What the nodes read that has no value yet and is computed by another program."""
    found: dict[int, Pending] = {}
    for node in nodes:
        for argument in node.arguments:
            if isinstance(argument, Pending) and argument.value is None and id(argument) not in inside:
                found[id(argument)] = argument
    return list(found.values())
