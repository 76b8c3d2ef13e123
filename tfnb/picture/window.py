"""What is read of a tensor for its picture: the ends of its axes, or every n-th value, never the whole of a big one."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import Any, Callable, Final, Sequence

import numpy as np
from numpy.typing import NDArray

from tfnb.picture.boxes import Index, panels, shown

Read = Callable[[tuple[slice, ...]], NDArray[Any]]

# A tensor of so few values is read in one piece.
WHOLE: Final = 1024


@dataclass(frozen=True, slots=True)
class Window:
    """Blocks of a tensor, each with the index of its first value."""

    blocks: tuple[tuple[Index, NDArray[Any]], ...]

    def at(self, index: Index) -> Any:
        """The value at an index of the tensor."""
        for start, block in self.blocks:
            local = tuple(i - s for i, s in zip(index, start, strict=False))
            if all(0 <= i < n for i, n in zip(local, block.shape, strict=False)):
                return block[local]
        raise IndexError(index)

    def values(self) -> NDArray[Any]:
        """All values read, flat."""
        return np.concatenate([block.reshape(-1) for _start, block in self.blocks]) if self.blocks else np.zeros(0)


def read_ends(shape: Sequence[int], read: Read, edge: int, most: int) -> Window:
    """The boxes that `boxes(shape, …, edge, most=most)` draws."""
    size = math.prod(shape)
    if size == 0:
        return Window(())
    if size <= WHOLE:
        return Window(((tuple(0 for _n in shape), np.asarray(read(tuple(slice(0, n) for n in shape)))),))
    blocks = []
    for lead in panels(shape, most) if len(shape) > 2 else [()]:
        ends = [_ends(length, edge) for length in shape[len(lead) :]]
        for part in itertools.product(*ends):
            cut = (*(slice(i, i + 1) for i in lead), *part)
            blocks.append((tuple(s.start for s in cut), np.asarray(read(cut))))
    return Window(tuple(blocks))


def _ends(length: int, edge: int) -> list[slice]:
    drawn = shown(length, edge)
    if None not in drawn:
        return [slice(0, length)]
    return [slice(0, edge), slice(length - edge, length)]


def strides(shape: Sequence[int], most: int) -> tuple[int, ...]:
    """Steps along the axes, equal on all of them, that leave at most `most` values along each."""
    step = max(1, *(math.ceil(length / most) for length in shape)) if shape else 1
    return (step,) * len(shape)


def read_every(shape: Sequence[int], read: Read, lead: Index, most: int, trailing: int = 0) -> tuple[NDArray[Any], int]:
    """Every n-th value of the two axes after `lead`, all of the `trailing` ones after them, and n."""
    step = strides(shape[len(lead) : len(lead) + 2], most)[0]
    cut = [slice(i, i + 1) for i in lead]
    cut += [slice(0, length, step) for length in shape[len(lead) : len(lead) + 2]]
    cut += [slice(0, length) for length in shape[len(shape) - trailing :]] if trailing else []
    values = np.asarray(read(tuple(cut)))
    return values.reshape(values.shape[len(lead) :]), step
