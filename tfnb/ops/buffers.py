"""TensorBuffer: values that are set one by one, then made a tensor (section Tensors / Creation)."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import numpy as np

from tfnb import dtypes, shapes
from tfnb.engine.run import allocate, to_host, upload
from tfnb.errors import IndexRangeError, ShapeError
from tfnb.language import _
from tfnb.ops.arguments import whole_number
from tfnb.ops.convert import array_of
from tfnb.ops.exchange import settled
from tfnb.shapes import size_of

if TYPE_CHECKING:
    from tfnb.tensors import Tensor


class TensorBuffer:
    """Values of a shape that can be changed one by one; `to_tensor()` makes a tensor of them. Made by `tf.buffer`.

    Args:
        shape: the length of each axis.
        dtype: data type of the values.
        values: the values in flat order, copied; left out, zeros (empty text, False).

    Errors:
        ShapeError: another number of values than the shape has.

    Example:
        >>> import tfnb as tf
        >>> b = tf.buffer([2, 2])
        >>> b.set(3, 0, 0)
        >>> b.set(5, 1, 0)
        >>> b.to_tensor().array_sync()
        [[3.0, 0.0], [5.0, 0.0]]
    """

    __slots__ = ("_array", "dtype", "shape")

    def __init__(self, shape: Any, dtype: Any = "float32", values: Any = None) -> None:
        self.shape = shapes.checked(shape, "buffer")
        self.dtype = dtypes.canonical(dtype, "buffer")
        if values is None:
            self._array = allocate(self.shape, self.dtype, "buffer")
            self._array[...] = "" if self.dtype == "string" else 0
            return
        given = array_of(values, "buffer", "values", self.dtype)
        if given.size != size_of(self.shape):
            raise ShapeError(
                _("{given} holds {wanted} values, there are {size}").format(
                    given=shapes.text(self.shape), wanted=size_of(self.shape), size=given.size
                ),
                op="buffer",
                argument="values",
            )
        self._array = given.reshape(self.shape)

    @property
    def rank(self) -> int:
        """The number of axes."""
        return len(self.shape)

    @property
    def size(self) -> int:
        """The number of values."""
        return size_of(self.shape)

    @property
    def strides(self) -> tuple[int, ...]:
        """How far apart neighbours are in flat order, for each axis but the last."""
        return strides_of(self.shape)

    @property
    def values(self) -> Any:
        """The values in flat order: a NumPy array that may be changed."""
        return self._array.reshape(-1)

    def set(self, value: Any, *locs: int) -> None:
        """Set one value.

        Args:
            value: the new value.
            locs: its place along each axis.

        Errors:
            IndexRangeError: no such place.
        """
        place = self._place(locs, "set")
        self._array[place] = array_of(value, "set", "value", self.dtype)[()]

    def get(self, *locs: int) -> Any:
        """One value, as a Python number, truth value or text.

        Args:
            locs: its place along each axis.

        Errors:
            IndexRangeError: no such place.
        """
        value = self._array[self._place(locs, "get")]
        return value.item() if isinstance(value, np.generic) else value

    def _place(self, locs: tuple[Any, ...], op: str) -> tuple[int, ...]:
        place = tuple(whole_number(one, op, "locs") for one in locs)
        if len(place) != len(self.shape) or any(not 0 <= k < n for k, n in zip(place, self.shape)):
            raise IndexRangeError(
                _("there is no place {place} in {shape}").format(
                    place=shapes.text(place), shape=shapes.text(self.shape)
                ),
                op=op,
                argument="locs",
            )
        return place

    def __getitem__(self, place: Any) -> Any:
        return self.get(*(place if isinstance(place, tuple) else (place,)))

    def __setitem__(self, place: Any, value: Any) -> None:
        self.set(value, *(place if isinstance(place, tuple) else (place,)))

    def to_tensor(self) -> Tensor:
        """A tensor of the values as they are now; later changes of the buffer don't reach it."""
        return upload(self._array.copy(), self.shape, self.dtype, sys._getframe(1))  # type: ignore[no-any-return]

    def __repr__(self) -> str:
        return f"<tf.TensorBuffer {shapes.text(self.shape)} {self.dtype}>"


def strides_of(shape: tuple[int, ...]) -> tuple[int, ...]:
    """Distances of neighbours in flat order, as TensorFlow.js tells them: without the last axis, which has 1."""
    found: list[int] = []
    for length in reversed(shape[1:]):
        found.insert(0, length * (found[0] if found else 1))
    return tuple(found)


def buffer(shape: Any, dtype: Any = "float32", values: Any = None) -> TensorBuffer:
    """Values of a shape that can be set one by one.

    Args:
        shape: the length of each axis.
        dtype: data type of the values.
        values: the values in flat order, copied; left out, zeros.

    Example:
        >>> import tfnb as tf
        >>> b = tf.buffer([2], 'int32', [1, 2])
        >>> b.set(7, 1)
        >>> b.get(1), b.to_tensor().array_sync()
        (7, [1, 7])
    """
    return TensorBuffer(shape, dtype, values)


def buffer_sync(self: Any) -> TensorBuffer:
    """A TensorBuffer with a copy of the values.

    Example:
        >>> import tfnb as tf
        >>> tf.tensor([1, 2]).buffer_sync().get(1)
        2.0
    """
    found = TensorBuffer.__new__(TensorBuffer)
    found.shape, found.dtype, found._array = self.shape, self.dtype, to_host(self, "buffer_sync").copy()
    return found


async def buffer_async(self: Any) -> TensorBuffer:
    """A TensorBuffer with a copy of the values, awaited: other tasks run meanwhile."""
    await settled(self, "buffer")
    return buffer_sync(self)
