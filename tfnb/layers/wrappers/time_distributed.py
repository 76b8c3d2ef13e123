"""TimeDistributed: one layer for every moment of a sequence."""

from __future__ import annotations

from typing import Any, Unpack

from tfnb.errors import ShapeError
from tfnb.language import _
from tfnb.layers.base import Layer, LayerArguments
from tfnb.layers.input_spec import InputSpec
from tfnb.layers.making import layer_function
from tfnb.layers.symbolic import shape_text
from tfnb.layers.wrappers.wrapper import Wrapper
from tfnb.ops import transformations

__all__ = ["TimeDistributed", "time_distributed"]


class TimeDistributed(Wrapper):
    """Calls a layer on every moment of a sequence [batch, time, …], with the same weights.

    Args:
        layer: the layer, which takes the values of one moment.

    Errors:
        ShapeError (when called): inputs with fewer than three axes.

    Example:
        >>> import tfnb as tf
        >>> tf.layers.time_distributed(layer=tf.layers.dense(units=3))(tf.zeros([2, 5, 4])).shape
        (2, 5, 3)
    """

    def __init__(self, layer: Layer, **base: Unpack[LayerArguments]) -> None:
        super().__init__(layer, **base)
        self.supports_masking = True

    def build(self, input_shape: Any) -> None:
        if len(input_shape) < 3:
            raise ShapeError(
                _("wanted an input of shape {wanted}, given {given}").format(
                    wanted="[None, None, …]", given=shape_text(input_shape)
                ),
                op=self.name,
                argument="inputs",
            )
        self.input_spec = [InputSpec(shape=(None, None, *input_shape[2:]))]
        if not self.layer.built:
            self._builds = [self.layer]
            self.layer.build((input_shape[0], *input_shape[2:]))
            self.layer.built = True
        self.built = True

    def compute_output_shape(self, input_shape: Any) -> Any:
        inner = self.layer.compute_output_shape((input_shape[0], *input_shape[2:]))
        return (inner[0], input_shape[1], *inner[1:])

    def call(self, inputs: Any, *, training: bool = False, mask: Any = None) -> Any:
        batch, time = inputs.shape[:2]
        # The moments are samples of their own: one call, where TensorFlow.js makes one for each moment.
        moments = transformations.reshape(inputs, (batch * time, *inputs.shape[2:]))
        keywords = {"training": training} if "training" in self.layer.takes else {}
        output = self.layer.call(moments, **keywords)
        return transformations.reshape(output, (batch, time, *output.shape[1:]))


time_distributed = layer_function(TimeDistributed, "time_distributed")
