from __future__ import annotations

from typing import Any

import pytest

from tfnb.device.gl.device import GLDevice
from tfnb.device.gl.limits import DriverMemory, default_budget, machine_memory

GIB = 1 << 30


class Driver:
    """Answers as a driver with these extensions and numbers would."""

    def __init__(self, *extensions: str, **numbers: int) -> None:
        self.extensions = frozenset(extensions)
        self.numbers = {int(name.removeprefix("n"), 16): value for name, value in numbers.items()}

    def string(self, _name: int) -> str:
        return "a GPU"

    def integer(self, name: int, index: int | None = None) -> int:
        return self.numbers[name]


NVIDIA = Driver("GL_NVX_gpu_memory_info", n9048=8 * GIB // 1024, n9049=6 * GIB // 1024)
AMD = Driver("GL_ATI_meminfo", n87FC=3 * GIB // 1024)


@pytest.mark.parametrize(
    ("driver", "wanted"),
    [(NVIDIA, DriverMemory(8 * GIB, 6 * GIB)), (AMD, DriverMemory(None, 3 * GIB)), (Driver(), None)],
)
def test_memory_is_told_in_bytes_for_each_vendor(device: GLDevice, driver: Any, wanted: DriverMemory | None) -> None:
    real, device.gl = device.gl, driver
    try:
        assert device.memory_total() == wanted
    finally:
        device.gl = real


@pytest.mark.parametrize(
    ("driver", "budget"), [(NVIDIA, 8 * GIB * 4 // 5), (AMD, 3 * GIB * 4 // 5), (Driver(), 4 * GIB)]
)
def test_a_gpu_keeps_a_fifth_of_what_its_driver_tells(driver: Any, budget: int) -> None:
    assert default_budget(driver, software=False) == budget


def test_a_software_renderer_takes_at_most_half_of_the_machine() -> None:
    assert default_budget(Driver(), software=True) == machine_memory() // 2  # type: ignore[arg-type]
    with open("/proc/meminfo") as file:
        total = int(file.readline().split()[1]) * 1024
    assert machine_memory() <= total


def test_the_promises_of_the_specification_hold(device: GLDevice) -> None:
    limits = device.limits
    assert limits.side >= 1024 and limits.texture_units >= 16 and limits.outputs >= 8
    if device.tier == "compute":
        assert limits.images >= 8 and limits.groups >= 65_535
        assert limits.invocations >= 1024 and limits.shared_bytes >= 32 * 1024
