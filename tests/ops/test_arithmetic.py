"""Arithmetic: where TensorFlow.js and Python differ, and what users do wrong."""

from __future__ import annotations

import pytest

import tfnb as tf
from tfnb.errors import ArgumentTypeError, DTypeError, ShapeError


def whole(*values: int) -> tf.Tensor:
    return tf.tensor(list(values), dtype="int32")


def test_div_of_whole_numbers_rounds_down() -> None:
    # The values of TensorFlow.js's own test, arithmetic_test.ts.
    result = tf.div(whole(-6, -6, -5, -4, -3, -3, 3, 3, 2), whole(-2, 2, 3, 2, -3, 3, 2, 3, 2))
    assert (result.dtype, result.array_sync()) == ("int32", [3, -3, -2, -2, 1, -1, 1, 1, 1])


def test_the_operator_keeps_the_fraction_of_whole_numbers() -> None:
    result = whole(7, -7) / whole(2, 2)
    assert (result.dtype, result.array_sync()) == ("float32", [3.5, -3.5])


def test_floor_div_gives_int32_and_its_operator_the_type_of_its_operands() -> None:
    t = tf.tensor([7.5, -7.5])
    assert (t.floor_div(2).dtype, t.floor_div(2).array_sync()) == ("int32", [3, -4])
    assert ((t // 2).dtype, (t // 2).array_sync()) == ("float32", [3.0, -4.0])
    assert (whole(-7) // whole(2)).dtype == "int32"


def test_a_whole_number_divided_by_zero_is_zero() -> None:
    a, zero = whole(7, -7, 0), whole(0, 0, 0)
    for result in (tf.div(a, zero), tf.floor_div(a, zero), tf.mod(a, zero), tf.div_no_nan(a, zero)):
        assert result.array_sync() == [0, 0, 0]


def test_the_least_whole_number_divided_by_minus_one_wraps_around() -> None:
    assert tf.div(whole(-(2**31)), whole(-1)).array_sync() == [-(2**31)]


def test_powers_of_whole_numbers_stay_whole() -> None:
    base, exponent = whole(2, -3, 2, -1, 1, 0, 7, 2), whole(10, 3, -1, -3, -5, -1, 0, 32)
    assert tf.pow(base, exponent).array_sync() == [1024, -27, 0, -1, 1, 0, 1, 0]


def test_div_no_nan_is_zero_where_b_is_zero() -> None:
    result = tf.div_no_nan([1, float("nan"), float("inf"), 6], [0, 0, 0, 4])
    assert result.array_sync() == [0, 0, 0, 1.5]


def test_keywords_are_those_of_the_api_reference() -> None:
    assert tf.pow(base=[2], exp=[3]).array_sync() == [8]
    assert tf.pow([2], 3).array_sync() == [8]


def test_add_n_adds_all() -> None:
    parts = [tf.tensor([1, 2]), tf.tensor([3, 4]), tf.tensor([5, 6])]
    assert tf.add_n(parts).array_sync() == [9, 12]


def test_add_n_of_one_is_another_tensor_on_the_same_values() -> None:
    t = tf.tensor([1, 2])
    result = tf.add_n([t])
    t.dispose()
    assert result.array_sync() == [1, 2]


@pytest.mark.parametrize(
    ("tensors", "error"),
    [
        ([], ArgumentTypeError),
        (3, ArgumentTypeError),
        ([[1, 2], [1, 2, 3]], ShapeError),
        ([tf.tensor([1.0]), whole(1)], DTypeError),
    ],
)
def test_add_n_wants_tensors_that_are_alike(tensors: object, error: type[Exception]) -> None:
    with pytest.raises(error, match="add_n"):
        tf.add_n(tensors)


@pytest.mark.parametrize("name", ["add", "sub", "mul", "div", "maximum", "mod", "pow", "squared_difference"])
def test_text_is_refused(name: str) -> None:
    with pytest.raises(DTypeError, match=name):
        getattr(tf, name)(["a"], ["b"])
    with pytest.raises(DTypeError, match=name):
        getattr(tf, name)([1.0], ["b"])


def test_shapes_that_do_not_meet_are_named() -> None:
    with pytest.raises(ShapeError, match=r"add\(b\): a \[2\] and b \[3\]"):
        tf.add([1, 2], [1, 2, 3])


def test_what_is_no_number_is_refused() -> None:
    with pytest.raises(ArgumentTypeError, match=r"add\(b\)"):
        tf.tensor([1.0]) + None
    with pytest.raises(ArgumentTypeError, match=r"sub\(a\)"):
        {"a": 1} - tf.tensor([1.0])


def test_nothing_is_left_after_an_error() -> None:
    t = tf.tensor([1.0, 2.0])
    before = tf.memory()
    for wrong in ([1, 2, 3], ["a", "b"], None):
        with pytest.raises(tf.errors.TfnbError):
            t + wrong
    assert tf.memory().num_tensors == before.num_tensors
