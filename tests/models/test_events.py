"""A run and its displays: wishes hold it, let it go on, step by step, end it; a display never ends a training."""

from __future__ import annotations

import asyncio
import threading
import time

import pytest

import tfnb as tf
from tfnb.models import events
from tfnb.models.events import DISPLAYS, Observer, Run, display_for


class Listed(Observer):
    """Writes down what it is told."""

    def __init__(self) -> None:
        self.told: list[tuple[object, ...]] = []

    def began(self, run: Run) -> None:
        self.told.append(("began", run.names))

    def batch(self, run: Run, logs: dict[str, float]) -> None:
        self.told.append(("batch", run.batch, logs))

    def epoch(self, run: Run, logs: dict[str, float]) -> None:
        self.told.append(("epoch", run.epoch, logs))

    def waiting(self, run: Run) -> None:
        self.told.append(("waiting", run.state))

    def ended(self, run: Run) -> None:
        self.told.append(("ended", run.reason, run.note))


def test_observers_hear_everything_in_order() -> None:
    run, listed = Run("mine", epochs=1, batches=1, names=("loss",)), Listed()
    run.observers.append(listed)
    run.begin()
    run.report_batch({"loss": 2.0})
    run.report_epoch({"loss": 2.0})
    run.end("done", "all is well")
    run.end("error", "said twice")
    assert listed.told == [
        ("began", ("loss",)),
        ("batch", 0, {"loss": 2.0}),
        ("epoch", 0, {"loss": 2.0}),
        ("ended", "done", "all is well"),
    ]


def test_a_running_run_passes_and_a_stopped_one_does_not() -> None:
    run = Run("mine")
    assert run.checkpoint()
    run.stop()
    run.stop("interrupted")
    assert not run.checkpoint()
    assert run.stop_reason == "stopped"


def test_pause_holds_until_another_thread_resumes() -> None:
    run, listed = Run("mine"), Listed()
    run.observers.append(listed)
    run.pause()
    threading.Timer(0.2, run.resume).start()
    begin = time.perf_counter()
    assert run.checkpoint()
    assert time.perf_counter() - begin >= 0.15
    assert listed.told[0] == ("waiting", "paused") and len(listed.told) >= 2
    assert run.state == "running"


def test_a_step_lets_one_batch_pass_and_holds_again() -> None:
    run = Run("mine")
    run.pause()
    run.step()
    assert run.checkpoint()
    assert run.state == "paused"
    threading.Timer(0.1, run.stop).start()
    assert not run.checkpoint()


def test_two_steps_asked_for_at_once_are_two() -> None:
    run = Run("mine")
    run.step()
    run.step()
    assert run.checkpoint() and run.checkpoint()
    threading.Timer(0.1, run.resume).start()
    assert run.checkpoint()


def test_stop_ends_a_pause() -> None:
    run = Run("mine")
    run.pause()
    threading.Timer(0.1, run.stop).start()
    assert not run.checkpoint()


def test_an_awaiting_run_lets_others_work_and_can_be_paused() -> None:
    async def main() -> list[str]:
        run, order = Run("mine"), []

        async def other() -> None:
            order.append("other")
            await asyncio.sleep(0.1)
            run.resume()

        run.pause()
        task = asyncio.create_task(other())
        assert await run.checkpoint_async()
        order.append("resumed")
        await task
        return order

    assert asyncio.run(main()) == ["other", "resumed"]


def test_time_left_leaves_pauses_out() -> None:
    run = Run("mine", epochs=2, batches=2)
    run.begin()
    run.batch = 1
    time.sleep(0.05)
    run.pause()
    threading.Timer(0.3, run.resume).start()
    run.checkpoint()
    assert run.progress == 0.5
    assert run.elapsed < 0.2
    assert run.remaining == pytest.approx(run.elapsed, rel=0.2)


def test_nothing_is_foretold_where_the_length_is_not_known() -> None:
    assert Run("mine", epochs=2).progress is None
    assert Run("mine", batches=2).remaining is None


def test_a_display_that_fails_is_dropped_and_the_others_stay() -> None:
    class Failing(Observer):
        def batch(self, run: Run, logs: dict[str, float]) -> None:
            raise RuntimeError("no more paper")

    run, listed = Run("mine"), Listed()
    run.observers.extend([Failing(), listed])
    with pytest.warns(RuntimeWarning, match="Failing failed and is shown no more: RuntimeError: no more paper"):
        run.report_batch({})
    run.report_batch({})
    assert [one[0] for one in listed.told] == ["batch", "batch"]


def test_the_first_display_that_answers_shows_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = Listed(), Listed()
    monkeypatch.setattr(events, "DISPLAYS", [lambda _run: None, lambda _run: first, lambda _run: second])
    assert events.display_for(Run("mine")) is first
    assert DISPLAYS is not events.DISPLAYS
    monkeypatch.setattr(events, "DISPLAYS", [])
    assert display_for(Run("mine")) is None


# Loops written by hand


@pytest.fixture
def listed(monkeypatch: pytest.MonkeyPatch) -> Listed:
    shown = Listed()
    monkeypatch.setattr(events, "DISPLAYS", [lambda _run: shown])
    return shown


def test_a_loop_of_ones_own_has_the_same_run(listed: Listed) -> None:
    with tf.live(title="mine", epochs=2, batches=2) as chart:
        for step in range(4):
            chart.log(loss=tf.scalar(step), accuracy=0.5)
    assert chart.history == {"loss": [0.0, 1.0, 2.0, 3.0], "accuracy": [0.5] * 4}
    assert chart.run.names == ("loss", "accuracy")
    assert (chart.run.epoch, chart.run.batch, chart.run.reason) == (1, 1, "done")
    assert [one[:2] for one in listed.told if one[0] == "epoch"] == [("epoch", 0), ("epoch", 1)]


def test_epochs_can_be_told_where_their_length_is_not_known(listed: Listed) -> None:
    with tf.live() as chart:
        for _epoch in range(2):
            for step in range(3):
                chart.log(loss=step)
            chart.log_epoch(val_loss=9)
    assert [one[1] for one in listed.told if one[0] == "batch"] == [0, 1, 2, 0, 1, 2]
    assert chart.epoch_history == {"val_loss": [9.0, 9.0]}


def test_the_stop_button_ends_the_block_and_nothing_else(listed: Listed) -> None:
    steps = 0
    with tf.live() as chart:
        while True:
            steps += 1
            if steps == 3:
                chart.run.stop()
            chart.log(loss=1.0)
    assert steps == 3
    assert listed.told[-1] == ("ended", "stopped", "Stopped in step 3.")


@pytest.mark.parametrize(("error", "reason"), [(KeyboardInterrupt, "interrupted"), (ValueError, "error")])
def test_errors_come_out_of_the_block(listed: Listed, error: type[BaseException], reason: str) -> None:
    with pytest.raises(error), tf.live() as chart:
        chart.log(loss=1.0)
        raise error
    assert chart.run.reason == reason and listed.told[-1][1] == reason


def test_what_is_no_number_is_refused() -> None:
    with tf.live(verbose=0) as chart:
        with pytest.raises(TypeError, match=r"live.log\(loss\): wanted one number, given a tensor of shape \[2\]"):
            chart.log(loss=tf.ones([2]))
        with pytest.raises(TypeError, match="wanted a number, not 'high'"):
            chart.log(loss="high")
    with pytest.raises(tf.errors.TrainingError, match="has ended"):
        chart.log(loss=1)
    with pytest.raises(RuntimeError, match="was used already"), chart:
        pass


def test_it_leaves_no_tensor(listed: Listed) -> None:
    before = tf.memory().num_tensors
    with tf.live() as chart:
        for _step in range(5):
            chart.log(loss=tf.tidy(lambda: tf.scalar(2).square()))
    assert tf.memory().num_tensors == before
