"""Gradients of a formula by finite differences, in float64."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
STEP = 1e-6


def slopes_of(formula: Callable[..., float], arrays: Sequence[Array]) -> list[Array]:
    """How a formula of arrays changes with each value of each of them."""
    found = []
    for position, array in enumerate(arrays):
        slope = np.zeros_like(array)
        for place in np.ndindex(array.shape):
            moved = []
            for step in (STEP, -STEP):
                near = [one.copy() for one in arrays]
                near[position][place] += step
                moved.append(formula(*near))
            slope[place] = (moved[0] - moved[1]) / (2 * STEP)
        found.append(slope)
    return found
