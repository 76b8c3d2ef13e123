"""The model of the training chart's widget, and the form in which curves travel to it."""

from __future__ import annotations

from array import array
from importlib import metadata
from importlib.resources import files
from itertools import chain
from typing import Any, Final

import anywidget
import numpy as np
import traitlets

from tfnb.kernels.floating import quietly
from tfnb.picture.training_curve import TrainingState

_STATIC: Final = files("tfnb.notebook") / "static"


class TrainingWidget(anywidget.AnyWidget):
    """The model of a chart: where the run stands, its curves, whether its buttons reach it."""

    # The text, not the path: a path would start a file watcher that outlives the widget.
    _esm = (_STATIC / "training.js").read_text(encoding="utf-8")

    title = traitlets.Unicode("").tag(sync=True)
    state = traitlets.Unicode("running").tag(sync=True)
    reason = traitlets.Unicode("").tag(sync=True)
    note = traitlets.Unicode("").tag(sync=True)
    epoch = traitlets.Int(0).tag(sync=True)
    epochs = traitlets.Int(None, allow_none=True).tag(sync=True)
    batch = traitlets.Int(0).tag(sync=True)
    batches = traitlets.Int(None, allow_none=True).tag(sync=True)
    elapsed = traitlets.Float(0).tag(sync=True)
    remaining = traitlets.Float(None, allow_none=True).tag(sync=True)
    learning_rate = traitlets.Float(None, allow_none=True).tag(sync=True)
    tensors = traitlets.Int(0).tag(sync=True)
    in_use = traitlets.Float(0).tag(sync=True)
    log = traitlets.Bool(False).tag(sync=True)
    reachable = traitlets.Bool(False).tag(sync=True)
    # Whether this kernel never hears a button while a cell runs, awaited or not.
    deaf = traitlets.Bool(False).tag(sync=True)
    language = traitlets.Unicode("en").tag(sync=True)
    # Name, points by batch, points by epoch; `points` has the numbers of all of them one after the other, x and y.
    series: Any = traitlets.List().tag(sync=True)
    points = traitlets.Bytes(b"").tag(sync=True)

    def heard_while_a_cell_runs(self) -> None:
        """Let words of the front end arrive on the thread that it asks for.

        ipykernel 7.4 brings them to the loop that spoke last instead: that of the cell, which has no time to listen.
        Where this is undone in some other way, buttons stay grey, since no word of a view is heard.
        """
        self.deaf = int(metadata.version("ipykernel").split(".")[0]) < 7
        if hasattr(self.comm, "_reply_subshell_for"):
            self.comm._reply_subshell_for = lambda _data, asked: asked

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """A front end may say nothing about the run: what it sends is not taken."""


def packed(state: TrainingState) -> tuple[list[list[Any]], bytes]:
    """The curves as the widget takes them: what there is, and 32-bit numbers."""
    numbers = array("d")
    series = []
    for one in state.series:
        series.append([one.name, len(one.batches), len(one.epochs)])
        numbers.extend(chain.from_iterable(one.batches))
        numbers.extend(chain.from_iterable(one.epochs))
    # What is too large for 32 bits becomes infinite, and so a gap.
    return series, quietly(np.asarray, numbers, np.float32).tobytes()
