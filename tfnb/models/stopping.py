"""Callbacks that end a training: nothing gets better any more, or the loss is no number."""

from __future__ import annotations

import math
import warnings

from tfnb.errors import ArgumentError
from tfnb.language import _
from tfnb.models.callback import Callback, Logs, is_rising
from tfnb.models.checkpoints import Weights
from tfnb.naming import snake_case


class EarlyStopping(Callback):
    """Ends the training when a number has stopped getting better. Made by `tf.callbacks.early_stopping`."""

    def __init__(
        self,
        monitor: str = "val_loss",
        min_delta: float = 0,
        patience: int = 0,
        verbose: int = 0,
        mode: str = "auto",
        baseline: float | None = None,
        restore_best_weights: bool = False,
    ) -> None:
        super().__init__()
        if isinstance(patience, bool) or not isinstance(patience, (int, float)) or patience < 0:
            raise ArgumentError(
                _("wanted a number of epochs, 0 or more, given {given!r}").format(given=patience),
                op="early_stopping",
                argument="patience",
            )
        self.monitor, self.min_delta, self.patience = snake_case(monitor), abs(min_delta), patience
        self.verbose, self.mode, self.baseline = verbose, mode, baseline
        self.restore_best_weights = restore_best_weights
        self.is_rising = is_rising(monitor, mode, "early_stopping")
        self.wait, self.stopped_epoch = 0, 0
        self.best = 0.0
        self.best_epoch: int | None = None
        self._best_weights: Weights | None = None

    def on_train_begin(self, logs: Logs | None = None) -> None:
        self.wait, self.stopped_epoch, self.best_epoch = 0, 0, None
        self._forget()
        self.best = self.baseline if self.baseline is not None else -math.inf if self.is_rising else math.inf

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        value = (logs or {}).get(self.monitor)
        if value is None:
            warnings.warn(
                _("early_stopping watches {name}, which is not among {known}").format(
                    name=self.monitor, known=", ".join(logs or {})
                ),
                RuntimeWarning,
                stacklevel=2,
            )
            return
        better = value - self.min_delta > self.best if self.is_rising else value + self.min_delta < self.best
        if better:
            self.best, self.best_epoch, self.wait = value, epoch, 0
            if self.restore_best_weights:
                self._forget()
                self._best_weights = Weights(self.model)
            return
        self.wait += 1
        if self.wait >= self.patience:
            self.stopped_epoch = epoch
            self.model.stop_for(
                "early",
                _("Stopped after epoch {epoch}: {name} no longer gets better (best {best:.4g})").format(
                    epoch=epoch + 1, name=self.monitor, best=self.best
                ),
            )

    def on_train_end(self, logs: Logs | None = None) -> None:
        if self._best_weights is not None:
            self._best_weights.restore()
            self._forget()
        if self.stopped_epoch > 0 and self.verbose:
            print(_("Epoch {epoch}: early stopping.").format(epoch=self.stopped_epoch))

    def _forget(self) -> None:
        if self._best_weights is not None:
            self._best_weights.dispose()
            self._best_weights = None


def early_stopping(
    monitor: str = "val_loss",
    min_delta: float = 0,
    patience: int = 0,
    verbose: int = 0,
    mode: str = "auto",
    baseline: float | None = None,
    restore_best_weights: bool = False,
) -> EarlyStopping:
    """A callback that ends the training when a number has stopped getting better.

    Args:
        monitor: the name of the number in the logs.
        min_delta: how much better it must be to count.
        patience: how many epochs without anything better are borne.
        verbose: 1 prints a line when it happens.
        mode: `'min'` (less is better), `'max'`, or `'auto'`: more is better for names with 'acc'.
        baseline: what has to be bettered from the start.
        restore_best_weights: whether the model gets the weights of its best epoch at the end (TensorFlow.js refuses
            this).

    Errors:
        ArgumentError: a mode that does not exist, or a negative patience.

    Example:
        >>> import tfnb as tf
        >>> tf.callbacks.early_stopping(monitor="loss", patience=3).patience
        3
    """
    return EarlyStopping(monitor, min_delta, patience, verbose, mode, baseline, restore_best_weights)


class TerminateOnNaN(Callback):
    """Ends the training at a loss that is no finite number. Made by `tf.callbacks.terminate_on_nan`."""

    def on_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        loss = (logs or {}).get("loss")
        if loss is not None and not math.isfinite(loss):
            self.model.stop_for("nan", _("Stopped: the loss of batch {batch} is {loss}").format(batch=batch, loss=loss))


def terminate_on_nan() -> TerminateOnNaN:
    """A callback that ends the training at a loss that is no finite number.

    `fit` itself ends at a NaN, before it reaches the weights, and names the first layer that made one; with this
    callback it ends at an infinite loss too.

    Example:
        >>> import tfnb as tf
        >>> callback = tf.callbacks.terminate_on_nan()
    """
    return TerminateOnNaN()
