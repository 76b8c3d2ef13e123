"""tfnb inside one IPython shell: what is hooked in, and how it is taken out again."""

from __future__ import annotations

from typing import Any

from tfnb.engine.ledger import LEDGER
from tfnb.errors import ShapeError
from tfnb.models.events import DISPLAYS, Observer, Run
from tfnb.notebook import short_traceback
from tfnb.notebook.cell_scope import number_cell
from tfnb.notebook.display import show_figure
from tfnb.notebook.magics import Magics
from tfnb.notebook.model_bundle import MODEL, model_bundle, show_in_notebook
from tfnb.notebook.tensor_bundle import tensor_bundle
from tfnb.notebook.tidy_cell import TidyCell, Wishes, rewrite
from tfnb.picture.memory_view import report_figure
from tfnb.picture.shown import SHOWS


class Session:
    """The hooks of one shell. `attach` adds all of them, `detach` takes all of them away."""

    def __init__(self, shell: Any) -> None:
        self.shell = shell
        self.failed_cell = 0
        self.gauge: Any = None
        self._charts: Any = None
        # The cells that run, the innermost last: some magics run a cell inside a cell.
        self._running: list[Any] = []
        self._tidies: list[tuple[Any, TidyCell]] = []
        self._magics = Magics(self).table()
        self._replaced: dict[tuple[str, str], Any] = {}
        self._matcher: Any = None

    # Hooks

    def attach(self) -> None:
        """Hook into the shell."""
        from tfnb.notebook.completion import MagicMatcher

        shell = self.shell
        shell.input_transformers_cleanup.append(rewrite)
        shell.events.register("pre_run_cell", self._before)
        shell.events.register("post_run_cell", self._after)
        for kind, magics in self._magics.items():
            for name, function in magics.items():
                self._replaced[kind, name] = shell.magics_manager.magics[kind].get(name)
                shell.register_magic_function(function, kind, name)
        shown = tensor_bundle if getattr(shell, "kernel", None) is not None else _nothing
        shell.display_formatter.mimebundle_formatter.for_type(LEDGER.handle_class, shown)
        if getattr(shell, "kernel", None) is not None:
            shell.display_formatter.mimebundle_formatter.for_type_by_name(*MODEL, model_bundle)
        short_traceback.install(shell)
        self._matcher = MagicMatcher(shell).matcher()
        if getattr(shell, "Completer", None) is not None:
            shell.Completer.custom_matchers.append(self._matcher)
        DISPLAYS.append(self.display_run)
        SHOWS.append(show_in_notebook)
        number_cell(self.cell)

    def detach(self) -> None:
        """Leave the shell as it was."""
        shell = self.shell
        self.stop_gauge()
        if self.display_run in DISPLAYS:
            DISPLAYS.remove(self.display_run)
        if show_in_notebook in SHOWS:
            SHOWS.remove(show_in_notebook)
        if self._charts is not None:
            self._charts.close()
            self._charts = None
        if rewrite in shell.input_transformers_cleanup:
            shell.input_transformers_cleanup.remove(rewrite)
        for event, hook in (("pre_run_cell", self._before), ("post_run_cell", self._after)):
            if hook in shell.events.callbacks[event]:
                shell.events.unregister(event, hook)
        for (kind, name), before in self._replaced.items():
            if before is None:
                shell.magics_manager.magics[kind].pop(name, None)
            else:
                shell.magics_manager.magics[kind][name] = before
        self._replaced.clear()
        short_traceback.remove(shell)
        bundles = shell.display_formatter.mimebundle_formatter
        if bundles.type_printers.get(LEDGER.handle_class) in (tensor_bundle, _nothing):
            bundles.pop(LEDGER.handle_class)
        bundles.pop(".".join(MODEL), None)
        if getattr(shell, "Completer", None) is not None and self._matcher in shell.Completer.custom_matchers:
            shell.Completer.custom_matchers.remove(self._matcher)
        while self._tidies:
            self._tidies.pop()[1].close(None, failed=False)
        number_cell(0)

    # Cells

    @property
    def cell(self) -> int:
        """The number that the running cell shows; IPython counts on before or after the cell, by version."""
        return int(self.shell.displayhook.prompt_count)

    def _before(self, info: Any) -> None:
        self._running.append(info)
        number_cell(self.cell)
        if self.gauge is not None:
            self.gauge.cell_starts()

    def open_tidy(self, wishes: Wishes) -> None:
        """Open the scope of the running cell."""
        running = self._running[-1] if self._running else None
        self._tidies.append((running, TidyCell(self.shell, self.cell, wishes)))

    def _after(self, result: Any) -> None:
        if not result.success and result.error_in_exec is not None:
            self.failed_cell = result.execution_count or self.failed_cell
            self._draw_error(result.error_in_exec)
        while self._tidies and self._tidies[-1][0] is result.info:
            _info, tidy = self._tidies.pop()
            report = tidy.close(result.result, failed=not result.success)
            show_figure(report_figure(report, tidy.wishes.report or tidy.wishes.strict), twin=False)
        # An empty cell ends without having begun.
        if any(info is result.info for info in self._running):
            while self._running.pop() is not result.info:
                pass
        if self.gauge is not None and not self._running:
            self.gauge.cell_ended()

    def _draw_error(self, error: BaseException) -> None:
        """Under the traceback of shapes that do not fit, their picture; a terminal has the words alone."""
        if isinstance(error, ShapeError) and getattr(self.shell, "kernel", None) is not None:
            from tfnb.notebook.error_picture import error_figure

            figure = error_figure(error)
            if figure is not None:
                show_figure(figure)

    # Training

    def display_run(self, run: Run) -> Observer | None:
        """A live chart for a training run; None in a terminal."""
        if getattr(self.shell, "kernel", None) is None:
            return None
        if self._charts is None:
            from tfnb.notebook.training_charts import TrainingCharts

            self._charts = TrainingCharts(self.shell)
        made: Observer | None = self._charts.display(run)
        return made

    # The gauge

    def show_gauge(self, moving: bool = True) -> None:
        """Show the gauge here; `moving` is False for a picture of this moment."""
        from tfnb.notebook.gauge import Gauge
        from tfnb.notebook.meter import Meter
        from tfnb.picture.memory_view import gauge_figure

        if not moving:
            meter = Meter()
            meter.ask_driver()
            show_figure(gauge_figure(meter.read()))
            return
        if self.gauge is None:
            self.gauge = Gauge(self.shell)
        self.gauge.show()

    def stop_gauge(self) -> None:
        """Stop the gauge; what it showed last stays as a picture."""
        if self.gauge is not None:
            self.gauge.close()
            self.gauge = None


def _nothing(_handle: Any) -> None:
    """No bundle: in a terminal a tensor's own repr is the better text."""
