"""What came of a check."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class State(Enum):
    PASSED = "passed"
    FAILED = "FAILED"
    # What the check needs can't be had here; in CI that counts as a failure.
    NOT_RUN = "NOT RUN"
    # What would be checked does not exist.
    NOTHING_YET = "nothing to check yet"


@dataclass(frozen=True, slots=True)
class Outcome:
    """A state, a few words on it, and the exit status of the command behind it."""

    state: State
    detail: str = ""
    status: int = 0

    @classmethod
    def of(cls, status: int, detail: str = "") -> Outcome:
        """The outcome of a command that ended with this status."""
        return cls(State.FAILED if status else State.PASSED, detail, status)


NOTHING_YET = Outcome(State.NOTHING_YET)
