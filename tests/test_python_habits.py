"""A tensor in Python's own hands: numbers, containers, NumPy, DLPack, pickle, copies, await."""

from __future__ import annotations

import asyncio
import copy
import pickle
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import tfnb as tf


@pytest.fixture(params=["host", "gl"], autouse=True)
def backend(request: pytest.FixtureRequest) -> Iterator[str]:
    before = tf.get_backend()
    assert tf.set_backend(request.param)
    yield request.param
    tf.set_backend(before)


def test_numbers() -> None:
    t = tf.tensor([[2.5]])
    assert (float(t), int(t), bool(t), complex(t), len(t)) == (2.5, 2, True, 2.5 + 0j, 1)
    assert [10, 20, 30][tf.scalar(1, "int32")] == 20
    assert list(range(tf.scalar(3, "int32"))) == [0, 1, 2]
    for wrong in (tf.scalar(1.0), tf.tensor([1], dtype="int32"), tf.scalar(True)):
        with pytest.raises(TypeError):
            [0, 1][wrong]


def test_what_has_no_single_value_says_so(english: None) -> None:
    t = tf.tensor([1, 2])
    for call in (float, int, complex, lambda t: f"{t:.2f}"):
        with pytest.raises(tf.errors.ArgumentError, match="one value"):
            call(t)
    with pytest.raises(tf.errors.ArgumentError, match="neither true nor false"):
        bool(t)
    with pytest.raises(TypeError):
        len(tf.scalar(1))
    with pytest.raises(TypeError):
        iter(tf.scalar(1))


def test_format() -> None:
    assert f"{tf.scalar(3.14159):.2f} {tf.tensor([7], dtype='int32'):>4d} {tf.scalar('text')}" == "3.14    7 text"
    assert f"{tf.scalar(0.1)} {tf.scalar(True)}" == "0.1 True"
    assert f"{tf.tensor([1, 2])}" == "Tensor\n    [1, 2]"


def test_a_tensor_refuses_to_be_changed(english: None) -> None:
    t = tf.tensor([1, 2])
    with pytest.raises(tf.errors.ImmutableError, match=r"tf\.variable"):
        t[0] = 5
    for array in (t.numpy(), t.data_sync(), np.asarray(t)):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 5
        with pytest.raises(ValueError, match=r"(?i)writeable"):
            array.flags.writeable = True


def test_numpy_meets_tensors_as_tensors() -> None:
    t = tf.tensor([1, 2])
    array = np.array([10, 20], np.float32)
    for result in (array + t, array * t, np.float32(2) * t, array - t, array / t):
        assert isinstance(result, tf.Tensor)
    assert (array - t).array_sync() == [9, 18]
    assert (np.float32(2) - t).array_sync() == [1, 0]
    assert np.sin(t).dtype == np.float32
    assert np.stack([t, t]).shape == (2, 2)


def test_as_array() -> None:
    t = tf.tensor([[1, 2], [3, 4]])
    assert np.asarray(t, np.int64).tolist() == [[1, 2], [3, 4]]
    copied = np.array(t, copy=True)
    copied[0, 0] = 9
    assert t.array_sync() == [[1, 2], [3, 4]]
    with pytest.raises(ValueError, match="copy"):
        np.asarray(t, np.float64, copy=False)


def test_dlpack() -> None:
    t = tf.tensor([[1, 2], [3, 4]])
    shared = np.from_dlpack(t, copy=False)
    assert shared.tolist() == [[1, 2], [3, 4]]
    assert not shared.flags.writeable
    assert tf.from_dlpack(t).array_sync() == [[1, 2], [3, 4]]
    assert t.__dlpack_device__() == (1, 0)
    with pytest.raises(tf.errors.DTypeError):
        tf.tensor(["a"]).__dlpack__()
    with pytest.raises(BufferError):
        t.__dlpack__(copy=False)


class OldConsumer:
    """Hands a tensor on as those did who don't know DLPack 1.0, and can't be told that values are read-only."""

    def __init__(self, tensor: tf.Tensor) -> None:
        self.tensor = tensor

    def __dlpack__(self, **_unknown: Any) -> Any:
        return self.tensor.__dlpack__()

    def __dlpack_device__(self) -> tuple[int, int]:
        return self.tensor.__dlpack_device__()


def test_who_writes_into_what_dlpack_gave_does_not_change_the_tensor() -> None:
    t = tf.tensor([1, 2])
    taken = np.from_dlpack(t)
    taken[0] = 9
    assert t.array_sync() == [1, 2]


def test_an_old_consumer_of_dlpack_gets_a_copy() -> None:
    t = tf.tensor([1, 2])
    assert np.from_dlpack(OldConsumer(t)).tolist() == [1, 2]
    assert not np.shares_memory(np.from_dlpack(OldConsumer(t)), t.numpy())


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("dtype", ["float32", "int32", "bool", "complex64", "string"])
def test_pickle(protocol: int, dtype: str) -> None:
    values: Any = [["a", "日本"], ["", "d"]] if dtype == "string" else [[0, 1], [2, 3]]
    t = tf.tensor(values, dtype=dtype)
    again = pickle.loads(pickle.dumps(t, protocol))
    assert (again.shape, again.dtype, again.array_sync()) == (t.shape, t.dtype, t.array_sync())


def test_pickle_out_of_band_copies_nothing_on_the_way_out() -> None:
    t = tf.tensor(np.arange(1000, dtype=np.float32))
    buffers: list[pickle.PickleBuffer] = []
    small = pickle.dumps(t, 5, buffer_callback=buffers.append)
    assert len(small) < 300
    assert pickle.loads(small, buffers=buffers).array_sync() == t.array_sync()


def test_a_loaded_tensor_belongs_to_the_scope_around_it() -> None:
    data = pickle.dumps(tf.tensor([1, 2]))
    with tf.scope():
        t = pickle.loads(data)
    assert t.is_disposed


def test_copies_share_the_values() -> None:
    t = tf.zeros([100])
    before = tf.memory().num_bytes
    others = [copy.copy(t), *copy.deepcopy([t, t])]
    assert others[1] is others[2]
    assert tf.memory().num_bytes == before
    t.dispose()
    assert others[0].shape == (100,)
    with pytest.raises(tf.errors.DisposedError):
        copy.copy(t)


def test_await() -> None:
    async def main() -> Any:
        t = tf.tensor([[1, 2], [3, 4]])
        lazy = tf.ones([200_000]).add(1).mul(2)
        await tf.ready()
        buffer = await t.buffer()
        return await t.array(), (await t.data()).tolist(), buffer.get(1, 0), (await lazy.data())[0], await t.bytes()

    nested, flat, one, first, raw = asyncio.run(main())
    assert nested == [[1, 2], [3, 4]]
    assert flat == [1, 2, 3, 4]
    assert (one, first) == (3, 4)
    assert raw == np.array([1, 2, 3, 4], np.float32).tobytes()


def test_other_tasks_run_while_a_tensor_is_read() -> None:
    turns: list[str] = []

    async def other() -> None:
        turns.append("other")

    async def main() -> None:
        task = asyncio.ensure_future(other())
        await tf.ones([1_000_000]).add(1).data()
        turns.append("read")
        await task

    asyncio.run(main())
    assert turns == ["other", "read"]


def test_a_buffer_is_set_value_by_value_and_leaves_tensors_alone(english: None) -> None:
    buffer = tf.buffer([2, 2], "int32")
    buffer.set(5, 1, 0)
    buffer[0, 1] = 7
    t = buffer.to_tensor()
    buffer.set(9, 1, 0)
    assert t.array_sync() == [[0, 7], [5, 0]]
    assert (buffer.get(1, 0), buffer[0, 1], buffer.size, buffer.rank, buffer.strides) == (9, 7, 4, 2, (2,))
    again = t.buffer_sync()
    again.set(1, 0, 0)
    assert t.array_sync() == [[0, 7], [5, 0]]
    for place in ((2, 0), (0,), (0, -1)):
        with pytest.raises(tf.errors.IndexRangeError, match="no place"):
            buffer.get(*place)
    with pytest.raises(tf.errors.ShapeError, match="4 values"):
        tf.buffer([2, 2], "int32", [1, 2, 3])


def test_text_buffers() -> None:
    buffer = tf.buffer([2], "string")
    buffer.set("a", 1)
    assert buffer.to_tensor().array_sync() == ["", "a"]


def test_strides_are_those_of_tensorflow_js() -> None:
    assert tf.zeros([2, 3, 4]).strides == (12, 4)
    assert tf.zeros([5]).strides == ()
    assert tf.scalar(1).strides == ()
