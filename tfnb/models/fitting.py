"""The loop of a training, written once for `fit` and `fit_async`: it yields wherever one may wait.

What it yields is None between batches, where displays may hold it, or something to be awaited that a callback returned.
"""

from __future__ import annotations

import inspect
import time
from collections.abc import Callable, Generator, Iterator
from typing import Any

from tfnb.errors import ArgumentError, TrainingError
from tfnb.language import _
from tfnb.models.callback import Callback, CallbackList, Logs
from tfnb.models.events import Run
from tfnb.models.feeding import Batch
from tfnb.models.history import History
from tfnb.models.step import Step

Waiting = Generator[Any, None, None]

USUAL_PAUSE = 0.125
"""Seconds between two calls of `on_yield` if nothing else is said, as in TensorFlow.js."""


class Means:
    """The means over the samples of an epoch so far."""

    __slots__ = ("_sums", "_seen")

    def __init__(self) -> None:
        self._sums: list[float] = []
        self._seen = 0

    def add(self, values: list[float], size: int) -> None:
        """Count the numbers of a batch of that size."""
        sums = self._sums
        if not sums:
            self._sums = [value * size for value in values]
        else:
            for place, value in enumerate(values):
                sums[place] += value * size
        self._seen += size

    def values(self) -> list[float]:
        """The means, none before the first batch."""
        return [total / self._seen for total in self._sums]


class Fitting:
    """One training run.

    Args:
        model: the model, whose `_stop_training` ends the run.
        step: the work on a batch.
        run: what displays see.
        callbacks: all that is called, the History last.
        epoch: gives the batches of the next epoch.
        validate: gives the values of the validation set, or None where there is none.
        yield_every: `'auto'`, `'batch'`, `'epoch'`, `'never'` or milliseconds.
    """

    __slots__ = (
        "_model",
        "_step",
        "_run",
        "_callbacks",
        "_history",
        "_epoch",
        "_validate",
        "_pause",
        "_yield_every",
        "_yielded",
        "note",
    )

    def __init__(
        self,
        model: Any,
        step: Step,
        run: Run,
        callbacks: CallbackList,
        epoch: Callable[[], Iterator[Batch]],
        validate: Callable[[], list[float]] | None,
        yield_every: Any = "auto",
    ) -> None:
        self._model, self._step, self._run, self._callbacks = model, step, run, callbacks
        self._history: History = callbacks.callbacks[-1]  # type: ignore[assignment]
        self._epoch, self._validate = epoch, validate
        self._yield_every = yield_every
        self._pause = pause_of(yield_every)
        self._yielded = 0.0
        self.note = ""

    @property
    def ends(self) -> bool:
        """Whether somebody wants it to end."""
        return self._run.stop_wished or self._model.stop_training

    def steps(self) -> Waiting:
        """The whole training."""
        run = self._run
        assert run.epochs is not None
        yield from self._tell("on_train_begin", {})
        self._model.stop_training = False
        self._yielded = time.perf_counter()
        for epoch in range(run.initial_epoch, run.epochs):
            if self.ends:
                break
            yield from self._tell("on_epoch_begin", epoch, {})
            means = Means()
            is_whole = yield from self._batches(epoch, means)
            values = means.values()
            if not values and self.ends:
                break
            logs: Logs = dict(zip(run.names, values))
            if is_whole and self._validate is not None:
                logs.update((f"val_{name}", value) for name, value in zip(run.names, self._validate()))
            yield from self._tell("on_epoch_end", epoch, logs)
            run.report_epoch(logs)
            if self._yield_every == "epoch":
                yield from self._tell("on_yield", epoch, run.batch, logs)
        yield from self._tell("on_train_end", {})

    def _batches(self, epoch: int, means: Means) -> Generator[Any, None, bool]:
        """One epoch; whether it came to its end."""
        run, train, names = self._run, self._step.train, self._run.names
        begin, end = self._callbacks.wanting("on_batch_begin"), self._callbacks.wanting("on_batch_end")
        pausing = self._callbacks.wanting("on_yield") if self._pause is not None else ()
        number = 0
        batches = iter(self._epoch())
        while True:
            batch = next(batches, None)
            if batch is None:
                break
            yield None  # once a batch: a run that goes step by step waits here
            if self.ends:
                return False
            run.epoch, run.batch = epoch, number  # only now: what waits above stands at the batch before
            for one in begin:
                yield from _awaited(one.on_batch_begin(number, {"batch": number, "size": batch.size}))
            values = train(batch)
            means.add(values, batch.size)
            if values[0] != values[0]:
                self._stop_at_nan(number)
            if end or pausing or run.observers:
                logs: Logs = dict(zip(names, values))
                for one in end:
                    yield from _awaited(one.on_batch_end(number, {"batch": number, "size": batch.size, **logs}))
                if run.observers:
                    run.report_batch(logs)
                if pausing and time.perf_counter() - self._yielded >= (self._pause or 0):
                    yield from self._tell("on_yield", epoch, number, logs)
                    self._yielded = time.perf_counter()
            number += 1
            if self.ends:
                return number == run.batches and run.stop_reason in (None, "early")
        run.batches = run.batches or number
        return True

    def _stop_at_nan(self, batch: int) -> None:
        culprit = self._step.culprit
        where = (
            _("the first NaN is in the layer {layer}").format(layer=culprit)
            if culprit is not None
            else _("no layer gave one, so it comes from the loss")
        )
        self._model.stop_for(
            "nan",
            _(
                "Stopped: the loss is NaN in epoch {epoch}, batch {batch}; {where}. The weights are as before it."
            ).format(epoch=self._run.epoch + 1, batch=batch + 1, where=where),
        )

    def _tell(self, hook: str, *details: Any) -> Waiting:
        for one in self._callbacks.wanting(hook):
            yield from _awaited(getattr(one, hook)(*details))


def _awaited(result: Any) -> Waiting:
    if result is not None and inspect.isawaitable(result):
        yield result


def pause_of(yield_every: Any) -> float | None:
    """Seconds between two calls of `on_yield`; None where it is not called between batches.

    Errors:
        ArgumentError: something else than what `fit` takes.
    """
    known = {"auto": USUAL_PAUSE, "batch": 0.0, "epoch": None, "never": None}
    if isinstance(yield_every, str) and yield_every in known:
        return known[yield_every]
    if isinstance(yield_every, (int, float)) and not isinstance(yield_every, bool) and yield_every >= 0:
        return yield_every / 1000
    raise ArgumentError(
        _("wanted {wanted}, given {given!r}").format(
            wanted=_("'auto', 'batch', 'epoch', 'never' or milliseconds"), given=yield_every
        ),
        op="fit",
        argument="yield_every",
    )


def go(fitting: Fitting, run: Run) -> None:
    """Run it all."""
    steps = fitting.steps()
    try:
        for waiting in steps:
            if waiting is None:
                run.checkpoint()
            else:
                _refuse(waiting)
    finally:
        steps.close()


def _refuse(waiting: Any) -> None:
    if inspect.iscoroutine(waiting):
        waiting.close()
    raise TrainingError(
        _("a callback is asynchronous (async def), and a plain fit can't wait for it"),
        op="fit",
        argument="callbacks",
        fix=_("write await model.fit_async(…)"),
    )


async def go_async(fitting: Fitting, run: Run) -> None:
    """Run it all, and let the event loop run between batches."""
    steps = fitting.steps()
    try:
        for waiting in steps:
            if waiting is None:
                await run.checkpoint_async()
            else:
                await waiting
    finally:
        steps.close()


def callback_list(model: Any, given: list[Callback], history: History, params: dict[str, Any]) -> CallbackList:
    """All that is called in a run: the user's callbacks, then the History."""
    found = CallbackList([*given, history])
    found.set_params(params)
    found.set_model(model)
    return found
