"""Layers know their neighbours and are known by them: only the collector takes such rings away, so tests call it."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest


@pytest.fixture(scope="session", autouse=True)
def frozen() -> Iterator[None]:
    """Let the collector look only at what tests make: else each call takes a third of a second."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()
