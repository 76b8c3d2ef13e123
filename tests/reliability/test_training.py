"""Training that is misused, interrupted, or meets a NaN: a typed error or a History, weights whole, memory flat."""

from __future__ import annotations

import asyncio
import gc
import random
import re
import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tfnb as tf
from tests.reliability.books import Before
from tests.reliability.interruption import Alarm, Lines
from tests.reliability.test_bad_input import FORM
from tfnb import errors
from tfnb.kernels.recurrent.workspace import WORKSPACES
from tfnb.language import set_language
from tfnb.models import interrupts

FOLDER = str(Path(interrupts.__file__).parent)
Array = np.ndarray[Any, Any]

RANDOM = np.random.default_rng(5)
X = RANDOM.normal(size=(20, 4)).astype(np.float32)
CLASSES = RANDOM.integers(0, 3, 20)
Y = np.eye(3, dtype=np.float32)[CLASSES]


@pytest.fixture(autouse=True)
def handler_is_python_s() -> Iterator[None]:
    """Messages in English; the handler of SIGINT is the same afterwards."""
    set_language("en")
    before = signal.getsignal(signal.SIGINT)
    yield
    set_language(None)
    assert signal.getsignal(signal.SIGINT) is before


def made(loss: str = "categorical_crossentropy", units: int = 3, activation: str = "softmax") -> Any:
    model = tf.sequential()
    model.add(tf.layers.dense(units=5, activation="tanh", input_shape=[4]))
    model.add(tf.layers.dense(units=units, activation=activation))
    model.compile(optimizer=tf.train.sgd(0.1), loss=loss)
    return model


@pytest.fixture
def model() -> Iterator[Any]:
    one = made()
    one.fit(X, Y, verbose=0)  # the optimizer meets its variables, which it keeps room for from then on
    optimizer = one.optimizer
    yield one
    one.dispose()
    optimizer.dispose()


def weights_of(model: Any) -> list[Array]:
    return [np.array(one.numpy()) for one in model.weights]


def same(first: list[Array], second: list[Array]) -> bool:
    return all(np.array_equal(a, b) for a, b in zip(first, second))


# What a user can do wrong

with_nan = X.copy()
with_nan[7, 2] = np.nan
Bad = tuple[Callable[[Any], Any], type[errors.TfnbError], str]
TABLE: dict[str, Bad] = {
    "class numbers for one-hot rows": (
        lambda m: m.fit(X, CLASSES, verbose=0),
        errors.ShapeError,
        r"fit\(y\): .*one-hot rows, of shape \[None, 3\], given \[20, 1\]; .*sparse_cat.*tf.one_hot\(y, 3\)",
    ),
    "rows that don't sum to 1": (
        lambda m: m.fit(X, Y * 2, verbose=0), errors.ArgumentError, r"row 0 sums to 2; divide each row by its sum"
    ),
    "rows with shares below 0": (
        lambda m: m.fit(X, np.tile(np.array([2, -1, 0]), (20, 1)), verbose=0), errors.ArgumentError, "there is -1"
    ),
    "another number of classes": (
        lambda m: m.fit(X, np.eye(4)[CLASSES], verbose=0), errors.ShapeError, r"\[None, 3\], given \[20, 4\]"
    ),
    "more x than y": (lambda m: m.fit(X, Y[:19], verbose=0), errors.ShapeError, "x has 20 samples, y has 19"),
    "inputs of another shape": (
        lambda m: m.fit(X[:, :3], Y, verbose=0), errors.ShapeError, r"fit\(x\): dense.*\[None, 4\], given \[20, 3\]"
    ),
    "one sample without its axis": (
        lambda m: m.predict(tf.ones([4])), errors.ShapeError, r"\[None, 4\], given \[4, 1\]"
    ),
    "no samples": (lambda m: m.fit(X[:0], Y[:0], verbose=0), errors.ArgumentError, "no samples"),
    "nothing to predict": (lambda m: m.predict(tf.zeros([0, 4])), errors.ArgumentError, "no samples"),
    "None": (lambda m: m.fit(None, Y, verbose=0), errors.ArgumentTypeError, "given None"),
    "a NaN": (
        lambda m: m.fit(with_nan, Y, verbose=0),
        errors.ArgumentError,
        r"fit\(x\): there is a NaN in dense.*: sample 7, at \[7, 2\] \(1 in all\); fill it",
    ),
    "a NaN in a batch": (lambda m: m.train_on_batch(with_nan, Y), errors.ArgumentError, "sample 7"),
    "text": (lambda m: m.fit([["a"] * 4] * 20, Y, verbose=0), errors.TfnbError, "fit"),
    "ragged lists": (lambda m: m.fit([[1, 2, 3, 4], [1]], Y[:2], verbose=0), errors.ShapeError, r"fit\(x\).*ragged"),
    "a batch above the samples": (
        lambda m: m.fit(X, Y, batch_size=21, verbose=0),
        errors.ArgumentError,
        r"fit\(batch_size\): a batch of 21 is more than the 20 samples to train on; leave it out, or say at most 20",
    ),
    "a batch of none": (lambda m: m.fit(X, Y, batch_size=0, verbose=0), errors.ArgumentError, r"fit\(batch_size\)"),
    "a batch of a half": (lambda m: m.predict(X, batch_size=0.5), errors.ArgumentError, r"predict\(batch_size\)"),
    "epochs that are none": (lambda m: m.fit(X, Y, epochs=-1, verbose=0), errors.ArgumentError, r"fit\(epochs\)"),
    "no epochs of a dataset": (lambda m: m.fit_dataset([(X, Y)], verbose=0), errors.ArgumentError, "epochs=10"),
    "a dataset that is none": (lambda m: m.fit_dataset(3, epochs=1), errors.ArgumentTypeError, "iterable"),
    "a dataset of something else": (
        lambda m: m.fit_dataset([3], epochs=1, verbose=0), errors.ArgumentTypeError, r"a pair \(x, y\)"
    ),
    "an empty dataset": (lambda m: m.evaluate_dataset([]), errors.ArgumentError, "no samples"),
    "a part that is none": (
        lambda m: m.fit(X, Y, validation_split=1.5, verbose=0), errors.ArgumentError, "between 0 and 1"
    ),
    "a part too small": (
        lambda m: m.fit(X[:3], Y[:3], validation_split=0.9, verbose=0), errors.ArgumentError, "nothing is left to train"
    ),
    "validation data that are none": (
        lambda m: m.fit(X, Y, validation_data=X, verbose=0), errors.ArgumentTypeError, "validation_data"
    ),
    "validation data of another shape": (
        lambda m: m.fit(X, Y, validation_data=(X[:, :2], Y), verbose=0), errors.ShapeError, r"\[20, 2\]"
    ),
    "a class without a weight": (
        lambda m: m.fit(X, Y, class_weight={0: 1.0, 1: 2.0}, verbose=0), errors.ArgumentError, "class 2 is in the data"
    ),
    "class weights that are none": (
        lambda m: m.fit(X, Y, class_weight=[1, 2, 3], verbose=0), errors.ArgumentTypeError, "class_weight"
    ),
    "too few weights": (
        lambda m: m.fit(X, Y, sample_weight=[1.0] * 3, verbose=0), errors.ShapeError, "for each of 20 samples"
    ),
    "how often it yields": (
        lambda m: m.fit(X, Y, yield_every="often", verbose=0), errors.ArgumentError, "'auto', 'batch', 'epoch'"
    ),
    "a disposed tensor": (lambda m: m.fit(disposed(), Y, verbose=0), errors.DisposedError, r"fit\(x\)"),
    "an unknown loss": (lambda m: m.compile(optimizer="sgd", loss="nonsense"), errors.ArgumentError, "nonsense"),
    "no loss": (lambda m: m.compile(optimizer="sgd"), errors.ArgumentTypeError, "loss"),
    "an unknown optimizer": (lambda m: m.compile(optimizer="sgdd", loss="mse"), errors.ArgumentError, "sgd"),
    "an unknown metric": (
        lambda m: m.compile(optimizer="sgd", loss="mse", metrics=["acuracy"]), errors.ArgumentError, "acuracy"
    ),
    "losses for other outputs": (
        lambda m: m.compile(optimizer="sgd", loss={"nobody": "mse"}), errors.ArgumentError, "no output 'nobody'"
    ),
    "arguments in a dict": (
        lambda m: m.compile({"optimizer": "sgd", "loss": "mse"}), errors.ArgumentTypeError, "keyword arguments"
    ),
    "a coroutine in a plain fit": (
        lambda m: m.fit(X, Y, callbacks={"on_train_begin": coroutine}, verbose=0), errors.TrainingError, "fit_async"
    ),
}  # fmt: skip


def disposed() -> Any:
    tensor = tf.tensor(X)
    tensor.dispose()
    return tensor


async def coroutine(_logs: Any) -> None:
    pass


@pytest.mark.parametrize("bad", TABLE.values(), ids=TABLE.keys())
def test_what_is_wrong_is_said_before_anything_is_changed(bad: Bad, model: Any) -> None:
    call, kind, message = bad
    weights, optimizer = weights_of(model), model.optimizer
    before = Before()
    with pytest.raises(kind, match=message) as caught:
        call(model)
    assert FORM.match(str(caught.value))
    del caught
    before.check()
    assert same(weights, weights_of(model)) and model.optimizer is optimizer and not model.is_training
    assert model.fit(X, Y, verbose=0).reason == "done"


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (Y, r"wants class numbers, of shape \[None, 1\]; these are rows of 3; .*categorical_crossentropy.*argmax"),
        (CLASSES + 1, r"class number 3 is out of range: .* 3 classes apart, 0 to 2"),
        (CLASSES - 1, r"class number -1 is out of range"),
        (CLASSES + 0.5, "whole numbers"),
    ],
)
def test_class_numbers_are_checked(labels: Any, message: str) -> None:
    model = made("sparse_categorical_crossentropy")
    with pytest.raises(errors.TfnbError, match=message):
        model.fit(X, labels, verbose=0)
    assert model.fit(X, CLASSES, verbose=0).reason == "done"
    model.dispose()


def test_the_fix_of_class_numbers_works(model: Any) -> None:
    assert model.fit(X, tf.one_hot(tf.tensor(CLASSES, dtype="int32"), 3), verbose=0).reason == "done"


def test_labels_of_a_yes_or_no_lie_between_0_and_1() -> None:
    model = made("binary_crossentropy", 1, "sigmoid")
    signs = np.where(CLASSES == 0, 1.0, -1.0)
    with pytest.raises(errors.ArgumentError, match=r"from 0 to 1; there is -1; write \(y \+ 1\) / 2"):
        model.fit(X, signs, verbose=0)
    assert model.fit(X, (signs + 1) / 2, verbose=0).reason == "done"
    model.dispose()


def test_compile_comes_first() -> None:
    model = tf.sequential([tf.layers.dense(units=3, input_shape=[4])])
    before = Before()
    for call in (
        lambda: model.fit(X, Y, verbose=0),
        lambda: model.evaluate(X, Y),
        lambda: model.train_on_batch(X, Y),
        lambda: model.fit_dataset([], epochs=1),
        lambda: asyncio.run(model.fit_async(X, Y)),
    ):
        with pytest.raises(errors.TrainingError, match=r"call model.compile\(optimizer=…, loss=…\) first"):
            call()
    before.check()
    assert model.predict(X).shape == (20, 3)


@pytest.mark.parametrize("op", ["fit", "train_on_batch", "compile"])
def test_a_model_is_trained_once_at_a_time(model: Any, op: str) -> None:
    calls = {
        "fit": lambda _logs: model.fit(X, Y, verbose=0),
        "train_on_batch": lambda _logs: model.train_on_batch(X, Y),
        "compile": lambda _logs: model.compile(optimizer="sgd", loss="mse"),
    }
    with pytest.raises(errors.TrainingError, match=rf"{op}: this model is being trained just now"):
        model.fit(X, Y, callbacks={"on_train_begin": calls[op]}, verbose=0)
    assert not model.is_training and model.history.reason == "error"


def test_a_model_may_be_asked_while_it_is_trained(model: Any) -> None:
    found: list[float] = []
    hook = {"on_epoch_end": lambda _epoch, _logs: found.append(float(model.evaluate(X, Y)))}
    history = model.fit(X, Y, epochs=2, callbacks=hook, validation_data=(X, Y), verbose=0)
    assert found == pytest.approx(history["val_loss"], rel=1e-6)


def test_a_disposed_model_says_so() -> None:
    model = made()
    model.dispose()
    for call in (lambda: model.fit(X, Y), lambda: model.predict(tf.tensor(X)), lambda: model.evaluate(X, Y)):
        with pytest.raises(errors.TfnbError, match="disposed of"):
            call()


def test_the_error_of_a_callback_comes_out_and_whole_batches_stay(model: Any) -> None:
    twin = made()
    twin.set_weights([np.array(one.numpy()) for one in model.weights])
    before = Before()

    def fails(batch: int, _logs: Any) -> None:
        if batch == 2:
            raise ZeroDivisionError("mine")

    with pytest.raises(ZeroDivisionError, match="mine"):
        model.fit(X, Y, batch_size=4, shuffle=False, callbacks={"on_batch_end": fails}, verbose=0)
    gc.collect()
    before.check()
    assert model.history.reason == "error" and model.history.note == "ZeroDivisionError: mine"
    for begin in (0, 4, 8):
        twin.train_on_batch(X[begin : begin + 4], Y[begin : begin + 4])
    assert all(np.allclose(a, b, atol=1e-6) for a, b in zip(weights_of(model), weights_of(twin)))
    twin.dispose()


# NaN


class Broken(tf.layers.Layer):
    """The logarithm, which makes a NaN of what is below 0."""

    def call(self, inputs: Any, *, training: bool = False, mask: Any = None) -> Any:
        return inputs.log()

    def compute_output_shape(self, input_shape: Any) -> Any:
        return input_shape


@pytest.mark.parametrize("backend", ["host", "gl"])
def test_a_nan_ends_it_before_the_weights_and_names_the_layer(backend: str) -> None:
    assert tf.set_backend(backend)
    try:
        model = tf.sequential()
        model.add(tf.layers.dense(units=5, input_shape=[4], name="first"))
        model.add(Broken(name="broken"))
        model.add(tf.layers.dense(units=3, activation="softmax", name="last"))
        model.compile(optimizer=tf.train.sgd(0.1), loss="mean_squared_error")
        weights = weights_of(model)
        before = Before()
        history = model.fit(X, Y, epochs=3, verbose=0)
        before.check()
        assert history.reason == "nan" and history.epoch == [0] and np.isnan(history["loss"][0])
        assert history.note == (
            "Stopped: the loss is NaN in epoch 1, batch 1; the first NaN is in the layer broken. "
            "The weights are as before it."
        )
        assert same(weights, weights_of(model))
        assert np.isnan(model.train_on_batch(X, Y)) and same(weights, weights_of(model))
        model.dispose()
    finally:
        tf.set_backend("auto")


def test_a_nan_of_the_loss_is_not_put_on_a_layer() -> None:
    model = made()
    model.compile(optimizer=tf.train.sgd(0.1), loss=lambda y_true, y_pred: y_pred.sub(2).log())
    assert "no layer gave one, so it comes from the loss" in model.fit(X, Y, verbose=0).note
    model.dispose()


def test_a_nan_in_the_weights_is_found_first(model: Any) -> None:
    model.layers[1].weights[0].assign(np.full((5, 3), np.nan, np.float32))
    assert f"in the layer {model.layers[1].name}." in model.fit(X, Y, verbose=0).note


# Interrupts


def rung(times: int = 1, at: int = 2) -> dict[str, Any]:
    """A hook that sends SIGINT so many times at the end of a batch."""

    def hook(batch: int, _logs: Any) -> None:
        if batch == at:
            for _time in range(times):
                signal.raise_signal(signal.SIGINT)

    return {"on_batch_end": hook}


def test_an_interrupt_ends_it_after_the_running_batch(model: Any, capsys: pytest.CaptureFixture[str]) -> None:
    twin = made()
    twin.set_weights([np.array(one.numpy()) for one in model.weights])
    before = Before()
    history = model.fit(X, Y, batch_size=4, epochs=3, shuffle=False, callbacks=rung(), verbose=0)
    before.check()
    said = "Interrupted in epoch 1 after batch 3: the weights are those of the last whole batch."
    assert (history.reason, history.note, history.epoch) == ("interrupted", said, [0])
    assert capsys.readouterr().out == f"{said}\n"
    for begin in (0, 4, 8):
        twin.train_on_batch(X[begin : begin + 4], Y[begin : begin + 4])
    assert all(np.allclose(a, b, atol=1e-6) for a, b in zip(weights_of(model), weights_of(twin)))
    assert model.fit(X, Y, verbose=0).reason == "done"
    twin.dispose()


def test_it_is_said_once_beside_a_bar(model: Any, capsys: pytest.CaptureFixture[str]) -> None:
    model.fit(X, Y, batch_size=4, callbacks=rung())
    assert capsys.readouterr().out.count("Interrupted") == 1


def test_a_second_interrupt_raises(model: Any) -> None:
    before = Before()
    with pytest.raises(KeyboardInterrupt):
        model.fit(X, Y, batch_size=4, callbacks=rung(2), verbose=0)
    gc.collect()
    before.check()
    assert model.history.reason == "interrupted" and not model.is_training
    assert model.fit(X, Y, verbose=0).reason == "done"


def test_a_second_interrupt_waits_until_the_weights_are_whole(model: Any) -> None:
    class Rings(tf.train.Optimizer if hasattr(tf.train, "Optimizer") else tf.Optimizer):  # type: ignore[misc]
        def apply(self, variables: Any, gradients: Any) -> None:
            for variable in variables:
                signal.raise_signal(signal.SIGINT)
                variable.assign(variable.mul(0))

    model.compile(optimizer=Rings(0.1), loss="categorical_crossentropy")
    with pytest.raises(KeyboardInterrupt):
        model.fit(X, Y, verbose=0)
    assert all(not one.any() for one in weights_of(model))
    assert not interrupts.INTERRUPTS.is_writing


def test_an_interrupt_ends_an_awaited_training_too(model: Any) -> None:
    history = asyncio.run(model.fit_async(X, Y, batch_size=4, epochs=3, callbacks=rung(), verbose=0))
    assert history.reason == "interrupted" and history.epoch == [0]


def test_an_interrupt_ends_all_trainings_side_by_side(model: Any) -> None:
    other = made()

    async def main() -> list[Any]:
        first = model.fit_async(X, Y, batch_size=4, epochs=3, callbacks=rung(), verbose=0)
        second = other.fit_async(X, Y, batch_size=2, epochs=3, verbose=0)
        return await asyncio.gather(first, second)

    assert [one.reason for one in asyncio.run(main())] == ["interrupted", "interrupted"]
    other.dispose()


def test_a_cancelled_training_leaves_nothing(model: Any) -> None:
    before = Before()

    async def main() -> None:
        task = asyncio.create_task(model.fit_async(X, Y, batch_size=4, epochs=1000, verbose=0))
        await asyncio.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())
    gc.collect()
    before.check()
    assert not model.is_training


def test_another_thread_may_train_and_touches_no_handler(model: Any) -> None:
    found: list[Any] = []
    handlers: list[Any] = []

    def work() -> None:
        hook = {"on_batch_end": lambda _batch, _logs: handlers.append(signal.getsignal(signal.SIGINT))}
        found.append(model.fit(X, Y, epochs=2, callbacks=hook, verbose=0))

    thread = threading.Thread(target=work)
    before = signal.getsignal(signal.SIGINT)
    thread.start()
    thread.join()
    assert found[0].epoch == [0, 1] and set(handlers) == {before}


def test_an_interrupt_that_nobody_wants_stays_unwanted(model: Any) -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        assert model.fit(X, Y, batch_size=4, callbacks=rung(), verbose=0).reason == "done"
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)


def test_interrupts_at_random_times(model: Any, full_size: bool) -> None:
    chance = random.Random(4)
    model.fit(X, Y, epochs=2, verbose=0)
    before = Before()
    for _time in range(500 if full_size else 25):
        weights = weights_of(model)
        try:
            with Alarm(chance, 0.03) as alarm:
                history = model.fit(X, Y, batch_size=4, epochs=10000, verbose=0)
                assert history.reason == "interrupted" or not alarm.sent
        except KeyboardInterrupt:  # before the first batch, or behind the last
            assert same(weights, weights_of(model)) or model.history.reason == "interrupted"
        assert all(np.isfinite(one).all() for one in weights_of(model)) and not model.is_training
        before.check()
    model.set_weights([one.mul(0.5) for one in model.get_weights()])


@pytest.mark.parametrize("part", range(6))
def test_an_interrupt_at_any_line_leaves_everything_as_it_was(model: Any, full_size: bool, part: int) -> None:
    def program() -> None:
        model.fit(X, Y, batch_size=10, epochs=2, validation_split=0.5, callbacks=tf.CustomCallback(), verbose=0)

    program()
    before = Before()
    with Lines(FOLDER) as watched:
        program()
    handler = signal.getsignal(signal.SIGINT)
    lines = list(watched.seen.items())
    failed = []
    for line, often in lines[part::6] if full_size else lines[part::90]:
        for time in {1, often}:
            problem = ""
            try:
                with Lines(FOLDER, line, time) as watched:
                    program()
                problem = "the interrupt was swallowed" if watched.left <= 0 else ""
            except KeyboardInterrupt:
                pass
            except BaseException as error:
                problem = f"the interrupt came out as {error!r}"
            if model.is_training or signal.getsignal(signal.SIGINT) is not handler:
                problem += " the model or the handler was left"
                model.is_training = False
                signal.signal(signal.SIGINT, handler)
            try:
                before.check()
            except AssertionError:  # what a traceback's cycle holds is no leak
                gc.collect()
                try:
                    before.check()
                except AssertionError as error:
                    problem += f" {error}"
            if problem:
                failed.append((line[0].rsplit("/", 1)[-1], line[1], time, problem))
    assert not failed, "\n".join(map(str, failed))


# Memory


def resident() -> int:
    pages = int(re.split(r"\s+", Path("/proc/self/statm").read_text())[1])
    return pages * 4096


def recurrent() -> Any:
    model = tf.sequential()
    model.add(tf.layers.lstm(units=3, input_shape=[4, 1]))
    model.add(tf.layers.dense(units=3, activation="softmax"))
    return model


@pytest.mark.parametrize(
    ("make", "optimizer", "backend"),
    [(made, "sgd", "host"), (made, "adam", "host"), (recurrent, "adam", "host"), (made, "adam", "gl")],
)
def test_many_steps_leave_memory_flat(make: Any, optimizer: str, backend: str, full_size: bool) -> None:
    """Tensors, buffers, the pool's bytes, the workspaces of recurrent layers and the process's memory."""
    usual = tf.get_backend()
    assert tf.set_backend(backend)
    try:
        model = make()
        model.compile(optimizer=optimizer, loss="categorical_crossentropy", metrics=["accuracy"])
        x, y = np.tile(X, (10, 1)).reshape(-1, *model.inputs[0].shape[1:]), np.tile(Y, (10, 1))

        def train(steps: int) -> None:
            model.fit(x, y, batch_size=2, epochs=steps // 100, validation_data=(x[:20], Y), verbose=0)

        train(200)
        before, workspaces = Before(), (WORKSPACES.nbytes, WORKSPACES.free_nbytes)
        size = resident()
        train(10_000 if full_size or backend == "host" else 300)
        gc.collect()
        before.check()
        assert (WORKSPACES.nbytes, WORKSPACES.free_nbytes) == workspaces
        assert resident() - size < 4_000_000
        model.dispose()
    finally:
        tf.set_backend(usual)


def test_a_disposed_model_gives_all_of_it_back() -> None:
    before = Before()
    for _time in range(3):
        model = made()
        model.compile(optimizer="adam", loss="categorical_crossentropy")
        model.fit(X, Y, epochs=2, verbose=0)
        model.dispose()
        del model
    gc.collect()
    before.check()


def test_compiling_anew_frees_the_optimizer_that_it_made(model: Any) -> None:
    model.compile(optimizer="adam", loss="mse")
    model.fit(X, Y, verbose=0)
    before = Before()
    model.compile(optimizer="adam", loss="mse")
    model.fit(X, Y, verbose=0)
    gc.collect()
    before.check()
