"""Logic, choosing, comparing, bits: what counts as true, and text."""

from __future__ import annotations

import asyncio

import pytest

import tfnb as tf
from tfnb.errors import DTypeError, ShapeError


def whole(*values: int) -> tf.Tensor:
    return tf.tensor(list(values), dtype="int32")


def test_where_takes_numbers_tensors_and_text() -> None:
    c = tf.tensor([True, False])
    assert tf.where(c, 1, 0).array_sync() == [1.0, 0.0]
    assert tf.where(c, tf.tensor([[1], [2]], dtype="int32"), whole(7, 8)).array_sync() == [[1, 8], [2, 8]]
    assert tf.where(c, "yes", ["no", "never"]).array_sync() == ["yes", "never"]
    assert tf.where(True, 1, 2).array_sync() == 1
    assert tf.where(c, tf.complex([1.0, 2.0], [0.0, 0.0]), 5).array_sync() == [1, 5]


def test_where_as_a_method_starts_from_the_chosen_values() -> None:
    assert tf.tensor([1, 2]).where([True, False], 0).array_sync() == [1, 0]


def test_the_value_not_chosen_has_no_effect() -> None:
    t = tf.tensor([0.0, 4.0])
    assert tf.where(t > 0, 1 / t, 0).array_sync() == [0, 0.25]


@pytest.mark.parametrize("condition", [whole(1, 0), tf.tensor([1.0, 0.0])])
def test_a_condition_must_say_what_is_true(condition: tf.Tensor) -> None:
    with pytest.raises(DTypeError, match=r"where\(condition\).*t != 0"):
        tf.where(condition, 1, 2)
    assert tf.where(condition != 0, 1, 2).array_sync() == [1, 2]


def test_where_wants_shapes_that_meet() -> None:
    with pytest.raises(ShapeError, match="where"):
        tf.where([True, False], [1, 2, 3], 0)


def test_where_does_not_mix_text_and_numbers() -> None:
    with pytest.raises(DTypeError, match="where"):
        tf.where([True], "a", 1)


def test_the_places_of_truth() -> None:
    c = tf.tensor([[True, False, True], [False, True, False]])
    assert (tf.argwhere(c).dtype, tf.argwhere(c).array_sync()) == ("int32", [[0, 0], [0, 2], [1, 1]])
    assert asyncio.run(tf.where_async(c)).array_sync() == [[0, 0], [0, 2], [1, 1]]
    assert tf.argwhere(tf.tensor([False, False])).shape == (0, 1)


@pytest.mark.parametrize("name", ["logical_and", "logical_or", "logical_xor"])
def test_logic_wants_truth_values(name: str) -> None:
    with pytest.raises(DTypeError, match=name):
        getattr(tf, name)(whole(1), [True])
    assert getattr(tf, name)([1, 0], [False, True]).dtype == "bool"


def test_operators_on_truth_values() -> None:
    a, b = tf.tensor([True, True, False]), tf.tensor([True, False, False])
    assert (a & b).array_sync() == [True, False, False]
    assert (a | b).array_sync() == [True, True, False]
    assert (a ^ b).array_sync() == [False, True, False]
    assert (~a).array_sync() == [False, False, True]
    assert (True & b).array_sync() == [True, False, False]


@pytest.mark.parametrize("backend", ["host", "gl"])
def test_operators_on_bits(backend: str) -> None:
    tf.set_backend(backend)
    try:
        t = whole(5, -1)
        assert (t & 0x7FFFFFFF).array_sync() == [5, 2**31 - 1]
        assert (t | 16777216).array_sync() == [16777221, -1]
        assert (-16777217 ^ t).array_sync() == [-16777222, 16777216]
        assert (~t).array_sync() == [-6, 0]
        assert (t << 2).array_sync() == [20, -4] and (t >> 1).array_sync() == [2, -1]
        assert (1 << whole(4, 40)).array_sync() == [16, 0]
    finally:
        tf.set_backend("auto")


def test_bits_want_whole_numbers() -> None:
    with pytest.raises(DTypeError, match="bitwise_and"):
        tf.tensor([1.0]) & 1
    with pytest.raises(DTypeError, match="int32"):
        whole(1) & 2**40


def test_text_is_compared_with_text() -> None:
    t = tf.tensor(["b", "a", "数"])
    assert (t == "a").array_sync() == [False, True, False]
    assert tf.less(t, ["c", "a", "é"]).array_sync() == [True, False, False]
    with pytest.raises(DTypeError, match="equal"):
        tf.equal(t, [1, 2, 3])


def test_comparing_with_nan_is_false() -> None:
    t = tf.tensor([float("nan"), 1])
    assert (t == t).array_sync() == [False, True]
    assert (t != t).array_sync() == [True, False]
    assert (t >= t).array_sync() == [False, True]


def test_a_tensor_is_nothing_but_itself_to_python() -> None:
    t = tf.tensor([1.0, 2.0])
    assert (t == None) is False and (t != None) is True  # noqa: E711
    assert (t == "text") is False and (t == {}) is False and (t == len) is False
    assert len({t, t, tf.tensor([1.0, 2.0])}) == 2
    assert any(one is t for one in [t])
