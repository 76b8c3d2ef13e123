"""A figure as the set of formats that a front end chooses from. Never raises, never large."""

from __future__ import annotations

from typing import Any, Callable, Final, Iterable

from tfnb.picture.lower_html import lower_html
from tfnb.picture.lower_svg import lower_svg
from tfnb.picture.lower_text import lower_text
from tfnb.picture.markup import visible
from tfnb.picture.parts import Figure

LARGEST: Final = 64 * 1024
_LONGEST_FALLBACK: Final = 4000

Bundle = dict[str, str]


def bundle(figures: Iterable[Callable[[], Figure]], fallback: Callable[[], Any]) -> Bundle:
    """Text and HTML of the first figure that can be made and is small enough; else the fallback's text alone.

    Args:
        figures: makers of the figure, the richest first.
        fallback: gives something whose `str` stands for the object when no picture can be made.
    """
    for make in figures:
        try:
            figure = make()
            made = {"text/plain": lower_text(figure), "text/html": lower_html(figure)}
            if sum(len(text.encode("utf-8", "replace")) for text in made.values()) <= LARGEST:
                return made
        except Exception:
            continue
    return {"text/plain": _safe(fallback)}


def svg_bundle(figure: Figure) -> Bundle:
    """The figure as SVG alone, for viewers that strip the HTML's styling; nothing where it can't be or is large."""
    try:
        text = lower_svg(figure)
    except Exception:
        return {}
    return {"image/svg+xml": text} if len(text.encode("utf-8", "replace")) <= LARGEST else {}


def _safe(fallback: Callable[[], Any]) -> str:
    try:
        return visible_lines(str(fallback()))[:_LONGEST_FALLBACK]
    except Exception as error:
        return f"<{type(error).__name__}>"


def visible_lines(text: str) -> str:
    """`text` with its line breaks, everything else that would not show made visible."""
    return "\n".join(visible(line) for line in text.split("\n"))
