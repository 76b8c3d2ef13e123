"""Where a NaN came from: the first layer that makes one of numbers that are all right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tfnb.engine.run import to_host
from tfnb.engine.tidy import tidy


def first_layer(model: Any, inputs: Sequence[Any]) -> str | None:
    """The name of the first layer whose output has a NaN, for these inputs in training; None if none has.

    A layer with a NaN in its weights comes first of all.
    """

    def work() -> str | None:
        for layer in model.layers:
            if any(_has_nan(one) for one in layer.weights):
                return str(layer.name)
        for layer, outputs in model.outputs_by_layer(inputs, True):
            if any(_has_nan(one) for one in outputs):
                return str(layer.name)
        return None

    return tidy(work)


def _has_nan(tensor: Any) -> bool:
    if tensor.dtype != "float32":
        return False
    return bool(np.isnan(to_host(tensor)).any())
