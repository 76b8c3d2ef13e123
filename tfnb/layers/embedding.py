"""Embedding: a vector of its own for each number, such as for each word."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Unpack

from tfnb import constraints, initializers, regularizers
from tfnb.errors import ShapeError
from tfnb.language import _
from tfnb.layers.arguments import positive_whole
from tfnb.layers.base import Layer, LayerArguments
from tfnb.layers.making import layer_function
from tfnb.layers.symbolic import partial_shape, shape_text
from tfnb.layers.variable import LayerVariable
from tfnb.ops import comparison, conversion, gathering

__all__ = ["Embedding", "embedding"]


class Embedding(Layer):
    """Gives each whole number a vector of its own, which training finds. Only for the first layer of a model.

    Args:
        input_dim: how many numbers there are: they are 0 to input_dim - 1.
        output_dim: how long the vectors are.
        embeddings_initializer: first values of the vectors [input_dim, output_dim].
        embeddings_regularizer: a price on them, added to the loss.
        activity_regularizer: refused when the layer is called, as in TensorFlow.js.
        embeddings_constraint: what they keep to in training.
        mask_zero: whether 0 only fills up: recurrent layers behind it pass over it.
        input_length: how many numbers a sample has, or a list where a sample has several axes.

    Errors:
        ArgumentError: a count below 1. IndexRangeError (when called): a number that has no vector.

    Example:
        >>> import tfnb as tf
        >>> layer = tf.layers.embedding(input_dim=3, output_dim=2, embeddings_initializer="ones")
        >>> layer(tf.tensor([[0, 2]])).array_sync()
        [[[1.0, 1.0], [1.0, 1.0]]]
    """

    def __init__(
        self,
        input_dim: int,
        output_dim: int,
        embeddings_initializer: Any = "random_uniform",
        embeddings_regularizer: Any = None,
        activity_regularizer: Any = None,
        embeddings_constraint: Any = None,
        mask_zero: bool = False,
        input_length: int | Sequence[int | None] | None = None,
        **base: Unpack[LayerArguments],
    ) -> None:
        super().__init__(**base)
        self.input_length = None if input_length is None else partial_shape(input_length, "embedding", "input_length")
        if self.batch_input_shape is None:
            self.batch_input_shape = (base.get("batch_size"), *(self.input_length or (None,)))
            self.dtype = "float32"
        self.input_dim = positive_whole(input_dim, "embedding", "input_dim")
        self.output_dim = positive_whole(output_dim, "embedding", "output_dim")
        self.embeddings_initializer = initializers.get(embeddings_initializer or "random_uniform")
        self.embeddings_regularizer = regularizers.get(embeddings_regularizer)
        self.activity_regularizer = regularizers.get(activity_regularizer)
        self.embeddings_constraint = constraints.get(embeddings_constraint)
        self.mask_zero = self.supports_masking = self.makes_masks = bool(mask_zero)
        self.embeddings: LayerVariable | None = None

    def build(self, input_shape: Any) -> None:
        self.embeddings = self.add_weight(
            "embeddings",
            (self.input_dim, self.output_dim),
            None,
            self.embeddings_initializer,
            self.embeddings_regularizer,
            True,
            self.embeddings_constraint,
        )
        self.built = True

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        return comparison.not_equal(inputs, 0) if self.mask_zero else None

    def compute_output_shape(self, input_shape: Any) -> Any:
        wanted, given = self.input_length, tuple(input_shape)[1:]
        if wanted is None:
            return (*input_shape, self.output_dim)
        if len(wanted) != len(given) or any(a != b for a, b in zip(wanted, given) if None not in (a, b)):
            raise ShapeError(
                _("wanted an input of shape {wanted}, given {given}").format(
                    wanted=shape_text((None, *wanted)), given=shape_text(input_shape)
                ),
                op=self.name,
                argument="inputs",
                fix=_("change input_length, or leave it out"),
            )
        return (input_shape[0], *(b if a is None else a for a, b in zip(wanted, given)), self.output_dim)

    def call(self, inputs: Any, *, training: bool = False, mask: Any = None) -> Any:
        numbers = inputs if inputs.dtype == "int32" else conversion.cast(inputs, "int32")
        return gathering.gather(self.embeddings, numbers)

    def get_config(self) -> dict[str, Any]:
        length = self.input_length
        return {
            "input_dim": self.input_dim,
            "output_dim": self.output_dim,
            "embeddings_initializer": initializers.serialize(self.embeddings_initializer),
            "embeddings_regularizer": regularizers.serialize(self.embeddings_regularizer),
            "activity_regularizer": regularizers.serialize(self.activity_regularizer),
            "embeddings_constraint": constraints.serialize(self.embeddings_constraint),
            "mask_zero": self.mask_zero,
            "input_length": length[0] if length is not None and len(length) == 1 else length and list(length),
            **super().get_config(),
        }


embedding = layer_function(Embedding, "embedding")
