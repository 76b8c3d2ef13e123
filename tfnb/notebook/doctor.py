"""The doctor's findings as a picture."""

from __future__ import annotations

from tfnb.diagnosis import Diagnosis
from tfnb.language import _
from tfnb.picture.colours import CLASH, GREEN, ORANGE
from tfnb.picture.parts import Figure, Stack, Table, Tone, Words


def doctor_figure(found: Diagnosis) -> Figure:
    """A table: what was looked at, how it stands, the line that mends it."""
    rows: list[tuple[Words, ...]] = []
    for finding in found.findings:
        if finding.fine:
            sign = Words(_("fine"), fill=GREEN)
        else:
            sign = Words(_("missing"), fill=CLASH) if finding.needed else Words(_("could be better"), fill=ORANGE)
        rows.append(
            (sign, Words(finding.name, Tone.STRONG), Words(finding.value), Words(finding.mend, code=bool(finding.mend)))
        )
    head = _("tfnb works here") if found.usable else _("tfnb does not work here yet")
    columns: tuple[str, ...] = ("", _("what"), _("as found"), _("mend it with"))
    if not any(finding.mend for finding in found.findings):
        columns, rows = columns[:3], [row[:3] for row in rows]
    table = Table(columns, tuple(rows))
    return Figure(head, head, Stack((table,)))
