"""What a chart knows of a training run: written on the thread that trains, read on the one that shows."""

from __future__ import annotations

import threading
import time
from typing import Final

from tfnb.engine.ledger import LEDGER
from tfnb.models.events import Run
from tfnb.picture.thin_curve import ThinCurve
from tfnb.picture.training_curve import Series, TrainingState

# What can only be asked on the thread that trains is asked so often, in seconds.
_ASKED: Final = 0.1
# tfjs puts these beside the values into the logs of a batch.
_NO_VALUES: Final = frozenset({"batch", "size"})


class TrainingRecord:
    """The curves of a run, thinned as they grow, and the numbers around them."""

    __slots__ = (
        "_asked_at", "_batches", "_epochs", "_learning_rate", "_lock", "_measured", "_memory", "_run", "_steps",
    )  # fmt: skip

    def __init__(self, run: Run) -> None:
        self._run = run
        self._lock = threading.Lock()
        self._batches: dict[str, ThinCurve] = {}
        self._epochs: dict[str, ThinCurve] = {}
        self._steps = 0
        self._measured: int | None = None  # batches of the first epoch, where the run didn't know
        self._asked_at = 0.0
        self._learning_rate: float | None = None
        self._memory = (0, 0)
        self._ask()

    # On the thread that trains

    def batch(self, logs: dict[str, float]) -> None:
        """The values of a batch."""
        run = self._run
        self._steps += 1
        step = run.epoch * run.batches + run.batch + 1 if run.batches else self._steps
        self._add(self._batches, step, logs)
        if time.perf_counter() - self._asked_at >= _ASKED:
            self._ask()

    def epoch(self, logs: dict[str, float]) -> None:
        """The values of an epoch."""
        if self._measured is None and self._steps:
            self._measured = self._run.batches or self._run.batch + 1
        self._add(self._epochs, self._run.epoch + 1, logs)
        self._ask()

    def _add(self, curves: dict[str, ThinCurve], x: int, logs: dict[str, float]) -> None:
        with self._lock:
            for name, value in logs.items():
                if name in _NO_VALUES:
                    continue
                curve = curves.get(name)
                if curve is None:
                    curve = curves[name] = ThinCurve()
                curve.add(x, value)

    def _ask(self) -> None:
        self._asked_at = time.perf_counter()
        self._learning_rate = self._run.learning_rate
        self._memory = (len(LEDGER.live), max(0, LEDGER.bytes))

    # On any thread

    def state(self, log: bool = False) -> TrainingState:
        """The run as it stands."""
        run = self._run
        with self._lock:
            names = list(dict.fromkeys((*run.names, *self._batches, *self._epochs)))
            series = tuple(
                Series(
                    name,
                    tuple(self._batches[name].points()) if name in self._batches else (),
                    tuple(self._epochs[name].points()) if name in self._epochs else (),
                )
                for name in names
                if name in self._batches or name in self._epochs
            )
        begun = bool(self._steps or self._epochs)
        tensors, in_use = self._memory
        return TrainingState(
            title=run.title, state=_state(run), reason=run.reason or "", note=run.note,
            epoch=run.epoch + 1 if begun and (self._epochs or run.epochs) else 0, epochs=run.epochs,
            batch=run.batch + 1 if self._steps else 0, batches=run.batches or self._measured,
            elapsed=max(0.0, run.elapsed), remaining=run.remaining if begun else None,
            learning_rate=self._learning_rate, tensors=tensors, in_use=in_use, log=log, series=series,
        )  # fmt: skip


def _state(run: Run) -> str:
    return "stopping" if run.stop_wished and run.state != "ended" else run.state
