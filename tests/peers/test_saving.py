"""Models go from tfnb to TensorFlow.js and back: the same numbers come out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tfnb as tf
from tests.peers.conftest import Peer, array_of, coded
from tests.peers.models import MODELS, inputs_of, labels_of


@pytest.fixture(autouse=True)
def tidied() -> Iterator[None]:
    with tf.scope():
        yield


def outputs_of(model: Any, inputs: list[Any]) -> Any:
    given = [tf.tensor(one) for one in inputs]
    return model.predict(given[0] if len(given) == 1 else given).numpy()


def test_tensorflow_js_opens_what_was_saved_here(tensorflow_js: Peer, tmp_path: Path) -> None:
    random = np.random.default_rng(1)
    requests, wanted = [], []
    for name, make in MODELS.items():
        model = make()
        model.save(f"file://{tmp_path / name}")
        inputs = inputs_of(name, random)
        requests.append({"action": "predict", "folder": str(tmp_path / name), "inputs": [coded(one) for one in inputs]})
        wanted.append(outputs_of(model, inputs))
        model.dispose()
    for name, answer, values in zip(MODELS, tensorflow_js(requests), wanted, strict=True):
        assert np.allclose(array_of(answer["outputs"][0]), values, rtol=1e-5, atol=1e-6), name


def test_what_tensorflow_js_saved_is_opened_here(tensorflow_js: Peer, tmp_path: Path) -> None:
    random = np.random.default_rng(2)
    requests = []
    for name, make in MODELS.items():
        model = make()
        requests.append(
            {
                "action": "save",
                "folder": str(tmp_path / name),
                "topology": json.loads(model.to_json()),
                "inputs": [coded(one) for one in inputs_of(name, random)],
                "shardBytes": 100,
            }
        )
        model.dispose()
    for name, request, answer in zip(MODELS, requests, tensorflow_js(requests), strict=True):
        model = tf.load_layers_model(str(tmp_path / name / "model.json"))
        found = outputs_of(model, [array_of(one) for one in request["inputs"]])
        assert np.allclose(found, array_of(answer["outputs"][0]), rtol=1e-5, atol=1e-6), name
        model.dispose()


def test_training_goes_on_where_tensorflow_js_stopped(tensorflow_js: Peer, tmp_path: Path) -> None:
    """An optimizer's state travels with the model: three steps there and three here are six steps."""
    random = np.random.default_rng(3)
    inputs, labels = inputs_of("dense", random), labels_of(random)
    model = MODELS["dense"]()
    request = {
        "action": "save",
        "folder": str(tmp_path / "model"),
        "topology": json.loads(model.to_json()),
        "inputs": [coded(inputs[0])],
        "steps": 3,
        "compile": {
            "optimizer": "adam",
            "options": {"learningRate": 0.01, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-7},
            "loss": "categoricalCrossentropy",
            "metrics": ["accuracy"],
            "labels": coded(labels),
        },
    }
    model.dispose()
    tensorflow_js([request])
    loaded = tf.load_layers_model(str(tmp_path / "model"))
    x, y = tf.tensor(inputs[0]), tf.tensor(labels)
    first = loaded.evaluate(x, y)
    found = [float(loaded.train_on_batch(x, y)[0]) for _step in range(3)]
    assert loaded.metrics_names == ["loss", "acc"] and found[2] < found[0] <= float(first[0].array_sync()) + 1e-6
    saved_again = str(tmp_path / "again")
    loaded.save(saved_again, include_optimizer=True)
    reloaded = tf.load_layers_model(saved_again)
    assert float(reloaded.train_on_batch(x, y)[0]) == pytest.approx(float(loaded.train_on_batch(x, y)[0]), abs=1e-6)
    loaded.dispose()
    reloaded.dispose()
