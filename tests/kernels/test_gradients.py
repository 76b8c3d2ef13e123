"""The gradients written in the records of reductions, scans and products, against finite differences in float64."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import pytest

import tfnb as tf
from tfnb import autodiff
from tfnb.engine.run import execute
from tfnb.kernels.record import KERNELS, Kernel

STEP = 1e-6
Array = np.ndarray[Any, Any]

CASES: list[tuple[str, dict[str, tuple[int, ...]], dict[str, Any]]] = [
    *[
        (name, {"x": (3, 4, 5)}, {"axis": axis, "keep_dims": keep})
        for name in ("sum", "mean", "max", "min", "prod", "log_sum_exp")
        for axis, keep in [((0, 1, 2), False), ((1,), True), ((0, 2), False), ((), False)]
    ],
    ("prod", {"x": (1,)}, {"axis": (0,), "keep_dims": False}),
    *[(name, {"logits": (3, 5)}, {"axis": axis}) for name in ("softmax", "log_softmax") for axis in (0, 1)],
    *[
        ("cumsum", {"x": (3, 5)}, {"axis": axis, "exclusive": exclusive, "reverse": reverse})
        for axis, exclusive, reverse in [(0, False, False), (1, True, False), (1, False, True), (0, True, True)]
    ],
    *[
        (
            "matmul",
            {"a": (2, 4, 3) if turn_a else (2, 3, 4), "b": (2, 5, 4) if turn_b else (2, 4, 5)},
            {"transpose_a": turn_a, "transpose_b": turn_b},
        )
        for turn_a in (False, True)
        for turn_b in (False, True)
    ],
    ("unsorted_segment_sum", {"x": (6, 3)}, {"num_segments": 3}),
]


def run(kernel: Kernel, arrays: dict[str, Array], attributes: dict[str, Any], ids: Array | None) -> Array:
    given = [*arrays.values()] if ids is None else [*arrays.values(), ids]
    return np.asarray(kernel.reference(*given, **attributes))


@pytest.mark.parametrize(("name", "shapes", "attributes"), CASES, ids=lambda value: str(value).replace(" ", ""))
def test_a_gradient_is_the_slope_in_a_random_direction(
    name: str, shapes: dict[str, tuple[int, ...]], attributes: dict[str, Any]
) -> None:
    kernel = KERNELS[name]
    assert isinstance(kernel, Kernel) and kernel.gradient is not None
    random = np.random.default_rng(4)
    arrays: dict[str, Array] = {
        key: random.permutation(np.prod(shape)).reshape(shape) / 9.0 for key, shape in shapes.items()
    }
    ids = np.array([0, 2, -1, 2, 3, 0], np.int32) if name == "unsorted_segment_sum" else None
    y = run(kernel, arrays, attributes, ids)
    dy = random.normal(size=y.shape)
    with tf.scope():
        inputs = [tf.tensor(array) for array in arrays.values()]
        given = inputs if ids is None else [*inputs, tf.tensor(ids)]
        _value, gradients = autodiff.gradients(
            lambda: execute(kernel, given, sys._getframe(), **attributes), inputs, tf.tensor(dy)
        )
        for (key, array), gradient in zip(arrays.items(), gradients, strict=True):
            direction = random.normal(size=array.shape)
            slope = sum(
                sign * (dy * run(kernel, {**arrays, key: array + sign * STEP * direction}, attributes, ids)).sum()
                for sign in (1, -1)
            ) / (2 * STEP)
            assert gradient.shape == array.shape
            along = float((gradient.numpy().astype(np.float64) * direction).sum())
            scale = float((np.abs(gradient.numpy()) * np.abs(direction)).sum())
            assert abs(along - slope) < 1e-5 * max(scale, 1.0)


def test_the_gradient_of_a_product_is_right_where_a_value_is_zero() -> None:
    with tf.scope():
        found = tf.grad(lambda x: x.prod(1))(tf.tensor([[2.0, 0.0, 3.0], [0.0, 0.0, 4.0]])).array_sync()
    assert found == [[0.0, 6.0, 0.0], [0.0, 0.0, 0.0]]


@pytest.mark.parametrize("exclusive", [False, True])
@pytest.mark.parametrize("reverse", [False, True])
def test_the_gradient_of_products_along_an_axis_is_right_where_a_value_is_zero(exclusive: bool, reverse: bool) -> None:
    values = np.array([[2.0, 0.0, 3.0, 0.0, 1.5]])
    weights = np.array([[1.0, -2.0, 0.5, 4.0, 3.0]])
    wanted = np.zeros_like(values)
    for j in range(5):  # the product is linear in each value: a difference of two points is its slope
        points = []
        for value in (0.0, 1.0):
            changed = values.copy()
            changed[0, j] = value
            points.append(
                (
                    run(
                        KERNELS["cumprod"],
                        {"x": changed},
                        {"axis": 1, "exclusive": exclusive, "reverse": reverse},
                        None,
                    )
                    * weights
                ).sum()
            )
        wanted[0, j] = points[1] - points[0]
    with tf.scope():
        found = tf.grad(lambda x: tf.cumprod(x, 1, exclusive, reverse))(tf.tensor(values), tf.tensor(weights))
        assert np.allclose(found.numpy(), wanted, rtol=1e-6, atol=1e-6)
