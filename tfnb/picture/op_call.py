"""An op applied to tensors, as the diagrams of ops see it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Mapping

from tfnb.language import _
from tfnb.picture.boxes import Index
from tfnb.picture.formats import format_shape, format_value
from tfnb.picture.window import Window

# Boxes drawn at each end of a long axis.
EDGE = 3


@dataclass(frozen=True, slots=True)
class Operand:
    """A tensor that goes in or comes out.

    Attributes:
        shape: its shape.
        name: what the reader calls it.
        window: its values at the ends of the axes (`read_ends` with `EDGE`); None draws empty boxes.
    """

    shape: tuple[int, ...]
    name: str = ""
    window: Window | None = None

    def text(self, index: Index) -> str:
        """What stands in the box of an index."""
        if self.window is None:
            return " "
        try:
            return format_value(self.window.at(index), precision=3, width=10)
        except IndexError:
            return " "

    def value(self, index: Index) -> Any:
        """The value at an index; None where it was not read."""
        if self.window is None:
            return None
        try:
            return self.window.at(index)
        except IndexError:
            return None

    @property
    def words(self) -> str:
        """Name and shape."""
        return f"{self.name} {format_shape(self.shape)}".strip()


@dataclass(frozen=True, slots=True)
class OpCall:
    """What went in, what came out (None where the op refuses), and the arguments that shape it."""

    op: str
    inputs: tuple[Operand, ...]
    output: Operand | None
    attributes: Mapping[str, Any] = field(default_factory=dict)
    problem: str = ""

    def axes(self, rank: int) -> tuple[int, ...]:
        """The `axis` argument as sorted axes counted from the front; all of them where it is None."""
        given = self.attributes.get("axis")
        if given is None:
            return tuple(range(rank))
        listed = [given] if isinstance(given, int) else list(given)
        return tuple(sorted({int(axis) % rank if rank else 0 for axis in listed}))


def result_name() -> str:
    """What a result without a name is called."""
    return _("result")
