"""Readings of the gauge: right amounts, and no OpenGL call off the kernel's own thread."""

from __future__ import annotations

import sys
import threading
from dataclasses import dataclass, field
from typing import Any

import pytest

import tfnb as tf
from tfnb.engine.placement import ENGINE
from tfnb.notebook import meter as module
from tfnb.notebook.meter import Meter, machine_memory, process_memory

MIB = 2**20


@dataclass
class Stats:
    bytes_free: int = 3 * MIB


class Pool:
    def stats(self) -> Stats:
        return Stats()


@dataclass
class Told:
    total: int | None
    free: int | None = None


@dataclass
class FakeDevice:
    """A GPU as the meter sees it; it notes on which thread its driver is asked."""

    renderer: str = "GeForce"
    vendor: str = "somebody"
    software: bool = False
    total: int | None = 8 * 2**30
    pool: Pool = field(default_factory=Pool)
    asked_on: list[int] = field(default_factory=list)

    def memory_total(self) -> Told:
        self.asked_on.append(threading.get_ident())
        return Told(self.total)


def with_device(monkeypatch: pytest.MonkeyPatch, device: Any) -> Meter:
    monkeypatch.setattr(module, "_open_device", lambda: device)
    meter = Meter()
    meter.ask_driver()
    return meter


def test_without_opengl_the_process_is_measured() -> None:
    state = Meter().read()
    assert state.device == "process"
    assert state.renderer == "NumPy"
    assert state.total == machine_memory()
    assert (process_memory() or 0) > 10 * MIB


def test_tensors_are_counted_to_the_byte() -> None:
    meter = Meter()
    before = tf.memory().num_bytes
    x = tf.ones([1000])
    assert meter.read().in_use == before + 4000
    x.dispose()
    assert meter.read().in_use == before


def test_a_gpu_says_its_name_total_and_pool(monkeypatch: pytest.MonkeyPatch) -> None:
    state = with_device(monkeypatch, FakeDevice()).read()
    assert (state.device, state.renderer, state.total, state.pool) == ("gpu", "GeForce", 8 * 2**30, 3 * MIB)


def test_where_no_driver_tells_of_the_gpu_the_process_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    state = with_device(monkeypatch, FakeDevice(total=None)).read()
    assert (state.device, state.total) == ("gpu", None)
    assert (state.process or 0) > 10 * MIB


class Nvml:
    """NVML with two GPUs; `init` is what happens when it is opened."""

    def __init__(self, names: list[Any], init: Any = None) -> None:
        self.names, self.init = names, init

    def nvmlInit(self) -> None:
        if self.init is not None:
            raise self.init

    def nvmlDeviceGetCount(self) -> int:
        return len(self.names)

    def nvmlDeviceGetHandleByIndex(self, index: int) -> int:
        return index

    def nvmlDeviceGetName(self, handle: int) -> Any:
        return self.names[handle]

    def nvmlDeviceGetMemoryInfo(self, handle: int) -> Told:
        return Told((handle + 1) * 2**30)


@pytest.mark.parametrize(
    ("nvml", "wanted"),
    [
        (Nvml(["NVIDIA A2", "NVIDIA T4"]), 2 * 2**30),
        (Nvml([b"NVIDIA A2", b"NVIDIA T4"]), 2 * 2**30),
        (Nvml(["NVIDIA A2", "NVIDIA A10"]), 2**30),
        (Nvml([]), None),
        (Nvml(["NVIDIA T4"], RuntimeError("no driver")), None),
    ],
)
def test_nvml_tells_the_total_of_the_gpu_that_opengl_names(
    monkeypatch: pytest.MonkeyPatch, nvml: Nvml, wanted: int | None
) -> None:
    monkeypatch.setitem(sys.modules, "pynvml", nvml)
    device = FakeDevice(renderer="NVIDIA T4/PCIe/SSE2", vendor="NVIDIA Corporation", total=None)
    assert with_device(monkeypatch, device).read().total == wanted


def test_a_software_renderers_memory_is_the_machines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ENGINE, "backend", "gl")
    state = with_device(monkeypatch, FakeDevice(renderer="llvmpipe", software=True)).read()
    assert (state.device, state.renderer, state.total) == ("process", "llvmpipe", machine_memory())


def test_a_software_renderer_that_computes_nothing_is_not_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ENGINE, "backend", "auto")
    assert with_device(monkeypatch, FakeDevice(renderer="llvmpipe", software=True)).read().renderer == "NumPy"


def test_reading_on_another_thread_asks_no_driver(monkeypatch: pytest.MonkeyPatch) -> None:
    device = FakeDevice()
    meter = with_device(monkeypatch, device)
    seen: list[Any] = []
    thread = threading.Thread(target=lambda: seen.append(meter.read()))
    thread.start()
    thread.join()
    assert seen[0].total == 8 * 2**30
    assert device.asked_on == [threading.get_ident()]


def test_a_pool_that_changes_while_it_is_counted_costs_one_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    class Changing:
        def stats(self) -> Any:
            raise RuntimeError("dictionary changed size during iteration")

    device: Any = FakeDevice()
    meter = with_device(monkeypatch, device)
    assert meter.read().pool == 3 * MIB
    device.pool = Changing()
    assert meter.read().pool == 3 * MIB


def test_the_gauge_opens_no_opengl_by_itself() -> None:
    opened = ENGINE.gl_open
    Meter().ask_driver()
    assert ENGINE.gl_open == opened
