"""Weights of classes and samples: how much each sample counts in the loss."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from tfnb.engine.handle import Handle
from tfnb.errors import ArgumentError, ArgumentTypeError, ShapeError
from tfnb.language import _
from tfnb.models.feeding import arrays_of
from tfnb.shapes import text

Array = Any


def weights_of(
    targets: Sequence[Array], names: Sequence[str], class_weight: Any, sample_weight: Any, op: str
) -> list[Array | None]:
    """For each output an array with a weight per sample, or None where all count alike.

    Args:
        targets: an array for each output.
        names: the outputs' names.
        class_weight: a dict from a class's number to its weight; for several outputs a list of such or a dict by names.
        sample_weight: a number per sample; for several outputs a list of such or a dict by names.

    Errors:
        ArgumentError: a class in the data without a weight. ShapeError: another number of weights than samples.
    """
    of_classes = _class_weights(class_weight, names, op)
    of_samples = _sample_weights(sample_weight, names, len(targets[0]), op)
    found: list[Array | None] = []
    for target, classes, samples in zip(targets, of_classes, of_samples):
        weights = None if classes is None else _by_class(target, classes, op)
        if samples is not None:
            weights = samples if weights is None else weights * samples
        found.append(weights)
    return found


def _class_weights(given: Any, names: Sequence[str], op: str) -> list[Mapping[Any, Any] | None]:
    if given is None or (isinstance(given, (list, tuple, Mapping)) and not given):
        return [None] * len(names)
    if isinstance(given, Mapping) and any(name in given for name in names):
        return [given.get(name) for name in names]
    if isinstance(given, Mapping) and len(names) == 1:
        return [given]
    is_list = isinstance(given, (list, tuple)) and len(given) == len(names)
    if is_list and all(one is None or isinstance(one, Mapping) for one in given):
        return list(given)
    raise ArgumentTypeError(
        _("wanted a dict from class numbers to weights, given {given!r}").format(given=given)
        if len(names) == 1
        else _("wanted a dict of class weights for each of {names}").format(names=", ".join(map(repr, names))),
        op=op,
        argument="class_weight",
        fix=_("write {example}").format(example="{0: 1.0, 1: 5.0}") if len(names) == 1 else None,
    )


def _by_class(target: Array, weights: Mapping[Any, Any], op: str) -> Array:
    """The weight of each sample's class. A row of several numbers is a one-hot row, a single one is the class."""
    if target.ndim != 2:
        raise ShapeError(
            _("classes are weighted where y has one row per sample; this y has shape {given}").format(
                given=text(target.shape)
            ),
            op=op,
            argument="class_weight",
            fix=_("use sample_weight"),
        )
    classes = target.argmax(1) if target.shape[1] > 1 else target[:, 0].astype(np.int64)
    table = {int(key): float(value) for key, value in weights.items()}
    found, places = np.unique(classes, return_inverse=True)
    for one in found.tolist():
        if one not in table:
            raise ArgumentError(
                _("class {number} is in the data and has no weight").format(number=one),
                op=op,
                argument="class_weight",
                fix=_("give a weight for each of {classes}").format(classes=found.tolist()),
            )
    return np.array([table[one] for one in found.tolist()], np.float32)[places.reshape(-1)]


def _sample_weights(given: Any, names: Sequence[str], samples: int, op: str) -> list[Array | None]:
    if given is None:
        return [None] * len(names)
    is_one = isinstance(given, (Handle, np.ndarray)) or (len(names) == 1 and not isinstance(given, Mapping))
    if not is_one and not isinstance(given, Mapping) and len(given) != len(names):
        is_one = True
    if is_one:
        parts: list[Any] = [given] * len(names)
    else:
        parts = [given.get(name) for name in names] if isinstance(given, Mapping) else list(given)
    found: list[Array | None] = []
    for part in parts:
        array = None if part is None else arrays_of(part, ("sample_weight",), op, "sample_weight")[0]
        if array is not None and array.shape != (samples, 1):
            raise ShapeError(
                _("wanted one weight for each of {samples} samples, given {given}").format(
                    samples=samples, given=text(array.shape)
                ),
                op=op,
                argument="sample_weight",
            )
        found.append(None if array is None else array[:, 0].astype(np.float32))
    return found
