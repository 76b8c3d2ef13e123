"""Callbacks are called at every turning point, in order, with the numbers; those that are here do what they say."""

from __future__ import annotations

import asyncio
import gc
import math
from typing import Any

import numpy as np
import pytest

import tfnb as tf
from tests.models.conftest import Array


class Diary(tf.Callback):
    """Writes down every hook."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[tuple[Any, ...]] = []

    def on_train_begin(self, logs: Any = None) -> None:
        self.lines.append(("train begins", logs))

    def on_train_end(self, logs: Any = None) -> None:
        self.lines.append(("train ends", logs))

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        self.lines.append(("epoch begins", epoch, logs))

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        self.lines.append(("epoch ends", epoch, sorted(logs)))

    def on_batch_begin(self, batch: int, logs: Any = None) -> None:
        self.lines.append(("batch begins", batch, logs))

    def on_batch_end(self, batch: int, logs: Any = None) -> None:
        self.lines.append(("batch ends", batch, list(logs), logs["batch"], logs["size"]))

    def on_yield(self, epoch: int, batch: int, logs: Any = None) -> None:
        self.lines.append(("yields", epoch, batch, list(logs)))


WANTED = [
    ("train begins", {}),
    ("epoch begins", 0, {}),
    ("batch begins", 0, {"batch": 0, "size": 6}),
    ("batch ends", 0, ["batch", "size", "loss"], 0, 6),
    ("yields", 0, 0, ["loss"]),
    ("batch begins", 1, {"batch": 1, "size": 2}),
    ("batch ends", 1, ["batch", "size", "loss"], 1, 2),
    ("yields", 0, 1, ["loss"]),
    ("epoch ends", 0, ["loss", "val_loss"]),
    ("train ends", {}),
]


def test_every_hook_is_called_in_order(linear: Any, numbers: Any) -> None:
    diary = Diary()
    linear.fit(
        *numbers, batch_size=6, validation_split=0.2, callbacks=[diary], yield_every="batch", verbose=0
    )  # fmt: skip
    assert diary.lines == WANTED
    assert diary.model is linear
    assert diary.params == {
        "epochs": 1, "initial_epoch": 0, "samples": 8, "steps": 2, "batch_size": 6, "verbose": 0, "do_validation": True,
        "metrics": ["loss", "val_loss"],
    }  # fmt: skip


def test_functions_are_hooks_in_both_spellings(linear: Any, numbers: Any) -> None:
    lines: list[Any] = []
    hooks = {
        "onTrainBegin": lambda logs: lines.append(("train begins", logs)),
        "on_train_end": lambda logs: lines.append(("train ends", logs)),
        "onEpochBegin": lambda epoch, logs: lines.append(("epoch begins", epoch, logs)),
        "on_epoch_end": lambda epoch, logs: lines.append(("epoch ends", epoch, sorted(logs))),
        "onBatchBegin": lambda batch, logs: lines.append(("batch begins", batch, logs)),
        "onBatchEnd": lambda batch, logs: lines.append(("batch ends", batch, list(logs), logs["batch"], logs["size"])),
        "onYield": lambda epoch, batch, logs: lines.append(("yields", epoch, batch, list(logs))),
    }
    linear.fit(*numbers, batch_size=6, validation_split=0.2, callbacks=hooks, yield_every="batch", verbose=0)
    assert lines == WANTED


def test_hooks_may_be_awaited(linear: Any, numbers: Any) -> None:
    lines: list[Any] = []

    async def begins(logs: Any) -> None:
        await asyncio.sleep(0)
        lines.append("begins")

    async def ends(epoch: int, logs: Any) -> None:
        await asyncio.sleep(0)
        lines.append(epoch)

    callbacks = {"on_train_begin": begins, "on_epoch_end": ends}
    history = asyncio.run(linear.fit_async(*numbers, epochs=2, callbacks=callbacks, verbose=0))
    assert lines == ["begins", 0, 1] and history.epoch == [0, 1]


@pytest.mark.parametrize(
    ("every", "calls"), [("batch", [0, 1, 2, 0, 1, 2]), ("never", []), ("epoch", [2, 2]), (0, [0, 1, 2, 0, 1, 2])]
)
def test_how_often_it_yields(linear: Any, numbers: Any, every: Any, calls: list[int]) -> None:
    seen: list[int] = []
    linear.fit(
        *numbers, batch_size=4, epochs=2, yield_every=every, verbose=0,
        callbacks={"on_yield": lambda _epoch, batch, _logs: seen.append(batch)},
    )  # fmt: skip
    assert seen == calls


def test_a_list_calls_each_in_turn() -> None:
    first, second = Diary(), Diary()
    callbacks = tf.CallbackList([first])
    callbacks.append(second)
    callbacks.set_params({"epochs": 1})
    callbacks.set_model("a model")
    callbacks.on_train_begin()
    callbacks.on_epoch_begin(0)
    callbacks.on_batch_begin(1)
    callbacks.on_batch_end(1, {"batch": 1, "size": 2})
    callbacks.on_epoch_end(0)
    callbacks.on_train_end()
    assert first.lines == second.lines and len(first.lines) == 6
    assert first.params == {"epochs": 1} and second.model == "a model"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"on_epoch_ends": print}, r"fit\(callbacks\): there is no hook 'on_epoch_ends'.*did you mean 'on_epoch_end'"),
        ({"on_epoch_end": 3}, r"CustomCallback\(on_epoch_end\): wanted a function, not 3"),
        ([print], r"fit\(callbacks\): wanted a callback or a dict of functions"),
        (Diary, r"write Diary\(\): the class has to be called"),
    ],
)
def test_what_is_no_callback_is_refused(linear: Any, numbers: Any, given: Any, message: str) -> None:
    with pytest.raises(tf.errors.TfnbError, match=message):
        linear.fit(*numbers, callbacks=given, verbose=0)


# History


def test_the_history_stays_with_the_model(linear: Any, numbers: Any) -> None:
    history = linear.fit(*numbers, epochs=2, verbose=0)
    assert linear.history is history and isinstance(history, tf.History)
    assert history["loss"] is history.history["loss"] and history.params["epochs"] == 2
    history.sync_data()
    assert repr(history).startswith("History: 2 epochs; loss ")


# Early stopping


def stopped_after(losses: list[float], **arguments: Any) -> tuple[list[int], Any]:
    """The epochs trained with these values of the monitored number, and the callback."""
    model = tf.sequential([tf.layers.dense(units=1, input_shape=[1])])
    model.compile(optimizer=tf.train.sgd(0.0), loss="mean_squared_error")
    name = arguments.setdefault("monitor", "val_loss")

    class Told(tf.Callback):
        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            logs[name] = losses[epoch]

    callback = tf.callbacks.early_stopping(**arguments)
    x = np.ones((1, 1), np.float32)
    history = model.fit(x, x, epochs=len(losses), callbacks=[Told(), callback], verbose=0)
    model.dispose()
    return history.epoch, callback


def test_it_stops_when_nothing_gets_better() -> None:
    epochs, callback = stopped_after([3, 2, 2, 1, 0])
    assert epochs == [0, 1, 2] and callback.stopped_epoch == 2


def test_patience_bears_some_epochs() -> None:
    assert stopped_after([3, 2, 2, 1, 1, 1, 0], patience=2)[0] == [0, 1, 2, 3, 4, 5]


def test_a_small_change_does_not_count() -> None:
    assert stopped_after([3, 2.95, 1], min_delta=0.1)[0] == [0, 1]


def test_accuracy_should_rise() -> None:
    assert stopped_after([0.5, 0.6, 0.6, 0.9], monitor="val_acc")[0] == [0, 1, 2]
    assert stopped_after([0.5, 0.4], monitor="val_acc", mode="min")[0] == [0, 1]
    assert stopped_after([0.5, 0.6, 0.7], monitor="gain", mode="min")[0] == [0, 1]


def test_a_baseline_has_to_be_bettered() -> None:
    assert stopped_after([3, 2, 1], baseline=0.5)[0] == [0]


def test_why_it_ended_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    stopped_after([2, 1, 1], verbose=1)
    assert capsys.readouterr().out == "Epoch 2: early stopping.\n"


def test_the_best_weights_come_back(linear: Any, numbers: Any) -> None:
    kept: list[list[Array]] = []
    losses = [3.0, 1.0, 2.0, 2.5]

    class Told(tf.Callback):
        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            logs["val_loss"] = losses[epoch]
            kept.append([one.numpy().copy() for one in linear.get_weights()])

    stopping = tf.callbacks.early_stopping(patience=2, restore_best_weights=True)
    linear.fit(*numbers, verbose=0)  # the optimizer meets its variables
    gc.collect()
    before = tf.memory().num_tensors
    history = linear.fit(*numbers, epochs=4, callbacks=[Told(), stopping], verbose=0)
    assert history.reason == "early" and history.epoch == [0, 1, 2, 3] and stopping.best_epoch == 1
    assert all(np.array_equal(one.numpy(), wanted) for one, wanted in zip(linear.get_weights(), kept[1]))
    assert not np.array_equal(kept[1][0], kept[3][0])
    assert tf.memory().num_tensors == before


def test_a_name_that_is_not_measured_is_warned_of(linear: Any, numbers: Any) -> None:
    with pytest.warns(RuntimeWarning, match="watches val_loss, which is not among loss"):
        linear.fit(*numbers, callbacks=tf.callbacks.early_stopping(), verbose=0)


@pytest.mark.parametrize("arguments", [{"mode": "best"}, {"patience": -1}])
def test_arguments_are_checked(arguments: Any) -> None:
    with pytest.raises(tf.errors.ArgumentError, match="early_stopping"):
        tf.callbacks.early_stopping(**arguments)


# Learning rates


def rates_of(linear: Any, numbers: Any, epochs: int, *callbacks: Any) -> list[float]:
    rates: list[float] = []
    noted = tf.CustomCallback(on_batch_begin=lambda _batch, _logs: rates.append(linear.optimizer.learning_rate))
    linear.fit(*numbers, epochs=epochs, callbacks=[*callbacks, noted], verbose=0)
    return rates


def test_a_schedule_sets_the_rate_of_each_epoch(linear: Any, numbers: Any) -> None:
    halved = tf.callbacks.learning_rate_scheduler(lambda epoch, rate: rate if epoch == 0 else rate / 2)
    assert rates_of(linear, numbers, 3, halved) == pytest.approx([0.1, 0.05, 0.025])
    tenths = tf.callbacks.learning_rate_scheduler(tf.callbacks.exponential_decay(1.0, 0.1))
    assert rates_of(linear, numbers, 3, tenths) == pytest.approx([1.0, 0.1, 0.01])


def test_a_schedule_must_return_a_number(linear: Any, numbers: Any) -> None:
    with pytest.raises(TypeError, match="the schedule must return a number, not None"):
        linear.fit(*numbers, callbacks=tf.callbacks.learning_rate_scheduler(lambda epoch: None), verbose=0)


def test_the_rate_falls_where_nothing_gets_better(linear: Any, numbers: Any) -> None:
    losses = [3, 2, 2, 2, 2, 1]

    class Told(tf.Callback):
        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            logs["val_loss"] = losses[epoch]

    plateau = tf.callbacks.reduce_on_plateau(factor=0.5, patience=2, min_rate=0.03)
    assert rates_of(linear, numbers, 6, Told(), plateau) == pytest.approx([0.1, 0.1, 0.1, 0.1, 0.05, 0.05])


# NaN


def test_an_infinite_loss_ends_it(numbers: Any) -> None:
    x, _y = numbers
    model = tf.sequential([tf.layers.dense(units=1, input_shape=[3], kernel_initializer="ones")])
    model.compile(optimizer=tf.train.sgd(0.1), loss="mean_squared_error")
    history = model.fit(x * 1e30, x[:, :1], epochs=3, callbacks=tf.callbacks.terminate_on_nan(), verbose=0)
    assert history.reason == "nan" and history.epoch == [0] and math.isinf(history["loss"][0])
    assert history.note == "Stopped: the loss of batch 0 is inf"


# Checkpoints


def test_the_best_epochs_are_kept_in_memory(linear: Any, numbers: Any) -> None:
    losses = [3.0, 1.0, 2.0, 0.5, 4.0]
    seen: list[Array] = []

    class Told(tf.Callback):
        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            logs["val_loss"] = losses[epoch]
            seen.append(linear.get_weights()[0].numpy().copy())

    linear.fit(*numbers, verbose=0)  # the optimizer meets its variables
    gc.collect()
    before = tf.memory().num_tensors
    kept = tf.callbacks.checkpoints(most=2)
    linear.fit(*numbers, epochs=5, callbacks=[Told(), kept], verbose=0)
    assert sorted(kept.kept) == [1, 3] and kept.best_epoch == 3
    kept.restore(1)
    assert np.array_equal(linear.get_weights()[0].numpy(), seen[1])
    kept.restore()
    assert np.array_equal(linear.get_weights()[0].numpy(), seen[3])
    with pytest.raises(tf.errors.ArgumentError, match=r"the weights of epoch 0 are not kept; those of \[1, 3\] are"):
        kept.restore(0)
    kept.dispose()
    assert tf.memory().num_tensors == before


def test_copies_of_weights_outlive_the_tidy_that_made_them(linear: Any, numbers: Any) -> None:
    copy = tf.tidy(lambda: tf.callbacks.Weights(linear))
    linear.fit(*numbers, epochs=2, verbose=0)
    copy.restore()
    assert linear.get_weights()[0].array_sync() == [[0.0]] * 3
