"""Layers whose weights come from a file: no first values are made for them, and no more weights than the file has."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from tfnb.errors import ModelFormatError
from tfnb.language import _
from tfnb.shapes import Shape, size_of


class Loading:
    """How many numbers the file that is being loaded still has; None while none is."""

    __slots__ = ("_left",)

    def __init__(self) -> None:
        self._left: ContextVar[int | None] = ContextVar("tfnb_loading", default=None)

    @contextmanager
    def numbers(self, count: int) -> Iterator[None]:
        """Within this block weights take no more than so many numbers."""
        before = self._left.set(count)
        try:
            yield
        finally:
            self._left.reset(before)

    def takes(self, name: str, shape: Shape) -> bool:
        """Whether a weight waits for its values from a file.

        Errors:
            ModelFormatError: the file has not as many.
        """
        left = self._left.get()
        if left is None:
            return False
        wanted = size_of(shape)
        if wanted > left:
            raise ModelFormatError(
                _("the weight {name!r} would take {wanted:,} numbers, and the file has {given:,} left").format(
                    name=name, wanted=wanted, given=left
                ),
                op="load_layers_model",
            )
        self._left.set(left - wanted)
        return True


LOADING = Loading()
