"""`python -m translation [--check]`."""

from __future__ import annotations

import argparse
import sys

from translation.catalogue import problems, update


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m translation", description="Bring the catalogues of messages up to date."
    )
    parser.add_argument(
        "--check", action="store_true", help="write nothing; exit 1 if a sentence lacks its translation"
    )
    options = parser.parse_args()
    if not options.check:
        update()
    found = problems()
    for problem in found:
        print(problem)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
