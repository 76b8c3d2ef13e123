"""Workspaces of the recurrent kernels: one call's own, given back when its state is dropped, and counted."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from tests.kernels.recurrences import GATES, Recurrence, recurrence
from tests.kernels.test_recurrent import KERNELS, forward
from tfnb.kernels.recurrent.workspace import WORKSPACES, Workspace, WorkspacePool, aligned


@pytest.fixture(autouse=True)
def empty() -> Iterator[None]:
    WORKSPACES.clear()
    gc.collect()
    yield
    WORKSPACES.clear()


def back(one: Recurrence, state: Any, results: Any) -> list[Any]:
    needed = [value is not None for value in one.inputs]
    return KERNELS[one.family].backward(state, results, needed)  # type: ignore[no-any-return]


@pytest.mark.parametrize("family", GATES)
def test_going_back_twice_gives_the_same(family: str) -> None:
    one = recurrence(family, recurrent_mask=True)
    results, state = forward(one, keep=True)
    first, second = back(one, state, results), back(one, state, results)
    assert all(a is b is None or np.array_equal(a, b) for a, b in zip(first, second, strict=True))


@pytest.mark.parametrize("family", GATES)
def test_a_state_that_is_still_there_keeps_what_it_needs(family: str) -> None:
    one, other = recurrence(family, seed=1), recurrence(family, seed=2)
    results, state = forward(one, keep=True)
    wanted = back(one, state, results)
    between = forward(other, keep=True)
    back(other, between[1], between[0])
    assert all(a is b is None or np.array_equal(a, b) for a, b in zip(back(one, state, results), wanted, strict=True))


@pytest.mark.parametrize("family", GATES)
def test_a_dropped_state_gives_its_workspace_to_the_next_call(family: str) -> None:
    one = recurrence(family)
    state = forward(one, keep=True)[1]
    workspace = id(state.workspace)
    assert id(forward(one, keep=True)[1].workspace) != workspace
    del state
    assert id(forward(one, keep=True)[1].workspace) == workspace


@pytest.mark.parametrize("family", GATES)
def test_calls_of_one_shape_need_no_more_bytes_than_the_first(family: str) -> None:
    one = recurrence(family)
    results, state = forward(one, keep=True)
    back(one, state, results)
    state = None
    before = WORKSPACES.nbytes
    for _step in range(5):
        results, state = forward(one, keep=True)
        back(one, state, results)
        state = None
    assert WORKSPACES.nbytes == before > 0


def test_bytes_in_use_and_free_are_counted() -> None:
    one = recurrence("lstm")
    assert (WORKSPACES.nbytes, WORKSPACES.free_nbytes) == (0, 0)
    results, state = forward(one, keep=True)
    assert (WORKSPACES.nbytes, WORKSPACES.free_nbytes) == (state.nbytes, 0)
    back(one, state, results)
    for_the_way_back = WORKSPACES.free_nbytes
    assert WORKSPACES.nbytes == state.nbytes + for_the_way_back
    del state
    assert WORKSPACES.free_nbytes == WORKSPACES.nbytes > for_the_way_back
    WORKSPACES.clear()
    gc.collect()
    assert (WORKSPACES.nbytes, WORKSPACES.free_nbytes) == (0, 0)


def test_a_prediction_keeps_one_step_of_gates_only() -> None:
    one = recurrence("lstm", (4, 100, 3, 8))
    forward(one)
    lean = WORKSPACES.nbytes
    _results, state = forward(one, keep=True)
    assert 3 * lean < state.nbytes


class _Block(Workspace):
    def __init__(self, number: int) -> None:
        super().__init__()
        self.values = self.buffer("f", 256)


def test_shapes_not_used_for_longest_go_when_too_much_lies_free() -> None:
    pool = WorkspacePool(limit=4 * 1024)
    for number in range(10):
        workspace, shelf = pool.take(_Block, number)
        shelf.append(workspace)
        del workspace
    assert pool.free_nbytes <= pool.limit + 1024
    kept, shelf = pool.take(_Block, 9)
    assert len(shelf) == 0
    assert pool.nbytes == pool.free_nbytes + kept.nbytes


def test_the_number_of_shapes_is_bounded() -> None:
    pool = WorkspacePool(limit=1 << 30)
    for number in range(3 * pool.SHAPES):
        workspace, shelf = pool.take(_Block, number)
        shelf.append(workspace)
    assert pool.free_nbytes <= (pool.SHAPES + 1) * 1024


def test_what_is_in_use_when_its_shape_is_forgotten_stays_whole() -> None:
    one = recurrence("gru")
    results, state = forward(one, keep=True)
    wanted = back(one, state, results)
    WORKSPACES.clear()
    assert all(a is b is None or np.array_equal(a, b) for a, b in zip(back(one, state, results), wanted, strict=True))
    nbytes = WORKSPACES.nbytes
    del state
    assert WORKSPACES.nbytes < nbytes


@pytest.mark.parametrize("shape", [(3,), (5, 7), (), (1, 1, 1)])
@pytest.mark.parametrize("kind", ["f", "d"])
def test_buffers_begin_at_a_cache_line(shape: tuple[int, ...], kind: str) -> None:
    array = aligned(shape, kind)
    assert array.shape == shape
    assert array.dtype == kind
    assert array.ctypes.data % 64 == 0


@pytest.mark.parametrize("family", GATES)
def test_threads_never_share_a_workspace(family: str) -> None:
    layers = [recurrence(family, seed=seed) for seed in range(4)]
    wanted = []
    for one in layers:
        results, state = forward(one, keep=True)
        wanted.append((results, back(one, state, results)))
    differs: list[int] = []

    def work(number: int) -> None:
        for _round in range(30):
            results, state = forward(layers[number], keep=True)
            gradients = back(layers[number], state, results)
            found, known = [*results, *gradients], [*wanted[number][0], *wanted[number][1]]
            if not all(a is b is None or np.array_equal(a, b) for a, b in zip(found, known, strict=True)):
                differs.append(number)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not differs
