"""Layers whose weights come from a file: no first values are made for them, and no more weights than the file has."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from tfnb.errors import ModelFormatError
from tfnb.language import _
from tfnb.layers.variable import LayerVariable
from tfnb.shapes import Shape, size_of


class Loading:
    """The weights that wait for their values from the file that is being loaded, and how many numbers it still has."""

    __slots__ = ("_waiting",)

    def __init__(self) -> None:
        self._waiting: ContextVar[_Waiting | None] = ContextVar("tfnb_loading", default=None)

    @contextmanager
    def numbers(self, count: int) -> Iterator[None]:
        """Within this block weights take no more than so many numbers; where it fails, those that were made end."""
        waiting = _Waiting(count)
        before = self._waiting.set(waiting)
        try:
            yield
        except BaseException:
            for weight in waiting.made:
                weight.dispose()
            raise
        finally:
            self._waiting.reset(before)

    def takes(self, name: str, shape: Shape) -> bool:
        """Whether a weight waits for its values from a file.

        Errors:
            ModelFormatError: the file has not as many.
        """
        waiting = self._waiting.get()
        if waiting is None:
            return False
        wanted = size_of(shape)
        if wanted > waiting.left:
            raise ModelFormatError(
                _("the weight {name!r} would take {wanted:,} numbers, and the file has {given:,} left").format(
                    name=name, wanted=wanted, given=waiting.left
                ),
                op="load_layers_model",
            )
        waiting.left -= wanted
        return True

    def made(self, weight: LayerVariable) -> None:
        """A weight was made."""
        waiting = self._waiting.get()
        if waiting is not None:
            waiting.made.append(weight)


class _Waiting:
    __slots__ = ("left", "made")

    def __init__(self, left: int) -> None:
        self.left = left
        self.made: list[LayerVariable] = []


LOADING = Loading()
