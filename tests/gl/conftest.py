"""What the tests of the OpenGL device share: the device, small programs for either tier, faults, fresh processes."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tfnb.device.gl import context
from tfnb.device.gl.device import GLDevice
from tfnb.device.gl.pool import Texture

ROOT = Path(__file__).parents[2]
# Drivers that one machine with Mesa offers: environment -> reported OpenGL, tier.
DRIVERS = {
    "compute": {},
    "fragment": {"TFNB_GL_TIER": "fragment"},
    "core 4.1": {"MESA_GL_VERSION_OVERRIDE": "4.1FC", "MESA_GLSL_VERSION_OVERRIDE": "410"},
    "core 3.3": {"MESA_GL_VERSION_OVERRIDE": "3.3FC", "MESA_GLSL_VERSION_OVERRIDE": "330"},
    "softpipe 3.3": {
        "GALLIUM_DRIVER": "softpipe", "MESA_GL_VERSION_OVERRIDE": "3.3FC", "MESA_GLSL_VERSION_OVERRIDE": "330"
    },
}  # fmt: skip


class Kernels:
    """Runs one GLSL statement, which reads v0, v1, … and sets r, over whole textures, in the device's tier."""

    def __init__(self, device: GLDevice) -> None:
        self.device = device

    def source(self, statements: str, kinds: list[str], out: str, uniforms: str = "", tier: str | None = None) -> str:
        tier = tier or self.device.tier
        i = {"float": "", "int": "i"}
        lines = [self.device.header("compute" if tier == "compute" else "fragment") + uniforms]
        if tier == "compute":
            image = self.device.load_macro == "image"
            lines.append("layout(local_size_x=64) in; uniform int shift;")
            lines.append(f"layout(rgba32{out[0]},binding=0) writeonly uniform {i[out]}image2D o;")
            for k, kind in enumerate(kinds):
                layout = f"layout(rgba32{kind[0]},binding={k + 1}) readonly" if image else f"layout(binding={k})"
                lines.append(f"{layout} uniform {i[kind]}{'image' if image else 'sampler'}2D t{k};")
            place = "int g=int(gl_GlobalInvocationID.x); ivec2 p=ivec2(g&((1<<shift)-1),g>>shift);"
            load, put = ("imageLoad(t{0},p)" if image else "texelFetch(t{0},p,0)"), "imageStore(o,p,r);"
        else:
            lines.append(f"layout(location=0) out {i[out]}vec4 o;")
            lines += [f"uniform {i[kind]}sampler2D t{k};" for k, kind in enumerate(kinds)]
            place, load, put = "ivec2 p=ivec2(gl_FragCoord.xy);", "texelFetch(t{0},p,0)", "o=r;"
        loads = " ".join(f"{i[kind]}vec4 v{k}={load.format(k)};" for k, kind in enumerate(kinds))
        lines.append(f"void main(){{ {place} {loads} {i[out]}vec4 r; {statements} {put} }}\n")
        return "\n".join(lines)

    def run(
        self, statements: str, inputs: list[Texture], out: str | None = None, uniforms: dict[str, Any] | None = None,
        declare: str = "", tier: str | None = None,
    ) -> Texture:  # fmt: skip
        device, layout = self.device, inputs[0].layout
        tier, kind = tier or device.tier, out or inputs[0].kind
        source = self.source(statements, [texture.kind for texture in inputs], kind, declare, tier)
        output = device.pool.take(kind, layout)  # type: ignore[arg-type]
        given = dict(uniforms or {})
        if tier == "compute":
            groups = (-(-layout.rows * layout.width // 64), 1, 1)
            program = device.program(source, "compute")
            device.launch(program, inputs, output, given | {"shift": layout.shift}, groups)
        else:
            device.draw(device.program(source, "fragment"), inputs, output, given, layout.rows)
        return output


class Shim:
    """Stands between the device and OpenGL: counts and records calls, and injects a failure at the n-th one.

    It covers the device's own table and the functions that vispy's GLIR calls. A failing call is made all the same; the
    next question for errors answers with the injected code, once or from then on.
    """

    def __init__(self, device: GLDevice) -> None:
        from vispy.gloo import gl

        self.device, self.vispy = device, gl
        self.calls: list[str] = []
        self.threads: set[int] = set()
        self.fail_at: int | None = None
        self.code, self.lasting = 0x0502, False
        self.pending = 0
        self.failed_call: str | None = None
        self._real = {name: value for name, value in vars(device.gl).items() if name[:1].isupper() and callable(value)}
        self._real_vispy = {
            name: value for name, value in vars(gl).items() if name.startswith("gl") and name[2:3].isupper()
        }

    def __enter__(self) -> Shim:
        for name, function in self._real.items():
            setattr(self.device.gl, name, self._error if name == "GetError" else self._wrap(name, function))
        for name, function in self._real_vispy.items():
            setattr(self.vispy, name, self._wrap("vispy." + name, function))
        return self

    def __exit__(self, *_details: object) -> None:
        for name, function in self._real.items():
            setattr(self.device.gl, name, function)
        for name, function in self._real_vispy.items():
            setattr(self.vispy, name, function)
        self.device.gl.clear_errors()

    def _wrap(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any) -> Any:
            self.calls.append(name)
            self.threads.add(threading.get_ident())
            if self.fail_at == len(self.calls):
                self.pending, self.failed_call = self.code, name
            return function(*arguments)

        return call

    def _error(self) -> int:
        self.threads.add(threading.get_ident())
        pending = self.pending
        if pending:
            if not self.lasting:
                self.pending = 0
            return pending
        return int(self._real["GetError"]())


class InterruptAt:
    """Raises KeyboardInterrupt at the n-th line that a file, or the files of a folder, run on this thread."""

    def __init__(self, files: str, number: int) -> None:
        self.files, self.left = files, number

    def __enter__(self) -> None:
        sys.settrace(self.trace)

    def __exit__(self, *_details: object) -> None:
        sys.settrace(None)

    def trace(self, frame: Any, event: str, _argument: object) -> Any:
        # Python itself swallows what is raised in __del__.
        if not frame.f_code.co_filename.startswith(self.files) or frame.f_code.co_name == "__del__":
            return None
        if event == "line":
            self.left -= 1
            if self.left == 0:
                raise KeyboardInterrupt
        return self.trace


def everything_back(device: GLDevice) -> dict[str, int]:
    """The three ledgers: textures of the pool, of GLIR, and those that OpenGL knows; equal or something leaked."""
    gc.collect()
    stats = device.pool.stats()
    device._context.flush()
    glir = device._context.parser.names()
    textures = glir.get("GlirTexture2D", []) + glir.get("_IntTexture2DGL", [])
    is_texture = device._context._glir.gl.glIsTexture
    known = sum(bool(is_texture(name)) for name in textures)
    return {"pool": stats.textures_allocated, "glir": len(textures), "driver": known, "in use": stats.textures_in_use}


@pytest.fixture(scope="session")
def device() -> GLDevice:
    return context.get_device()


@pytest.fixture
def kernels(device: GLDevice) -> Kernels:
    return Kernels(device)


@pytest.fixture
def interrupt_at() -> type[InterruptAt]:
    """`with interrupt_at(files, n):` raises KeyboardInterrupt at the n-th line of those files."""
    return InterruptAt


@pytest.fixture
def shim(device: GLDevice) -> Iterator[Shim]:
    with Shim(device) as shim:
        yield shim


@pytest.fixture
def ledgers(device: GLDevice) -> Callable[[], dict[str, int]]:
    """`everything_back` for the device."""
    return lambda: everything_back(device)


@pytest.fixture(scope="session")
def random() -> np.random.Generator:
    return np.random.default_rng(20)


def run_python(
    code: str, seconds: float = 60, driver: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run code in a fresh process, whose driver is chosen by environment variables."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MESA_", "GALLIUM_", "TFNB_"))}
    environment = kept | {"PYTHONPATH": str(ROOT), "MESA_SHADER_CACHE_DISABLE": "1"} | (driver or {})
    return subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=seconds, cwd=ROOT
    )


@pytest.fixture(scope="session")
def fresh() -> Callable[..., subprocess.CompletedProcess[str]]:
    """`run_python`, as a fixture: test modules here are not importable from one another."""
    return run_python
