"""Tensor and Variable: what a user holds. Operators and chained methods are the public functions themselves."""

from __future__ import annotations

import sys
from typing import Any, Iterator

import numpy as np

from tfnb.engine.dispatch import install
from tfnb.engine.handle import Disposed, Handle, Origin
from tfnb.engine.ledger import LEDGER
from tfnb.engine.pending import Pending
from tfnb.engine.run import alias, check_alive, device_of, nbytes_of, read, settle, storage_of, to_host
from tfnb.engine.scope import keep
from tfnb.errors import ArgumentError, ImmutableError
from tfnb.language import _
from tfnb.ops import arithmetic, basic_math, exponential, trigonometric


class Tensor(Handle):
    """Numbers of one kind laid out like the boxes of a table; it never changes. Made by `tf.tensor` and by ops.

    Attributes:
        shape: the length of each axis, a tuple of ints; `()` for a single number.
        dtype: 'float32', 'int32', 'bool', 'complex64' or 'string'.
        id: a number of its own in this process.
    """

    __slots__ = ()
    __array_priority__ = 1000
    __hash__ = object.__hash__

    def __new__(cls, *arguments: Any, **keywords: Any) -> Tensor:
        raise ArgumentError(_("tensors are made by functions"), op="Tensor", fix=_("write tf.tensor([1, 2, 3])"))

    # What it is

    @property
    def rank(self) -> int:
        """The number of axes: 0 for a single number, 2 for a table."""
        return len(self.shape)

    ndim = rank

    @property
    def size(self) -> int:
        """The number of values."""
        size = 1
        for length in self.shape:
            size *= length
        return size

    @property
    def nbytes(self) -> int:
        """Bytes of its values."""
        return nbytes_of(self.array, self.shape, self.dtype)

    @property
    def is_disposed(self) -> bool:
        """Whether this tensor was disposed of (by `dispose`, or by the end of its tidy)."""
        return self.array is None and self.store.__class__ is Disposed

    @property
    def place(self) -> str:
        """Where its values are: 'host', 'gl', 'pending' (recorded, not computed yet) or 'disposed'."""
        if self.array is not None:
            return "host"
        if self.is_disposed:
            return "disposed"
        settle(self)
        if self.array is not None:
            return "host"
        return "pending" if self.store.__class__ is Pending else device_of(self.store).name

    @property
    def origin(self) -> Origin:
        """The cell, file and line that made it."""
        return LEDGER.origin(self)

    # Reading

    def data_sync(self) -> Any:
        """The values as a flat, read-only NumPy array. It stays valid after `dispose`.

        Example:
            >>> import tfnb as tf
            >>> tf.tensor([[1, 2], [3, 4]]).data_sync().tolist()
            [1.0, 2.0, 3.0, 4.0]
        """
        return _read_only(self, "data_sync").reshape(-1)

    def array_sync(self) -> Any:
        """The values as nested Python lists (a plain number for a scalar).

        Example:
            >>> import tfnb as tf
            >>> tf.tensor([[1, 2], [3, 4]]).array_sync()
            [[1.0, 2.0], [3.0, 4.0]]
        """
        return _read_only(self, "array_sync").tolist()

    def numpy(self) -> Any:
        """The values as a read-only NumPy array of this tensor's shape.

        Example:
            >>> import tfnb as tf
            >>> tf.tensor([1, 2]).numpy().sum()
            np.float32(3.0)
        """
        return _read_only(self, "numpy")

    def peek(self, start: int, count: int) -> Any:
        """`count` values from position `start` of the flat order, as a flat array; only those are read from the device."""
        return read(self, start, count, "peek")

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        array = _read_only(self, "numpy.asarray")
        if dtype is not None and np.dtype(dtype) != array.dtype:
            return array.astype(dtype)
        return array.copy() if copy else array

    # Ending

    def dispose(self) -> None:
        """End this tensor now: its memory is given back, and its use is an error from now on. Twice is harmless."""
        LEDGER.end(self, sys._getframe(), "dispose")

    def keep(self) -> Tensor:
        """Let it survive every scope that is open now. Returns itself."""
        check_alive(self, "keep", None)
        return keep(self)

    def clone(self) -> Tensor:
        """Another tensor on the same values; no memory is added."""
        check_alive(self, "clone", None)
        return alias(self, self.shape, sys._getframe(1))  # type: ignore[no-any-return]

    def realize(self) -> Tensor:
        """Run what is pending for it now. Returns itself."""
        storage_of(self, "realize")
        return self

    # Python's habits

    def __len__(self) -> int:
        if not self.shape:
            raise TypeError("len() of a tensor without axes")
        return self.shape[0]

    def __bool__(self) -> bool:
        if self.size != 1:
            raise ArgumentError(
                _("a tensor of {size} values is neither true nor false").format(size=self.size),
                op="bool",
                fix=_("ask tf.any(t) or tf.all(t)"),
            )
        return bool(to_host(self, "bool").reshape(-1)[0])

    def __float__(self) -> float:
        return float(self._only_value("float"))

    def __int__(self) -> int:
        return int(self._only_value("int"))

    def __complex__(self) -> complex:
        return complex(self._only_value("complex"))

    def _only_value(self, op: str) -> Any:
        if self.size != 1:
            raise ArgumentError(
                _("wanted a tensor of one value, this one has {size}").format(size=self.size),
                op=op,
                fix=_("reduce it first, with t.sum() or t.mean()"),
            )
        return to_host(self, op).reshape(-1)[0]

    def __setitem__(self, key: Any, value: Any) -> None:
        raise ImmutableError(
            _("a tensor never changes"),
            op="tensor[…] =",
            fix=_("make a new one with an op, or use v = tf.variable(t) and v.assign(…)"),
        )

    def __iter__(self) -> Iterator[Any]:
        if not self.shape:
            raise TypeError("iteration over a tensor without axes")
        return (self[index] for index in range(self.shape[0]))  # type: ignore[index]

    # Operators and chained methods

    add = arithmetic.add
    sub = arithmetic.sub
    mul = arithmetic.mul
    square = basic_math.square
    tanh = trigonometric.tanh
    exp = exponential.exp

    __add__ = arithmetic.add
    __sub__ = arithmetic.sub
    __mul__ = arithmetic.mul


def _read_only(handle: Handle, op: str) -> Any:
    """The values of a tensor as an array that refuses to be written, and whose owner refuses too."""
    array = to_host(handle, op)
    owner = array if array.base is None else array.base
    if isinstance(owner, np.ndarray):
        owner.setflags(write=False)
    view = array.view()
    view.setflags(write=False)
    return view


install(Tensor)
