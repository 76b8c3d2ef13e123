from __future__ import annotations

import gc
import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tfnb.device.gl.device import GLDevice
from tfnb.device.gl.layout import layout_of
from tfnb.device.gl.pool import Kind, Storage, Texture, TexturePool
from tfnb.device.gl.transfer import CANARY
from tfnb.errors import OutOfMemoryError, TextureSizeError, ThreadError

MIB = 1 << 20


class Imaginary:
    """An allocator without OpenGL, whose memory ends where it is told to."""

    def __init__(self, room: int = 1 << 40) -> None:
        self.room, self.made = room, 0
        self.alive: dict[int, int] = {}

    def check_thread(self) -> None: ...

    def create(self, kind: Kind, width: int, height: int) -> Storage:
        nbytes = width * height * 16
        if sum(self.alive.values()) + nbytes > self.room:
            raise OutOfMemoryError("no room")
        self.made += 1
        self.alive[self.made] = nbytes
        return Storage(kind, width, height, self.made, object())

    def delete(self, storages: list[Storage]) -> None:
        for storage in storages:
            del self.alive[storage.name]

    def fill(self, storage: Storage) -> None: ...


@pytest.fixture
def allocator() -> Imaginary:
    return Imaginary()


@pytest.fixture
def pool(allocator: Imaginary) -> TexturePool:
    return TexturePool(allocator, 16384, 64 * MIB)


def test_a_released_texture_is_lent_again(pool: TexturePool, allocator: Imaginary) -> None:
    names = {pool.take("float", 5000).name for _time in range(10)}
    assert len(names) == allocator.made == 1


def test_a_texture_in_use_is_never_lent_again(pool: TexturePool) -> None:
    held = [pool.take("float", 5000) for _time in range(10)]
    assert len({texture.name for texture in held}) == 10


def test_reuse_is_by_kind_and_sides_and_the_layout_is_the_takers(pool: TexturePool, allocator: Imaginary) -> None:
    pool.take("float", 5000)
    texture = pool.take("float", 7000)  # the same sides
    assert (texture.layout.size, allocator.made) == (7000, 1)
    pool.take("int", 7000)
    assert allocator.made == 2


def test_the_last_reference_counts(pool: TexturePool) -> None:
    texture: Texture | None = pool.take("float", 100)
    other = texture
    texture = None
    assert pool.stats().textures_in_use == 1
    del other
    assert pool.stats()[1:3] == (0, layout_of(100, 16384).nbytes)


def test_memory_adds_up_and_trim_gives_it_back(pool: TexturePool, allocator: Imaginary) -> None:
    held = [pool.take("float", size) for size in (1, 100, 10_000, 1_000_000)]
    del held[2:]
    stats = pool.stats()
    assert stats.bytes_allocated == stats.bytes_in_use + stats.bytes_free == sum(allocator.alive.values())
    assert pool.trim() == stats.bytes_free
    assert sum(allocator.alive.values()) == pool.stats().bytes_allocated == stats.bytes_in_use


def test_idle_textures_make_room_within_the_budget(pool: TexturePool, allocator: Imaginary) -> None:
    for size in (4 * MIB, 2 * MIB, MIB, MIB // 2) * 3:
        pool.take("float", size)
        pool.take("int", size)
        assert sum(allocator.alive.values()) <= 64 * MIB


def test_over_the_budget_is_an_error_that_names_the_sizes(pool: TexturePool) -> None:
    held = [pool.take("float", 4 * MIB) for _time in range(4)]
    with pytest.raises(OutOfMemoryError, match=rf"{16 * MIB:,} bytes wanted.*{64 * MIB:,} bytes are in use"):
        pool.take("float", 4 * MIB)
    held.pop()
    assert pool.take("float", 4 * MIB)


def test_a_driver_without_memory_gets_idle_textures_back_before_it_is_an_error(allocator: Imaginary) -> None:
    allocator.room = 32 * MIB
    pool = TexturePool(allocator, 16384, 1 << 40)
    pool.take("float", 4 * MIB)
    held = pool.take("float", 6 * MIB)  # needs 32 MiB: fits only once the first is gone
    assert held.nbytes == 32 * MIB
    with pytest.raises(OutOfMemoryError, match="driver has no memory left"):
        pool.take("float", 1)
    assert pool.stats().bytes_in_use == 32 * MIB


def test_memory_held_by_cycles_is_found_before_it_is_an_error(pool: TexturePool) -> None:
    gc.disable()
    try:
        for _time in range(5):
            cycle: list[Any] = [pool.take("float", 6 * MIB)]
            cycle.append(cycle)
            del cycle
    finally:
        gc.enable()
    assert pool.stats().bytes_allocated <= 64 * MIB


def test_a_tensor_too_large_for_any_texture_is_refused_at_once(pool: TexturePool, allocator: Imaginary) -> None:
    with pytest.raises(TextureSizeError):
        pool.take("float", 2**53)
    assert allocator.made == 0


def test_release_on_another_thread_only_queues(pool: TexturePool) -> None:
    textures = [pool.take("float", 100) for _time in range(100)]
    thread = threading.Thread(target=textures.clear)
    thread.start()
    thread.join()
    assert len(pool.released) == 100
    assert pool.stats().textures_free == 100


def test_an_interrupt_at_any_line_leaves_the_pool_whole(allocator: Imaginary, interrupt_at: Any) -> None:
    pool = TexturePool(allocator, 16384, 24 * MIB)

    def script() -> None:
        held = [pool.take("float", size) for size in (10, 10, 100_000)]
        held.pop()
        held.append(pool.take("int", 10))
        held.clear()
        pool.take("float", 3 * MIB // 4)
        pool.trim()
        pool.take("float", 10)

    number, finished = 0, False
    while not finished:
        number += 1
        try:
            with interrupt_at(TexturePool.take.__code__.co_filename, number):
                script()
            finished = True
        except KeyboardInterrupt:
            pass
        stats = pool.stats()
        assert stats.textures_in_use == 0, f"line {number}"
        lendable = {storage.name for storages in pool._allocated.values() for storage in storages}
        assert lendable <= set(allocator.alive), f"line {number}: a deleted texture could be lent"
        lent = [pool.take("float", 10), pool.take("float", 10), pool.take("int", 10)]
        assert len({texture.name for texture in lent}) == 3
        del lent
    assert number > 100


class PoolMachine(RuleBasedStateMachine):
    """Random takes, copies of references, releases and trims; totals are compared with a model after each step."""

    def __init__(self) -> None:
        super().__init__()
        self.allocator = Imaginary()
        self.pool = TexturePool(self.allocator, 1024, 8 * MIB)
        self.held: list[Texture] = []

    def in_use(self) -> int:
        return sum({texture.name: texture.nbytes for texture in self.held}.values())

    @rule(kind=st.sampled_from(["float", "int"]), size=st.integers(0, 200_000))
    def take(self, kind: Kind, size: int) -> None:
        fits = self.in_use() + layout_of(size, 1024).nbytes <= 8 * MIB
        try:
            texture = self.pool.take(kind, size)
        except OutOfMemoryError:
            assert not fits
            return
        assert fits
        assert texture.name not in {other.name for other in self.held}
        assert texture.layout.size == size
        self.held.append(texture)

    @precondition(lambda self: self.held)
    @rule(data=st.data())
    def share(self, data: st.DataObject) -> None:
        self.held.append(self.held[data.draw(st.integers(0, len(self.held) - 1))])  # drawn values are kept alive

    @precondition(lambda self: self.held)
    @rule(data=st.data())
    def release(self, data: st.DataObject) -> None:
        self.held.pop(data.draw(st.integers(0, len(self.held) - 1)))

    @rule(keep=st.integers(0, 4 * MIB))
    def trim(self, keep: int) -> None:
        self.pool.trim(keep)
        assert self.pool.stats().bytes_free <= keep

    @invariant()
    def totals_agree(self) -> None:
        stats = self.pool.stats()
        assert stats.bytes_in_use == self.in_use()
        assert stats.bytes_allocated == sum(self.allocator.alive.values()) <= 8 * MIB
        assert stats.textures_allocated == len(self.allocator.alive)


PoolMachine.TestCase.settings = settings(max_examples=30, stateful_step_count=40, deadline=None)
test_the_pool_agrees_with_its_model = PoolMachine.TestCase


# ---------------------------------------------------------------------------------------------------- on the device


def test_textures_of_the_pool_are_the_drivers(device: GLDevice, ledgers: Callable[[], dict[str, int]]) -> None:
    before = ledgers()
    held = [device.pool.take(kind, size) for kind in ("float", "int") for size in (1, 100, 20_000)]
    assert ledgers()["in use"] == before["in use"] + 6
    del held
    device.pool.trim()
    after = ledgers()
    assert after["pool"] == after["glir"] == after["driver"] == after["in use"] == before["in use"]


def test_framebuffers_go_with_their_textures(device: GLDevice, kernels: Any) -> None:
    device.pool.trim()
    before = len(device._framebuffers)
    texture = device.upload(np.ones(100, np.float32))
    for _time in range(5):
        texture = kernels.run("r=v0;", [texture], tier="fragment")
    assert len(device._framebuffers) > before
    del texture
    device.pool.trim()
    assert len(device._framebuffers) == before


@pytest.mark.parametrize("times", [32, 17])
def test_textures_and_programs_made_n_times_leave_nothing(
    device: GLDevice, kernels: Any, ledgers: Callable[[], dict[str, int]], times: int
) -> None:
    device._programs.clear()
    device.pool.trim()
    before = ledgers(), len(device._context.parser.names().get("GlirProgram", []))
    for number in range(times):
        kernels.run(f"r=v0+{number}.5;", [device.upload(np.ones(1000 * number, np.float32))])
    device._programs.clear()
    device.pool.trim()
    assert before == (ledgers(), len(device._context.parser.names().get("GlirProgram", [])))


def test_the_canary_is_in_what_nobody_wrote_and_never_in_a_result(device: GLDevice, kernels: Any) -> None:
    device.pool.trim()
    device.pool.canary = True
    try:
        for size in (1, 6, 8193):
            texture = device.pool.take("float", size)
            assert (device.read(texture, 0, size).view(np.int32) == CANARY).all()
            result = device.read(kernels.run("r=v0+v1;", [device.upload(np.ones(size, np.float32))] * 2))
            assert (result == 2).all()
            del texture
            again = device.pool.take("float", size)
            assert (device.read(again, 0, size).view(np.int32) == CANARY).all()
    finally:
        device.pool.canary = False


def test_the_budget_comes_from_the_environment(fresh: Callable[..., Any]) -> None:
    code = """
from tfnb.device.gl.context import get_device
from tfnb.errors import OutOfMemoryError
pool = get_device().pool
held = pool.take("float", 200_000)
try:
    pool.take("float", 200_000)
except OutOfMemoryError as error:
    print(pool.budget, "TFNB_GL_BUDGET" in str(error))
"""
    assert fresh(code, driver={"TFNB_GL_BUDGET": "1500000"}).stdout.split() == ["1500000", "True"]


def test_another_thread_is_refused(device: GLDevice) -> None:
    refused: list[bool] = []

    def use() -> None:
        for action in (lambda: device.pool.take("float", 4), device.pool.trim, device.pool.stats):
            with pytest.raises(ThreadError):
                action()
            refused.append(True)

    thread = threading.Thread(target=use)
    thread.start()
    thread.join()
    assert len(refused) == 3
