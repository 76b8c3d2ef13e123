"""Composite kernels: many ops in one call on the host, with a definition made of ordinary ops beside.

A recurrent layer over a whole sequence is hundreds of small ops. On the host one `forward` does them all, and one
`backward` goes back; both know arrays only. Everywhere else, and wherever the way back must itself be gone back (a
gradient of a gradient), the `definition` runs, op by op: it is what the fast pair means, and the tests hold the two
together.
"""

from __future__ import annotations

import sys
from typing import Any, Callable, Final, Protocol, Sequence

COMPOSITES: Final[dict[str, Composite]] = {}

Arrays = Sequence[Any]


class State(Protocol):
    """What a forward keeps for its backward. Dropped, it gives its workspace back."""

    nbytes: int


class Composite:
    """One composite kernel.

    name:       the key in `COMPOSITES`.
    inputs:     names of its tensors, in order; one that is left out is None.
    forward:    `forward(*arrays, keep, **attributes)` -> (outputs, state): outputs are arrays, None where not wanted;
                `state` is what `backward` needs, None unless `keep`.
    backward:   `backward(state, slopes, needed)` -> a gradient per input, None where `needed` (a truth value per input)
                says so; `slopes` are the outputs' gradients, None where there is none. It may be called again.
    definition: `definition(*tensors, **attributes)` -> outputs, by tensor methods only.
    note:       what a reader of docs/kernels.md should know.
    """

    __slots__ = ("name", "inputs", "forward", "backward", "definition", "note", "module")

    def __init__(
        self,
        name: str,
        *,
        inputs: tuple[str, ...],
        forward: Callable[..., tuple[Arrays, State | None]],
        backward: Callable[[Any, Arrays, Sequence[bool]], Arrays],
        definition: Callable[..., Arrays],
        note: str = "",
    ) -> None:
        self.name, self.inputs, self.note = name, inputs, note
        self.forward, self.backward, self.definition = forward, backward, definition
        self.module = sys._getframe(1).f_globals["__name__"]
        if name in COMPOSITES:
            raise ValueError(f"two composite kernels are called {name}")
        COMPOSITES[name] = self

    def __repr__(self) -> str:
        return f"<composite {self.name}>"
