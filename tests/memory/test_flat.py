"""Long runs leave tensors, buffers, pool and process where they were."""

from __future__ import annotations

import gc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import tfnb as tf
from tfnb.engine.placement import ENGINE


def resident() -> int:
    """Bytes of this process in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


def predict(x: Any) -> Any:
    return tf.scalar(2).mul(x.square()).add(tf.scalar(4).mul(x)).add(tf.scalar(8))


@pytest.mark.parametrize("backend", ["host", "gl"])
@pytest.mark.parametrize("tidy", [True, False])
def test_many_predictions_leave_memory_flat(backend: str, tidy: bool, full_size: bool) -> None:
    assert tf.set_backend(backend)
    x = tf.scalar(2)
    call: Callable[[], Any] = (lambda: tf.tidy(lambda: predict(x))) if tidy else (lambda: predict(x))
    turns = (100_000 if full_size else 10_000) if backend == "host" else (10_000 if full_size else 1_000)
    for _warm in range(500):
        assert float(call()) == 24.0
    gc.collect()
    before, process = tf.memory(), resident()
    for _turn in range(turns):
        float(call())
    after = tf.memory()
    assert (after.num_tensors, after.num_bytes, after.num_data_buffers) == (
        before.num_tensors, before.num_bytes, before.num_data_buffers,
    )  # fmt: skip
    if backend == "gl":
        executor = ENGINE.open_gl()
        assert executor is not None
        assert after.places["gl"].pool_allocated_bytes == before.places["gl"].pool_allocated_bytes
    assert resident() - process < 4 << 20
    tf.set_backend("auto")
