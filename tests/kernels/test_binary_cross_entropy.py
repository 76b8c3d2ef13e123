"""The composite kernel of the binary cross-entropy: the fast pair, the definition, both orders."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import pytest

import tfnb as tf
from tests.differences import check, wide
from tfnb.engine.compose import compose
from tfnb.kernels.binary_cross_entropy import binary_cross_entropy


def loss(target: Any, output: Any) -> Any:
    return compose(binary_cross_entropy, (target, output), sys._getframe())[0]


@pytest.mark.parametrize("shape", [(4, 3), (1, 2), (2, 3, 4), (5, 1)])
def test_in_one_call(shape: tuple[int, ...]) -> None:
    random = np.random.default_rng(6)
    target, output = random.uniform(0.1, 0.9, shape), random.uniform(0.1, 0.9, shape)
    wanted = -(target * np.log(output) + (1 - target) * np.log(1 - output)).mean(-1)
    with tf.scope():
        found = loss(wide(target), wide(output))
        assert np.allclose(found.numpy(), wanted, rtol=1e-12)
        assert np.allclose(binary_cross_entropy.definition(wide(target), wide(output))[0].numpy(), wanted, rtol=1e-6)
        check(loss, [target, output])


def test_chances_of_nothing_and_of_everything_pass_no_gradient_on() -> None:
    with tf.scope():
        output, target = tf.tensor([[1.0, 0.0], [0.0, 1.0]]), tf.tensor([[0.0, 1.0], [0.0, 1.0]])
        slope = tf.grad(lambda output: loss(target, output))(output)
        assert slope.array_sync() == [[0, 0], [0, 0]]


@pytest.mark.parametrize("chance", [1e-6, 1e-4, 0.01])
def test_small_chances_keep_their_digits(chance: float) -> None:
    """log(1 - 1e-4) by a float32 1 - 1e-4 would be wrong in the fourth digit."""
    with tf.scope():
        found = loss(tf.tensor([[0.0]]), tf.tensor([[chance]]))
        assert float(found.numpy()[0]) == pytest.approx(-np.log1p(-float(np.float32(chance))), rel=2e-7)
