"""From what a user gives as x and y to arrays with one row per sample, and from these to batches.

Batches are cut from arrays on the host: shuffling is an order of row numbers, a batch is one `take`. No op is called
for it, and nothing is made that lives longer than the batch.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from tfnb.dtypes import NUMPY
from tfnb.engine.handle import Handle
from tfnb.engine.run import check_alive, convert_array, to_host, upload
from tfnb.errors import ArgumentError, ArgumentTypeError, DTypeError, ShapeError
from tfnb.kernels.floating import quietly
from tfnb.language import _
from tfnb.layers.symbolic import PartialShape, shape_text
from tfnb.naming import nearest
from tfnb.ops.convert import array_of, dtype_of_array
from tfnb.ops.random import RANDOM
from tfnb.shapes import text

Array = Any


class Batch:
    """The rows of some samples, as arrays: inputs, targets, and a weight per sample for each output or None."""

    __slots__ = ("inputs", "targets", "weights", "size")

    def __init__(self, inputs: list[Array], targets: list[Array], weights: list[Array | None]) -> None:
        self.inputs, self.targets, self.weights = inputs, targets, weights
        self.size = len(inputs[0])

    def tensors(self) -> tuple[list[Any], list[Any], list[Any]]:
        """Tensors of these arrays in the scope that is open, where the backend wants them."""
        frame = sys._getframe(1)
        return (
            [tensor_of(one, frame) for one in self.inputs],
            [tensor_of(one, frame) for one in self.targets],
            [None if one is None else tensor_of(one, frame) for one in self.weights],
        )


class Feed:
    """All samples as arrays with one row per sample: what the batches of an epoch are cut from.

    Args:
        inputs, targets: an array for each input and output of the model.
        weights: for each output an array with a weight per sample, or None.
        batch_size: rows in a batch; the last one has what is left.
    """

    __slots__ = ("inputs", "targets", "weights", "samples", "batch_size")

    def __init__(self, inputs: list[Array], targets: list[Array], weights: list[Array | None], batch_size: int) -> None:
        self.inputs, self.targets, self.weights, self.batch_size = inputs, targets, weights, batch_size
        self.samples = len(inputs[0])

    @property
    def batches(self) -> int:
        """Batches in an epoch."""
        return -(-self.samples // self.batch_size)

    def part(self, begin: int, end: int) -> Feed:
        """The samples from `begin` to `end`, on the same memory."""
        weights = [None if one is None else one[begin:end] for one in self.weights]
        inputs, targets = [one[begin:end] for one in self.inputs], [one[begin:end] for one in self.targets]
        return Feed(inputs, targets, weights, self.batch_size)

    def epoch(self, shuffled: bool) -> Iterator[Batch]:
        """The batches of one epoch, each cut when it is asked for.

        The order comes from the generator of all random numbers: `tf.set_seed` makes it the same again.
        """
        order = RANDOM.generator(None).permutation(self.samples) if shuffled else None
        for begin in range(0, self.samples, self.batch_size):
            end = min(begin + self.batch_size, self.samples)
            yield self._rows(slice(begin, end) if order is None else order[begin:end])

    def whole(self) -> Batch:
        """All samples as one batch."""
        return Batch(self.inputs, self.targets, self.weights)

    def _rows(self, rows: Any) -> Batch:
        if rows.__class__ is slice:
            inputs, targets = [one[rows] for one in self.inputs], [one[rows] for one in self.targets]
            return Batch(inputs, targets, [None if one is None else one[rows] for one in self.weights])
        take = np.take
        return Batch(
            [take(one, rows, 0) for one in self.inputs],
            [take(one, rows, 0) for one in self.targets],
            [None if one is None else take(one, rows, 0) for one in self.weights],
        )


def tensor_of(array: Array, frame: Any) -> Any:
    """A tensor of one of our own arrays."""
    return upload(array, array.shape, dtype_of_array(array), frame)


def arrays_of(data: Any, names: Sequence[str], op: str, argument: str) -> list[Array]:
    """An array of ours, with a row per sample, for each name.

    Args:
        data: a tensor, an array or nested lists; where there are several names, a list of such or a dict by names.
        names: of the model's inputs or outputs. op, argument: for messages.

    Errors:
        ArgumentError: more or fewer than there are names, or no samples. ShapeError: a single number, or another
        number of samples than its neighbours.
    """
    arrays = [_array(one, op, argument) for one in by_name(data, names, op, argument)]
    for name, array in zip(names, arrays):
        if len(array) != len(arrays[0]):
            raise ShapeError(
                _("{first} has {wanted} samples, {name} has {given}").format(
                    first=names[0], wanted=len(arrays[0]), name=name, given=len(array)
                ),
                op=op,
                argument=argument,
            )
    return arrays


def by_name(data: Any, names: Sequence[str], op: str, argument: str) -> list[Any]:
    """What a user gave for each name: of a dict, of a list with one for each, or the one there is."""
    if data is None:
        raise ArgumentTypeError(_("wanted numbers, given None"), op=op, argument=argument)
    if isinstance(data, Mapping):
        for name in names:
            if name not in data:
                near = nearest(name, [str(key) for key in data])
                raise ArgumentError(
                    _("there is nothing for {name!r}; the model has {names}").format(
                        name=name, names=", ".join(map(repr, names))
                    ),
                    op=op,
                    argument=argument,
                    fix=_("did you mean {near!r}?").format(near=near) if near else None,
                )
        return [data[name] for name in names]
    is_list = isinstance(data, (list, tuple))
    if len(names) == 1:
        holds_one = is_list and len(data) == 1 and (isinstance(data[0], Handle) or getattr(data[0], "ndim", 0) > 1)
        return [data[0] if holds_one else data]
    if not is_list or len(data) != len(names):
        raise ArgumentError(
            _("wanted {wanted} tensors, one for each of {names}, given {given}").format(
                wanted=len(names), names=", ".join(map(repr, names)), given=len(data) if is_list else 1
            ),
            op=op,
            argument=argument,
            fix=_("give a list of them, or a dict by these names"),
        )
    return list(data)


def _array(value: Any, op: str, argument: str) -> Array:
    if isinstance(value, Handle):
        check_alive(value, op, argument)
        array = to_host(value, op)
    elif isinstance(value, np.ndarray) and value.dtype in (np.float32, np.int32, np.bool_):
        array = value  # the rows are copied into each batch
    else:
        array = array_of(value, op, argument)
    if array.dtype.kind not in "fib":
        raise DTypeError(
            _("wanted numbers, given {given}").format(given=dtype_of_array(array)), op=op, argument=argument
        )
    if array.ndim == 0:
        raise ShapeError(
            _("wanted samples along the first axis, given a single number"),
            op=op,
            argument=argument,
            fix=_("put it into a list: [[1]] is one sample of one number"),
        )
    if not len(array):
        raise ArgumentError(_("there are no samples"), op=op, argument=argument)
    return array.reshape(-1, 1) if array.ndim == 1 else array


def converted(array: Array, dtype: str) -> Array:
    """An array in another data type; itself where it has that one."""
    return array if array.dtype == NUMPY[dtype] else convert_array(array, dtype)


def check_shape(array: Array, wanted: PartialShape, name: str, op: str, argument: str) -> None:
    """Raise the error of samples that have not the shape of an input or an output; the number of samples is free."""
    given = array.shape
    if len(given) == len(wanted) and all(w is None or w == g for w, g in zip(wanted[1:], given[1:])):
        return
    raise ShapeError(
        _("{name} of the model wants the shape {wanted}, given {given}").format(
            name=name, wanted=shape_text((None, *wanted[1:])), given=text(given)
        ),
        op=op,
        argument=argument,
        fix=_shape_fix(given, wanted),
    )


def _shape_fix(given: tuple[int, ...], wanted: PartialShape) -> str | None:
    def fits(shape: tuple[int, ...]) -> bool:
        return len(shape) == len(wanted) - 1 and all(w is None or w == g for w, g in zip(wanted[1:], shape))

    if fits(given):
        return _("the first axis counts the samples: for one sample write x.expand_dims(0)")
    if len(given) > 2 and fits(given[:0:-1]):
        return _("the axes after the samples seem to be the other way round: write x.transpose({order})").format(
            order=[0, *range(len(given) - 1, 0, -1)]
        )
    rest = wanted[1:]
    if None not in rest and int(np.prod(given[1:])) == int(np.prod(rest)):  # type: ignore[arg-type]
        return _("write x.reshape({shape})").format(shape=[-1, *rest])
    return None


def check_numbers(array: Array, name: str, op: str, argument: str) -> None:
    """Raise the error of data with a NaN in it: one is enough to make every weight a NaN."""
    if array.dtype != np.float32 or not array.size:
        return
    # One pass without a copy; infinities of both signs make a NaN too.
    if not np.isnan(quietly(np.add.reduce, array, None)):
        return
    places = np.argwhere(np.isnan(array))
    if len(places):
        raise ArgumentError(
            _("there is a NaN in {name}: sample {sample}, at {place} ({count} in all)").format(
                name=name, sample=int(places[0][0]), place=text(tuple(map(int, places[0]))), count=len(places)
            ),
            op=op,
            argument=argument,
            fix=_("fill it or leave the sample out: np.nan_to_num(x), x[~np.isnan(x).any(axis=1)]"),
        )
