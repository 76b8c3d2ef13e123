"""What a case is: contenders that do the same work, and the bounds we set ourselves.

Each contender runs in a process of its own: after a call, one library's threads hold a core while the next one starts,
and then both are measured wrongly. The processes take turns for some rounds, so that a slow minute of the machine
meets all.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Callable

import numpy as np

Work = Callable[[], Any]  # runs the work once; what it returns is ready (read, or waited for)


@dataclass(frozen=True)
class Contender:
    """One library on one placement. `prepare` gives the work, and how its result becomes a NumPy array."""

    name: str
    prepare: Callable[[], tuple[Work, Callable[[Any], np.ndarray[Any, Any]]]]
    environment: dict[str, str] = field(default_factory=dict)


def waited(backend: str) -> Callable[[Any], Any]:
    """`work -> tensor` whose value is there: recorded work has run, and OpenGL was waited for."""

    def wait(tensor: Any) -> Any:
        from tfnb.engine.placement import ENGINE

        tensor.realize()
        if backend == "gl":
            executor = ENGINE.open_gl()
            assert executor is not None
            executor.finish()
        return tensor

    return wait


@dataclass(frozen=True)
class Bound:
    """`ours` takes at most `most` times as long as `theirs`; or, with no `theirs`, at most `most` seconds."""

    ours: str
    theirs: str | None
    most: float
    over: str | None = None  # time of this contender is taken off `ours` first


@dataclass(frozen=True)
class Case:
    """Some work, and who does it."""

    name: str
    what: str
    contenders: tuple[Contender, ...]
    bounds: tuple[Bound, ...]
    tolerance: float = 1e-5
    inner: int = 1  # calls per timed piece, for work of microseconds
