"""How many columns of a terminal a text takes: Japanese characters take two, combining marks none."""

from __future__ import annotations

import unicodedata


def text_width(text: str) -> int:
    """Columns that `text` takes in a fixed-width font.

    Example:
        >>> text_width("axis"), text_width("軸")
        (4, 2)
    """
    if text.isascii():
        return len(text)
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def pad(text: str, width: int, align: str = "<") -> str:
    """`text` filled with spaces to `width` columns, at the left (`<`), the right (`>`) or the middle (`^`)."""
    room = max(0, width - text_width(text))
    before = 0 if align == "<" else room if align == ">" else room // 2
    return " " * before + text + " " * (room - before)


def shorten(text: str, width: int) -> str:
    """`text` cut to `width` columns, the cut marked."""
    if text_width(text) <= width:
        return text
    kept, used = [], 0
    for character in text:
        used += text_width(character)
        if used > width - 1:
            break
        kept.append(character)
    return "".join(kept) + "…"
