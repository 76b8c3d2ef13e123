"""A tensor in any state can be shown: never an error, never a large bundle, never the whole of a big one."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import tfnb as tf
from tfnb.engine import cut as cutting
from tfnb.engine.cut import cut
from tfnb.engine.ledger import LEDGER
from tfnb.notebook.tensor_bundle import tensor_bundle
from tfnb.picture.bundle import LARGEST

pytestmark = pytest.mark.usefixtures("english")

FLOATS = st.floats(width=32, allow_nan=True, allow_infinity=True)
SHAPES = hnp.array_shapes(min_dims=0, max_dims=6, min_side=0, max_side=12)
ARRAYS = st.one_of(
    hnp.arrays(np.float32, SHAPES, elements=FLOATS),
    hnp.arrays(np.int32, SHAPES),
    hnp.arrays(np.bool_, SHAPES),
    hnp.arrays(np.complex64, hnp.array_shapes(max_dims=3, max_side=5)),
    st.lists(st.text(st.characters(codec=None), max_size=40), min_size=1, max_size=30),
    hnp.arrays(np.float32, st.sampled_from([(5000,), (300, 200), (9, 60, 60), (40, 40, 3), (3, 30, 30, 3)])),
)


def plain(tensor: Any) -> Any:
    return tensor


def disposed(tensor: Any) -> Any:
    tensor.dispose()
    return tensor


def variable(tensor: Any) -> Any:
    return tf.variable(tensor)


def reshaped(tensor: Any) -> Any:
    return tensor.reshape([-1])


def broken(tensor: Any) -> Any:
    tensor.ndarray, tensor.store = None, object()
    return tensor


def misshapen(tensor: Any) -> Any:
    tensor.shape = (7, *tensor.shape)
    return tensor


STATES = [plain, disposed, variable, reshaped, broken, misshapen]


@given(ARRAYS, st.sampled_from(STATES))
@settings(max_examples=150, deadline=None)
def test_every_tensor_in_every_state_has_a_small_bundle(values: Any, state: Any) -> None:
    bundle = tensor_bundle(state(tf.tensor(values)))
    assert bundle["text/plain"]
    assert sum(len(text.encode("utf-8")) for text in bundle.values()) <= LARGEST


def test_five_thousand_tensors(full_size: bool) -> None:
    generator = np.random.default_rng(0)
    for _turn in range(5000 if full_size else 100):
        shape = tuple(generator.integers(0, 30, generator.integers(0, 7)) % generator.integers(2, 30))
        with tf.scope():
            tensor = tf.tensor(generator.standard_normal(shape).astype(np.float32))
            made = tensor_bundle(STATES[generator.integers(len(STATES))](tensor))
        assert made["text/plain"]


def test_a_disposed_tensor_says_where_it_ended() -> None:
    x = tf.ones([2])
    x.dispose()
    assert tensor_bundle(x) == {"text/plain": f"Tensor [2] float32, disposed of in {x.store.origin}"}


def test_showing_makes_no_tensor() -> None:
    x = tf.ones([300, 300])
    before = len(list(LEDGER.handles()))
    tensor_bundle(x)
    assert len(list(LEDGER.handles())) == before


def test_a_variable_is_called_one() -> None:
    assert tensor_bundle(tf.variable(tf.ones([2])))["text/plain"].startswith("Variable [2] float32")
    layer = tf.layers.dense(units=1, input_shape=[2])
    layer(tf.ones([1, 2]))
    assert tensor_bundle(layer.kernel)["text/plain"].startswith("Variable [2, 1] float32")


@pytest.mark.parametrize("shape", [(7,), (5, 6), (3, 4, 5), (2, 3, 2, 3)])
def test_a_cut_is_numpys(shape: tuple[int, ...]) -> None:
    array = np.arange(np.prod(shape), dtype=np.float32).reshape(shape)
    slices = tuple(slice(n % 2, n, 2) for n in shape)
    np.testing.assert_array_equal(cut(tf.tensor(array), slices), array[slices])


class Device:
    """A device that counts the values it is asked for."""

    def __init__(self, array: Any) -> None:
        self.array, self.read_values = array.reshape(-1), 0

    def read(self, start: int, count: int) -> Any:
        self.read_values += count
        return self.array[start : start + count]


def test_a_cut_on_a_device_reads_rows_not_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    array = np.arange(1_000_000, dtype=np.float32).reshape(1000, 1000)
    device = Device(array)
    monkeypatch.setattr(cutting, "storage_of", lambda handle, op: device)
    monkeypatch.setattr(cutting, "read", lambda handle, start, count: device.read(start, count))
    x = tf.zeros([1000, 1000])
    for slices in (
        (slice(0, 4), slice(996, 1000)),
        (slice(0, 1000, 100), slice(0, 1000, 100)),
        (slice(3, 3), slice(0, 1)),
    ):
        np.testing.assert_array_equal(cut(x, slices), array[slices])
    assert device.read_values <= 4 * 4 + 10 * 1000


def test_a_hundred_million_values_show_at_once(full_size: bool) -> None:
    x = tf.zeros([10_000, 10_000 if full_size else 400])
    tensor_bundle(x)
    began = time.perf_counter()
    tensor_bundle(x)
    assert time.perf_counter() - began < 0.1
