"""A tensor as a front end shows it: cut where it lives, drawn by `tfnb.picture`. Only what is shown imports this."""

from __future__ import annotations

import math
from typing import Any, Callable, Final

import numpy as np
from numpy.typing import NDArray

from tfnb.engine.cut import cut
from tfnb.engine.handle import Handle
from tfnb.engine.ledger import size_in_bytes
from tfnb.kernels.floating import quietly
from tfnb.language import _
from tfnb.picture.bundle import Bundle, bundle
from tfnb.picture.formats import format_shape
from tfnb.picture.tensor_view import Statistics, Subject, statistics_of, tensor_figure
from tfnb.picture.window import WHOLE

# Up to so many values on the host their statistics are worth the wait.
_COUNTED: Final = 1 << 23
_EDGES: Final = (4, 2, 1)


def tensor_bundle(handle: Any, name_of: Callable[[Handle], str | None] = lambda _handle: None) -> Bundle:
    """Text and HTML of a tensor, whatever state it is in.

    Args:
        handle: the tensor.
        name_of: what the reader calls a tensor.
    """
    return bundle(
        [lambda edge=edge: tensor_figure(subject_of(handle, name_of(handle)), edge) for edge in _EDGES],  # type: ignore[misc]
        lambda: plain_words(handle),
    )


def plain_words(handle: Any) -> str:
    """One line for a tensor that can't be drawn: what it is, and that it is gone if it is."""
    words = _("Tensor {shape} {dtype}").format(shape=format_shape(tuple(handle.shape)), dtype=handle.dtype)
    if getattr(handle, "is_disposed", False):
        words = _("{tensor}, disposed of {place}").format(tensor=words, place=handle.store.place)
    return words


def subject_of(handle: Handle, name: str | None = None) -> Subject:
    """What the picture needs of a tensor. Pending work runs now, since the values are wanted."""
    if 0 not in handle.shape:
        cut(handle, (slice(0, 1),) * len(handle.shape))
    return Subject(
        tuple(handle.shape),
        handle.dtype,
        size_in_bytes(handle),
        str(getattr(handle, "place", "host")),
        lambda slices: cut(handle, slices),
        name,
        _statistics(handle),
        is_variable(handle),
    )


def is_variable(handle: Handle) -> bool:
    """Whether a tensor is a variable (a layer's weight too), by its true type: `__class__` says Tensor for all."""
    return any(one.__name__ == "Variable" for one in type(handle).__mro__)


def _statistics(handle: Handle) -> Statistics | None:
    size = math.prod(handle.shape)
    if handle.ndarray is None or not WHOLE < size <= _COUNTED or handle.dtype not in ("float32", "int32"):
        return None
    return _quick_statistics(handle.ndarray)


def _quick_statistics(array: NDArray[Any]) -> Statistics | None:
    """Statistics of a big array without copies of it; the slow way only where some value is no number."""
    low, high = float(quietly(array.min)), float(quietly(array.max))
    if math.isfinite(low) and math.isfinite(high):
        return Statistics(low, high, float(quietly(array.mean, dtype=np.float64)), 0, 0)
    return statistics_of(array)
