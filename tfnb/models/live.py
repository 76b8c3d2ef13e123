"""tf.live: the live chart of `fit` for a loop that is written by hand."""

from __future__ import annotations

from types import TracebackType
from typing import Any

from tfnb.engine.handle import Handle
from tfnb.engine.run import check_alive, read
from tfnb.errors import ArgumentError, ArgumentTypeError, TrainingError
from tfnb.language import _
from tfnb.models.events import Run
from tfnb.models.terminal import observer_of
from tfnb.shapes import size_of, text


class Stopped(Exception):
    """Ends the block of a chart whose Stop button was pressed; the block swallows it."""


class live:
    """A live chart for a loop of your own: `with tf.live(title=…) as chart: … chart.log(loss=…)`.

    In a notebook it is the widget of `fit`, in a terminal a bar. Its Pause holds the loop in `log`, its Stop ends the
    `with` block there; what comes after the block goes on.

    Args:
        title: what is trained.
        epochs: how many epochs there will be, if that is known.
        batches: how many calls of `log` make an epoch, if that is known.
        optimizer: its learning rate is shown.
        verbose: 0 shows nothing, 2 a line for each epoch.

    Attributes:
        run: where the loop stands: `run.epoch`, `run.batch`, `run.state`, `run.reason`.
        history: a dict from each name to the list of what was logged.

    Example:
        >>> import tfnb as tf
        >>> with tf.live(title="halving", verbose=0) as chart:
        ...     for step in range(3):
        ...         chart.log(loss=0.5 ** step)
        >>> chart.history
        {'loss': [1.0, 0.5, 0.25]}
    """

    __slots__ = ("run", "history", "epoch_history", "_verbose", "_logged")

    def __init__(
        self,
        title: str = "",
        epochs: int | None = None,
        batches: int | None = None,
        optimizer: Any = None,
        verbose: int = 1,
    ) -> None:
        for argument, value in (("epochs", epochs), ("batches", batches)):
            if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < 1):
                raise ArgumentError(
                    _("wanted a whole number, 1 or more, given {given!r}").format(given=value),
                    op="live",
                    argument=argument,
                )
        rate = None if optimizer is None else (lambda: float(optimizer.learning_rate))
        self.run = Run(title, epochs=epochs, batches=batches, learning_rate=rate)
        self.history: dict[str, list[float]] = {}
        self.epoch_history: dict[str, list[float]] = {}
        self._verbose = verbose
        self._logged = 0

    def __enter__(self) -> live:
        if self._logged or self.run.state == "ended":
            raise TrainingError(
                _("this chart was used already"), op="live", fix=_("make a new one: with tf.live(…) as chart:")
            )
        observer = observer_of(self.run, self._verbose)
        if observer is not None:
            self.run.observers.append(observer)
        self.run.begin()
        return self

    def log(self, **values: Any) -> None:
        """Show the numbers of one step. Waits here while the chart is paused.

        Args:
            values: numbers, or tensors of one number, by their names.

        Errors:
            ArgumentTypeError: no number. TrainingError: outside of the `with` block.
        """
        run = self._running("log")
        logs = {name: _number(value, name) for name, value in values.items()}
        if self._logged:
            run.batch += 1
            if run.batches is not None and run.batch >= run.batches:
                run.epoch, run.batch = run.epoch + 1, 0
        self._logged += 1
        self._remember(self.history, logs)
        run.report_batch(logs)
        if run.batches is not None and run.batch == run.batches - 1:
            run.report_epoch(logs)
        if not run.checkpoint():
            raise Stopped

    def log_epoch(self, **values: Any) -> None:
        """Show the numbers of an epoch, such as `val_loss`; the next `log` belongs to the next epoch.

        Args:
            values: numbers, or tensors of one number, by their names.

        Errors:
            ArgumentTypeError: no number. TrainingError: outside of the `with` block.
        """
        run = self._running("log_epoch")
        logs = {name: _number(value, name) for name, value in values.items()}
        self._remember(self.epoch_history, logs)
        run.report_epoch(logs)
        if run.batches is None:
            run.epoch, run.batch = run.epoch + 1, -1
        if not run.checkpoint():
            raise Stopped

    def _running(self, op: str) -> Run:
        if self.run.state == "ended":
            raise TrainingError(
                _("the chart has ended with its block"), op=f"live.{op}", fix=_("call it inside of the with block")
            )
        return self.run

    def _remember(self, history: dict[str, list[float]], logs: dict[str, float]) -> None:
        for name, value in logs.items():
            history.setdefault(name, []).append(value)
            if name not in self.run.names:
                self.run.names = (*self.run.names, name)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> bool:
        is_stopped = isinstance(error, Stopped)
        if error is None:
            self.run.end("done")
        elif is_stopped:
            self.run.end("stopped", _("Stopped in step {step}.").format(step=self._logged))
        elif isinstance(error, KeyboardInterrupt):
            self.run.end("interrupted", _("Interrupted in step {step}.").format(step=self._logged))
        else:
            self.run.end("error")
        return is_stopped


def _number(value: Any, name: str) -> float:
    if isinstance(value, Handle):
        check_alive(value, "live.log", name)
        if size_of(value.shape) != 1:
            raise ArgumentTypeError(
                _("wanted one number, given a tensor of shape {given}").format(given=text(value.shape)),
                op="live.log",
                argument=name,
                fix=_("write {name}.mean()").format(name=name),
            )
        return float(read(value)[0])
    try:
        return float(value)
    except (TypeError, ValueError):
        raise ArgumentTypeError(
            _("wanted a number, not {given!r}").format(given=value), op="live.log", argument=name
        ) from None
