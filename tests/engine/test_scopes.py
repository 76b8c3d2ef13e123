"""Scopes: what survives a tidy, what is freed, and that nothing is lost when it ends in another way."""

from __future__ import annotations

import asyncio
import gc
import threading
from dataclasses import dataclass
from typing import Any

import pytest

import tfnb as tf
from tfnb.engine.scope import current


@pytest.fixture(autouse=True, params=["host", "gl"])
def backend(request: pytest.FixtureRequest) -> Any:
    assert tf.set_backend(request.param)
    gc.collect()  # what earlier tests left in tracebacks
    yield request.param
    tf.set_backend("auto")
    assert current().scope.outer is None, "a scope was left open"


def count() -> int:
    return tf.memory().num_tensors


@dataclass
class Pair:
    first: Any
    second: Any


@pytest.mark.parametrize(
    "build, survivors",
    [
        (lambda x: x.add(1), 1),
        (lambda x: [x.add(1), x.add(2)], 2),
        (lambda x: {"a": x.add(1), "b": (x.add(2), [x.add(3)])}, 3),
        (lambda x: Pair(x.add(1), {"deep": x.add(2)}), 2),
        (lambda x: None, 0),
        (lambda x: 7, 0),
    ],
)
def test_a_tidy_keeps_what_it_returns_however_nested(build: Any, survivors: int) -> None:
    before = count()
    x = tf.tensor([1, 2, 3])
    held: list[Any] = []

    def work() -> Any:
        held.append(x.square())  # a name outside holds it, and yet it is freed
        return build(x)

    result = tf.tidy(work)
    assert count() - before == 1 + survivors
    assert held[0].is_disposed
    tf.dispose([result, x]) if survivors else x.dispose()


def test_an_exception_frees_all_that_was_made_inside() -> None:
    before, made = count(), []

    def work() -> None:
        made.append(tf.ones([3]).add(1))
        tf.start_scope()
        made.append(tf.ones([3]).add(2))
        raise ValueError("the user's own")

    with pytest.raises(ValueError, match="the user's own"):
        tf.tidy(work)
    assert count() == before
    assert all(tensor.is_disposed for tensor in made)


def test_coroutines_and_generators_are_refused_and_memory_is_as_before() -> None:
    before = count()

    async def later() -> Any:
        return tf.ones([2])

    def several() -> Any:
        yield tf.ones([2])

    for fn in (later, several):
        with pytest.raises(tf.errors.ScopeError, match=r"tidy\(fn\): .*its code would run after the tidy has ended"):
            tf.tidy(fn)
    assert count() == before


def test_variables_and_kept_tensors_survive_every_scope() -> None:
    def inner() -> Any:
        return tf.variable(tf.zeros([2])), tf.keep(tf.ones([2]))

    box: list[Any] = []
    tf.tidy(lambda: tf.tidy(lambda: box.extend(inner())))
    variable, kept = box
    assert not variable.is_disposed
    assert not kept.is_disposed
    tf.dispose(box)


def test_names_of_scopes_and_scopes_by_hand() -> None:
    before = count()
    assert tf.tidy("named", lambda: tf.scalar(2).square()).array_sync() == 4.0
    tf.engine().start_scope()
    x = tf.ones([2])
    y = tf.end_scope(x.add(1))
    assert x.is_disposed
    assert y.array_sync() == [2.0, 2.0]
    y.dispose()
    with pytest.raises(tf.errors.ScopeError, match="no scope is open"):
        tf.end_scope()
    with tf.scope("block") as block:
        z = block.keep(tf.ones([1]))
        lost = tf.ones([1])
    assert lost.is_disposed
    assert not z.is_disposed
    z.dispose()
    assert count() == before


def test_disposing_twice_is_harmless_and_a_use_names_both_places() -> None:
    x = tf.ones([2, 3])
    x.dispose()
    x.dispose()
    with pytest.raises(tf.errors.DisposedError) as found:
        x.add(1)
    message = str(found.value)
    assert message.startswith("add(a): ")
    assert message.count("test_scopes.py, line") == 2
    assert "[2, 3]" in message


def test_interleaved_tasks_never_free_each_others_tensors() -> None:
    before = count()
    seen: list[Any] = []

    async def work(number: int) -> Any:
        x = tf.scalar(number)
        seen.append(x)
        for _turn in range(3):
            await asyncio.sleep(0)
            x = x.add(1)
        return x

    async def main() -> list[Any]:
        return await asyncio.gather(*(tf.tidy_async(lambda k=k: work(k)) for k in range(5)))

    results = asyncio.run(main())
    assert [float(one) for one in results] == [3.0, 4.0, 5.0, 6.0, 7.0]
    assert count() - before == 5
    assert all(one.is_disposed for one in seen)
    tf.dispose(results)


def test_threads_have_scopes_of_their_own(backend: str) -> None:
    if backend == "gl":
        tf.set_backend("host")  # OpenGL belongs to one thread
    before = count()
    errors: list[BaseException] = []

    def work() -> None:
        try:
            for _turn in range(300):
                assert float(tf.tidy(lambda: tf.ones([8]).mul(3).sum())) == 24.0
        except BaseException as error:
            errors.append(error)

    def outer() -> Any:
        threads = [threading.Thread(target=work) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return tf.ones([1])

    tf.tidy(outer).dispose()
    assert errors == []
    assert count() == before


def test_a_gl_tensor_on_another_thread_is_a_clear_error_and_nothing_is_lost(backend: str) -> None:
    if backend != "gl":
        return
    x = tf.ones([4]).add(1).realize()
    before, found = tf.memory(), []

    def work() -> None:
        try:
            x.data_sync()
        except tf.errors.ThreadError as error:
            found.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert len(found) == 1
    assert tf.memory().num_bytes == before.num_bytes
    assert x.array_sync() == [2.0] * 4
