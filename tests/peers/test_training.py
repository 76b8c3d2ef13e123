"""Training beside TensorFlow.js: from the same weights, on the same batches, twenty steps lead to the same place."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tfnb as tf
from tests.peers.conftest import Peer, array_of, coded
from tests.peers.models import MODELS, inputs_of, labels_of

STEPS = 20
OPTIMIZERS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "sgd": ({"learningRate": 0.1}, {"learning_rate": 0.1}),
    "momentum": (
        {"learningRate": 0.05, "momentum": 0.9, "useNesterov": True},
        {"learning_rate": 0.05, "momentum": 0.9, "use_nesterov": True},
    ),
    "adagrad": (
        {"learningRate": 0.1, "initialAccumulatorValue": 0.1},
        {"learning_rate": 0.1, "initial_accumulator_value": 0.1},
    ),
    "adadelta": (
        {"learningRate": 1.0, "rho": 0.95, "epsilon": 1e-6},
        {"learning_rate": 1.0, "rho": 0.95, "epsilon": 1e-6},
    ),
    "adam": (
        {"learningRate": 0.02, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-7},
        {"learning_rate": 0.02, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-7},
    ),
    "adamax": (
        {"learningRate": 0.02, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-7, "decay": 0.01},
        {"learning_rate": 0.02, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-7, "decay": 0.01},
    ),
    # Centered, TensorFlow.js takes epsilon away below the root, and small gradients become NaN: tests/train has that.
    "rmsprop": (
        {"learningRate": 0.01, "decay": 0.9, "momentum": 0.5, "epsilon": 1e-6},
        {"learning_rate": 0.01, "decay": 0.9, "momentum": 0.5, "epsilon": 1e-6},
    ),
}
CASES = [
    *[(name, "sgd") for name in ("dense", "simple_rnn", "gru", "lstm", "bidirectional", "embedding", "lstm_options")],
    *[("dense", name) for name in OPTIMIZERS if name != "sgd"],
    ("lstm", "adam"),
]

# On OpenGL those that differ in what runs there; each placement is held against the host elsewhere.
PLACED = [
    *[(case, "host") for case in CASES],
    *[((name, how), "gl") for name, how in (("dense", "sgd"), ("simple_rnn", "sgd"), ("dense", "adam"))],
]


@pytest.fixture(scope="module")
def trained(tensorflow_js: Peer, tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Any]:
    """What TensorFlow.js reached in each case, with the start and the batches: one call of Node.js for all."""
    folder, requests = tmp_path_factory.mktemp("models"), []
    for number, (name, optimizer) in enumerate(CASES):
        random = np.random.default_rng(number)
        model = MODELS[name]()
        model.save(str(folder / str(number)))
        model.dispose()
        requests.append(
            {
                "action": "train",
                "folder": str(folder / str(number)),
                "optimizer": optimizer,
                "options": OPTIMIZERS[optimizer][0],
                "loss": "categoricalCrossentropy",
                "metrics": ["accuracy"],
                "batches": [coded(inputs_of(name, random)[0]) for _step in range(STEPS)],
                "labels": [coded(labels_of(random)) for _step in range(STEPS)],
            }
        )
    answers = tensorflow_js(requests)
    return {case: (request, answer) for case, request, answer in zip(CASES, requests, answers, strict=True)}


@pytest.fixture(autouse=True)
def tidied() -> Iterator[None]:
    with tf.scope():
        yield


@pytest.mark.parametrize(("case", "backend"), PLACED, ids=lambda one: one if isinstance(one, str) else "-".join(one))
def test_twenty_steps_are_those_of_tensorflow_js(case: tuple[str, str], backend: str, trained: Any) -> None:
    request, answer = trained[case]
    before = tf.get_backend()
    assert tf.set_backend(backend)
    try:
        model = tf.load_layers_model(Path(request["folder"]))
        optimizer = getattr(tf.train, case[1])(**OPTIMIZERS[case[1]][1])
        model.compile(optimizer=optimizer, loss="categoricalCrossentropy", metrics=["accuracy"])
        losses = []
        for x, y in zip(request["batches"], request["labels"], strict=True):
            losses.append(model.train_on_batch(tf.tensor(array_of(x)), tf.tensor(array_of(y))))
        weights = [one.numpy() for one in model.get_weights()]
        model.dispose()
    finally:
        tf.set_backend(before)
    assert np.allclose(losses, answer["losses"], rtol=0, atol=1e-4)
    for found, told in zip(weights, answer["weights"], strict=True):
        wanted = array_of(told)
        assert np.abs(found - wanted).max() <= 1e-3 * max(1e-6, float(np.abs(wanted).max()))
