"""Metrics: how well predictions fit (section Metrics; TensorFlow.js's `metrics.ts`).

`model.compile(metrics=[…])` takes them by name. They are functions of labels and predictions; most give one number per
sample, `precision`, `recall` and `r2_score` one number in all. Losses serve as metrics too.
"""

from __future__ import annotations

import sys
from typing import Any

from tfnb import shapes
from tfnb.errors import ArgumentTypeError, ShapeError
from tfnb.language import _
from tfnb.naming import folded, missing
from tfnb.ops import arithmetic, basic_math, comparison, logical, reduction
from tfnb.ops.conversion import cast
from tfnb.ops.convert import handle_of
from tfnb.train.objectives import (
    OBJECTIVES,
    SHORT,
    Function,
    binary_crossentropy,
    categorical_crossentropy,
    cosine_proximity,
    mean_absolute_error,
    mean_absolute_percentage_error,
    mean_squared_error,
    pair,
    sparse_categorical_crossentropy,
    unknown,
)

__all__ = [
    "binary_accuracy", "binary_crossentropy", "categorical_accuracy", "categorical_crossentropy", "cosine",
    "cosine_proximity", "get", "mae", "mape", "mean_absolute_error", "mean_absolute_percentage_error",
    "mean_squared_error", "mse", "precision", "r2_score", "recall", "sparse_categorical_accuracy",
    "sparse_categorical_crossentropy",
]  # fmt: skip

mse = mean_squared_error
mae = mean_absolute_error
mape = mean_absolute_percentage_error
cosine = cosine_proximity


def binary_accuracy(y_true: Any, y_pred: Any) -> Any:
    """The share of right answers over the last axis; a prediction above 0.5 is a yes.

    Args:
        y_true: labels of 0 and 1, [batch, …, n]. y_pred: predictions from 0 to 1, of the same shape.

    Returns:
        Tensor: float32, [batch, …].

    Example:
        >>> import tfnb as tf
        >>> tf.metrics.binary_accuracy(tf.tensor([[1, 1, 0, 0]]), tf.tensor([[0.9, 0.2, 0.1, 0.6]])).array_sync()
        [0.5]
    """
    y_true, y_pred = pair(y_true, y_pred, "binary_accuracy")
    answers = cast(comparison.greater(y_pred, 0.5), y_true.dtype)
    return reduction.mean(comparison.equal(y_true, answers), -1)


def categorical_accuracy(y_true: Any, y_pred: Any) -> Any:
    """1 where the class with the highest prediction is the true one, else 0.

    Args:
        y_true: one-hot labels, [batch, …, classes]. y_pred: predictions, of the same shape.

    Returns:
        Tensor: float32, [batch, …].

    Example:
        >>> import tfnb as tf
        >>> labels = tf.tensor([[0, 1], [1, 0]])
        >>> tf.metrics.categorical_accuracy(labels, tf.tensor([[0.2, 0.8], [0.4, 0.6]])).array_sync()
        [1.0, 0.0]
    """
    y_true, y_pred = pair(y_true, y_pred, "categorical_accuracy")
    same = comparison.equal(reduction.argmax(y_true, -1), reduction.argmax(y_pred, -1))
    return cast(same, "float32")


def sparse_categorical_accuracy(y_true: Any, y_pred: Any) -> Any:
    """`categorical_accuracy` for labels that are numbers of classes.

    Args:
        y_true: class numbers, [batch, …] or [batch, …, 1]. y_pred: predictions, [batch, …, classes].

    Errors:
        ShapeError: not one label for each row of predictions.

    Example:
        >>> import tfnb as tf
        >>> tf.metrics.sparse_categorical_accuracy(tf.tensor([1, 1]), tf.tensor([[0, 1], [1, 0]])).array_sync()
        [1.0, 0.0]
    """
    op = "sparse_categorical_accuracy"
    y_true = handle_of(y_true, op, "y_true")
    y_pred = handle_of(y_pred, op, "y_pred")
    if not y_pred.shape or (y_true.shape not in (y_pred.shape[:-1], (*y_pred.shape[:-1], 1))):
        raise ShapeError(
            _("wanted one class number for each row of the predictions {predictions}, given labels {given}").format(
                predictions=shapes.text(y_pred.shape), given=shapes.text(y_true.shape)
            ),
            op=op,
            argument="y_true",
            fix=_("for one-hot rows there is categorical_accuracy") if y_true.shape == y_pred.shape else None,
        )
    if len(y_true.shape) == len(y_pred.shape):
        y_true = y_true.squeeze([len(y_true.shape) - 1])
    found = reduction.argmax(y_pred, -1)
    return cast(comparison.equal(y_true, found if y_true.dtype == "int32" else cast(found, y_true.dtype)), "float32")


def precision(y_true: Any, y_pred: Any) -> Any:
    """Of all answers of 1, the share that is right; 0 where there are none.

    Args:
        y_true: labels of 0 and 1. y_pred: predictions of 0 and 1, of the same shape.

    Returns:
        Tensor: float32, a scalar.

    Example:
        >>> import tfnb as tf
        >>> round(float(tf.metrics.precision(tf.tensor([[1, 0], [0, 1]]), tf.tensor([[1, 1], [0, 1]]))), 4)
        0.6667
    """
    y_true, y_pred = pair(y_true, y_pred, "precision")
    right = _count(y_true, 1, y_pred, 1)
    return _share(right, _count(y_true, 0, y_pred, 1))


def recall(y_true: Any, y_pred: Any) -> Any:
    """Of all labels of 1, the share that was found; 0 where there are none.

    Args:
        y_true: labels of 0 and 1. y_pred: predictions of 0 and 1, of the same shape.

    Returns:
        Tensor: float32, a scalar.

    Example:
        >>> import tfnb as tf
        >>> float(tf.metrics.recall(tf.tensor([[1, 0], [0, 1]]), tf.tensor([[1, 1], [0, 0]])))
        0.5
    """
    y_true, y_pred = pair(y_true, y_pred, "recall")
    right = _count(y_true, 1, y_pred, 1)
    return _share(right, _count(y_true, 1, y_pred, 0))


def _count(y_true: Any, label: int, y_pred: Any, answer: int) -> Any:
    """How often a label meets an answer."""
    both = logical.logical_and(comparison.equal(y_true, label), comparison.equal(y_pred, answer))
    return cast(reduction.sum(both), "float32")


def _share(right: Any, wrong: Any) -> Any:
    return arithmetic.div_no_nan(right, arithmetic.add(right, wrong))


def r2_score(y_true: Any, y_pred: Any) -> Any:
    """How much better the predictions are than the mean of the labels: 1 at best, 0 where they are no better.

    1 - the sum of (y_true - y_pred)² / the sum of (y_true - mean)², over all values.

    Args:
        y_true: labels. y_pred: predictions, of the same shape.

    Returns:
        Tensor: float32, a scalar.

    Example:
        >>> import tfnb as tf
        >>> round(float(tf.metrics.r2_score(tf.tensor([1, 2, 3]), tf.tensor([1, 2, 2]))), 4)
        0.5
    """
    y_true, y_pred = pair(y_true, y_pred, "r2_score")
    y_true = y_true if y_true.dtype == "float32" else cast(y_true, "float32")
    errors = reduction.sum(basic_math.square(arithmetic.sub(y_true, y_pred)))
    spread = reduction.sum(basic_math.square(arithmetic.sub(y_true, reduction.mean(y_true))))
    return arithmetic.sub(1, arithmetic.div(errors, spread))


METRICS: dict[str, Function] = OBJECTIVES | {
    one.__name__: one
    for one in (
        binary_accuracy, categorical_accuracy, sparse_categorical_accuracy, precision, recall, r2_score,
    )
}  # fmt: skip
_BY_SPELLING = {folded(name): one for name, one in (METRICS | SHORT).items()}


def get(identifier: str | Function) -> Function:
    """The metric that a name stands for, in any spelling ('categoricalAccuracy', 'categorical_accuracy', 'mse').

    Args:
        identifier: a name, or a function of (y_true, y_pred), which is given back.

    Errors:
        ArgumentError: an unknown name; the message proposes the nearest. ArgumentTypeError: neither.

    Example:
        >>> get("binaryAccuracy").__name__
        'binary_accuracy'
    """
    if callable(identifier):
        return identifier
    if not isinstance(identifier, str):
        raise ArgumentTypeError(
            _("wanted a name or a function, not {given!r}").format(given=identifier),
            op="metric",
            fix=_("such as 'accuracy'"),
        )
    found = _BY_SPELLING.get(folded(identifier))
    if found is None:
        raise unknown(identifier, "metric", METRICS | SHORT)
    return found


def __getattr__(name: str) -> object:
    raise missing(name, "tf.metrics", sys.modules[__name__])
