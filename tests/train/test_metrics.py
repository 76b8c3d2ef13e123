"""Losses and metrics of models beside TensorFlow.js's, their gradients beside finite differences, names."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tfnb as tf
from tests.train.slopes import slopes_of
from tfnb import autodiff
from tfnb.naming import snake_case
from tfnb.train import metrics, objectives

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "metrics.json").read_text(encoding="utf-8"))
Array = np.ndarray[Any, Any]
Case = dict[str, Any]
EPSILON = 1e-7


def decoded(one: dict[str, Any]) -> Any:
    return tf.tensor(one["values"], one["shape"], one["dtype"])


def named(case: Case) -> str:
    return f"{case['name']}-{case['y_true']['shape']}-{case['y_true']['dtype']}"


@pytest.mark.parametrize("case", VECTORS["losses"], ids=named)
def test_losses_as_tensorflow_js(case: Case, backend: str) -> None:
    loss = objectives.get(case["name"])
    y_true, y_pred = decoded(case["y_true"]), decoded(case["y_pred"])
    value, slopes = autodiff.gradients(lambda: loss(y_true, y_pred), [y_pred])
    assert value.shape == tuple(case["result"]["shape"]) and value.dtype == "float32"
    assert np.allclose(value.data_sync(), case["result"]["values"], rtol=2e-6, atol=3e-7)
    wanted = np.array(case["slope"]["values"])
    # By its way over the logarithm of p / (1 - p), TensorFlow.js's binary cross-entropy loses four digits at 0.999.
    within = 1e-4 if "binary" in case["name"] else 1e-5
    assert np.allclose(slopes[0].data_sync(), wanted, rtol=within, atol=2e-6 * max(1.0, float(np.abs(wanted).max())))


@pytest.mark.parametrize("case", VECTORS["metrics"], ids=named)
def test_metrics_as_tensorflow_js(case: Case, backend: str) -> None:
    found = metrics.get(case["name"])(decoded(case["y_true"]), decoded(case["y_pred"]))
    assert found.shape == tuple(case["result"]["shape"])
    assert found.dtype == case["result"]["dtype"]
    assert np.allclose(found.data_sync(), case["result"]["values"], rtol=2e-6, atol=3e-7)


def logcosh(t: Array, p: Array) -> Array:
    return np.log(np.cosh(p - t)).mean(-1)  # type: ignore[no-any-return]


FORMULAS: dict[str, Callable[[Array, Array], Array]] = {
    "mean_squared_error": lambda t, p: ((p - t) ** 2).mean(-1),
    "mean_absolute_error": lambda t, p: np.abs(p - t).mean(-1),
    "mean_absolute_percentage_error": lambda t, p: 100 * (np.abs(t - p) / np.abs(t)).mean(-1),
    "mean_squared_logarithmic_error": lambda t, p: ((np.log1p(p) - np.log1p(t)) ** 2).mean(-1),
    "squared_hinge": lambda t, p: (np.maximum(0, 1 - t * p) ** 2).mean(-1),
    "hinge": lambda t, p: np.maximum(0, 1 - t * p).mean(-1),
    "categorical_hinge": lambda t, p: np.maximum(0, 1 + ((1 - t) * p).max(-1) - (t * p).sum(-1)),
    "logcosh": logcosh,
    "categorical_crossentropy": lambda t, p: -(t * np.log(p / p.sum(-1, keepdims=True))).sum(-1),
    "binary_crossentropy": lambda t, p: -(t * np.log(p) + (1 - t) * np.log(1 - p)).mean(-1),
    "kullback_leibler_divergence": lambda t, p: (t * np.log(t / p)).sum(-1),
    "poisson": lambda t, p: (p - t * np.log(p + EPSILON)).mean(-1),
    "cosine_proximity": lambda t, p: -(t * p).sum(-1) / np.sqrt((t * t).sum(-1) * (p * p).sum(-1)),
}


@pytest.mark.parametrize("name", FORMULAS)
@pytest.mark.parametrize("shape", [(4, 3), (1, 1), (2, 3, 5), (6,)])
def test_the_formula_and_the_gradient(name: str, shape: tuple[int, ...], backend: str) -> None:
    random = np.random.default_rng(9)
    t, p = random.uniform(0.1, 0.9, shape), random.uniform(0.1, 0.9, shape)
    loss = objectives.get(name)
    tensors = [tf.tensor(t), tf.tensor(p)]
    found, slopes = autodiff.gradients(lambda: loss(*tensors), tensors)
    assert np.allclose(found.numpy(), FORMULAS[name](t, p), rtol=1e-5, atol=1e-6)
    slow = slopes_of(lambda *arrays: float(FORMULAS[name](*arrays).sum()), [t, p])
    for slope, wanted in zip(slopes, slow, strict=True):
        assert np.allclose(slope.numpy(), wanted, rtol=1e-4, atol=1e-5 * max(1.0, float(np.abs(wanted).max())))


def test_class_numbers_are_as_good_as_one_hot_rows(backend: str) -> None:
    random = np.random.default_rng(2)
    p = random.uniform(0.1, 1, (5, 4)).astype(np.float32)
    numbers = np.array([0, 3, 1, 1, 2], np.int32)
    rows = np.eye(4, dtype=np.float32)[numbers]
    for from_logits in (False, True):
        found = objectives.sparse_categorical_crossentropy(tf.tensor(numbers), tf.tensor(p), from_logits)
        wanted = objectives.categorical_crossentropy(tf.tensor(rows), tf.tensor(p), from_logits)
        assert np.allclose(found.numpy(), wanted.numpy(), rtol=2e-6)
    labels = tf.tensor(numbers.astype(np.float32) + 0.25)  # TensorFlow.js rounds down
    found = objectives.sparse_categorical_crossentropy(labels, tf.tensor(p))
    assert np.allclose(found.numpy(), objectives.categorical_crossentropy(tf.tensor(rows), tf.tensor(p)).numpy())


def test_logits_go_through_a_softmax(backend: str) -> None:
    z = np.array([[2.0, -1, 0.5], [0, 0, 8]])
    t = np.array([[0, 1.0, 0], [0.5, 0, 0.5]])
    found = objectives.categorical_crossentropy(tf.tensor(t), tf.tensor(z), True)
    logs = z - np.log(np.exp(z).sum(-1, keepdims=True))
    assert np.allclose(found.numpy(), -(t * logs).sum(-1), rtol=1e-6)


def test_chances_of_nothing_and_of_everything_stay_finite(backend: str) -> None:
    y_pred = tf.tensor([[0.0], [1.0], [0.0], [1.0]])
    y_true = tf.tensor([[0.0], [1.0], [1.0], [0.0]])
    value, slopes = autodiff.gradients(lambda: objectives.binary_crossentropy(y_true, y_pred), [y_pred])
    high = np.float32(1 - EPSILON)
    wanted = [-np.log1p(-EPSILON), -np.log(high), -np.log(EPSILON), -np.log(1 - high)]
    assert np.allclose(value.numpy(), wanted, rtol=1e-5, atol=2e-8)
    assert slopes[0].array_sync() == [[0], [0], [0], [0]]  # the edges cut the gradient


@pytest.mark.parametrize("kind", ["int32", "bool"])
def test_whole_number_labels(kind: str, backend: str) -> None:
    t, p = np.array([[1, 0], [0, 1]]), np.array([[0.75, 0.25], [0.5, 0.5]])
    for name in ("mean_squared_error", "categorical_crossentropy", "binary_crossentropy", "binary_accuracy",
                 "categorical_accuracy"):  # fmt: skip
        if kind == "bool" and name == "mean_squared_error":
            continue
        labels = tf.tensor(t.tolist(), dtype="int32").cast(kind)
        found = metrics.get(name)(labels, tf.tensor(p))
        assert np.allclose(found.numpy(), metrics.get(name)(tf.tensor(t.tolist()), tf.tensor(p)).numpy())


def test_in_training_a_cross_entropy_is_one_step_of_the_tape() -> None:
    from tfnb.engine.tape import Tape

    y_true, y_pred = tf.tensor([[1.0, 0]]), tf.tensor([[0.5, 0.5]])
    for loss in (objectives.categorical_crossentropy, objectives.binary_crossentropy):
        with Tape([y_pred]) as tape:
            loss(y_true, y_pred)
        assert len(tape.steps) == 1
        tape.forget()


# Names

SPELLINGS = {
    "mean_squared_error": ["meanSquaredError", "mse", "MSE", "mean squared error"],
    "mean_absolute_error": ["meanAbsoluteError", "mae", "MAE"],
    "logcosh": ["logcosh", "logCosh", "log_cosh"],
    "kullback_leibler_divergence": ["kullbackLeiblerDivergence", "kld"],
    "cosine_proximity": ["cosineProximity", "cosine"],
    "categorical_crossentropy": ["categoricalCrossentropy", "CategoricalCrossentropy", "categoricalCrossEntropy"],
}


@pytest.mark.parametrize("name", SPELLINGS)
def test_losses_by_name(name: str) -> None:
    for spelling in (name, *SPELLINGS[name]):
        assert objectives.get(spelling) is getattr(objectives, name)
        assert metrics.get(spelling) is getattr(objectives, name)


def test_every_loss_and_metric_is_found_in_both_spellings() -> None:
    for known, get in ((objectives.OBJECTIVES, objectives.get), (metrics.METRICS, metrics.get)):
        for name, function in known.items():
            camel = "".join(part.title() if place else part for place, part in enumerate(name.split("_")))
            assert get(name) is get(camel) is function
            assert function.__name__ == name == snake_case(name)


def test_functions_are_given_back() -> None:
    def own(y_true: Any, y_pred: Any) -> Any:
        return y_pred

    assert objectives.get(own) is own and metrics.get(own) is own


def test_unknown_names(english: None) -> None:
    with pytest.raises(tf.errors.ArgumentError, match=r"no loss 'meanSquareEror'; did you mean 'mean_squared_error'"):
        objectives.get("meanSquareEror")
    with pytest.raises(tf.errors.ArgumentError, match="did you mean 'categorical_crossentropy'"):
        objectives.get("softmaxCrossEntropy")
    with pytest.raises(tf.errors.ArgumentError, match=r"there are .*binary_accuracy"):
        metrics.get("zzz")
    for get in (objectives.get, metrics.get):
        for wrong in (None, 3, ["mse"]):
            with pytest.raises(tf.errors.ArgumentTypeError, match="wanted a name or a function"):
                get(wrong)  # type: ignore[operator]
    with pytest.raises(AttributeError, match="binary_accuracy"):
        tf.metrics.binaryAccuracy  # noqa: B018


# What makes no sense


@pytest.mark.parametrize("name", [*FORMULAS, "binary_accuracy", "categorical_accuracy", "precision", "recall"])
def test_shapes_that_do_not_meet(name: str, english: None) -> None:
    with pytest.raises(tf.errors.ShapeError, match=rf"{name}\("):
        metrics.get(name)(tf.zeros([2, 3]), tf.zeros([4, 3]))
    with pytest.raises(tf.errors.ShapeError, match="one axis at least"):
        metrics.get(name)(tf.scalar(1), tf.scalar(1))


def test_class_numbers_where_rows_are_wanted(english: None) -> None:
    for shape in ([4], [4, 1]):
        with pytest.raises(tf.errors.ShapeError, match="sparse_categorical_crossentropy"):
            objectives.categorical_crossentropy(tf.zeros(shape), tf.zeros([4, 3]))
    with pytest.raises(tf.errors.ShapeError, match="there is categorical_crossentropy"):
        objectives.sparse_categorical_crossentropy(tf.zeros([4, 3]), tf.zeros([4, 3]))
    with pytest.raises(tf.errors.ShapeError, match="there is categorical_accuracy"):
        metrics.sparse_categorical_accuracy(tf.zeros([4, 3]), tf.zeros([4, 3]))
