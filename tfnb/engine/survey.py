"""`tf.memory()`: what is in use, worked out from the live handles at this moment.

The terms add up, always:  storage in use = num_bytes - unrealized + retained + padding
where `retained` is storage that no handle names any more but pending work will read, and `padding` what textures hold
beyond their values. On OpenGL the pool counts its textures by itself, so the sum can be checked against it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from tfnb.engine.handle import Handle
from tfnb.engine.ledger import LEDGER
from tfnb.engine.pending import Pending, leaves_of
from tfnb.engine.placement import ENGINE
from tfnb.engine.run import nbytes_of, place_of
from tfnb.engine.scope import current, heal
from tfnb.errors import DeviceError
from tfnb.kernels.expression import Leaf
from tfnb.language import _


@dataclass(frozen=True, slots=True)
class PlaceMemory:
    """Memory of one placement, in bytes: of values that have storage, of the storage itself, and of its pool."""

    num_tensors: int
    num_bytes: int
    storage_bytes: int
    pool_allocated_bytes: int = 0
    pool_free_bytes: int = 0


@dataclass(frozen=True, slots=True)
class Memory:
    """What `tf.memory()` tells.

    Attributes:
        num_tensors: live tensors. num_bytes: bytes of their values; tensors that share values (a reshape) count once.
        num_data_buffers: different buffers of values. unreliable: whether the bytes are an estimate (text: its UTF-8
        bytes). reasons: why, if unreliable.
        unrealized_bytes: of `num_bytes`, those without storage: pending tensors, and those lost with their context.
        retained_bytes: storage that only pending work still holds.
        padding_bytes: what storage takes beyond its values (textures have sides of powers of two).
        storage_bytes: storage in use: num_bytes - unrealized_bytes + retained_bytes + padding_bytes.
        peak_bytes: the most `num_bytes` since this was last set back (each `%%tidy` cell sets it back).
        places: the same by placement, 'host' and 'gl'.
    """

    num_tensors: int
    num_bytes: int
    num_data_buffers: int
    unreliable: bool
    reasons: tuple[str, ...]
    unrealized_bytes: int
    retained_bytes: int
    padding_bytes: int
    storage_bytes: int
    peak_bytes: int
    places: dict[str, PlaceMemory]

    def __str__(self) -> str:
        return _("{tensors} tensors, {bytes:,} bytes of values in {buffers} buffers; storage {storage:,} bytes").format(
            tensors=self.num_tensors, bytes=self.num_bytes, buffers=self.num_data_buffers, storage=self.storage_bytes
        )


class _Buffers:
    """Storage seen so far, by identity: whose it is, bytes of its values, bytes of the storage."""

    def __init__(self) -> None:
        self.values: dict[int, tuple[str, int, int]] = {}
        self.pending: dict[int, int] = {}
        self.roots: list[Pending] = []
        self.has_text = False
        self.tensors: dict[str, int] = {}

    def add_handle(self, handle: Handle) -> None:
        if handle.dtype == "string":
            self.has_text = True
        storage, place = handle.ndarray, "host"
        if storage is None:
            storage = handle.store
            if isinstance(storage, Pending):
                if storage.value is None:
                    place = storage.device.name
                    self.pending.setdefault(id(storage), nbytes_of(None, storage.shape, storage.dtype))
                    self.roots.append(storage)
                    self.tensors[place] = self.tensors.get(place, 0) + 1
                    return
                storage = storage.value
            place = place_of(storage)
        self.tensors[place] = self.tensors.get(place, 0) + 1
        key, line = _line(storage, place, handle.shape, handle.dtype)
        if line[1] and not line[2]:
            self.pending.setdefault(key, line[1])
        else:
            self.values.setdefault(key, line)


def _retained(buffers: _Buffers) -> dict[int, tuple[str, int, int]]:
    """Storage that no handle names, and that pending work will read or a tape has kept."""
    retained = {}
    roots, leaves = list(buffers.roots), []
    for tape in ENGINE.tapes:
        for step in tuple(tape.steps):
            if step.nbytes:
                retained[id(step)] = ("host", step.nbytes, step.nbytes)
            for value in step.kept:
                storage = value.ndarray if value.ndarray is not None else value.store
                if isinstance(storage, Pending):
                    if storage.value is None:
                        roots.append(storage)
                        continue
                    storage = storage.value
                leaves.append(Leaf(storage, value.shape, value.dtype))
    for root in roots:
        leaves += leaves_of(root)
    for leaf in leaves:
        key, line = _line(leaf.storage, place_of(leaf.storage), leaf.shape, leaf.dtype)
        if key not in buffers.values and line[2]:
            retained[key] = line
    return retained


def _line(storage: Any, place: str, shape: tuple[int, ...], dtype: str) -> tuple[int, tuple[str, int, int]]:
    if storage.__class__ is np.ndarray:
        owner = storage.base if isinstance(storage.base, np.ndarray) else storage
        values = nbytes_of(storage, shape, dtype)
        # Parts of one array that lie apart are buffers of their own, told apart by where they begin.
        key = id(owner) if owner.nbytes == storage.nbytes else storage.__array_interface__["data"][0]
        return key, (place, values, values)
    return id(storage), (place, nbytes_of(None, shape, dtype), storage.nbytes)


def memory() -> Memory:
    """What tensors take at this moment: how many there are, their bytes, and the storage behind them.

    Returns:
        Memory: a record; `tf.memory().num_tensors` is the number to watch for leaks.

    Example:
        >>> import tfnb as tf
        >>> before = tf.memory().num_tensors
        >>> x = tf.zeros([10])
        >>> tf.memory().num_tensors - before
        1
    """
    heal(current())
    buffers = _Buffers()
    count = 0
    for handle in LEDGER.handles():
        count += 1
        buffers.add_handle(handle)
    retained = _retained(buffers)
    unrealized = sum(buffers.pending.values())
    num_bytes = sum(line[1] for line in buffers.values.values()) + unrealized
    padding = sum(line[2] - line[1] for line in (*buffers.values.values(), *retained.values()))
    retained_bytes = sum(line[1] for line in retained.values())
    LEDGER.reset_total(num_bytes)
    return Memory(
        num_tensors=count,
        num_bytes=num_bytes,
        num_data_buffers=len(buffers.values) + len(buffers.pending),
        unreliable=buffers.has_text,
        reasons=(_("text counts its UTF-8 bytes, not what Python needs for it"),) if buffers.has_text else (),
        unrealized_bytes=unrealized,
        retained_bytes=retained_bytes,
        padding_bytes=padding,
        storage_bytes=num_bytes - unrealized + retained_bytes + padding,
        peak_bytes=LEDGER.peak,
        places=_places(buffers, retained),
    )


def _places(buffers: _Buffers, retained: dict[int, tuple[str, int, int]]) -> dict[str, PlaceMemory]:
    lines = [*buffers.values.values(), *retained.values()]
    places = {}
    for name in ("host", "gl", "null"):
        own = [line for line in lines if line[0] == name]
        pool = getattr(ENGINE.open_gl(), "device", None) if name == "gl" and ENGINE.gl_open else None
        if not own and not buffers.tensors.get(name) and pool is None and name != "host":
            continue
        storage = sum(line[2] for line in own)
        allocated, free = (0, 0) if pool is None else _counted(pool, storage)
        places[name] = PlaceMemory(
            num_tensors=buffers.tensors.get(name, 0),
            num_bytes=sum(line[1] for line in own),
            storage_bytes=storage,
            pool_allocated_bytes=allocated,
            pool_free_bytes=free,
        )
    return places


def _counted(device: Any, storage: int) -> tuple[int, int]:
    """Bytes that the pool has allocated and that are free in it; only its own thread can ask."""
    try:
        statistics = device.pool.stats()
    except DeviceError:
        return storage, 0
    return statistics.bytes_allocated, statistics.bytes_free
