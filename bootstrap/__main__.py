"""`./run COMMAND …`: set up what the command needs, then run it."""

from __future__ import annotations

import os
import sys

from bootstrap import environment, graphics
from bootstrap.sentences import SetupError, complain


def main(arguments: list[str]) -> int:
    command, *rest = arguments
    try:
        if command == "lock":
            from bootstrap import lock

            return lock.make()
        if command == "test":
            from bootstrap import checks

            return checks.main(rest)
        environment.prepare("lab")
        if command == "lab":
            graphics.prepare()
    except SetupError as error:
        return complain(error)
    except KeyboardInterrupt:
        return 130
    module = ["benchmarks"] if command == "bench" else ["tfnb", command]
    sys.stdout.flush()
    os.execv(environment.PYTHON, [str(environment.PYTHON), "-m", *module, *rest])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
