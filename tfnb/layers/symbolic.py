"""The graph of layers: symbolic tensors, which stand for values to come, and the nodes between them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import count
from typing import TYPE_CHECKING, Any
from weakref import ref

from tfnb.errors import ArgumentTypeError, ShapeError
from tfnb.language import _
from tfnb.layers.names import NAMES
from tfnb.shapes import text

if TYPE_CHECKING:
    from tfnb.layers.base import Layer

# The lengths of the axes; None where it is not known yet, such as how many samples a batch will have.
PartialShape = tuple[int | None, ...]

_next_id = count().__next__


def partial_shape(shape: Any, op: str, argument: str) -> PartialShape:
    """A shape whose lengths may be None, as a tuple.

    Errors:
        ArgumentTypeError: no list of whole numbers and None. ShapeError: a negative length.
    """
    lengths: list[int | None] = []
    try:
        if isinstance(shape, (str, bytes, dict, set)):
            raise TypeError
        for length in [shape] if isinstance(shape, int) else shape:
            lengths.append(None if length is None else length.__index__())
    except (TypeError, AttributeError):
        raise ArgumentTypeError(
            _("a shape is a list of whole numbers or None, such as [80, 4], not {given!r}").format(given=shape),
            op=op,
            argument=argument,
        ) from None
    if any(length is not None and length < 0 for length in lengths):
        raise ShapeError(
            _("the lengths of a shape can't be negative: {given}").format(given=shape_text(lengths)),
            op=op,
            argument=argument,
            fix=_("write None for a length that is not known yet"),
        )
    return tuple(lengths)


def shape_text(shape: Sequence[int | None]) -> str:
    """`[None, 4]`: how a shape with unknown lengths is written in messages."""
    return text(shape)  # type: ignore[arg-type]


class SymbolicTensor:
    """Stands for the values that a layer will give: it has a shape, a data type and a name, and no numbers.

    `tf.input` makes the first one; a layer called on one gives the next.

    Args:
        dtype: data type of the values to come.
        shape: their shape; None for a length that is not known yet.
        source_layer: the layer that gives them.
        inputs: the symbolic tensors that layer was called on.
        call_args: further arguments of that call.
        name: made unique by a number.
        output_tensor_index: which of the layer's results it is, where there are several.
    """

    __slots__ = (
        "id", "dtype", "shape", "source_layer", "inputs", "call_args", "name", "original_name", "output_tensor_index",
        "node_index", "tensor_index", "__weakref__",
    )  # fmt: skip

    def __init__(
        self,
        dtype: str,
        shape: PartialShape,
        source_layer: Layer | None,
        inputs: Sequence[SymbolicTensor],
        call_args: Mapping[str, Any] | None = None,
        name: str | None = None,
        output_tensor_index: int | None = None,
    ) -> None:
        self.id = _next_id()
        self.dtype, self.shape, self.source_layer = dtype, tuple(shape), source_layer
        self.inputs, self.call_args = list(inputs), dict(call_args or {})
        self.original_name = NAMES.scoped(name) if name else f"tensor_{self.id}"
        self.name = NAMES.unused(self.original_name)
        self.output_tensor_index = output_tensor_index
        self.node_index = self.tensor_index = 0

    @property
    def rank(self) -> int:
        """The number of axes."""
        return len(self.shape)

    ndim = rank

    @property
    def node(self) -> Node:
        """The call of a layer that gives it."""
        assert self.source_layer is not None
        return self.source_layer.inbound_nodes[self.node_index]

    def __array__(self, *_arguments: Any, **_keywords: Any) -> Any:
        """Refused: ops ask for numbers, and there are none yet."""
        raise ArgumentTypeError(
            _("{name} stands for values to come, it has no numbers yet").format(name=self.name),
            op="SymbolicTensor",
            fix=_("call layers on it, or write a layer of your own for this computation"),
        )

    def __repr__(self) -> str:
        return f"tf.SymbolicTensor {self.name!r} {shape_text(self.shape)} {self.dtype}"


class Node:
    """One call of a layer on symbolic tensors. A layer that is shared has several.

    Strong references go one way, from outputs to inputs: a tensor holds its layer, a layer its nodes, a node the
    tensors that it was called on. The others are weak, so that a model that nobody names any more is gone at once.
    """

    __slots__ = (
        "id", "inbound_layers", "node_indices", "tensor_indices", "input_shapes", "output_shapes", "call_args",
        "_layer", "_inputs", "_outputs", "_again", "__weakref__",
    )  # fmt: skip

    def __init__(
        self,
        layer: Layer,
        inputs: Sequence[SymbolicTensor],
        outputs: Sequence[SymbolicTensor],
        call_args: Mapping[str, Any] | None = None,
        *,
        is_source: bool = False,
    ) -> None:
        self.id = _next_id()
        self._layer = ref(layer)
        # Where a graph begins, a layer's input is its output.
        self._inputs = None if any(one.source_layer is layer for one in inputs) else list(inputs)
        self._outputs = [ref(one) for one in outputs]
        self._again = [(one.id, one.dtype, one.shape, one.name, one.original_name) for one in outputs]
        self.input_shapes = [one.shape for one in inputs]
        self.output_shapes = [one.shape for one in outputs]
        self.call_args = dict(call_args or {})
        origins = () if is_source else tuple(inputs)
        self.inbound_layers: list[Layer] = [one.source_layer for one in origins if one.source_layer is not None]
        self.node_indices = [one.node_index for one in origins]
        self.tensor_indices = [one.tensor_index for one in origins]
        for origin in self.inbound_layers:
            origin.precede(self)
        layer.inbound_nodes.append(self)

    @property
    def outbound_layer(self) -> Layer:
        """The layer that was called."""
        layer = self._layer()
        assert layer is not None  # it holds this node
        return layer

    @property
    def input_tensors(self) -> list[SymbolicTensor]:
        """What it was called on."""
        return self.output_tensors if self._inputs is None else self._inputs

    @property
    def output_tensors(self) -> list[SymbolicTensor]:
        """What it gave. A tensor that nobody held is made again, the same but for its identity in Python."""
        return [one() or self._made_again(place) for place, one in enumerate(self._outputs)]

    def _made_again(self, place: int) -> SymbolicTensor:
        layer = self.outbound_layer
        tensor = SymbolicTensor.__new__(SymbolicTensor)
        tensor.id, tensor.dtype, tensor.shape, tensor.name, tensor.original_name = self._again[place]
        tensor.source_layer, tensor.inputs, tensor.call_args = layer, list(self._inputs or ()), self.call_args
        tensor.output_tensor_index = place if len(self._again) > 1 else None
        tensor.node_index = next(index for index, one in enumerate(layer.inbound_nodes) if one is self)
        tensor.tensor_index = place
        self._outputs[place] = ref(tensor)
        return tensor


def sources_of(tensor: SymbolicTensor) -> list[SymbolicTensor]:
    """The inputs of the graph that a symbolic tensor comes from, each once."""
    found: dict[int, SymbolicTensor] = {}
    stack, seen = [tensor], set()
    while stack:
        one = stack.pop()
        if one.id in seen:
            continue
        seen.add(one.id)
        node = one.node
        if node.inbound_layers:
            stack.extend(reversed(node.input_tensors))
        else:
            found.update((source.id, source) for source in node.input_tensors)
    return list(found.values())
