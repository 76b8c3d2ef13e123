"""A tensor as a notebook shows it: as any front end does, with the name that the reader gave it."""

from __future__ import annotations

from typing import Any

from tfnb.engine.handle import Handle
from tfnb.notebook.display import notebook_shell
from tfnb.notebook.namespace import names
from tfnb.ops import tensor_bundle as plain
from tfnb.picture.bundle import Bundle


def tensor_bundle(handle: Any) -> Bundle:
    """Text and HTML of a tensor, whatever state it is in."""
    return plain.tensor_bundle(handle, name_of)


def name_of(handle: Handle) -> str | None:
    """What the reader calls a tensor: the first of the notebook's names that is bound to it."""
    shell = notebook_shell()
    if shell is None:
        return None
    return next((name for name, value in names(shell).items() if value is handle), None)
