"""Container: a graph of layers that is a layer itself."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from tfnb.errors import ArgumentError, ArgumentTypeError, ShapeError
from tfnb.language import _
from tfnb.layers.base import DisposeResult, Layer
from tfnb.layers.input_spec import InputSpec
from tfnb.layers.names import NAMES, checked_name
from tfnb.layers.symbolic import Node, PartialShape, SymbolicTensor
from tfnb.layers.variable import LayerVariable
from tfnb.models.broken_chain import drawn_to_the_break
from tfnb.models.configuration import graph_config
from tfnb.models.graph import Graph
from tfnb.models.plan import Plan
from tfnb.naming import nearest
from tfnb.ops.convert import handle_of
from tfnb.shapes import text


class Container(Layer):
    """A graph of layers from symbolic inputs to symbolic outputs.

    Attributes:
        inputs, outputs: the symbolic tensors. layers: each layer once, from the inputs on.
    """

    inputs: list[SymbolicTensor]
    outputs: list[SymbolicTensor]

    def __init__(
        self,
        inputs: SymbolicTensor | Sequence[SymbolicTensor],
        outputs: SymbolicTensor | Sequence[SymbolicTensor],
        name: str | None = None,
    ) -> None:
        super().__init__(name=checked_name(name, "model") if name is not None else self._next_name())
        self._layers: list[Layer] = []
        self._plan: Plan | None = None
        self._graph: Graph | None = None
        self.inputs = _listed(inputs)
        self.outputs = _listed(outputs)
        if self.outputs:
            self._enter(Graph(self.inputs, self.outputs, self.name))
            self._layers = list(self.graph.layers)
        self._references = 1  # a container counts itself

    def _next_name(self) -> str:
        return NAMES.next(self.class_name.lower())

    def _enter(self, graph: Graph) -> None:
        self._graph, self._plan, self.built = graph, Plan(graph), True
        self.input_spec = [InputSpec(shape=one.shape) for one in graph.inputs]
        if not self.inbound_nodes:
            Node(self, graph.inputs, graph.outputs, is_source=True)

    @property
    def graph(self) -> Graph:
        """The graph of layers."""
        if self._graph is None:
            self.build()
        assert self._graph is not None
        return self._graph

    # What it is made of

    @property
    def layers(self) -> list[Layer]:
        """The layers, each once, from the inputs on."""
        return self._layers

    @property
    def input_layers(self) -> list[Layer]:
        """The layers where the inputs enter."""
        return [one.source_layer for one in self.graph.inputs if one.source_layer is not None]

    @property
    def output_layers(self) -> list[Layer]:
        """The layers that give the outputs."""
        return [one.source_layer for one in self.graph.outputs if one.source_layer is not None]

    @property
    def input_names(self) -> list[str]:
        """The names of the inputs."""
        return [one.name for one in self.input_layers]

    @property
    def output_names(self) -> list[str]:
        """The names of the layers that give the outputs."""
        return [one.name for one in self.output_layers]

    def get_layer(self, name: str | int | None = None, index: int | None = None) -> Layer:
        """A layer by its name or its place.

        Args:
            name: its name (or its place).
            index: its place, from 0.

        Errors:
            ArgumentError: there is none; the message proposes the nearest name.

        Example:
            >>> import tfnb as tf
            >>> model = tf.sequential([tf.layers.dense(units=2, input_shape=[3], name="first")])
            >>> model.get_layer("first") is model.get_layer(index=0)
            True
        """
        place = index if index is not None else name
        if isinstance(place, int):
            if not -len(self.layers) <= place < len(self.layers):
                raise ArgumentError(
                    _("there are {count} layers").format(count=len(self.layers)), op="get_layer", argument="index"
                )
            return self.layers[place]
        if place is None:
            raise ArgumentError(_("wanted a name or an index"), op="get_layer", argument="name")
        names = [layer.name for layer in self.layers]
        if place not in names:
            near = nearest(str(place), names)
            raise ArgumentError(
                _("there is no layer {name!r}").format(name=place),
                op="get_layer",
                argument="name",
                fix=_("did you mean {near!r}?").format(near=near) if near else None,
            )
        return self.layers[names.index(place)]

    def _each(self) -> list[Layer]:
        """The layers, none twice."""
        return list(dict.fromkeys(self.layers))

    # Weights

    @property
    def trainable(self) -> bool:
        """Whether training changes the weights."""
        return self._trainable

    @trainable.setter
    def trainable(self, value: bool) -> None:
        for layer in self._each():
            layer.mark_trainable(value)
        self._trainable = value

    def mark_trainable(self, value: bool) -> None:
        for layer in self._each():
            layer.mark_trainable(value)

    @property
    def trainable_weights(self) -> list[LayerVariable]:
        """The weights that training changes."""
        if not self.trainable:
            return []
        return [weight for layer in self._each() for weight in layer.trainable_weights]

    @property
    def non_trainable_weights(self) -> list[LayerVariable]:
        """The weights that training leaves alone."""
        fixed = [weight for layer in self._each() for weight in layer.non_trainable_weights]
        if self.trainable:
            return fixed
        return [weight for layer in self._each() for weight in layer.trainable_weights] + fixed

    @property
    def losses(self) -> list[Callable[[], Any]]:
        """The functions that give what is added to the loss: those of a shared layer once for each of its places."""
        graph = self.graph
        return [
            *self._losses,
            *(loss for layer in graph.layers for _node in graph.nodes_of(layer) for loss in layer.losses),
        ]

    def load_weights(self, weights: Mapping[str, Any], strict: bool = True) -> None:
        """Give weights new values by their names in files.

        Args:
            weights: tensors by name, such as 'dense_Dense1/kernel'.
            strict: whether each must have its weight and each weight its value.

        Errors:
            ArgumentError: a name without a weight, or weights without a value. ShapeError: another shape. Nothing is
            changed then.
        """
        missing = {weight.original_name: weight for layer in self._each() for weight in layer.weights}
        pairs = []
        for name, value in weights.items():
            parts = name.split("/")
            key = name if name in missing else "/".join([*parts[:-2], parts[-1]])
            weight = missing.pop(key, None)
            if weight is not None:
                pairs.append((weight, handle_of(value, "load_weights", "weights", weight.dtype)))
            elif strict:
                near = nearest(name, missing)
                raise ArgumentError(
                    _("the model has no weight {name!r}").format(name=name),
                    op="load_weights",
                    argument="weights",
                    fix=_("did you mean {near!r}?").format(near=near) if near else None,
                )
        if strict and missing:
            raise ArgumentError(
                _("there are no values for {names}").format(names=", ".join(missing)),
                op="load_weights",
                argument="weights",
                fix=_("say strict=False to leave them as they are"),
            )
        for weight, value in pairs:
            if weight.shape != value.shape:
                raise ShapeError(
                    _("{name} has shape {wanted}, given {given}").format(
                        name=weight.original_name, wanted=text(weight.shape), given=text(value.shape)
                    ),
                    op="load_weights",
                    argument="weights",
                )
        for weight, value in pairs:
            weight.write(value)

    # Calls

    def build(self, input_shape: Any = None) -> None:
        self.built = True

    def call_functional(self, values: Sequence[Any], training: bool = False) -> list[Any]:
        """The outputs for a list of inputs, one for each of `inputs`; masks are found on the way.

        Errors:
            ShapeError: an input of another shape. DisposedError: the model was disposed of.
        """
        if self._plan is None or self._references == 0:
            self._check_alive()
            self.graph  # noqa: B018 - builds it
        self.check_inputs(values)
        return self._plan.run(values, training)  # type: ignore[union-attr]

    def check_inputs(self, values: Sequence[Any]) -> None:
        try:
            super().check_inputs(values)
        except ShapeError as error:
            for position, (spec, value) in enumerate(zip(self.input_spec or (), values)):
                if not spec.admits(value.shape):
                    error.add_note(self.drawn_to_the_break(position, value.shape))
                    break
            raise

    def drawn_to_the_break(self, position: int, given: PartialShape) -> str:
        """Lines that show which layer reads an input, for data of another shape."""
        wanted = self.inputs[position]
        readers = (node for node in self.graph.order if node.inbound_layers and wanted in node.input_tensors)
        reader = next(readers, None)
        layer = self.input_layers[position] if reader is None else reader.outbound_layer
        return drawn_to_the_break((), given, layer, wanted.shape)

    def outputs_by_layer(self, values: Sequence[Any], training: bool = False) -> Iterator[tuple[Layer, list[Any]]]:
        """The layers in the order in which they compute, each with what it gives for a list of inputs."""
        self.graph  # noqa: B018 - builds it
        assert self._plan is not None
        return self._plan.each(values, training)

    def call(self, inputs: Any, *, training: bool = False, mask: Any = None, **kwargs: Any) -> Any:
        graph = self.graph
        values = list(inputs) if isinstance(inputs, (list, tuple)) else [inputs]
        masks = None if mask is None else mask if isinstance(mask, (list, tuple)) else [mask] * len(graph.inputs)
        assert self._plan is not None
        if masks is None:
            outputs = self._plan.run(values, training)
        else:
            outputs = self._plan.run_with_masks(values, training, masks)[0]
        return outputs[0] if len(outputs) == 1 else outputs

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        graph = self.graph
        values = list(inputs) if isinstance(inputs, (list, tuple)) else [inputs]
        masks = mask if isinstance(mask, (list, tuple)) else [mask] * len(graph.inputs)
        assert self._plan is not None
        found = self._plan.run_with_masks(values, False, masks)[1]
        return found[0] if len(found) == 1 else found

    makes_masks = False

    def compute_output_shape(self, input_shape: Any) -> Any:
        graph = self.graph
        given = input_shape if input_shape and isinstance(input_shape[0], (list, tuple)) else [input_shape]
        if len(given) != len(graph.inputs):
            raise ArgumentError(
                _("wanted {wanted} inputs, given {given}").format(wanted=len(graph.inputs), given=len(given)),
                op=self.name,
                argument="input_shape",
            )
        known: dict[int, Any] = {one.id: tuple(shape) for one, shape in zip(graph.inputs, given)}
        for node in graph.order:
            if node.inbound_layers:
                inner = [known[one.id] for one in node.input_tensors]
                shape = node.outbound_layer.compute_output_shape(inner[0] if len(inner) == 1 else inner)
                several = isinstance(shape, list) and bool(shape) and isinstance(shape[0], (list, tuple))
                known.update((one.id, s) for one, s in zip(node.output_tensors, shape if several else [shape]))
        found = [known[one.id] for one in graph.outputs]
        return found[0] if len(found) == 1 else found

    # Pictures and files

    def show(self) -> None:
        """Draw the model: its layers, the shapes between them, how many numbers they learn.

        Example:
            >>> import tfnb as tf
            >>> tf.sequential([tf.layers.dense(units=2, input_shape=[3], name="dense")], name="small").show()
            Model small
            layer                     gives      parameters  size
            ────────────────────────  ─────────  ──────────  ────
            dense_input (InputLayer)  [None, 3]           –     –
            dense                     [None, 2]           8  32 B
            8 parameters, 32 B
        """
        from tfnb.models.diagram import figure_of_model
        from tfnb.picture.shown import show

        show(figure_of_model(self))

    def get_config(self) -> dict[str, Any]:
        return graph_config(self.name, self.graph)

    def to_json(self, unused: Any = None, return_string: bool = True) -> Any:
        """The topology as model.json has it.

        Args:
            unused: without an effect, as in TensorFlow.js.
            return_string: a text if true, else a dict.
        """
        config = {
            "class_name": self.class_name,
            "config": self.get_config(),
            "keras_version": "tfjs-layers 4.22.0",
            "backend": "tensor_flow.js",
        }
        return json.dumps(config) if return_string else config

    # States and the end

    @property
    def stateful(self) -> bool:
        """Whether a layer remembers its states from one batch to the next."""
        return any(layer.stateful for layer in self.layers)

    def reset_states(self, states: Any = None) -> None:
        """Forget the states of all stateful layers."""
        for layer in self._each():
            if layer.stateful:
                layer.reset_states()

    def dispose(self) -> DisposeResult:
        """Give up one use of the model; with the last one the weights of its layers are freed.

        Errors:
            DisposedError: it was disposed of before.
        """
        self._check_alive()
        assert self._references is not None
        self._references -= 1
        freed = 0
        if not self._references:
            for layer in self._each():
                # A shared layer has a use for each of its places; a model used as a layer counts itself too.
                places = sum(1 for node in self.graph.nodes_of(layer) if node.inbound_layers)
                for _use in range(max(places, 1) + (places > 0 and isinstance(layer, Container))):
                    if (layer.built or isinstance(layer, Container)) and not layer.is_disposed:
                        freed += layer.dispose().num_disposed_variables
        return DisposeResult(self._references, freed)

    def __repr__(self) -> str:
        return f"tf.{type(self).__name__} {self.name!r}, {len(self.layers)} layers"


def _listed(tensors: Any) -> list[SymbolicTensor]:
    if isinstance(tensors, Mapping):
        raise ArgumentTypeError(_("wanted a symbolic tensor or a list of them, not a dict"), op="model")
    return list(tensors) if isinstance(tensors, (list, tuple)) else [tensors]
