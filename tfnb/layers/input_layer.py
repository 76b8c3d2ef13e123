"""Where a graph of layers begins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tfnb import dtypes
from tfnb.errors import ArgumentError
from tfnb.language import _
from tfnb.layers.base import DisposeResult, Layer
from tfnb.layers.input_spec import InputSpec
from tfnb.layers.making import layer_function
from tfnb.layers.names import NAMES
from tfnb.layers.symbolic import Node, SymbolicTensor

__all__ = ["InputLayer", "input", "input_layer"]


class InputLayer(Layer):
    """The layer that stands where a model's input enters; `tf.input` makes one.

    Args:
        input_shape: shape of one sample.
        batch_size: the number of samples to put before it.
        batch_input_shape: the shape with the number of samples before it, or None there; instead of `input_shape`.
        dtype: data type of the input.
        sparse: kept in files, without an effect.
        name: a name of its own.

    Errors:
        ArgumentError: both shapes given, or none.

    Example:
        >>> import tfnb as tf
        >>> tf.layers.input_layer(input_shape=[4]).output.shape
        (None, 4)
    """

    def __init__(
        self,
        input_shape: Sequence[int | None] | None = None,
        batch_size: int | None = None,
        batch_input_shape: Sequence[int | None] | None = None,
        dtype: str | None = "float32",
        sparse: bool = False,
        name: str | None = None,
    ) -> None:
        if (input_shape is None) == (batch_input_shape is None):
            raise ArgumentError(
                _("wanted input_shape or batch_input_shape, not both")
                if input_shape is not None
                else _("wanted input_shape or batch_input_shape"),
                op="input_layer",
                argument="input_shape",
            )
        if batch_input_shape is not None and batch_size is not None:
            raise ArgumentError(
                _("batch_input_shape says the number of samples already"), op="input_layer", argument="batch_size"
            )
        super().__init__(
            name=NAMES.next("input") if name is None else name,
            input_shape=input_shape,
            batch_input_shape=batch_input_shape,
            batch_size=batch_size,
            dtype=dtypes.canonical(dtype or "float32", "input_layer"),
            trainable=False,
        )
        assert self.batch_input_shape is not None and self.dtype is not None
        self.sparse = bool(sparse)
        self.built = True
        self.input_spec = [InputSpec(shape=self.batch_input_shape)]
        tensor = SymbolicTensor(self.dtype, self.batch_input_shape, self, [], {}, self.name)
        Node(self, [tensor], [tensor], is_source=True)

    def apply(self, inputs: Any, kwargs: Mapping[str, Any] | None = None) -> Any:
        """Refused: this layer takes no inputs."""
        raise ArgumentError(
            _("an input layer can't be called"), op=self.name, fix=_("call the next layer on input_layer.output")
        )

    def dispose(self) -> DisposeResult:
        """Nothing: an input layer has no weights."""
        return DisposeResult(0, 0)

    def get_config(self) -> dict[str, Any]:
        return {
            "batch_input_shape": list(self.batch_input_shape or ()),
            "dtype": self.dtype,
            "sparse": self.sparse,
            "name": self.name,
        }


def input(
    shape: Sequence[int | None] | None = None,
    batch_shape: Sequence[int | None] | None = None,
    name: str | None = None,
    dtype: str | None = None,
    sparse: bool = False,
) -> SymbolicTensor:
    """Where a model's input enters: a symbolic tensor, on which layers are called.

    Args:
        shape: of one sample, such as [80, 4].
        batch_shape: the same with the number of samples before it, or None there; instead of `shape`.
        name: a name of its own.
        dtype: data type of the input, 'float32' if left out.
        sparse: kept in files, without an effect.

    Returns:
        SymbolicTensor: of shape [None, *shape].

    Errors:
        ArgumentError: both shapes given, or none.

    Example:
        >>> import tfnb as tf
        >>> x = tf.input(shape=[4])
        >>> y = tf.layers.dense(units=2).apply(x)
        >>> tf.model(inputs=x, outputs=y).count_params()
        10
    """
    if (shape is None) == (batch_shape is None):
        raise ArgumentError(
            _("wanted shape or batch_shape, not both") if shape is not None else _("wanted shape or batch_shape"),
            op="input",
            argument="shape",
            fix=_("write tf.input(shape=[…]), without the axis that counts the samples"),
        )
    if isinstance(shape, dict):
        raise ArgumentError(
            _("wanted keyword arguments, not a dict"), op="input", argument="shape", fix=_("write tf.input(shape=[…])")
        )
    batch = batch_shape if shape is None else (None, *([shape] if isinstance(shape, int) else shape))
    layer = InputLayer(batch_input_shape=batch, name=name, dtype=dtype or "float32", sparse=sparse)
    return layer.inbound_nodes[0].output_tensors[0]


input_layer = layer_function(InputLayer, "input_layer")
