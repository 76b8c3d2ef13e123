"""The null device: shapes, fusion, scopes and memory without a driver, every launch in a list."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

import tfnb as tf
from tfnb.device.null import NullDevice
from tfnb.engine.placement import ENGINE
from tfnb.engine.scope import current


@pytest.fixture
def null() -> Iterator[NullDevice]:
    """The engine on a null device; afterwards nothing is left on it, and no scope is open."""
    before = ENGINE.backend
    device: NullDevice = ENGINE.use_null()
    yield device
    open_scope = current().scope.outer is not None
    tf.set_backend(before)
    ENGINE.null = None
    gc.collect()
    assert not open_scope, "a scope was left open"
