"""The training chart in a real kernel, and what it knows of a run."""

from __future__ import annotations

import gc
import math
import time
from collections.abc import Iterator
from typing import Any

import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient
from nbconvert import HTMLExporter

import tfnb as tf
from tests.notebook.test_kernel import LOAD, WIDGET, Kernel
from tfnb.models.events import DISPLAYS, Run
from tfnb.notebook import load_ipython_extension, unload_ipython_extension
from tfnb.notebook.training_record import TrainingRecord
from tfnb.notebook.training_widget import packed

LOOP = """
from tfnb.models.events import Run, display_for
import math, time

def train(epochs=2, batches=50, seconds=0.0, title="digits", reason="done", note=""):
    run = Run(title, epochs=epochs, batches=batches, names=("loss", "val_loss"), learning_rate=lambda: 0.001)
    run.observers.append(display_for(run))
    run.begin()
    done = 0
    for epoch in range(epochs):
        for batch in range(batches):
            if not run.checkpoint():
                run.end("stopped")
                return done
            run.epoch, run.batch = epoch, batch
            time.sleep(seconds)
            done += 1
            run.report_batch({"loss": 1 / done})
        run.report_epoch({"loss": 1 / done, "val_loss": 2 / done})
    run.end(reason, note)
    return done
"""
CHARTS = "get_ipython()._tfnb_session._charts.charts"
MODEL = f"{CHARTS}[-1][2].model"


@pytest.fixture(scope="module")
def kernel() -> Iterator[Kernel]:
    made = Kernel()
    made.run(LOAD + LOOP)
    yield made
    made.close()


def updates(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The states that were sent to widgets, in order."""
    sent = [m["content"]["data"] for m in messages if m["msg_type"] == "comm_msg"]
    return [data["state"] for data in sent if data.get("method") == "update"]


def displays(messages: list[dict[str, Any]], kind: str = "display_data") -> list[dict[str, Any]]:
    return [m["content"]["data"] for m in messages if m["msg_type"] == kind]


# Messages


def test_a_chart_is_two_twins_and_a_widget(kernel: Kernel) -> None:
    svg, html, widget = displays(kernel.run("train()", {"cellId": "a"}))
    assert set(svg) == {"image/svg+xml"}
    assert "tfnb-training-live" in html["text/html"] and "Training: digits" in html["text/plain"]
    assert set(widget) == {"text/plain", WIDGET}


def test_at_most_ten_messages_a_second_and_the_last_one_has_the_end(kernel: Kernel) -> None:
    began = time.monotonic()
    messages = kernel.run("train(epochs=4, batches=2500, seconds=0.0002)", {"cellId": "a"})
    took = time.monotonic() - began
    states = updates(messages)
    assert 5 <= len(states) <= 10 * took + 3
    assert states[-1]["state"] == "ended"
    assert (
        kernel.value(f"({MODEL}.epoch, {MODEL}.batch, {MODEL}.state, {MODEL}.reason)") == "(4, 2500, 'ended', 'done')"
    )


def test_numbers_that_came_to_rest_are_sent_once_more(kernel: Kernel) -> None:
    """After a burst comes a long batch: the chart must not stay behind until it is over."""
    code = (
        "run = Run('burst', epochs=1, batches=100)\nrun.observers.append(display_for(run)); run.begin()\n"
        "for run.batch in range(50):\n    run.report_batch({'loss': 1.0})\n"
        "time.sleep(0.5)\nseen = " + MODEL + ".batch\nrun.end()"
    )
    kernel.run(code, {"cellId": "a"})
    assert kernel.value("seen") == "50"


def test_a_hundred_thousand_batches_stay_small(kernel: Kernel) -> None:
    states = updates(kernel.run("train(epochs=10, batches=10_000)", {"cellId": "a"}))
    assert int(kernel.value(f"len({MODEL}.points)")) <= 16_000
    assert states
    kernel.run(f"from tfnb.notebook.training_widget import packed\nstate = {CHARTS}[-1][2].last")
    assert kernel.value("max(y for x, y in state.series[0].batches)") == "1.0"
    assert kernel.value("state.series[0].batches[-1] == (100_000, 1 / 100_000)") == "True"


def test_the_thread_that_trains_spends_microseconds_on_a_batch(kernel: Kernel) -> None:
    """A batch of a small network takes about a millisecond: one percent of it is ten microseconds."""
    code = (
        "from time import thread_time\nrun = Run('cost', epochs=1, batches=20_000, names=('loss', 'acc'))\n"
        "run.observers.append(display_for(run)); run.begin()\nlogs = {'loss': 0.5, 'acc': 0.5}\nbegan = thread_time()\n"
        "for run.batch in range(20_000):\n    run.report_batch(logs)\n"
        "cost = (thread_time() - began) / 20_000\nrun.end()"
    )
    kernel.run(code, {"cellId": "a"})
    assert float(kernel.value("cost")) < 10e-6


# Wishes of a front end


def send(kernel: Kernel, number: str, content: Any, subshell: str | None = None) -> None:
    message = kernel.client.session.msg(
        "comm_msg", {"comm_id": number, "data": {"method": "custom", "content": content}}
    )
    if subshell:
        message["header"]["subshell_id"] = subshell
    kernel.client.shell_channel.send(message)


def subshell_of(kernel: Kernel) -> str:
    message = kernel.client.session.msg("create_subshell_request", {})
    kernel.client.control_channel.send(message)
    while True:
        reply = kernel.client.get_control_msg(timeout=60)
        if reply["parent_header"].get("msg_id") == message["header"]["msg_id"]:
            return str(reply["content"]["subshell_id"])


def start(kernel: Kernel, code: str) -> tuple[str, str]:
    """Run a cell and do not wait: the request's number, and the number of the chart's model."""
    content = {"code": code, "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False}
    message = kernel.client.session.msg("execute_request", content, metadata={"cellId": "w"})
    kernel.client.shell_channel.send(message)
    while True:
        seen = kernel.client.get_iopub_msg(timeout=60)
        view = seen["content"].get("data", {}).get(WIDGET) if seen["msg_type"] == "display_data" else None
        if view and seen["parent_header"].get("msg_id") == message["header"]["msg_id"]:
            return message["header"]["msg_id"], view["model_id"]


def state_until(kernel: Kernel, wanted: Any) -> dict[str, Any]:
    """What the widget was told so far, once it is as wanted."""
    known: dict[str, Any] = {}
    end = time.monotonic() + 30
    while time.monotonic() < end:
        seen = kernel.client.get_iopub_msg(timeout=30)
        for state in updates([seen]):
            known.update(state)
        if wanted(known):
            return known
    raise TimeoutError(known)


def test_in_the_middle_of_a_plain_loop_wishes_are_heard_on_a_subshell() -> None:
    kernel = Kernel()
    try:
        kernel.run(LOAD + LOOP)
        number, chart = start(kernel, "done = train(epochs=1000, seconds=0.01)")
        subshell = subshell_of(kernel)
        send(kernel, chart, {"kind": "view"}, subshell)
        state_until(kernel, lambda known: known.get("reachable"))
        send(kernel, chart, {"kind": "pause"}, subshell)
        held = state_until(kernel, lambda known: known.get("state") == "paused")
        send(kernel, chart, {"kind": "step"}, subshell)
        state_until(kernel, lambda known: "batch" in known and known["batch"] != held.get("batch"))
        send(kernel, chart, {"kind": "resume"}, subshell)
        state_until(kernel, lambda known: known.get("state") == "running")
        send(kernel, chart, {"kind": "stop"}, subshell)
        kernel.until_idle(number)
        assert kernel.value(f"({MODEL}.state, {MODEL}.reason)") == "('ended', 'stopped')"
        assert 0 < int(kernel.value("done")) < 50_000
    finally:
        kernel.close()


def test_without_a_word_of_a_view_the_buttons_are_not_said_to_work(kernel: Kernel) -> None:
    kernel.run("train()", {"cellId": "a"})
    assert kernel.value(f"{MODEL}.reachable") == "False"


@pytest.mark.parametrize(
    "content", [{"kind": "end"}, {"kind": "__init__"}, {"kind": ["stop"]}, {}, [], None, {"kind": "log", "on": "yes"}]
)
def test_rubbish_of_a_front_end_wishes_nothing(kernel: Kernel, content: Any) -> None:
    kernel.run(
        "run = Run('x', epochs=1, batches=5)\nrun.observers.append(display_for(run))\nrun.begin()", {"cellId": "r"}
    )
    number = kernel.value(f"{MODEL}.model_id").strip("'")
    send(kernel, number, content)
    message = kernel.client.session.msg(
        "comm_msg",
        {"comm_id": number, "data": {"method": "update", "state": {"state": "ended", "epoch": "x", "log": 3}}},
    )
    kernel.client.shell_channel.send(message)
    assert (
        kernel.value(f"(run.state, run.stop_wished, {MODEL}.state, {MODEL}.log)")
        == "('running', False, 'running', False)"
    )
    kernel.run("run.end()")


def test_a_log_scale_of_a_view_is_kept_in_the_pictures(kernel: Kernel) -> None:
    kernel.run("train()", {"cellId": "a"})
    number = kernel.value(f"{MODEL}.model_id").strip("'")
    send(kernel, number, {"kind": "log", "on": True})
    assert kernel.value(f"({MODEL}.log, {CHARTS}[-1][2].last.log)") == "(True, True)"


# Life and death


def test_the_end_lets_go_of_the_run_and_of_what_it_knows(kernel: Kernel) -> None:
    kernel.run(
        "import gc, weakref\nclass Optimizer: learning_rate = 0.1\n"
        "optimizer = Optimizer()\ngone = weakref.ref(optimizer)\n"
        "run = Run('x', learning_rate=lambda held=optimizer: held.learning_rate)\n"
        "run.observers.append(display_for(run)); run.begin(); run.report_batch({'loss': 1.0}); run.end()\n"
        "run = optimizer = None; gc.collect();",
        {"cellId": "a"},
    )
    assert kernel.value("gone() is None") == "True"


def test_a_cell_that_runs_again_closes_its_earlier_charts(kernel: Kernel) -> None:
    count = "(len(__import__('ipywidgets').widgets.widget._instances), __import__('threading').active_count())"
    kernel.run("train(); train()", {"cellId": "again"})
    before = kernel.value(count)
    for _turn in range(5):
        kernel.run("train(); train()", {"cellId": "again"})
    assert kernel.value(count) == before


def test_an_interrupted_run_ends_its_thread(kernel: Kernel) -> None:
    kernel.run(
        "run = Run('x'); run.observers.append(display_for(run)); run.begin(); run.report_batch({'loss': 1.0})",
        {"cellId": "i"},
    )
    kernel.run("run.end('interrupted', 'Interrupted.')")
    names = kernel.value("[t.name for t in __import__('threading').enumerate()]")
    assert "tfnb-training-chart" not in names
    assert kernel.value(f"({MODEL}.reason, {MODEL}.note)") == "('interrupted', 'Interrupted.')"


def test_a_kernel_that_ends_in_the_middle_of_a_run_is_quiet() -> None:
    kernel = Kernel()
    kernel.run(LOAD + LOOP)
    kernel.run(
        "run = Run('x'); run.observers.append(display_for(run)); run.begin(); run.report_batch({'loss': 1.0})",
        {"cellId": "i"},
    )
    process = kernel.manager.provisioner.process
    kernel.client.shutdown()
    end = time.monotonic() + 15
    while process.poll() is None and time.monotonic() < end:
        time.sleep(0.1)
    assert process.returncode == 0
    kernel.client.stop_channels()


def test_loading_registers_once_and_unloading_leaves_nothing(one_shell: Any) -> None:
    before = len(DISPLAYS)
    load_ipython_extension(one_shell)
    load_ipython_extension(one_shell)
    assert len(DISPLAYS) == before + 1
    assert DISPLAYS[-1](Run("x")) is None  # a terminal has no chart
    unload_ipython_extension(one_shell)
    assert len(DISPLAYS) == before


# Without a front end


@pytest.fixture(scope="module")
def saved() -> Any:
    """A notebook that ran without a front end."""
    note = "The loss of batch 100 is not a number."
    cells = (
        LOAD + LOOP, "train()", f"train(reason='nan', note={note!r})",
        "model = tf.sequential([tf.layers.dense(units=4, input_shape=[3], name='dense')])\nmodel",
    )  # fmt: skip
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code) for code in cells])
    NotebookClient(notebook, timeout=120).execute()
    return notebook


def test_a_headless_run_keeps_the_last_picture_and_no_widget(saved: Any) -> None:
    svg, html = saved.cells[1].outputs[:2]
    assert set(svg["data"]) == {"image/svg+xml"}
    assert set(html["data"]) == {"text/plain", "text/html"}
    assert "done" in html["data"]["text/plain"] and "epoch 2 of 2" in html["data"]["text/plain"]
    assert "epoch 2 of 2" in svg["data"]["image/svg+xml"]
    assert "widgets" not in saved.metadata
    assert sum(len(str(one)) for one in saved.cells[1].outputs) < 300_000


def test_the_picture_survives_nbconvert_and_its_sanitizer(saved: Any) -> None:
    page, _ = HTMLExporter().from_notebook_node(saved)
    assert f'<script type="{WIDGET}"' not in page
    sanitised, _ = HTMLExporter(sanitize_html=True).from_notebook_node(saved)
    for words in ("Training: digits", "epoch 2 of 2", "val_loss", "The loss of batch 100 is not a number."):
        assert words in page
        assert words in sanitised


def test_a_model_is_shown_as_a_picture(saved: Any) -> None:
    (shown,) = saved.cells[3].outputs
    assert "16 parameters, 64 B" in shown["data"]["text/plain"]
    assert "<img" in shown["data"]["text/html"]


# fit


def test_fit_is_followed_to_its_end(kernel: Kernel) -> None:
    code = (
        "x = np.random.default_rng(0).random((320, 4), dtype='float32')\ny = x.sum(1, keepdims=True)\n"
        "model = tf.sequential([tf.layers.dense(units=1, input_shape=[4])])\n"
        "model.compile(optimizer='sgd', loss='mean_squared_error', metrics=['mae'])\n"
        "history = model.fit(x, y, epochs=3, batch_size=32, validation_split=0.2)"
    )
    kernel.run(code, {"cellId": "fit"})
    last = f"{CHARTS}[-1][2].last"
    assert kernel.value(f"({last}.state, {last}.reason, {last}.epoch, {last}.batch)") == "('ended', 'done', 3, 8)"
    kernel.run(f"by_name = {{one.name: one for one in {last}.series}}")
    assert kernel.value("sorted(by_name) == sorted(history.history)") == "True"
    assert kernel.value("[y for _x, y in by_name['val_loss'].epochs] == history.history['val_loss']") == "True"
    assert kernel.value("[y for _x, y in by_name['loss'].epochs] == history.history['loss']") == "True"
    assert kernel.value("len(by_name['loss'].batches)") == "24"


def test_a_loop_of_ones_own_has_the_same_chart(kernel: Kernel) -> None:
    code = "with tf.live(title='mine') as chart:\n    for n in range(1, 31):\n        chart.log(loss=1 / n)"
    assert len(displays(kernel.run(code, {"cellId": "live"}))) == 3
    last = f"{CHARTS}[-1][2].last"
    assert (
        kernel.value(f"({last}.title, {last}.reason, {last}.batch, len({last}.series[0].batches))")
        == "('mine', 'done', 30, 30)"
    )


def test_a_broken_chain_is_drawn_under_the_traceback(kernel: Kernel) -> None:
    kernel.run("chain = tf.sequential([tf.layers.dense(units=2, input_shape=[3])])")
    messages = kernel.run("chain.add(tf.layers.simple_rnn(units=2))")
    assert next(m["msg_type"] for m in messages if m["msg_type"] in ("error", "display_data")) == "error"
    text = "".join(data.get("text/plain", "") for data in displays(messages))
    assert "Here it breaks: simple_rnn" in text


def test_show_draws_a_model(kernel: Kernel) -> None:
    kernel.run("net = tf.sequential([tf.layers.dense(units=2, input_shape=[3], name='dense')], name='net')")
    for code in ("net.show()", "tf.show(net)"):
        svg, html = kernel.outputs(code)
        assert "dense" in svg["image/svg+xml"]
        assert "8 parameters, 32 B" in html["text/plain"]


# What is written down


def run_of(**more: Any) -> Run:
    return Run("x", **{"epochs": 3, "batches": 10, **more})


def report(record: TrainingRecord, run: Run, epochs: range, batches: int) -> None:
    for run.epoch in epochs:
        for run.batch in range(batches):
            record.batch({"loss": 1.0, "batch": run.batch, "size": 32})
        record.epoch({"loss": 1.0, "val_loss": 2.0})


def test_batches_are_counted_over_epochs() -> None:
    run = run_of()
    record = TrainingRecord(run)
    report(record, run, range(3), 10)
    state = record.state()
    loss, validation = state.series
    assert [x for x, _y in loss.batches] == list(range(1, 31))
    assert validation.epochs == ((1, 2.0), (2, 2.0), (3, 2.0))
    assert (state.epoch, state.batch, state.batches) == (3, 10, 10)


def test_a_training_that_goes_on_later_keeps_its_numbers() -> None:
    run = run_of(epochs=8, initial_epoch=5)
    record = TrainingRecord(run)
    report(record, run, range(5, 7), 10)
    assert record.state().series[0].batches[0][0] == 51
    assert record.state().series[0].epochs[0][0] == 6


def test_batches_of_an_epoch_are_counted_where_nobody_knew() -> None:
    run = run_of(batches=None)
    record = TrainingRecord(run)
    report(record, run, range(2), 7)
    state = record.state()
    assert state.batches == 7
    assert [x for x, _y in state.series[0].batches] == list(range(1, 15))


def test_epochs_of_different_lengths_never_go_back() -> None:
    run = Run("mine")
    record = TrainingRecord(run)
    for run.epoch, length in enumerate((3, 9, 2)):
        for run.batch in range(length):
            record.batch({"loss": 1.0})
        record.epoch({"loss": 1.0})
    assert [x for x, _y in record.state().series[0].batches] == list(range(1, 15))


def test_before_the_first_batch_nothing_is_made_up() -> None:
    state = TrainingRecord(run_of()).state()
    assert (state.epoch, state.batch, state.series, state.remaining) == (0, 0, (), None)


def test_tensors_in_use_are_told() -> None:
    kept = tf.ones([1000])
    state = TrainingRecord(run_of()).state()
    assert state.tensors >= 1
    assert state.in_use >= 4000
    kept.dispose()


def test_curves_travel_as_32_bit_numbers() -> None:
    run = run_of(names=("loss",))
    record = TrainingRecord(run)
    for run.batch, loss in enumerate((1.5, math.nan, 1e300)):
        record.batch({"loss": loss})
    series, points = packed(record.state())
    assert series == [["loss", 3, 0]]
    values = np.frombuffer(points, np.float32).reshape(-1, 2)
    assert values[:, 0].tolist() == [1, 2, 3]
    assert values[0, 1] == 1.5
    assert not np.isfinite(values[1:, 1]).any()


def test_a_chart_leaves_no_tensor() -> None:
    gc.collect()
    before = tf.memory().num_tensors
    record = TrainingRecord(run_of())
    record.state()
    assert tf.memory().num_tensors == before
