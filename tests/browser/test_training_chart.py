"""The live training chart as a person uses it: in the middle of a plain loop, after a reload, after the end."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser.jupyter import Jupyter, Notebook

LOAD = "import tfnb as tf"
# A loop of the shape of `fit`, so that batches take a known time and the curve is known.
LOOP = """
import math, time
from tfnb.models.events import Run, display_for

def train(epochs=100, batches=50, seconds=0.02, not_a_number=None, title="digits"):
    run = Run(title, epochs=epochs, batches=batches, names=("loss", "acc", "val_loss", "val_acc"),
              learning_rate=lambda: 0.001)
    run.observers.append(display_for(run))
    run.begin()
    reason, note, done = "done", "", 0
    try:
        for epoch in range(epochs):
            for batch in range(batches):
                if not run.checkpoint():
                    reason = "stopped"
                    return f"stopped after {done}"
                run.epoch, run.batch = epoch, batch
                time.sleep(seconds)
                done += 1
                loss = math.nan if done == not_a_number else 2 * math.exp(-done / 200) + 0.1
                run.report_batch({"loss": loss, "acc": 1 - loss / 3})
                if done == not_a_number:
                    reason, note = "nan", f"The loss of batch {done} is not a number."
                    return "nan"
            run.report_epoch({"loss": loss, "acc": 1 - loss / 3, "val_loss": loss + 0.1, "val_acc": 0.9 - loss / 3})
    finally:
        run.end(reason, note)
    return f"all of {done}"
"""


class Chart:
    """The chart in a cell of an open notebook."""

    def __init__(self, page: Notebook, cell: int) -> None:
        self.page = page
        self.output = page.output(cell)
        self.node = self.output.locator(".tfnb-training").first

    def wait(self, selector: str = "", timeout: float = 30_000) -> None:
        self.node.locator(selector or ".tfnb-training-state").first.wait_for(timeout=timeout)

    def state(self) -> str:
        return str(self.node.locator(".tfnb-training-state").inner_text())

    def until(self, words: str, timeout: float = 15_000) -> None:
        """Until the state is so."""
        self.node.locator(".tfnb-training-state", has_text=re.compile(f"^{words}$")).wait_for(timeout=timeout)

    def batches(self) -> int:
        """Batches that are done, counted from the first."""
        said = self.node.locator(".tfnb-training-place").inner_text()
        epoch, batch = re.search(r"epoch (\d+)", said), re.search(r"batch (\d+) of (\d+)", said)
        assert epoch and batch, said
        return (int(epoch[1]) - 1) * int(batch[2]) + int(batch[1])

    def reaches(self) -> float:
        """Where the curve ends."""
        return float(self.node.locator(".tfnb-training-canvas").first.get_attribute("aria-valuemax"))

    def shows(self, wanted: Callable[[], bool], timeout: float = 15) -> bool:
        """Whether the chart comes to show something: a message may take its time on a busy machine."""
        end = time.monotonic() + timeout
        while not wanted() and time.monotonic() < end:
            self.page.page.wait_for_timeout(100)
        return wanted()

    def button(self, words: str) -> Any:
        return self.node.locator("button", has_text=words)

    def press(self, words: str) -> None:
        """Press a button once it works."""
        self.node.locator("button[aria-disabled=false]", has_text=words).click(timeout=15_000)


@pytest.fixture(params=["lab", "notebook7"])
def jupyter(request: pytest.FixtureRequest) -> Jupyter:
    """JupyterLab, then Notebook 7."""
    found: Jupyter = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def running(jupyter: Jupyter) -> Iterator[Notebook]:
    """A notebook in the middle of a plain loop that would go on for long."""
    jupyter.write("running.ipynb", LOAD + LOOP, "train()")
    page = jupyter.open("running.ipynb")
    page.start()
    yield page
    page.close()


def test_in_the_middle_of_a_plain_loop_the_buttons_work(running: Notebook) -> None:
    chart = Chart(running, 1)
    chart.wait("button[aria-disabled=false]")
    reached = chart.reaches()
    assert chart.shows(lambda: chart.reaches() > reached)

    chart.press("Pause")
    chart.until("paused")
    running.page.wait_for_timeout(300)
    held = chart.batches()
    running.page.wait_for_timeout(1200)
    assert chart.batches() == held

    for more in (1, 2):
        chart.press("One step")
        assert chart.shows(lambda wanted=held + more: chart.batches() >= wanted)
        running.page.wait_for_timeout(700)
        assert chart.batches() == held + more

    chart.press("Go on")
    chart.until("running")
    assert chart.shows(lambda: chart.batches() > held + 5)

    chart.press("Stop")
    chart.until("stopped")
    running.until("panel.content.widgets[1].model.executionCount", 20)
    assert f"stopped after {chart.batches()}" in running.output(1).inner_text()
    assert "The run is over." in chart.node.inner_text()
    assert chart.node.locator("button[aria-disabled=false]").count() == 0
    assert running.requests == []


def test_the_keyboard_pauses_and_reads_values(running: Notebook) -> None:
    chart = Chart(running, 1)
    chart.wait("button[aria-disabled=false]")
    chart.button("Pause").focus()
    running.page.keyboard.press("Enter")
    chart.until("paused")
    running.page.keyboard.press("Space")
    chart.until("running")
    running.page.keyboard.press("Enter")
    chart.until("paused")
    canvas = chart.node.locator(".tfnb-training-canvas").first
    canvas.focus()
    running.page.keyboard.press("Home")
    assert "batch 1: loss 2.09" in canvas.get_attribute("aria-valuetext")
    running.page.keyboard.press("ArrowRight")
    assert "batch 2: loss 2.08" in canvas.get_attribute("aria-valuetext")
    assert chart.node.locator(".tfnb-training-where").first.inner_text().endswith("batch 2")
    chart.press("Stop")
    chart.until("stopped")


def test_a_reload_in_the_middle_of_the_run_brings_the_chart_back_when_the_cell_ends(jupyter: Jupyter) -> None:
    """Jupyter has no way to a kernel's widgets while a cell runs; until then there is the saved picture."""
    jupyter.write("reloaded.ipynb", LOAD + LOOP, "train(epochs=12)")
    page = jupyter.open("reloaded.ipynb")
    page.start()
    chart = Chart(page, 1)
    chart.wait("button[aria-disabled=false]")
    page.page.wait_for_timeout(1500)
    chart.press("Pause")
    chart.until("paused")
    page.page.wait_for_timeout(700)
    page.save()
    chart.press("Go on")
    chart.until("running")
    page.page.reload()
    page.until("panel && panel.context.isReady")
    page.output(1).locator(".tfnb-training-twin").wait_for(timeout=20_000)
    picture = page.output(1).inner_text()
    assert "paused" in picture
    assert "The live chart comes back when the cell has ended" in picture
    chart = Chart(page, 1)
    chart.wait(timeout=60_000)
    chart.until("done")
    assert chart.batches() == 600
    assert chart.reaches() == 12
    page.close()


@pytest.fixture(scope="module")
def done(lab: Jupyter) -> Iterator[Notebook]:
    """A notebook whose runs are over: one that ended well, one that met a NaN."""
    lab.write(
        "done.ipynb", LOAD + LOOP, "train(5, 20, 0.01)", "train(3, 20, 0.01, not_a_number=25)",
        "get_ipython()._tfnb_session._charts.charts[0][2].model",
    )  # fmt: skip
    page = lab.open("done.ipynb")
    page.run_all()
    yield page
    page.close()


def test_one_of_twins_and_chart_is_seen(done: Notebook) -> None:
    children = done.output(1).locator(".jp-OutputArea-child")
    assert [children.nth(n).is_visible() for n in range(3)] == [False, False, True]


def test_a_value_that_is_no_number_is_told(done: Notebook) -> None:
    chart = Chart(done, 2)
    assert chart.state() == "ended: a value is not a number"
    assert chart.node.locator("[role=alert]").inner_text() == "The loss of batch 25 is not a number."


def test_a_second_view_shows_the_same(done: Notebook) -> None:
    first, second = Chart(done, 1), Chart(done, 3)
    assert second.state() == first.state() == "done"
    assert second.batches() == first.batches() == 100
    assert second.node.locator("canvas").count() == 2


def test_the_log_scale_is_shared_and_kept(done: Notebook) -> None:
    first, second = Chart(done, 1), Chart(done, 3)
    second.node.locator("input").check()
    done.page.wait_for_timeout(500)
    assert first.node.locator("input").is_checked()
    done.save()
    done.page.reload()
    done.ready()
    first = Chart(done, 1)
    first.wait()
    assert first.node.locator("input").is_checked()


def test_a_reloaded_page_shows_the_chart_again(done: Notebook) -> None:
    done.save()
    done.page.reload()
    done.ready()
    chart = Chart(done, 1)
    chart.wait()
    assert chart.batches() == 100
    assert chart.node.locator("canvas").count() == 2


def test_the_pointer_tells_values(done: Notebook) -> None:
    chart = Chart(done, 1)
    chart.wait("canvas")
    chart.node.scroll_into_view_if_needed()
    chart.node.locator(".u-over").first.hover()
    told = chart.node.locator(".tfnb-training-panel").first.inner_text()
    assert re.search(r"epoch 3 · batch \d+", told)
    # The middle of 100 batches of 2·exp(-n/200) + 0.1.
    assert re.search(r"loss 1\.6[5-9]", told)


def test_the_numbers_are_a_table(done: Notebook) -> None:
    chart = Chart(done, 1)
    chart.wait()
    chart.node.locator("summary").click()
    done.page.wait_for_timeout(300)
    rows = chart.node.locator("table tr")
    assert rows.count() == 6
    assert rows.first.inner_text().split() == ["epoch", "loss", "acc", "val_loss", "val_acc"]
    assert rows.nth(1).inner_text().split()[:2] == ["1", "1.91"]


@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_charts_and_twins_are_accessible(done: Notebook, axe: str, theme: str) -> None:
    done.theme(theme)
    assert done.serious_findings(axe) == []


def test_nothing_is_asked_of_another_host(done: Notebook) -> None:
    assert done.requests == []
    assert [line for line in done.console if "tfnb" in line or "widget" in line.lower()] == []


def test_after_a_restart_of_the_kernel_the_run_is_over(jupyter: Jupyter) -> None:
    jupyter.write("restarted.ipynb", LOAD + LOOP, "train()")
    page = jupyter.open("restarted.ipynb")
    page.start()
    chart = Chart(page, 1)
    chart.wait("button[aria-disabled=false]")
    page.evaluate("await panel.sessionContext.restartKernel();")
    page.ready()
    page.page.wait_for_timeout(1000)
    assert chart.state() == "ended with its kernel"
    assert "The run is over: its kernel is gone." in chart.node.inner_text()
    assert chart.node.locator("button[aria-disabled=false]").count() == 0
    page.save()
    page.page.reload()
    page.ready()
    page.page.wait_for_timeout(3000)
    shown = page.output(1).inner_text()
    assert "Training: digits" in shown
    assert "model not found" not in shown
    page.close()


# fit


FIT = """
import numpy as np
x = np.random.default_rng(0).random((2000, 4), dtype="float32")
model = tf.sequential([tf.layers.dense(units=1, input_shape=[4])], name="sums")
model.compile(optimizer="sgd", loss="mean_squared_error")
"""


def test_stop_ends_a_plain_fit_with_its_history(jupyter: Jupyter) -> None:
    jupyter.write(
        "fit.ipynb",
        LOAD + FIT,
        "history = model.fit(x, x.sum(1, keepdims=True), epochs=100_000, batch_size=20)",
        "history",
    )
    page = jupyter.open("fit.ipynb")
    page.start()
    chart = Chart(page, 1)
    chart.wait("button[aria-disabled=false]")
    reached = chart.reaches()
    assert chart.shows(lambda: chart.reaches() > reached)
    chart.press("Pause")
    chart.until("paused")
    held = chart.batches()
    page.page.wait_for_timeout(700)
    assert chart.batches() == held
    chart.press("One step")
    assert chart.shows(lambda: chart.batches() > held)
    page.page.wait_for_timeout(700)
    assert chart.batches() == held + 1
    chart.press("Stop")
    chart.until("stopped")
    page.until("panel.content.widgets[2].model.executionCount", 30)
    assert re.search(r"History: \d+ epoch", page.output(2).inner_text())
    assert "History" not in page.output(1).inner_text()
    page.close()


class Deaf(Jupyter):
    """JupyterLab that brings a widget's words to the kernel's main loop, as with ipykernel 6."""

    def _settings(self) -> None:
        super()._settings()
        file = self.folder / "settings" / "@jupyterlab" / "apputils-extension" / "kernels-settings.jupyterlab-settings"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps({"commsOverSubshells": "disabled"}))


def test_where_a_running_cell_hears_nothing_the_buttons_are_grey_and_say_what_to_do(
    tmp_path: Path, chromium: Browser
) -> None:
    with Deaf(tmp_path, chromium) as lab:
        lab.write(
            "deaf.ipynb", LOAD + LOOP, "train(epochs=4)",
            LOAD + FIT + "history = await model.fit_async(x, x.sum(1, keepdims=True), epochs=100_000, batch_size=20)",
        )  # fmt: skip
        page = lab.open("deaf.ipynb")
        page.start()
        chart = Chart(page, 1)
        chart.node.locator(".tfnb-training-advice", has_text="await model.fit_async").wait_for(timeout=30_000)
        assert chart.node.locator("button[aria-disabled=false]").count() == 0
        chart.button("Stop").click(force=True)
        chart.until("done", 30_000)
        waiting = Chart(page, 2)
        waiting.press("Pause")
        waiting.until("paused")
        waiting.press("Stop")
        waiting.until("stopped")
        page.close()
