"""Losses of models: from labels and predictions to one number per sample (TensorFlow.js's `losses.ts`).

`model.compile(loss=…)` takes them by name. The last axis goes: of [batch, classes] comes [batch]. The core's losses,
with weights and reductions, are in `losses`.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from typing import Any

from tfnb import shapes
from tfnb.engine.compose import compose
from tfnb.engine.handle import Handle
from tfnb.errors import ArgumentError, ArgumentTypeError, ShapeError
from tfnb.kernels.binary_cross_entropy import binary_cross_entropy as _binary_kernel
from tfnb.kernels.cross_entropy import EPSILON
from tfnb.kernels.cross_entropy import cross_entropy as _kernel
from tfnb.language import _
from tfnb.naming import folded, nearest
from tfnb.ops import activation, arithmetic, basic_math, exponential, normalization, patterns, reduction
from tfnb.ops.conversion import cast
from tfnb.ops.convert import handle_of

Function = Callable[[Any, Any], Any]

_LARGEST = 3.4028234663852886e38  # of float32


def pair(y_true: Any, y_pred: Any, op: str) -> tuple[Any, Any]:
    """Labels and predictions as tensors whose shapes meet.

    Errors:
        ShapeError: they do not meet, or have no axis.
    """
    if not isinstance(y_true, Handle):
        y_true = handle_of(y_true, op, "y_true")
    if not isinstance(y_pred, Handle):
        y_pred = handle_of(y_pred, op, "y_pred")
    if y_true.shape != y_pred.shape:
        shapes.broadcast(op, y_true.shape, y_pred.shape, ("y_true", "y_pred"))
    if not y_pred.shape:
        raise ShapeError(
            _("wanted a tensor with one axis at least, given a single number"),
            op=op,
            argument="y_pred",
            fix=_("write it as [number]"),
        )
    return y_true, y_pred


def l2_normalize(x: Any, axis: int = -1) -> Any:
    """Vectors of length 1 along an axis; those shorter than 3e-4 stay short."""
    x = x if x.dtype == "float32" else cast(x, "float32")
    squares = reduction.sum(basic_math.square(x), axis, True)
    return arithmetic.div(x, basic_math.sqrt(arithmetic.maximum(squares, EPSILON)))


def mean_squared_error(y_true: Any, y_pred: Any) -> Any:
    """The mean of (y_pred - y_true)² over the last axis: large errors count most.

    Args:
        y_true: labels, [batch, …, n]. y_pred: predictions, of the same shape.

    Returns:
        Tensor: float32, [batch, …].

    Example:
        >>> import tfnb as tf
        >>> tf.metrics.mean_squared_error(tf.tensor([[1, 2], [3, 4]]), tf.tensor([[1, 4], [3, 4]])).array_sync()
        [2.0, 0.0]
    """
    y_true, y_pred = pair(y_true, y_pred, "mean_squared_error")
    return reduction.mean(arithmetic.squared_difference(y_pred, y_true), -1)


def mean_absolute_error(y_true: Any, y_pred: Any) -> Any:
    """The mean of |y_pred - y_true| over the last axis: every error counts by its size.

    Args:
        y_true: labels, [batch, …, n]. y_pred: predictions, of the same shape.

    Example:
        >>> import tfnb as tf
        >>> tf.metrics.mean_absolute_error(tf.tensor([[1, 2], [3, 4]]), tf.tensor([[1, 4], [3, 4]])).array_sync()
        [1.0, 0.0]
    """
    y_true, y_pred = pair(y_true, y_pred, "mean_absolute_error")
    return reduction.mean(basic_math.abs(arithmetic.sub(y_pred, y_true)), -1)


def mean_absolute_percentage_error(y_true: Any, y_pred: Any) -> Any:
    """100 times the mean of |y_true - y_pred| / |y_true| over the last axis; a label of 0 counts as 1e-7.

    Args:
        y_true: labels, [batch, …, n]. y_pred: predictions, of the same shape.

    Example:
        >>> import tfnb as tf
        >>> tf.metrics.mean_absolute_percentage_error(tf.tensor([[10, 20]]), tf.tensor([[9, 20]])).array_sync()
        [5.0]
    """
    y_true, y_pred = pair(y_true, y_pred, "mean_absolute_percentage_error")
    size = basic_math.clip_by_value(basic_math.abs(y_true), EPSILON, _LARGEST)
    share = basic_math.abs(arithmetic.div(arithmetic.sub(y_true, y_pred), size))
    return arithmetic.mul(reduction.mean(share, -1), 100)


def mean_squared_logarithmic_error(y_true: Any, y_pred: Any) -> Any:
    """The mean of (log(1 + y_pred) - log(1 + y_true))² over the last axis; what is below 1e-7 counts as 1e-7.

    Args:
        y_true: labels, [batch, …, n]. y_pred: predictions, of the same shape.
    """
    y_true, y_pred = pair(y_true, y_pred, "mean_squared_logarithmic_error")
    first, second = (
        exponential.log(arithmetic.add(basic_math.clip_by_value(one, EPSILON, _LARGEST), 1)) for one in (y_pred, y_true)
    )
    return reduction.mean(arithmetic.squared_difference(first, second), -1)


def hinge(y_true: Any, y_pred: Any) -> Any:
    """The mean of max(0, 1 - y_true y_pred) over the last axis, for labels of -1 and 1.

    Args:
        y_true: labels, [batch, …, n]. y_pred: predictions, of the same shape.
    """
    y_true, y_pred = pair(y_true, y_pred, "hinge")
    return reduction.mean(_beyond(y_true, y_pred), -1)


def squared_hinge(y_true: Any, y_pred: Any) -> Any:
    """The mean of max(0, 1 - y_true y_pred)² over the last axis, for labels of -1 and 1.

    Args:
        y_true: labels, [batch, …, n]. y_pred: predictions, of the same shape.
    """
    y_true, y_pred = pair(y_true, y_pred, "squared_hinge")
    return reduction.mean(basic_math.square(_beyond(y_true, y_pred)), -1)


def _beyond(y_true: Any, y_pred: Any) -> Any:
    return arithmetic.maximum(0, arithmetic.sub(1, arithmetic.mul(y_true, y_pred)))


def categorical_hinge(y_true: Any, y_pred: Any) -> Any:
    """max(0, 1 + the highest prediction of a wrong class - that of the right one), for one-hot labels.

    Args:
        y_true: labels, [batch, …, classes]. y_pred: predictions, of the same shape.
    """
    y_true, y_pred = pair(y_true, y_pred, "categorical_hinge")
    right = reduction.sum(arithmetic.mul(y_true, y_pred), -1)
    wrong = reduction.max(arithmetic.mul(arithmetic.sub(1, y_true), y_pred), -1)
    return arithmetic.maximum(0, arithmetic.add(1, arithmetic.sub(wrong, right)))


def logcosh(y_true: Any, y_pred: Any) -> Any:
    """The mean of log(cosh(y_pred - y_true)) over the last axis: as x² / 2 for small errors, as |x| for large ones.

    Args:
        y_true: labels, [batch, …, n]. y_pred: predictions, of the same shape.
    """
    y_true, y_pred = pair(y_true, y_pred, "logcosh")
    error = arithmetic.sub(y_pred, y_true)
    logs = arithmetic.add(error, activation.softplus(arithmetic.mul(error, -2)))
    return reduction.mean(arithmetic.sub(logs, math.log(2)), -1)


def categorical_crossentropy(y_true: Any, y_pred: Any, from_logits: bool = False) -> Any:
    """How surprising the true class is: minus the logarithm of its predicted share.

    Args:
        y_true: one-hot labels, or shares, [batch, …, classes].
        y_pred: predicted shares, of the same shape; they are divided by their sum and kept within 1e-7 of 0 and 1.
        from_logits: whether `y_pred` is what a softmax would be given.

    Returns:
        Tensor: float32, [batch, …].

    Errors:
        ShapeError: the shapes differ.

    Example:
        >>> import tfnb as tf
        >>> loss = tf.metrics.categorical_crossentropy(tf.tensor([[0, 1]]), tf.tensor([[0.5, 0.5]]))
        >>> [round(one, 4) for one in loss.array_sync()]
        [0.6931]
    """
    op = "categorical_crossentropy"
    if isinstance(y_true, Handle) and isinstance(y_pred, Handle) and _are_class_numbers(y_true.shape, y_pred.shape):
        raise ShapeError(
            _("wanted labels of shape {wanted}, given {given}").format(
                wanted=shapes.text(y_pred.shape), given=shapes.text(y_true.shape)
            ),
            op=op,
            argument="y_true",
            fix=_("for class numbers there is sparse_categorical_crossentropy; tf.one_hot makes rows of them"),
        )
    y_true, y_pred = pair(y_true, y_pred, op)
    y_true = y_true if y_true.dtype == "float32" else cast(y_true, "float32")
    y_pred = y_pred if y_pred.dtype == "float32" else cast(y_pred, "float32")
    if from_logits:
        y_pred = normalization.softmax(y_pred)
    if y_true.shape != y_pred.shape:
        return _kernel.definition(y_true, y_pred)[0]
    return compose(_kernel, (y_true, y_pred), sys._getframe(1))[0]


def _are_class_numbers(labels: shapes.Shape, predictions: shapes.Shape) -> bool:
    """Whether labels look like numbers of classes where rows are wanted."""
    return bool(predictions) and (
        labels == predictions[:-1] or (labels == (*predictions[:-1], 1) and predictions[-1] != 1)
    )


def sparse_categorical_crossentropy(y_true: Any, y_pred: Any, from_logits: bool = False) -> Any:
    """`categorical_crossentropy` for labels that are numbers of classes, from 0 on.

    Args:
        y_true: class numbers, [batch, …] or [batch, …, 1].
        y_pred: predicted shares, [batch, …, classes].
        from_logits: whether `y_pred` is what a softmax would be given.

    Returns:
        Tensor: float32, [batch, …].

    Errors:
        ShapeError: not one label for each row of predictions.
    """
    op = "sparse_categorical_crossentropy"
    y_true = handle_of(y_true, op, "y_true")
    y_pred = handle_of(y_pred, op, "y_pred")
    wanted = y_pred.shape[:-1]
    if not y_pred.shape or shapes.size_of(y_true.shape) != shapes.size_of(wanted):
        raise ShapeError(
            _("wanted one class number for each row of the predictions {predictions}, given labels {given}").format(
                predictions=shapes.text(y_pred.shape), given=shapes.text(y_true.shape)
            ),
            op=op,
            argument="y_true",
            fix=_("for one-hot rows there is categorical_crossentropy") if y_true.shape == y_pred.shape else None,
        )
    if y_true.dtype != "int32":
        y_true = cast(basic_math.floor(y_true), "int32")
    if not from_logits:
        y_pred = basic_math.clip_by_value(y_pred, EPSILON, 1 - EPSILON)
    rows = patterns.one_hot(y_true.reshape(list(wanted)), y_pred.shape[-1], dtype="float32")
    return categorical_crossentropy(rows, y_pred, from_logits)


def binary_crossentropy(y_true: Any, y_pred: Any) -> Any:
    """The cross-entropy of yes-or-no answers, in the mean over the last axis.

    Args:
        y_true: labels from 0 to 1, [batch, …, n].
        y_pred: predicted chances of 1, of the same shape; they are kept within 1e-7 of 0 and 1.

    Returns:
        Tensor: float32, [batch, …].

    Errors:
        ShapeError: the shapes differ.

    Example:
        >>> import tfnb as tf
        >>> loss = tf.metrics.binary_crossentropy(tf.tensor([[1], [0]]), tf.tensor([[0.5], [0.25]]))
        >>> [round(one, 4) for one in loss.array_sync()]
        [0.6931, 0.2877]
    """
    y_true, y_pred = pair(y_true, y_pred, "binary_crossentropy")
    if y_true.shape != y_pred.shape:
        raise ShapeError(
            _("wanted labels of shape {wanted}, given {given}").format(
                wanted=shapes.text(y_pred.shape), given=shapes.text(y_true.shape)
            ),
            op="binary_crossentropy",
            argument="y_true",
        )
    y_true = y_true if y_true.dtype == "float32" else cast(y_true, "float32")
    y_pred = y_pred if y_pred.dtype == "float32" else cast(y_pred, "float32")
    return compose(_binary_kernel, (y_true, y_pred), sys._getframe(1))[0]


def kullback_leibler_divergence(y_true: Any, y_pred: Any) -> Any:
    """How far the predicted shares are from the true ones: the sum of y_true log(y_true / y_pred) over the last axis.

    Args:
        y_true: shares, [batch, …, classes]. y_pred: predicted shares, of the same shape. Both count from 1e-7 to 1.
    """
    y_true, y_pred = pair(y_true, y_pred, "kullback_leibler_divergence")
    true, predicted = (basic_math.clip_by_value(one, EPSILON, 1) for one in (y_true, y_pred))
    return reduction.sum(arithmetic.mul(y_true, exponential.log(arithmetic.div(true, predicted))), -1)


def poisson(y_true: Any, y_pred: Any) -> Any:
    """The mean of y_pred - y_true log(y_pred) over the last axis, for counts.

    Args:
        y_true: counts, [batch, …, n]. y_pred: predicted means, positive, of the same shape.
    """
    y_true, y_pred = pair(y_true, y_pred, "poisson")
    logs = exponential.log(arithmetic.add(y_pred, EPSILON))
    return reduction.mean(arithmetic.sub(y_pred, arithmetic.mul(y_true, logs)), -1)


def cosine_proximity(y_true: Any, y_pred: Any) -> Any:
    """Minus the cosine of the angle between labels and predictions, as vectors along the last axis.

    Args:
        y_true: vectors, [batch, …, n]. y_pred: predicted vectors, of the same shape.

    Returns:
        Tensor: float32, [batch, …], from -1 (the same direction) to 1.

    Example:
        >>> import tfnb as tf
        >>> tf.metrics.cosine_proximity(tf.tensor([[1, 0], [1, 0]]), tf.tensor([[2, 0], [0, 3]])).array_sync()
        [-1.0, -0.0]
    """
    y_true, y_pred = pair(y_true, y_pred, "cosine_proximity")
    product = arithmetic.mul(l2_normalize(y_true), l2_normalize(y_pred))
    return basic_math.neg(reduction.sum(product, -1))


OBJECTIVES: dict[str, Function] = {
    one.__name__: one
    for one in (
        mean_squared_error, mean_absolute_error, mean_absolute_percentage_error, mean_squared_logarithmic_error,
        squared_hinge, hinge, categorical_hinge, logcosh, categorical_crossentropy, sparse_categorical_crossentropy,
        binary_crossentropy, kullback_leibler_divergence, poisson, cosine_proximity,
    )
}  # fmt: skip
SHORT: dict[str, Function] = {
    "mse": mean_squared_error, "mae": mean_absolute_error, "mape": mean_absolute_percentage_error,
    "msle": mean_squared_logarithmic_error, "kld": kullback_leibler_divergence, "cosine": cosine_proximity,
}  # fmt: skip
_BY_SPELLING = {folded(name): one for name, one in (OBJECTIVES | SHORT).items()}


def get(identifier: str | Function) -> Function:
    """The loss that a name stands for, in any spelling ('meanSquaredError', 'mean_squared_error', 'mse').

    Args:
        identifier: a name, or a function of (y_true, y_pred), which is given back.

    Errors:
        ArgumentError: an unknown name; the message proposes the nearest. ArgumentTypeError: neither.

    Example:
        >>> get("categoricalCrossentropy").__name__
        'categorical_crossentropy'
    """
    if callable(identifier):
        return identifier
    if not isinstance(identifier, str):
        raise ArgumentTypeError(
            _("wanted a name or a function, not {given!r}").format(given=identifier),
            op="loss",
            fix=_("such as 'mean_squared_error'"),
        )
    found = _BY_SPELLING.get(folded(identifier))
    if found is None:
        raise unknown(identifier, "loss", OBJECTIVES | SHORT)
    return found


def unknown(name: str, kind: str, known: dict[str, Function]) -> ArgumentError:
    """The error for a name that no loss and no metric has, with the nearest ones."""
    near = nearest(name, known)
    if "softmaxcrossentropy" in folded(name):
        near = "categorical_crossentropy"
    return ArgumentError(
        _("there is no {kind} {name!r}").format(kind=kind, name=name),
        op=kind,
        fix=_("did you mean {near!r}?").format(near=near)
        if near
        else _("there are {known}").format(known=", ".join(sorted(known))),
    )
