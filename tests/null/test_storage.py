"""Bytes of a device that only counts them: `tf.memory()` and the device agree at every moment."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import tfnb as tf
from tfnb.device.null import NullDevice


def agree(null: NullDevice) -> tf.environment.Memory:
    memory = tf.memory()
    summed = memory.num_bytes - memory.unrealized_bytes + memory.retained_bytes + memory.padding_bytes
    assert memory.storage_bytes == summed
    assert (
        memory.places["null"].storage_bytes == null.bytes_in_use if "null" in memory.places else not null.bytes_in_use
    )
    return memory


def test_every_step_of_a_life_is_counted(null: NullDevice) -> None:
    before = tf.memory()
    steps: list[tuple[int, int, int, int]] = []

    def note() -> None:
        now = agree(null)
        steps.append((
            now.num_tensors - before.num_tensors, now.num_bytes - before.num_bytes, now.unrealized_bytes,
            now.retained_bytes,
        ))  # fmt: skip

    x = tf.ones([100])
    note()
    y = x.add(1)
    note()
    view = y.reshape([10, 10])
    note()
    x.dispose()
    note()
    view.data_sync()
    note()
    del y
    note()
    view.dispose()
    note()
    assert steps == [
        (1, 400, 0, 0), (2, 800, 400, 0), (3, 800, 400, 0), (2, 400, 400, 400), (2, 400, 0, 0), (1, 400, 0, 0),
        (0, 0, 0, 0),
    ]  # fmt: skip


MAKERS: dict[str, Callable[[Any], Any]] = {
    "a chain": lambda x: x.add(1).square().neg(),
    "a reduction": lambda x: x.square().sum(1),
    "a product": lambda x: (x @ x).add(1).relu(),
    "parts": lambda x: tf.concat([x.slice([0, 0], [3, 20]), x.transpose()]),
    "a comparison": lambda x: tf.where(x.greater(0), x, x.neg()),
    "whole numbers": lambda x: x.cast("int32").add(x.greater(0)),
    "views": lambda x: x.reshape([-1]).expand_dims(0).squeeze().clone(),
}


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS.keys())
@pytest.mark.parametrize("end", ["del", "dispose", "tidy", "realize"])
def test_bytes_agree_whatever_is_pending(null: NullDevice, make: Callable[[Any], Any], end: str) -> None:
    before = agree(null)
    x = tf.ones([20, 20])
    if end == "tidy":
        y = tf.tidy(lambda: make(x))
        agree(null)
        x.dispose()
        agree(null)
        y.data_sync()
    else:
        y = make(x)
        agree(null)
        del x
        agree(null)
        if end == "realize":
            y.realize()
            agree(null)
        if end == "dispose":
            y.dispose()
    agree(null)
    x = y = None
    after = agree(null)
    assert (after.num_tensors, after.num_bytes, null.bytes_in_use) == (before.num_tensors, before.num_bytes, 0)


def test_a_variable_lets_go_of_its_old_value(null: NullDevice) -> None:
    v = tf.variable(tf.zeros([100]))
    for _step in range(200):
        v.assign_add(tf.ones([100]))
        agree(null)
    v.data_sync()
    agree(null)
    assert null.bytes_in_use == 400


def test_the_peak_counts_what_was_alive_together(null: NullDevice) -> None:
    from tfnb.engine.ledger import LEDGER

    agree(null)
    LEDGER.reset_peak()
    start = tf.memory().num_bytes
    first, _second = tf.ones([1000]), tf.ones([500])
    first.dispose()
    _third = tf.ones([700])
    assert tf.memory().peak_bytes - start == 6000
