"""Optimizers beside TensorFlow.js's own: 20 steps of each, with given gradients and on a small regression."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tfnb as tf
from tfnb.naming import snake_case

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "optimizers.json").read_text(encoding="utf-8"))
Case = dict[str, Any]


def named(case: Case) -> str:
    return f"{case['name']}{case['args']}"


def made(case: Case) -> Any:
    return getattr(tf.train, case["name"])(*case["args"])


def start() -> dict[str, Any]:
    return {name: tf.variable(tf.tensor(one["values"], one["shape"])) for name, one in VECTORS["starts"].items()}


def slopes(case: Case, step: int) -> list[Any]:
    given = VECTORS["larger" if case["centered"] else "gradients"][step]
    return [tf.tensor(given[name], one["shape"]) for name, one in VECTORS["starts"].items()]


def near(found: Any, wanted: list[float], scale: float) -> None:
    assert np.allclose(found.data_sync(), wanted, rtol=2e-6, atol=2e-6 * scale)


@pytest.mark.parametrize("case", VECTORS["given"], ids=named)
def test_the_values_after_each_step(case: Case, backend: str) -> None:
    optimizer, variables = made(case), start()
    before = {name: v.numpy() for name, v in variables.items()}
    moved = 0.0
    for step, wanted in enumerate(case["steps"]):
        optimizer.apply(list(variables.values()), slopes(case, step))
        for name, v in variables.items():
            moved = max(moved, float(np.abs(np.array(wanted[name]) - before[name].reshape(-1)).max()))
            near(v, wanted[name], max(moved, 1))
    assert optimizer.iterations == len(case["steps"])
    assert {snake_case(name): value for name, value in case["config"].items()} == optimizer.get_config()
    assert optimizer.class_name == case["className"]


@pytest.mark.parametrize("case", [one for one in VECTORS["given"] if one["weights"]], ids=named)
def test_the_weights_in_the_end(case: Case, backend: str) -> None:
    optimizer, variables = made(case), start()
    for step in range(len(case["steps"])):
        optimizer.apply(list(variables.values()), slopes(case, step))
    weights = optimizer.get_weights()
    ours = {f"{variables[name].name}/": f"{name}/" for name in variables}
    names = [one.name.replace(name, ours[name]) for one in weights[1:] for name in ours if one.name.startswith(name)]
    assert ["iter", *names] == [one["name"] for one in case["weights"]]
    for one, wanted in zip(weights, case["weights"], strict=True):
        assert (one.tensor.dtype, one.tensor.shape) == (wanted["dtype"], tuple(wanted["shape"]))
        near(one.tensor, wanted["values"], max(map(abs, wanted["values"])))


@pytest.mark.parametrize("case", [one for one in VECTORS["given"] if one["weights"]], ids=named)
def test_training_goes_on_from_the_weights_of_tensorflow_js(case: Case) -> None:
    """Its weights and variables after 20 steps, then one more step: as ours after 21."""
    whole, variables = made(case), start()
    for step in range(20):
        whole.apply(list(variables.values()), slopes(case, step))
    again, others = made(case), start()
    again.set_weights([(one["name"], tf.tensor(one["values"], one["shape"], one["dtype"])) for one in case["weights"]])
    assert again.iterations == 20
    for name, v in others.items():
        v.assign(tf.tensor(case["steps"][-1][name], v.shape))
    again.apply(list(others.values()), slopes(case, 3))
    whole.apply(list(variables.values()), slopes(case, 3))
    for name, v in others.items():
        near(v, variables[name].data_sync().tolist(), 1)


@pytest.mark.parametrize("case", VECTORS["minimized"], ids=named)
def test_a_regression(case: Case, backend: str) -> None:
    x, y = (tf.tensor(VECTORS["data"][name]["values"], VECTORS["data"][name]["shape"]) for name in "xy")
    w, b = tf.variable([[0.5], [-0.25], [1]]), tf.variable(0.1)
    optimizer = made(case)
    found = []
    for _step in case["losses"]:
        cost = optimizer.minimize(lambda: x.matmul(w).add(b).sub(y).square().mean(), True, [w, b])
        found.append(float(cost))
    assert np.allclose(found, case["losses"], rtol=5e-5, atol=1e-6)
    assert np.allclose(w.data_sync(), case["w"], rtol=5e-5, atol=1e-5)
    assert np.allclose(b.data_sync(), case["b"], rtol=5e-5, atol=1e-5)
