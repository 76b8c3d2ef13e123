"""Scopes that end in another way than the reader wrote: left open, interrupted, closed by somebody else."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Iterator
from typing import Any

import pytest

import tfnb as tf
from tfnb.engine.scope import TASK, THREAD, current


@pytest.fixture(autouse=True)
def nothing_left() -> Iterator[None]:
    gc.collect()
    before = tf.memory().num_tensors
    yield
    gc.collect()
    assert current().scope.outer is None, "a scope was left open"
    assert TASK.get() is None
    assert tf.memory().num_tensors == before


def test_results_survive_a_tidy_that_left_an_inner_scope_open() -> None:
    def work() -> tuple[Any, Any, Any]:
        outer = tf.ones([2])
        tf.start_scope("never ended")
        return outer.add(1), tf.ones([3]), tf.ones([4]).add(outer.sum())

    results = tf.tidy(work)
    assert [one.array_sync()[0] for one in results] == [2, 1, 3]


def test_a_block_closes_what_was_left_open_inside_it() -> None:
    with tf.scope() as block:
        tf.start_scope()
        lost = tf.ones([2])
        kept = block.keep(tf.ones([3]))
    assert lost.is_disposed
    assert not kept.is_disposed


def test_a_block_whose_end_was_never_called_is_closed_at_the_next_look() -> None:
    """As when a signal comes between `__enter__` and the body."""
    block = tf.scope()
    block.__enter__()
    lost = tf.ones([2])
    del block
    tf.memory()
    assert current().scope is THREAD.context.root
    assert lost.is_disposed


def test_blocks_that_are_alive_are_left_alone() -> None:
    with tf.scope(), tf.scope():
        x = tf.ones([2])
        tf.memory()
        tf.start_scope()
        tf.end_scope()
        assert not x.is_disposed


@pytest.mark.parametrize("kind", ["tidy", "block"])
def test_end_scope_leaves_the_scopes_of_others_alone(kind: str) -> None:
    def work() -> None:
        x = tf.ones([2])
        with pytest.raises(tf.errors.ScopeError, match="no scope is open"):
            tf.end_scope()
        assert not x.is_disposed

    if kind == "tidy":
        tf.tidy(work)
    else:
        with tf.scope():
            work()


def test_end_scope_takes_its_result_out_one_scope_at_a_time() -> None:
    tf.start_scope()
    tf.start_scope()
    x = tf.end_scope([tf.ones([2])])[0]
    assert not x.is_disposed
    tf.end_scope()
    assert x.is_disposed


def test_disposing_of_what_a_scope_will_free_is_harmless() -> None:
    def work() -> Any:
        x, y = tf.ones([2]), tf.ones([3])
        x.dispose()
        tf.dispose({"y": [y, y]})
        return tf.ones([4])

    assert tf.tidy(work).shape == (4,)


def test_what_was_kept_in_a_nested_tidy_survives_all_of_them() -> None:
    box: list[Any] = []
    tf.tidy(lambda: tf.tidy(lambda: tf.tidy(lambda: box.append(tf.keep(tf.ones([2]).add(1))))))
    assert box[0].array_sync() == [2, 2]


def test_a_result_of_an_inner_tidy_belongs_to_the_outer_one() -> None:
    box: list[Any] = []
    tf.tidy(lambda: box.append(tf.tidy(lambda: tf.ones([2]))))
    assert box[0].is_disposed


def test_a_tensor_from_outside_that_is_returned_stays_where_it_was() -> None:
    x = tf.ones([2])
    assert tf.tidy(lambda: x) is x
    assert tf.tidy(lambda: [x, x.add(1)])[0] is x
    assert not x.is_disposed


def test_a_cancelled_task_frees_what_it_made() -> None:
    made: list[Any] = []

    async def work() -> None:
        made.append(tf.ones([2]))
        await asyncio.sleep(60)

    async def main() -> None:
        task = asyncio.ensure_future(tf.tidy_async(work))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())
    assert made[0].is_disposed


def test_a_coroutine_that_is_closed_in_another_task_leaves_that_ones_scope_alone() -> None:
    made: list[Any] = []

    async def never() -> None:
        made.append(tf.ones([2]))
        await asyncio.sleep(60)

    async def other() -> Any:
        inside = TASK.get()
        half.close()
        assert TASK.get() is inside
        return tf.ones([3])

    half: Any = tf.tidy_async(never)

    async def begin() -> None:
        half.send(None)

    async def main() -> Any:
        await asyncio.ensure_future(begin())
        return await asyncio.ensure_future(tf.tidy_async(other))

    result = asyncio.run(main())
    assert made[0].is_disposed
    assert not result.is_disposed


def test_tasks_in_tasks_nest() -> None:
    async def inner() -> Any:
        x = tf.ones([2])
        await asyncio.sleep(0)
        return x.add(1)

    async def outer() -> Any:
        first = await tf.tidy_async(inner)
        second, third = await asyncio.gather(tf.tidy_async(inner), tf.tidy_async("named", inner))
        return first.add(second).add(third)

    assert asyncio.run(tf.tidy_async(outer)).array_sync() == [6, 6]


def test_a_tidy_inside_a_task_belongs_to_it() -> None:
    box: list[Any] = []

    async def work() -> None:
        box.append(tf.tidy(lambda: tf.ones([2])))
        await asyncio.sleep(0)
        assert not box[0].is_disposed

    asyncio.run(tf.tidy_async(work))
    assert box[0].is_disposed


def test_numbers_are_those_of_an_eager_library() -> None:
    """A pending op is a tensor of its own from the moment that it is written."""
    before = tf.memory()
    x = tf.ones([50_000])
    y = x.add(1).square()  # the sum in between is gone: nothing names it
    z = y.reshape([50, 1000])
    now = tf.memory()
    assert now.num_tensors - before.num_tensors == 3
    assert now.num_data_buffers - before.num_data_buffers == 2
    assert now.num_bytes - before.num_bytes == 400_000
    tf.dispose([x, y, z])
