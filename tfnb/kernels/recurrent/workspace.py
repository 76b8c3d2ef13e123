"""Workspaces: the buffers of one call of a recurrent kernel, pooled by shape.

A workspace belongs to one call until its backward has run or its state is dropped. Giving one back is an append to a
list, so a finalizer may do it on any thread; taking one is a pop. There is no lock.
"""

from __future__ import annotations

import itertools
import weakref
from typing import Any, Final

import numpy as np

Array = Any

_LINE: Final = 64  # bytes of a cache line, and of the widest vector


def aligned(shape: tuple[int, ...], dtype: str) -> Array:
    """An array that begins at a cache line: a matrix product of a few microseconds is then a fifth faster."""
    count = 1
    for length in shape:
        count *= length
    size = count * np.dtype(dtype).itemsize
    raw = np.empty(size + _LINE, np.uint8)
    start = -raw.ctypes.data % _LINE
    return raw[start : start + size].view(dtype).reshape(shape)


class Workspace:
    """Buffers, and the views of each step on them. `nbytes` is what the buffers hold."""

    __slots__ = ("nbytes", "__weakref__")

    def __init__(self) -> None:
        self.nbytes = 0

    def buffer(self, dtype: str, *shape: int) -> Array:
        """A buffer of this workspace; its values are whatever was there."""
        array = aligned(shape, dtype)
        self.nbytes += array.nbytes
        return array


class Shelf(list[Any]):
    """The free workspaces of one kind and shape. `used` tells when one was last asked for."""

    __slots__ = ("used",)
    used: int


class WorkspacePool:
    """All workspaces, by kind and shape.

    Attributes:
        limit: bytes of free workspaces above which, when another is made, the shapes not used for longest go.
    """

    SHAPES: Final = 64

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._shelves: dict[tuple[Any, ...], Shelf] = {}
        self._live: set[weakref.ref[Workspace]] = set()
        self._clock = itertools.count()

    def take(self, *key: Any) -> tuple[Any, Shelf]:
        """A workspace, and the shelf to append it to when it is no longer used.

        Args:
            key: the class of the workspace, then what it is made from.
        """
        shelf = self._shelves.get(key)
        if shelf is None:
            shelf = self._shelves.setdefault(key, Shelf())
        shelf.used = next(self._clock)
        try:
            return shelf.pop(), shelf
        except IndexError:
            return self._make(key), shelf

    def _make(self, key: tuple[Any, ...]) -> Workspace:
        self._trim()
        workspace: Workspace = key[0](*key[1:])
        # A callback in C that another thread or a garbage collection may run at any point.
        self._live.add(weakref.ref(workspace, self._live.discard))
        return workspace

    def _trim(self) -> None:
        """Forget the shapes not used for longest, until the limits hold."""
        oldest = sorted(self._shelves.items(), key=lambda item: item[1].used)
        free = self.free_nbytes
        for key, shelf in oldest:
            if free <= self.limit and len(self._shelves) <= self.SHAPES:
                break
            free -= sum(workspace.nbytes for workspace in list(shelf))
            self._shelves.pop(key, None)  # what is in use of it is not pooled when it comes back

    def clear(self) -> None:
        """Let go of all free workspaces."""
        self._shelves.clear()

    @property
    def nbytes(self) -> int:
        """Bytes of all workspaces, free and in use."""
        return sum(one.nbytes for one in [reference() for reference in list(self._live)] if one is not None)

    @property
    def free_nbytes(self) -> int:
        """Bytes of the workspaces that wait for a call."""
        return sum(one.nbytes for shelf in list(self._shelves.values()) for one in list(shelf))


class State:
    """What a forward leaves for its backward: its workspace, given back when this is dropped."""

    __slots__ = ("workspace", "shelf", "nbytes")

    def __init__(self, workspace: Any, shelf: Shelf) -> None:
        self.workspace, self.shelf, self.nbytes = workspace, shelf, workspace.nbytes

    def __del__(self) -> None:
        self.shelf.append(self.workspace)


WORKSPACES: Final = WorkspacePool(limit=128 << 20)
