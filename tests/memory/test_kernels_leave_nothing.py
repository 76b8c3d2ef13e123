"""Each kernel, on each placement and in each data type, run 32 and 17 times: everything is back afterwards."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any

import pytest

import tfnb as tf
from tests.kernel_cases import Call, calls, dtypes_of, wanted
from tests.reliability.books import check_books, check_driver
from tests.reliability.faults import gl_device, on_tier
from tests.test_kernels import check_elementwise, check_kernel, run
from tfnb.kernels.record import KERNELS, Elementwise

PLACES = ("host", "compute", "fragment")
EVERY = [
    pytest.param(name, place, dtype, id=f"{name}-{place}-{dtype}")
    for name, kernel in sorted(KERNELS.items())
    for place in PLACES
    for dtype in dtypes_of(kernel, place)
]


@contextmanager
def on(place: str) -> Iterator[None]:
    """Run ops on a place."""
    assert tf.set_backend("host" if place == "host" else "gl")
    try:
        if place == "host":
            yield
        else:
            with on_tier(place):
                yield
    finally:
        tf.set_backend("auto")


def objects(place: str) -> tuple[Any, ...]:
    """Tensors, textures of the pool in use, and OpenGL's names by kind, with nothing idle."""
    memory = tf.memory()
    counts: tuple[Any, ...] = (memory.num_tensors, memory.num_bytes, memory.storage_bytes)
    if place != "host":
        device = gl_device()
        device.pool.trim()
        names = device._context.parser.names()
        counts += (device.pool.stats().textures_in_use, {kind: len(found) for kind, found in names.items()})
    return counts


@pytest.mark.parametrize(("name", "place", "dtype"), EVERY)
def test_a_kernel_run_many_times_leaves_nothing(name: str, place: str, dtype: str) -> None:
    with on(place):
        every = list(calls(KERNELS[name], dtype, place))
        call = every[len(every) // 2]
        run(call)  # its program stays
        before = objects(place)
        for times in (32, 17):
            for _time in range(times):
                run(call)
            assert objects(place) == before
        check_books()
        if place != "host":
            check_driver()


@contextmanager
def canaries() -> Iterator[None]:
    """Memory of the pool holds a marked NaN when it is made, and again when it comes back."""
    pool = gl_device().pool
    gc.collect()
    pool.trim()
    pool.canary = True
    try:
        yield
    finally:
        pool.canary = False


def few(name: str, place: str, dtype: str, full_size: bool) -> Iterator[Call]:
    """Calls of a kernel, of many shapes."""
    every = list(calls(KERNELS[name], dtype, place))
    step = 1 if full_size else max(1, len(every) // 6)
    return islice(every, 0, None, step)


@pytest.mark.parametrize(("name", "place", "dtype"), [one for one in EVERY if one.values[1] != "host"])
def test_no_kernel_reads_memory_that_it_did_not_write(name: str, place: str, dtype: str, full_size: bool) -> None:
    kernel = KERNELS[name]
    with on(place), canaries():
        for call in few(name, place, dtype, full_size):
            got, _kind = run(call)
            if isinstance(kernel, Elementwise):
                check_elementwise(kernel, place, got, wanted(call))
            else:
                check_kernel(kernel, got, wanted(call))
