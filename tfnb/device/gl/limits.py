"""What a driver can do: its limits, its GLSL, its memory."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tfnb.device.gl import constants as c
from tfnb.device.gl import wgl
from tfnb.device.gl.api import Api

# How renderers that run on the processor call themselves.
_SOFTWARE: Final = (
    "llvmpipe", "softpipe", "swrast", "software rasterizer", "swiftshader", "lavapipe", "gdi generic",
    "apple software renderer", "microsoft basic render driver",
)  # fmt: skip
_BYTES_PER_KIB: Final = 1024
_UNKNOWN_GPU_BUDGET: Final = 4 << 30


@dataclass(frozen=True, slots=True)
class Limits:
    """The numbers that plans depend on.

    Attributes:
        version: OpenGL's. side: the largest texture side. texture_units: inputs that a program can fetch from.
        images: images of a compute program, outputs included. outputs: render targets of a draw.
        groups: work groups along an axis. invocations: of one group. shared_bytes: of one group.
        has_images: image stores exist (4.2). direct_state: textures are changed by name (4.5).
        precise: GLSL knows `precise` in fragment programs too. software: the renderer runs on the processor.
    """

    version: tuple[int, int]
    side: int
    texture_units: int
    images: int
    outputs: int
    groups: int
    invocations: int
    shared_bytes: int
    has_images: bool
    direct_state: bool
    precise: bool
    software: bool

    @classmethod
    def of(cls, api: Api) -> Limits:
        """Ask the driver."""
        compute = api.version >= (4, 3)
        units = api.integer(c.MAX_TEXTURE_IMAGE_UNITS)
        return cls(
            version=api.version,
            side=api.integer(c.MAX_TEXTURE_SIZE),
            texture_units=min(units, api.integer(c.MAX_COMPUTE_TEXTURE_IMAGE_UNITS)) if compute else units,
            images=min(api.integer(c.MAX_COMPUTE_IMAGE_UNIFORMS), api.integer(c.MAX_IMAGE_UNITS)) if compute else 0,
            outputs=min(api.integer(c.MAX_DRAW_BUFFERS), api.integer(c.MAX_COLOR_ATTACHMENTS)),
            groups=min(api.integer(c.MAX_COMPUTE_WORK_GROUP_COUNT, axis) for axis in range(3)) if compute else 0,
            invocations=api.integer(c.MAX_COMPUTE_WORK_GROUP_INVOCATIONS) if compute else 0,
            shared_bytes=api.integer(c.MAX_COMPUTE_SHARED_MEMORY_SIZE) if compute else 0,
            has_images=api.version >= (4, 2),
            direct_state=api.version >= (4, 5),
            precise=api.version >= (4, 0) or "GL_ARB_gpu_shader5" in api.extensions,
            software=any(word in api.string(c.RENDERER).lower() for word in _SOFTWARE),
        )

    def header(self, kind: str) -> str:
        """The first lines of a source for this driver."""
        if kind == "compute":
            return "#version 430\n"
        if self.version >= (4, 1):
            return "#version 410\n"
        return "#version 330\n" + ("#extension GL_ARB_gpu_shader5 : enable\n" if self.precise else "")


@dataclass(frozen=True, slots=True)
class DriverMemory:
    """Bytes of the device's memory as its driver tells them; None for what it does not tell."""

    total: int | None
    free: int | None


def driver_memory(api: Api) -> DriverMemory | None:
    """Ask by NVX_gpu_memory_info or ATI_meminfo, whose total only WGL tells; None where the driver has neither."""
    if "GL_NVX_gpu_memory_info" in api.extensions:
        return DriverMemory(
            total=api.integer(c.GPU_MEMORY_INFO_TOTAL_AVAILABLE_MEMORY_NVX) * _BYTES_PER_KIB,
            free=api.integer(c.GPU_MEMORY_INFO_CURRENT_AVAILABLE_VIDMEM_NVX) * _BYTES_PER_KIB,
        )
    if "GL_ATI_meminfo" in api.extensions:
        return DriverMemory(
            total=wgl.memory_of_gpu(api.string(c.RENDERER), wgl.find_function()),
            free=api.integer(c.TEXTURE_FREE_MEMORY_ATI) * _BYTES_PER_KIB,
        )
    return None


def default_budget(api: Api, software: bool) -> int:
    """The bytes of textures that we allow ourselves where nobody said: a software renderer's are the machine's own."""
    if software:
        return machine_memory() // 2
    known = driver_memory(api)
    amount = (known.total or known.free) if known is not None else None
    return amount * 4 // 5 if amount else _UNKNOWN_GPU_BUDGET


def machine_memory() -> int:
    """Bytes of memory this process may use: the machine's, or its control group's where that is less."""
    try:
        total = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        total = 8 << 30
    try:
        limit = Path("/sys/fs/cgroup/memory.max").read_text().strip()
    except OSError:
        limit = ""
    return min(total, int(limit)) if limit.isdigit() else total
