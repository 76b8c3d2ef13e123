"""The live gauge: an anywidget that moves while a cell runs, and the picture that stands in for it when it can't.

One model serves all its views. A thread sends at most ten readings a second, and only while a cell runs; it reads
cached numbers and makes no OpenGL call. Where no front end answers (a headless run, a widget that does not load) the
output is replaced by the picture, which is what a saved notebook shows.
"""

from __future__ import annotations

import threading
import time
from importlib.resources import files
from typing import Any, Final

import anywidget
import traitlets

from tfnb.language import _, get_language
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
    """The gauge of one session: its model, its displays, and the thread that keeps it moving."""

    def __init__(self, shell: Any) -> None:
        self.shell = shell
        self.model = GaugeWidget(language=get_language())
        self.model.on_msg(self._heard)
        self.displays: list[Any] = []
        self.answered = False
        self.shown_at = self.ended_at = time.monotonic()
        self._running, self._closed = threading.Event(), False
        self._lock = threading.Lock()
        self._sent: tuple[Any, ...] = ()
        self._history: list[list[float]] = []
        self._history_at = 0.0
        self._thread: threading.Thread | None = None
        self.meter = Meter()
        self.meter.ask_driver()
        self.send(self.meter.read())

    # Showing

    def show(self) -> None:
        """Another view of the gauge, under the running cell."""
        from IPython.display import DisplayHandle

        self.answered = False
        self.shown_at = time.monotonic()
        handle = DisplayHandle()  # type: ignore[no-untyped-call]
        handle.display(self._bundle(moving=True), raw=True)  # type: ignore[no-untyped-call]
        self.displays.append(handle)
        self._start()

    def _bundle(self, moving: bool, hint: str = "") -> dict[str, Any]:
        figure = gauge_figure(self.meter.read())
        if hint:
            figure = Figure(figure.title, figure.description, Stack((figure.body, Words(hint))))
        made: dict[str, Any] = dict(bundle([lambda: figure], lambda: figure.description))
        if moving:
            view = {"version_major": 2, "version_minor": 0, "model_id": self.model.model_id}
            made["application/vnd.jupyter.widget-view+json"] = view
        return made

    def _replace(self, hint: str = "") -> None:
        """Put the picture where the widget was."""
        for handle in self.displays:
            handle.update(self._bundle(moving=False, hint=hint), raw=True)
        self.displays.clear()

    def _heard(self, _widget: Any, content: Any, _buffers: Any) -> None:
        if isinstance(content, dict) and content.get("kind") == "view":
            self.answered = True

    # Cells

    def cell_starts(self) -> None:
        """A cell begins: keep moving from now on."""
        idle = time.monotonic() - max(self.ended_at, self.shown_at)
        if self.displays and not self.answered and idle > _PATIENCE:
            self._replace(
                _(
                    "The live gauge did not load. Install anywidget where JupyterLab itself runs "
                    "(pip install anywidget) and restart it."
                )
            )
        if self.displays:
            self._running.set()

    def cell_ended(self) -> None:
        """A cell has ended: its last numbers are sent, also where the thread would have been late."""
        self._running.clear()
        self.ended_at = time.monotonic()
        if self.displays and not self.answered and not self._has_front_end():
            self._replace()
        self.meter.ask_driver()
        self.send(self.meter.read(), last=True)

    def _has_front_end(self) -> bool:
        """Whether a person's front end asked for this cell; they name the cell, programs such as nbclient do not."""
        parent = self.shell.get_parent() if hasattr(self.shell, "get_parent") else {}
        metadata = parent.get("metadata", {}) if isinstance(parent, dict) else {}
        return bool(metadata.get("cellId"))

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
            now = time.monotonic()
            numbers = (state.in_use, state.pool, state.peak, state.total, state.renderer)
            due = now - self._history_at >= _HISTORY_INTERVAL
            if self._closed or (numbers == self._sent and not due):
                return
            changed = numbers != self._sent
            if not changed and self._history and self._history[-1][1] == state.in_use:
                return
            self._sent = numbers
            if due or last:
                self._history = [*self._history, [time.time(), state.in_use]][-_HISTORY:]
                self._history_at = now
            with self.model.hold_sync():
                self.model.set_trait("history", self._history)
                for name in ("in_use", "pool", "peak", "total", "process", "renderer", "device"):
                    self.model.set_trait(name, getattr(state, name))
                self.model.set_trait("scale", scale_of(state))
                self.model.set_trait("language", get_language())

    def close(self) -> None:
        """Stop moving; the last picture stays in place of the widget."""
        self._closed = True
        self._running.set()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(2 * INTERVAL + 1)
        self._replace()
        # A widget does not close the layout that was made with it.
        self.model.layout.close()
        self.model.close()
