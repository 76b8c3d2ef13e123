"""Gradients against finite differences in float64, in a random direction, of the first and the second order."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from tfnb import autodiff
from tfnb.engine.run import new_handle

Array = np.ndarray[Any, Any]
STEP = 1e-5


def wide(array: Any) -> Any:
    """A tensor that holds float64: host code computes in the type of its arrays, so the whole way is in float64."""
    array = np.asarray(array, np.float64)
    return new_handle(array.shape, "float32", sys._getframe(), array=array)


def _total(tensor: Any) -> Any:
    """The sum, with an axis: NumPy's sum of everything is a number, and would become a float32."""
    return tensor.reshape([1, tensor.size]).sum(1)


def check(
    f: Callable[..., Any], arrays: Sequence[Array], seed: int = 0, tolerance: float = 1e-6, orders: int = 2
) -> None:
    """The gradients of `f`, a function of tensors, at `arrays`."""
    random = np.random.default_rng(seed)
    weights = random.normal(size=f(*map(wide, arrays)).shape)
    directions = [random.normal(size=one.shape) for one in arrays]

    def value(*tensors: Any) -> Any:
        return _total(f(*tensors) * wide(weights))

    def slope(*tensors: Any) -> Any:
        """The derivative in the direction, as a tensor of one value."""
        _value, slopes = autodiff.gradients(lambda: value(*tensors), tensors)
        parts = [_total(one * wide(d)) for one, d in zip(slopes, directions, strict=True) if one is not None]
        return sum(parts[1:], parts[0])

    def along(function: Callable[..., Any], step: float) -> float:
        moved = [wide(one + step * d) for one, d in zip(arrays, directions, strict=True)]
        return float(function(*moved).numpy()[0])

    for order, function in enumerate([value, slope][:orders]):
        difference = (along(function, STEP) - along(function, -STEP)) / (2 * STEP)
        found, scale = _derivative(function, arrays, directions)
        assert abs(found - difference) <= tolerance * scale, (order + 1, found, difference)


def _derivative(
    function: Callable[..., Any], arrays: Sequence[Array], directions: Sequence[Array]
) -> tuple[float, float]:
    """The derivative in the direction, and the size of its parts."""
    tensors = [wide(one) for one in arrays]
    _value, slopes = autodiff.gradients(lambda: function(*tensors), tensors)
    terms = [one.numpy() * d for one, d in zip(slopes, directions, strict=True) if one is not None]
    return float(sum(float(term.sum()) for term in terms)), max([1.0, *(float(np.abs(term).sum()) for term in terms)])
