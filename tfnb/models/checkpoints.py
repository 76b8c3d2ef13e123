"""Copies of a model's weights in memory, and the callback that keeps those of the best epochs."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from tfnb.engine.tidy import keep
from tfnb.errors import ArgumentError
from tfnb.language import _
from tfnb.models.callback import Callback, Logs, is_rising
from tfnb.naming import snake_case


class Weights:
    """A copy of a model's weights in memory, which training does not change.

    Example:
        >>> import tfnb as tf
        >>> model = tf.sequential([tf.layers.dense(units=1, input_shape=[1], kernel_initializer="ones")])
        >>> kept = tf.callbacks.Weights(model)
        >>> model.set_weights([tf.zeros([1, 1]), tf.zeros([1])])
        >>> kept.restore()
        >>> float(model.predict(tf.ones([1, 1])).sum())
        1.0
    """

    __slots__ = ("_model", "_values")

    def __init__(self, model: Any) -> None:
        self._model = model
        self._values = [keep(one) for one in model.get_weights()]

    def __iter__(self) -> Iterator[Any]:
        return iter(self._values)

    def restore(self) -> None:
        """Give the model these weights again."""
        self._model.set_weights(self._values)

    def dispose(self) -> None:
        """Free the copy."""
        for one in self._values:
            one.dispose()
        self._values = []


class Checkpoints(Callback):
    """Keeps copies of the weights in memory, epoch by epoch. Made by `tf.callbacks.checkpoints`.

    Attributes:
        kept: a dict from the number of an epoch to its weights.
        best_epoch: the epoch whose `monitor` was best, or None.
    """

    def __init__(self, monitor: str = "val_loss", mode: str = "auto", most: int = 1) -> None:
        super().__init__()
        if isinstance(most, bool) or not isinstance(most, int) or most < 1:
            raise ArgumentError(
                _("wanted a whole number, 1 or more, given {given!r}").format(given=most),
                op="checkpoints",
                argument="most",
            )
        self.monitor, self.most = snake_case(monitor), most
        self.is_rising = is_rising(monitor, mode, "checkpoints")
        self.kept: dict[int, Weights] = {}
        self._values: dict[int, float] = {}

    @property
    def best_epoch(self) -> int | None:
        """The epoch whose `monitor` was best."""
        ranked = self._ranked()
        return ranked[0] if ranked else None

    def _ranked(self) -> list[int]:
        sign = -1 if self.is_rising else 1
        return sorted(self._values, key=lambda epoch: (sign * self._values[epoch], epoch))

    def on_train_begin(self, logs: Logs | None = None) -> None:
        self.dispose()

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        known = logs or {}
        value = known.get(self.monitor, known.get("loss"))
        if value is None or math.isnan(value):
            return
        self._values[epoch] = value
        ranked = self._ranked()
        if epoch in ranked[: self.most]:
            self.kept[epoch] = Weights(self.model)
        for worse in ranked[self.most :]:
            del self._values[worse]
            if worse in self.kept:
                self.kept.pop(worse).dispose()

    def restore(self, epoch: int | None = None) -> None:
        """Give the model the weights of an epoch, the best one if none is named.

        Errors:
            ArgumentError: the weights of that epoch are not kept.
        """
        wanted = self.best_epoch if epoch is None else epoch
        if wanted not in self.kept:
            raise ArgumentError(
                _("the weights of epoch {epoch} are not kept; those of {known} are").format(
                    epoch=wanted, known=sorted(self.kept)
                ),
                op="checkpoints.restore",
                argument="epoch",
            )
        self.kept[wanted].restore()

    def dispose(self) -> None:
        """Free all copies."""
        for one in self.kept.values():
            one.dispose()
        self.kept, self._values = {}, {}


def checkpoints(monitor: str = "val_loss", mode: str = "auto", most: int = 1) -> Checkpoints:
    """A callback that keeps the weights of the best epochs in memory; `restore()` gives them back to the model.

    Args:
        monitor: the name of the number that says how good an epoch was; where it is not in the logs, the loss.
        mode: `'min'` (less is better), `'max'`, or `'auto'`: more is better for names with 'acc'.
        most: how many epochs to keep.

    Errors:
        ArgumentError: fewer than one.

    Example:
        >>> import numpy as np
        >>> import tfnb as tf
        >>> model = tf.sequential([tf.layers.dense(units=1, input_shape=[1])])
        >>> model.compile(optimizer="sgd", loss="mean_squared_error")
        >>> kept = tf.callbacks.checkpoints()
        >>> _history = model.fit(np.ones([4, 1]), np.ones([4, 1]), epochs=3, callbacks=[kept], verbose=0)
        >>> kept.best_epoch
        2
        >>> kept.restore()
    """
    return Checkpoints(monitor, mode, most)
