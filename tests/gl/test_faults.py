from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tfnb.device.gl import context
from tfnb.device.gl.device import GLDevice
from tfnb.errors import DeviceError, OutOfMemoryError, ShaderError, TfnbError

OUT_OF_MEMORY = 0x0505
# A lost context ends the device, so it is injected in processes of its own.
CODES = {"INVALID_ENUM": 0x0500, "INVALID_VALUE": 0x0501, "INVALID_OPERATION": 0x0502, "OUT_OF_MEMORY": 0x0505,
         "INVALID_FRAMEBUFFER_OPERATION": 0x0506}  # fmt: skip


class Script:
    """One pass through every entry of the device. `entry` says which public call is running."""

    def __init__(self, device: GLDevice, kernels: Any) -> None:
        self.device, self.kernels, self.entry = device, kernels, ""

    def __call__(self) -> None:
        device, run = self.device, self.kernels.run
        values = np.arange(20_001, dtype=np.float32)
        self.entry = "upload"
        a = device.upload(values)
        b = device.upload(np.arange(20_001, dtype=np.int32))
        self.entry = "run"
        total = run("r=v0+vec4(v1)+1.;", [a, b], out="float")
        drawn = run("r=v0*k;", [total], tier="fragment", uniforms={"k": 2.0}, declare="uniform float k;")
        self.entry = "copy_rows"
        device.copy_rows(a, 0, drawn, 1, 1)
        self.entry = "read"
        assert device.read(total, 20_000, 1)[0] == 40_001
        result = device.read(drawn)
        assert (result[:8192] == (values[:8192] * 2 + 1) * 2).all()
        assert (result[8192:16384] == values[:8192]).all()
        self.entry = "finish"
        device.finish()
        self.entry = ""


@pytest.fixture
def script(device: GLDevice, kernels: Any) -> Script:
    script = Script(device, kernels)
    script()
    return script


def fail_each_call(script: Script, shim: Any, code: int, lasting: bool) -> int:
    """Fail the 1st, 2nd, … call of the script until a run sees no fault; the number of faults."""
    device, faults = script.device, 0
    while True:
        device._programs.clear()  # compiling and linking, and all allocations, are among what fails
        device.pool.trim()
        shim.calls.clear()
        shim.fail_at, shim.code, shim.lasting = faults + 1, code, lasting
        try:
            script()
            failed = False
        except TfnbError as error:
            failed = True
            assert isinstance(error, OutOfMemoryError) == (code == OUT_OF_MEMORY) or isinstance(error, ShaderError)
        injected = len(shim.calls) > faults
        shim.fail_at, shim.pending = None, 0
        if not injected:
            return faults
        faults += 1
        # Out of memory is met once by giving idle textures back; every other fault shows, in the call that had it.
        if code != OUT_OF_MEMORY or lasting:
            assert failed, f"fault {faults} in {shim.failed_call} did not show"
            assert script.entry, f"fault {faults} in {shim.failed_call} showed after its call"


@pytest.mark.parametrize("lasting", [False, True], ids=["once", "lasting"])
@pytest.mark.parametrize("code", CODES.values(), ids=CODES.keys())
def test_a_fault_in_any_call_shows_in_the_entry_that_made_it_and_leaves_nothing(
    device: GLDevice, script: Script, shim: Any, ledgers: Callable[[], dict[str, int]], code: int, lasting: bool
) -> None:
    faults = fail_each_call(script, shim, code, lasting)
    assert faults > 40
    script()  # the next one is right
    device.pool.trim()
    left = ledgers()
    assert left["pool"] == left["glir"] == left["driver"] == left["in use"]
    assert left["in use"] == 0
    assert device.gl.GetError() == 0


def test_an_interrupt_at_any_line_of_the_device_leaves_nothing(
    device: GLDevice, script: Script, interrupt_at: Any, ledgers: Callable[[], dict[str, int]], full_size: bool
) -> None:
    """Every line at full size, every 17th on other days."""
    number, step, finished = 1, 1 if full_size else 17, False
    while not finished:
        device._programs.clear()
        device.pool.trim()
        try:
            with interrupt_at(str(Path(context.__file__).parent), number):
                script()
            finished = True
        except KeyboardInterrupt:
            pass
        device.pool.trim()
        left = ledgers()
        assert left["pool"] == left["glir"] == left["driver"] == left["in use"] == 0, f"line {number}: {left}"
        assert device.gl.GetError() == 0, f"line {number}"
        script()  # the next one is right
        number += step
    assert number > 500


@pytest.mark.parametrize("name", ["glGetShaderParameter", "glGetProgramParameter"])
def test_a_driver_that_refuses_to_compile_or_link_is_a_shader_error(
    device: GLDevice, kernels: Any, shim: Any, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    texture = device.upload(np.ones(4, np.float32))
    with monkeypatch.context() as patch:
        patch.setattr(shim.vispy, name, lambda *_arguments: 0)
        with pytest.raises(ShaderError, match="#version"):
            kernels.run(f"r=v0*{len(name)}.25;", [texture])
    assert (device.read(kernels.run(f"r=v0*{len(name)}.25;", [texture])) == len(name) + 0.25).all()


def test_a_driver_that_gives_no_texture_is_out_of_memory(
    device: GLDevice, shim: Any, monkeypatch: pytest.MonkeyPatch, ledgers: Callable[[], dict[str, int]]
) -> None:
    device.pool.trim()
    before = ledgers()
    monkeypatch.setattr(shim.vispy, "glCreateTexture", lambda: 0)
    with pytest.raises(OutOfMemoryError):
        device.pool.take("float", 123_456)
    monkeypatch.undo()
    assert ledgers() == before


def test_an_older_error_is_not_blamed_on_an_allocation(device: GLDevice) -> None:
    device.pool.trim()
    device.gl.BindTexture(0xFFFF, 1)
    with pytest.raises(DeviceError, match="GL_INVALID_ENUM"):
        device.pool.take("float", 100)
    assert device.pool.take("float", 100)


def test_a_real_fault_is_named(device: GLDevice, kernels: Any) -> None:
    texture = device.upload(np.ones(4, np.float32))
    with pytest.raises(DeviceError, match=r"^read: the driver reports GL_INVALID_"):
        device.gl.BindTexture(0xFFFF, 1)
        device.read(texture)
    assert (device.read(kernels.run("r=v0;", [texture])) == 1).all()


def test_a_driver_without_memory_raises_and_goes_on(fresh: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    """The process may have 3 GiB of addresses; textures of 256 MiB are asked for until there are none."""
    code = """
import resource
import numpy as np
from tfnb.device.gl import context
from tfnb.errors import OutOfMemoryError
device = context.get_device()
small = device.upload(np.arange(1000, dtype=np.float32))
resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30))
held = []
try:
    while len(held) < 100:
        held.append(device.pool.take("float", 1 << 26))
except OutOfMemoryError as error:
    print("driver has no memory left" in str(error), 2 <= len(held) < 12)
reached = len(held)
assert (device.read(small) == np.arange(1000)).all()
held.clear()
held = [device.pool.take("float", 1 << 26) for again in range(reached)]
print(device.pool.stats().textures_in_use == reached + 1, device.gl.GetError())
"""
    result = fresh(code, driver={"TFNB_GL_BUDGET": str(1 << 40)})
    assert (result.returncode, result.stderr, result.stdout.split()) == (0, "", ["True", "True", "True", "0"])


LOST = """
import gc
import numpy as np
from tfnb.device.gl import context
from tfnb.errors import ContextLostError
first = context.get_device()
texture, ones = first.upload(np.ones(5000, np.float32)), np.ones(5000, np.float32)
{lose}
lost = 0
for entry in (lambda: first.read(texture), lambda: first.upload(ones), first.finish, lambda: texture.name,
              lambda: first.pool.take("float", 3), first.pool.trim, lambda: first.copy_rows(texture, 0, texture, 0, 1)):
    try:
        entry()
    except ContextLostError:
        lost += 1
second = context.get_device()
print(lost, second is not first, first.alive, second.alive)
assert (second.read(second.upload(ones * 3)) == 3).all()
try:
    second.read(texture)
except ContextLostError:
    print("an old texture is refused by the new device")
del texture, first
gc.collect()
assert second.pool.stats().textures_in_use == 0
"""


@pytest.mark.parametrize(
    "lose",
    [
        "first.gl.GetGraphicsResetStatus = lambda: 0x8253  # guilty",
        "first.gl.GetError = lambda: 0x0507  # GL_CONTEXT_LOST, again and again",
        "first._context.canvas._backend._vispy_set_current = lambda: 1 / 0; first._current = lambda: 0\n"
        "first.gl.GetGraphicsResetStatus = lambda: 0x8254",
        "first.close()",
    ],
    ids=["reset status", "error", "cannot be current", "closed"],
)
def test_a_lost_context_is_a_typed_error_and_the_next_device_works(
    fresh: Callable[..., subprocess.CompletedProcess[str]], lose: str
) -> None:
    result = fresh(LOST.format(lose=lose))
    wanted = ["7 True False True", "an old texture is refused by the new device"]
    assert (result.returncode, result.stderr, result.stdout.splitlines()) == (0, "", wanted)


def test_a_launch_on_a_lost_texture_never_runs(fresh: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    code = """
import numpy as np
from tfnb.device.gl import context
from tfnb.errors import ContextLostError
first = context.get_device()
texture = first.upload(np.ones(16, np.float32))
first.close()
second = context.get_device()
source = "layout(location=0) out vec4 o; uniform sampler2D t0; void main(){ o=texelFetch(t0,ivec2(0),0); }"
source = second.header("fragment") + source
program, output = second.program(source, "fragment"), second.pool.take("float", 16)
for inputs, out in (([texture], output), ([output], texture)):
    try:
        second.draw(program, inputs, out, {}, 1)
    except ContextLostError:
        print("refused")
"""
    result = fresh(code)
    assert (result.stderr, result.stdout.split()) == ("", ["refused", "refused"])
