"""Optimizers beside their papers' formulas in float64, and beside torch's where the formulas agree."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tfnb as tf

TORCH = json.loads((Path(__file__).parents[1] / "vectors" / "torch.json").read_text())
Array = np.ndarray[Any, Any]
Steps = Iterator[Array]
STEPS = 25


def gradients() -> list[Array]:
    random = np.random.default_rng(8)
    return [random.normal(size=(3, 4)) * 10.0 ** (step % 3 - 1) for step in range(STEPS)]


# From gradients to what is taken off the variable. The sources are in the docstrings of the optimizers.


def sgd(gs: list[Array], rate: float) -> Steps:
    yield from (rate * g for g in gs)


def momentum(gs: list[Array], rate: float, mu: float, nesterov: bool = False) -> Steps:
    a = 0.0 * gs[0]
    for g in gs:
        a = mu * a + g
        yield rate * (g + mu * a if nesterov else a)


def adagrad(gs: list[Array], rate: float, first: float = 0.1) -> Steps:
    s = first + 0 * gs[0]
    for g in gs:
        s = s + g * g
        yield rate * g / np.sqrt(s + 1e-7)


def rmsprop(
    gs: list[Array], rate: float, decay: float = 0.9, mu: float = 0.0, eps: float = 1e-7, centered: bool = False
) -> Steps:
    s, c, m = 0 * gs[0], 0 * gs[0], 0 * gs[0]
    for g in gs:
        s = decay * s + (1 - decay) * g * g
        c = decay * c + (1 - decay) * g
        # TensorFlow.js takes eps off where the paper (Graves 2013, equation 40) adds it.
        m = mu * m + rate * g / np.sqrt(s - c * c - eps if centered else s + eps)
        yield m


def adam(gs: list[Array], rate: float = 1e-3, b1: float = 0.9, b2: float = 0.999, eps: float = 1e-7) -> Steps:
    m, v = 0 * gs[0], 0 * gs[0]
    for t, g in enumerate(gs, 1):
        m, v = b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g * g
        yield rate * (m / (1 - b1**t)) / (np.sqrt(v / (1 - b2**t)) + eps)


def adamax(
    gs: list[Array], rate: float = 2e-3, b1: float = 0.9, b2: float = 0.999, eps: float = 1e-7, decay: float = 0.0
) -> Steps:
    m, u = 0 * gs[0], 0 * gs[0]
    for t, g in enumerate(gs, 1):
        m, u = b1 * m + (1 - b1) * g, np.maximum(b2 * u, np.abs(g))
        yield rate / (1 + decay * (t - 1)) / (1 - b1**t) * m / (u + eps)


def adadelta(gs: list[Array], rate: float = 1e-3, rho: float = 0.95, eps: float = 1e-7) -> Steps:
    s, u = 0 * gs[0], 0 * gs[0]
    for g in gs:
        step = np.sqrt(u + eps) / np.sqrt(s + eps) * g  # TensorFlow.js has the s of before the step
        s, u = rho * s + (1 - rho) * g * g, rho * u + (1 - rho) * step * step
        yield rate * step


CASES: list[tuple[Callable[..., Steps], tuple[Any, ...]]] = [
    (sgd, (0.1,)), (momentum, (0.1, 0.9)), (momentum, (0.1, 0.9, True)), (adagrad, (0.1,)), (adagrad, (0.1, 0.5)),
    (rmsprop, (0.01,)), (rmsprop, (0.01, 0.8, 0.5, 1e-3)), (rmsprop, (0.01, 0.9, 0.5, 1e-9, True)),
    (adam, ()), (adam, (0.1, 0.7, 0.95, 1e-4)), (adamax, ()), (adamax, (0.1, 0.7, 0.95, 1e-4, 0.2)),
    (adadelta, ()), (adadelta, (1.0, 0.8, 1e-4)),
]  # fmt: skip


@pytest.mark.parametrize(("formula", "arguments"), CASES, ids=lambda one: getattr(one, "__name__", str(one)))
def test_the_formula(formula: Callable[..., Steps], arguments: tuple[Any, ...], backend: str) -> None:
    v = tf.variable(tf.zeros([3, 4]))
    optimizer = getattr(tf.train, formula.__name__)(*arguments)
    wanted = np.zeros((3, 4))
    for g, step in zip(gradients(), formula(gradients(), *arguments), strict=True):
        optimizer.apply([v], [tf.tensor(g)])
        wanted = wanted - step
    assert np.allclose(v.numpy(), wanted, rtol=3e-5, atol=2e-6 * np.abs(wanted).max())


@pytest.mark.parametrize("told", TORCH["optimizers"], ids=lambda told: f"{told['name']}{len(told['arguments'])}")
def test_beside_torch(told: dict[str, Any]) -> None:
    v = tf.variable(tf.zeros([3, 4]))
    optimizer = getattr(tf.train, told["name"])(*told["arguments"])
    for slope in told["slopes"]:
        optimizer.apply([v], [tf.tensor(slope)])
    assert np.allclose(v.numpy(), np.array(told["result"]), rtol=3e-5, atol=1e-5)
    optimizer.dispose()


def test_a_centered_mean_square_of_nothing_gives_numbers(backend: str) -> None:
    """sqrt(mean square - mean² - epsilon) has no value for gradients of 0: there, epsilon stands under the root."""
    v = tf.variable([1.0, 1.0])
    optimizer = tf.train.rmsprop(0.1, centered=True)
    for _step in range(3):
        optimizer.apply([v], [tf.tensor([0.0, 1.0])])
    assert v.numpy()[0] == 1
    assert np.isfinite(v.numpy()).all() and v.numpy()[1] < 1
