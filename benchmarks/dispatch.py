"""What one small op costs beyond NumPy's call, and whether that depends on how many tensors are alive."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.case import Bound, Case, Contender, Work

VALUES = np.arange(16, dtype=np.float32)


def _numpy_add() -> tuple[Work, Any]:
    x = VALUES.copy()
    add = np.add
    return lambda: add(x, x), lambda z: z


def _torch_add() -> tuple[Work, Any]:
    import torch

    torch.set_num_threads(2)
    x = torch.from_numpy(VALUES.copy())
    return lambda: torch.add(x, x), lambda z: z.numpy()


def _tidy_add(live: int) -> Any:
    def prepare() -> tuple[Work, Any]:
        import gc

        import tfnb as tf

        tf.set_backend("auto")
        held = [tf.scalar(k) for k in range(live)]
        x = tf.tensor(VALUES)
        tidy = tf.tidy
        gc.freeze()

        def work() -> Any:
            return tidy(lambda: x.add(x))

        work.held = held  # type: ignore[attr-defined]
        return work, lambda z: z.numpy()

    return prepare


def _plain_add() -> tuple[Work, Any]:
    import tfnb as tf

    x = tf.tensor(VALUES)
    return lambda: x.add(x), lambda z: z.numpy()


def _numpy_polynomial() -> tuple[Work, Any]:
    x = np.float32(2)
    return lambda: 2 * x * x + 4 * x + 8, np.asarray


def _torch_polynomial() -> tuple[Work, Any]:
    import torch

    x = torch.tensor(2.0)
    return lambda: (2 * x.square() + 4 * x + 8).item(), np.asarray


def _polynomial() -> tuple[Work, Any]:
    import tfnb as tf

    x = tf.scalar(2)
    tidy = tf.tidy

    def work() -> Any:
        return tidy(lambda: x.square().mul(2).add(x.mul(4)).add(8)).data_sync()[0]

    return work, np.asarray


CASES = [
    Case(
        "one op",
        "add of 16 values, a tidy around it (µs over NumPy's call)",
        (
            Contender("numpy", _numpy_add),
            Contender("torch", _torch_add),
            Contender("tfnb, no tidy", _plain_add),
            Contender("tfnb, 10 alive", _tidy_add(10)),
            Contender("tfnb, 1,000 alive", _tidy_add(1_000)),
            Contender("tfnb, 100,000 alive", _tidy_add(100_000)),
        ),
        (
            Bound("tfnb, 10 alive", None, 2.5e-6, over="numpy"),
            Bound("tfnb, 100,000 alive", None, 2.5e-6, over="numpy"),
            Bound("tfnb, 100,000 alive", "tfnb, 10 alive", 1.15),
        ),
        inner=2000,
    ),
    Case(
        "polynomial",
        "tidy(2x² + 4x + 8) and its read",
        (
            Contender("numpy", _numpy_polynomial),
            Contender("torch", _torch_polynomial),
            Contender("tfnb", _polynomial),
        ),
        (Bound("tfnb", None, 10e-6),),
        inner=1000,
    ),
]
