"""The composite kernels of a dense layer and of the cross-entropy: the fast pair, the definition, both orders."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import tfnb as tf
from tests.differences import check, wide
from tfnb.engine.compose import compose
from tfnb.kernels.cross_entropy import cross_entropy
from tfnb.kernels.dense import ACTIVATIONS, dense

Array = np.ndarray[Any, Any]


def by_hand(x: Array, kernel: Array, bias: Array | None, activation: str) -> Array:
    z = np.einsum("...k,kn->...n", x, kernel) + (0 if bias is None else bias)
    if activation == "softmax":
        powers = np.exp(z - z.max(-1, keepdims=True))
        return np.asarray(powers / powers.sum(-1, keepdims=True))
    activations: dict[str, Callable[[Array], Array]] = {
        "linear": lambda z: z,
        "relu": lambda z: np.where(z > 0, z, 0),
        "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
        "tanh": np.tanh,
    }
    return activations[activation](z)


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("shape", [(4, 3), (1, 1), (2, 5, 3), (2, 1, 2, 3), (0, 3)])
@pytest.mark.parametrize("with_bias", [True, False])
def test_a_dense_layer_in_one_call(activation: str, shape: tuple[int, ...], with_bias: bool) -> None:
    random = np.random.default_rng(2)
    arrays = [random.normal(size=shape), random.normal(size=(shape[-1], 5)), random.normal(size=5)][: 2 + with_bias]
    bias = arrays[2] if with_bias else None

    def f(*tensors: Any) -> Any:
        return compose(dense, (*tensors, None)[:3], sys._getframe(), activation=activation)[0]

    with tf.scope():
        assert np.allclose(f(*map(wide, arrays)).numpy(), by_hand(arrays[0], arrays[1], bias, activation), atol=1e-12)
        if 0 not in shape:
            check(f, arrays, tolerance=1e-6)
        assert tf.set_backend("gl")
        try:
            found = f(*[tf.tensor(one) for one in arrays])
            assert found.place in ("gl", "pending") and found.shape == (*shape[:-1], 5)
            assert np.allclose(found.numpy(), by_hand(arrays[0], arrays[1], bias, activation), atol=2e-6)
        finally:
            tf.set_backend("auto")


@pytest.mark.parametrize("shape", [(4, 3), (1, 2), (2, 3, 4)])
def test_the_cross_entropy_in_one_call(shape: tuple[int, ...]) -> None:
    random = np.random.default_rng(6)
    target, output = random.uniform(0.1, 1, shape), random.uniform(0.1, 1, shape)

    def f(target: Any, output: Any) -> Any:
        return compose(cross_entropy, (target, output), sys._getframe())[0]

    wanted = -(target * np.log(output / output.sum(-1, keepdims=True))).sum(-1)
    with tf.scope():
        assert np.allclose(f(wide(target), wide(output)).numpy(), wanted)
        check(f, [target, output])


def test_shares_of_nothing_and_of_everything_stay_finite_and_pass_no_gradient_on() -> None:
    with tf.scope():
        output, target = tf.tensor([[1.0, 0.0], [0.0, 1.0]]), tf.tensor([[0.0, 1.0], [0.0, 1.0]])

        def f(output: Any) -> Any:
            return compose(cross_entropy, (target, output), sys._getframe())[0]

        assert np.allclose(f(output).numpy(), [-np.log(1e-7), -np.log(1 - 1e-7)], rtol=1e-5, atol=1e-7)
        assert tf.grad(f)(output).array_sync() == [[0.0, 0.0], [0.0, 0.0]]
