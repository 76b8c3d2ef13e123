from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tfnb.device.gl import context
from tfnb.device.gl.device import GLDevice
from tfnb.errors import ThreadError

Fresh = Callable[..., "subprocess.CompletedProcess[str]"]
# Written in front of what runs in a fresh process.
START = """
import numpy as np, os, sys, threading
from tfnb.device.gl import context
from tfnb.errors import *
device = context.get_device()
ones = np.ones(1000, np.float32)
def double(texture):
    if device.tier == "compute":
        source = '''layout(local_size_x=64) in; layout(rgba32f,binding=0) writeonly uniform image2D o;
            layout(rgba32f,binding=1) readonly uniform image2D t0;
            void main(){ ivec2 p=ivec2(gl_GlobalInvocationID.x,0); imageStore(o,p,2.*imageLoad(t0,p)); }'''
    else:
        source = '''layout(location=0) out vec4 o; uniform sampler2D t0;
            void main(){ o=2.*texelFetch(t0,ivec2(gl_FragCoord.xy),0); }'''
    program = device.program(device.header(device.tier) + source, device.tier)
    out = device.pool.take("float", texture.layout)
    if device.tier == "compute":
        device.launch(program, [texture], out, {}, (4, 1, 1))
    else:
        device.draw(program, [texture], out, {}, 1)
    return out
"""


def check(result: subprocess.CompletedProcess[str], wanted: str = "") -> None:
    assert (result.returncode, result.stderr, result.stdout.strip()) == (0, "", wanted)


# ---------------------------------------------------------------------------------------------------- opening


def test_there_is_one_device_and_it_says_what_it_is(device: GLDevice) -> None:
    assert context.get_device() is device
    assert device.software == ("llvmpipe" in device.renderer or "softpipe" in device.renderer)
    assert device.limits.version >= (3, 3)
    assert device.max_side >= 1024
    assert device.renderer in repr(device)


def test_opening_leaves_the_environment_and_vispys_choices_alone(fresh: Fresh) -> None:
    code = """
import os
before = dict(os.environ)
from tfnb.device.gl import context
context.get_device()
import vispy.app
from vispy.gloo.context import get_current_canvas
print(dict(os.environ) == before, vispy.app._default_app.default_app is None, get_current_canvas())
"""
    check(fresh(code), "True True None")


def test_a_display_that_is_not_there_does_no_harm(fresh: Fresh) -> None:
    check(fresh(START + "print(device.alive)", driver={"DISPLAY": ":77"}), "True")


@pytest.mark.parametrize(
    ("driver", "reason"),
    [
        ({"MESA_GL_VERSION_OVERRIDE": "2.1"}, "OpenGL 3.3 is needed"),
        ({"MESA_GL_VERSION_OVERRIDE": "3.2"}, "OpenGL 3.3 is needed"),
        ({"VISPY_GL_LIB": "/nowhere/libGL.so"}, "cannot be opened"),
        ({"EGL_PLATFORM": "device"}, "cannot be opened"),
        ({"EGL_PLATFORM": "x11"}, "apt-get install libegl1"),
    ],
)
def test_without_a_usable_driver_the_error_says_why_and_later_calls_are_quick(
    fresh: Fresh, driver: dict[str, str], reason: str
) -> None:
    code = """
import time
from tfnb.device.gl import context
from tfnb.errors import DeviceError
for attempt in range(2):
    start = time.perf_counter()
    try:
        context.get_device()
    except DeviceError as error:
        print(str(error).replace("\\n", " "))
print(time.perf_counter() - start < 0.02)
"""
    result = fresh(code, driver=driver)
    lines = result.stdout.splitlines()
    assert (result.returncode, result.stderr, len(lines)) == (0, "", 3)
    assert reason in lines[0]
    assert lines[0] == lines[1]
    assert lines[2] == "True"


DRIVERS = [
    ({}, "compute", (4, 5)),
    ({"TFNB_GL_TIER": "fragment"}, "fragment", (4, 5)),
    ({"MESA_GL_VERSION_OVERRIDE": "4.3FC", "MESA_GLSL_VERSION_OVERRIDE": "430"}, "compute", (4, 3)),
    ({"MESA_GL_VERSION_OVERRIDE": "4.1FC", "MESA_GLSL_VERSION_OVERRIDE": "410"}, "fragment", (4, 1)),
    ({"MESA_GL_VERSION_OVERRIDE": "3.3FC", "MESA_GLSL_VERSION_OVERRIDE": "330"}, "fragment", (3, 3)),
    (
        {"GALLIUM_DRIVER": "softpipe", "MESA_GL_VERSION_OVERRIDE": "3.3FC", "MESA_GLSL_VERSION_OVERRIDE": "330"},
        "fragment",
        (3, 3),
    ),
]


@pytest.mark.parametrize(("driver", "tier", "version"), DRIVERS, ids=str)
def test_tier_and_functions_follow_the_reported_version(
    fresh: Fresh, driver: dict[str, str], tier: str, version: tuple[int, int]
) -> None:
    code = START + (
        "print(device.tier, device.limits.version, device.gl.has('DispatchCompute'), device.gl.has('BindTextureUnit'),"
        "'softpipe' in device.renderer, device.software)"
    )
    wanted = f"{tier} {version} {version >= (4, 3)} {version >= (4, 5)} {'GALLIUM_DRIVER' in driver} True"
    check(fresh(code, driver=driver), wanted)


@pytest.mark.parametrize(
    ("driver", "tier", "version"),
    [pytest.param(*case, marks=pytest.mark.slow) for case in DRIVERS[1:]],
    ids=str,
)
def test_everything_else_here_passes_on_every_driver(
    driver: dict[str, str], tier: str, version: tuple[int, int], tmp_path: Path
) -> None:
    # Mesa's cache does not tell versions apart, and without it each program made anew would be compiled anew.
    here = Path(__file__).parent
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MESA_", "GALLIUM_", "TFNB_"))}
    files = [str(here / name) for name in ("test_programs.py", "test_pool.py", "test_faults.py")]
    result = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *files],
        env=kept | driver | {"MESA_SHADER_CACHE_DIR": str(tmp_path)},
        cwd=here.parents[1], capture_output=True, text=True,
    )  # fmt: skip
    assert result.returncode == 0, result.stdout[-3000:]


# ---------------------------------------------------------------------------------------------------- threads


def test_every_entry_refuses_another_thread(device: GLDevice, kernels: Any) -> None:
    texture = device.upload(np.ones(16, np.float32))
    entries: list[Callable[[], object]] = [
        device.check_thread, device.finish, device.memory_total, lambda: device.upload(np.ones(3, np.float32)),
        lambda: device.read(texture, 0, 1), lambda: kernels.run("r=v0*7.;", [texture]),
        lambda: device.copy_rows(texture, 0, texture, 0, 1), lambda: device.program("a new source", "fragment"),
    ]  # fmt: skip
    refused = []

    def use() -> None:
        for entry in entries:
            with pytest.raises(ThreadError, match="belongs to the thread that opened OpenGL"):
                entry()
            refused.append(entry)

    thread = threading.Thread(target=use)
    thread.start()
    thread.join()
    assert refused == entries


def test_textures_that_die_on_other_threads_are_freed_on_the_owners(device: GLDevice, kernels: Any, shim: Any) -> None:
    """Two threads drop what this one makes, with the interpreter switching as often as it can."""
    device.pool.trim()
    textures: list[Any] = []
    stop = threading.Event()

    def drop() -> None:
        while not stop.is_set():
            if textures:
                textures.pop()

    switch = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    threads = [threading.Thread(target=drop) for _thread in range(2)]
    try:
        for thread in threads:
            thread.start()
        for step in range(300):
            source = device.upload(np.full(100 + step % 7 * 1000, step, np.float32))
            result = kernels.run("r=v0+1.;", [source])
            textures += [source, result]
            assert (device.read(result, 0, 3) == step + 1).all()
            if step % 20 == 0:
                device.pool.trim()
    finally:
        stop.set()
        for thread in threads:
            thread.join()
        sys.setswitchinterval(switch)
    assert shim.threads == {threading.get_ident()}
    textures.clear()
    del source, result
    assert device.pool.stats().textures_in_use == 0


# ---------------------------------------------------------------------------------------------------- other contexts

FOREIGN_CANVAS = """
from vispy import app, gloo
VERTICES = "attribute vec2 p; void main(){ gl_Position = vec4(p, 0., 1.); }"
canvas = app.Canvas(app=app.Application("egl"), show=False, size=(8, 8), dpi=96)
theirs = gloo.Program(VERTICES, "void main(){ gl_FragColor = vec4(1., 0., 0., 1.); }")
theirs["p"] = np.float32([[-1, -1], [3, -1], [-1, 3]])
"""


@pytest.mark.parametrize(("driver", "tier", "version"), [DRIVERS[0], DRIVERS[1], DRIVERS[4]], ids=str)
def test_a_users_vispy_canvas_and_our_device_do_not_disturb_each_other(
    fresh: Fresh, driver: dict[str, str], tier: str, version: tuple[int, int]
) -> None:
    drawing = "theirs.draw('triangles')" if version == (4, 5) else "gloo.clear('red')"  # gloo binds no vertex array
    code = (
        START
        + FOREIGN_CANVAS
        + f"""
result = device.upload(ones)
for step in range(10):
    gloo.clear("black")
    result = double(result)
    {drawing}
    pixels = gloo.read_pixels()
    assert (pixels == [255, 0, 0, 255]).all(), pixels[0, 0]
assert (device.read(result, 0, 1000) == 1024).all()
canvas.close()
assert (device.read(double(result), 0, 1000) == 2048).all()
"""
    )
    check(fresh(code, driver=driver))


def test_a_canvas_that_was_there_first_stays_vispys_current_one(fresh: Fresh) -> None:
    code = (
        START.replace("device = context", FOREIGN_CANVAS + "device = context")
        + """
from vispy.gloo.context import get_current_canvas
assert (device.read(double(device.upload(ones)), 0, 1000) == 2).all()
assert get_current_canvas() is canvas
theirs.draw("triangles")
assert (gloo.read_pixels() == [255, 0, 0, 255]).all()
"""
    )
    check(fresh(code, driver={"EGL_PLATFORM": "surfaceless"}))


def test_a_context_that_somebody_released_is_taken_again(fresh: Fresh) -> None:
    code = (
        START
        + """
texture = device.upload(ones)
from vispy.ext import egl
from vispy.app.backends import _egl
egl._lib.eglMakeCurrent(_egl._EGL_DISPLAY, None, None, None)
assert (device.read(double(texture), 0, 1000) == 2).all()
"""
    )
    check(fresh(code))


def test_closing_every_canvas_of_vispy_does_not_close_ours(fresh: Fresh) -> None:
    check(fresh(START + "device._context.canvas.close(); assert (device.read(double(device.upload(ones))) == 2).all()"))


# ---------------------------------------------------------------------------------------------------- forks and exits

FORK = (
    START
    + """
texture = device.upload(ones)
child = os.fork()
if child == 0:
    refused = 0
    for entry in (lambda: device.read(texture), lambda: device.upload(ones), lambda: double(texture), device.finish,
                  context.get_device, context.open_device, device.pool.trim):
        try:
            entry()
        except ForkError:
            refused += 1
    del texture
    {leave}
status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
assert (device.read(double(texture), 0, 1000) == 2).all()
print(status)
"""
)


@pytest.mark.parametrize("leave", ["os._exit(refused)", "sys.exit(refused)"])
def test_a_forked_child_gets_a_typed_error_and_the_parent_goes_on(fresh: Fresh, leave: str) -> None:
    check(fresh(FORK.replace("{leave}", leave), seconds=20), "7")


def test_a_child_forked_before_opening_may_open_its_own(fresh: Fresh) -> None:
    code = f"""
import os
child = os.fork()
{START}
assert (device.read(double(device.upload(ones)), 0, 1000) == 2).all()
if child:
    assert os.waitpid(child, 0)[1] == 0
"""
    check(fresh(code))


def test_two_hundred_forks_leave_the_parent_as_it_was(fresh: Fresh) -> None:
    code = (
        START
        + """
texture = device.upload(ones)
before = device.pool.stats()
for number in range(200):
    child = os.fork()
    if child == 0:
        try:
            device.read(texture)
        except ForkError:
            os._exit(0)
        os._exit(1)
    assert os.waitpid(child, 0)[1] == 0
assert device.pool.stats() == before
assert (device.read(double(texture), 0, 1000) == 2).all()
"""
    )
    start = time.perf_counter()
    check(fresh(code, seconds=200))
    assert time.perf_counter() - start < 5 + 200 * 0.2


EXITS = {
    "with live objects": "texture = double(device.upload(ones))",
    "by SystemExit": "texture = double(device.upload(ones)); sys.exit()",
    "with cycles": "cycle = [double(device.upload(ones))]; cycle.append(cycle); del cycle",
    "with a daemon thread that drops textures": """
held = [device.upload(ones) for number in range(2000)]
def drop():
    while True:
        if held: held.pop()
threading.Thread(target=drop, daemon=True).start()
""",
    "with a texture in a module that dies late": "sys.keep = double(device.upload(ones))",
    "with the canvas closed": "texture = device.upload(ones); device._context.canvas.close()",
    "with a lost context": "texture = device.upload(ones); device.close()",
    "after drawing": "texture = double(device.upload(ones)); device.finish()",
    "inside an atexit function": "import atexit; atexit.register(lambda: double(device.upload(ones)))",
}


@pytest.mark.parametrize("code", EXITS.values(), ids=EXITS.keys())
@pytest.mark.parametrize("tier", ["compute", "fragment"])
def test_nothing_is_printed_at_exit(fresh: Fresh, code: str, tier: str) -> None:
    check(fresh(START + code, driver={"TFNB_GL_TIER": tier}))


def test_a_thousand_exits(fresh: Fresh, full_size: bool) -> None:
    for number in range(1000 if full_size else 10):
        check(fresh(START + f"textures = [double(device.upload(ones * {number})) for number in range({number % 50})]"))
