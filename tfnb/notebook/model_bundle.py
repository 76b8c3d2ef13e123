"""A model as a notebook shows it, and the picture of a chain of layers up to where it broke."""

from __future__ import annotations

import sys
from typing import Any, Final

from tfnb.notebook.display import notebook_shell, show_figure
from tfnb.picture.bundle import Bundle, bundle
from tfnb.picture.parts import Figure

# By name, so that a notebook without a model imports none.
MODEL: Final = ("tfnb.models.container", "Container")


def model_bundle(model: Any) -> Bundle:
    """Text and HTML of a model, whatever state it is in."""
    from tfnb.models.diagram import figure_of_model

    return bundle(
        [lambda: figure_of_model(model), lambda: figure_of_model(model, drawn=False)],
        lambda: repr(model),
    )


def show_in_notebook(figure: Figure) -> bool:
    """Show what `model.show()` draws; False in a terminal."""
    if notebook_shell() is None:
        return False
    show_figure(figure)
    return True


def figure_of_broken_model(error: BaseException) -> Figure | None:
    """The layers of the model that an error was raised in, up to the one that does not fit; None for other errors."""
    sequential = sys.modules.get("tfnb.models.sequential")
    trace = error.__traceback__
    while sequential is not None and trace is not None:
        held = trace.tb_frame.f_locals
        model, layer, source = held.get("self"), held.get("layer"), held.get("source")
        if isinstance(model, sequential.Sequential) and layer is not None and source is not None:
            from tfnb.models.diagram import figure_of_break

            return figure_of_break(model, layer, source.shape)
        trace = trace.tb_next
    return None
