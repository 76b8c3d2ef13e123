"""History: what a training left behind in numbers."""

from __future__ import annotations

from typing import Any
from weakref import ref

from tfnb.models.callback import Callback, Logs


class History(Callback):
    """The numbers of a training, epoch by epoch. `fit` returns it.

    Attributes:
        epoch: the numbers of the epochs that were trained.
        history: for each name (`'loss'`, `'acc'`, `'val_loss'`, …) a list with one number per epoch. An epoch that was
            ended early counts with the batches that it had.
        reason: why the training ended: `'done'`, `'stopped'`, `'interrupted'`, `'nan'`, `'early'` or `'error'`; None
            while it runs.
        note: one sentence on the end, empty if there is nothing to say.
        model, params: the model, and a dict with the numbers of the run.

    Example:
        >>> import numpy as np
        >>> import tfnb as tf
        >>> model = tf.sequential([tf.layers.dense(units=1, input_shape=[1])])
        >>> model.compile(optimizer="sgd", loss="mean_squared_error")
        >>> history = model.fit(np.ones([4, 1]), np.ones([4, 1]), epochs=2, verbose=0)
        >>> history.epoch, len(history.history["loss"]), history.reason
        ([0, 1], 2, 'done')
    """

    def __init__(self) -> None:
        super().__init__()
        self._model: ref[Any] | None = None
        self._epoch: list[int] = []
        self._history: dict[str, list[float]] = {}
        self.reason: str | None = None
        self.note = ""

    @property
    def model(self) -> Any:
        """The model, while anybody else holds it; the model holds this."""
        return None if self._model is None else self._model()

    @model.setter
    def model(self, model: Any) -> None:
        self._model = None if model is None else ref(model)

    @property
    def epoch(self) -> list[int]:
        """The numbers of the epochs that were trained."""
        return self._epoch

    @property
    def history(self) -> dict[str, list[float]]:
        """For each name a list with one number per epoch."""
        return self._history

    def on_train_begin(self, logs: Logs | None = None) -> None:
        self._epoch, self._history = [], {}

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        self._epoch.append(epoch)
        for name, value in (logs or {}).items():
            self._history.setdefault(name, []).append(value)

    def sync_data(self) -> None:
        """Nothing is left to do: the numbers are here already. TensorFlow.js reads them from the device with this."""

    def __getitem__(self, name: str) -> list[float]:
        return self.history[name]

    def __repr__(self) -> str:
        last: Any = ", ".join(f"{name} {values[-1]:.4g}" for name, values in self.history.items() if values)
        epochs = len(self.epoch)
        return f"History: {epochs} {'epoch' if epochs == 1 else 'epochs'}{'; ' if last else ''}{last}"
