"""What the set-up says, in the reader's language.

Both languages stand at the place of use: the catalogues belong to the package, which is not installed yet.
"""

from __future__ import annotations

import os
import sys


def sentence(english: str, japanese: str) -> str:
    """The one of the two that the reader asked for (`run` works out which)."""
    return japanese if os.environ.get("TFNB_SETUP_LANG") == "ja" else english


def say(english: str, japanese: str) -> None:
    """Print a sentence at once, so that it stands before what it announces."""
    print(sentence(english, japanese), flush=True)


class SetupError(Exception):
    """The set-up can't go on; the text is one sentence that says why and what to do."""


def stop(english: str, japanese: str) -> SetupError:
    """The error to raise where the set-up can't go on."""
    return SetupError(sentence(english, japanese))


def complain(error: SetupError) -> int:
    """Say what stopped the set-up; the exit status that goes with it."""
    print(error, file=sys.stderr, flush=True)
    return 1
