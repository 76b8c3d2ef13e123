"""Sequential: a model whose layers are a chain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tfnb.errors import ArgumentError, ArgumentTypeError, TfnbError
from tfnb.language import _
from tfnb.layers import deserialize, input
from tfnb.layers.base import Layer
from tfnb.layers.names import NAMES
from tfnb.layers.symbolic import Node, SymbolicTensor, sources_of
from tfnb.models.broken_chain import drawn_to_the_break
from tfnb.models.container import Container
from tfnb.models.graph import Graph
from tfnb.models.model import LayersModel
from tfnb.serialization.registry import REGISTRY


class Sequential(LayersModel):
    """A model whose layers are a chain: each takes what the one before gives.

    Args:
        layers: the layers, from the input on; the first one says the shape of a sample with `input_shape`.
        name: a name of its own.

    Errors:
        ArgumentError: the first layer has no `input_shape`, or two layers have one name. ShapeError: a layer does not
        take what the one before gives.

    Example:
        >>> import tfnb as tf
        >>> model = tf.sequential()
        >>> model.add(tf.layers.dense(units=2, input_shape=[3]))
        >>> model.add(tf.layers.dense(units=1))
        >>> model.output_shape
        (None, 1)
    """

    def __init__(self, layers: Sequence[Layer] | None = None, name: str | None = None) -> None:
        super().__init__([], [], name)
        for layer in layers or ():
            self.add(layer)

    def _next_name(self) -> str:
        return NAMES.next("sequential_")

    def add(self, layer: Layer) -> None:
        """Add a layer at the end.

        Args:
            layer: a layer, or a model with one input and one output.

        Errors:
            ArgumentTypeError: no layer. ArgumentError: the first one without `input_shape`, a second one of the same
            name, one with several inputs or outputs. ShapeError: it does not take what the layer before gives.
            After an error the model is as it was.
        """
        self._check_alive()
        if not isinstance(layer, Layer):
            raise ArgumentTypeError(
                _("wanted a layer, not {given!r}").format(given=layer),
                op=f"{self.name}.add",
                argument="layer",
                fix=_("such as tf.layers.dense(units=10)"),
            )
        if any(one.name == layer.name and one is not layer for one in self._layers):
            raise ArgumentError(
                _("there is a layer {name!r} already").format(name=layer.name),
                op=f"{self.name}.add",
                argument="layer",
                fix=_("give it another name, or none"),
            )
        if isinstance(layer, Container) and (len(layer.inputs) != 1 or len(layer.outputs) != 1):
            raise _several(self.name)
        output = self._after_last(layer) if self.outputs else self._begin(layer)
        self.outputs = [output]
        if not self._layers:
            self.inputs = sources_of(output)
        self._layers.append(layer)
        self._changed()

    def _begin(self, layer: Layer) -> SymbolicTensor:
        if isinstance(layer, Container):
            return layer.outputs[0]
        if not layer.inbound_nodes:
            if layer.batch_input_shape is None:
                raise ArgumentError(
                    _("the first layer must say the shape of a sample"),
                    op=f"{self.name}.add",
                    argument="layer",
                    fix=_("write input_shape=[…] in the layer {name}").format(name=layer.name),
                )
            source = input(batch_shape=layer.batch_input_shape, dtype=layer.dtype, name=f"{layer.name}_input")
            return self._applied(layer, source)
        if len(layer.inbound_nodes) != 1:
            raise ArgumentError(
                _("the layer {name} is used in {count} places").format(name=layer.name, count=len(layer.inbound_nodes)),
                op=f"{self.name}.add",
                argument="layer",
                fix=_("make a layer of its own for this model"),
            )
        if len(layer.inbound_nodes[0].output_tensors) != 1:
            raise _several(self.name)
        return layer.inbound_nodes[0].output_tensors[0]

    def _after_last(self, layer: Layer) -> SymbolicTensor:
        return self._applied(layer, self.outputs[0])

    def _applied(self, layer: Layer, source: SymbolicTensor) -> SymbolicTensor:
        try:
            output = layer.apply(source)
        except TfnbError as error:
            error.add_note(drawn_to_the_break(self._layers, source.shape, layer))
            raise
        if isinstance(output, list):
            layer.disconnect()
            raise _several(self.name)
        return output  # type: ignore[no-any-return]

    def pop(self) -> Layer:
        """Take the last layer away.

        Returns:
            Layer: that layer, with its weights.

        Errors:
            ArgumentError: there is none.
        """
        self._check_alive()
        if not self._layers:
            raise ArgumentError(_("the model has no layers"), op=f"{self.name}.pop")
        layer = self._layers.pop()
        node = self.outputs[0].node
        for origin in node.inbound_layers:
            origin.no_longer_precede(node)
        if self._layers:
            self.outputs = [node.input_tensors[0]]
        else:
            self.inputs, self.outputs = [], []
        self._changed()
        return layer

    def _changed(self) -> None:
        """What was worked out for the layers as they were holds no longer."""
        self._graph = self._plan = self.input_spec = None
        self.built = False
        used_elsewhere, self.inbound_nodes = self.inbound_nodes[1:], []
        if self.outputs:
            Node(self, self.inputs, self.outputs, is_source=True)
            self.inbound_nodes += used_elsewhere
        self.stop_serving()

    def build(self, input_shape: Any = None) -> None:
        """Join the layers. It happens by itself when the model is first used.

        Errors:
            ArgumentError: the model has no layers.
        """
        if not self.outputs:
            raise ArgumentError(
                _("the model has no layers"),
                op=self.name,
                fix=_("add one: model.add(tf.layers.dense(units=10, input_shape=[4]))"),
            )
        self._enter(Graph(self.inputs, self.outputs, self.name))

    def count_params(self) -> int:
        """How many numbers the weights are."""
        if not self.built:
            self.build()
        return super().count_params()

    def get_config(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "layers": [{"class_name": one.class_name, "config": one.get_config()} for one in self._layers],
        }

    @classmethod
    def from_config(cls, config: Any, custom_objects: Mapping[str, type] | None = None) -> Sequential:
        """The model of a configuration, with first weights of its own."""
        name = None if isinstance(config, list) else config.get("name")
        listed = config if isinstance(config, list) else config.get("layers")
        if not isinstance(listed, list):
            raise ArgumentError(
                _("the configuration has no list {name!r}").format(name="layers"), op="from_config", argument="config"
            )
        model = cls(name=name)
        for one in listed:
            model.add(deserialize(one, custom_objects))
        return model


REGISTRY.enter(Sequential, "Sequential")


def _several(name: str) -> ArgumentError:
    return ArgumentError(
        _("a layer of a chain takes one tensor and gives one"),
        op=f"{name}.add",
        argument="layer",
        fix=_("use tf.model(inputs=…, outputs=…)"),
    )


def sequential(layers: Sequence[Layer] | None = None, name: str | None = None) -> Sequential:
    """A model whose layers are a chain: each takes what the one before gives.

    Args:
        layers: the layers, from the input on; the first one says the shape of a sample with `input_shape`.
        name: a name of its own.

    Returns:
        Sequential: ready to `compile`; `add` adds layers.

    Errors:
        ArgumentError: the first layer has no `input_shape`, or two layers have one name. ShapeError: a layer does not
        take what the one before gives.

    Example:
        >>> import tfnb as tf
        >>> model = tf.sequential([tf.layers.dense(units=1, input_shape=[2], kernel_initializer="ones")])
        >>> model.predict(tf.tensor([[3, 4]])).array_sync()
        [[7.0]]
    """
    if isinstance(layers, Mapping):
        raise ArgumentTypeError(
            _("wanted keyword arguments, not a dict"),
            op="sequential",
            argument="layers",
            fix=_("write tf.sequential(layers=[…])"),
        )
    return Sequential([layers] if isinstance(layers, Layer) else layers, name)
