"""Layers that leave values out at random in training, so that a model does not rely on single ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Unpack

from tfnb.errors import ArgumentTypeError
from tfnb.language import _
from tfnb.layers.arguments import share
from tfnb.layers.base import Layer, LayerArguments
from tfnb.layers.dropout_mask import dropout_mask
from tfnb.layers.input_spec import InputSpec
from tfnb.layers.making import layer_function
from tfnb.layers.symbolic import PartialShape, partial_shape
from tfnb.ops import arithmetic

__all__ = ["Dropout", "SpatialDropout1D", "dropout", "spatial_dropout1d"]


class Dropout(Layer):
    """Sets a share of the values to 0 in training, and the rest up by so much that their mean stays.

    When the model predicts it does nothing. Source: Srivastava et al. 2014.

    Args:
        rate: which share, from 0 to 1.
        noise_shape: shape of the choice, where whole rows or columns go together; None for an axis as in the inputs.
        seed: the same one gives the same choice in every call.

    Errors:
        ArgumentTypeError: `rate` is no number.

    Example:
        >>> import tfnb as tf
        >>> layer = tf.layers.dropout(rate=0.5, seed=1)
        >>> layer(tf.ones([1, 3])).array_sync()
        [[1.0, 1.0, 1.0]]
        >>> set(layer(tf.ones([1, 100]), training=True).array_sync()[0])
        {0.0, 2.0}
    """

    def __init__(
        self,
        rate: float,
        noise_shape: Sequence[int | None] | None = None,
        seed: Any = None,
        **base: Unpack[LayerArguments],
    ) -> None:
        super().__init__(**base)
        self.rate = share(rate, "dropout", "rate")
        self.noise_shape: PartialShape | None = (
            None if noise_shape is None else partial_shape(noise_shape, "dropout", "noise_shape")
        )
        self.seed = seed
        self.supports_masking = True

    def _choice_shape(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        if self.noise_shape is None:
            return shape
        if len(self.noise_shape) != len(shape):
            raise ArgumentTypeError(
                _("wanted {wanted} lengths, given {given}").format(wanted=len(shape), given=len(self.noise_shape)),
                op=self.name,
                argument="noise_shape",
            )
        return tuple(length if wanted is None else wanted for wanted, length in zip(self.noise_shape, shape))

    def call(self, inputs: Any, *, training: bool = False, mask: Any = None) -> Any:
        if not training or not 0 < self.rate < 1:
            return inputs
        return arithmetic.mul(inputs, dropout_mask(self._choice_shape(inputs.shape), self.rate, self.seed))

    def get_config(self) -> dict[str, Any]:
        shape = None if self.noise_shape is None else list(self.noise_shape)
        return {"rate": self.rate, "noise_shape": shape, "seed": self.seed, **super().get_config()}


class SpatialDropout1D(Dropout):
    """Dropout of whole channels: what is left out is so at all moments of a sequence [batch, time, channels].

    Args:
        rate: which share, from 0 to 1.
        seed: the same one gives the same choice in every call.

    Errors:
        ArgumentTypeError: `rate` is no number.

    Example:
        >>> import tfnb as tf
        >>> tf.layers.spatial_dropout1d(rate=0.5)(tf.ones([1, 2, 3])).shape
        (1, 2, 3)
    """

    supplied = ("noise_shape",)

    def __init__(self, rate: float, seed: Any = None, **base: Unpack[LayerArguments]) -> None:
        super().__init__(rate, None, seed, **base)
        self.input_spec = [InputSpec(ndim=3)]

    def _choice_shape(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        return (shape[0], 1, shape[2])


dropout = layer_function(Dropout, "dropout")
spatial_dropout1d = layer_function(SpatialDropout1D, "spatial_dropout1d")
