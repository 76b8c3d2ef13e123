"""Work that fails late: it stays pending, says where it was recorded, and can be tried again."""

from __future__ import annotations

from typing import Any

import pytest

import tfnb as tf
from tfnb.device.null import NullDevice
from tfnb.engine.ledger import LEDGER
from tfnb.errors import OutOfMemoryError


class Failing:
    """Lets the next launches of a device fail."""

    def __init__(self, device: NullDevice, times: int) -> None:
        self.left = times
        self.real = {name: getattr(device, name) for name in ("evaluate", "execute")}
        for name in self.real:
            setattr(device, name, self._wrapped(name))

    def _wrapped(self, name: str) -> Any:
        def call(*arguments: Any, **keywords: Any) -> Any:
            if self.left:
                self.left -= 1
                raise OutOfMemoryError("no memory")
            return self.real[name](*arguments, **keywords)

        return call


@pytest.mark.parametrize("read", [lambda t: t.data_sync(), lambda t: t.realize(), float])
def test_failed_work_stays_pending_and_can_be_tried_again(null: NullDevice, read: Any) -> None:
    x = tf.ones([1])
    y = x.add(1).square()
    before = tf.memory()
    Failing(null, 2)
    for _time in range(2):
        with pytest.raises(OutOfMemoryError):
            read(y)
        assert y.place == "pending"
        assert tf.memory() == before
    read(y)
    assert [launch.kernels for launch in null.launches] == [("add", "square")]


def test_the_error_names_the_ops_the_cell_and_the_line(null: NullDevice, english: None) -> None:
    LEDGER.cell = 3
    y = tf.ones([4]).add(1).square()
    LEDGER.cell = 0
    Failing(null, 1)
    with pytest.raises(OutOfMemoryError) as found:
        y.data_sync()
    line = y.origin.line
    assert found.value.__notes__ == [f"add+square was recorded in cell [3], line {line}"]


def test_a_failure_in_the_middle_leaves_what_ran_done(null: NullDevice) -> None:
    first = tf.ones([4, 4]).add(1).sum(0)
    second = first.square().sum()
    real = null.execute
    calls: list[str] = []

    def execute(kernel: Any, *arguments: Any, **keywords: Any) -> Any:
        calls.append(kernel.name)
        if len(calls) == 2:
            raise OutOfMemoryError("no memory")
        return real(kernel, *arguments, **keywords)

    null.execute = execute  # type: ignore[method-assign]
    with pytest.raises(OutOfMemoryError):
        second.data_sync()
    assert (first.place, second.place) == ("null", "pending")
    second.data_sync()
    assert [launch.kernels for launch in null.launches] == [("add", "sum"), ("square", "sum")]


def test_a_failure_inside_a_tidy_frees_all_that_was_made_in_it(null: NullDevice) -> None:
    before = tf.memory()
    Failing(null, 1)
    with pytest.raises(OutOfMemoryError):
        tf.tidy(lambda: tf.ones([100]).add(1).data_sync())
    after = tf.memory()
    assert (after.num_tensors, after.num_bytes, after.retained_bytes) == (before.num_tensors, before.num_bytes, 0)
    assert null.bytes_in_use == 0


def test_what_is_shared_with_failed_work_is_still_computed_once(null: NullDevice) -> None:
    middle = tf.ones([4]).add(1)
    one, other = middle.square(), middle.neg()
    Failing(null, 1)
    with pytest.raises(OutOfMemoryError):
        one.data_sync()
    other.data_sync()
    one.data_sync()
    assert [launch.kernels for launch in null.launches] == [("add", "neg"), ("square",)]
