"""fit does what the formulas of gradient descent say, on the samples that it should, and tells it as it was."""

from __future__ import annotations

import asyncio
from typing import Any

import numpy as np
import pytest

import tfnb as tf
from tests.models.conftest import Array, ByHand
from tfnb.models import events

CLOSE: Any = {"rtol": 1e-5, "atol": 1e-6}


def weights_of(model: Any) -> list[Array]:
    return [one.numpy() for one in model.get_weights()]


def is_by_hand(model: Any, by_hand: ByHand) -> None:
    kernel, bias = weights_of(model)
    np.testing.assert_allclose(kernel, by_hand.kernel, **CLOSE)
    np.testing.assert_allclose(bias, by_hand.bias, **CLOSE)


# What is learnt


def test_epochs_of_batches_are_gradient_descent(linear: Any, numbers: Any, by_hand: ByHand) -> None:
    x, y = numbers
    history = linear.fit(x, y, batch_size=4, epochs=3, shuffle=False, verbose=0)
    wanted = [by_hand.epoch(x, y, 4) for _epoch in range(3)]
    np.testing.assert_allclose(history.history["loss"], wanted, **CLOSE)
    is_by_hand(linear, by_hand)
    assert history.epoch == [0, 1, 2] and history.reason == "done"


@pytest.mark.parametrize("form", [tf.tensor, np.asarray, lambda one: one.tolist(), lambda one: one.astype(np.float64)])
def test_samples_may_be_tensors_arrays_or_lists(linear: Any, numbers: Any, by_hand: ByHand, form: Any) -> None:
    x, y = numbers
    linear.fit(form(x), form(y), batch_size=10, shuffle=False, verbose=0)
    by_hand.step(x, y)
    is_by_hand(linear, by_hand)


def test_a_column_may_be_given_as_a_row_of_numbers(linear: Any, numbers: Any, by_hand: ByHand) -> None:
    x, y = numbers
    linear.fit(x, y[:, 0], shuffle=False, verbose=0)
    by_hand.step(x, y)
    is_by_hand(linear, by_hand)


def test_the_usual_batch_takes_what_there_is(linear: Any, numbers: Any) -> None:
    x, y = numbers
    sizes: list[float] = []
    linear.fit(x, y, verbose=0, callbacks={"on_batch_end": lambda _batch, logs: sizes.append(logs["size"])})
    assert sizes == [10]


def test_the_same_seed_gives_the_same_order_and_epochs_differ(linear: Any, numbers: Any) -> None:
    x, y = numbers
    start = linear.get_weights()

    def losses() -> list[float]:
        found: list[float] = []
        linear.set_weights(start)
        tf.set_seed(3)
        linear.fit(
            x, y, batch_size=1, epochs=2, verbose=0,
            callbacks={"onBatchEnd": lambda _batch, logs: found.append(logs["loss"])},
        )  # fmt: skip
        return found

    first = losses()
    assert losses() == first
    linear.optimizer.learning_rate = 0.0
    linear.set_weights(start)
    still = losses()
    assert sorted(still[:10]) == pytest.approx(sorted(still[10:]), abs=1e-6)
    assert still[:10] != still[10:]


def test_class_weights_count_in_the_loss(classes: Any) -> None:
    x, y = classes
    model = tf.sequential([tf.layers.dense(units=3, activation="softmax", input_shape=[4])])
    model.compile(optimizer=tf.train.sgd(0.0), loss="categorical_crossentropy")
    history = model.fit(x, y, batch_size=60, class_weight={0: 1.0, 1: 5.0, 2: 0.0}, verbose=0)
    shares = model.predict(x, batch_size=60).numpy().astype(np.float64)
    each = -(y * np.log(shares)).sum(1) * np.array([1.0, 5.0, 0.0])[y.argmax(1)]
    assert history.history["loss"][0] == pytest.approx(each.mean(), rel=1e-5)


def test_sample_weights_are_gradient_descent_too(linear: Any, numbers: Any, by_hand: ByHand) -> None:
    x, y = numbers
    counts = np.linspace(0, 2, 10)
    history = linear.fit(x, y, batch_size=4, epochs=2, sample_weight=counts, shuffle=False, verbose=0)
    wanted = [by_hand.epoch(x, y, 4, counts) for _epoch in range(2)]
    np.testing.assert_allclose(history.history["loss"], wanted, **CLOSE)
    is_by_hand(linear, by_hand)
    assert float(linear.evaluate(x, y, sample_weight=counts)) == pytest.approx(by_hand.loss(x, y, counts), rel=1e-5)


def test_a_regularizer_adds_to_the_loss_of_training_only(numbers: Any, by_hand: ByHand) -> None:
    x, y = numbers
    model = tf.sequential(
        [
            tf.layers.dense(
                units=1, input_shape=[3], kernel_initializer="ones", kernel_regularizer=tf.regularizers.l2(0.5)
            )
        ]
    )
    model.compile(optimizer=tf.train.sgd(0.0), loss="mean_squared_error")
    by_hand.kernel = np.ones((3, 1))
    history = model.fit(x, y, verbose=0)
    assert history.history["loss"][0] == pytest.approx(by_hand.loss(x, y) + 0.5 * 3, rel=1e-5)
    assert float(model.evaluate(x, y)) == pytest.approx(by_hand.loss(x, y), rel=1e-5)


def test_the_slope_of_a_regularizer_reaches_the_weights(numbers: Any) -> None:
    x, _y = numbers
    model = tf.sequential([
        tf.layers.dense(
            units=1, input_shape=[3], kernel_initializer="ones", use_bias=False,
            kernel_regularizer=tf.regularizers.l2(0.5),
        )
    ])  # fmt: skip
    model.compile(optimizer=tf.train.sgd(0.1), loss="mean_squared_error")
    model.fit(x, x.sum(1, keepdims=True), shuffle=False, verbose=0)  # nothing is wrong but the price
    np.testing.assert_allclose(weights_of(model)[0], np.full((3, 1), 1 - 0.1 * 2 * 0.5), **CLOSE)


def test_a_constraint_holds_after_every_step(numbers: Any) -> None:
    x, y = numbers
    model = tf.sequential([tf.layers.dense(units=1, input_shape=[3], kernel_constraint=tf.constraints.non_neg())])
    model.compile(optimizer=tf.train.sgd(0.1), loss="mean_squared_error")
    lowest: list[float] = []
    model.fit(
        x, y, batch_size=2, epochs=3, verbose=0,
        callbacks={"on_batch_end": lambda _batch, _logs: lowest.append(weights_of(model)[0].min())},
    )  # fmt: skip
    assert len(lowest) == 15 and min(lowest) == 0


def test_what_is_frozen_when_compiled_stays(classifier: Any, classes: Any) -> None:
    classifier.layers[0].trainable = False
    classifier.compile(optimizer=tf.train.sgd(0.5), loss="categorical_crossentropy")
    before = weights_of(classifier)
    classifier.fit(*classes, verbose=0)
    frozen, trained = zip(*[(np.array_equal(a, b), i) for i, (a, b) in enumerate(zip(before, weights_of(classifier)))])
    assert sorted(frozen) == [False, False, True, True]
    assert len(trained) == 4


def test_freezing_after_compile_is_warned_of(classifier: Any, classes: Any) -> None:
    classifier.layers[0].trainable = False
    with pytest.warns(UserWarning, match="call compile again"):
        classifier.fit(*classes, verbose=0)


# Several inputs and outputs


@pytest.fixture
def branched() -> tf.LayersModel:
    """Two inputs, two outputs: the sum of three numbers, and the first input times a weight; all weights are ones."""
    a, b = tf.input(shape=[2], name="a"), tf.input(shape=[1], name="b")
    both = tf.layers.concatenate().apply([a, b])
    total = tf.layers.dense(units=1, kernel_initializer="ones", use_bias=False, name="total").apply(both)
    scaled = tf.layers.dense(units=1, kernel_initializer="ones", use_bias=False, name="scaled").apply(a)
    return tf.model(inputs=[a, b], outputs=[total, scaled])


INPUTS = {"a": [[1.0, 2.0], [3.0, 4.0]], "b": [[5.0], [6.0]]}
OUTPUTS = {"total": [[7.0], [13.0]], "scaled": [[0.0], [0.0]]}


@pytest.mark.parametrize("given", [(INPUTS, OUTPUTS), ([*INPUTS.values()], [*OUTPUTS.values()])])
@pytest.mark.parametrize(
    "loss",
    ["meanSquaredError", ["mean_squared_error", "mean_squared_error"], {"total": "mse", "scaled": "mse"}],
)
def test_several_outputs_sum_their_losses(branched: Any, given: Any, loss: Any) -> None:
    branched.compile(optimizer=tf.train.sgd(0.0), loss=loss, metrics={"scaled": "mean_absolute_error"})
    assert branched.metrics_names == ["loss", "total_loss", "scaled_loss", "scaled_mean_absolute_error"]
    x, y = given
    history = branched.fit(x, y, verbose=0)
    first, second, off = (8 - 7) ** 2 / 2, (3**2 + 7**2) / 2, (3 + 7) / 2
    assert [values[0] for values in history.history.values()] == pytest.approx([first + second, first, second, off])
    assert [float(one) for one in branched.evaluate(x, y)] == pytest.approx([first + second, first, second, off])
    assert branched.train_on_batch(x, y) == pytest.approx([first + second, first, second, off])


def test_an_output_may_have_a_loss_of_its_own(branched: Any) -> None:
    branched.compile(optimizer="sgd", loss={"scaled": "mean_absolute_error", "total": "mean_squared_error"})
    assert [float(one) for one in branched.evaluate(INPUTS, OUTPUTS)] == pytest.approx([0.5 + 5, 0.5, 5])


def test_weights_of_samples_by_output(branched: Any) -> None:
    branched.compile(optimizer=tf.train.sgd(0.0), loss="mean_squared_error")
    history = branched.fit(INPUTS, OUTPUTS, sample_weight={"scaled": [1, 0]}, verbose=0)
    assert history["scaled_loss"][0] == pytest.approx(9 / 2)
    assert history["total_loss"][0] == pytest.approx(1 / 2)


def test_predictions_come_for_each_output(branched: Any) -> None:
    total, scaled = branched.predict(INPUTS)
    assert total.array_sync() == [[8.0], [13.0]] and scaled.array_sync() == [[3.0], [7.0]]


# What is measured


def test_accuracy_is_the_one_of_the_loss(classes: Any) -> None:
    x, y = classes
    for loss, units, activation, target in (
        ("categorical_crossentropy", 3, "softmax", y),
        ("sparse_categorical_crossentropy", 3, "softmax", y.argmax(1)),
        ("binary_crossentropy", 1, "sigmoid", y[:, :1]),
    ):
        model = tf.sequential([tf.layers.dense(units=units, activation=activation, input_shape=[4])])
        model.compile(optimizer=tf.train.sgd(0.0), loss=loss, metrics="accuracy")
        shares = model.predict(x, batch_size=60).numpy()
        right = shares.argmax(1) == y.argmax(1) if units == 3 else (shares > 0.5)[:, 0] == y[:, 0]
        assert float(model.evaluate(x, target)[1]) == pytest.approx(right.mean(), abs=1e-6)
        assert model.metrics_names == ["loss", "acc"]


def test_a_function_is_a_metric_under_its_name(linear: Any, numbers: Any) -> None:
    def largest(y_true: Any, y_pred: Any) -> Any:
        return y_true.sub(y_pred).abs().max()

    linear.compile(optimizer=tf.train.sgd(0.0), loss="mse", metrics=[largest, "mae", largest])
    assert linear.metrics_names == ["loss", "largest", "mae", "largest_1"]
    x, y = numbers
    values = [float(one) for one in linear.evaluate(x, y)]
    assert values == pytest.approx([(y**2).mean(), np.abs(y).max(), np.abs(y).mean(), np.abs(y).max()], rel=1e-5)


def test_a_function_is_a_loss(linear: Any, numbers: Any, by_hand: ByHand) -> None:
    linear.compile(optimizer=tf.train.sgd(0.1), loss=lambda y_true, y_pred: y_true.sub(y_pred).square().mean())
    x, y = numbers
    linear.fit(x, y, shuffle=False, verbose=0)
    by_hand.step(x, y)
    is_by_hand(linear, by_hand)


def test_the_last_samples_are_split_off_and_not_trained_on(linear: Any, numbers: Any, by_hand: ByHand) -> None:
    x, y = numbers
    history = linear.fit(x, y, batch_size=7, validation_split=0.3, shuffle=False, verbose=0)
    by_hand.step(x[:7], y[:7])
    is_by_hand(linear, by_hand)
    assert history.history["val_loss"] == pytest.approx([by_hand.loss(x[7:], y[7:])], rel=1e-5)


def test_validation_data_are_measured_after_each_epoch(linear: Any, numbers: Any, by_hand: ByHand) -> None:
    x, y = numbers
    counts = np.arange(4.0)
    history = linear.fit(
        x[:6], y[:6], epochs=2, validation_data=(x[6:], y[6:], counts), shuffle=False, verbose=0
    )  # fmt: skip
    wanted = []
    for _epoch in range(2):
        by_hand.step(x[:6], y[:6])
        wanted.append(by_hand.loss(x[6:], y[6:], counts))
    assert history.history["val_loss"] == pytest.approx(wanted, rel=1e-5)
    assert list(history.history) == ["loss", "val_loss"]


def test_evaluate_weighs_batches_by_their_size(linear: Any, numbers: Any, by_hand: ByHand) -> None:
    x, y = numbers
    assert float(linear.evaluate(x, y, batch_size=4)) == pytest.approx(by_hand.loss(x, y), rel=1e-5)
    assert float(linear.evaluate(x, y, batch_size=4, steps=1)) == pytest.approx(by_hand.loss(x[:4], y[:4]), rel=1e-5)


def test_predictions_in_batches_are_those_of_all_at_once(classifier: Any, classes: Any) -> None:
    x, _y = classes
    whole = classifier.predict_on_batch(x).numpy()
    np.testing.assert_allclose(classifier.predict(x, batch_size=7).numpy(), whole, **CLOSE)
    np.testing.assert_allclose(classifier.predict(x.tolist()).numpy(), whole, **CLOSE)


def test_a_batch_gives_a_float_or_a_list(linear: Any, classifier: Any, numbers: Any, classes: Any) -> None:
    by_hand = ByHand()
    x, y = numbers
    assert linear.train_on_batch(tf.tensor(x), tf.tensor(y)) == pytest.approx(by_hand.step(x, y), rel=1e-5)
    is_by_hand(linear, by_hand)
    values = classifier.train_on_batch(*classes)
    assert [type(one) for one in values] == [float, float]


# How far


def test_a_training_goes_on_where_another_ended(linear: Any, numbers: Any) -> None:
    linear.fit(*numbers, epochs=2, verbose=0)
    assert linear.fit(*numbers, epochs=5, initial_epoch=2, verbose=0).epoch == [2, 3, 4]
    assert linear.fit(*numbers, epochs=5, initial_epoch=5, verbose=0).epoch == []


def test_steps_take_what_is_left_in_the_next_epoch(linear: Any, numbers: Any, by_hand: ByHand) -> None:
    x, y = numbers
    linear.fit(x, y, batch_size=2, epochs=2, steps_per_epoch=4, shuffle=False, verbose=0)
    for begin in (0, 2, 4, 6, 8, 0, 2, 4):
        by_hand.step(x[begin : begin + 2], y[begin : begin + 2])
    is_by_hand(linear, by_hand)


def test_validation_steps_measure_so_many_batches(linear: Any, numbers: Any, by_hand: ByHand) -> None:
    x, y = numbers
    history = linear.fit(
        x, y, batch_size=2, validation_data=(x, y), validation_steps=2, shuffle=False, verbose=0
    )  # fmt: skip
    by_hand.epoch(x, y, 2)
    assert history.history["val_loss"] == pytest.approx([by_hand.loss(x[:4], y[:4])], rel=1e-5)


def test_a_callback_ends_it_after_the_running_batch(linear: Any, numbers: Any, by_hand: ByHand) -> None:
    x, y = numbers

    def end(batch: int, _logs: Any) -> None:
        linear.stop_training = batch == 1

    history = linear.fit(
        x, y, batch_size=4, epochs=3, shuffle=False, validation_data=(x, y), callbacks={"on_batch_end": end}, verbose=0
    )  # fmt: skip
    assert history.reason == "stopped" and history.epoch == [0] and "val_loss" not in history.history
    assert history.note.startswith("Stopped in epoch 1 after batch 2: the weights are those of the last whole batch")
    losses = [by_hand.step(x[:4], y[:4]), by_hand.step(x[4:8], y[4:8])]
    assert history.history["loss"] == pytest.approx([np.mean(losses)], rel=1e-5)
    is_by_hand(linear, by_hand)


# Datasets


def test_batches_of_a_dataset(linear: Any, numbers: Any, by_hand: ByHand) -> None:
    x, y = numbers
    batches: list[Any] = [(x[:4], y[:4]), {"xs": tf.tensor(x[4:]), "ys": tf.tensor(y[4:])}]
    history = linear.fit_dataset(batches, epochs=2, verbose=0, validation_data=(x, y))
    wanted, tested = [], []
    for _epoch in range(2):
        wanted.append((by_hand.step(x[:4], y[:4]) * 4 + by_hand.step(x[4:], y[4:]) * 6) / 10)
        tested.append(by_hand.loss(x, y))
    assert history.history["loss"] == pytest.approx(wanted, rel=1e-5)
    assert history.history["val_loss"] == pytest.approx(tested, rel=1e-5)
    assert float(linear.evaluate_dataset(batches)) == pytest.approx(by_hand.loss(x, y), rel=1e-5)


def test_epochs_of_an_endless_dataset(linear: Any, numbers: Any) -> None:
    x, y = numbers

    def endless() -> Any:
        while True:
            yield x, y

    history = linear.fit_dataset(endless(), batches_per_epoch=3, epochs=2, verbose=0, validation_data=[(x, y)])
    assert history.epoch == [0, 1] and len(history.history["val_loss"]) == 2


def test_a_dataset_that_ends_early_is_warned_of(linear: Any, numbers: Any) -> None:
    with pytest.warns(UserWarning, match="ended after 1 of 2 batches"):
        linear.fit_dataset(iter([numbers] * 3), batches_per_epoch=2, epochs=2, verbose=0)


# Waiting for others


def test_other_tasks_run_between_batches(linear: Any, numbers: Any) -> None:
    seen: list[int] = []

    async def main() -> Any:
        async def other() -> None:
            while True:
                seen.append(linear.run.batch)
                await asyncio.sleep(0)

        task = asyncio.create_task(other())
        history = await linear.fit_async(*numbers, batch_size=1, epochs=2, verbose=0)
        task.cancel()
        return history

    linear.run = events.Run("before")
    history = asyncio.run(main())
    assert history.epoch == [0, 1] and set(range(9)) <= set(seen)


def test_two_models_learn_side_by_side(numbers: Any) -> None:
    x, y = numbers
    optimizers: list[Any] = []
    before = tf.memory().num_tensors

    def made() -> Any:
        model = tf.sequential([tf.layers.dense(units=1, input_shape=[3], kernel_initializer="zeros")])
        optimizer = tf.train.sgd(0.1)
        model.compile(optimizer=optimizer, loss="mean_squared_error")
        optimizers.append(optimizer)
        return model

    async def main(models: list[Any]) -> None:
        await asyncio.gather(
            *(one.fit_async(x, y, batch_size=5, epochs=3, shuffle=False, verbose=0) for one in models)
        )  # fmt: skip

    models = [made(), made()]
    asyncio.run(main(models))
    by_hand = ByHand()
    for _epoch in range(3):
        by_hand.epoch(x, y, 5)
    for model, optimizer in zip(models, optimizers):
        is_by_hand(model, by_hand)
        model.dispose()
        optimizer.dispose()
    assert tf.memory().num_tensors == before


# What is shown


def test_nothing_is_printed_if_so_wished(linear: Any, numbers: Any, capsys: pytest.CaptureFixture[str]) -> None:
    linear.fit(*numbers, verbose=0)
    assert capsys.readouterr() == ("", "")


def test_one_bar_with_the_numbers(linear: Any, numbers: Any, capsys: pytest.CaptureFixture[str]) -> None:
    linear.fit(*numbers, batch_size=5, epochs=3, validation_split=0.5)
    printed, bar = capsys.readouterr()
    assert printed == "" and bar.count("\n") == 1
    assert "epoch 3/3: 100%" in bar and "3/3" in bar and "val_loss=" in bar.split("\r")[-1]


def test_a_line_for_each_epoch(linear: Any, numbers: Any, capsys: pytest.CaptureFixture[str]) -> None:
    linear.fit(*numbers, epochs=2, verbose=2)
    assert [line.split(": ")[0] for line in capsys.readouterr().out.splitlines()] == ["epoch 1/2", "epoch 2/2"]


def test_a_display_hears_the_run(linear: Any, numbers: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Any] = []

    class Shown(events.Observer):
        def began(self, run: events.Run) -> None:
            told.append((run.title, run.epochs, run.batches, run.batch_size, run.samples, run.names))
            assert run.learning_rate == pytest.approx(0.1)

        def batch(self, run: events.Run, logs: dict[str, float]) -> None:
            told.append((run.epoch, run.batch, list(logs)))

        def epoch(self, run: events.Run, logs: dict[str, float]) -> None:
            told.append((run.epoch, sorted(logs)))

        def ended(self, run: events.Run) -> None:
            told.append((run.reason, run.note))

    monkeypatch.setattr(events, "DISPLAYS", [lambda _run: Shown()])
    linear.fit(*numbers, batch_size=4, validation_split=0.2)
    assert told == [
        (linear.name, 1, 2, 4, 8, ("loss", "val_loss")),
        (0, 0, ["loss"]),
        (0, 1, ["loss"]),
        (0, ["loss", "val_loss"]),
        ("done", ""),
    ]


def test_a_pause_holds_the_batch_still_and_a_step_moves_it_by_one(
    linear: Any, numbers: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[tuple[int, int]] = []

    class Buttons(events.Observer):
        def began(self, run: events.Run) -> None:
            run.pause()

        def waiting(self, run: events.Run) -> None:
            held.append((run.epoch, run.batch))
            if len(held) % 2 == 0:
                run.stop() if len(held) == 10 else run.step()

    monkeypatch.setattr(events, "DISPLAYS", [lambda _run: Buttons()])
    seen: list[int] = []
    callback = tf.CustomCallback(on_batch_end=lambda batch, _logs: seen.append(batch))
    history = linear.fit(*numbers, batch_size=4, epochs=5, shuffle=False, callbacks=callback)
    assert seen == [0, 1, 2, 0]  # two looks, then one batch, through the end of an epoch
    # It stands at the last batch that was trained, also between two epochs.
    assert held == [(0, 0)] * 4 + [(0, 1)] * 2 + [(0, 2)] * 2 + [(1, 0)] * 2
    assert history.reason == "stopped" and history.epoch == [0, 1]


def test_it_is_the_same_inside_of_a_tidy(linear: Any, numbers: Any, by_hand: ByHand) -> None:
    x, y = numbers
    linear.fit(x, y, verbose=0)  # the optimizer meets its variables
    by_hand.step(x, y)
    before = tf.memory().num_tensors
    history = tf.tidy(lambda: linear.fit(x, y, epochs=2, batch_size=10, shuffle=False, verbose=0))
    by_hand.step(x, y)
    by_hand.step(x, y)
    is_by_hand(linear, by_hand)
    assert len(history.history["loss"]) == 2 and tf.memory().num_tensors == before


@pytest.mark.parametrize("backend", ["gl", "host"])
def test_it_is_the_same_on_every_placement(numbers: Any, by_hand: ByHand, backend: str) -> None:
    x, y = numbers
    assert tf.set_backend(backend)
    try:
        model = tf.sequential([tf.layers.dense(units=1, input_shape=[3], kernel_initializer="zeros")])
        model.compile(optimizer=tf.train.sgd(0.1), loss="mean_squared_error", metrics=["mae"])
        history = model.fit(x, y, batch_size=4, epochs=2, shuffle=False, verbose=0, validation_data=(x, y))
        wanted = [by_hand.epoch(x, y, 4) for _epoch in range(2)]
        np.testing.assert_allclose(history.history["loss"], wanted, **CLOSE)
        is_by_hand(model, by_hand)
        model.dispose()
    finally:
        tf.set_backend("auto")


def test_tensorflow_js_spellings_are_told_apart(linear: Any) -> None:
    with pytest.raises(AttributeError, match="train_on_batch"):
        _ = linear.trainOnBatch
