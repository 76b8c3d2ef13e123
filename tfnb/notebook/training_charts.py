"""The charts of a session: made for each training run, closed when their cell runs again."""

from __future__ import annotations

import sys
from typing import Any

from tfnb.models.events import Observer, Run
from tfnb.notebook.training_chart import TrainingChart


class TrainingCharts:
    """The charts of one session: made for each run, closed when their cell runs again."""

    def __init__(self, shell: Any) -> None:
        self.shell = shell
        self.charts: list[tuple[str, str, TrainingChart]] = []

    def display(self, run: Run) -> Observer | None:
        """A chart for a run; None where a terminal is all there is."""
        if getattr(self.shell, "kernel", None) is None:
            return None
        cell, request, live = self._cell()
        self._forget(cell, request)
        chart = TrainingChart(self.shell, run, live)
        if live:
            self.charts.append((cell, request, chart))
        return chart

    def _cell(self) -> tuple[str, str, bool]:
        """The running cell, the request that runs it, and whether a person's front end asked for it.

        Front ends say which cell it is; programs such as nbclient say nothing.
        """
        parent = self.shell.get_parent() if hasattr(self.shell, "get_parent") else {}
        parent = parent if isinstance(parent, dict) else {}
        metadata = parent.get("metadata") or {}
        return (
            str(metadata.get("cellId", "")),
            str((parent.get("header") or {}).get("msg_id", "")),
            has_front_end(metadata),
        )

    def _forget(self, cell: str, request: str) -> None:
        """Close what an earlier run of the cell has shown: the front end has thrown it away."""
        old = [chart for where, by, chart in self.charts if cell and where == cell and by != request]
        self.charts = [entry for entry in self.charts if entry[2] not in old]
        for chart in old:
            chart.close()

    def close(self) -> None:
        """Close all charts; their pictures stay."""
        for _cell, _request, chart in self.charts:
            chart.close()
        self.charts.clear()


def has_front_end(metadata: Any) -> bool:
    """Whether a person's front end asked for a cell, by the request's metadata."""
    return "google.colab" in sys.modules or bool(metadata)
