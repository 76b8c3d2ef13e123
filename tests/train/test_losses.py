"""Losses of the core API beside TensorFlow.js's, their gradients beside finite differences, and what they refuse."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tfnb as tf
from tests.train.slopes import slopes_of
from tfnb import autodiff

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "losses.json").read_text(encoding="utf-8"))
Array = np.ndarray[Any, Any]
Case = dict[str, Any]
PAIRS = ["absolute_difference", "mean_squared_error", "hinge_loss", "huber_loss", "log_loss", "sigmoid_cross_entropy",
         "softmax_cross_entropy"]  # fmt: skip


def decoded(argument: Any) -> Any:
    if isinstance(argument, dict):
        return tf.tensor(argument["values"], argument["shape"], argument["dtype"])
    return argument


def named(case: Case) -> str:
    plain = [one for one in case["args"][2:] if not isinstance(one, dict)]
    return f"{case['name']}-{[one['shape'] for one in case['args'] if isinstance(one, dict)]}-{plain}"


@pytest.mark.parametrize("case", VECTORS, ids=named)
def test_as_tensorflow_js(case: Case, backend: str) -> None:
    found = getattr(tf.losses, case["name"])(*[decoded(one) for one in case["args"]])
    wanted = np.array([float(one) for one in case["result"]["values"]])
    assert (found.shape, found.dtype) == (tuple(case["result"]["shape"]), case["result"]["dtype"])
    assert np.allclose(found.data_sync(), wanted, rtol=2e-6, atol=1e-6, equal_nan=True)


def test_the_usual_reduction_counts_weights_that_are_not_zero() -> None:
    """By hand: (1·3 + 5·1) / 2."""
    assert float(tf.losses.absolute_difference([1, 2, 9], [4, 9, 14], [1, 0, 1])) == 4


@pytest.mark.parametrize("given", [tf.Reduction.SUM, 2, "sum", "SUM", "Sum"])
def test_reductions_by_name(given: Any) -> None:
    assert float(tf.losses.compute_weighted_loss([1, 2], None, given)) == 3


def test_reductions_in_camel_case() -> None:
    found = tf.losses.compute_weighted_loss([1, 2, 3], [0, 1, 1], "sumByNonzeroWeights")
    assert float(found) == 2.5
    assert list(tf.Reduction) == [0, 1, 2, 3]


def test_one_huber_loss_by_hand() -> None:
    found = tf.losses.huber_loss([0.0, 0, 0], [0.5, -2, 10], delta=2, reduction="none")
    assert found.array_sync() == [0.125, 2, 18]


def test_smoothed_labels_by_hand() -> None:
    """Labels [1, 0] become [0.9, 0.1]; logits of [0, log 3] stand for shares [1/4, 3/4]."""
    found = tf.losses.softmax_cross_entropy([[1, 0]], [[0, np.log(3)]], label_smoothing=0.2)
    assert float(found) == pytest.approx(-0.9 * np.log(0.25) - 0.1 * np.log(0.75), rel=1e-6)


FORMULAS: dict[str, Callable[[Array, Array], Array]] = {
    "absolute_difference": lambda t, p: np.abs(t - p),
    "mean_squared_error": lambda t, p: (t - p) ** 2,
    "hinge_loss": lambda t, p: np.maximum(0, 1 - (2 * t - 1) * p),
    "huber_loss": lambda t, p: np.where(np.abs(t - p) < 0.25, (t - p) ** 2 / 2, 0.25 * (np.abs(t - p) - 0.125)),
    "log_loss": lambda t, p: -t * np.log(p + 1e-7) - (1 - t) * np.log(1 - p + 1e-7),
    "sigmoid_cross_entropy": lambda t, p: t * np.log1p(np.exp(-p)) + (1 - t) * np.log1p(np.exp(p)),
    "softmax_cross_entropy": lambda t, p: -(t * (p - np.log(np.exp(p).sum(-1, keepdims=True)))).sum(-1),
    "cosine_distance": lambda t, p: 1 - (t * p).sum(1, keepdims=True),
}
REDUCED: list[Callable[[Array, Array], float]] = [
    lambda losses, w: float((losses * w).sum()),  # the gradient of all of them goes back together
    lambda losses, w: float((losses * w).sum() / (w + 0 * losses).sum()),
    lambda losses, w: float((losses * w).sum()),
    lambda losses, w: float((losses * w).sum() / losses.size),
]


@pytest.mark.parametrize("name", FORMULAS)
@pytest.mark.parametrize("reduction", list(tf.Reduction), ids=lambda one: one.name)
def test_values_and_gradients_of_the_formula(name: str, reduction: Any, backend: str) -> None:
    random = np.random.default_rng(3)
    labels, predictions = random.uniform(0.1, 0.9, (4, 3)), random.uniform(0.1, 0.9, (4, 3))
    arrays = [labels, predictions, random.uniform(0.5, 2, (4,) if name == "softmax_cross_entropy" else (4, 1))]
    tensors = [tf.tensor(one) for one in arrays]
    keywords: dict[str, Any] = {"huber_loss": {"delta": 0.25}, "cosine_distance": {"axis": 1}}.get(name, {})

    def loss() -> Any:
        t, p, w = tensors
        return getattr(tf.losses, name)(t, p, weights=w, reduction=reduction, **keywords)

    def formula(t: Array, p: Array, w: Array) -> float:
        return REDUCED[reduction](FORMULAS[name](t, p), w)

    value, slopes = autodiff.gradients(loss, tensors)
    assert float(value.sum()) == pytest.approx(formula(*arrays), rel=1e-5, abs=1e-5)
    for slope, wanted in zip(slopes, slopes_of(formula, arrays), strict=True):
        assert np.allclose(slope.numpy(), wanted, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("logit", [-100.0, -30, 0, 30, 100])
def test_large_logits_stay_finite_with_their_gradients(logit: float, backend: str) -> None:
    logits = tf.tensor([[logit, 0.0]])
    for f in (tf.losses.softmax_cross_entropy, tf.losses.sigmoid_cross_entropy):
        found = tf.value_and_grad(lambda x, f=f: f(tf.tensor([[1.0, 0]]), x))(logits)  # type: ignore[misc]
        assert np.isfinite(found.value.numpy()) and np.isfinite(found.grad.numpy()).all()


# What makes no sense


@pytest.mark.parametrize("name", PAIRS)
def test_shapes_that_differ(name: str, english: None) -> None:
    second = list(inspect.signature(getattr(tf.losses, name)).parameters)[1]
    with pytest.raises(tf.errors.ShapeError, match=rf"{name}\({second}\): .*\[2, 3\], given \[3, 2\]"):
        getattr(tf.losses, name)(tf.zeros([2, 3]), tf.zeros([3, 2]))
    with pytest.raises(tf.errors.ShapeError, match="weights"):
        getattr(tf.losses, name)(tf.zeros([2, 3]), tf.zeros([2, 3]), tf.zeros([7]))


def test_weights_larger_than_the_losses(english: None) -> None:
    with pytest.raises(tf.errors.ShapeError, match=r"weights that repeat to the shape of the losses, \[3\]"):
        tf.losses.compute_weighted_loss([1, 2, 3], tf.ones([2, 3]))


def test_unknown_reductions(english: None) -> None:
    with pytest.raises(tf.errors.ArgumentError, match="did you mean 'mean'"):
        tf.losses.absolute_difference([1], [2], None, "maen")
    for wrong in (7, True, None, 1.5):
        with pytest.raises(tf.errors.ArgumentError, match="there are none, mean, sum, sum_by_nonzero_weights"):
            tf.losses.absolute_difference([1], [2], None, wrong)


@pytest.mark.parametrize("name", ["sigmoid_cross_entropy", "softmax_cross_entropy"])
@pytest.mark.parametrize("wrong", [-0.1, 1.1, float("nan")])
def test_smoothing_out_of_range(name: str, wrong: float, english: None) -> None:
    with pytest.raises(tf.errors.ArgumentError, match=r"label_smoothing.*0 to 1"):
        getattr(tf.losses, name)([[1.0]], [[1.0]], None, wrong)


def test_other_wrong_arguments(english: None) -> None:
    with pytest.raises(tf.errors.ArgumentTypeError, match="delta"):
        tf.losses.huber_loss([1], [1], None, "1")  # type: ignore[arg-type]
    with pytest.raises(tf.errors.ShapeError, match="axis"):
        tf.losses.cosine_distance([[1.0]], [[1.0]], 2)
    with pytest.raises(tf.errors.ShapeError, match="one axis at least"):
        tf.losses.softmax_cross_entropy(1, 2)
    with pytest.raises(AttributeError, match="softmax_cross_entropy"):
        tf.losses.softmaxCrossEntropy  # noqa: B018
