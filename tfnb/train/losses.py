"""Losses with weights and reductions (section Training / Losses; the core API of TensorFlow.js).

Each gives a loss for every value (or row), multiplies it by its weight, and reduces the whole to one number, by the
mean over those whose weight is not 0 unless another `tf.Reduction` is asked for.
"""

from __future__ import annotations

import sys
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from tfnb import shapes
from tfnb.errors import ArgumentError, ShapeError
from tfnb.language import _
from tfnb.naming import identifier, missing, nearest
from tfnb.ops import activation, arithmetic, basic_math, exponential, normalization
from tfnb.ops import reduction as reductions
from tfnb.ops.arguments import real_number
from tfnb.ops.convert import handle_of

if TYPE_CHECKING:
    from tfnb.tensors import Tensor

__all__ = [
    "Reduction", "absolute_difference", "compute_weighted_loss", "cosine_distance", "hinge_loss", "huber_loss",
    "log_loss", "mean_squared_error", "sigmoid_cross_entropy", "softmax_cross_entropy",
]  # fmt: skip


class Reduction(IntEnum):
    """What becomes of the losses of many values.

    NONE: they stay. MEAN: their sum over the sum of the weights. SUM: their sum. SUM_BY_NONZERO_WEIGHTS: their sum over
    the number of weights that are not 0.
    """

    NONE = 0
    MEAN = 1
    SUM = 2
    SUM_BY_NONZERO_WEIGHTS = 3


_USUAL = Reduction.SUM_BY_NONZERO_WEIGHTS


def _reduction(given: Any, op: str) -> Reduction:
    """A reduction given as itself, as its number or by name."""
    if given.__class__ is Reduction:
        return given
    names = {one.name.lower(): one for one in Reduction}
    if isinstance(given, str):
        found = names.get(identifier(given))
        if found is not None:
            return found
    elif not isinstance(given, bool) and given in list(Reduction):
        return Reduction(given)
    near = nearest(given, names) if isinstance(given, str) else None
    raise ArgumentError(
        _("there is no reduction {given!r}; there are {known}").format(given=given, known=", ".join(names)),
        op=op,
        argument="reduction",
        fix=_("did you mean {near!r}?").format(near=near) if near else None,
    )


def _pair(labels: Any, predictions: Any, op: str, names: tuple[str, str] = ("labels", "predictions")) -> Any:
    """Labels and predictions as tensors of one shape."""
    labels, predictions = handle_of(labels, op, names[0]), handle_of(predictions, op, names[1])
    if labels.shape != predictions.shape:
        raise ShapeError(
            _("wanted the shape of {first}, {wanted}, given {given}").format(
                first=names[0], wanted=shapes.text(labels.shape), given=shapes.text(predictions.shape)
            ),
            op=op,
            argument=names[1],
        )
    return labels, predictions


def compute_weighted_loss(losses: Any, weights: Any = None, reduction: Any = _USUAL) -> Tensor:
    """The losses of many values, weighted and reduced.

    Args:
        losses: a tensor, [batch, …].
        weights: a number, or a tensor that repeats to the shape of `losses`; left out, all count the same.
        reduction: a `tf.Reduction`, or its name: 'none', 'mean', 'sum', 'sum_by_nonzero_weights'.

    Returns:
        Tensor: a scalar; with 'none', of the shape of `losses`. NaN where all weights are 0.

    Errors:
        ShapeError: weights that do not repeat to the shape of `losses`. ArgumentError: an unknown reduction.

    Example:
        >>> import tfnb as tf
        >>> float(tf.losses.compute_weighted_loss([1, 2, 6], [1, 1, 0]))
        1.5
    """
    op = "compute_weighted_loss"
    return _weighted(handle_of(losses, op, "losses"), weights, reduction, op)  # type: ignore[no-any-return]


def _weighted(losses: Any, weights: Any, wanted: Any, op: str) -> Any:
    how = _reduction(wanted, op)
    if weights is None:
        if how is Reduction.NONE:
            return losses
        return reductions.sum(losses) if how is Reduction.SUM else reductions.mean(losses)
    weights = handle_of(weights, op, "weights")
    if shapes.broadcast(op, losses.shape, weights.shape, ("losses", "weights")) != losses.shape:
        raise ShapeError(
            _("wanted weights that repeat to the shape of the losses, {wanted}, given {given}").format(
                wanted=shapes.text(losses.shape), given=shapes.text(weights.shape)
            ),
            op=op,
            argument="weights",
        )
    weighted = arithmetic.mul(losses, weights)
    if how is Reduction.NONE:
        return weighted
    total = reductions.sum(weighted)
    if how is Reduction.SUM:
        return total
    repeats = _repeats(losses.shape, weights.shape)
    if how is Reduction.MEAN:
        count = reductions.sum(weights)
    else:
        # As the sum of |sign| the count takes part in gradients, with a slope of 0.
        count = reductions.sum(basic_math.abs(basic_math.sign(weights)))
    return arithmetic.truediv(total, count if repeats == 1 else arithmetic.mul(count, repeats))


def _repeats(losses: shapes.Shape, weights: shapes.Shape) -> float:
    """How often each weight counts."""
    size = shapes.size_of(weights)
    return shapes.size_of(losses) / size if size else 1.0


def absolute_difference(labels: Any, predictions: Any, weights: Any = None, reduction: Any = _USUAL) -> Tensor:
    """|labels - predictions|: every error counts by its size.

    Args:
        labels: a tensor. predictions: of the same shape.
        weights: a number, or a tensor that repeats to that shape. reduction: a `tf.Reduction`.

    Errors:
        ShapeError: the shapes differ.

    Example:
        >>> import tfnb as tf
        >>> float(tf.losses.absolute_difference([1, 2], [1, 4]))
        1.0
    """
    op = "absolute_difference"
    labels, predictions = _pair(labels, predictions, op)
    return _weighted(basic_math.abs(arithmetic.sub(labels, predictions)), weights, reduction, op)  # type: ignore[no-any-return]


def cosine_distance(labels: Any, predictions: Any, axis: int, weights: Any = None, reduction: Any = _USUAL) -> Tensor:
    """1 - the sum of labels times predictions along an axis, for vectors of length 1: 0 in the same direction, up to 2.

    Args:
        labels: a tensor of vectors of length 1. predictions: of the same shape. axis: the axis of the vectors.
        weights: a number, or a tensor that repeats to that shape with length 1 at `axis`. reduction: a `tf.Reduction`.

    Errors:
        ShapeError: the shapes differ, or there is no such axis.

    Example:
        >>> import tfnb as tf
        >>> float(tf.losses.cosine_distance([[1, 0]], [[0, 1]], 1))
        1.0
    """
    op = "cosine_distance"
    labels, predictions = _pair(labels, predictions, op)
    axis = shapes.axis_in(axis, len(labels.shape), op)
    losses = arithmetic.sub(1, reductions.sum(arithmetic.mul(labels, predictions), axis, True))
    return _weighted(losses, weights, reduction, op)  # type: ignore[no-any-return]


def hinge_loss(labels: Any, predictions: Any, weights: Any = None, reduction: Any = _USUAL) -> Tensor:
    """max(0, 1 - y predictions), where y is 1 for a label of 1 and -1 for a label of 0.

    Args:
        labels: a tensor of 0 and 1. predictions: of the same shape.
        weights: a number, or a tensor that repeats to that shape. reduction: a `tf.Reduction`.

    Errors:
        ShapeError: the shapes differ.

    Example:
        >>> import tfnb as tf
        >>> float(tf.losses.hinge_loss([1, 0], [0.5, -2]))
        0.25
    """
    op = "hinge_loss"
    labels, predictions = _pair(labels, predictions, op)
    signs = arithmetic.sub(arithmetic.mul(labels, 2), 1)
    losses = activation.relu(arithmetic.sub(1, arithmetic.mul(signs, predictions)))
    return _weighted(losses, weights, reduction, op)  # type: ignore[no-any-return]


def huber_loss(
    labels: Any, predictions: Any, weights: Any = None, delta: float = 1.0, reduction: Any = _USUAL
) -> Tensor:
    """error² / 2 for errors up to `delta`, and a line beyond, so that outliers pull less (Huber 1964).

    Args:
        labels: a tensor. predictions: of the same shape.
        weights: a number, or a tensor that repeats to that shape.
        delta: where the parabola becomes a line. reduction: a `tf.Reduction`.

    Errors:
        ShapeError: the shapes differ. ArgumentTypeError: `delta` is no number.

    Example:
        >>> import tfnb as tf
        >>> tf.losses.huber_loss([0, 0], [0.5, 3], reduction="none").array_sync()
        [0.125, 2.5]
    """
    op = "huber_loss"
    labels, predictions = _pair(labels, predictions, op)
    bound = real_number(delta, op, "delta")
    error = basic_math.abs(arithmetic.sub(predictions, labels))
    small = arithmetic.minimum(error, bound)
    square = arithmetic.mul(basic_math.square(small), 0.5)
    losses = arithmetic.add(square, arithmetic.mul(arithmetic.sub(error, small), bound))
    return _weighted(losses, weights, reduction, op)  # type: ignore[no-any-return]


def log_loss(
    labels: Any, predictions: Any, weights: Any = None, epsilon: float = 1e-7, reduction: Any = _USUAL
) -> Tensor:
    """-labels log(predictions) - (1 - labels) log(1 - predictions), for yes-or-no answers.

    Args:
        labels: a tensor of numbers from 0 to 1. predictions: chances of 1, of the same shape.
        weights: a number, or a tensor that repeats to that shape.
        epsilon: what is added before each logarithm. reduction: a `tf.Reduction`.

    Errors:
        ShapeError: the shapes differ. ArgumentTypeError: `epsilon` is no number.

    Example:
        >>> import tfnb as tf
        >>> round(float(tf.losses.log_loss([1, 0], [0.5, 0.5])), 4)
        0.6931
    """
    op = "log_loss"
    labels, predictions = _pair(labels, predictions, op)
    small = real_number(epsilon, op, "epsilon")
    yes = arithmetic.mul(labels, exponential.log(arithmetic.add(predictions, small)))
    no = arithmetic.mul(
        arithmetic.sub(1, labels), exponential.log(arithmetic.add(arithmetic.sub(1, predictions), small))
    )
    return _weighted(arithmetic.sub(basic_math.neg(yes), no), weights, reduction, op)  # type: ignore[no-any-return]


def mean_squared_error(labels: Any, predictions: Any, weights: Any = None, reduction: Any = _USUAL) -> Tensor:
    """(labels - predictions)²: large errors count most.

    Args:
        labels: a tensor. predictions: of the same shape.
        weights: a number, or a tensor that repeats to that shape. reduction: a `tf.Reduction`.

    Errors:
        ShapeError: the shapes differ.

    Example:
        >>> import tfnb as tf
        >>> float(tf.losses.mean_squared_error([1, 2], [1, 4]))
        2.0
    """
    op = "mean_squared_error"
    labels, predictions = _pair(labels, predictions, op)
    return _weighted(arithmetic.squared_difference(labels, predictions), weights, reduction, op)  # type: ignore[no-any-return]


def sigmoid_cross_entropy(
    multi_class_labels: Any,
    logits: Any,
    weights: Any = None,
    label_smoothing: float = 0,
    reduction: Any = _USUAL,
) -> Tensor:
    """The cross-entropy of yes-or-no answers, from what a sigmoid would be given.

    max(x, 0) - x labels + log(1 + exp(-|x|)), which neither overflows nor rounds away.

    Args:
        multi_class_labels: a tensor of numbers from 0 to 1. logits: of the same shape.
        weights: a number, or a tensor that repeats to that shape.
        label_smoothing: from 0 to 1, how far the labels move towards 1/2. reduction: a `tf.Reduction`.

    Errors:
        ShapeError: the shapes differ. ArgumentError: `label_smoothing` is not from 0 to 1.

    Example:
        >>> import tfnb as tf
        >>> round(float(tf.losses.sigmoid_cross_entropy([1, 0], [0, 0])), 4)
        0.6931
    """
    op = "sigmoid_cross_entropy"
    labels, logits = _pair(multi_class_labels, logits, op, ("multi_class_labels", "logits"))
    labels = _smoothed(labels, label_smoothing, 2, op)
    losses = arithmetic.sub(activation.softplus(logits), arithmetic.mul(logits, labels))
    return _weighted(losses, weights, reduction, op)  # type: ignore[no-any-return]


def softmax_cross_entropy(
    onehot_labels: Any,
    logits: Any,
    weights: Any = None,
    label_smoothing: float = 0,
    reduction: Any = _USUAL,
) -> Tensor:
    """How surprising the true class is, from what a softmax would be given: minus the log of its predicted share.

    Args:
        onehot_labels: a tensor of shares, [batch, …, classes]. logits: of the same shape.
        weights: a number, or a tensor that repeats to [batch, …].
        label_smoothing: from 0 to 1, how far the labels move towards 1/classes. reduction: a `tf.Reduction`.

    Errors:
        ShapeError: the shapes differ, or have no axis. ArgumentError: `label_smoothing` is not from 0 to 1.

    Example:
        >>> import tfnb as tf
        >>> round(float(tf.losses.softmax_cross_entropy([[0, 1]], [[5, 5]])), 4)
        0.6931
    """
    op = "softmax_cross_entropy"
    labels, logits = _pair(onehot_labels, logits, op, ("onehot_labels", "logits"))
    if not labels.shape:
        raise ShapeError(
            _("wanted one axis at least, that of the classes, given a single number"), op=op, argument="onehot_labels"
        )
    labels = _smoothed(labels, label_smoothing, labels.shape[-1], op)
    shares = normalization.log_softmax(logits)
    losses = basic_math.neg(reductions.sum(arithmetic.mul(shares, labels), -1))
    return _weighted(losses, weights, reduction, op)  # type: ignore[no-any-return]


def _smoothed(labels: Any, given: Any, classes: int, op: str) -> Any:
    """Labels moved a little towards equal shares of the classes (Szegedy et al. 2016, section 7)."""
    amount = real_number(given, op, "label_smoothing")
    if not 0 <= amount <= 1:
        raise ArgumentError(
            _("wanted a number from 0 to 1, given {given}").format(given=given), op=op, argument="label_smoothing"
        )
    if not amount or not classes:
        return labels
    return arithmetic.add(arithmetic.mul(labels, 1 - amount), amount / classes)


def __getattr__(name: str) -> object:
    raise missing(name, "tf.losses", sys.modules[__name__])
