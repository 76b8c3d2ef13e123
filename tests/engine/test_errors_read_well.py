"""An error of the user's is the only one that is shown: none of NumPy's stands before it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import tfnb as tf
from tfnb.errors import TfnbError

WRONG: dict[str, Callable[[], Any]] = {
    "shapes": lambda: tf.ones([2]).add(tf.ones([3])),
    "a list": lambda: tf.ones([2]) * [1, 2, 3],
    "a choice": lambda: tf.where(tf.tensor([True, False]), tf.ones([3]), 0),
    "an axis": lambda: tf.ones([2]).sum(3),
    "a huge axis": lambda: tf.ones([2]).sum(2**70),
    "the axis of a position": lambda: tf.ones([2]).arg_max(3),
    "inner dimensions": lambda: tf.ones([2, 3]).matmul(tf.ones([2, 3])),
    "ragged lists": lambda: tf.tensor([[1, 2], [3]]),
    "a place": lambda: tf.ones([2])[5],
    "a shape": lambda: tf.zeros([1.5]),
    "a reshape": lambda: tf.ones([2]).reshape([3]),
    "a data type": lambda: tf.zeros([1], "float65"),
    "a number": lambda: tf.random_normal([2], "a"),
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG.keys())
@pytest.mark.parametrize("backend", ["host", "gl"])
def test_no_other_error_stands_before_it(wrong: Callable[[], Any], backend: str) -> None:
    assert tf.set_backend(backend)
    try:
        with pytest.raises(TfnbError) as found:
            wrong()
        assert found.value.__context__ is None or found.value.__suppress_context__
        assert found.value.__cause__ is None
    finally:
        tf.set_backend("auto")
