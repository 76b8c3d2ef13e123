"""What runs as one program: told by the launches of a device that only counts them."""

from __future__ import annotations

from functools import reduce

import pytest

import tfnb as tf
from tfnb.device.null import NullDevice
from tfnb.engine.pending import Pending
from tfnb.tensors import Tensor


def launches(null: NullDevice) -> list[tuple[tuple[str, ...], int]]:
    """Kernels and outputs of what has run."""
    return [(launch.kernels, launch.outputs) for launch in null.launches]


# ------------------------------------------------------------------------------------------------ when


def test_nothing_runs_until_a_value_is_needed(null: NullDevice) -> None:
    y = tf.ones([4]).add(1).square().neg()
    assert null.launches == []
    y.data_sync()
    assert launches(null) == [(("add", "square", "neg"), 1)]


@pytest.mark.parametrize("read", [Tensor.data_sync, Tensor.array_sync, Tensor.numpy, Tensor.realize, float])
def test_every_way_to_read_runs_what_is_pending_once(null: NullDevice, read: object) -> None:
    y = tf.ones([1]).add(1)
    for _time in range(2):
        read(y)  # type: ignore[operator]
    assert launches(null)[0] == (("add",), 1)
    assert sum(launch.kernels == ("add",) for launch in null.launches) == 1


def test_shape_and_data_type_are_known_before_anything_runs(null: NullDevice) -> None:
    y = tf.ones([3, 1]).less(tf.zeros([1, 4]))
    assert (y.shape, y.dtype, y.place, null.launches) == ((3, 4), "bool", "pending", [])


def test_an_error_of_the_user_is_raised_when_the_op_is_written(null: NullDevice) -> None:
    with pytest.raises(tf.errors.ShapeError, match=r"^add\(b\)|^add"):
        tf.ones([2]).add(tf.ones([3]))
    assert null.launches == []


def test_what_nobody_reads_never_runs(null: NullDevice) -> None:
    tf.ones([4]).exp()
    tf.tidy(lambda: (tf.ones([4]).exp(), None)[1])
    tf.ones([4]).add(1).data_sync()
    assert launches(null) == [(("add",), 1)]


# ------------------------------------------------------------------------------------------------ shared work


def test_a_node_with_a_live_handle_is_an_extra_output_and_is_computed_once(null: NullDevice) -> None:
    middle = tf.ones([4]).add(1)
    end = middle.square()
    end.data_sync()
    middle.data_sync()
    assert launches(null) == [(("add", "square"), 2)]


def test_a_second_consumer_does_not_compute_its_argument_again(null: NullDevice) -> None:
    def two() -> tuple[Tensor, Tensor]:
        middle = tf.ones([4]).add(1)
        return middle.square(), middle.neg()

    one, other = tf.tidy(two)  # the handle of the middle is gone
    one.data_sync()
    other.data_sync()
    assert launches(null) == [(("add", "square"), 2), (("neg",), 1)]


def test_a_consumer_that_nobody_wants_any_more_adds_no_output(null: NullDevice) -> None:
    middle = tf.ones([4]).add(1)
    one, other = middle.square(), middle.neg()
    other.dispose()
    middle.dispose()
    one.data_sync()
    assert launches(null) == [(("add", "square"), 1)]


def test_both_paths_of_a_diamond_are_one_program(null: NullDevice) -> None:
    def diamond() -> Tensor:
        top = tf.ones([4]).add(1)
        return top.square().mul(top.neg())

    tf.tidy(diamond).data_sync()
    assert launches(null) == [(("add", "square", "neg", "mul"), 1)]


def test_doubling_thirty_times_is_thirty_steps_not_a_billion(null: NullDevice) -> None:
    def doubled() -> Tensor:
        return reduce(lambda x, _step: x.add(x), range(30), tf.ones([4]).neg())

    tf.tidy(doubled).data_sync()
    assert launches(null) == [(("neg",) + ("add",) * 30, 1)]


def test_a_handle_disposed_of_in_the_middle_does_not_break_the_chain(null: NullDevice) -> None:
    first = tf.ones([4])
    middle = first.add(1)
    end = middle.square().neg()
    first.dispose()
    middle.dispose()
    end.data_sync()
    assert launches(null) == [(("add", "square", "neg"), 1)]


def test_views_of_pending_work_share_it(null: NullDevice) -> None:
    x = tf.ones([4]).add(1)
    y = x.reshape([2, 2])
    y.data_sync()
    x.data_sync()
    assert [launch.kernels for launch in null.launches].count(("add",)) == 1


# ------------------------------------------------------------------------------------------------ limits


def test_sixty_four_ops_fit_and_the_next_one_begins_a_new_program(null: NullDevice) -> None:
    def chain(length: int) -> Tensor:
        return reduce(lambda x, _step: x.add(1), range(length), tf.ones([4]))

    tf.tidy(lambda: chain(64)).data_sync()
    assert [len(launch.kernels) for launch in null.launches] == [64]
    null.launches.clear()
    tf.tidy(lambda: chain(65)).data_sync()
    assert [len(launch.kernels) for launch in null.launches] == [64, 1]


def test_eight_inputs_fit_and_the_ninth_begins_a_new_program(null: NullDevice) -> None:
    def total(count: int) -> Tensor:
        inputs = [tf.fill([4], number) for number in range(count)]
        return reduce(tf.add, inputs)

    tf.tidy(lambda: total(8)).data_sync()
    assert launches(null) == [(("add",) * 7, 1)]
    null.launches.clear()
    tf.tidy(lambda: total(9)).data_sync()
    assert launches(null) == [(("add",) * 7, 1), (("add",), 1)]


def test_one_input_used_many_times_counts_once(null: NullDevice) -> None:
    def powers() -> Tensor:
        x = tf.ones([4])
        return reduce(lambda y, _step: y.mul(x), range(20), x)

    tf.tidy(powers).data_sync()
    assert launches(null) == [(("mul",) * 20, 1)]


def test_sixteen_transcendental_ops_fit_and_the_next_one_begins_a_new_program(null: NullDevice) -> None:
    def chain(length: int) -> Tensor:
        return reduce(lambda x, _step: x.sin(), range(length), tf.ones([4]))

    tf.tidy(lambda: chain(16)).data_sync()
    assert launches(null) == [(("sin",) * 16, 1)]
    null.launches.clear()
    tf.tidy(lambda: chain(17)).data_sync()
    assert launches(null) == [(("sin",) * 16, 1), (("sin",), 1)]


def test_no_program_writes_more_outputs_than_the_device_takes(null: NullDevice) -> None:
    handles = [tf.ones([4]).add(1)]
    for _step in range(20):
        handles.append(handles[-1].add(1))
    handles[-1].data_sync()
    assert max(launch.outputs for launch in null.launches) <= null.max_outputs
    assert sum(len(launch.kernels) for launch in null.launches) == 21, "nothing is computed twice"
    for handle in handles:
        handle.data_sync()
    assert sum(len(launch.kernels) for launch in null.launches) == 21


def test_a_hundred_thousand_ops_need_no_recursion(null: NullDevice) -> None:
    before = tf.memory().num_tensors
    x = tf.ones([4])
    for _step in range(100_000):
        x = x.add(1)
    x.data_sync()
    assert sum(len(launch.kernels) for launch in null.launches) == 100_000
    assert max(len(launch.kernels) for launch in null.launches) == 64
    assert tf.memory().num_tensors == before + 1


def test_fifty_thousand_ops_of_alternating_kinds_need_no_recursion(null: NullDevice) -> None:
    x = tf.ones([2, 2])
    for _step in range(25_000):
        x = x.add(1).transpose()
    x.data_sync()
    names = [name for launch in null.launches for name in launch.kernels]
    assert (names.count("add"), names.count("transpose")) == (25_000, 25_000)


def test_a_hundred_thousand_pending_ops_can_be_thrown_away(null: NullDevice) -> None:
    x = tf.ones([2, 2])
    for _step in range(50_000):
        x = x.add(1).transpose()
    x.dispose()
    del x
    assert (null.bytes_in_use, null.launches) == (0, [])


# ------------------------------------------------------------------------------------------------ shapes


def test_a_broadcast_input_is_read_in_place(null: NullDevice) -> None:
    tf.ones([3, 4]).add(tf.ones([4])).mul(tf.scalar(2)).data_sync()
    assert launches(null) == [(("add", "mul"), 1)]


def test_work_of_another_shape_runs_before_what_it_is_broadcast_into(null: NullDevice) -> None:
    row = tf.tidy(lambda: tf.ones([4]).add(1))
    tf.ones([3, 4]).add(row).data_sync()
    assert launches(null) == [(("add",), 1), (("add",), 1)]


def test_conversions_join_the_program(null: NullDevice) -> None:
    whole = tf.tensor([1, 2], dtype="int32")
    tf.ones([2]).add(whole).data_sync()
    assert len(null.launches) == 1


def test_numbers_take_no_storage_and_no_program(null: NullDevice) -> None:
    x = tf.ones([4])
    before = null.bytes_in_use
    y = x.mul(2).add(3).sub(0.5)
    assert null.bytes_in_use == before
    y.data_sync()
    assert null.bytes_in_use == 2 * before


def test_nodes_hold_storage_and_no_handles(null: NullDevice) -> None:
    empty = tf.memory()
    x = tf.ones([4])
    y = x.add(1).square()
    before = tf.memory()
    assert before.num_tensors - empty.num_tensors == 2
    assert (before.num_bytes - empty.num_bytes, before.unrealized_bytes - empty.unrealized_bytes) == (32, 16)
    del x
    after = tf.memory()
    assert after.num_tensors - empty.num_tensors == 1
    assert (after.num_bytes - empty.num_bytes, after.retained_bytes - empty.retained_bytes) == (16, 16)
    assert isinstance(y.store, Pending)
