"""Ops that move values, against what TensorFlow.js computes (vectors/moves.json) and against NumPy."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import tfnb as tf

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "moves.json").read_text(encoding="utf-8"))


def decoded(argument: Any) -> Any:
    """A tensor where moves.mjs wrote one; what it was, otherwise."""
    if isinstance(argument, dict):
        return tf.tensor(argument["values"], argument["shape"], argument["dtype"])
    return [decoded(one) for one in argument] if isinstance(argument, list) else argument


def compare(result: Any, wanted: Any) -> None:
    if isinstance(wanted, list):
        assert len(result) == len(wanted)
        for one, other in zip(result, wanted, strict=True):
            compare(one, other)
        return
    assert result.shape == tuple(wanted["shape"])
    assert result.dtype == wanted["dtype"]
    assert result.data_sync().tolist() == wanted["values"]


@pytest.mark.parametrize("case", VECTORS, ids=lambda case: f"{case['name']}-{case['args'][1:]}")
def test_as_tensorflow_js(case: dict[str, Any], backend: str) -> None:
    compare(getattr(tf, case["name"])(*[decoded(one) for one in case["args"]]), case["result"])


@pytest.mark.parametrize("dtype", ["float32", "int32", "bool", "complex64", "string"])
def test_every_data_type_moves(dtype: str, backend: str) -> None:
    values = np.arange(12).reshape(3, 4)
    array = {"string": values.astype(str).astype(object), "bool": values % 3 == 0}.get(dtype, values)
    t = tf.tensor(array.tolist(), dtype=dtype)
    plain = np.array(t.array_sync())
    for moved, wanted in (
        (t.transpose(), plain.T),
        (t[1:, ::-2], plain[1:, ::-2]),
        (tf.concat([t, t], 1), np.concatenate([plain, plain], 1)),
        (t.tile([2, 1]), np.tile(plain, (2, 1))),
        (t.reverse(0), plain[::-1]),
        (t.gather([2, 0]), plain[[2, 0]]),
        (tf.mirror_pad(t, [[1, 1], [0, 2]], "reflect"), np.pad(plain, ((1, 1), (0, 2)), mode="reflect")),
        (tf.stack([t, t], 2), np.stack([plain, plain], 2)),
    ):
        assert moved.dtype == dtype
        assert moved.array_sync() == wanted.tolist()


keys = hnp.basic_indices(shape=(5, 4, 3), allow_newaxis=True, allow_ellipsis=True, min_dims=0, max_dims=6)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(key=keys)
def test_brackets_mean_what_numpy_means(key: Any, backend: str) -> None:
    values = np.arange(60, dtype=np.float32).reshape(5, 4, 3)
    part = tf.tensor(values)[key]
    wanted = values[key]
    assert part.shape == wanted.shape
    assert part.numpy().tolist() == wanted.tolist()


PLACES = [
    np.s_[[0, 2]],
    np.s_[[-1, -1, 0]],
    np.s_[:, [0, 1]],
    np.s_[:, :, [[0, 1], [2, -1]]],
    np.s_[[0, 1], [1, 2]],
    np.s_[[0, 1], :, [1, 2]],
    np.s_[:, [0, 1], [1, 2]],
    np.s_[[0], None, [1]],
    np.s_[[0, 1], ..., [1, 2]],
    np.s_[..., [0, 2], 1:],
    np.s_[1, :, [0, 2]],
    np.s_[[0, 1], 2],
    np.s_[np.array([[0], [1]]), np.array([0, 2]), 1:],
    np.s_[::2, [True, False, True, False]],
    np.s_[np.array([True, False, True, False, False])],
    np.s_[np.arange(60).reshape(5, 4, 3) % 7 == 0],
    np.s_[np.arange(20).reshape(5, 4) % 3 == 0, 1],
    np.s_[[]],
    np.s_[np.zeros((5, 4, 3), bool)],
]


@pytest.mark.parametrize("key", PLACES, ids=str)
def test_lists_of_places_and_masks_mean_what_numpy_means(key: Any, backend: str) -> None:
    values = np.arange(60, dtype=np.float32).reshape(5, 4, 3)
    wanted = values[key]
    part = tf.tensor(values)[key]
    assert part.shape == wanted.shape
    assert part.numpy().tolist() == wanted.tolist()


def test_tensors_serve_as_places_and_masks(backend: str) -> None:
    t = tf.tensor([10, 20, 30])
    assert t[tf.tensor([2, 0], dtype="int32")].array_sync() == [30, 10]
    assert t[t > 15].array_sync() == [20, 30]
    assert t[tf.scalar(1, "int32")].array_sync() == 20


def test_a_tensor_is_walked_row_by_row(backend: str) -> None:
    assert [row.array_sync() for row in tf.tensor([[1, 2], [3, 4]])] == [[1, 2], [3, 4]]


def test_a_reshape_adds_no_bytes(backend: str) -> None:
    t = tf.zeros([4, 6])
    before = tf.memory()
    views = [t.reshape([2, 12]), t.flatten(), t.expand_dims(), t[:], t.transpose([0, 1]), t.squeeze(), t.clone()]
    after = tf.memory()
    assert after.num_bytes == before.num_bytes
    assert after.num_data_buffers == before.num_data_buffers
    assert after.num_tensors == before.num_tensors + len(views)


@pytest.mark.parametrize(
    ("call", "kind", "words"),
    [
        (lambda t: t[5], tf.errors.IndexRangeError, "no place 5"),
        (lambda t: t[[0, 7]], tf.errors.IndexRangeError, "no place 7"),
        (lambda t: t[0, 0, 0], tf.errors.IndexRangeError, "3 places for the 2 axes"),
        (lambda t: t[1.5], tf.errors.ArgumentTypeError, "1.5"),
        (lambda t: t["a"], tf.errors.ArgumentTypeError, "'a'"),
        (lambda t: t[::0], tf.errors.ArgumentError, "0"),
        (lambda t: t[[True, False, True]], tf.errors.ShapeError, "mask"),
        (lambda t: t[..., ...], tf.errors.ArgumentError, "only one"),
        (lambda t: t.gather([0, 3]), tf.errors.IndexRangeError, r"gather\(indices\): there is no place 3"),
        (lambda t: t.gather([-1]), tf.errors.IndexRangeError, "-1"),
        (lambda t: t.gather(tf.tensor([0.5])), tf.errors.DTypeError, "int32"),
        (lambda t: tf.gather_nd(t, [[0, 9]]), tf.errors.IndexRangeError, "no place 9"),
        (lambda t: t.slice([0, 2], [1, 3]), tf.errors.ShapeError, "slice"),
        (lambda t: t.slice([-1]), tf.errors.ArgumentError, "negative"),
        (lambda t: t.reshape([4, 2]), tf.errors.ShapeError, "8 values"),
        (lambda t: t.transpose([0, 0]), tf.errors.ArgumentError, "each axis"),
        (lambda t: tf.concat([t, tf.zeros([3, 3])], 1), tf.errors.ShapeError, r"\[3, 3\]"),
        (lambda t: tf.concat([t, tf.zeros([2, 3], "int32")]), tf.errors.DTypeError, "int32"),
        (lambda t: tf.concat([]), tf.errors.ArgumentError, "empty"),
        (lambda t: tf.stack([t, t.transpose()]), tf.errors.ShapeError, r"\[3, 2\]"),
        (lambda t: t.split(2, 1), tf.errors.ShapeError, "2 equal pieces"),
        (lambda t: t.pad([[0, 0]]), tf.errors.ShapeError, "2"),
        (lambda t: t.pad([[0, -1], [0, 0]]), tf.errors.ArgumentError, "negative"),
        (lambda t: t.mirror_pad([[2, 0], [0, 0]], "reflect"), tf.errors.ShapeError, "at most 1"),
        (lambda t: t.tile([2]), tf.errors.ShapeError, "2 repeats"),
        (lambda t: t.tile([1 << 20, 1 << 20]), tf.errors.ShapeError, "at most"),
        (lambda t: t.broadcast_to([2, 4]), tf.errors.ShapeError, r"\[2, 4\]"),
        (lambda t: tf.zeros([1, 1]).broadcast_to([1 << 20, 1 << 20]), tf.errors.ShapeError, "at most"),
        (lambda t: tf.one_hot([0], 1 << 40), tf.errors.ShapeError, "at most"),
        (lambda t: tf.range(0, 1e12), tf.errors.ShapeError, "at most"),
        (lambda t: tf.eye(1 << 20), tf.errors.ShapeError, "at most"),
        (lambda t: tf.linspace(0, 1, 1 << 40), tf.errors.ShapeError, "at most"),
        (lambda t: t.pad([[1 << 30, 1 << 30], [0, 0]]), tf.errors.ShapeError, "at most"),
        (lambda t: tf.diag(tf.zeros([1 << 16])), tf.errors.ShapeError, "at most"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_before_anything_is_made(
    call: Any, kind: type[Exception], words: str, backend: str, english: None
) -> None:
    t = tf.tensor([[1, 2, 3], [4, 5, 6]])
    before = tf.memory().num_bytes
    with pytest.raises(kind, match=words):
        call(t)
    assert tf.memory().num_bytes == before


def test_a_disposed_tensor_is_named(backend: str, english: None) -> None:
    t = tf.zeros([2, 2])
    t.dispose()
    for call in (
        lambda: t[0],
        lambda: t.reshape([4]),
        lambda: tf.concat([t, t]),
        lambda: t.gather([0]),
        lambda: t.pad([[0, 0]] * 2),
    ):
        with pytest.raises(tf.errors.DisposedError, match="disposed of"):
            call()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_hostile_places_are_all_refused(data: st.DataObject, backend: str) -> None:
    length = data.draw(st.integers(0, 5))
    place = data.draw(st.sampled_from([-(2**31), -1, length, length + 1, 2**31 - 1]))
    t = tf.zeros([length, 2])
    with pytest.raises(tf.errors.IndexRangeError):
        t.gather(tf.tensor(np.array([0, place] if length else [place], np.int32)))
