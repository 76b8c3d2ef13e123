"""Reading a small cut of a tensor: on the device where it can be cut there, never the whole of a big one."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tfnb.engine.handle import Handle
from tfnb.engine.run import read, storage_of


def cut(handle: Handle, slices: tuple[slice, ...]) -> NDArray[Any]:
    """The values of `handle[slices]`, one slice for each axis; pending work runs first.

    Errors:
        DisposedError: the tensor is gone.
    """
    storage = storage_of(handle, "repr")
    if isinstance(storage, np.ndarray):
        return storage.reshape(handle.shape)[slices]
    if not slices:
        return np.asarray(read(handle, 0, 1)).reshape(())
    ranges = [range(*one.indices(length)) for one, length in zip(slices, handle.shape, strict=True)]
    shape = tuple(map(len, ranges))
    last = ranges[-1]
    if 0 in shape:
        return np.asarray(read(handle, 0, 0)).reshape(shape)
    rows = []
    for index in itertools.product(*ranges[:-1]):
        start = 0
        for i, length in zip((*index, 0), handle.shape, strict=True):
            start = start * length + i
        run = read(handle, start + last[0], last[-1] - last[0] + 1)
        rows.append(np.asarray(run)[:: last.step])
    return np.stack(rows).reshape(shape)
