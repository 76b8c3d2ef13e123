"""`python -m teaching build | check | proofread | run | reviewed`: what an author of lessons types."""

from __future__ import annotations

import argparse
import sys

from teaching import build as notebooks
from teaching.source import LANGUAGES, ORIGINAL, lesson_names, read_lesson

# The exit status of a check that could not be made on this machine.
NOT_RUN = 3


def main() -> int:
    """Parse the command line and do one thing."""
    parser = argparse.ArgumentParser(prog="python -m teaching", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("build", help="make the notebooks from the sources")
    commands.add_parser("check", help="list what breaks a rule of docs/lessons.md")
    commands.add_parser("proofread", help="let textlint read the Japanese (needs npm)")
    commands.add_parser("run", help="execute the notebooks and store what they show")
    reviewed = commands.add_parser("reviewed", help="note that a translation agrees with its original")
    reviewed.add_argument("lesson")
    reviewed.add_argument("cells", nargs="*", help="names of cells; all that are stale if none is given")
    arguments = parser.parse_args()
    doing = {"build": _build, "check": _check, "proofread": _proofread, "run": _run, "reviewed": _reviewed}
    return doing[arguments.command](arguments)


def _build(arguments: argparse.Namespace) -> int:
    for name in lesson_names():
        for path in notebooks.build(name):
            print("wrote", path.relative_to(notebooks.NOTEBOOKS.parent))
    return 0


def _check(arguments: argparse.Namespace) -> int:
    from teaching.rules import find_all

    findings = [one for name in lesson_names() for one in find_all(name)]
    for one in findings:
        print(one)
    return 1 if findings else 0


def _proofread(arguments: argparse.Namespace) -> int:
    from teaching.proofread import ProofreaderMissing, proofread

    try:
        findings = [one for name in lesson_names() for one in proofread(read_lesson(name, "ja"))]
    except ProofreaderMissing as missing:
        print(f"not run: {missing}", file=sys.stderr)
        return NOT_RUN
    for one in findings:
        print(one)
    return 1 if findings else 0


def _run(arguments: argparse.Namespace) -> int:
    from teaching.run import store_outputs

    for name in lesson_names():
        for language in LANGUAGES:
            print(f"{language}/{name} ok {store_outputs(name, language):.0f} s", flush=True)
    return 0


def _reviewed(arguments: argparse.Namespace) -> int:
    for language in LANGUAGES:
        if language != ORIGINAL:
            for cell in notebooks.mark_reviewed(arguments.lesson, language, arguments.cells):
                print(f"{language}: {cell}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
