"""The live gauge: an anywidget that moves while a cell runs, and the picture that stands in for it when it can't.

One model serves all its views. A thread sends at most ten readings a second, and only while a cell runs; it reads
cached numbers and makes no OpenGL call.

Each gauge is two outputs: the picture, brought up to date after each cell, and the widget. The picture brings the rules
that show one of them: itself where the widget has no view, be it that it did not load, that the kernel is gone (Lab
would say "model not found"), or that the notebook is only read. A run without a person in front of it (nbclient,
papermill) gets the picture alone: a widget's saved state would make the exported page ask other hosts.
"""

from __future__ import annotations

import sys
import threading
import time
from importlib.resources import files
from typing import Any, Final

import anywidget
import traitlets

from tfnb.language import _, get_language
from tfnb.notebook.display import hides_twins
from tfnb.notebook.meter import Meter
from tfnb.picture.bundle import bundle
from tfnb.picture.memory_view import MemoryState, gauge_figure, scale_of
from tfnb.picture.parts import Figure, Stack, Words

INTERVAL: Final = 0.1
_HISTORY_INTERVAL: Final = 1.0
_HISTORY: Final = 120
# A view that has not said a word after the kernel was free for so long will not.
_PATIENCE: Final = 2.0
_STATIC: Final = files("tfnb.notebook") / "static"
# The picture goes while the widget behind it has a view; else what stands behind the picture goes.
_ONE_OF_TWO: Final = (
    "<style>.jp-OutputArea-child:has(.tfnb-gauge-twin):has(+ .jp-OutputArea-child .tfnb-gauge),"
    ".jp-OutputArea-child:has(.tfnb-gauge-twin) + .jp-OutputArea-child:not(:has(.tfnb-gauge)){display:none}</style>"
)
_WIDGET: Final = "application/vnd.jupyter.widget-view+json"
_AMOUNTS: Final = ("in_use", "pool", "peak", "total", "process", "renderer", "device")


class GaugeWidget(anywidget.AnyWidget):
    """The model of the gauge: amounts in bytes, a coarse history, the language."""

    # The text, not the path: a path would start a file watcher that outlives the widget.
    _esm = (_STATIC / "gauge.js").read_text(encoding="utf-8")

    in_use = traitlets.Float(0).tag(sync=True)
    pool = traitlets.Float(0).tag(sync=True)
    peak = traitlets.Float(0).tag(sync=True)
    total = traitlets.Float(None, allow_none=True).tag(sync=True)
    process = traitlets.Float(None, allow_none=True).tag(sync=True)
    scale = traitlets.Float(1).tag(sync=True)
    renderer = traitlets.Unicode("").tag(sync=True)
    device = traitlets.Unicode("gpu").tag(sync=True)
    language = traitlets.Unicode("en").tag(sync=True)
    history: Any = traitlets.List().tag(sync=True)

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """A front end may say nothing about the memory: what it sends is not taken."""


class Gauge:
    """The gauge of one session: its displays, its model, and the thread that keeps it moving."""

    def __init__(self, shell: Any) -> None:
        self.shell = shell
        self.meter = Meter()
        self.meter.ask_driver()
        self.model: GaugeWidget | None = None
        self.pictures: list[Any] = []  # displays of the picture
        self.widgets: list[Any] = []  # displays of the widget, each behind its picture
        self.answered = False
        self.idle_since = time.monotonic()
        self._running, self._closed = threading.Event(), False
        self._lock = threading.Lock()
        self._sent: tuple[Any, ...] = ()
        self._drawn: tuple[Any, ...] = ()
        self._history: list[list[float]] = []
        self._history_at = 0.0
        self._thread: threading.Thread | None = None

    # Showing

    def show(self) -> None:
        """Another view of the gauge, under the running cell."""
        from IPython.display import DisplayHandle

        picture = DisplayHandle()  # type: ignore[no-untyped-call]
        if not self._has_front_end():
            picture.display(self._picture(), raw=True)  # type: ignore[no-untyped-call]
            self.pictures.append(picture)
            return
        if self.model is None:
            self.model = GaugeWidget(language=get_language())
            self.model.on_msg(self._heard)
        self.answered = False
        self.idle_since = time.monotonic()
        self.send(self.meter.read())
        view = {_WIDGET: {"version_major": 2, "version_minor": 0, "model_id": self.model.model_id}}
        widget = DisplayHandle()  # type: ignore[no-untyped-call]
        if hides_twins(self.shell):
            picture.display(self._picture(), raw=True)  # type: ignore[no-untyped-call]
            self.pictures.append(picture)
            widget.display({**view, "text/plain": ""}, raw=True)  # type: ignore[no-untyped-call]
        else:
            widget.display({**self._picture(), **view}, raw=True)  # type: ignore[no-untyped-call]
        self.widgets.append(widget)
        self._start()

    def _picture(self, hint: str = "") -> dict[str, Any]:
        figure = gauge_figure(self.meter.read())
        if hint:
            figure = Figure(figure.title, figure.description, Stack((figure.body, Words(hint))))
        made: dict[str, Any] = dict(bundle([lambda: figure], lambda: figure.description))
        if self.widgets or self.model is not None:
            html = made["text/html"].replace('class="tfnb-figure"', 'class="tfnb-figure tfnb-gauge-twin"', 1)
            made["text/html"] = html + _ONE_OF_TWO
        return made

    def _only_pictures(self, hint: str = "") -> None:
        """End the widget's views; the pictures stay, with a last word."""
        for handle in self.pictures:
            handle.update(self._picture(hint), raw=True)
        for handle in self.widgets:
            handle.update({"text/plain": ""} if self.pictures else self._picture(hint), raw=True)
        self.widgets.clear()

    def _heard(self, _widget: Any, content: Any, _buffers: Any) -> None:
        if isinstance(content, dict) and content.get("kind") == "view":
            self.answered = True

    def _has_front_end(self) -> bool:
        """Whether a person's front end asked for this cell; they say which cell it is, programs say nothing."""
        if "google.colab" in sys.modules:
            return True
        parent = self.shell.get_parent() if hasattr(self.shell, "get_parent") else {}
        return bool(parent.get("metadata")) if isinstance(parent, dict) else False

    # Cells

    def cell_starts(self) -> None:
        """A cell begins: keep moving from now on."""
        if self.widgets and not self.answered and time.monotonic() - self.idle_since > _PATIENCE:
            self._only_pictures(
                _(
                    "The live gauge did not load. Install anywidget where JupyterLab itself runs "
                    "(pip install anywidget) and restart it."
                )
            )
        if self.widgets:
            self._running.set()

    def cell_ended(self) -> None:
        """A cell has ended: its last numbers are shown, also where the thread would have been late."""
        self._running.clear()
        self.idle_since = time.monotonic()
        self.meter.ask_driver()
        state = self.meter.read()
        self.send(state, last=True)
        numbers = (state.in_use, state.pool, state.peak)
        if numbers != self._drawn:
            self._drawn = numbers
            for handle in self.pictures:
                handle.update(self._picture(), raw=True)

    # Moving

    def _start(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._move, name="tfnb-gauge", daemon=True)
            self._thread.start()
        self._running.set()

    def _move(self) -> None:
        while not self._closed:
            if not self._running.wait(1.0):
                continue
            try:
                self.send(self.meter.read())
            except Exception:  # the channel is gone: the kernel is on its way out
                return
            time.sleep(INTERVAL)

    def send(self, state: MemoryState, last: bool = False) -> None:
        """Send a reading as one message; nothing if nothing changed."""
        with self._lock:
            if self._closed or self.model is None:
                return
            numbers = (state.in_use, state.pool, state.peak, state.total, state.renderer)
            if numbers == self._sent and not self._history_is_due(state):
                return
            self._sent = numbers
            if last or self._history_is_due(state):
                self._history = [*self._history, [time.time(), float(state.in_use)]][-_HISTORY:]
                self._history_at = time.monotonic()
            with self.model.hold_sync():
                self.model.set_trait("history", self._history)
                for name in _AMOUNTS:
                    self.model.set_trait(name, getattr(state, name))
                self.model.set_trait("scale", scale_of(state))
                self.model.set_trait("language", get_language())

    def _history_is_due(self, state: MemoryState) -> bool:
        """Whether a point of the history is wanted: once a second, and not where the line would only go on flat."""
        if time.monotonic() - self._history_at < _HISTORY_INTERVAL:
            return False
        return not self._history or self._history[-1][1] != state.in_use

    def close(self) -> None:
        """Stop moving; the last picture stays in place of the widget."""
        self._closed = True
        self._running.set()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(2 * INTERVAL + 1)
        self._only_pictures()
        if self.model is not None:
            # A widget does not close the layout that was made with it.
            self.model.layout.close()
            self.model.close()
