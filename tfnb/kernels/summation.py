"""Sums of floats on the host, by products with ones: BLAS adds up several times as fast as NumPy's own sum."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from tfnb.shapes import Shape, size_of

Array = Any

# Values in a row that BLAS adds up at once: the error stays that of a pairwise sum.
_ROW: Final = 4096
_COLUMN: Final = 512  # and in a column, which it adds up one after the other


class _Ones:
    """Ones to multiply by: BLAS adds up rows and columns several times as fast as NumPy's own sum."""

    __slots__ = ("_vectors",)

    def __init__(self) -> None:
        self._vectors: dict[Any, Array] = {}

    def __call__(self, count: int, dtype: Any) -> Array:
        vector = self._vectors.get(dtype)
        if vector is None or vector.size < count:
            if count > 1 << 16:
                return np.ones(count, dtype)
            vector = self._vectors[dtype] = np.ones(max(count, 4096), dtype)
        return vector[:count]


ONES: Final = _Ones()


def added(x: Array, axis: tuple[int, ...]) -> Array:
    """Sums of floats by products with ones: a value that is not finite stays in its own sum."""
    runs = runs_of(x.shape, axis)
    if len(runs) != 1 or x.size == 0 or not x.flags.c_contiguous:
        return np.add.reduce(x, axis)
    outer, length, inner = runs[0]
    if inner == 1:
        if length <= _ROW:
            return x.reshape(outer, length) @ ONES(length, x.dtype)
        return _long_rows(x.reshape(outer, length))
    if length > _COLUMN:
        return _long_columns(x.reshape(outer, length, inner))
    if outer == 1:
        return ONES(length, x.dtype) @ x.reshape(length, inner)
    return np.matmul(ONES(length, x.dtype), x.reshape(outer, length, inner))


def _long_rows(x: Array) -> Array:
    """Sums of rows longer than `_ROW`: of parts first, then of the parts' sums."""
    rows, length = x.shape
    count = length // _ROW
    whole = count * _ROW
    if whole == length:
        return np.add.reduce((x.reshape(-1, _ROW) @ ONES(_ROW, x.dtype)).reshape(rows, count), 1)
    sums = np.empty((rows, count + 1), x.dtype)
    ones = ONES(_ROW, x.dtype)
    for row in range(rows):
        np.matmul(x[row, :whole].reshape(count, _ROW), ones, out=sums[row, :count])
    np.add.reduce(x[:, whole:], 1, out=sums[:, count])
    return np.add.reduce(sums, 1)


def _long_columns(x: Array) -> Array:
    """Sums over the middle axis, longer than `_COLUMN`: of parts first, then of the parts' sums."""
    outer, length, inner = x.shape
    count = length // _COLUMN
    whole = count * _COLUMN
    sums = np.empty((outer, count + 1, inner), x.dtype)
    ones = ONES(_COLUMN, x.dtype)
    for part in range(outer):
        np.matmul(ones, x[part, :whole].reshape(count, _COLUMN, inner), out=sums[part, :count])
    np.add.reduce(x[:, whole:], 1, out=sums[:, count])
    return np.add.reduce(sums, 1)


def runs_of(shape: Shape, axis: tuple[int, ...]) -> list[tuple[int, int, int]]:
    """The reduced axes as runs of neighbours, (outer, length, inner) each; axes of length 1 belong to any run."""
    found: list[tuple[int, int, int]] = []
    position = 0
    rank = len(shape)
    while position < rank:
        if position not in axis:
            position += 1
            continue
        start = position
        while position < rank and (position in axis or shape[position] == 1):
            position += 1
        found.append((size_of(shape[:start]), size_of(shape[start:position]), size_of(shape[position:])))
    return found
