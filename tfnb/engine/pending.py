"""Pending work: ops that were recorded and have not run.

A `Pending` is a node of a graph, not of a tree. A node that anybody else still wants (a live handle, an unfinished node
outside its program) is computed once, as an extra output. A node knows both weakly: whether somebody wants it is worked
out when it matters, and no count can drift. Nodes hold storage, never handles. How they run is in `group` and
`realizing`.
"""

from __future__ import annotations

from types import CodeType
from typing import Any, Protocol, Sequence
from weakref import ref

from tfnb.engine.handle import Handle, Origin, line_of
from tfnb.kernels.expression import Expression, Leaf, Scalar
from tfnb.kernels.record import Elementwise, Kernel
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
