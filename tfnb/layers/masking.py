"""Masking: which moments of a sequence count."""

from __future__ import annotations

from typing import Any, Unpack

from tfnb.layers.base import Layer, LayerArguments
from tfnb.layers.making import layer_function
from tfnb.ops import arithmetic, comparison, conversion, reduction
from tfnb.ops.arguments import real_number

__all__ = ["Masking", "masking"]


class Masking(Layer):
    """Marks moments whose values are all `mask_value`: recurrent layers behind it pass over them.

    Args:
        mask_value: what fills the moments that do not count.

    Example:
        >>> import tfnb as tf
        >>> layer = tf.layers.masking(mask_value=-1)
        >>> layer.compute_mask(tf.tensor([[[1, 2], [-1, -1]]])).array_sync()
        [[True, False]]
    """

    makes_masks = True

    def __init__(self, mask_value: float | None = 0.0, **base: Unpack[LayerArguments]) -> None:
        super().__init__(**base)
        self.mask_value = real_number(0 if mask_value is None else mask_value, "masking", "mask_value")
        self.supports_masking = True

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        return reduction.any(comparison.not_equal(inputs, self.mask_value), -1)

    def call(self, inputs: Any, *, training: bool = False, mask: Any = None) -> Any:
        counts = reduction.any(comparison.not_equal(inputs, self.mask_value), -1, True)
        return arithmetic.mul(inputs, conversion.cast(counts, inputs.dtype))

    def get_config(self) -> dict[str, Any]:
        return {"mask_value": self.mask_value, **super().get_config()}


masking = layer_function(Masking, "masking")
