"""The graph of a model: which calls of which layers lead from its inputs to its outputs, and in what order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from tfnb.errors import ArgumentError
from tfnb.language import _
from tfnb.layers.base import Layer
from tfnb.layers.input_layer import InputLayer
from tfnb.layers.symbolic import Node, SymbolicTensor


class Graph:
    """The nodes between symbolic inputs and outputs.

    Attributes:
        order: nodes, each after those that it needs.
        depths: number of nodes on the longest way from each node (by id) to an output.
        layers: each layer once: the inputs first, and within one depth in the order of a walk from the outputs.
    """

    __slots__ = ("inputs", "outputs", "order", "depths", "layers", "layer_depths", "_ids")

    def __init__(self, inputs: Sequence[SymbolicTensor], outputs: Sequence[SymbolicTensor], op: str) -> None:
        self.inputs, self.outputs = list(inputs), list(outputs)
        self._check_inputs(op)
        self.order, found = self._walk(op)
        self._ids = {node.id for node in self.order}
        self.depths, self.layer_depths = self._measure()
        by_place = sorted(found, key=lambda layer: (-self.layer_depths[layer.id], found[layer]))
        self.layers: list[Layer] = by_place
        self._check_connected(op)
        self._check_names(op)

    def has(self, node: Node) -> bool:
        """Whether a call of a layer belongs to this graph."""
        return node.id in self._ids

    def nodes_of(self, layer: Layer) -> list[Node]:
        """The calls of a layer that belong to this graph."""
        return [node for node in layer.inbound_nodes if node.id in self._ids]

    def by_depth(self) -> dict[int, list[Node]]:
        """The nodes of each depth, the deepest first."""
        rows: dict[int, list[Node]] = {}
        for node in sorted(self.order, key=lambda one: one.id):
            rows.setdefault(self.depths[node.id], []).append(node)
        return dict(sorted(rows.items(), reverse=True))

    def _walk(self, op: str) -> tuple[list[Node], dict[Layer, int]]:
        """Nodes in post-order from the outputs; layers in the order in which the walk meets them."""
        order: list[Node] = []
        layers: dict[Layer, int] = {}
        done: set[int] = set()
        running: set[int] = set()
        stack: list[tuple[Node, Iterator[SymbolicTensor]]] = []

        def enter(node: Node) -> None:
            layers.setdefault(node.outbound_layer, len(layers))
            running.add(node.id)
            stack.append((node, iter(node.input_tensors if node.inbound_layers else ())))

        for output in self.outputs:
            if output.node.id not in done:
                enter(output.node)
            while stack:
                node, rest = stack[-1]
                tensor = next(rest, None)
                if tensor is None:
                    stack.pop()
                    running.discard(node.id)
                    done.add(node.id)
                    order.append(node)
                elif tensor.node.id in running:
                    raise ArgumentError(
                        _("the layer {name} comes back to itself").format(name=node.outbound_layer.name), op=op
                    )
                elif tensor.node.id not in done:
                    enter(tensor.node)
        return order, layers

    def _measure(self) -> tuple[dict[int, int], dict[int, int]]:
        depths: dict[int, int] = {}
        of_layers: dict[int, int] = {}
        for node in reversed(self.order):
            # A shared layer stands where its deepest call does.
            depth = max(depths.get(node.id, 0), of_layers.get(node.outbound_layer.id, 0))
            depths[node.id] = of_layers[node.outbound_layer.id] = depth
            for tensor in node.input_tensors if node.inbound_layers else ():
                inner = tensor.node.id
                depths[inner] = max(depth + 1, depths.get(inner, 0))
        return depths, of_layers

    def _check_inputs(self, op: str) -> None:
        for position, one in enumerate([*self.inputs, *self.outputs]):
            if not isinstance(one, SymbolicTensor):
                raise ArgumentError(
                    _("wanted symbolic tensors, not {given!r}").format(given=type(one).__name__),
                    op=op,
                    argument="inputs" if position < len(self.inputs) else "outputs",
                    fix=_("begin with x = tf.input(shape=[…]) and call layers on it"),
                )
        if len({one.id for one in self.inputs}) != len(self.inputs):
            raise ArgumentError(_("the same input twice"), op=op, argument="inputs")
        for one in self.inputs:
            if not isinstance(one.source_layer, InputLayer):
                raise ArgumentError(
                    _("{name} is no input: it comes from the layer {layer}").format(
                        name=one.name, layer=one.source_layer.name if one.source_layer else "?"
                    ),
                    op=op,
                    argument="inputs",
                    fix=_("a model begins with tf.input"),
                )

    def _check_connected(self, op: str) -> None:
        given = {one.id for one in self.inputs}
        for node in self.order:
            if not node.inbound_layers and not all(one.id in given for one in node.input_tensors):
                raise ArgumentError(
                    _("the outputs need the input {name}, which is not among the inputs").format(
                        name=node.outbound_layer.name
                    ),
                    op=op,
                    argument="inputs",
                    fix=_("add it to inputs"),
                )

    def _check_names(self, op: str) -> None:
        seen: dict[str, Any] = {}
        for layer in self.layers:
            if layer.name in seen:
                raise ArgumentError(
                    _("two layers have the name {name!r}").format(name=layer.name),
                    op=op,
                    argument="name",
                    fix=_("give one of them another name, or none"),
                )
            seen[layer.name] = layer
