"""The language of messages, widgets and help: `_()` looks a sentence up in the catalogue of the current language.

English sentences are the keys. The catalogues are gettext's (`locale/<language>/LC_MESSAGES/tfnb.mo`); which language
is current follows from `set_language`, else `TFNB_LANG`, else the usual variables of the system.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Callable

LANGUAGES = ("en", "ja")


class _Catalogue:
    """The chosen language and the look-up that belongs to it."""

    def __init__(self) -> None:
        self.language: str | None = None
        self.look_up: Callable[[str], str] | None = None


_current = _Catalogue()


def _from_environment() -> str:
    for variable in ("TFNB_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(variable, "")
        if value:
            return value[:2].lower() if value[:2].lower() in LANGUAGES else "en"
    return "en"


def get_language() -> str:
    """The current language, `"en"` or `"ja"`.

    Example:
        >>> from tfnb import language
        >>> language.get_language() in ("en", "ja")
        True
    """
    if _current.language is None:
        _current.language = _from_environment()
    return _current.language


def set_language(language: str | None) -> None:
    """Choose the language of messages and widgets at run time.

    Args:
        language: `"en"`, `"ja"`, or None to follow the environment again.

    Errors:
        ArgumentError: another language.

    Example:
        >>> from tfnb import language
        >>> language.set_language("en")
    """
    if language is not None and language not in LANGUAGES:
        from tfnb.errors import ArgumentError

        raise ArgumentError(
            f"there are messages in {', '.join(LANGUAGES)}, not in {language!r}", op="set_language", argument="language"
        )
    _current.language, _current.look_up = language, None


def _(sentence: str) -> str:
    """`sentence` in the current language; itself where there is no translation."""
    if _current.look_up is None:
        if get_language() == "en":
            _current.look_up = str
        else:
            import gettext

            folder = Path(__file__).parent / "locale"
            _current.look_up = gettext.translation("tfnb", folder, [get_language()], fallback=True).gettext
    return _current.look_up(sentence)
