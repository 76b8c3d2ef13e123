"""Layers that arrange values anew and compute nothing: flatten, reshape, permute, repeat_vector."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Unpack

from tfnb.errors import ArgumentError, ShapeError
from tfnb.language import _
from tfnb.layers.arguments import positive_whole
from tfnb.layers.base import Layer, LayerArguments
from tfnb.layers.input_spec import InputSpec
from tfnb.layers.making import layer_function
from tfnb.layers.symbolic import PartialShape, partial_shape, shape_text
from tfnb.naming import identifier
from tfnb.ops import joining, transformations
from tfnb.ops.arguments import whole_numbers
from tfnb.shapes import size_of

__all__ = ["Flatten", "Permute", "RepeatVector", "Reshape", "flatten", "permute", "repeat_vector", "reshape"]


class Flatten(Layer):
    """Lays the values of each sample in one row.

    Args:
        data_format: 'channels_first' brings the second axis to the end before; None or 'channels_last' does not.

    Errors:
        ShapeError (when called): a length is not known, or fewer than three axes.

    Example:
        >>> import tfnb as tf
        >>> tf.layers.flatten()(tf.zeros([2, 3, 4])).shape
        (2, 12)
    """

    def __init__(self, data_format: str | None = None, **base: Unpack[LayerArguments]) -> None:
        super().__init__(**base)
        self.data_format = None if data_format is None else identifier(data_format)
        if self.data_format not in (None, "channels_first", "channels_last"):
            raise ArgumentError(
                _("wanted one of {wanted}, given {given!r}").format(
                    wanted="channels_first, channels_last", given=data_format
                ),
                op="flatten",
                argument="data_format",
            )
        self.input_spec = [InputSpec(min_ndim=3)]

    def compute_output_shape(self, input_shape: Any) -> Any:
        if any(length is None for length in input_shape[1:]):
            raise ShapeError(
                _("the shape of a sample must be known, given {given}").format(given=shape_text(input_shape)),
                op=self.name,
                argument="inputs",
                fix=_("say all lengths in input_shape of the first layer"),
            )
        return (input_shape[0], size_of(input_shape[1:]))

    def call(self, inputs: Any, *, training: bool = False, mask: Any = None) -> Any:
        if self.data_format == "channels_first":
            inputs = transformations.transpose(inputs, [0, *range(2, len(inputs.shape)), 1])
        return transformations.reshape(inputs, (inputs.shape[0], size_of(inputs.shape[1:])))

    def get_config(self) -> dict[str, Any]:
        own = {} if self.data_format is None else {"data_format": self.data_format}
        return {**own, **super().get_config()}


class Reshape(Layer):
    """Gives each sample another shape with the same values.

    Args:
        target_shape: of one sample; one length may be None or -1: it is worked out.

    Errors:
        ShapeError (when called): another number of values. ArgumentError: two unknown lengths.

    Example:
        >>> import tfnb as tf
        >>> tf.layers.reshape(target_shape=[2, None])(tf.zeros([5, 6])).shape
        (5, 2, 3)
    """

    def __init__(self, target_shape: Sequence[int | None], **base: Unpack[LayerArguments]) -> None:
        super().__init__(**base)
        listed = target_shape if isinstance(target_shape, (list, tuple)) else [target_shape]
        self.target_shape: PartialShape = partial_shape(
            [None if isinstance(one, int) and one < 0 else one for one in listed], "reshape", "target_shape"
        )
        if self.target_shape.count(None) > 1:
            raise ArgumentError(
                _("only one length can be worked out, given {given}").format(given=shape_text(self.target_shape)),
                op="reshape",
                argument="target_shape",
            )

    def compute_output_shape(self, input_shape: Any) -> Any:
        if any(length is None for length in input_shape[1:]):
            return (input_shape[0], *self.target_shape)
        return (input_shape[0], *self._completed(input_shape[1:]))

    def _completed(self, sample: tuple[int, ...]) -> tuple[int, ...]:
        size = size_of(sample)
        known = size_of(one for one in self.target_shape if one is not None)
        is_open = None in self.target_shape
        if (size != known and not is_open) or (is_open and (not known or size % known)):
            raise ShapeError(
                _("a sample {given} has {size} values, which do not make up {wanted}").format(
                    given=shape_text(sample), size=size, wanted=shape_text(self.target_shape)
                ),
                op=self.name,
                argument="inputs",
                fix=_("leave one length out: None is worked out") if not is_open else None,
            )
        return tuple(size // known if one is None else one for one in self.target_shape)

    def call(self, inputs: Any, *, training: bool = False, mask: Any = None) -> Any:
        return transformations.reshape(inputs, (inputs.shape[0], *self._completed(inputs.shape[1:])))

    def get_config(self) -> dict[str, Any]:
        return {"target_shape": list(self.target_shape), **super().get_config()}


class Permute(Layer):
    """Puts the axes of each sample in another order.

    Args:
        dims: the axes in their new order, counted from 1; the samples' own axis is not among them.

    Errors:
        ArgumentError: an axis is missing or there twice.

    Example:
        >>> import tfnb as tf
        >>> tf.layers.permute(dims=[2, 1])(tf.zeros([5, 2, 3])).shape
        (5, 3, 2)
    """

    def __init__(self, dims: Sequence[int], **base: Unpack[LayerArguments]) -> None:
        super().__init__(**base)
        self.dims = whole_numbers(dims, "permute", "dims")
        if sorted(self.dims) != list(range(1, len(self.dims) + 1)):
            raise ArgumentError(
                _("wanted each of 1 to {count} once, given {given}").format(
                    count=len(self.dims), given=list(self.dims)
                ),
                op="permute",
                argument="dims",
            )
        self.input_spec = [InputSpec(ndim=len(self.dims) + 1)]

    def compute_output_shape(self, input_shape: Any) -> Any:
        return (input_shape[0], *(input_shape[axis] for axis in self.dims))

    def call(self, inputs: Any, *, training: bool = False, mask: Any = None) -> Any:
        return transformations.transpose(inputs, [0, *self.dims])

    def get_config(self) -> dict[str, Any]:
        return {"dims": list(self.dims), **super().get_config()}


class RepeatVector(Layer):
    """Makes a sequence of one vector: [batch, values] becomes [batch, n, values].

    Args:
        n: how many times.

    Errors:
        ArgumentError: `n` below 1.

    Example:
        >>> import tfnb as tf
        >>> tf.layers.repeat_vector(n=2)(tf.tensor([[1, 2]])).array_sync()
        [[[1.0, 2.0], [1.0, 2.0]]]
    """

    def __init__(self, n: int, **base: Unpack[LayerArguments]) -> None:
        super().__init__(**base)
        self.n = positive_whole(n, "repeat_vector", "n")
        self.input_spec = [InputSpec(ndim=2)]

    def compute_output_shape(self, input_shape: Any) -> Any:
        return (input_shape[0], self.n, input_shape[1])

    def call(self, inputs: Any, *, training: bool = False, mask: Any = None) -> Any:
        return joining.tile(transformations.expand_dims(inputs, 1), [1, self.n, 1])

    def get_config(self) -> dict[str, Any]:
        return {"n": self.n, **super().get_config()}


flatten = layer_function(Flatten, "flatten")
permute = layer_function(Permute, "permute")
repeat_vector = layer_function(RepeatVector, "repeat_vector")
reshape = layer_function(Reshape, "reshape")
