"""Callbacks that change the learning rate: by a schedule, or when nothing gets better."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable

from tfnb.errors import ArgumentError, ArgumentTypeError
from tfnb.language import _
from tfnb.models.callback import Callback, Logs, is_rising
from tfnb.naming import snake_case


class LearningRateScheduler(Callback):
    """Sets the optimizer's learning rate as each epoch begins. Made by `tf.callbacks.learning_rate_scheduler`."""

    def __init__(self, schedule: Callable[..., float], verbose: int = 0) -> None:
        super().__init__()
        if not callable(schedule):
            raise ArgumentTypeError(
                _("wanted a function of the epoch, not {given!r}").format(given=schedule),
                op="learning_rate_scheduler",
                argument="schedule",
            )
        self.schedule, self.verbose = schedule, verbose

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        optimizer = self.model.optimizer
        try:
            takes_rate = len(inspect.signature(self.schedule).parameters) > 1
        except (TypeError, ValueError):
            takes_rate = False
        rate = self.schedule(epoch, optimizer.learning_rate) if takes_rate else self.schedule(epoch)
        try:
            rate = float(rate)
        except (TypeError, ValueError):
            raise ArgumentTypeError(
                _("the schedule must return a number, not {given!r}").format(given=rate),
                op="learning_rate_scheduler",
                argument="schedule",
            ) from None
        optimizer.learning_rate = rate
        if self.verbose:
            print(_("Epoch {epoch}: learning rate {rate:.4g}.").format(epoch=epoch, rate=rate))


def learning_rate_scheduler(schedule: Callable[..., float], verbose: int = 0) -> LearningRateScheduler:
    """A callback that sets the optimizer's learning rate as each epoch begins.

    Args:
        schedule: `f(epoch)` or `f(epoch, rate)`, with the number of the epoch (from 0) and the rate as it is; returns
            the new rate.
        verbose: 1 prints a line each time.

    Example:
        >>> import tfnb as tf
        >>> halved = tf.callbacks.learning_rate_scheduler(lambda epoch, rate: rate / 2 if epoch else rate)
    """
    return LearningRateScheduler(schedule, verbose)


def exponential_decay(initial: float, factor: float) -> Callable[[int], float]:
    """A schedule for `learning_rate_scheduler`: `initial · factor ** epoch`.

    Example:
        >>> import tfnb as tf
        >>> tf.callbacks.exponential_decay(0.1, 0.5)(2)
        0.025
    """
    return lambda epoch: initial * factor**epoch


class ReduceOnPlateau(Callback):
    """Lowers the learning rate when a number has stopped getting better. Made by `tf.callbacks.reduce_on_plateau`."""

    def __init__(
        self,
        monitor: str = "val_loss",
        factor: float = 0.1,
        patience: int = 10,
        min_rate: float = 0,
        mode: str = "auto",
    ) -> None:
        super().__init__()
        if not 0 < factor < 1:
            raise ArgumentError(
                _("wanted a factor between 0 and 1, given {given!r}").format(given=factor),
                op="reduce_on_plateau",
                argument="factor",
            )
        self.monitor, self.factor, self.patience, self.min_rate = snake_case(monitor), factor, patience, min_rate
        self.is_rising = is_rising(monitor, mode, "reduce_on_plateau")
        self.best, self.wait = math.inf, 0

    def on_train_begin(self, logs: Logs | None = None) -> None:
        self.best, self.wait = -math.inf if self.is_rising else math.inf, 0

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        value = (logs or {}).get(self.monitor)
        if value is None:
            return
        if value > self.best if self.is_rising else value < self.best:
            self.best, self.wait = value, 0
            return
        self.wait += 1
        if self.wait >= self.patience:
            optimizer = self.model.optimizer
            optimizer.learning_rate = max(optimizer.learning_rate * self.factor, self.min_rate)
            self.wait = 0


def reduce_on_plateau(
    monitor: str = "val_loss", factor: float = 0.1, patience: int = 10, min_rate: float = 0, mode: str = "auto"
) -> ReduceOnPlateau:
    """A callback that multiplies the learning rate by `factor` when a number has stopped getting better.

    Args:
        monitor: the name of the number in the logs.
        factor: between 0 and 1.
        patience: epochs without anything better.
        min_rate: the rate falls no lower.
        mode: `'min'` (less is better), `'max'`, or `'auto'`: more is better for names with 'acc'.

    Errors:
        ArgumentError: a factor that is not between 0 and 1.

    Example:
        >>> import tfnb as tf
        >>> tf.callbacks.reduce_on_plateau(monitor="loss", factor=0.5, patience=2).factor
        0.5
    """
    return ReduceOnPlateau(monitor, factor, patience, min_rate, mode)
