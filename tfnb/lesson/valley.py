"""A loss for each of several weights as one curve: its lowest point is what training looks for."""

from __future__ import annotations

from typing import Any

import numpy as np

from tfnb.errors import ShapeError
from tfnb.language import _
from tfnb.lesson.bilingual import Both
from tfnb.lesson.shown import Shown
from tfnb.picture.colours import BLUE
from tfnb.picture.formats import format_value
from tfnb.picture.parts import Curve, Figure, Plot, Stack, Table, Words

_TITLE = Both("The loss for each weight", "重みごとの損失")
_WEIGHT = Both("weight", "重み")
_LOSS = Both("loss", "損失")
_TOLD = Both("The lowest loss of these is {loss}, at the weight {weight}.",
             "この中でいちばん小さい損失は {loss} で、重みは {weight} です。")  # fmt: skip


def valley(weights: Any, losses: Any) -> Shown:
    """Draw a loss for each weight that was tried.

    Args:
        weights: numbers, in rising order.
        losses: as many numbers, or tensors of one number each.

    Errors:
        ShapeError: not one loss for each weight, or none at all.

    Example:
        >>> import tfnb as tf
        >>> shown = tf.lesson.valley([1, 2, 3], [16, 0, 16])
    """
    x = [float(weight) for weight in weights]
    y = [float(np.asarray(loss)) for loss in losses]
    if not x or len(x) != len(y):
        raise ShapeError(
            _("wanted one loss for each weight; got {losses} for {weights}").format(losses=len(y), weights=len(x)),
            op="lesson.valley",
            argument="losses",
        )
    lowest = int(np.argmin(y))
    told = _TOLD.say(loss=format_value(y[lowest]), weight=format_value(x[lowest]))
    curve = Curve(_LOSS.say(), tuple(zip(x, y, strict=True)), BLUE, marked=True)
    plot = Plot("", (curve,), _WEIGHT.say(), (x[0], x[-1]), told)
    row = (Words(_LOSS.say()), *(Words(format_value(value)) for value in y))
    head = (_WEIGHT.say(), *(format_value(value) for value in x))
    table = Table(head, (row,), frozenset(range(1, len(head))))
    return Shown(Figure(_TITLE.say(), f"{_TITLE.say()}. {told}", Stack((plot, table, Words(told)))), drawn=True)
