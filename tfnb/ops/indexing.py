"""Python's `t[…]`: a key by NumPy's rules, taken apart into the kernels that give the part."""

from __future__ import annotations

import builtins
import operator
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from tfnb import shapes
from tfnb.engine.handle import Handle
from tfnb.engine.placement import ENGINE
from tfnb.engine.run import alias, check_alive, execute, new_handle, to_host, upload
from tfnb.errors import ArgumentError, ArgumentTypeError, IndexRangeError, ShapeError
from tfnb.kernels import gathering, rearranging
from tfnb.kernels import slicing as kernels
from tfnb.language import _
from tfnb.ops.arguments import whole_number
from tfnb.shapes import Shape, size_of

if TYPE_CHECKING:
    from tfnb.tensors import Tensor


def getitem(self: Any, key: Any) -> Tensor:
    """A part of the tensor, by NumPy's rules: numbers, slices, `None` for a new axis, `...`, lists of places, masks.

    Args:
        key: what stands between the brackets.

    Errors:
        IndexRangeError: a place that is not there. ArgumentTypeError: something that is no place.

    Example:
        >>> import tfnb as tf
        >>> t = tf.tensor([[1, 2, 3], [4, 5, 6]])
        >>> t[0].array_sync(), t[:, -1].array_sync(), t[:, ::2].shape, t[None, ..., 0].shape
        ([1.0, 2.0, 3.0], [3.0, 6.0], (2, 2), (1, 2))
        >>> t[t.numpy() > 2].array_sync(), t[:, [2, 0]].array_sync()
        ([3.0, 4.0, 5.0, 6.0], [[3.0, 1.0], [6.0, 4.0]])
    """
    array = self.ndarray
    if array is not None and array.size <= ENGINE.eager_size and _is_plain(key) and self.dtype != "string":
        try:
            part = array[key]
        except (IndexError, TypeError, ValueError, OverflowError):
            pass  # the general path says what is wrong
        else:
            if part.size < array.size and part.ndim <= shapes.MAX_RANK:
                return new_handle(part.shape, self.dtype, sys._getframe(1), array=np.array(part, order="C"))  # type: ignore[no-any-return]
    check_alive(self, "tensor[…]", None)
    entries = [_entry(one) for one in (key if key.__class__ is tuple else (key,))]
    frame = sys._getframe(1)
    if any(one.__class__ is np.ndarray for one in entries):
        return _by_places(self, entries, frame)  # type: ignore[no-any-return]
    return basic(self, entries, "tensor[…]", frame)  # type: ignore[no-any-return]


_PLAIN: Final = frozenset((int, builtins.slice, type(None), type(Ellipsis)))


def _is_plain(key: Any) -> bool:
    """Whether NumPy's view for a key is all there is to do: for small tensors on the host."""
    if key.__class__ is tuple:
        return all(one.__class__ in _PLAIN for one in key)
    return key.__class__ in _PLAIN


def _entry(one: Any) -> Any:
    """An entry of a key as an int, a slice of ints, None, Ellipsis, or an array of places or of truth values."""
    if one.__class__ is int or one is None or one is Ellipsis:
        return one
    if one.__class__ is builtins.slice:
        return one
    if isinstance(one, Handle):
        one = to_host(one, "tensor[…]")
    if isinstance(one, (list, np.ndarray)) or (hasattr(one, "__array__") and not isinstance(one, np.generic)):
        try:
            array = np.asarray(one)
        except ValueError:
            raise ArgumentTypeError(_("the list of places is ragged"), op="tensor[…]") from None
        if array.dtype == bool and array.ndim:
            return array
        if array.size == 0 and not isinstance(one, np.ndarray):
            array = array.astype(np.int64)
        if array.dtype.kind in "iu":
            return array.astype(np.int64) if array.ndim else int(array)
        raise ArgumentTypeError(
            _("places are whole numbers or truth values, not {given}").format(given=array.dtype), op="tensor[…]"
        )
    try:
        if isinstance(one, (bool, np.bool_)):
            raise TypeError
        return operator.index(one)
    except TypeError:
        raise ArgumentTypeError(
            _("wanted a whole number, a slice, None, ..., or a list of places, not {given!r}").format(given=one),
            op="tensor[…]",
        ) from None


def _axes_of(one: Any) -> int:
    """How many axes of the tensor an entry is about."""
    if one is None or one is Ellipsis:
        return 0
    return one.ndim if one.__class__ is np.ndarray and one.dtype == bool else 1


def _expanded(entries: Sequence[Any], rank: int, shape: Shape, op: str) -> list[Any]:
    """The entries with the ellipsis written out, one for each axis (and None for new ones)."""
    used = sum(_axes_of(one) for one in entries)
    dots = sum(one is Ellipsis for one in entries)
    if dots > 1:
        raise ArgumentError(_("only one ... can stand in a key"), op=op)
    if used > rank:
        raise IndexRangeError(
            _("{used} places for the {rank} axes of {shape}").format(used=used, rank=rank, shape=shapes.text(shape)),
            op=op,
        )
    rest = [builtins.slice(None)] * (rank - used)
    if not dots:
        return [*entries, *rest]
    at = next(k for k, one in enumerate(entries) if one is Ellipsis)
    return [*entries[:at], *rest, *entries[at + 1 :]]


def basic(handle: Any, entries: Sequence[Any], op: str, frame: Any) -> Any:
    """A part by numbers, slices, new axes and an ellipsis."""
    shape = handle.shape
    begin, strides, size, result = [], [], [], []
    axis = 0
    for one in _expanded(entries, len(shape), shape, op):
        if one is None:
            result.append(1)
            continue
        length = shape[axis]
        if one.__class__ is int:
            begin.append(_place(one, length, axis, shape, op))
            strides.append(1)
            size.append(1)
        else:
            start, stride, count = _run(one, length, op)
            begin.append(start)
            strides.append(stride)
            size.append(count)
            result.append(count)
        axis += 1
    cut = region(handle, tuple(begin), tuple(strides), tuple(size), op, frame)
    if cut.shape == tuple(result):
        return cut
    return alias(cut, shapes.checked(result, op, "key"), frame)


def _place(index: int, length: int, axis: int, shape: Shape, op: str) -> int:
    if not -length <= index < length:
        raise IndexRangeError(
            _("axis {axis} of {shape} has no place {index}; there are {low} to {high}").format(
                axis=axis, shape=shapes.text(shape), index=index, low=-length, high=length - 1
            )
            if length
            else _("axis {axis} of {shape} is empty").format(axis=axis, shape=shapes.text(shape)),
            op=op,
        )
    return index % length


def _run(one: builtins.slice, length: int, op: str) -> tuple[int, int, int]:
    """Where a slice starts, its stride, and how many places it names. A run of one place has stride 1."""
    parts = (None if n is None else whole_number(n, op, "key") for n in (one.start, one.stop, one.step))
    try:
        start, stop, stride = builtins.slice(*parts).indices(length)
    except ValueError:
        raise ArgumentError(_("the stride of a slice can't be 0"), op=op) from None
    count = len(range(start, stop, stride))
    return (start, stride, count) if count > 1 else (start if count else 0, 1, count)


def _by_places(handle: Any, entries: Sequence[Any], frame: Any) -> Any:
    """A part by lists of places: one gather over the axes that they name, joined to one."""
    op = "tensor[…]"
    wide: list[Any] = []  # for each axis an array of places (numbers count as such), a slice, or None
    for one in _expanded(entries, len(handle.shape), handle.shape, op):
        if one.__class__ is np.ndarray and one.dtype == bool:
            axis = sum(other is not None for other in wide)
            _same_lengths(one.shape, handle.shape[axis : axis + one.ndim], op)
            wide += list(np.nonzero(one))
        else:
            wide.append(np.asarray(one, np.int64) if one.__class__ is int else one)
    plain = [builtins.slice(None) if one.__class__ is np.ndarray else one for one in wide]
    part = basic(handle, plain, op, frame)
    named = [k for k, one in enumerate(wide) if one.__class__ is np.ndarray]
    places, lengths = [wide[k] for k in named], [part.shape[k] for k in named]
    linear = _linear(places, lengths, part.shape, named, op)
    first, count = named[0], len(named)
    if _separated(entries):  # NumPy puts the axes of the places first then
        others = [k for k in range(len(part.shape)) if k not in named]
        part, first = _reordered(part, (*named, *others), frame), 0
    shape = (*part.shape[:first], size_of(lengths), *part.shape[first + count :])
    rows = alias(part, shape, frame)
    indices = upload(linear.astype(np.int32), linear.shape, "int32", frame)
    return execute(gathering.gather, (rows, indices), frame, axis=first, batch_dims=0)


def _reordered(handle: Any, perm: Shape, frame: Any) -> Any:
    return execute(rearranging.transpose, (handle,), frame, perm=perm) if perm != tuple(range(len(perm))) else handle


def _same_lengths(mask: Shape, shape: Shape, op: str) -> None:
    if mask != shape:
        raise ShapeError(
            _("the mask is {mask}, the axes that it is about are {shape}").format(
                mask=shapes.text(mask), shape=shapes.text(shape)
            ),
            op=op,
        )


def _linear(places: Sequence[Any], lengths: Sequence[int], shape: Shape, axes: Sequence[int], op: str) -> Any:
    """Places of several axes as places of the one axis that those would be if joined."""
    try:
        np.broadcast_shapes(*(array.shape for array in places))
    except ValueError:
        raise ShapeError(
            _("the lists of places have shapes that do not meet: {given}").format(
                given=", ".join(shapes.text(array.shape) for array in places)
            ),
            op=op,
        ) from None
    total: Any = 0
    for array, length, axis in zip(places, lengths, axes):
        if array.size and (array.min() < -length or array.max() >= length):
            bad = array[(array < -length) | (array >= length)].reshape(-1)[0]
            _place(int(bad), length, axis, shape, op)
        total = total * length + np.where(array < 0, array + length, array)
    return np.asarray(total)


def _separated(entries: Sequence[Any]) -> bool:
    """Whether something else stands between two lists of places."""
    named = [k for k, one in enumerate(entries) if one.__class__ in (np.ndarray, int)]
    return named[-1] - named[0] + 1 != len(named)


def region(handle: Any, begin: Shape, strides: Shape, size: Shape, op: str, frame: Any) -> Any:
    """The places `begin`, `begin + strides`, … of each axis, by the plainest kernel that gives them."""
    if all(stride == 1 for stride in strides):
        if size == handle.shape and not any(begin):
            return alias(handle, size, frame)
        kernels.slice_.infer(op, [handle.shape], [handle.dtype], begin=begin, size=size)
        return execute(kernels.slice_, (handle,), frame, begin=begin, size=size)
    return execute(kernels.strided_slice, (handle,), frame, begin=begin, strides=strides, size=size)
