"""The OpenGL program of a record, by name.

A record knows no device: it says which builder in `tfnb/device/gl/` writes its program, and the device's module is
imported when a program is first wanted. So records load in a process that never sees a driver.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any, Callable


class OpenGL:
    """The builder `name` of `tfnb/device/gl/<family>.py`: what a record gives as its `gl`."""

    __slots__ = ("family", "name", "_builder")

    def __init__(self, family: str, name: str) -> None:
        self.family, self.name = family, name
        self._builder: Callable[..., Any] | None = None

    def __call__(self, executor: Any, *sources: Any, **attributes: Any) -> Any:
        if self._builder is None:
            self._builder = getattr(import_module(f"tfnb.device.gl.{self.family}"), self.name)
        return self._builder(executor, *sources, **attributes)

    def __repr__(self) -> str:
        return f"<OpenGL program {self.family}.{self.name}>"
