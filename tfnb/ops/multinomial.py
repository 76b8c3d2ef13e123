"""Draws from classes, each with a chance of its own (section Tensors / Random)."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import numpy as np

from tfnb import shapes
from tfnb.engine.run import check_alive, memory_for, to_host, upload
from tfnb.errors import ArgumentError, ShapeError
from tfnb.kernels.floating import quietly
from tfnb.language import _
from tfnb.ops.arguments import whole_number
from tfnb.ops.convert import handle_of
from tfnb.ops.random import RANDOM

if TYPE_CHECKING:
    from tfnb.tensors import Tensor


def multinomial(logits: Any, num_samples: int, seed: float | None = None, normalized: bool = False) -> Tensor:
    """Draws from classes, each with a chance of its own.

    Args:
        logits: a row with a number for each class, or a batch of rows: the logarithms of chances that need not add up
            to 1; chances themselves if `normalized`.
        num_samples: how many draws, for each row.
        seed: the same one gives the same draws.
        normalized: whether `logits` are chances that add up to 1.

    Returns:
        Tensor: int32, the number of the class of each draw; a row for each row of `logits`.

    Errors:
        ShapeError: more than two axes. ArgumentError: fewer than two classes, or chances that are none.

    Example:
        >>> import tfnb as tf
        >>> tf.multinomial([0.0, 1.0], 3, normalized=True).array_sync()
        [1, 1, 1]
    """
    op = "multinomial"
    handle = handle_of(logits, op, "logits", "float32")
    check_alive(handle, op, "logits")
    if not 1 <= len(handle.shape) <= 2:
        raise ShapeError(
            _("wanted one or two axes, given {given}").format(given=shapes.text(handle.shape)), op=op, argument="logits"
        )
    count, classes = whole_number(num_samples, op, "num_samples"), handle.shape[-1]
    if classes < 2:
        raise ArgumentError(
            _("wanted two classes or more, given {given}").format(given=classes), op=op, argument="logits"
        )
    result = shapes.checked((*handle.shape[:-1], count), op, "num_samples")
    with memory_for(result, op):
        chances = _chances(np.asarray(to_host(handle, op), np.float64).reshape(-1, classes), normalized)
        ends = np.cumsum(chances, 1)
        ends /= ends[:, -1:]
        drawn = RANDOM.generator(seed).random((len(ends), count))
        found = [np.searchsorted(row, line, side="right") for row, line in zip(ends, drawn)]
        values = np.array(found, np.int32).reshape(result)
    return upload(values, result, "int32", sys._getframe(1))  # type: ignore[no-any-return]


def _chances(rows: Any, normalized: bool) -> Any:
    if not normalized:
        rows = quietly(lambda: np.exp(rows - rows.max(1, keepdims=True)))
    if not (np.isfinite(rows).all() and (rows >= 0).all() and (rows.sum(1) > 0).all()):
        raise ArgumentError(_("some chances are negative, not finite, or all 0"), op="multinomial", argument="logits")
    return rows
