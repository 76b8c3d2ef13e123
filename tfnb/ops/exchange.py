"""Tensors given to other libraries and taken from them: NumPy, DLPack, pickle, copies; and reading without waiting.

What is handed out can't change the tensor: arrays are read-only, copies are copies.
"""

from __future__ import annotations

import pickle
import sys
from typing import TYPE_CHECKING, Any

import numpy as np

from tfnb.dtypes import NUMPY
from tfnb.engine.pending import Pending
from tfnb.engine.realizing import realize
from tfnb.engine.run import alias, check_alive, settle, to_host, upload
from tfnb.errors import DTypeError
from tfnb.language import _
from tfnb.ops.convert import array_of

if TYPE_CHECKING:
    from tfnb.tensors import Tensor


def read_only(handle: Any, op: str) -> Any:
    """The values of a tensor as an array that refuses to be written, and whose owner refuses too."""
    array = to_host(handle, op)
    owner = array if array.base is None else array.base
    if isinstance(owner, np.ndarray):
        owner.setflags(write=False)
    view = array.view()
    view.setflags(write=False)
    return view


# NumPy and DLPack


def array(self: Any, dtype: Any = None, copy: bool | None = None) -> Any:
    """`np.asarray(t)`: a read-only view where that needs no copy. `copy=False` refuses what would need one."""
    values = read_only(self, "numpy.asarray")
    if dtype is not None and np.dtype(dtype) != values.dtype:
        if copy is False:
            raise ValueError(_("an array of another data type can't be made without a copy"))
        return values.astype(dtype)
    return values.copy() if copy else values


def dlpack(
    self: Any, *, stream: Any = None, max_version: Any = None, dl_device: Any = None, copy: bool | None = None
) -> Any:
    """The DLPack capsule of the values, on the CPU: a copy, which its taker may change.

    `copy=False` asks for the values themselves, read-only. Some takers (PyTorch 2) don't heed that, so they get them on
    demand only.
    """
    if self.dtype == "string":
        raise DTypeError(_("text has no DLPack form"), op="__dlpack__", fix=_("use t.array_sync()"))
    values = read_only(self, "__dlpack__")
    told = max_version is not None and tuple(max_version) >= (1, 0)
    if copy is not False:
        values = values.copy()
    elif not told:
        raise BufferError(_("who can't be told that the values are read-only needs a copy"))
    return values.__dlpack__(max_version=max_version) if told else values.__dlpack__()


def dlpack_device(self: Any) -> tuple[int, int]:
    """DLPack's number of the CPU: values are read there, wherever the tensor is."""
    return (1, 0)


# pickle and copy


def reduce_ex(self: Any, protocol: Any) -> tuple[Any, ...]:
    """A tensor pickles as its values, shape and data type: no OpenGL object, no owner."""
    values = read_only(self, "pickle")
    if self.dtype == "string":
        return _restored, (values.reshape(-1).tolist(), self.shape, self.dtype)
    if int(protocol) >= 5:
        return _restored, (pickle.PickleBuffer(np.ascontiguousarray(values).data), self.shape, self.dtype)
    return _restored, (values.tobytes(), self.shape, self.dtype)


def values_of(data: Any, shape: tuple[int, ...], dtype: str) -> Any:
    """The array that a pickle's data stand for, a copy."""
    if dtype == "string":
        return array_of(data, "pickle", "data", dtype).reshape(shape)
    return np.frombuffer(data, NUMPY[dtype]).reshape(shape).copy()


def _restored(data: Any, shape: tuple[int, ...], dtype: str) -> Any:
    return upload(values_of(data, shape, dtype), tuple(shape), dtype, sys._getframe(1))


def copied(self: Any) -> Tensor:
    """`copy.copy(t)`: another tensor on the same values, which never change."""
    check_alive(self, "copy", None)
    return alias(self, self.shape, sys._getframe(1))  # type: ignore[no-any-return]


def deep_copied(self: Any, memo: dict[int, Any]) -> Tensor:
    """`copy.deepcopy(t)`: another tensor on the same values, which never change; the same one if met twice."""
    check_alive(self, "copy", None)
    other = memo[id(self)] = alias(self, self.shape, sys._getframe(1))
    return other  # type: ignore[no-any-return]


# Numbers


def index(self: Any) -> int:
    """A whole number without axes serves as an index: `values[t]`, `range(t)`."""
    check_alive(self, "index", None)
    if self.shape or self.dtype != "int32":
        raise TypeError(
            _("only an int32 tensor without axes is an index, not {shape} {dtype}").format(
                shape=list(self.shape), dtype=self.dtype
            )
        )
    return int(to_host(self, "index"))


# Reading without blocking the event loop


async def settled(handle: Any, op: str) -> None:
    """Run what is pending for a tensor, on another thread where the work is NumPy's; other tasks get a turn."""
    import asyncio

    check_alive(handle, op, None)
    settle(handle)
    store = handle.store
    if store.__class__ is Pending and store.device.name == "host":
        await asyncio.get_running_loop().run_in_executor(None, realize, store)
    else:
        await asyncio.sleep(0)


async def data(self: Any) -> Any:
    """The values as a flat, read-only NumPy array, awaited: other tasks run meanwhile.

    Example:
        >>> import asyncio
        >>> import tfnb as tf
        >>> async def main():
        ...     return (await tf.tensor([1, 2]).data()).tolist()
        >>> asyncio.run(main())
        [1.0, 2.0]
    """
    await settled(self, "data")
    return read_only(self, "data").reshape(-1)


async def nested(self: Any) -> Any:
    """The values as nested Python lists, awaited: other tasks run meanwhile."""
    await settled(self, "array")
    return read_only(self, "array").tolist()


async def raw_bytes(self: Any) -> Any:
    """The bytes of the values (of text: a list, the UTF-8 bytes of each), awaited."""
    await settled(self, "bytes")
    return bytes_sync(self)


def bytes_sync(self: Any) -> Any:
    """The bytes of the values as they lie in memory; of text a list, the UTF-8 bytes of each.

    Example:
        >>> import tfnb as tf
        >>> tf.tensor([1, 2], dtype='int32').bytes_sync().hex()
        '0100000002000000'
    """
    values = read_only(self, "bytes")
    if self.dtype == "string":
        return [text.encode("utf-8", "surrogatepass") for text in values.reshape(-1).tolist()]
    return values.tobytes()
