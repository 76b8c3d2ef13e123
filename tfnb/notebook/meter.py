"""Reading the gauge. What only the driver knows is asked on the context's thread, and kept for the others."""

from __future__ import annotations

import contextlib
import importlib
import os
from typing import Any

from tfnb.engine.ledger import LEDGER
from tfnb.engine.placement import ENGINE
from tfnb.picture.memory_view import MemoryState


class Meter:
    """Readings of the memory of tensors. `read` may be called on any thread, `ask_driver` on the kernel's own."""

    __slots__ = ("device", "pool", "process", "renderer", "total")

    def __init__(self) -> None:
        self.renderer, self.device = "NumPy", "process"
        self.total: int | None = machine_memory()
        self.process: int | None = None
        self.pool = 0

    def ask_driver(self) -> None:
        """Find out who computes and how much memory there is; no OpenGL context is opened for it."""
        gl = _open_device()
        if gl is None:
            self.renderer, self.device, self.total = "NumPy", "process", machine_memory()
            return
        self.renderer = str(getattr(gl, "renderer", "OpenGL"))
        if getattr(gl, "software", False):  # its memory is the machine's, and `auto` leaves it alone
            self.device, self.total = "process", machine_memory()
            self.renderer = self.renderer if ENGINE.backend == "gl" else "NumPy"
        else:
            self.device, self.total = "gpu", _gpu_total(gl)

    def read(self) -> MemoryState:
        """The memory as it stands, from numbers that are at hand."""
        in_use = max(0, LEDGER.bytes)
        gl = _open_device()
        if gl is not None:
            # The pool belongs to another thread; if it changes while it is counted, the last count has to do.
            with contextlib.suppress(RuntimeError):
                self.pool = int(gl.pool.stats().bytes_free)
        if self.device == "process" or self.total is None:
            self.process = process_memory()
        peak = max(LEDGER.peak, in_use)
        return MemoryState(in_use, self.pool, peak, self.total, self.renderer, self.device, self.process)


def _open_device() -> Any:
    """The OpenGL device if one is open already."""
    if not ENGINE.gl_open:
        return None
    return getattr(ENGINE.open_gl(), "device", None)


def _gpu_total(gl: Any) -> int | None:
    """What the driver tells by its extensions, else NVML if it is installed."""
    told = gl.memory_total()
    if told is not None and told.total:
        return int(told.total)
    if "nvidia" not in str(getattr(gl, "vendor", "")).lower():
        return None
    try:
        nvml: Any = importlib.import_module("pynvml")
        nvml.nvmlInit()
        handles = [nvml.nvmlDeviceGetHandleByIndex(place) for place in range(nvml.nvmlDeviceGetCount())]
        # OpenGL's name of a GPU has more behind it, as in "NVIDIA T4/PCIe/SSE2"; several of one name are alike.
        named = [handle for handle in handles if _text(nvml.nvmlDeviceGetName(handle)) in str(gl.renderer)]
        return int(nvml.nvmlDeviceGetMemoryInfo((named or handles)[0]).total)
    except Exception:  # not installed, or no NVIDIA driver behind it: its errors are its own
        return None


def _text(name: Any) -> str:
    """Older versions of NVML's package give bytes."""
    return name.decode("utf-8", "replace") if isinstance(name, bytes) else str(name)


def process_memory() -> int | None:
    """Bytes of this process in the machine's memory; None where nobody tells."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        psutil = _psutil()
        return int(psutil.Process().memory_info().rss) if psutil is not None else None


def machine_memory() -> int | None:
    """Bytes of the machine's memory; None where nobody tells."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (OSError, ValueError, AttributeError):
        psutil = _psutil()
        return int(psutil.virtual_memory().total) if psutil is not None else None


def _psutil() -> Any:
    """psutil comes with ipykernel; a plain Python may lack it."""
    try:
        return importlib.import_module("psutil")
    except ImportError:
        return None
