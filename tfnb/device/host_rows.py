"""Work of the host on the rows of a big array, in blocks that stay in the cache and in parts for the worker threads."""

from __future__ import annotations

from typing import Any, Callable, Final

import numpy as np

from tfnb.device.host import WORKERS

Array = Any

BLOCK: Final = 1 << 17  # values a block: large enough that its calls do not queue for the interpreter's lock
PARALLEL: Final = 1 << 20  # values from which the hand-over to workers pays


class _Part:
    """Rows `first` to `last` of a job, block by block. NumPy's error state is not inherited by threads."""

    __slots__ = ("first", "job", "last", "step")

    def __init__(self, job: Callable[[int, int], None], first: int, last: int, step: int) -> None:
        self.job, self.first, self.last, self.step = job, first, last, step

    def __call__(self) -> None:
        with np.errstate(all="ignore"):
            for low in range(self.first, self.last, self.step):
                self.job(low, min(low + self.step, self.last))


def over_rows(job: Callable[[int, int], None], rows: int, width: int, block: int = BLOCK) -> None:
    """Run `job(first, last)` on all rows, each of `width` values: by the workers where that pays.

    Args:
        job: works on the rows from `first` up to `last`; touches arrays only.
        block: values that one call gets at most.
    """
    step = max(1, block // max(1, width))
    shares = min(WORKERS.count, rows) if rows * width >= PARALLEL else 1
    if shares == 1:
        _Part(job, 0, rows, step)()
        return
    share = -(-rows // shares)
    WORKERS.run([_Part(job, low, min(low + share, rows), step) for low in range(0, rows, share)])
