"""Every layer against TensorFlow.js: its topologies are read and written alike, and give the same values."""

from __future__ import annotations

import copy
import gc
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tfnb as tf

CASES = json.loads((Path(__file__).parent.parent / "vectors" / "layers.json").read_text())


def tensor(coded: dict[str, Any]) -> tf.Tensor:
    values = np.array(coded["values"], np.float64).reshape(coded["shape"])
    return tf.tensor(values, dtype=coded["dtype"])


@pytest.fixture(params=CASES, ids=lambda case: case["name"])
def case(request: pytest.FixtureRequest) -> dict[str, Any]:
    return request.param  # type: ignore[no-any-return]


def model_of(case: dict[str, Any]) -> tf.LayersModel:
    kind = {"Model": tf.LayersModel, "Sequential": tf.Sequential}[case["topology"]["class_name"]]
    return kind.from_config(case["topology"]["config"])


def in_full(topology: Any) -> Any:
    """A topology with what TensorFlow.js leaves out the first time, and writes once it has read it."""
    for layer in topology["config"]["layers"]:
        if layer["class_name"] == "Embedding":
            layer["config"]["dtype"] = "float32"
            layer["config"]["mask_zero"] = bool(layer["config"]["mask_zero"])
    return topology


def test_a_topology_is_written_as_it_was_read(case: dict[str, Any]) -> None:
    assert model_of(case).to_json(None, False) == in_full(copy.deepcopy(case["topology"]))


def test_weights_have_tensorflow_js_names(case: dict[str, Any]) -> None:
    model = model_of(case)
    assert [weight.original_name for layer in model.layers for weight in layer.weights] == list(case["weights"])


def test_outputs_are_tensorflow_js_outputs(case: dict[str, Any]) -> None:
    model = model_of(case)
    model.load_weights({name: tensor(value) for name, value in case["weights"].items()})
    outputs = model.call_functional([tensor(one) for one in case["inputs"]])
    assert [list(one.shape) for one in outputs] == [one["shape"] for one in case["outputs"]]
    for output, wanted in zip(outputs, case["outputs"]):
        np.testing.assert_allclose(output.numpy().reshape(-1), wanted["values"], rtol=2e-5, atol=2e-6)


def test_nothing_is_left_after_dispose(case: dict[str, Any]) -> None:
    gc.collect()
    before = tf.memory()
    model = model_of(case)
    outputs = tf.tidy(lambda: [one.shape for one in model.call_functional([tensor(one) for one in case["inputs"]])])
    model.dispose()
    assert outputs
    assert (tf.memory().num_tensors, tf.memory().num_bytes) == (before.num_tensors, before.num_bytes)


ONE_OF_EACH = {
    case["name"].split()[0] if "bidirectional" not in case["name"] else "bidirectional": case
    for case in CASES
    if "backwards" not in case["name"]
}


@pytest.mark.parametrize("name", sorted(ONE_OF_EACH))
def test_outputs_on_opengl_are_tensorflow_js_outputs(name: str) -> None:
    before = tf.get_backend()
    try:
        assert tf.set_backend("gl")
        test_outputs_are_tensorflow_js_outputs(ONE_OF_EACH[name])
    finally:
        tf.set_backend(before)
