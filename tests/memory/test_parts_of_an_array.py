"""Tensors whose arrays are parts of one larger array: each part's bytes count, and once."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

import tfnb as tf
from tfnb.engine.run import new_handle


def counts() -> tuple[int, int, int]:
    memory = tf.memory()
    return memory.num_bytes, memory.num_data_buffers, memory.storage_bytes


def part(array: Any) -> Any:
    return new_handle(array.shape, "float32", sys._getframe(), array=array)


def test_parts_that_lie_apart_are_buffers_of_their_own() -> None:
    before = counts()
    flat = np.zeros(100, np.float32)
    parts = [part(flat[:50].reshape(5, 10)), part(flat[50:90]), part(flat[90:])]
    after = counts()
    assert [a - b for a, b in zip(after, before, strict=True)] == [400, 3, 400]
    views = [parts[0].reshape([50]), parts[1].clone(), parts[0].transpose().transpose()]
    assert counts()[0] - before[0] <= 400 + 2 * 200  # a transposition may copy, views add nothing
    del views
    parts.pop()
    assert [a - b for a, b in zip(counts(), before, strict=True)] == [360, 2, 360]


def test_views_of_a_whole_array_count_once() -> None:
    before = counts()
    t = tf.zeros([4, 5])
    views = [t.reshape([20]), t.reshape([2, 10]), t.clone()]
    assert [a - b for a, b in zip(counts(), before, strict=True)] == [80, 1, 80]
    del t
    assert [a - b for a, b in zip(counts(), before, strict=True)] == [80, 1, 80]
    assert len(views) == 3
