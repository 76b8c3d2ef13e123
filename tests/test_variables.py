"""Variables: replaced values, checks, lives beyond tidies, and memory that adds up."""

from __future__ import annotations

import copy
import gc
import pickle
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import tfnb as tf
from tfnb.engine.ledger import LEDGER
from tfnb.variables import VARIABLES


@pytest.fixture(params=["host", "gl"], autouse=True)
def backend(request: pytest.FixtureRequest) -> Iterator[str]:
    before = tf.get_backend()
    assert tf.set_backend(request.param)
    yield request.param
    tf.dispose_variables()
    tf.set_backend(before)


def test_ops_take_a_variable_and_give_tensors() -> None:
    v = tf.variable([1, 2])
    result = v.add(1).mul(v)
    assert isinstance(v, tf.Variable)
    assert type(result) is tf.Tensor
    assert result.array_sync() == [2, 6]
    assert (10 - v).array_sync() == [9, 8]


def test_assign_replaces_the_value_and_leaves_the_old_one_to_others() -> None:
    v = tf.variable([1, 2])
    old = v.clone()
    new = tf.tensor([3, 4])
    v.assign(new)
    assert v.array_sync() == [3, 4]
    assert old.array_sync() == [1, 2]
    new.dispose()
    assert v.array_sync() == [3, 4]


def test_a_value_seen_from_numpy_stays() -> None:
    v = tf.variable([1, 2])
    seen = v.numpy()
    v.assign_add([10, 10])
    assert seen.tolist() == [1, 2]
    assert v.numpy().tolist() == [11, 12]


def test_pending_work_reads_the_value_of_its_time() -> None:
    v = tf.variable(tf.ones([100_000]))
    before = v.add(1)
    v.assign(tf.zeros([100_000]))
    assert float(before[0]) == 2.0
    assert float(v[0]) == 0.0


def test_assign_add_and_sub_repeat_smaller_values_but_never_change_the_shape(english: None) -> None:
    v = tf.variable([[1, 2], [3, 4]])
    v.assign_add([10, 20])
    v.assign_sub(1)
    v += tf.ones([2, 2])
    v -= 1
    assert v.array_sync() == [[10, 21], [12, 23]]
    with pytest.raises(tf.errors.ShapeError, match=r"\[2, 2\]"):
        v.assign_add(tf.zeros([3, 2, 2]))


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ([1, 2, 3], tf.errors.ShapeError),
        (np.array([1, 2], np.int32), tf.errors.DTypeError),
        (["a", "b"], tf.errors.DTypeError),
    ],
)
def test_shape_and_data_type_are_checked(value: Any, kind: type[Exception]) -> None:
    v = tf.variable(tf.zeros([2]))
    with pytest.raises(kind):
        v.assign(tf.tensor(value))
    assert v.array_sync() == [0, 0]


def test_a_fraction_does_not_fit_into_whole_numbers() -> None:
    v = tf.variable(1, dtype="int32")
    v.assign(5)
    with pytest.raises(tf.errors.DTypeError):
        v.assign_add(0.5)
    assert v.array_sync() == 5


def test_a_variable_survives_every_tidy() -> None:
    def work() -> Any:
        v = tf.variable(tf.zeros([3]))
        v.assign(tf.ones([3]))
        return [v]

    (v,) = tf.tidy(work)
    with tf.scope():
        v.assign(v.add(1))
    assert v.array_sync() == [2, 2, 2]


def test_memory_adds_up_whatever_is_assigned() -> None:
    gc.collect()
    base = tf.memory()
    v = tf.variable(tf.zeros([1000]))
    for _step in range(50):
        v.assign(v.add(1))
        v.assign_sub(tf.ones([1000]))
    v.realize()
    after = tf.memory()
    assert after.num_tensors == base.num_tensors + 1
    assert after.num_bytes == base.num_bytes + 4000
    v.dispose()
    assert tf.memory().num_bytes == base.num_bytes
    assert LEDGER.bytes == tf.memory().num_bytes


def test_names_are_their_own(english: None) -> None:
    v = tf.variable(1, name="weights")
    with pytest.raises(tf.errors.ArgumentError, match="'weights' already"):
        tf.variable(2, name="weights")
    v.dispose()
    assert tf.variable(2, name="weights").array_sync() == 2
    assert tf.variable(0).name != tf.variable(0).name


def test_a_cell_that_runs_again_makes_its_variable_again() -> None:
    LEDGER.cell += 1
    first = tf.variable(1, name="again")
    LEDGER.cell += 1
    second = tf.variable(2, name="again")
    assert first.array_sync() == 1
    assert VARIABLES.find("again") is second


def test_variables_are_listed_while_they_live() -> None:
    tf.dispose_variables()
    a, b = tf.variable(1, name="a"), tf.variable(2, trainable=False, name="b")
    assert [one.name for one in VARIABLES.live()] == ["a", "b"]
    del a
    gc.collect()
    assert [one.name for one in VARIABLES.live()] == ["b"]
    tf.dispose_variables()
    assert b.is_disposed
    assert VARIABLES.live() == []


def test_a_disposed_variable_is_not_assigned() -> None:
    v = tf.variable(1)
    v.dispose()
    for use in (lambda: v.assign(2), lambda: v.assign_add(1), lambda: v.add(1)):
        with pytest.raises(tf.errors.DisposedError):
            use()


def test_the_type_of_the_first_value_can_be_chosen() -> None:
    assert tf.variable([1.7, 2], dtype="int32").array_sync() == [1, 2]
    assert tf.variable(tf.tensor([1.7]), dtype="int32").array_sync() == [1]
    assert tf.tensor([1, 2]).variable(False, "chained").trainable is False


def test_a_copy_is_a_variable_with_a_life_and_name_of_its_own() -> None:
    v = tf.variable([1, 2], name="original")
    for other in (copy.copy(v), copy.deepcopy(v), pickle.loads(pickle.dumps(v)), pickle.loads(pickle.dumps(v, 4))):
        assert isinstance(other, tf.Variable)
        assert other.name != "original"
        other.assign([5, 6])
        assert v.array_sync() == [1, 2]


def test_its_repr_says_its_name() -> None:
    v = tf.variable([1, 2], name="w")
    assert repr(v).startswith("<tf.Variable 'w' [2] float32 on ")
