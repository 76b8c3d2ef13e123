"""Hostile shapes and indices: one documented result everywhere, and an error before anything is allocated."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tfnb as tf
from tests.reliability.books import Before
from tests.reliability.faults import on_tier
from tfnb.errors import IndexRangeError, TfnbError

# With 2^31 - 1 values a tensor fits into the memory of some machines.
HUGE = (2**31, 2**32, 2**53, 2**62, 2**63, 2**64, 10**30)
ODD = (-1, -2, -(2**31), -(2**63), 1.5, float("nan"), float("inf"), 1e30, None, "3", [3], {}, object())


@pytest.fixture(params=["host", "compute", "fragment"])
def place(request: pytest.FixtureRequest) -> Iterator[str]:
    """A placement, with one more tensor alive that nothing here may touch."""
    assert tf.set_backend("host" if request.param == "host" else "gl")
    with nullcontext() if request.param == "host" else on_tier(request.param):
        yield request.param
    tf.set_backend("auto")


def resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


def cube() -> Any:
    return tf.tensor(np.arange(24, dtype=np.float32).reshape(2, 3, 4))


SHAPED: dict[str, Callable[[Any], Any]] = {
    "zeros": tf.zeros,
    "ones": lambda shape: tf.ones(shape, "int32"),
    "fill": lambda shape: tf.fill(shape, 1),
    "tensor": lambda shape: tf.tensor([1, 2, 3], shape),
    "random_normal": tf.random_normal,
    "random_uniform": tf.random_uniform,
    "reshape": lambda shape: cube().reshape(shape),
    "broadcast_to": lambda shape: cube().broadcast_to(shape),
    "scatter_nd": lambda shape: tf.scatter_nd([[0]], [1.0], shape),
    "buffer": tf.buffer,
}
SIZED: dict[str, Callable[[Any], Any]] = {
    "eye": tf.eye,
    "one_hot": lambda size: tf.one_hot([0, 1], size),
    "range": lambda size: tf.range(0, size) if not isinstance(size, float) or size != size else tf.zeros([size]),
    "linspace": lambda size: tf.linspace(0, 1, size),
    "tile": lambda size: cube().tile([1, 1, size]),
    "pad": lambda size: cube().pad([[0, 0], [0, 0], [0, size]]),
    "pad before": lambda size: cube().pad([[size, 0], [0, 0], [0, 0]]),
    "slice": lambda size: cube().slice([0, 0, 0], [1, 1, size if size != -1 else -2]),
    "split": lambda size: cube().split(size, 2),
    "unsorted_segment_sum": lambda size: tf.unsorted_segment_sum(cube(), [0, 1], size),
    "multinomial": lambda size: tf.multinomial([0.5, 0.5], size),
}


def hostile_shapes() -> list[Any]:
    """A hundred and more shapes that no tensor can have: negative, endless, or with a product beyond every number."""
    chance = random.Random(6)
    found: list[Any] = [[2, one] for one in (*HUGE, *ODD) if one != -1] + [[one, 3] for one in HUGE]
    found += [
        [2**16] * 4,
        [2**31] * 2,
        [2**21] * 3,
        [2**62, 4],
        (2**32, 2**32),
        [-1, -1],
        [3, -1, -1],
        [0, -2],
        [-1, 0, -1],
    ]
    found += [[1] * 7, [1] * 40, "abc", {3: 3}, object(), 1.5, [[2, 3]], [None], ["2"], [b"2"], [True, None]]
    while len(found) < 100:
        found.append([chance.choice((2, 3, 0x10000, *HUGE)) for _axis in range(chance.randint(1, 5))] + [2**40])
    return found


def refused(call: Callable[[], Any]) -> None:
    """A call is refused with a typed error, quickly, with nothing allocated."""
    start, memory = time.perf_counter(), resident()
    try:
        call()
    except TfnbError as error:
        assert error.op, "the error names the op"
        assert str(error)
    else:
        raise AssertionError("it was accepted")
    assert time.perf_counter() - start < 0.5
    assert resident() - memory < 1 << 20


@pytest.mark.parametrize("op", SHAPED)
def test_a_hostile_shape_is_refused_before_anything_is_allocated(op: str, place: str) -> None:
    make = SHAPED[op]
    before = Before()
    for shape in hostile_shapes():
        try:
            refused(lambda shape=shape: make(shape))  # type: ignore[misc]
        except BaseException as error:
            error.add_note(f"{op}({shape!r})")
            raise
    before.check()


@pytest.mark.parametrize("op", SIZED)
def test_a_hostile_size_is_refused_before_anything_is_allocated(op: str, place: str) -> None:
    make = SIZED[op]
    before = Before()
    for size in (*HUGE, *ODD):
        if (op, size) in (("range", -1), ("range", -2), ("range", 1.5), ("range", None)) or (
            op in ("split", "unsorted_segment_sum", "multinomial") and size == [3]
        ):
            continue  # these mean something
        try:
            refused(lambda size=size: make(size))  # type: ignore[misc]
        except BaseException as error:
            error.add_note(f"{op}({size!r})")
            raise
    before.check()


def hostile_indices() -> list[int]:
    chance = random.Random(7)
    edges = [3, 4, -1, -2, -3, -4, 2**31 - 1, -(2**31), 2**30, -(2**30), 65536, 2**24 + 1]
    return edges + [chance.choice((1, -1)) * chance.randrange(3, 2**31) for _more in range(100 - len(edges))]


@pytest.mark.parametrize(
    "op",
    [
        lambda x, i: tf.gather(x, tf.tensor(i, dtype="int32")),
        lambda x, i: tf.gather(x, tf.tensor(i, dtype="int32"), 0),
        lambda x, i: tf.gather_nd(x, [[one] for one in i]),
        lambda x, i: tf.tensor_scatter_update(x, [[one] for one in i], [9.0] * len(i)),
        lambda x, i: tf.scatter_nd([[one] for one in i], [9.0] * len(i), [3]),
    ],
    ids=["gather", "gather axis", "gather_nd", "tensor_scatter_update", "scatter_nd"],
)
def test_a_place_that_is_not_there_is_an_error_everywhere(op: Callable[..., Any], place: str) -> None:
    x = tf.tensor([1.0, 2.0, 3.0])
    before = Before()
    for index in hostile_indices():
        for indices in ([index], [0, 1, index, 2]):
            with pytest.raises(IndexRangeError, match=str(index)):
                op(x, indices)
    before.check()


def test_a_class_that_is_not_there_gives_zeros_everywhere(place: str) -> None:
    indices = hostile_indices()
    before = Before()
    ids = tf.tensor([1, *indices], dtype="int32")
    wanted = np.zeros((len(indices) + 1, 3), np.float32)
    wanted[0, 1] = 1
    assert np.array_equal(tf.one_hot(ids, 3, dtype="float32").numpy(), wanted)
    counted = tf.unsorted_segment_sum(tf.ones([len(indices) + 1]), ids.maximum(tf.scalar(-1, "int32")), 3).numpy()
    assert counted.tolist() == [0.0, 1.0, 0.0]
    del ids, counted
    before.check()


def test_slices_beyond_the_end_are_those_of_python(place: str) -> None:
    values = np.arange(7, dtype=np.float32)
    x = tf.tensor(values)
    before = Before()
    for start in (None, 0, 3, 7, 8, -7, -8, 2**31, -(2**31), 2**62, -(2**62)):
        for stop in (None, 0, 5, 9, -2, 2**31, -(2**62)):
            for step in (None, 2, -1, 2**31, -(2**31)):
                assert np.array_equal(x[start:stop:step].numpy(), values[start:stop:step]), (start, stop, step)
    for begin, size in ((8, 1), (-1, 1), (0, 8), (3, 5), (2**31, 1), (2**62, 2**62), (0, -2), (7, 1)):
        with pytest.raises(TfnbError):
            x.slice([begin], [size])
    before.check()
