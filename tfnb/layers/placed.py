"""Where a layer stands in graphs: the calls on symbolic tensors, and the shapes they had."""

from __future__ import annotations

from typing import Any
from weakref import ref

from tfnb.errors import ArgumentError
from tfnb.language import _
from tfnb.layers.symbolic import Node


class Placed:
    """The part of a layer that knows its places in graphs. It requires `name` and the two lists of nodes."""

    name: str
    inbound_nodes: list[Node]
    _following: list[ref[Node]]

    @property
    def outbound_nodes(self) -> list[Node]:
        """The calls of other layers on what this one gives."""
        return [node for one in self._following if (node := one()) is not None]

    def precede(self, node: Node) -> None:
        """Remember a call of another layer on what this one gives."""
        self._following = [one for one in self._following if one() is not None] + [ref(node)]

    def no_longer_precede(self, node: Node) -> None:
        """Forget a call that was taken back."""
        self._following = [one for one in self._following if one() not in (None, node)]

    @property
    def input(self) -> Any:
        """The symbolic tensor that the layer was called on, or a list."""
        return one_or_list(self._only_node().input_tensors)

    @property
    def output(self) -> Any:
        """The symbolic tensor that the layer gives, or a list."""
        return one_or_list(self._only_node().output_tensors)

    @property
    def input_shape(self) -> Any:
        """The shape of the input, or a list of shapes."""
        return one_or_list(self._only_node().input_shapes)

    @property
    def output_shape(self) -> Any:
        """The shape of the output, or a list of shapes; a shared layer's, if it is the same in all its places."""
        if not self.inbound_nodes or any(
            one.output_shapes != self.inbound_nodes[0].output_shapes for one in self.inbound_nodes
        ):
            return one_or_list(self._only_node().output_shapes)
        return one_or_list(self.inbound_nodes[0].output_shapes)

    def get_input_at(self, node_index: int) -> Any:
        """The symbolic input of one of the calls of a shared layer."""
        return one_or_list(self._node_at(node_index).input_tensors)

    def get_output_at(self, node_index: int) -> Any:
        """The symbolic output of one of the calls of a shared layer."""
        return one_or_list(self._node_at(node_index).output_tensors)

    def _only_node(self) -> Node:
        if len(self.inbound_nodes) > 1:
            raise ArgumentError(
                _("this layer is used in {count} places").format(count=len(self.inbound_nodes)),
                op=self.name,
                fix=_("ask get_input_at(index) or get_output_at(index)"),
            )
        return self._node_at(0)

    def _node_at(self, index: int) -> Node:
        if not 0 <= index < len(self.inbound_nodes):
            raise ArgumentError(
                _("this layer was called on symbolic tensors {count} times").format(count=len(self.inbound_nodes)),
                op=self.name,
                argument="node_index",
            )
        return self.inbound_nodes[index]


def one_or_list(values: list[Any]) -> Any:
    """A list of one as that one."""
    return values[0] if len(values) == 1 else values
