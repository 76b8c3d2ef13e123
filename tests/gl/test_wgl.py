"""AMD's totals on Windows, with functions that answer as WGL_AMD_gpu_association says."""

from __future__ import annotations

import ctypes
from typing import Any

import pytest

from tfnb.device.gl import wgl
from tfnb.device.gl.limits import DriverMemory, driver_memory

GIB = 1 << 30
IDS = ctypes.CFUNCTYPE(ctypes.c_uint, ctypes.c_uint, ctypes.POINTER(ctypes.c_uint))
INFO = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.c_uint, ctypes.c_int, ctypes.c_uint, ctypes.c_uint, ctypes.POINTER(ctypes.c_ubyte)
)


class Windows:
    """The functions of a driver with these GPUs: name and memory in MiB of each."""

    def __init__(self, *gpus: tuple[str, int]) -> None:
        self.gpus = gpus
        self.functions = {b"wglGetGPUIDsAMD": IDS(self.ids), b"wglGetGPUInfoAMD": INFO(self.info)}

    def __call__(self, name: bytes) -> int | None:
        return ctypes.cast(self.functions[name], ctypes.c_void_p).value

    def ids(self, most: int, numbers: Any) -> int:
        for place in range(min(most, len(self.gpus))):
            numbers[place] = 1 + place
        return len(self.gpus)

    def info(self, gpu: int, what: int, kind: int, size: int, data: Any) -> int:
        name, mebibytes = self.gpus[gpu - 1]
        if (what, kind) == (0x21A3, 0x1405):
            ctypes.cast(data, ctypes.POINTER(ctypes.c_uint))[0] = mebibytes
            return 1
        if (what, kind) == (0x1F01, 0x1401):
            text = name.encode()[:size]
            ctypes.memmove(data, text, len(text))
            return len(text)
        return -1


class Amd:
    """A driver that tells what is free, as AMD's does."""

    extensions = frozenset({"GL_ATI_meminfo"})

    def string(self, _name: int) -> str:
        return "Radeon RX"

    def integer(self, _name: int) -> int:
        return 3 * GIB // 1024


@pytest.mark.parametrize(
    ("gpus", "wanted"),
    [
        ([("Radeon RX", 8192)], 8 * GIB),
        ([("another name for it", 8192)], 8 * GIB),
        ([("Radeon Vega", 2048), ("Radeon RX", 16_384)], 16 * GIB),
        ([("Radeon Vega", 2048), ("Radeon VII", 16_384)], None),
        ([("Radeon RX", 0)], None),
        ([], None),
    ],
)
def test_the_gpu_is_the_one_that_the_context_names(gpus: list[tuple[str, int]], wanted: int | None) -> None:
    assert wgl.memory_of_gpu("Radeon RX", Windows(*gpus)) == wanted


def test_a_driver_without_the_functions_tells_nothing() -> None:
    assert wgl.memory_of_gpu("Radeon RX", lambda _name: None) is None
    assert wgl.memory_of_gpu("Radeon RX", None) is None


def test_elsewhere_than_on_windows_nobody_is_asked() -> None:
    assert wgl.find_function() is None
    assert driver_memory(Amd()) == DriverMemory(None, 3 * GIB)  # type: ignore[arg-type]


def test_on_windows_amds_total_stands_beside_what_is_free(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wgl, "find_function", lambda: Windows(("Radeon RX", 8192)))
    assert driver_memory(Amd()) == DriverMemory(8 * GIB, 3 * GIB)  # type: ignore[arg-type]
