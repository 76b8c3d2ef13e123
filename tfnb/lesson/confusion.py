"""What a model answered, beside what was right: counts in a table, and the share that is right."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tfnb.errors import ShapeError
from tfnb.language import _
from tfnb.lesson.bilingual import Both
from tfnb.lesson.shown import Shown
from tfnb.lesson.weather import SEASONS
from tfnb.picture.colours import SKY
from tfnb.picture.parts import Box, Edge, Figure, Grid, Mark, Stack, Words

_TITLE = Both("What it was, and what the model said", "実際の季節と、モデルの答え")
_WAS = Both("it was", "実際")
_SAID = Both("the model said", "モデルの答え")
_SEASONS = Both("4 seasons", "季節 4 つ")
_TOLD = Both("{right} of {all} are right: those on the line from the upper left to the lower right.",
             "{all} のうち {right} が当たりです。左上から右下への斜めの線の上にあります。")  # fmt: skip


def accuracy(predictions: Any, labels: Any) -> float:
    """The share of right answers.

    Args:
        predictions: for each sample a share for each class, of shape [samples, classes]; the largest is the answer.
        labels: of the same shape, 1 at the right class and 0 elsewhere.

    Errors:
        ShapeError: the two differ in shape.

    Example:
        >>> import tfnb as tf
        >>> tf.lesson.accuracy([[0.9, 0.1], [0.6, 0.4]], [[1, 0], [0, 1]])
        0.5
    """
    said, was = _classes(predictions, labels, "lesson.accuracy")
    return float((said == was).mean())


def confusion(predictions: Any, labels: Any) -> Shown:
    """Draw how often each season was taken for each.

    Args:
        predictions: for each window a share for each of the four seasons, of shape [windows, 4].
        labels: of the same shape, 1 at the right season and 0 elsewhere.

    Errors:
        ShapeError: the two differ in shape, or there are not four seasons.

    Example:
        >>> import tfnb as tf
        >>> weather = tf.lesson.weather()
        >>> shown = tf.lesson.confusion(weather.test_y, weather.test_y)
    """
    said, was = _classes(predictions, labels, "lesson.confusion")
    if np.shape(predictions)[1] != len(SEASONS):
        raise ShapeError(
            _("wanted four shares for each window; got {shape}").format(shape=list(np.shape(predictions))),
            op="lesson.confusion",
            argument="predictions",
        )
    names = tuple(season.say() for season in SEASONS)
    counts = np.zeros((len(names), len(names)), int)
    np.add.at(counts, (was, said), 1)
    rows = tuple(
        tuple(
            Box(str(count), SKY if row == column else None, Mark.FOCUS if row == column else Mark.NONE)
            for column, count in enumerate(line)
        )
        for row, line in enumerate(counts.tolist())
    )
    grid = Grid(rows, names, names, Edge(_SAID.say(), _SEASONS.say()), Edge(_WAS.say(), _SEASONS.say()), least=4)
    told = _TOLD.say(right=int(counts.trace()), all=int(counts.sum()))
    lines = "; ".join(f"{name}: {', '.join(map(str, line))}" for name, line in zip(names, counts.tolist(), strict=True))
    return Shown(Figure(_TITLE.say(), f"{_TITLE.say()}. {lines}. {told}", Stack((grid, Words(told)))), drawn=True)


def _classes(predictions: Any, labels: Any, op: str) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    given, right = np.asarray(predictions, np.float64), np.asarray(labels, np.float64)
    if given.ndim != 2 or given.shape != right.shape:
        raise ShapeError(
            _("wanted two tables of one shape, [samples, classes]; got {predictions} and {labels}").format(
                predictions=list(given.shape), labels=list(right.shape)
            ),
            op=op,
            argument="predictions",
        )
    return given.argmax(1), right.argmax(1)
