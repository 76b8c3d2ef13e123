"""Sentences that the sources keep in variables: how a tensor ended."""

from __future__ import annotations

from tfnb.language import _

ENDS = (
    _("dispose"),
    _("its tidy ended"),
    _("its tidy ended with an error"),
    _("its tidy_async ended"),
    _("its tidy_async ended with an error"),
    _("its scope ended"),
    _("its scope ended with an error"),
    _("its cell ended"),
    _("an inner scope was left open"),
)
