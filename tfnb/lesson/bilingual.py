"""Teaching texts: each stands in every language beside the other, so that a teacher reads and reviews them together.

Labels and errors of the library live in gettext catalogues; the sentences of a lesson are content, like its text cells,
and are judged as a pair.
"""

from __future__ import annotations

from typing import NamedTuple

from tfnb.language import get_language


class Both(NamedTuple):
    """A text in English and in Japanese; `{names}` are filled in by `say`."""

    en: str
    ja: str

    def say(self, **values: object) -> str:
        """The text in the current language.

        Example:
            >>> from tfnb.lesson.bilingual import Both
            >>> Both("{n} boxes", "マス目が {n} つ").say(n=3) in ("3 boxes", "マス目が 3 つ")
            True
        """
        text = self.ja if get_language() == "ja" else self.en
        return text.format(**values) if values else text


def joined(first: Both, second: Both) -> Both:
    """One text after the other; English takes a space between sentences, Japanese does not."""
    return Both(f"{first.en} {second.en}", f"{first.ja}{second.ja}")
