"""The three ledgers: handles, pool and OpenGL must say the same, whatever has just happened."""

from __future__ import annotations

import gc
from typing import Any

import numpy as np

import tfnb as tf
from tfnb.engine.placement import EAGER_SIZE, ENGINE
from tfnb.engine.realizing import LISTENERS
from tfnb.engine.scope import TASK, THREAD


def summed(memory: tf.environment.Memory) -> int:
    """Bytes of storage by the sum that `tf.memory()` promises."""
    return memory.num_bytes - memory.unrealized_bytes + memory.retained_bytes + memory.padding_bytes


def check_books() -> None:
    """Ledger, pool and driver agree at this moment; nothing of the engine's is left open."""
    memory = tf.memory()
    assert memory.storage_bytes == summed(memory) == sum(place.storage_bytes for place in memory.places.values())
    check_pool(memory)
    assert THREAD.context.scope is THREAD.context.root, "a scope was left open"
    assert THREAD.context.tape is None and not ENGINE.tapes, "a tape was left open"
    assert TASK.get() is None, "a task's context was left in force"
    assert LISTENERS == [], "a listener was left"
    assert ENGINE.eager_size == (EAGER_SIZE if ENGINE.backend in ("auto", "host") else -1)


def check_pool(memory: tf.environment.Memory | None = None) -> None:
    """The pool lends as many bytes as live handles and pending work account for, and OpenGL knows as many textures."""
    if not ENGINE.gl_open:
        return
    gl = ENGINE.open_gl()
    assert gl is not None
    memory = memory or tf.memory()
    lent = gl.device.pool.stats().bytes_in_use
    assert lent == memory.places["gl"].storage_bytes, "the pool lends what nobody has"


def check_driver() -> None:
    """OpenGL has the pool's textures and no others, and no error is left."""
    device = ENGINE.open_gl().device  # type: ignore[union-attr]
    stats = device.pool.stats()
    device._context.flush()
    names = device._context.parser.names()
    textures = names.get("GlirTexture2D", []) + names.get("_IntTexture2DGL", [])
    is_texture = device._context._glir.gl.glIsTexture
    known = sum(bool(is_texture(name)) for name in textures)
    assert stats.textures_allocated == len(textures) == known, "pool, GLIR and driver count differently"
    assert device.gl.GetError() == 0


class Before:
    """What was there before something that must leave no trace."""

    def __init__(self) -> None:
        gc.collect()
        memory = tf.memory()
        self.counts = (memory.num_tensors, memory.num_bytes, memory.num_data_buffers, memory.storage_bytes)
        self.backend = ENGINE.backend
        self.floating: dict[str, Any] = np.geterr()

    def check(self) -> None:
        """Everything is as it was."""
        memory = tf.memory()
        counts = (memory.num_tensors, memory.num_bytes, memory.num_data_buffers, memory.storage_bytes)
        assert counts == self.counts, "tensors, bytes, buffers, storage"
        assert np.geterr() == self.floating, "NumPy's warnings were switched off"
        check_books()
