"""Small models and sets of samples that several tests train."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import tfnb as tf
from tfnb.language import set_language

Array = np.ndarray[Any, Any]


@pytest.fixture(autouse=True)
def messages_in_english() -> Iterator[None]:
    set_language("en")
    yield
    set_language(None)


@pytest.fixture
def numbers() -> tuple[Array, Array]:
    """Ten samples of three numbers, and one number to foretell: float32."""
    random = np.random.default_rng(1)
    return random.normal(size=(10, 3)).astype(np.float32), random.normal(size=(10, 1)).astype(np.float32)


@pytest.fixture
def classes() -> tuple[Array, Array]:
    """60 samples of four numbers, and the one-hot rows of three classes that can be told apart."""
    random = np.random.default_rng(2)
    x = random.normal(size=(60, 4)).astype(np.float32)
    return x, np.eye(3, dtype=np.float32)[x[:, :3].argmax(1)]


@pytest.fixture
def linear() -> tf.Sequential:
    """One output, a weighted sum of three inputs: zeros at first; compiled with sgd(0.1) and the squared error."""
    model = tf.sequential([tf.layers.dense(units=1, input_shape=[3], kernel_initializer="zeros")])
    model.compile(optimizer=tf.train.sgd(0.1), loss="mean_squared_error")
    return model


@pytest.fixture
def classifier() -> tf.Sequential:
    """Three classes of four inputs, with a hidden layer; compiled with sgd(0.5), cross-entropy and accuracy."""
    model = tf.sequential()
    model.add(tf.layers.dense(units=8, activation="relu", input_shape=[4]))
    model.add(tf.layers.dense(units=3, activation="softmax"))
    model.compile(optimizer=tf.train.sgd(0.5), loss="categorical_crossentropy", metrics=["accuracy"])
    return model


class ByHand:
    """The linear model and its gradient, in NumPy and float64."""

    def __init__(self, rate: float = 0.1) -> None:
        self.kernel, self.bias, self.rate = np.zeros((3, 1)), np.zeros(1), rate

    def loss(self, x: Array, y: Array, weights: Array | float = 1.0) -> float:
        return float(np.mean((x @ self.kernel + self.bias - y)[:, 0] ** 2 * weights))

    def step(self, x: Array, y: Array, weights: Array | float = 1.0) -> float:
        """One step of gradient descent; the loss before it."""
        loss = self.loss(x, y, weights)
        slope = (2 * (x @ self.kernel + self.bias - y)[:, 0] * weights / len(x))[:, None]
        self.kernel = self.kernel - self.rate * x.T @ slope
        self.bias = self.bias - self.rate * slope.sum(0)
        return loss

    def epoch(self, x: Array, y: Array, size: int, weights: Array | None = None) -> float:
        """One epoch in the order of the samples; the mean loss over them."""
        total = 0.0
        for begin in range(0, len(x), size):
            rows = slice(begin, begin + size)
            total += self.step(x[rows], y[rows], 1.0 if weights is None else weights[rows]) * len(x[rows])
        return total / len(x)


@pytest.fixture
def by_hand() -> ByHand:
    return ByHand()
