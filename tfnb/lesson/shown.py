"""A picture as the value of a cell: text for terminals and screen readers, HTML and its twin for notebooks."""

from __future__ import annotations

from typing import Any

from tfnb.picture.bundle import bundle
from tfnb.picture.lower_text import lower_text
from tfnb.picture.parts import Figure


class Shown:
    """What a function of `tf.lesson` returns. It holds plain values, never tensors.

    Attributes:
        figure: the picture, as parts.
        drawn: whether it needs its drawing to be understood; a few lines of text do not.
    """

    __slots__ = ("drawn", "figure")

    def __init__(self, figure: Figure, drawn: bool = False) -> None:
        self.figure, self.drawn = figure, drawn

    def __repr__(self) -> str:
        return lower_text(self.figure)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return bundle([lambda: self.figure], lambda: self.figure.description)

    def _ipython_display_(self) -> None:
        from tfnb.notebook.display import show_figure

        show_figure(self.figure, twin=self.drawn)
