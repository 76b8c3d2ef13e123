"""A tensor as a notebook shows it: cut where it lives, drawn by `tfnb.picture`. Needs no IPython."""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from tfnb.engine.handle import Handle
from tfnb.language import _
from tfnb.notebook.cell_scope import size_in_bytes
from tfnb.notebook.device_cut import cut
from tfnb.notebook.display import notebook_shell
from tfnb.notebook.namespace import names
from tfnb.picture.bundle import Bundle, bundle
from tfnb.picture.formats import format_shape
from tfnb.picture.tensor_view import Statistics, Subject, statistics_of, tensor_figure
from tfnb.picture.window import WHOLE

# Up to so many values on the host their statistics are worth the wait.
_COUNTED: Final = 1 << 23
_EDGES: Final = (4, 2, 1)


def tensor_bundle(handle: Any) -> Bundle:
    """Text and HTML of a tensor, whatever state it is in."""
    return bundle(
        [lambda edge=edge: tensor_figure(subject_of(handle), edge) for edge in _EDGES],  # type: ignore[misc]
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
        name or name_of(handle),
        _statistics(handle),
        is_variable(handle),
    )


def is_variable(handle: Handle) -> bool:
    """Whether a tensor is a variable; by its true type, since `__class__` says Tensor for both."""
    return type(handle).__name__ == "Variable"


def name_of(handle: Handle) -> str | None:
    """What the reader calls a tensor: the first of the notebook's names that is bound to it."""
    shell = notebook_shell()
    if shell is None:
        return None
    return next((name for name, value in names(shell).items() if value is handle), None)


def _statistics(handle: Handle) -> Statistics | None:
    size = math.prod(handle.shape)
    if handle.ndarray is None or not WHOLE < size <= _COUNTED or handle.dtype not in ("float32", "int32"):
        return None
    return _quick_statistics(handle.ndarray)


def _quick_statistics(array: NDArray[Any]) -> Statistics | None:
    """Statistics of a big array without copies of it; the slow way only where some value is no number."""
    with np.errstate(all="ignore"):
        low, high = float(array.min()), float(array.max())
        if math.isfinite(low) and math.isfinite(high):
            return Statistics(low, high, float(array.mean(dtype=np.float64)), 0, 0)
    return statistics_of(array)
