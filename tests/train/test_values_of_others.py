"""A step of training never changes a value that somebody else holds, and is done whole or not at all."""

from __future__ import annotations

import gc
import random
import signal
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tfnb as tf
from tests.reliability.books import Before
from tests.reliability.interruption import Alarm, Lines, interrupted_by
from tfnb import train
from tfnb.engine.scope import THREAD
from tfnb.engine.tape import Tape

PACKAGE = str(Path(train.__file__).parent)
VALUES = [1.0, 2, 3, 4]

# What somebody may hold of a variable, and how its values are read later.
HELD: dict[str, Callable[[Any], Callable[[], Any]]] = {
    "a clone": lambda v: v.clone().numpy,
    "a reshape": lambda v: v.reshape([2, 2]).numpy,
    "an array": lambda v: (lambda array: lambda: array)(v.numpy()),
    "flat data": lambda v: (lambda array: lambda: array)(v.data_sync()),
    "another variable": lambda v: tf.variable(v).numpy,
    "pending work": lambda v: v.mul(1).numpy,
    "DLPack": lambda v: (lambda array: lambda: array)(np.from_dlpack(v)),
    "a slice": lambda v: (lambda t: lambda: np.append(t.numpy(), 4))(v.slice([0], [3])),
}


def a_step(optimizer: Any, v: Any) -> None:
    optimizer.apply([v], [tf.ones(v.shape)])


@pytest.mark.parametrize("what", HELD)
def test_who_holds_a_value_keeps_it(what: str, backend: str) -> None:
    optimizer, v = tf.train.adam(0.1), tf.variable(VALUES)
    for step in range(4):
        v.assign(VALUES)
        a_step(optimizer, v)
        v.assign(VALUES)
        read = HELD[what](v)
        a_step(optimizer, v)
        a_step(optimizer, v)
        assert np.ravel(read()).tolist() == VALUES, step
        assert v.numpy()[0] < 1


def test_large_pending_work_keeps_the_old_values() -> None:
    v = tf.variable(tf.ones([300_000]))
    later = v.add(1)
    assert later.place == "pending"
    a_step(tf.train.sgd(1), v)
    assert float(later.max()) == 2 and float(v.max()) == 0


def test_a_tape_keeps_the_old_values() -> None:
    """The gradient of x² at the old value, asked for after the variable has changed."""
    v = tf.variable([3.0, 4])
    tape = Tape([v])
    with tape:
        y = v.square()
    a_step(tf.train.sgd(1), v)
    (slope,) = tape.gradients([(y, tf.ones([2]))], [v])
    tape.forget()
    assert slope.array_sync() == [6, 8] and v.array_sync() == [2, 3]


def test_a_tape_around_a_step_does_not_record_it(backend: str) -> None:
    v = tf.variable([3.0])
    optimizer = tf.train.momentum(1, 0.5)
    tape = Tape([v])
    with tape:
        a_step(optimizer, v)
        assert not tape.steps
    tape.forget()


def test_values_assigned_from_outside_are_where_the_next_step_begins(backend: str) -> None:
    optimizer, v = tf.train.sgd(1), tf.variable(VALUES)
    a_step(optimizer, v)
    v.assign([10.0, 20, 30, 40])
    a_step(optimizer, v)
    assert v.array_sync() == [9, 19, 29, 39]
    v.assign(tf.tensor([[0.0, 1], [2, 3]]).transpose().reshape([4]))
    a_step(optimizer, v)
    assert v.array_sync() == [-1, 1, 0, 2]
    v.assign_add(1)
    a_step(optimizer, v)
    assert v.array_sync() == [-1, 1, 0, 2]


def test_a_transposed_value_trains_too() -> None:
    v = tf.variable(tf.tensor(np.asfortranarray(np.arange(6.0).reshape(2, 3))))
    v.assign(tf.tensor(np.arange(6.0).reshape(3, 2)).transpose())
    a_step(tf.train.adam(1, 0, 0), v)
    assert np.allclose(v.numpy(), np.arange(6).reshape(3, 2).T - 1, atol=1e-4)


def test_the_books_add_up_while_values_are_held(backend: str) -> None:
    optimizer, v = tf.train.adam(0.1), tf.variable(tf.zeros([1000]))
    a_step(optimizer, v)
    gc.collect()
    before = tf.memory()
    held = []
    for step in range(1, 5):
        held.append(v.clone())
        a_step(optimizer, v)
        memory = tf.memory()
        assert memory.num_tensors - before.num_tensors == step
        assert memory.num_bytes - before.num_bytes == 4000 * step
        assert memory.storage_bytes == sum(place.storage_bytes for place in memory.places.values())
    del held
    assert tf.memory().num_bytes == before.num_bytes


def test_the_running_total_follows_values_that_are_held() -> None:
    from tfnb.engine.ledger import LEDGER

    optimizer, v = tf.train.sgd(0.1), tf.variable(tf.zeros([1000]))
    a_step(optimizer, v)
    tf.memory()
    before = LEDGER.bytes
    clone = v.clone()
    a_step(optimizer, v)
    LEDGER.drain()
    assert LEDGER.bytes - before == 4000
    del clone
    LEDGER.drain()  # its line in the books goes, and with that the bytes that it shared
    LEDGER.drain()
    assert LEDGER.bytes == before


# Interrupts


def training() -> tuple[Any, list[Any], list[Any]]:
    variables = [tf.variable(tf.zeros([3])), tf.variable(tf.zeros([2, 2])), tf.variable(tf.zeros([5]))]
    return tf.train.adam(0.1), variables, [tf.ones(v.shape) for v in variables]


def test_an_interrupt_at_any_line_leaves_all_variables_old_or_all_new(backend: str) -> None:
    optimizer, variables, slopes = training()
    optimizer.apply(variables, slopes)
    with Lines(PACKAGE) as watched:
        optimizer.apply(variables, slopes)
    failed = []
    for line, often in watched.seen.items():
        for time in {1, often}:
            before, steps = [float(v.numpy().flat[0]) for v in variables], optimizer.iterations
            assert len(set(before)) == 1
            try:
                with Lines(PACKAGE, line, time):
                    optimizer.apply(variables, slopes)
            except KeyboardInterrupt:
                pass
            after = {float(one) for v in variables for one in v.numpy().flat}
            moved = after != set(before)
            if len(after) != 1 or optimizer.iterations != steps + moved:
                failed.append((line, time, before, after, optimizer.iterations - steps))
    assert not failed
    assert THREAD.context.tape is None


def test_real_interrupts_leave_all_variables_old_or_all_new(full_size: bool) -> None:
    optimizer, variables, slopes = training()
    chance = random.Random(5)

    def step() -> None:
        optimizer.apply(variables, slopes)

    before = signal.getsignal(signal.SIGINT)
    came = 0
    for _round in range(300 if full_size else 60):
        came += interrupted_by(Alarm(chance, 5e-4), step)
        assert len({float(one) for v in variables for one in v.numpy().flat}) == 1
    assert came and signal.getsignal(signal.SIGINT) is before
    fresh, others, _slopes = training()
    for _step in range(optimizer.iterations):
        fresh.apply(others, slopes)
    assert [v.array_sync() for v in others] == [v.array_sync() for v in variables]  # the slots are whole too


# Threads


def test_another_thread_sees_whole_values_while_one_trains() -> None:
    v = tf.variable(tf.zeros([50_000]))
    slope, optimizer = tf.ones([50_000]), tf.train.sgd(1)
    torn: list[Any] = []
    done = threading.Event()

    def watch() -> None:
        while not done.is_set():
            array = v.numpy()
            low, high = float(array.min()), float(array.max())
            if low != high:
                torn.append((low, high))

    watcher = threading.Thread(target=watch)
    watcher.start()
    for _step in range(300):
        optimizer.apply([v], [slope])
    done.set()
    watcher.join()
    assert not torn and float(v.min()) == -300


def test_a_program_that_trains_leaves_nothing(backend: str) -> None:
    def program() -> None:
        with tf.scope():
            optimizer, variables, slopes = training()
            for _step in range(3):
                optimizer.apply(variables, slopes)
            optimizer.minimize(lambda: variables[0].square().sum(), var_list=variables)

    program()
    before = Before()
    program()
    gc.collect()
    before.check()
