"""Python's references do the work: what nobody names is gone at once, without the garbage collector."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

import tfnb as tf
from tests.reliability.programs import PROGRAMS, Program


@pytest.fixture(autouse=True)
def no_collector() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.mark.parametrize("backend", ["host", "gl"])
@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS.keys())
def test_no_program_leaves_a_cycle_behind(program: Program, backend: str) -> None:
    assert tf.set_backend(backend)
    try:
        program()
        gc.collect()
        before = tf.memory().num_tensors
        program()
        assert tf.memory().num_tensors == before
        assert gc.collect() == 0
    finally:
        tf.set_backend("auto")


def test_disposing_does_not_keep_the_callers_variables() -> None:
    before = tf.memory().num_tensors

    def work() -> None:
        x, _unused = tf.ones([2]), tf.ones([3])
        tf.dispose(x)
        x.dispose()

    work()
    assert tf.memory().num_tensors == before


def test_an_error_that_is_kept_keeps_no_storage_of_its_tidy() -> None:
    """In a notebook the last error lives until the next one."""
    assert tf.set_backend("gl")
    try:
        before = tf.memory()

        def work() -> None:
            x = tf.ones([1000]).add(1).realize()
            x.add(tf.ones([3]))

        with pytest.raises(tf.errors.ShapeError) as kept:
            tf.tidy(work)
        after = tf.memory()
        assert after.storage_bytes == before.storage_bytes
        lent = after.places["gl"].pool_allocated_bytes - after.places["gl"].pool_free_bytes
        assert lent == before.places["gl"].storage_bytes
        assert kept.value.op == "add"
    finally:
        tf.set_backend("auto")
