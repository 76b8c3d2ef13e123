"""LayersModel: a graph of layers that can be trained."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tfnb.errors import ArgumentError
from tfnb.language import _
from tfnb.layers.base import DisposeResult
from tfnb.layers.symbolic import SymbolicTensor
from tfnb.models.configuration import graph_from_config
from tfnb.models.graph import Graph
from tfnb.models.plan import Plan
from tfnb.models.saving import Saving
from tfnb.models.summary import print_summary
from tfnb.models.training import Training
from tfnb.naming import nearest
from tfnb.ops.convert import handle_of
from tfnb.serialization.registry import REGISTRY


class LayersModel(Saving, Training):
    """A graph of layers, from symbolic inputs to symbolic outputs, that can be trained. Made by `tf.model`.

    Args:
        inputs: where values enter: what `tf.input` gave, or a list of them.
        outputs: what layers called on them gave, or a list.
        name: a name of its own.

    Errors:
        ArgumentError: an output that needs an input not among `inputs`, or two layers of one name.
    """

    class_name = "Model"

    def __init__(
        self,
        inputs: SymbolicTensor | Sequence[SymbolicTensor],
        outputs: SymbolicTensor | Sequence[SymbolicTensor],
        name: str | None = None,
    ) -> None:
        super().__init__(inputs, outputs, name)
        self._user_metadata: dict[str, Any] | None = None

    def stop_serving(self) -> None:
        """Called when the layers have changed."""
        self.forget_step()

    def summary(
        self,
        line_length: int | None = None,
        positions: Sequence[float] | None = None,
        print_fn: Callable[[str], Any] | None = None,
    ) -> None:
        """Print a table of the layers: their shapes and how many numbers they learn.

        Args:
            line_length: characters in a line.
            positions: where the columns end, as shares of the line or in characters.
            print_fn: takes each line instead of `print`.

        Example:
            >>> import tfnb as tf
            >>> lines = []
            >>> tf.sequential([tf.layers.dense(units=2, input_shape=[3])]).summary(print_fn=lines.append)
            >>> lines[-4]
            'Total params: 8'
        """
        print_summary(self, line_length, positions, print if print_fn is None else print_fn)

    def execute(self, inputs: Any, outputs: str | Sequence[str]) -> Any:
        """The values that layers inside the model give.

        Args:
            inputs: a tensor, a list of them, or a dict by the names of the inputs.
            outputs: the name of a layer or of a symbolic tensor, or a list.

        Returns:
            Tensor: what that layer gives, or a list of Tensor.

        Errors:
            ArgumentError: a name that is not there. ShapeError: an input of another shape.

        Example:
            >>> import tfnb as tf
            >>> first = tf.layers.dense(units=2, input_shape=[3], name="first")
            >>> model = tf.sequential([first, tf.layers.dense(units=1)])
            >>> model.execute(tf.ones([1, 3]), "first").shape
            (1, 2)
        """
        self._check_alive()
        names = [outputs] if isinstance(outputs, str) else list(outputs)
        if isinstance(inputs, Mapping):
            missing = [name for name in self.input_names if name not in inputs]
            if missing:
                raise ArgumentError(
                    _("there is no input {name!r}").format(name=missing[0]), op="execute", argument="inputs"
                )
            inputs = [inputs[name] for name in self.input_names]
        listed = list(inputs) if isinstance(inputs, (list, tuple)) else [inputs]
        values = [handle_of(one, "execute", "inputs") for one in listed]
        self.check_inputs(values)
        graph = self.graph
        known = {tensor.name: tensor for node in graph.order for tensor in node.output_tensors}
        for node in graph.order:
            known.setdefault(node.outbound_layer.name, node.output_tensors[0])
        for name in names:
            if name not in known:
                near = nearest(name, known)
                raise ArgumentError(
                    _("there is no layer {name!r}").format(name=name),
                    op="execute",
                    argument="outputs",
                    fix=_("did you mean {near!r}?").format(near=near) if near else None,
                )
        found = Plan(Graph(self.inputs, [known[name] for name in names], "execute")).run(values, False)
        return found[0] if isinstance(outputs, str) else found

    def set_user_defined_metadata(self, user_defined_metadata: Mapping[str, Any]) -> None:
        """Remember values of yours, which files of the model carry.

        Args:
            user_defined_metadata: what JSON can hold.
        """
        self._user_metadata = dict(user_defined_metadata)

    def get_user_defined_metadata(self) -> dict[str, Any] | None:
        """The values of yours that files of the model carry."""
        return self._user_metadata

    @classmethod
    def from_config(cls, config: Mapping[str, Any], custom_objects: Mapping[str, type] | None = None) -> LayersModel:
        """The model of a configuration, with first weights of its own."""
        import tfnb.models.sequential  # noqa: F401 - a layer of the graph may be one

        inputs, outputs = graph_from_config(config, custom_objects)
        return cls(inputs, outputs, config.get("name"))

    def dispose(self) -> DisposeResult:
        """Give up one use of the model; with the last one its weights are freed, and the optimizer that it made.

        Errors:
            DisposedError: it was disposed of before.
        """
        result = super().dispose()
        if result.ref_count_after_dispose == 0:
            end = getattr(self, "dispose_training", None)
            freed = end() if end is not None else 0
            return DisposeResult(0, result.num_disposed_variables + (freed or 0))
        return result


class Functional(LayersModel):
    """A LayersModel under the name that newer Keras gives it in files."""


REGISTRY.enter(LayersModel, "Model")
REGISTRY.enter(LayersModel, "LayersModel")
REGISTRY.enter(Functional, "Functional")


def model(
    inputs: SymbolicTensor | Sequence[SymbolicTensor],
    outputs: SymbolicTensor | Sequence[SymbolicTensor],
    name: str | None = None,
) -> LayersModel:
    """A model of the layers between symbolic inputs and outputs: with several inputs, outputs, branches, shared layers.

    Args:
        inputs: where values enter: what `tf.input` gave, or a list of them.
        outputs: what layers called on them gave, or a list.
        name: a name of its own.

    Returns:
        LayersModel: ready to `compile`.

    Errors:
        ArgumentError: an output that needs an input not among `inputs`, or two layers of one name.

    Example:
        >>> import tfnb as tf
        >>> x = tf.input(shape=[2])
        >>> y = tf.layers.dense(units=1, kernel_initializer="ones").apply(x)
        >>> tf.model(inputs=x, outputs=y).predict(tf.tensor([[3, 4]])).array_sync()
        [[7.0]]
    """
    return LayersModel(inputs, outputs, name)
