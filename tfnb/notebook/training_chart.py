"""The live training chart: an anywidget that follows a run, and the picture that stands in for it when it can't.

The thread that trains only writes numbers down. A thread of the chart's own sends them, at most ten messages a second,
and once more when they have come to rest. A button's message arrives on a thread of the kernel's own (ipykernel 7 with
JupyterLab 4.4 or later) or between two awaits; it sets a wish of the run and nothing else. The first word of a view
that arrives while the run goes on is the proof that buttons work here; before it they are greyed.

A chart is up to three outputs: the picture as SVG for viewers that strip styling, the picture as HTML, the widget. The
HTML brings the rules that show one of them (see `gauge`).
"""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from typing import Any, Callable, Final

from tfnb.language import get_language
from tfnb.models.events import Observer, Run
from tfnb.notebook.display import hides_twins
from tfnb.notebook.training_record import TrainingRecord
from tfnb.notebook.training_widget import TrainingWidget, packed
from tfnb.picture.bundle import bundle, svg_bundle
from tfnb.picture.parts import Figure
from tfnb.picture.training_curve import description, training_figure

INTERVAL: Final = 0.1
# Sending takes at most this part of the time; a chart of many curves moves less often.
SHARE: Final = 0.005
# A notebook may be saved while a run goes on; its picture is then not older than so many seconds.
PICTURE_INTERVAL: Final = 15.0
_COARSE: Final = 80
_WIDGET: Final = "application/vnd.jupyter.widget-view+json"
_CHILD: Final = ".jp-OutputArea-child"
_ONE_OF_THREE: Final = (
    f"<style>{_CHILD}:has(+ {_CHILD} .tfnb-training-twin),"
    f"{_CHILD}:has(.tfnb-training-twin):has(+ {_CHILD} .tfnb-training),"
    f"{_CHILD}:has(.tfnb-training-twin.tfnb-training-live) + {_CHILD}:not(:has(.tfnb-training)){{display:none}}</style>"
)
_WISHES: Final = frozenset({"pause", "resume", "step", "stop"})
_NUMBERS: Final = (
    "title", "state", "reason", "note", "epoch", "epochs", "batch", "batches", "elapsed", "remaining", "learning_rate",
    "tensors", "in_use", "log",
)  # fmt: skip


class TrainingChart(Observer):
    """The chart of one run."""

    def __init__(self, shell: Any, run: Run, live: bool) -> None:
        from IPython import display

        # Both go with the end of the run, and with them the model and the optimizer that it knows.
        self.run: Run | None = run
        self.record: TrainingRecord | None = TrainingRecord(run)
        self.last = self.record.state()
        self.log = False
        self.model: TrainingWidget | None = None
        self._reachable = False
        self._dirty, self._closed = threading.Event(), False
        self._lock = threading.RLock()
        self._shown, self._sent_at = "", 0.0
        self._drawn_at = time.monotonic()
        self._thread: threading.Thread | None = None
        new: Any = display.DisplayHandle
        self._svg: Any = new() if hides_twins(shell) else None
        self._html: Any = new() if self._svg is not None or not live else None
        self._view: Any = new() if live else None
        if live:
            self.model = TrainingWidget(language=get_language())
            self.model.heard_while_a_cell_runs()
            self.model.on_msg(self._heard)
            self.flush()

    # Showing

    def show(self) -> None:
        """Put the outputs under the running cell."""
        for handle, data in self._outputs():
            handle.display(data, raw=True)

    def _outputs(self) -> list[tuple[Any, dict[str, Any]]]:
        """Each display with what it shows now."""
        pictures, drawn = self._pictures()
        made: list[tuple[Any, dict[str, Any]]] = []
        if self._svg is not None:
            made.append((self._svg, drawn))
        if self._html is not None:
            made.append((self._html, pictures))
        if self._view is not None:
            twin = {"text/plain": ""} if self._html is not None else pictures
            view = {"version_major": 2, "version_minor": 0, "model_id": self.model.model_id} if self.model else None
            made.append((self._view, {**twin, **({_WIDGET: view} if view else {})}))
        return made

    def _pictures(self) -> tuple[dict[str, Any], dict[str, Any]]:
        state, live = self.last, self._view is not None and self.model is not None
        makers: tuple[Callable[[], Figure], ...] = (
            lambda: training_figure(state, live=live),
            lambda: training_figure(state, _COARSE, live=live),
            lambda: training_figure(state, plots=False, live=live),
        )
        html: dict[str, Any] = dict(bundle(makers, lambda: description(state)))
        if self._html is not None and "text/html" in html:
            name = "tfnb-figure tfnb-training-twin" + (" tfnb-training-live" if live else "")
            html["text/html"] = html["text/html"].replace('class="tfnb-figure"', f'class="{name}"', 1) + _ONE_OF_THREE
        drawn: dict[str, Any] = {}
        for make in makers:
            drawn = drawn or dict(svg_bundle(make()))
        return html, drawn or {"text/plain": ""}

    def _redraw(self) -> None:
        """Bring the pictures up to date; the widget is left as it is."""
        self._drawn_at = time.monotonic()
        for handle, data in self._outputs():
            if handle is not self._view or self._html is None:
                handle.update(data, raw=True)

    # The run's events, on the thread that trains

    def began(self, run: Run) -> None:
        """Show the empty chart."""
        self.show()
        if self.model is not None:
            self._start()

    def batch(self, run: Run, logs: dict[str, float]) -> None:
        """Write the values down."""
        if self.record is not None:
            self.record.batch(logs)
        self._touch()

    def epoch(self, run: Run, logs: dict[str, float]) -> None:
        """Write the values down."""
        if self.record is not None:
            self.record.epoch(logs)
        self._touch()

    def waiting(self, run: Run) -> None:
        """The run holds."""
        if self._shown != run.state:
            self._touch()

    def ended(self, run: Run) -> None:
        """The last numbers, in the widget and in the pictures."""
        self._stop()
        with self._lock:
            if self.record is not None:
                self.last = self.record.state(self.log)
            self.run = self.record = None
            self.flush()
        self._redraw()

    def _touch(self) -> None:
        if not self._dirty.is_set():
            self._dirty.set()
        # Where there are no threads (a kernel in the browser) the one that trains has to send.
        if self._thread is None and self.model is not None and time.monotonic() - self._sent_at >= INTERVAL:
            self._follow()

    # Sending

    def _start(self) -> None:
        thread = threading.Thread(target=self._send, name="tfnb-training-chart", daemon=True)
        try:
            thread.start()
        except RuntimeError:
            return
        self._thread = thread

    def _send(self) -> None:
        while True:
            self._dirty.wait()
            if self._closed:
                return
            self._dirty.clear()
            began = time.thread_time()
            try:
                self._follow()
            except Exception:  # the channel is gone: the kernel is on its way out
                return
            time.sleep(max(INTERVAL, (time.thread_time() - began) / SHARE))

    def _follow(self) -> None:
        """Send; the pictures follow now and then, and where a run begins to hold."""
        before = self._shown
        self.flush()
        if (before, self._shown) == ("running", "paused") or time.monotonic() - self._drawn_at >= PICTURE_INTERVAL:
            self._redraw()

    def _stop(self) -> None:
        self._closed = True
        self._dirty.set()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(2 * INTERVAL)

    def flush(self) -> None:
        """Send where the run stands, as one message."""
        with self._lock:
            if self.model is None:
                return
            if self.record is not None:
                self.last = self.record.state(self.log)
            state = self.last
            series, points = packed(state)
            self._shown, self._sent_at = state.state, time.monotonic()
            with self.model.hold_sync():
                for name in _NUMBERS:
                    self.model.set_trait(name, getattr(state, name))
                self.model.set_trait("series", series)
                self.model.set_trait("points", points)
                self.model.set_trait("reachable", self._reachable)
                self.model.set_trait("language", get_language())

    # What views say, on whatever thread it arrives

    def _heard(self, _widget: Any, content: Any, _buffers: Any) -> None:
        """A word of a view: a wish of the run, the scale, or only that it is there."""
        if not isinstance(content, dict):
            return
        kind, run = content.get("kind"), self.run
        if run is not None and not self._reachable:
            self._reachable = True
            self._dirty.set()
        if kind == "log":
            self._set_log(content.get("on") is True)
        elif run is not None and isinstance(kind, str) and kind in _WISHES:
            getattr(run, kind)()
            self._dirty.set()

    def _set_log(self, log: bool) -> None:
        self.log = log
        if self.run is not None:
            self._dirty.set()
            return
        with self._lock:
            self.last = replace(self.last, log=log)
            self.flush()
        self._redraw()

    # The end

    def close(self) -> None:
        """End the widget; the pictures stay in its place."""
        self._stop()
        with self._lock:
            model, self.model = self.model, None
            self.run = self.record = None
        if model is None:
            return
        self._redraw()
        if self._view is not None and self._html is not None:
            self._view.update({"text/plain": ""}, raw=True)
        # A widget does not close the layout that was made with it.
        model.layout.close()
        model.close()
