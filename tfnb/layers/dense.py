"""Dense: every output is a weighted sum of all inputs."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, Unpack

from tfnb import constraints, initializers, regularizers
from tfnb.engine.compose import compose
from tfnb.kernels import dense as kernels
from tfnb.layers import activations
from tfnb.layers.arguments import positive_whole
from tfnb.layers.base import Layer, LayerArguments
from tfnb.layers.input_spec import InputSpec
from tfnb.layers.making import layer_function
from tfnb.layers.variable import LayerVariable
from tfnb.ops import conversion

__all__ = ["Dense", "dense"]

_frame = sys._getframe


class Dense(Layer):
    """Every output is a weighted sum of all inputs plus a bias: `activation(inputs · kernel + bias)`.

    Args:
        units: how many outputs.
        activation: a function of each output, such as 'relu', 'softmax', or one of your own.
        use_bias: whether each output has a number of its own that is added.
        kernel_initializer: first values of the kernel [inputs, units].
        bias_initializer: first values of the bias [units].
        input_dim: the number of inputs, if this is the first layer: short for `input_shape=[input_dim]`.
        kernel_constraint: what the kernel keeps to in training.
        bias_constraint: the same for the bias.
        kernel_regularizer: a price on the kernel, added to the loss.
        bias_regularizer: the same for the bias.
        activity_regularizer: refused when the layer is called, as in TensorFlow.js.

    Errors:
        ArgumentError: `units` below 1, an unknown name. ShapeError (when called): the inputs' last axis is another one.

    Example:
        >>> import tfnb as tf
        >>> layer = tf.layers.dense(units=1, kernel_initializer="ones")
        >>> layer(tf.tensor([[1, 2, 3]])).array_sync()
        [[6.0]]
    """

    def __init__(
        self,
        units: int,
        activation: Any = None,
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_normal",
        bias_initializer: Any = "zeros",
        input_dim: int | None = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        **base: Unpack[LayerArguments],
    ) -> None:
        if input_dim is not None and base.get("input_shape") is None:
            base["input_shape"] = (input_dim,)
        super().__init__(**base)
        self.units = positive_whole(units, "dense", "units")
        self.activation = activations.get(activation)
        self.use_bias = bool(use_bias)
        self.kernel_initializer = initializers.get(kernel_initializer or "glorot_normal")
        self.bias_initializer = initializers.get(bias_initializer or "zeros")
        self.kernel_constraint = constraints.get(kernel_constraint)
        self.bias_constraint = constraints.get(bias_constraint)
        self.kernel_regularizer = regularizers.get(kernel_regularizer)
        self.bias_regularizer = regularizers.get(bias_regularizer)
        self.activity_regularizer = regularizers.get(activity_regularizer)
        self.supports_masking = True
        self.input_spec = [InputSpec(min_ndim=2)]
        self.kernel: LayerVariable | None = None
        self.bias: LayerVariable | None = None
        is_composed = activations.ACTIVATIONS.get(self.activation.name) is self.activation
        is_composed = is_composed and self.activation.name in kernels.ACTIVATIONS
        # The activation is part of the one kernel, or comes after it.
        self._composed = self.activation.name if is_composed else "linear"
        self._after: Callable[[Any], Any] | None = None if is_composed else self.activation.function

    def build(self, input_shape: Any) -> None:
        inputs = input_shape[-1]
        self.kernel = self.add_weight(
            "kernel", (inputs, self.units), None, self.kernel_initializer, self.kernel_regularizer, True,
            self.kernel_constraint,
        )  # fmt: skip
        if self.use_bias:
            self.bias = self.add_weight(
                "bias", (self.units,), None, self.bias_initializer, self.bias_regularizer, True, self.bias_constraint
            )
        self.input_spec = [InputSpec(min_ndim=2, axes={-1: inputs})]
        self.built = True

    def compute_output_shape(self, input_shape: Any) -> Any:
        return (*input_shape[:-1], self.units)

    def call(self, inputs: Any, *, training: bool = False, mask: Any = None) -> Any:
        if inputs.dtype != "float32":
            inputs = conversion.cast(inputs, "float32")
        output = compose(kernels.dense, (inputs, self.kernel, self.bias), _frame(1), activation=self._composed)[0]
        return output if self._after is None else self._after(output)

    def get_config(self) -> dict[str, Any]:
        return {
            "units": self.units,
            "activation": activations.serialize(self.activation),
            "use_bias": self.use_bias,
            "kernel_initializer": initializers.serialize(self.kernel_initializer),
            "bias_initializer": initializers.serialize(self.bias_initializer),
            "kernel_regularizer": regularizers.serialize(self.kernel_regularizer),
            "bias_regularizer": regularizers.serialize(self.bias_regularizer),
            "activity_regularizer": regularizers.serialize(self.activity_regularizer),
            "kernel_constraint": constraints.serialize(self.kernel_constraint),
            "bias_constraint": constraints.serialize(self.bias_constraint),
            **super().get_config(),
        }


dense = layer_function(Dense, "dense")
