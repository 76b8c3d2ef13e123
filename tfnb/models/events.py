"""What happens in a training run, told to whoever shows it: fit emits, displays listen.

A `Run` is the one object between the loop and its displays. The loop writes where it stands and tells its observers;
a display (a widget's button, another thread) sets wishes: pause, resume, step, stop. A wish is a flag and nothing else,
the loop looks at it between batches, so no display ever touches the engine.
"""

from __future__ import annotations

import threading
import time
import warnings
from typing import Callable

from tfnb.language import _

PAUSE_STEP = 0.05
"""Seconds between two looks at the wishes while a run is paused."""


class Observer:
    """What a display of a training run implements; each method does nothing by default.

    All of them are called on the thread that trains, between batches. One that raises is dropped with a warning: a
    display never ends a training. `batch` is called after every batch and must be quick.

    Example:
        >>> from tfnb.models.events import Observer, Run
        >>> class Printed(Observer):
        ...     def epoch(self, run, logs):
        ...         print(run.epoch, logs)
        >>> run = Run("mine", epochs=1)
        >>> run.observers.append(Printed())
        >>> run.report_epoch({"loss": 0.5})
        0 {'loss': 0.5}
    """

    def began(self, run: Run) -> None:
        """The run begins; `run.names` are the names that logs will have."""

    def batch(self, run: Run, logs: dict[str, float]) -> None:
        """Batch number `run.batch` (from 0) of epoch `run.epoch` is done."""

    def epoch(self, run: Run, logs: dict[str, float]) -> None:
        """Epoch number `run.epoch` is done; `logs` has the epoch's means and the `val_` values."""

    def waiting(self, run: Run) -> None:
        """The run is paused: called as it pauses, then every `PAUSE_STEP` seconds."""

    def ended(self, run: Run) -> None:
        """The run is over: `run.reason` and `run.note` say why."""


class Run:
    """One training run: where it stands, and what its displays wish.

    Args:
        title: what is trained, to be shown.
        epochs: the number of the last epoch, or None (a loop written by hand that doesn't say).
        batches: batches in an epoch, or None where that is not known before the first epoch is over.
        batch_size: samples in a batch, or None.
        samples: samples in the training set, or None.
        names: the names in the logs: `("loss", "acc", "val_loss", …)`.
        learning_rate: reads the optimizer's learning rate.
        initial_epoch: the number of the first epoch.

    Attributes:
        epoch, batch: the numbers (from 0) of the running epoch and batch; `batch` counts from 0 in each epoch.
        state: `"running"`, `"paused"` (one step at a time included) or `"ended"`.
        reason: `"done"`, `"stopped"`, `"interrupted"`, `"nan"`, `"early"` or `"error"`; None before the end.
        note: one sentence about the end, in the reader's language; empty if there is nothing to say.
        started: `time.perf_counter()` at the begin.
        observers: the displays.

    Example:
        >>> from tfnb.models.events import Run
        >>> run = Run("mine", epochs=2, batches=10)
        >>> run.stop()
        >>> run.checkpoint()
        False
    """

    __slots__ = (
        "title",
        "epochs",
        "batches",
        "batch_size",
        "samples",
        "names",
        "initial_epoch",
        "epoch",
        "batch",
        "state",
        "reason",
        "note",
        "started",
        "observers",
        "_learning_rate",
        "_paused_seconds",
        "_steps",
        "_stop_reason",
        "_wake",
        "_paused_since",
        "_ended_at",
    )

    def __init__(
        self,
        title: str,
        *,
        epochs: int | None = None,
        batches: int | None = None,
        batch_size: int | None = None,
        samples: int | None = None,
        names: tuple[str, ...] = (),
        learning_rate: Callable[[], float | None] | None = None,
        initial_epoch: int = 0,
    ) -> None:
        self.title, self.epochs, self.batches = title, epochs, batches
        self.batch_size, self.samples, self.names = batch_size, samples, names
        self.initial_epoch = self.epoch = initial_epoch
        self.batch = 0
        self.state, self.note = "running", ""
        self.reason: str | None = None
        self.started = time.perf_counter()
        self.observers: list[Observer] = []
        self._learning_rate = learning_rate
        self._paused_seconds = 0.0
        self._paused_since: float | None = None
        self._ended_at: float | None = None
        self._steps = 0
        self._stop_reason: str | None = None
        self._wake = threading.Event()

    @property
    def learning_rate(self) -> float | None:
        """The optimizer's learning rate now, None where there is none to read."""
        return self._learning_rate() if self._learning_rate is not None else None

    @property
    def elapsed(self) -> float:
        """Seconds of training since the begin, pauses left out."""
        return (self._ended_at or self._paused_since or time.perf_counter()) - self.started - self._paused_seconds

    @property
    def progress(self) -> float | None:
        """The part of all batches that is done, 0 to 1; None where the number of batches or epochs is not known."""
        if not self.epochs or not self.batches or self.epochs <= self.initial_epoch:
            return None
        done = (self.epoch - self.initial_epoch) * self.batches + self.batch + 1
        return min(done / ((self.epochs - self.initial_epoch) * self.batches), 1.0)

    @property
    def remaining(self) -> float | None:
        """Seconds left at the pace so far, or None."""
        progress = self.progress
        return self.elapsed * (1 - progress) / progress if progress else None

    @property
    def stop_wished(self) -> bool:
        """Whether somebody asked for the end."""
        return self._stop_reason is not None

    @property
    def stop_reason(self) -> str | None:
        """Why somebody asked for the end: the first reason given."""
        return self._stop_reason

    # Wishes: flags only, from any thread.

    def pause(self) -> None:
        """Hold after the running batch."""
        if self.state == "running":
            self.state = "paused"

    def resume(self) -> None:
        """Go on after a pause."""
        if self.state == "paused":
            self._steps = 0
            self.state = "running"
            self._wake.set()

    def step(self) -> None:
        """Train one batch more, then hold again; a running run is paused after its next batch."""
        if self.state != "ended":
            self.state = "paused"
            self._steps += 1
            self._wake.set()

    def stop(self, reason: str = "stopped") -> None:
        """End after the running batch; the first reason given stays."""
        if self._stop_reason is None:
            self._stop_reason = reason
        self._wake.set()

    # The loop's side.

    def checkpoint(self) -> bool:
        """Wait while paused. False once somebody wished the end: called by the loop between batches."""
        if self.state == "paused" and self._stop_reason is None:
            self._paused_since = time.perf_counter()
            try:
                while self._holds():
                    self._tell("waiting")
                    self._wake.wait(PAUSE_STEP)
                    self._wake.clear()
            finally:
                self._count_pause()
        return self._stop_reason is None

    async def checkpoint_async(self) -> bool:
        """`checkpoint` that lets the event loop run, also when nothing is paused."""
        import asyncio

        await asyncio.sleep(0)
        if self.state == "paused" and self._stop_reason is None:
            self._paused_since = time.perf_counter()
            try:
                while self._holds():
                    self._tell("waiting")
                    await asyncio.sleep(PAUSE_STEP)
            finally:
                self._count_pause()
        return self._stop_reason is None

    def _count_pause(self) -> None:
        if self._paused_since is not None:
            self._paused_seconds += time.perf_counter() - self._paused_since
            self._paused_since = None

    def _holds(self) -> bool:
        """Whether the loop waits on; takes one of the steps that were asked for."""
        if self._stop_reason is not None or self.state != "paused":
            return False
        if self._steps:
            self._steps -= 1
            return False
        return True

    def begin(self) -> None:
        """Tell the observers that it begins; sets the clock."""
        self.started = time.perf_counter()
        self._tell("began")

    def report_batch(self, logs: dict[str, float]) -> None:
        """Tell the observers that batch `self.batch` is done."""
        self._tell("batch", logs)

    def report_epoch(self, logs: dict[str, float]) -> None:
        """Tell the observers that epoch `self.epoch` is done."""
        self._tell("epoch", logs)

    def end(self, reason: str = "done", note: str = "") -> None:
        """Tell the observers that it is over; only the first call counts."""
        if self.state == "ended":
            return
        self._ended_at = time.perf_counter()
        self.state, self.reason, self.note = "ended", reason, note
        self._tell("ended")

    def _tell(self, event: str, *details: dict[str, float]) -> None:
        for observer in tuple(self.observers):
            try:
                getattr(observer, event)(self, *details)
            except Exception as error:  # a display never ends a training
                self.observers.remove(observer)
                warnings.warn(
                    _("the display {display} failed and is shown no more: {error}").format(
                        display=type(observer).__name__, error=f"{type(error).__name__}: {error}"
                    ),
                    RuntimeWarning,
                    stacklevel=2,
                )


DISPLAYS: list[Callable[[Run], Observer | None]] = []
"""Makers of displays, asked in turn; the first that doesn't answer None shows the run. The notebook registers here."""


def display_for(run: Run) -> Observer | None:
    """A display for `run` from the registered makers, or None where none of them answers."""
    for make in DISPLAYS:
        observer = make(run)
        if observer is not None:
            return observer
    return None
