"""The displays of a training in a terminal: one bar, or a line for each epoch."""

from __future__ import annotations

import sys
import time
from typing import Any

from tfnb.language import _
from tfnb.models.events import Observer, Run, display_for

REFRESH = 0.1
"""Seconds between two changes of the bar."""


class Bar(Observer):
    """One bar for the whole run, with the numbers of the running batch, or of the last epoch."""

    def __init__(self) -> None:
        self._bar: Any = None
        self._done = 0
        self._shown_at = 0.0

    def began(self, run: Run) -> None:
        from tqdm import tqdm

        epochs = (run.epochs or 0) - run.initial_epoch
        total = epochs * run.batches if epochs > 0 and run.batches else None
        self._bar = tqdm(total=total, desc=self._label(run), unit=_("batch"), dynamic_ncols=True, file=sys.stderr)

    def batch(self, run: Run, logs: dict[str, float]) -> None:
        self._done += 1
        now = time.perf_counter()
        if now - self._shown_at >= REFRESH:
            self._show(run, logs)
            self._shown_at = now

    def epoch(self, run: Run, logs: dict[str, float]) -> None:
        epochs = (run.epochs or 0) - run.initial_epoch
        if self._bar.total is None and run.batches and epochs > 0:
            self._bar.total = epochs * run.batches
        self._show(run, logs)
        self._shown_at = time.perf_counter()

    def waiting(self, run: Run) -> None:
        self._bar.set_description_str(_("paused"))

    def ended(self, run: Run) -> None:
        if self._bar is not None:
            if self._done:
                self._bar.update(self._done)
            self._bar.close()
        if run.note:
            print(run.note)

    def _show(self, run: Run, logs: dict[str, float]) -> None:
        bar = self._bar
        bar.set_description_str(self._label(run), refresh=False)
        bar.set_postfix_str(numbers(logs), refresh=False)
        done, self._done = self._done, 0
        bar.update(done)
        bar.refresh()

    def _label(self, run: Run) -> str:
        if run.epochs is None:
            return run.title
        return _("epoch {epoch}/{epochs}").format(epoch=run.epoch + 1, epochs=run.epochs)


class Lines(Observer):
    """A line for each epoch."""

    def epoch(self, run: Run, logs: dict[str, float]) -> None:
        print(f"{_('epoch {epoch}/{epochs}').format(epoch=run.epoch + 1, epochs=run.epochs)}: {numbers(logs)}")

    def ended(self, run: Run) -> None:
        if run.note:
            print(run.note)


def numbers(logs: dict[str, float]) -> str:
    """The numbers of the logs in a line."""
    return ", ".join(f"{name}={value:.4g}" for name, value in logs.items())


def observer_of(run: Run, verbose: int) -> Observer | None:
    """What shows a run: for 0 nothing, for 1 the notebook's display or else a bar, for 2 a line for each epoch."""
    if not verbose:
        return None
    if verbose == 2:
        return Lines()
    return display_for(run) or Bar()
