"""Layers that make one tensor of several: sums, products, extremes, one beside the other, dot products."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Unpack

from tfnb.errors import ArgumentError, ShapeError
from tfnb.language import _
from tfnb.layers.base import Layer, LayerArguments
from tfnb.layers.making import layer_function
from tfnb.layers.symbolic import PartialShape, shape_text
from tfnb.ops import arithmetic, basic_math, creation, joining, logical, matrices, reduction, transformations
from tfnb.ops.arguments import whole_number, whole_numbers

__all__ = [
    "Add", "Average", "Concatenate", "Dot", "Maximum", "Merge", "Minimum", "Multiply", "add", "average", "concatenate",
    "dot", "maximum", "minimum", "multiply",
]  # fmt: skip

# What TensorFlow.js puts under a root before it divides by it.
EPSILON = 1e-7


class Merge(Layer):
    """A layer on several tensors. Derive from it and write `merge`."""

    makes_masks = False

    def __init__(self, **base: Unpack[LayerArguments]) -> None:
        super().__init__(**base)
        self.supports_masking = True

    def merge(self, inputs: Sequence[Any]) -> Any:
        """One tensor of several."""
        raise NotImplementedError

    def _listed(self, shapes: Any) -> list[PartialShape]:
        if not isinstance(shapes, list) or len(shapes) < 2:
            raise ArgumentError(
                _("wanted a list of two tensors or more"),
                op=self.name,
                argument="inputs",
                fix=_("write layer.apply([a, b])"),
            )
        return shapes

    def compute_output_shape(self, input_shape: Any) -> Any:
        listed = self._listed(input_shape)
        met = listed[0][1:]
        for shape in listed[1:]:
            met = _meeting(met, shape[1:], self.name, listed)
        batches = {shape[0] for shape in listed} - {None}
        if len(batches) > 1:
            raise ShapeError(
                _("the numbers of samples differ: {given}").format(given=", ".join(map(shape_text, listed))),
                op=self.name,
                argument="inputs",
            )
        return (batches.pop() if batches else None, *met)

    def build(self, input_shape: Any) -> None:
        self.compute_output_shape(input_shape)
        self.built = True

    def call(self, inputs: Any, *, training: bool = False, mask: Any = None) -> Any:
        return self.merge(_of_one_rank(inputs))

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        found = None
        for one in mask if isinstance(mask, (list, tuple)) else ():
            if one is not None:
                found = one if found is None else logical.logical_and(found, one)
        return found


def _meeting(a: PartialShape, b: PartialShape, op: str, listed: list[PartialShape]) -> PartialShape:
    """The shape in which samples meet value by value; unknown where a length is not known."""
    long, short = (a, b) if len(a) >= len(b) else (b, a)
    met = list(long[: len(long) - len(short)])
    for one, other in zip(long[len(met) :], short):
        if one is None or other is None:
            met.append(None)
        elif one == 1 or other == 1 or one == other:
            met.append(max(one, other) if 0 not in (one, other) else 0)
        else:
            raise ShapeError(
                _("these do not fit value by value: {given}").format(given=", ".join(map(shape_text, listed))),
                op=op,
                argument="inputs",
            )
    return tuple(met)


def _of_one_rank(inputs: Sequence[Any]) -> list[Any]:
    """Axes of length 1 put behind the samples' where a tensor has fewer than the others."""
    rank = max(len(one.shape) for one in inputs)
    return [
        one
        if len(one.shape) == rank
        else transformations.reshape(one, (one.shape[0], *[1] * (rank - len(one.shape)), *one.shape[1:]))
        for one in inputs
    ]


def _folded(op: Callable[[Any, Any], Any], inputs: Sequence[Any]) -> Any:
    found = inputs[0]
    for one in inputs[1:]:
        found = op(found, one)
    return found


class Add(Merge):
    """The sum of several tensors, value by value.

    Example:
        >>> import tfnb as tf
        >>> tf.layers.add()([tf.tensor([[1, 2]]), tf.tensor([[3, 4]])]).array_sync()
        [[4.0, 6.0]]
    """

    def merge(self, inputs: Sequence[Any]) -> Any:
        return _folded(arithmetic.add, inputs)


class Multiply(Merge):
    """The product of several tensors, value by value.

    Example:
        >>> import tfnb as tf
        >>> tf.layers.multiply()([tf.tensor([[1, 2]]), tf.tensor([[3, 4]])]).array_sync()
        [[3.0, 8.0]]
    """

    def merge(self, inputs: Sequence[Any]) -> Any:
        return _folded(arithmetic.mul, inputs)


class Average(Merge):
    """The mean of several tensors, value by value.

    Example:
        >>> import tfnb as tf
        >>> tf.layers.average()([tf.tensor([[1, 2]]), tf.tensor([[3, 4]])]).array_sync()
        [[2.0, 3.0]]
    """

    def merge(self, inputs: Sequence[Any]) -> Any:
        return arithmetic.mul(_folded(arithmetic.add, inputs), 1 / len(inputs))


class Maximum(Merge):
    """The largest of several tensors, value by value.

    Example:
        >>> import tfnb as tf
        >>> tf.layers.maximum()([tf.tensor([[1, 4]]), tf.tensor([[3, 2]])]).array_sync()
        [[3.0, 4.0]]
    """

    def merge(self, inputs: Sequence[Any]) -> Any:
        return _folded(arithmetic.maximum, inputs)


class Minimum(Merge):
    """The smallest of several tensors, value by value.

    Example:
        >>> import tfnb as tf
        >>> tf.layers.minimum()([tf.tensor([[1, 4]]), tf.tensor([[3, 2]])]).array_sync()
        [[1.0, 2.0]]
    """

    def merge(self, inputs: Sequence[Any]) -> Any:
        return _folded(arithmetic.minimum, inputs)


class Concatenate(Merge):
    """Several tensors one behind the other along an axis.

    Args:
        axis: along which; 0 is that of the samples.

    Errors:
        ShapeError (when called): the other lengths differ.

    Example:
        >>> import tfnb as tf
        >>> tf.layers.concatenate()([tf.tensor([[1, 2]]), tf.tensor([[3]])]).array_sync()
        [[1.0, 2.0, 3.0]]
    """

    def __init__(self, axis: int | None = -1, **base: Unpack[LayerArguments]) -> None:
        super().__init__(**base)
        self.axis = whole_number(-1 if axis is None else axis, "concatenate", "axis")

    def compute_output_shape(self, input_shape: Any) -> Any:
        listed = self._listed(input_shape)
        rank = len(listed[0])
        at = self.axis + rank if self.axis < 0 else self.axis
        fits = 0 <= at < rank and all(
            len(shape) == rank
            and all(axis == at or None in (a, b) or a == b for axis, (a, b) in enumerate(zip(shape, listed[0])))
            for shape in listed
        )
        if not fits:
            raise ShapeError(
                _("all lengths but that of axis {axis} must be the same: {given}").format(
                    axis=self.axis, given=", ".join(map(shape_text, listed))
                ),
                op=self.name,
                argument="inputs",
            )
        lengths = [shape[at] for shape in listed]
        total = None if None in lengths else sum(length for length in lengths if length is not None)
        return (*listed[0][:at], total, *listed[0][at + 1 :])

    def call(self, inputs: Any, *, training: bool = False, mask: Any = None) -> Any:
        return joining.concat(list(inputs), self.axis)

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        if not isinstance(mask, (list, tuple)) or all(one is None for one in mask):
            return None
        rows = []
        for x, one in zip(inputs, mask):
            row = creation.ones_like(x).cast("bool") if one is None else one
            rows.append(transformations.expand_dims(row, -1) if len(row.shape) < len(x.shape) else row)
        widest = [transformations.broadcast_to(row, x.shape) for row, x in zip(rows, inputs)]
        return reduction.all(joining.concat(widest, self.axis), -1)

    def get_config(self) -> dict[str, Any]:
        return {"axis": self.axis, **super().get_config()}


class Dot(Merge):
    """The dot product of two tensors, sample by sample, along an axis of each.

    Args:
        axes: the axis, or a pair with one for each tensor.
        normalize: divide by the lengths first: the cosine of the angle between the vectors.

    Errors:
        ShapeError (when called): the axes are not equally long, or a tensor has more than three axes.

    Example:
        >>> import tfnb as tf
        >>> tf.layers.dot(axes=1)([tf.tensor([[1, 2]]), tf.tensor([[3, 4]])]).array_sync()
        [[11.0]]
    """

    def __init__(self, axes: int | Sequence[int], normalize: bool = False, **base: Unpack[LayerArguments]) -> None:
        super().__init__(**base)
        numbers = whole_numbers(axes, "dot", "axes")
        if len(numbers) not in (1, 2):
            raise ArgumentError(_("wanted an axis or a pair of axes"), op="dot", argument="axes")
        self.axes: int | tuple[int, ...] = numbers[0] if len(numbers) == 1 else numbers
        self.normalize = bool(normalize)

    def _places(self, a: int, b: int) -> tuple[int, int]:
        first, second = (self.axes, self.axes) if isinstance(self.axes, int) else self.axes
        return first + a if first < 0 else first, second + b if second < 0 else second

    def compute_output_shape(self, input_shape: Any) -> Any:
        listed = self._listed(input_shape)
        a, b = listed[0], listed[1]
        at, bt = self._places(len(a), len(b))
        inside = 0 < at < len(a) <= 3 and 0 < bt < len(b) <= 3
        if len(listed) != 2 or not inside or (a[at] != b[bt] and None not in (a[at], b[bt])):
            raise ShapeError(
                _("wanted two tensors whose axes {axes} are equally long, given {given}").format(
                    axes=self.axes, given=", ".join(map(shape_text, listed))
                ),
                op=self.name,
                argument="inputs",
            )
        rest = (*a[:at], *a[at + 1 :], *b[1:bt], *b[bt + 1 :])
        return rest if len(rest) > 1 else (*rest, 1)

    def call(self, inputs: Any, *, training: bool = False, mask: Any = None) -> Any:
        a, b = inputs
        at, bt = self._places(len(a.shape), len(b.shape))
        wanted = self.compute_output_shape([a.shape, b.shape])
        if self.normalize:
            a, b = _of_length_one(a, at), _of_length_one(b, bt)
        left = a if len(a.shape) == 3 else transformations.expand_dims(a, 1)
        right = b if len(b.shape) == 3 else transformations.expand_dims(b, 1)
        product = matrices.matmul(
            left, right, transpose_a=len(a.shape) == 3 and at == 1, transpose_b=not (len(b.shape) == 3 and bt == 1)
        )
        return transformations.reshape(product, wanted)

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        return None

    def get_config(self) -> dict[str, Any]:
        axes = self.axes if isinstance(self.axes, int) else list(self.axes)
        return {"axes": axes, "normalize": self.normalize, **super().get_config()}


def _of_length_one(x: Any, axis: int) -> Any:
    squares = reduction.sum(basic_math.square(x), axis, True)
    return arithmetic.div(x, basic_math.sqrt(arithmetic.maximum(squares, EPSILON)))


add = layer_function(Add, "add", takes_lists=True)
average = layer_function(Average, "average", takes_lists=True)
concatenate = layer_function(Concatenate, "concatenate", takes_lists=True)
dot = layer_function(Dot, "dot")
maximum = layer_function(Maximum, "maximum", takes_lists=True)
minimum = layer_function(Minimum, "minimum", takes_lists=True)
multiply = layer_function(Multiply, "multiply", takes_lists=True)
