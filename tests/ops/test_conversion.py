"""Casts between data types, and complex numbers."""

from __future__ import annotations

import math

import numpy as np
import pytest

import tfnb as tf
from tfnb.errors import DTypeError, ShapeError


@pytest.mark.parametrize("backend", ["host", "gl"])
def test_float_to_whole_drops_the_fraction_and_stays_in_range(backend: str) -> None:
    tf.set_backend(backend)
    try:
        values = [1.9, -1.9, 3e9, -3e9, math.inf, -math.inf, math.nan, 2147483520]
        wanted = [1, -1, 2**31 - 1, -(2**31), 2**31 - 1, -(2**31), 0, 2147483520]
        assert tf.cast(values, "int32").array_sync() == wanted
    finally:
        tf.set_backend("auto")


def test_all_but_zero_is_true() -> None:
    assert tf.cast([0, -0.0, 0.1, math.nan], "bool").array_sync() == [False, False, True, True]


def test_the_same_type_shares_its_memory() -> None:
    t = tf.tensor([1.0, 2.0])
    before = tf.memory().num_bytes
    again = t.cast("float32")
    assert again is not t and tf.memory().num_bytes == before
    t.dispose()
    assert again.array_sync() == [1, 2]


def test_short_names() -> None:
    t = tf.tensor([1.5, 0.0])
    assert [t.to_int().dtype, t.to_bool().dtype, t.to_bool().to_float().dtype] == ["int32", "bool", "float32"]
    assert t.as_type(np.int32).array_sync() == [1, 0]


def test_text_is_no_number() -> None:
    with pytest.raises(DTypeError, match="cast"):
        tf.tensor(["1"]).cast("float32")
    with pytest.raises(DTypeError, match="cast"):
        tf.tensor([1]).cast("string")
    with pytest.raises(DTypeError, match="cast"):
        tf.tensor([1]).cast("float64")


def test_complex_numbers_are_made_and_taken_apart() -> None:
    z = tf.complex([3.0, -1.0], [4.0, 0.5])
    assert (z.dtype, z.real().array_sync(), z.imag().array_sync()) == ("complex64", [3, -1], [4, 0.5])
    assert z.conj().array_sync() == [3 - 4j, -1 - 0.5j]
    assert z.abs().dtype == "float32" and z.abs().array_sync()[0] == 5
    assert (z * z).array_sync() == [(3 + 4j) ** 2, (-1 + 0.5j) ** 2]
    assert z.cast("float32").array_sync() == [3, -1] and z.cast("int32").array_sync() == [3, -1]
    assert tf.tensor([1, 2]).cast("complex64").array_sync() == [1, 2]


def test_the_parts_of_a_complex_number_lie_on_opengl_where_that_is_the_place() -> None:
    tf.set_backend("gl")
    try:
        z = tf.complex([3.0], [4.0])
        assert z.place == "host" and z.real().place == "gl" and z.abs().add(1).array_sync() == [6]
    finally:
        tf.set_backend("auto")


def test_the_parts_of_a_complex_number_must_be_alike() -> None:
    with pytest.raises(ShapeError, match=r"complex\(imag\)"):
        tf.complex([1.0], [1.0, 2.0])
    with pytest.raises(DTypeError, match=r"complex\(real\)"):
        tf.complex(tf.tensor([1], dtype="int32"), [1.0])
    with pytest.raises(DTypeError, match="imag"):
        tf.imag([1.0])
