"""What can be set from outside, by environment variables, in one place. Each is read when it is first needed."""

from __future__ import annotations

import os
from typing import Final

BACKENDS: Final = ("auto", "gl", "host")


def backend() -> str:
    """`TFNB_BACKEND`: where tensors go, 'auto' (default), 'gl' or 'host'. An unknown value counts as 'auto'."""
    value = os.environ.get("TFNB_BACKEND", "auto")
    return value if value in (*BACKENDS, "null") else "auto"


def tier() -> str | None:
    """`TFNB_GL_TIER`: 'compute' or 'fragment' forces a tier where the driver has it; None leaves it to us."""
    value = os.environ.get("TFNB_GL_TIER")
    return value if value in ("compute", "fragment") else None


def debug() -> bool:
    """`TFNB_DEBUG=1`: check for OpenGL errors and for leaked storage after every kernel."""
    return os.environ.get("TFNB_DEBUG", "") not in ("", "0")


def gl_budget() -> int | None:
    """`TFNB_GL_BUDGET`: the most bytes of textures we allocate; None leaves it to the device layer."""
    value = os.environ.get("TFNB_GL_BUDGET", "")
    return int(value) if value.isdigit() else None
