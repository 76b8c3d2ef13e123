"""What runs as one program: elementwise nodes of one shape, and the kernel that they surround.

A reduction takes an elementwise input as its prologue; a matmul takes elementwise work on its result as its epilogue.
A node that somebody outside the program wants is written as an extra output.
"""

from __future__ import annotations

from typing import Any

from tfnb.engine.pending import Pending, joins
from tfnb.kernels.expression import Expression, Leaf, Scalar, Step
from tfnb.kernels.record import Elementwise, Kernel


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
