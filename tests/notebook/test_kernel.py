"""In a real kernel: what a front end, nbclient and nbconvert get."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from typing import Any

import nbformat
import pytest
from jupyter_client.manager import start_new_kernel
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbconvert import HTMLExporter

from tfnb.diagnosis import probe_opengl

WIDGET = "application/vnd.jupyter.widget-view+json"
LOAD = "import tfnb as tf\nimport numpy as np\n%load_ext tfnb"


class Kernel:
    """A kernel and what it says to each request."""

    def __init__(self, **environment: str) -> None:
        self.manager, self.client = start_new_kernel(
            env={**os.environ, "TFNB_LANG": "en", "TFNB_BACKEND": "host", **environment}
        )
        self.messages: list[dict[str, Any]] = []

    def run(self, code: str, metadata: dict[str, Any] | None = None) -> list[dict[str, Any]]:
        """Run a cell; its messages on the channel of outputs, and all that came before its end."""
        content = {
            "code": code, "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False,
            "stop_on_error": False,
        }  # fmt: skip
        message = self.client.session.msg("execute_request", content, metadata=metadata or {})
        self.client.shell_channel.send(message)
        return self.until_idle(message["header"]["msg_id"])

    def until_idle(self, number: str, timeout: float = 60) -> list[dict[str, Any]]:
        """Messages until the kernel is done with a request."""
        found = []
        while True:
            message = self.client.get_iopub_msg(timeout=timeout)
            self.messages.append(message)
            found.append(message)
            mine = message["parent_header"].get("msg_id") == number
            if mine and message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
                return found

    def value(self, expression: str) -> str:
        """The repr of an expression."""
        for message in self.run(expression):
            if message["msg_type"] == "execute_result":
                return str(message["content"]["data"]["text/plain"])
        return ""

    def outputs(self, code: str) -> list[dict[str, Any]]:
        """The bundles that a cell shows."""
        shown = [m["content"] for m in self.run(code) if m["msg_type"] in ("display_data", "execute_result")]
        return [content["data"] for content in shown]

    def ask(self, kind: str, **content: Any) -> dict[str, Any]:
        """A request on the shell channel, and its reply."""
        message = self.client.session.msg(kind, content)
        self.client.shell_channel.send(message)
        while True:
            reply = self.client.get_shell_msg(timeout=60)
            if reply["parent_header"].get("msg_id") == message["header"]["msg_id"]:
                return dict(reply["content"])

    def close(self) -> None:
        self.client.stop_channels()
        self.manager.shutdown_kernel()


@pytest.fixture(scope="module")
def kernel() -> Iterator[Kernel]:
    made = Kernel()
    made.run(LOAD)
    yield made
    made.close()


def test_loading_shows_nothing(kernel: Kernel) -> None:
    kinds = {message["msg_type"] for message in kernel.run("%reload_ext tfnb")}
    assert kinds == {"status", "execute_input"}


def test_a_tensor_is_a_picture_in_text_and_html(kernel: Kernel) -> None:
    (data,) = kernel.outputs("x = tf.tensor([[1, 2, 3], [4, 5, 6]])\nx")
    assert data["text/html"].startswith('<div class="tfnb-figure" lang="en"')
    assert "x: Tensor [2, 3] float32" in data["text/plain"]
    assert "│ 4 │ 5 │ 6 │" in data["text/plain"]


@pytest.mark.parametrize("shape", ["[4_000_000]", "[2000, 2000]", "[10, 400, 1000]"])
def test_four_million_values_show_quickly_and_small(kernel: Kernel, shape: str) -> None:
    kernel.run(f"big = tf.tensor(np.random.default_rng(0).random({shape}), dtype='float32')")
    kernel.run(
        "from tfnb.notebook.tensor_bundle import tensor_bundle\n"
        "from time import perf_counter as clock\n"
        "tensor_bundle(big);"
    )
    took = float(kernel.value("(t := clock(), tensor_bundle(big), clock())[2] - t"))
    (data,) = kernel.outputs("big")
    assert took < 0.05
    assert sum(len(text.encode()) for text in data.values()) < 64 * 1024
    kernel.run("del big")


@pytest.mark.parametrize(
    "code",
    ["tf.tensor([1, float('nan')])", "tf.zeros([0, 3])", "tf.tensor(['\\ud800<b>'])", "tf.zeros([1, 2, 1, 2, 1, 2])",
     "tf.complex(tf.ones([2]), tf.ones([2]))", "gone = tf.ones([2]); gone.dispose()\ngone",
     "[tf.ones([2]), {'a': tf.ones([3])}]"],
)  # fmt: skip
def test_every_tensor_can_be_shown(kernel: Kernel, code: str) -> None:
    (data,) = kernel.outputs(code)
    assert data["text/plain"]


def test_the_report_stands_under_the_cell(kernel: Kernel) -> None:
    shown = kernel.outputs("%%tidy\ny = tf.tensor([1, 2, 3, 4])\ny.sub(1).square()")
    assert "Tensor [4] float32" in shown[0]["text/plain"]
    assert shown[1]["text/plain"].startswith("tidy: 3 tensors made, 1 freed, 2 kept (y, the last expression)")
    assert shown[1]["text/html"].startswith("<div")


def test_an_error_is_an_error_for_programs_too() -> None:
    cells = [nbformat.v4.new_code_cell(code) for code in (LOAD, "%%tidy\nx = tf.ones([2])\n1 / 0")]
    notebook = nbformat.v4.new_notebook(cells=cells)
    with pytest.raises(CellExecutionError, match="ZeroDivisionError"):
        NotebookClient(notebook, timeout=120).execute()
    kinds = [output["output_type"] for output in notebook.cells[1].outputs]
    assert kinds == ["error", "display_data"]
    assert any(
        "----> 3" in line
        for line in re.sub(r"\x1b\[[\d;]*m", "", "\n".join(notebook.cells[1].outputs[0].traceback)).split("\n")
    )


def test_shapes_that_do_not_fit_are_drawn_under_the_traceback(kernel: Kernel) -> None:
    before = kernel.value("tf.memory().num_tensors")
    messages = kernel.run("left = tf.ones([2, 3])\nright = tf.ones([4])\nleft.add(right)")
    kinds = [m["msg_type"] for m in messages if m["msg_type"] in ("error", "display_data")]
    assert kinds == ["error", "display_data", "display_data"]
    (picture,) = [m["content"]["data"] for m in messages if "text/html" in m["content"].get("data", {})]
    assert "The shapes do not fit on axis 1: left has 3, right has 4." in picture["text/plain"]
    assert int(kernel.value("tf.memory().num_tensors")) == int(before) + 2


def test_other_errors_get_no_picture(kernel: Kernel) -> None:
    for code in ("tf.ones([2]).reshape([3])", "1 / 0", "tf.ones([-2])"):
        assert [m for m in kernel.run(code) if m["msg_type"] == "display_data"] == []


def test_an_interrupt_frees_and_says_so(kernel: Kernel) -> None:
    before = kernel.value("tf.memory().num_tensors")
    content = {
        "code": "%%tidy\nimport time\ndef work():\n    a = tf.ones([1000])\n    time.sleep(30)\nwork()",
        "silent": False,
    }
    message = kernel.client.session.msg(
        "execute_request", {**content, "store_history": True, "user_expressions": {}, "allow_stdin": False}
    )
    kernel.client.shell_channel.send(message)
    time.sleep(1)
    kernel.manager.interrupt_kernel()
    kinds = [
        m["content"].get("ename") for m in kernel.until_idle(message["header"]["msg_id"]) if m["msg_type"] == "error"
    ]
    assert kinds == ["KeyboardInterrupt"]
    assert kernel.value("tf.memory().num_tensors") == before


def test_options_complete_in_the_kernel(kernel: Kernel) -> None:
    reply = kernel.ask("complete_request", code="%%tidy --", cursor_pos=9)
    assert {"--keep", "--strict", "--report"} <= set(reply["matches"])
    kernel.run("loss_of_mine = tf.ones([1])")
    reply = kernel.ask("complete_request", code="%%tidy --keep loss_\nx = 1", cursor_pos=19)
    assert reply["matches"] == ["loss_of_mine"]


def test_inspection_shows_the_help(kernel: Kernel) -> None:
    reply = kernel.ask("inspect_request", code="%%tidy", cursor_pos=6, detail_level=0)
    assert "--keep NAME[,NAME]" in reply["data"]["text/plain"]


def test_a_kernel_speaks_the_language_of_its_environment() -> None:
    kernel = Kernel(TFNB_LANG="ja")
    try:
        kernel.run(LOAD)
        (data,) = kernel.outputs("tf.tensor([1, 2])")
        assert "テンソル [2] float32" in data["text/plain"]
        assert 'lang="ja"' in data["text/html"]
    finally:
        kernel.close()


def test_a_diagram_comes_with_a_twin_for_github(kernel: Kernel) -> None:
    twin, picture = kernel.outputs("tf.show(tf.add, tf.tensor([1, 2]), tf.tensor([3, 4]))")
    assert set(twin) == {"image/svg+xml"}
    assert "tfnb-hides-twin" in picture["text/html"]
    assert "│ 4 │ 6 │" in picture["text/plain"]


def test_showing_an_op_leaves_no_tensor(kernel: Kernel) -> None:
    kernel.run("import gc; gc.collect();")
    before = kernel.value("tf.memory().num_tensors")
    kernel.run("tf.show(tf.add, tf.tensor([1, 2]), tf.tensor([3, 4]))\nimport gc; gc.collect()")
    assert kernel.value("tf.memory().num_tensors") == before


@pytest.mark.skipif(os.environ.get("CI") != "true" and not probe_opengl().works, reason="no OpenGL here")
def test_on_opengl_a_tensor_is_cut_there_and_the_gauge_names_the_renderer() -> None:
    kernel = Kernel(TFNB_BACKEND="gl")
    try:
        kernel.run(LOAD)
        (data,) = kernel.outputs("tf.tensor([[1, 2], [3, 4]]).add(1)")
        assert "on OpenGL" in data["text/plain"]
        assert "│ 4 │ 5 │" in data["text/plain"]
        kernel.run("big = tf.tensor(np.arange(250_000.0).reshape(500, 500))")
        (data,) = kernel.outputs("big")
        assert "│ 249998 │ 249999 │" in data["text/plain"]
        kernel.run("from tfnb.device.gl.device import get_device")
        shown = kernel.outputs("%gpu --once")
        assert kernel.value("get_device().renderer").strip("'")[:20] in shown[-1]["text/plain"]
    finally:
        kernel.close()


# The gauge


def widget_messages(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        m["content"]["data"]
        for m in messages
        if m["msg_type"] == "comm_msg" and m["content"]["data"].get("method") == "update"
    ]


def test_the_gauge_moves_at_most_ten_times_a_second_while_a_cell_runs(kernel: Kernel) -> None:
    kernel.run("%gpu", {"cellId": "a"})
    began = time.monotonic()
    messages = kernel.run(
        "import time\nend = time.monotonic() + 2.5\nkept = []\n"
        "while time.monotonic() < end:\n    kept.append(tf.ones([10]))\ncount = len(kept)\nkept = None",
        {"cellId": "b"},
    )
    took = time.monotonic() - began
    assert int(kernel.value("count")) > 5_000
    updates = widget_messages(messages)
    assert 10 <= len(updates) <= 10 * took + 2
    amounts = [update["state"]["in_use"] for update in updates if "in_use" in update["state"]]
    assert max(amounts[:-1]) > amounts[0]
    kernel.run("%gpu --stop")


def test_a_headless_run_keeps_the_picture_and_no_widget() -> None:
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(c) for c in (LOAD, "%gpu", "x = tf.ones([1000])", "x")]
    )
    NotebookClient(notebook, timeout=120).execute()
    (output,) = notebook.cells[1].outputs
    assert set(output["data"]) == {"text/plain", "text/html"}
    page, _ = HTMLExporter().from_notebook_node(notebook)
    assert "Memory of tensors" in page
    assert f'<script type="{WIDGET}"' not in page


def test_every_word_survives_nbconverts_sanitizer() -> None:
    sources = (
        LOAD,
        "%gpu",
        "tf.tensor([[1, 2], [3, 40]])",
        "tf.show(tf.add, tf.tensor([1]), tf.tensor([77]))",
        "%tensors",
        "%doctor",
    )
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in sources])
    NotebookClient(notebook, timeout=120).execute()
    page, _ = HTMLExporter(sanitize_html=True).from_notebook_node(notebook)
    for word in ("Memory of tensors", "in use", "Tensor [2, 2] float32", "40", "77", "78", "held by", "numpy"):
        assert word in page


def test_the_picture_behind_the_widget_is_that_of_the_last_cell(kernel: Kernel) -> None:
    kernel.run("%gpu", {"cellId": "a"})
    messages = kernel.run("million = tf.ones([1_000_000])", {"cellId": "b"})
    (picture,) = [m["content"]["data"] for m in messages if m["msg_type"] == "update_display_data"]
    kernel.run("from tfnb.picture.formats import format_bytes")
    amount = kernel.value("format_bytes(tf.memory().num_bytes)")
    assert amount.strip("'") in picture["text/plain"]
    kernel.run("del million\n%gpu --stop")


def test_stopping_the_gauge_leaves_its_picture(kernel: Kernel) -> None:
    kernel.run("%gpu", {"cellId": "a"})
    messages = kernel.run("%gpu --stop")
    updates = [m["content"]["data"] for m in messages if m["msg_type"] == "update_display_data"]
    assert [WIDGET in data for data in updates] == [False, False]
    assert "Memory of tensors" in updates[0]["text/html"]


def test_a_front_end_that_never_answers_gets_the_picture_and_the_line_that_mends_it(kernel: Kernel) -> None:
    kernel.run("%gpu", {"cellId": "a"})
    time.sleep(2.3)
    updates = [m["content"]["data"] for m in kernel.run("1", {"cellId": "b"}) if m["msg_type"] == "update_display_data"]
    assert any("pip install anywidget" in data.get("text/html", "") for data in updates)
    kernel.run("%gpu --stop")


def test_rubbish_from_the_front_end_changes_nothing(kernel: Kernel, full_size: bool) -> None:
    kernel.run("%gpu", {"cellId": "a"})
    number = kernel.value("get_ipython()._tfnb_session.gauge.model.model_id").strip("'")
    model = "get_ipython()._tfnb_session.gauge.model"
    state = f"{{k: v for k, v in {model}.get_state().items() if k != 'history'}}"
    before = kernel.value(state)
    rubbish: list[Any] = [
        {"method": "update", "state": {"in_use": "x", "_esm": "evil", "undeclared": 1, "__class__": 2}},
        {"method": "update", "state": {"total": {"deep": [[[[]]]]}}, "buffer_paths": [["in_use", 0, "x"]]},
        {"method": "update", "state": []}, {"method": "update"}, {"method": 3},
        {"method": "custom", "content": ["x", None]}, {"method": "update", "state": {"history": "x" * 1_000_000}},
        {"method": "custom", "content": {"kind": "viewx", "language": "x" * 10_000}}, {"method": "request_state"},
        {}, {"state": None}, {"method": "custom"}, {"method": "echo_update", "state": {"peak": -1}},
    ]  # fmt: skip
    for turn in range(20_000 if full_size else 240):
        data = rubbish[turn % len(rubbish)]
        message = kernel.client.session.msg("comm_msg", {"comm_id": number, "data": data})
        kernel.client.shell_channel.send(message)
    after = kernel.value(state)
    amounts = re.compile(r"'(in_use|peak|pool|process|scale)': [\d.]+")
    assert amounts.sub("", after) == amounts.sub("", before)
    assert kernel.value("tf.ones([2]).add(1).array_sync()") == "[2.0, 2.0]"
    kernel.run("%gpu --stop")
    message = kernel.client.session.msg("comm_msg", {"comm_id": number, "data": rubbish[0]})
    kernel.client.shell_channel.send(message)
    assert kernel.value("1 + 1") == "2"


def test_gauges_come_and_go_without_a_trace(kernel: Kernel, full_size: bool) -> None:
    count = (
        "import threading, os, gc, ipywidgets\n"
        "def things():\n"
        "    gc.collect()\n"
        "    from ipywidgets.widgets.widget import _instances\n"
        "    files, comms = os.listdir('/proc/self/fd'), get_ipython().kernel.comm_manager.comms\n"
        "    return len(_instances), threading.active_count(), len(files), len(comms)"
    )
    kernel.run(count)
    turn = "from tfnb.notebook.gauge import Gauge\ngauge = Gauge(get_ipython()); gauge.show(); gauge.close(); del gauge"
    kernel.run(turn, {"cellId": "a"})
    before = kernel.value("things()")
    kernel.run(
        f"for _turn in range({1000 if full_size else 20}):\n    " + turn.replace("\n", "\n    "), {"cellId": "a"}
    )
    widgets, threads, files, comms = map(int, kernel.value("things()")[1:-1].split(","))
    assert (widgets, threads, comms) == tuple(int(before[1:-1].split(",")[n]) for n in (0, 1, 3))
    assert files <= int(before[1:-1].split(",")[2]) + 1


def test_a_kernel_with_a_gauge_ends_quietly() -> None:
    kernel = Kernel()
    kernel.run(LOAD + "\n%gpu")
    kernel.run("x = tf.ones([1000])")
    process = kernel.manager.provisioner.process
    kernel.client.shutdown()
    end = time.monotonic() + 15
    while process.poll() is None and time.monotonic() < end:
        time.sleep(0.1)
    assert process.returncode == 0
    kernel.client.stop_channels()
