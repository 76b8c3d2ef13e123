"""Threads: host ops from any of them, OpenGL from its owner's alone, whoever lets go of a tensor."""

from __future__ import annotations

import gc
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

import tfnb as tf
from tests.reliability.books import Before, check_driver
from tests.reliability.faults import Faults, gl_device
from tfnb.engine.ledger import LEDGER
from tfnb.engine.placement import ENGINE


@pytest.fixture(autouse=True)
def hurry() -> Iterator[None]:
    """The interpreter changes threads as often as it can."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(interval)


def at_once(*jobs: Callable[[], None]) -> None:
    """Run jobs on threads of their own; raises what one of them raised."""
    raised: list[BaseException] = []

    def run(job: Callable[[], None]) -> None:
        try:
            job()
        except BaseException as error:
            raised.append(error)

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if raised:
        raise raised[0]


def test_host_ops_of_two_threads_are_right_and_leave_nothing(full_size: bool) -> None:
    assert tf.set_backend("host")
    before = Before()
    turns = 10_000 if full_size else 1_000

    def job(number: int) -> Callable[[], None]:
        def run() -> None:
            values = np.full(50, number, np.float32)
            for turn in range(turns):
                with tf.scope():
                    x = tf.tensor(values)
                    y = tf.tidy(lambda x=x, turn=turn: x.mul(2).add(turn).reshape([5, 10]).sum(1))
                    assert y.numpy()[3] == 10 * (2 * number + turn)
                    view = y.clone()
                    del y
                    assert view.numpy()[0] == 10 * (2 * number + turn)

        return run

    at_once(*(job(number) for number in range(8 if full_size else 2)))
    before.check()
    tf.set_backend("auto")


def test_big_work_of_two_threads_is_right() -> None:
    """Both use the workers, and the lock of those who realize."""
    assert tf.set_backend("host")
    before = Before()
    values = np.linspace(-1, 1, 1 << 18, dtype=np.float32)

    def run() -> None:
        for turn in range(15):
            x = tf.tensor(values)
            got = tf.tidy(lambda x=x, turn=turn: x.mul(turn).add(1).square().sub(x)).numpy()
            assert np.allclose(got, (values * turn + 1) ** 2 - values, atol=1e-4)

    at_once(run, run)
    before.check()
    tf.set_backend("auto")


def test_one_pending_tensor_that_two_threads_want_is_computed_once() -> None:
    assert tf.set_backend("host")
    calls: list[str] = []
    evaluate = ENGINE.host.evaluate

    def counted(expression: Any) -> Any:
        calls.append("run")
        return evaluate(expression)

    ENGINE.host.evaluate = counted  # type: ignore[method-assign]
    try:
        for _turn in range(30):
            calls.clear()
            x = tf.ones([100_000]).add(1)
            at_once(*[lambda x=x: None if x.data_sync()[0] == 2 else 1 / 0] * 2)
            assert calls == ["run"]
    finally:
        del ENGINE.host.evaluate
        tf.set_backend("auto")


def test_tensors_that_die_elsewhere_are_freed_by_their_owner(full_size: bool) -> None:
    """Two threads drop OpenGL tensors and force the collector, while this one makes more."""
    assert tf.set_backend("gl")
    try:
        device = gl_device()
        before = Before()
        handed: deque[Any] = deque()
        stop = threading.Event()

        def drop() -> None:
            while not stop.is_set():
                if handed:
                    cycle = [handed.popleft()]
                    cycle.append(cycle)
                    del cycle
                gc.collect(0)

        with Faults(device) as shim:
            threads = [threading.Thread(target=drop) for _thread in range(2)]
            for thread in threads:
                thread.start()
            try:
                for turn in range(2_000 if full_size else 200):
                    x = tf.ones([turn % 900 + 1]).add(turn)
                    handed.append(x.square().reshape([-1]))
                    handed.append(x.realize())
                    assert tf.tidy(lambda x=x, turn=turn: x.sub(turn).sum()).array_sync() == turn % 900 + 1
                    if turn % 20 == 0:
                        device.pool.trim()
            finally:
                stop.set()
                for thread in threads:
                    thread.join()
            assert shim.threads == {threading.get_ident()}
        del x
        handed.clear()
        gc.collect()
        before.check()
        check_driver()
    finally:
        tf.set_backend("auto")


def test_opengl_from_another_thread_is_refused_without_a_call(english: None) -> None:
    assert tf.set_backend("gl")
    try:
        x, pending, v = tf.ones([100]).realize(), tf.ones([100]).add(1), tf.variable(tf.ones([3]))
        before = Before()
        refused: list[str] = []
        uses: list[Callable[[], Any]] = [
            lambda: tf.ones([2]).data_sync(), lambda: x.data_sync(), lambda: pending.realize(),
            lambda: x.add(1).data_sync(), lambda: x.sum().data_sync(), lambda: v.assign(tf.zeros([3])),
            lambda: tf.tidy(lambda: x.square().data_sync()), lambda: x.print(), lambda: float(x[0]),
            lambda: tf.concat([x, pending]).data_sync(),
        ]  # fmt: skip

        def run() -> None:
            for use in uses:
                try:
                    use()
                except tf.errors.ThreadError as error:
                    refused.append(str(error))

        with Faults(gl_device()) as shim:
            at_once(run)
            assert shim.calls == []
        assert len(refused) == len(uses)
        before.check()
        assert pending.data_sync()[0] == 2
        assert v.data_sync()[0] == 1
    finally:
        tf.set_backend("auto")


def test_memory_can_be_asked_for_from_any_thread() -> None:
    assert tf.set_backend("gl")
    x = tf.ones([1000]).realize()
    wanted, found = tf.memory(), []
    at_once(lambda: found.append(tf.memory()))
    tf.set_backend("auto")
    assert found[0].num_tensors == wanted.num_tensors
    assert found[0].storage_bytes == wanted.storage_bytes
    assert x.shape == (1000,)


def test_scopes_of_threads_are_their_own() -> None:
    """A tidy that another thread has open neither takes nor frees what this one makes."""
    opened, go_on = threading.Event(), threading.Event()
    inside: list[Any] = []

    def other() -> None:
        def work() -> None:
            inside.append(tf.ones([3]))
            opened.set()
            go_on.wait()

        tf.tidy(work)

    thread = threading.Thread(target=other)
    thread.start()
    opened.wait()
    x = tf.tidy(lambda: tf.ones([2]).add(1))
    alive = not inside[0].is_disposed
    go_on.set()
    thread.join()
    assert alive
    assert inside[0].is_disposed
    assert x.data_sync().tolist() == [2, 2]


def test_the_books_hold_when_the_collector_runs_in_the_middle_of_them() -> None:
    """A collection can come at any allocation, on any thread."""
    assert tf.set_backend("host")
    before = Before()
    thresholds = gc.get_threshold()
    gc.set_threshold(1)

    def run() -> None:
        for turn in range(200):
            cycle: list[Any] = [tf.ones([turn + 1])]
            cycle.append(cycle)
            tf.tidy(lambda: tf.ones([3]).add(1).reshape([3, 1]))

    try:
        at_once(run, run)
    finally:
        gc.set_threshold(*thresholds)
        tf.set_backend("auto")
    gc.collect()
    before.check()
    assert not LEDGER.dead


def test_big_work_of_a_thread_leaves_opengl_to_the_main_thread() -> None:
    code = """
import threading, numpy, tfnb as tf
found = []
def work():
    x = tf.tensor(numpy.ones(1 << 17, numpy.float32))
    found.append(float(x.add(1).sum()))
thread = threading.Thread(target=work)
thread.start()
thread.join()
assert tf.set_backend("gl")
print(found, tf.ones([3]).add(1).array_sync())
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "[262144.0] [2.0, 2.0, 2.0]\n"
