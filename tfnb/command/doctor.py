"""`tfnb doctor`: print what works here, what does not, and the line that mends it."""

from __future__ import annotations

import argparse
import json

from tfnb.diagnosis import Diagnosis, diagnose
from tfnb.language import _
from tfnb.picture.text_width import pad, text_width


def main(arguments: list[str]) -> int:
    """Print the diagnosis; 0 where tfnb is usable."""
    parser = argparse.ArgumentParser(prog="tfnb doctor", description=_("What works here, and what mends the rest."))
    parser.add_argument("--json", action="store_true", help=_("for programs to read"))
    options = parser.parse_args(arguments)
    diagnosis = diagnose()
    print(json.dumps(diagnosis.to_dict(), ensure_ascii=False, indent=2) if options.json else as_text(diagnosis))
    return 0 if diagnosis.usable else 1


def as_text(diagnosis: Diagnosis) -> str:
    """The diagnosis as a table: a mark, a name, a value, and under what is missing the line that mends it."""
    names = max(text_width(finding.name) for finding in diagnosis.findings)
    lines = []
    for finding in diagnosis.findings:
        mark = "✓" if finding.fine else ("✗" if finding.needed else "!")
        lines.append(f"{mark} {pad(finding.name, names)}  {finding.value}")
        if finding.mend:
            lines.append(f"  {' ' * names}  → {finding.mend}")
    lines.append(_("tfnb works here.") if diagnosis.usable else _("tfnb does not work here yet: see ✗ above."))
    return "\n".join(lines)
