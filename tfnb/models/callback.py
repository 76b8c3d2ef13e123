"""Callback: what a training calls at its turning points, and the forms in which a user may give one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tfnb.errors import ArgumentError, ArgumentTypeError
from tfnb.language import _
from tfnb.naming import nearest, snake_case

Logs = dict[str, float]
HOOKS = (
    "on_train_begin",
    "on_train_end",
    "on_epoch_begin",
    "on_epoch_end",
    "on_batch_begin",
    "on_batch_end",
    "on_yield",
)


class Callback:
    """Something that a training calls at its turning points: derive from it, and write the hooks that you want.

    What a hook raises ends the training and comes out of `fit`. In `await model.fit_async(…)` a hook may be `async`.

    Attributes:
        model: the model that is trained; `self.model.stop_training = True` ends the training after the running batch.
        params: the numbers of the run: epochs, initial_epoch, samples, steps, batch_size, verbose, do_validation,
            metrics (the names in the logs).
        validation_data: None, as in TensorFlow.js.

    Example:
        >>> import numpy as np
        >>> import tfnb as tf
        >>> class Lines(tf.Callback):
        ...     def on_epoch_end(self, epoch, logs=None):
        ...         print(epoch, sorted(logs))
        >>> model = tf.sequential([tf.layers.dense(units=1, input_shape=[1])])
        >>> model.compile(optimizer="sgd", loss="mean_squared_error")
        >>> _history = model.fit(np.ones([4, 1]), np.ones([4, 1]), callbacks=[Lines()], verbose=0)
        0 ['loss']
    """

    model: Any = None

    def __init__(self) -> None:
        self.params: dict[str, Any] = {}
        self.validation_data: Any = None

    def set_model(self, model: Any) -> None:
        """Called with the model before the training begins."""
        self.model = model

    def set_params(self, params: dict[str, Any]) -> None:
        """Called with the numbers of the run before it begins."""
        self.params = params

    def on_train_begin(self, logs: Logs | None = None) -> Any:
        """The training begins."""

    def on_train_end(self, logs: Logs | None = None) -> Any:
        """The training is over, unless an error ended it."""

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> Any:
        """Epoch `epoch` (from 0) begins."""

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> Any:
        """Epoch `epoch` is over; `logs` has the means over its samples, and the `val_` values."""

    def on_batch_begin(self, batch: int, logs: Logs | None = None) -> Any:
        """Batch `batch` (from 0 in each epoch) begins; `logs` has its number and its size."""

    def on_batch_end(self, batch: int, logs: Logs | None = None) -> Any:
        """Batch `batch` is over; `logs` has its number, its size, its loss and metrics."""

    def on_yield(self, epoch: int, batch: int, logs: Logs | None = None) -> Any:
        """Called now and then between batches; `yield_every` of `fit` says how often."""

    def overrides(self, hook: str) -> bool:
        """Whether it does anything in this hook: the loop passes over those that don't."""
        return getattr(type(self), hook) is not getattr(Callback, hook)


class CustomCallback(Callback):
    """A callback of functions: each is called as the hook of its name.

    Args:
        on_train_begin, on_train_end: `f(logs)`.
        on_epoch_begin, on_epoch_end: `f(epoch, logs)`.
        on_batch_begin, on_batch_end: `f(batch, logs)`.
        on_yield: `f(epoch, batch, logs)`, now and then.

    Errors:
        ArgumentTypeError: no function.

    Example:
        >>> import tfnb as tf
        >>> callback = tf.CustomCallback(on_epoch_end=lambda epoch, logs: print(epoch, logs))
        >>> callback.on_epoch_end(3, {"loss": 0.5})
        3 {'loss': 0.5}
    """

    def __init__(
        self,
        on_train_begin: Callable[[Logs], Any] | None = None,
        on_train_end: Callable[[Logs], Any] | None = None,
        on_epoch_begin: Callable[[int, Logs], Any] | None = None,
        on_epoch_end: Callable[[int, Logs], Any] | None = None,
        on_batch_begin: Callable[[int, Logs], Any] | None = None,
        on_batch_end: Callable[[int, Logs], Any] | None = None,
        on_yield: Callable[[int, int, Logs], Any] | None = None,
    ) -> None:
        super().__init__()
        given = (
            on_train_begin,
            on_train_end,
            on_epoch_begin,
            on_epoch_end,
            on_batch_begin,
            on_batch_end,
            on_yield,
        )
        for name, function in zip(HOOKS, given):
            if function is not None and not callable(function):
                raise ArgumentTypeError(
                    _("wanted a function, not {given!r}").format(given=function), op="CustomCallback", argument=name
                )
        self._given = {name: function for name, function in zip(HOOKS, given) if function is not None}

    def on_train_begin(self, logs: Logs | None = None) -> Any:
        return self._call("on_train_begin", logs or {})

    def on_train_end(self, logs: Logs | None = None) -> Any:
        return self._call("on_train_end", logs or {})

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> Any:
        return self._call("on_epoch_begin", epoch, logs or {})

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> Any:
        return self._call("on_epoch_end", epoch, logs or {})

    def on_batch_begin(self, batch: int, logs: Logs | None = None) -> Any:
        return self._call("on_batch_begin", batch, logs or {})

    def on_batch_end(self, batch: int, logs: Logs | None = None) -> Any:
        return self._call("on_batch_end", batch, logs or {})

    def on_yield(self, epoch: int, batch: int, logs: Logs | None = None) -> Any:
        return self._call("on_yield", epoch, batch, logs or {})

    def overrides(self, hook: str) -> bool:
        return hook in self._given

    def _call(self, hook: str, *details: Any) -> Any:
        function = self._given.get(hook)
        return None if function is None else function(*details)


class CallbackList:
    """Callbacks that are called one after the other.

    Args:
        callbacks: the callbacks.
        queue_length: without an effect, as in TensorFlow.js.
    """

    def __init__(self, callbacks: Sequence[Callback] | None = None, queue_length: int = 10) -> None:
        self.callbacks = list(callbacks or ())
        self.queue_length = queue_length

    def append(self, callback: Callback) -> None:
        """Add one at the end."""
        self.callbacks.append(callback)

    def set_params(self, params: dict[str, Any]) -> None:
        """Tell all of them the numbers of the run."""
        for one in self.callbacks:
            one.set_params(params)

    def set_model(self, model: Any) -> None:
        """Tell all of them the model."""
        for one in self.callbacks:
            one.set_model(model)

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Call this hook of each."""
        self._call("on_train_begin", {} if logs is None else logs)

    def on_train_end(self, logs: Logs | None = None) -> None:
        """Call this hook of each."""
        self._call("on_train_end", {} if logs is None else logs)

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Call this hook of each."""
        self._call("on_epoch_begin", epoch, {} if logs is None else logs)

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Call this hook of each."""
        self._call("on_epoch_end", epoch, {} if logs is None else logs)

    def on_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """Call this hook of each."""
        self._call("on_batch_begin", batch, {} if logs is None else logs)

    def on_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Call this hook of each."""
        self._call("on_batch_end", batch, {} if logs is None else logs)

    def wanting(self, hook: str) -> tuple[Callback, ...]:
        """Those that do something in a hook."""
        return tuple(one for one in self.callbacks if one.overrides(hook))

    def _call(self, hook: str, *details: Any) -> None:
        for one in self.callbacks:
            getattr(one, hook)(*details)


def callbacks_of(given: Any, op: str) -> list[Callback]:
    """The callbacks in what a user gave: one, a dict of functions by the names of hooks, or a list of such.

    Errors:
        ArgumentTypeError: something else. ArgumentError: a hook that does not exist.
    """
    if given is None:
        return []
    return [_callback(one, op) for one in (given if isinstance(given, (list, tuple)) else (given,))]


def _callback(given: Any, op: str) -> Callback:
    if isinstance(given, Callback):
        return given
    if isinstance(given, Mapping):
        hooks = {snake_case(str(name)): function for name, function in given.items()}
        for name in hooks:
            if name not in HOOKS:
                near = nearest(name, HOOKS)
                raise ArgumentError(
                    _("there is no hook {name!r}; there are {known}").format(name=name, known=", ".join(HOOKS)),
                    op=op,
                    argument="callbacks",
                    fix=_("did you mean {near!r}?").format(near=near) if near else None,
                )
        return CustomCallback(**hooks)
    is_class = isinstance(given, type) and issubclass(given, Callback)
    raise ArgumentTypeError(
        _("wanted a callback or a dict of functions, not {given!r}").format(given=given),
        op=op,
        argument="callbacks",
        fix=_("write {name}(): the class has to be called").format(name=given.__name__)
        if is_class
        else _("derive from tf.Callback, or write {'on_epoch_end': f}"),
    )


def is_rising(monitor: str, mode: str, op: str) -> bool:
    """Whether more is better for a number of the logs: by the mode, else by its name.

    Errors:
        ArgumentError: a mode that does not exist.
    """
    if mode not in ("auto", "min", "max"):
        raise ArgumentError(
            _("wanted {wanted}, given {given!r}").format(wanted="'auto', 'min', 'max'", given=mode),
            op=op,
            argument="mode",
        )
    return mode == "max" or (mode == "auto" and "acc" in monitor)
