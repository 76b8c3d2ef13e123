"""The worker threads of the host: NumPy releases the interpreter's lock, so big work is shared by a few of them."""

from __future__ import annotations

import os
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any, Callable, Final, Sequence

from tfnb.kernels.floating import quietly

BLOCK: Final = 1 << 17  # values a block: large enough that its calls do not queue for the interpreter's lock
PARALLEL: Final = 1 << 20  # values from which the hand-over to workers pays


class Workers:
    """The worker threads, made when first needed and again after a fork."""

    def __init__(self) -> None:
        mine = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        self.count = max(1, min(4, mine))
        self._pool: ThreadPoolExecutor | None = None
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self._forget)

    def _forget(self) -> None:
        self._pool = None

    def run(self, jobs: Sequence[Any]) -> None:
        """Run all jobs at once and wait for all of them, also when interrupted while waiting."""
        if self._pool is None:
            self._pool = ThreadPoolExecutor(self.count, thread_name_prefix="tfnb-host")
        futures: list[Future[None]] = []
        try:
            for job in jobs:
                futures.append(self._pool.submit(job))
            wait(futures)
        finally:  # no buffer goes back while a worker writes to it
            wait(futures)
        for future in futures:
            future.result()


WORKERS: Final = Workers()


class _Part:
    """Rows `first` to `last` of a job, block by block. NumPy's error state is not inherited by threads."""

    __slots__ = ("first", "job", "last", "step")

    def __init__(self, job: Callable[[int, int], None], first: int, last: int, step: int) -> None:
        self.job, self.first, self.last, self.step = job, first, last, step

    def __call__(self) -> None:
        quietly(self._run)

    def _run(self) -> None:
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
    if shares <= 1:
        _Part(job, 0, rows, step)()
        return
    share = -(-rows // shares)
    WORKERS.run([_Part(job, low, min(low + share, rows), step) for low in range(0, rows, share)])
