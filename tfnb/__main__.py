"""`python -m tfnb lab|doctor|demo`, and the `tfnb` command."""

from __future__ import annotations

import sys
from io import TextIOWrapper

from tfnb.language import _

COMMANDS = ("lab", "doctor", "demo")


def main(arguments: list[str] | None = None) -> int:
    """Run one of the commands; the exit status.

    Args:
        arguments: as typed after `tfnb`; None takes them from the command line.
    """
    # A mark that the terminal's encoding lacks must not end the program.
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")
    given = sys.argv[1:] if arguments is None else arguments
    command, rest = (given[0], given[1:]) if given else ("--help", [])
    if command == "lab":
        from tfnb.command import lab

        return lab.main(rest)
    if command == "doctor":
        from tfnb.command import doctor

        return doctor.main(rest)
    if command == "demo":
        from tfnb.command import demo

        return demo.main(rest)
    asked_for_help = command in ("-h", "--help", "help")
    print(
        _(
            "usage: tfnb lab [en|ja]       open JupyterLab on the first lesson\n"
            "       tfnb doctor [--json]   what works here, and what mends the rest\n"
            "       tfnb demo              a tour in ten lines"
        ),
        file=sys.stdout if asked_for_help else sys.stderr,
    )
    return 0 if asked_for_help else 2


if __name__ == "__main__":
    sys.exit(main())
