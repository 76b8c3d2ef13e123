"""Labels that don't fit the loss: found before the first step, with the way out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from tfnb.errors import ArgumentError, ShapeError
from tfnb.language import _
from tfnb.layers.symbolic import PartialShape, shape_text
from tfnb.models.feeding import check_shape
from tfnb.shapes import text

Array = Any

SUM_TOLERANCE = 1e-3  # shares that were rounded or smoothed in float32 still sum to 1 within it


def fitted(
    targets: Sequence[Array], losses: Sequence[Any], shapes: Sequence[PartialShape], names: Sequence[str], op: str
) -> list[Array]:
    """The targets as the losses take them.

    Args:
        targets: an array for each output. losses: its loss function. shapes: its shape. names: its name.

    Errors:
        ShapeError, ArgumentError: labels that the loss can't be meant for.
    """
    return [_fitted(target, loss, shape, name, op) for target, loss, shape, name in zip(targets, losses, shapes, names)]


def _fitted(target: Array, loss: Any, shape: PartialShape, name: str, op: str) -> Array:
    from tfnb.train import objectives

    if loss is objectives.sparse_categorical_crossentropy:
        return _class_numbers(target, shape, name, op)
    if loss is objectives.categorical_crossentropy:
        _check_shares(target, shape, name, op)
    elif loss is objectives.binary_crossentropy:
        check_shape(target, shape, name, op, "y")
        _check_range(target, "binary_crossentropy", op)
    else:
        check_shape(target, shape, name, op, "y")
    named: Callable[..., Any] | None = getattr(objectives, getattr(loss, "__name__", ""), None)
    # A loss of ours computes in float32; one of the user's gets what the user gave.
    return target.astype(np.float32) if loss is named and target.dtype != np.float32 else target


def _class_numbers(target: Array, shape: PartialShape, name: str, op: str) -> Array:
    """Class numbers, with a last axis of length 1."""
    classes = shape[-1]
    if target.ndim == len(shape) - 1:
        target = target.reshape(*target.shape, 1)
    if target.ndim == len(shape) and target.shape[-1] == classes and classes != 1:
        raise ShapeError(
            _(
                "sparse_categorical_crossentropy wants class numbers, of shape {wanted}; these are rows of {given}"
            ).format(wanted=shape_text((None, *shape[1:-1], 1)), given=target.shape[-1]),
            op=op,
            argument="y",
            fix=_("compile with loss='categorical_crossentropy', or give y.argmax(-1)"),
        )
    check_shape(target, (*shape[:-1], 1), name, op, "y")
    if target.dtype == np.float32 and not np.array_equal(target, np.floor(target)):
        raise ArgumentError(
            _("class numbers are whole numbers; there is {given:.6g}").format(
                given=float(target[target != np.floor(target)][0])
            ),
            op=op,
            argument="y",
        )
    low, high = target.min(), target.max()
    if classes is not None and (low < 0 or high >= classes):
        raise ArgumentError(
            _("the class number {given} is out of range: the model tells {classes} classes apart, 0 to {last}").format(
                given=int(low if low < 0 else high), classes=classes, last=classes - 1
            ),
            op=op,
            argument="y",
            fix=_("count the classes from 0: y - 1") if low >= 1 and high == classes else None,
        )
    return target


def _check_shares(target: Array, shape: PartialShape, name: str, op: str) -> None:
    """Rows of shares that sum to 1: one-hot rows, or softer ones."""
    classes = shape[-1]
    if target.shape[-1] == 1 and classes != 1 and target.ndim in (len(shape), len(shape) - 1):
        is_whole = target.dtype != np.float32 or bool((target == np.floor(target)).all())
        raise ShapeError(
            _("categorical_crossentropy wants one-hot rows, of shape {wanted}, given {given}").format(
                wanted=shape_text((None, *shape[1:])), given=text(target.shape)
            ),
            op=op,
            argument="y",
            fix=_(
                "these are class numbers: compile with loss='sparse_categorical_crossentropy', "
                "or write tf.one_hot(y, {classes})"
            ).format(classes=classes)
            if is_whole and target.min() >= 0 and (classes is None or target.max() < classes)
            else None,
        )
    check_shape(target, shape, name, op, "y")
    sums = target.astype(np.float32, copy=False).sum(-1)
    wrong = np.abs(sums - 1) > SUM_TOLERANCE
    if wrong.any():
        row = tuple(map(int, np.argwhere(wrong)[0]))
        raise ArgumentError(
            _("categorical_crossentropy wants rows that sum to 1; row {row} sums to {given:.6g}").format(
                row=row[0] if len(row) == 1 else text(row), given=float(sums[row])
            ),
            op=op,
            argument="y",
            fix=_("divide each row by its sum, or compile with loss='binary_crossentropy' for classes that may meet"),
        )
    _check_range(target, "categorical_crossentropy", op)


def _check_range(target: Array, loss: str, op: str) -> None:
    low, high = target.min(), target.max()
    if low < 0 or high > 1:
        raise ArgumentError(
            _("{loss} wants labels from 0 to 1; there is {given:.6g}").format(
                loss=loss, given=float(low if low < 0 else high)
            ),
            op=op,
            argument="y",
            fix=_("write (y + 1) / 2 for labels of -1 and 1") if (low, high) == (-1, 1) else None,
        )
