"""A kernel with pending work before it or behind it gives what it gives without, on every path that it has."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import tfnb as tf
from tests.test_kernels import placed

TIERS = ("compute", "fragment")
Array = np.ndarray[Any, Any]

BEFORE: dict[str, tuple[Callable[[Any], Any], Callable[[Array], Any]]] = {
    "sum of rows": (lambda t: t.sum(1), lambda a: a.sum(1)),
    "sum of columns": (lambda t: t.sum(0), lambda a: a.sum(0)),
    "mean of all": (lambda t: t.mean(), np.mean),
    "max of rows": (lambda t: t.max(-1), lambda a: a.max(1)),
    "arg_max of columns": (lambda t: t.arg_max(0), lambda a: a.argmax(0)),
    "cumsum of rows": (lambda t: t.cumsum(1), lambda a: a.cumsum(1)),
    "cumsum of columns": (lambda t: t.cumsum(0, True), lambda a: np.concatenate([a[:1] * 0, a.cumsum(0)[:-1]])),
    "softmax": (lambda t: t.softmax(), lambda a: np.exp(a - np.log(np.exp(a).sum(1, keepdims=True)))),
    "log_softmax": (lambda t: t.log_softmax(), lambda a: a - np.log(np.exp(a).sum(1, keepdims=True))),
    "log_sum_exp": (lambda t: t.log_sum_exp(0), lambda a: np.log(np.exp(a).sum(0))),
}


@pytest.mark.parametrize("tier", TIERS)
@pytest.mark.parametrize("shape", [(6, 8), (90, 64), (70, 61), (3, 9001)], ids=str)
@pytest.mark.parametrize("name", BEFORE)
def test_what_is_pending_before_a_kernel_is_computed_as_it_reads(name: str, shape: tuple[int, ...], tier: str) -> None:
    ours, numpys = BEFORE[name]
    random = np.random.default_rng(0)
    x, row = random.normal(size=shape).astype(np.float32), random.normal(size=shape[1]).astype(np.float32)
    with placed(tier), tf.scope():
        pending = tf.tensor(x).mul(2).add(row).tanh()
        found = ours(pending).numpy()
    exact = numpys(np.tanh(x.astype(np.float64) * 2 + row))
    # Running sums of both signs may come near 0; their rounding goes with the numbers added.
    assert np.allclose(found, exact, rtol=2e-5, atol=3e-8 * x.size if "cumsum" in name else 1e-6)


# Sizes for each way to a product: value by value, tiles, rows that are copied, parts of a long inner axis, vectors.
PRODUCTS = [(5, 6, 7), (64, 128, 64), (61, 120, 67), (16, 20_000, 8), (10, 20_000, 6), (1, 300, 200), (300, 200, 1)]


@pytest.mark.parametrize("tier", TIERS)
@pytest.mark.parametrize("sizes", PRODUCTS, ids=str)
def test_bias_and_activation_behind_a_product_are_computed_with_it(sizes: tuple[int, int, int], tier: str) -> None:
    m, k, n = sizes
    random = np.random.default_rng(1)
    a, b = random.integers(-2, 3, (m, k)).astype(np.float32), random.integers(-2, 3, (k, n)).astype(np.float32)
    bias, rows = random.normal(size=n).astype(np.float32), random.normal(size=(m, 1)).astype(np.float32)
    with placed(tier), tf.scope():
        found = tf.matmul(a, b).add(bias).mul(0.5).sub(rows).relu().numpy()
        above = tf.matmul(a, b).add(bias).greater(0).numpy()
    exact = a.astype(np.float64) @ b
    assert np.allclose(found, np.maximum((exact + bias) * 0.5 - rows, 0), rtol=1e-6, atol=1e-5)
    assert np.array_equal(above, exact + bias > 0)


@pytest.mark.parametrize("tier", TIERS)
def test_a_batch_of_products_repeats_its_operands_and_its_bias(tier: str) -> None:
    random = np.random.default_rng(2)
    a, b = random.normal(size=(3, 1, 40, 36)).astype(np.float32), random.normal(size=(2, 36, 52)).astype(np.float32)
    bias = random.normal(size=(2, 1, 52)).astype(np.float32)
    with placed(tier), tf.scope():
        found = (tf.tensor(a) @ b).add(bias).numpy()
    assert np.allclose(found, a.astype(np.float64) @ b + bias, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("tier", TIERS)
def test_a_product_that_somebody_else_reads_is_kept(tier: str) -> None:
    with placed(tier), tf.scope():
        product = tf.ones([64, 64]) @ tf.ones([64, 64])
        shifted = product.add(1)
        assert float(shifted.max()) == 65.0
        assert float(product.min()) == 64.0
