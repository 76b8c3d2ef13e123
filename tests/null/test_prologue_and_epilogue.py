"""Reductions take pending work before them into their launch, products the pending work behind them."""

from __future__ import annotations

import pytest

import tfnb as tf
from tfnb.device.null import NullDevice


def kernels(null: NullDevice) -> list[tuple[str, ...]]:
    return [launch.kernels for launch in null.launches]


@pytest.mark.parametrize(
    "op",
    [
        "sum", "mean", "max", "min", "prod", "arg_max", "arg_min", "log_sum_exp", "cumsum", "cumprod", "softmax",
        "log_softmax",
    ],
)  # fmt: skip
def test_a_reduction_is_one_launch_with_what_is_pending_before_it(null: NullDevice, op: str) -> None:
    getattr(tf.ones([4, 5]).add(1).square(), op)().data_sync()
    assert kernels(null) == [("add", "square", op)]


def test_what_comes_behind_a_reduction_is_a_launch_of_its_own(null: NullDevice) -> None:
    tf.ones([4, 5]).square().sum(1).sqrt().data_sync()
    assert kernels(null) == [("square", "sum"), ("sqrt",)]


def test_pending_work_that_somebody_else_wants_is_written_once(null: NullDevice) -> None:
    x = tf.ones([4, 5]).square()
    x.sum().data_sync()
    x.mean().data_sync()
    assert kernels(null) == [("square",), ("sum",), ("mean",)]


def test_bias_and_activation_run_with_the_product(null: NullDevice) -> None:
    (tf.ones([4, 5]) @ tf.ones([5, 3])).add(tf.ones([3])).relu().data_sync()
    assert kernels(null) == [("matmul", "add", "relu")]


def test_a_product_takes_no_pending_operand(null: NullDevice) -> None:
    (tf.ones([4, 5]).square() @ tf.ones([5, 3])).data_sync()
    assert kernels(null) == [("square",), ("matmul",)]


def test_a_norm_is_one_reduction(null: NullDevice) -> None:
    tf.norm(tf.ones([4, 5]), axis=1).data_sync()
    assert kernels(null)[0] == ("square", "sum")
