"""A picture as the value of a cell: text for terminals and screen readers, HTML for notebooks."""

from __future__ import annotations

from typing import Any

from tfnb.picture.lower_html import lower_html
from tfnb.picture.lower_text import lower_text
from tfnb.picture.parts import Figure


class Shown:
    """What a function of `tf.lesson` returns. It holds plain values, never tensors.

    Attributes:
        figure: the picture, as parts.
    """

    __slots__ = ("figure",)

    def __init__(self, figure: Figure) -> None:
        self.figure = figure

    def __repr__(self) -> str:
        return lower_text(self.figure)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"text/plain": lower_text(self.figure), "text/html": lower_html(self.figure)}
