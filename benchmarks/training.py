"""Training as a user has it: steps of `fit` on a perceptron and on recurrent models, and predictions of one sample.

A step of ours is all that `fit` does for a batch: its place in the shuffled order, its cut, forward, loss, backward,
the optimizer, the numbers for the History. The others get their batch ready.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks import recurrent, tensorflow_js
from benchmarks.case import Bound, Case, Contender, Work

Array = np.ndarray[Any, Any]

INPUTS, HIDDEN, CLASSES, BATCH, STEPS = 784, 128, 10, 32, 20
RATE = 0.001
# The WebGL backend of TensorFlow.js is 3e-3 away from its CPU backend after five steps of adam; the others 1e-6.
TOLERANCE = 5e-3


class Perceptron:
    """Samples and first weights, the same for everybody."""

    def __init__(self) -> None:
        random = np.random.default_rng(0)
        self.x = random.random((BATCH, INPUTS), np.float32)
        self.classes = random.integers(0, CLASSES, BATCH)
        self.y = np.eye(CLASSES, dtype=np.float32)[self.classes]
        self.weights = [
            (0.05 * random.standard_normal((INPUTS, HIDDEN))).astype(np.float32),
            np.zeros(HIDDEN, np.float32),
            (0.1 * random.standard_normal((HIDDEN, CLASSES))).astype(np.float32),
            np.zeros(CLASSES, np.float32),
        ]

    def layers(self) -> list[dict[str, Any]]:
        """As TensorFlow.js is asked for them."""
        first = {"kind": "dense", "units": HIDDEN, "activation": "relu", "inputShape": [INPUTS]}
        return [first, {"kind": "dense", "units": CLASSES, "activation": "softmax"}]

    def model(self) -> Any:
        """Ours."""
        import tfnb as tf

        tf.set_backend("auto")
        model = tf.sequential()
        model.add(tf.layers.dense(units=HIDDEN, activation="relu", input_shape=[INPUTS]))
        model.add(tf.layers.dense(units=CLASSES, activation="softmax"))
        model.compile(optimizer=tf.train.adam(RATE), loss="categorical_crossentropy")
        model.set_weights([tf.tensor(one) for one in self.weights])
        return model

    def torch(self) -> Any:
        """PyTorch's, without the softmax, which its loss has."""
        import torch

        torch.set_num_threads(2)
        model = torch.nn.Sequential(torch.nn.Linear(INPUTS, HIDDEN), torch.nn.ReLU(), torch.nn.Linear(HIDDEN, CLASSES))
        with torch.no_grad():
            for parameter, value in zip(model.parameters(), self.weights):
                parameter.copy_(torch.from_numpy(value.T.copy()))
        return model


PERCEPTRON = Perceptron()


def fitting(model: Any, x: Array, y: Array) -> tuple[Work, Callable[[Any], Array]]:
    """Steps of `fit`: the work tells the seconds of one; the result is five losses of one batch."""
    from time import perf_counter

    losses = [model.train_on_batch(x, y) for _step in range(5)]
    many_x, many_y = np.tile(x, (STEPS, *[1] * (x.ndim - 1))), np.tile(y, (STEPS, 1))

    def work() -> float:
        start = perf_counter()
        model.fit(many_x, many_y, batch_size=len(x), verbose=0)
        return (perf_counter() - start) / STEPS

    work.tells_seconds = True  # type: ignore[attr-defined]
    return work, lambda _seconds: np.asarray(losses)


def _ours() -> tuple[Work, Callable[[Any], Array]]:
    return fitting(PERCEPTRON.model(), PERCEPTRON.x, PERCEPTRON.y)


def _torch() -> tuple[Work, Callable[[Any], Array]]:
    import torch

    model = PERCEPTRON.torch()
    optimizer = torch.optim.Adam(model.parameters(), lr=RATE)
    x, classes = torch.from_numpy(PERCEPTRON.x), torch.from_numpy(PERCEPTRON.classes)

    def work() -> float:
        optimizer.zero_grad()
        loss: Any = torch.nn.functional.cross_entropy(model(x), classes)
        loss.backward()
        optimizer.step()
        return float(loss.item())

    losses = [work() for _step in range(5)]
    return work, lambda _loss: np.asarray(losses)


def _predict() -> tuple[Work, Callable[[Any], Array]]:
    import tfnb as tf

    model, x = PERCEPTRON.model(), tf.tensor(PERCEPTRON.x[:1])
    return lambda: model.predict(x), lambda y: np.asarray(y.numpy())


def _torch_predict() -> tuple[Work, Callable[[Any], Array]]:
    import torch

    model, x = PERCEPTRON.torch(), torch.from_numpy(PERCEPTRON.x[:1].copy())

    def work() -> Any:
        with torch.no_grad():
            return torch.softmax(model(x), 1)

    return work, lambda y: np.asarray(y.numpy())


def _request(action: str, rows: int = BATCH) -> Callable[[], Any]:
    given = PERCEPTRON
    return lambda: tensorflow_js.request(action, given.layers(), given.weights, given.x[:rows], given.y[:rows])


def _recurrent_layers(given: recurrent.Given) -> list[dict[str, Any]]:
    kind = {"simple_rnn": "simpleRNN"}.get(given.family, given.family)
    first = {"kind": kind, "units": given.units, "inputShape": [recurrent.TIME, recurrent.FEATURES]}
    return [first, {"kind": "dense", "units": recurrent.CLASSES, "activation": "softmax"}]


def _recurrent_request(given: recurrent.Given, action: str, rows: int = recurrent.BATCH) -> Callable[[], Any]:
    zeros = np.zeros(recurrent.CLASSES, np.float32)
    weights = (given.kernel, given.recurrent_kernel, given.bias, given.dense, zeros)
    layers = _recurrent_layers(given)
    return lambda: tensorflow_js.request(action, layers, weights, given.x[:rows], given.y[:rows])


def _recurrent_case(family: str) -> Case:
    given = recurrent.Given(family, as_torch=False)
    ours = Contender("tfnb", lambda: fitting(recurrent.model_of(given), given.x, given.y))
    theirs = tensorflow_js.contenders(_recurrent_request(given, "train"))
    return Case(
        f"fit {family}",
        f"a step of fit: {family}({given.units}), dense softmax, 32x80x4, adam, TensorFlow.js's gates",
        (ours, *theirs),
        tuple(Bound("tfnb", one.name, 0.2) for one in theirs),
        tolerance=TOLERANCE,
    )


_PEERS = tensorflow_js.contenders(_request("train"))
_PEERS_PREDICT = tensorflow_js.contenders(_request("predict", 1))

CASES = [
    Case(
        "fit perceptron",
        "a step of fit: 784-128-10, batch of 32, cross-entropy, adam",
        (Contender("tfnb", _ours), Contender("torch", _torch), *_PEERS),
        (Bound("tfnb", "torch", 1.0), *(Bound("tfnb", one.name, 0.2) for one in _PEERS)),
        tolerance=TOLERANCE,
    ),
    Case(
        "predict perceptron",
        "784-128-10, one sample",
        (Contender("tfnb", _predict), Contender("torch", _torch_predict), *_PEERS_PREDICT),
        (Bound("tfnb", None, 100e-6),),
        inner=20,
    ),
    *(_recurrent_case(family) for family in recurrent.UNITS),
]
