"""Showing a figure from floors that know no notebook: whoever registered here shows it, else it is printed as text."""

from __future__ import annotations

from typing import Callable, Final

from tfnb.picture.lower_text import lower_text
from tfnb.picture.parts import Figure

SHOWS: Final[list[Callable[[Figure], bool]]] = []
"""Who shows figures, asked in turn; the first that says True has shown it. The notebook registers here."""


def show(figure: Figure) -> None:
    """Show a figure where the reader looks.

    Example:
        >>> from tfnb.picture.parts import Words
        >>> show(Figure("A title", "", Words("a word")))
        A title
        a word
    """
    if not any(shows(figure) for shows in SHOWS):
        print(lower_text(figure))
