"""Files of models: there and back, hostile topologies, and nothing of a refused model left."""

from __future__ import annotations

import contextlib
import json
import random
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tfnb as tf
from tfnb.io.artifacts import ModelArtifacts
from tfnb.io.folder import Folder
from tfnb.models.saving import artifacts_of, model_of


@pytest.fixture(autouse=True)
def nothing_left() -> Iterator[None]:
    before = tf.memory().num_tensors
    with tf.scope():
        yield
    assert tf.memory().num_tensors == before


def small() -> Any:
    return tf.sequential([tf.layers.dense(units=3, activation="relu", input_shape=[2]), tf.layers.dense(units=1)])


def test_there_and_back_through_memory() -> None:
    model = small()
    model.set_user_defined_metadata({"made": "today"})
    kept: list[ModelArtifacts] = []
    assert model.save(tf.io.with_save_handler(lambda artifacts: kept.append(artifacts) or "done")) == "done"
    again = tf.load_layers_model(tf.io.from_memory(kept[0]))
    x = tf.ones([4, 2])
    assert again.predict(x).array_sync() == model.predict(x).array_sync()
    assert again.get_user_defined_metadata() == {"made": "today"}
    assert [w.original_name for w in again.weights] == [w.original_name for w in model.weights]
    model.dispose()
    again.dispose()


def test_saving_over_the_file_that_was_loaded(tmp_path: Path) -> None:
    model = small()
    model.save(tmp_path)
    again = tf.load_layers_model(tmp_path)
    again.save(tmp_path)
    third = tf.load_layers_model(tmp_path)
    assert third.predict(tf.ones([1, 2])).array_sync() == model.predict(tf.ones([1, 2])).array_sync()
    for one in (model, again, third):
        one.dispose()


def test_trainable_weights_only() -> None:
    model = small()
    model.layers[0].trainable = False
    artifacts = artifacts_of(model, trainable_only=True)
    assert len(artifacts.weight_specs) == 2
    with pytest.raises(tf.errors.ModelFormatError, match="numbers"):
        model_of(artifacts)
    partly = model_of(artifacts, strict=False)
    found, wanted = (one.layers[1].weights[0].numpy().tolist() for one in (partly, model))
    assert found == wanted
    model.dispose()
    partly.dispose()


def test_a_layer_of_one_s_own() -> None:
    class Twice(tf.layers.Layer):
        class_name = "Twice"

        def call(self, inputs: Any, *, training: bool = False, mask: Any = None) -> Any:
            return inputs.mul(2)

    model = tf.sequential([tf.layers.dense(units=1, input_shape=[2]), Twice()])
    artifacts = artifacts_of(model)
    again = model_of(artifacts, custom_objects={"Twice": Twice})
    assert again.predict(tf.ones([1, 2])).array_sync() == model.predict(tf.ones([1, 2])).array_sync()
    model.dispose()
    again.dispose()


# Hostile topologies


def dense(units: Any = 1, **config: Any) -> dict[str, Any]:
    return {"class_name": "Dense", "config": {"units": units, "batch_input_shape": [None, 2], **config}}


def chain(*layers: Any) -> dict[str, Any]:
    return {"class_name": "Sequential", "config": {"name": "s", "layers": list(layers)}}


def deep(depth: int) -> dict[str, Any]:
    value: dict[str, Any] = dense()
    for _level in range(depth):
        value = chain(value)
    return value


BOMBS: dict[str, Callable[[], Any]] = {
    "huge units": lambda: chain(dense(10**9)),
    "huger units": lambda: chain(dense(10**30)),
    "units that are no number": lambda: chain(dense("many")),
    "units below none": lambda: chain(dense(-1)),
    "units as a float": lambda: chain(dense(float("inf"))),
    "orthogonal and huge": lambda: chain(dense(10**6, kernel_initializer="orthogonal")),
    "deep": lambda: deep(3_000),
    "many": lambda: chain(*[dense()] * 20_000),
    "a huge input": lambda: chain(dense(1, batch_input_shape=[None, 10**12])),
    "unknown class": lambda: chain({"class_name": "os.system", "config": {"command": "true"}}),
    "a module's class": lambda: chain({"class_name": "subprocess>Popen", "config": {}}),
    "lambda": lambda: chain({"class_name": "Lambda", "config": {"function": ["4wEA", None, None]}}),
    "dunder": lambda: chain({"class_name": "__class__", "config": {}}),
    "no class": lambda: {"config": {}},
    "class as number": lambda: {"class_name": 3, "config": {}},
    "config as list": lambda: {"class_name": "Dense", "config": []},
    "unknown keys": lambda: chain(dense(1, __class__="x")),
    "strange initializer": lambda: chain(dense(1, kernel_initializer={"class_name": "eval", "config": {}})),
    "strange activation": lambda: chain(dense(1, activation="__import__")),
    "cycle": lambda: {
        "class_name": "Model",
        "config": {
            "name": "m",
            "layers": [
                {**dense(), "name": "a", "inbound_nodes": [[["b", 0, 0, {}]]]},
                {**dense(), "name": "b", "inbound_nodes": [[["a", 0, 0, {}]]]},
            ],
            "input_layers": [["a", 0, 0]],
            "output_layers": [["b", 0, 0]],
        },
    },
    "an output that is not there": lambda: {
        "class_name": "Model",
        "config": {"name": "m", "layers": [], "input_layers": [], "output_layers": [["x", 0, 0]]},
    },
    "a wild index": lambda: {
        "class_name": "Model",
        "config": {
            "name": "m",
            "layers": [{**chain(), "class_name": "InputLayer", "name": "i", "inbound_nodes": []}],
            "input_layers": [["i", 10**9, 0]],
            "output_layers": [["i", 0, "x"]],
        },
    },
}  # fmt: skip


@pytest.mark.parametrize("name", BOMBS)
def test_a_hostile_topology_is_refused(name: str) -> None:
    events: list[str] = []
    watching = True
    watched = ("exec", "compile", "import", "os.system", "subprocess.Popen", "socket.connect", "open")
    sys.addaudithook(lambda event, args: events.append(event) if watching and event in watched else None)
    topology = BOMBS[name]()
    with contextlib.suppress(tf.errors.ModelFormatError):
        model_of(ModelArtifacts(topology))  # what is imported is imported, whatever comes of it
    events.clear()
    try:
        with pytest.raises(tf.errors.ModelFormatError):
            model_of(ModelArtifacts(topology))
    finally:
        watching = False
    assert not [event for event in events if event not in ("import", "open")]


def test_mutated_topologies_are_refused_or_opened(full_size: bool) -> None:
    model = tf.sequential(
        [tf.layers.lstm(units=3, input_shape=[4, 2]), tf.layers.dense(units=2, kernel_regularizer="l2")]
    )
    artifacts = artifacts_of(model)
    model.dispose()
    text, chance = json.dumps(artifacts.model_topology), random.Random(4)
    pieces = ["null", "-1", "1e999", "[]", "{}", '"x"', "true", "999999999999", '"__class__"', '[[["a",0,0]]]']
    for _number in range(5_000 if full_size else 150):
        changed = text
        for _change in range(chance.randint(1, 3)):
            start = changed.find(": ", chance.randrange(len(changed)))
            end = min((at for at in (changed.find(mark, start) for mark in (",", "}")) if at > 0), default=-1)
            if start > 0 and end > start:
                changed = changed[: start + 2] + chance.choice(pieces) + changed[end:]
        try:
            topology = json.loads(changed)
        except ValueError:
            continue
        if not isinstance(topology, dict):
            continue
        mutated = ModelArtifacts(topology, artifacts.weight_specs, artifacts.weight_data)
        with tf.scope(), contextlib.suppress(tf.errors.ModelFormatError):
            model_of(mutated).dispose()


@pytest.mark.parametrize("given", [None, 3, "", "https://example.com/model.json", "localstorage://m", object()])
@pytest.mark.parametrize("call", ["save", "load"])
def test_addresses_of_no_file(given: Any, call: str) -> None:
    model = small()
    with pytest.raises((tf.errors.ArgumentError, tf.errors.ArgumentTypeError)):
        model.save(given) if call == "save" else tf.load_layers_model(given)
    model.dispose()


def test_a_file_with_other_weights_than_its_topology_says(tmp_path: Path) -> None:
    model = small()
    model.save(tmp_path)
    content = json.loads((tmp_path / "model.json").read_text())
    content["weightsManifest"][0]["weights"][0]["shape"] = [3, 2]
    (tmp_path / "model.json").write_text(json.dumps(content))
    with pytest.raises(tf.errors.ModelFormatError, match="shape"):
        tf.load_layers_model(tmp_path)
    assert np.isfinite(model.predict(tf.ones([1, 2])).numpy()).all() and Folder(tmp_path)
    model.dispose()
