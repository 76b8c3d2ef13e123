"""The layer that applies a function to each value."""

from __future__ import annotations

from typing import Any, Unpack

from tfnb.layers import activations
from tfnb.layers.base import Layer, LayerArguments
from tfnb.layers.making import layer_function

__all__ = ["Activation", "activation"]


class Activation(Layer):
    """Applies a function to each value.

    Args:
        activation: a name, such as 'relu', 'tanh', 'softmax', or a function of yours.

    Errors:
        ArgumentError: an unknown name.

    Example:
        >>> import tfnb as tf
        >>> tf.layers.activation(activation="relu")(tf.tensor([[-1, 2]])).array_sync()
        [[0.0, 2.0]]
    """

    def __init__(self, activation: Any, **base: Unpack[LayerArguments]) -> None:
        super().__init__(**base)
        self.activation = activations.get(activation)
        self.supports_masking = True

    def call(self, inputs: Any, *, training: bool = False, mask: Any = None) -> Any:
        return self.activation.apply(inputs)

    def get_config(self) -> dict[str, Any]:
        return {"activation": activations.serialize(self.activation), **super().get_config()}


activation = layer_function(Activation, "activation")
