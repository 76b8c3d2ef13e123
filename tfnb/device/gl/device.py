"""The OpenGL device: textures in and out, programs, launches and draws, on the one thread that owns the context.

Objects are vispy's, made and deleted through GLIR; launches are lean calls on their handles, because a launch through
GLIR's queue or through gloo's `draw` costs 33 to 110 µs instead of about 25, and gloo's would take whatever canvas is
current. Each entry compares the thread and the current context, which costs half a microsecond: from another thread, or
in a forked child, OpenGL calls do nothing and report no error.
"""

from __future__ import annotations

import ctypes
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, NoReturn

import numpy as np
import numpy.typing as npt

from tfnb.device.gl import constants as c
from tfnb.device.gl.api import Api
from tfnb.device.gl.framebuffers import Framebuffers
from tfnb.device.gl.guard import Guard
from tfnb.device.gl.limits import DriverMemory, Limits, default_budget, driver_memory
from tfnb.device.gl.pool import UNUSED, Kind, Storage, Texture, TexturePool
from tfnb.device.gl.programs import Program, ProgramKind, numbered
from tfnb.device.gl.transfer import Transfer
from tfnb.errors import ContextLostError, DeviceError, OutOfMemoryError, ShaderError, TextureSizeError, TfnbError
from tfnb.language import _

if TYPE_CHECKING:
    from tfnb.device.gl.context import Context

_MOST_PROGRAMS: Final = 2048
_LARGE_TEXELS: Final = 1 << 24  # 256 MiB
_FORMATS: Final = {"float": c.RGBA32F, "int": c.RGBA32I}
_VERTICES: Final = "void main(){ gl_Position=vec4(vec2(gl_VertexID&1,gl_VertexID>>1)*4.-1.,0.,1.); }\n"


class GLDevice(Guard):
    """One per process, from `context.get_device()`; everything but attributes is for the owner's thread.

    Attributes:
        tier: "compute" or "fragment", what kernels should use here. limits: what the driver allows.
        renderer, vendor, version: the driver's own words. software: the renderer runs on the processor.
        pool: the textures. load_macro: "image" where `imageLoad` is the quicker way to read in compute programs, else
            "texel". debug: ask for errors after every call.
    """

    def __init__(self, context: Context, api: Api, *, tier: str | None, budget: int | None, debug: bool) -> None:
        super().__init__(context, api)
        self._epoch = 1
        self._programs: dict[tuple[str, str], Program] = {}
        self.limits = Limits.of(api)
        self.max_side, self.max_units = self.limits.side, self.limits.texture_units
        self.renderer, self.vendor = api.string(c.RENDERER), api.string(c.VENDOR)
        self.version = api.version_string
        self.software = self.limits.software
        can_compute = api.version >= (4, 3)
        self.tier = "compute" if can_compute and tier != "fragment" else "fragment"
        self.load_macro = "image" if self.tier == "compute" and self.software else "texel"
        self.debug = debug
        # On a software renderer the question costs 0.1 µs; a threaded driver of a GPU would wait for its own thread.
        self.checks_launches = debug or self.software
        self._framebuffers = Framebuffers(api)
        self._transfer = Transfer(api, self._framebuffers)
        chosen = budget if budget is not None else default_budget(api, self.software)
        self.pool = TexturePool(self, self.max_side, chosen)
        context.prepare()
        self._raise_errors("open_device")

    def close(self, reason: type[DeviceError] = ContextLostError) -> None:
        """Mark the device as dead: every entry raises from now on, and every texture of a lost context too."""
        super().close(reason)
        if reason is ContextLostError:
            self.pool.abandon()

    def __repr__(self) -> str:
        return f"GLDevice({self.renderer}, OpenGL {self.version}, {self.tier} tier)"

    # ------------------------------------------------------------------------------------------------ textures

    def create(self, kind: Kind, width: int, height: int) -> Storage:
        """A new texture; for the pool (`pool.take` is what others want).

        Errors:
            OutOfMemoryError: the driver has no memory for it.
        """
        foreign = self._enter()
        try:
            self._raise_errors("create")  # what is older is not the allocation's fault
            if width * height >= _LARGE_TEXELS:
                self._ask_beforehand(kind, width, height)
            keeper, name = self._context.texture(kind, width, height)
            code = self.gl.GetError()
            if code != c.NO_ERROR or not name:
                keeper.delete()
                self._context.flush()
                self._raise_allocation(code, width, height)
            self._framebuffers.forget(name)
            return Storage(kind, width, height, name, keeper)
        finally:
            if foreign is not None:
                self._leave(foreign)

    def _ask_beforehand(self, kind: Kind, width: int, height: int) -> None:
        """Raise if the driver takes no texture of these sides: it may have less room than its largest side says."""
        pixels = (c.RGBA, c.FLOAT) if kind == "float" else (c.RGBA_INTEGER, c.INT)
        self.gl.TexImage2D(c.PROXY_TEXTURE_2D, 0, _FORMATS[kind], width, height, 0, *pixels, None)
        found = (ctypes.c_int * 1)()
        self.gl.GetTexLevelParameteriv(c.PROXY_TEXTURE_2D, 0, c.TEXTURE_WIDTH, found)
        self.gl.clear_errors()
        if found[0] != width:
            raise TextureSizeError(
                _("the driver takes no texture of {width} x {height} texels").format(width=width, height=height),
                fix=_("split the tensor, or use the 'host' backend"),
            )

    def _raise_allocation(self, code: int, width: int, height: int) -> NoReturn:
        self._check_reset()
        if code in (c.OUT_OF_MEMORY, c.NO_ERROR):
            raise OutOfMemoryError(
                _("the driver has no memory for a texture of {width} x {height} texels").format(
                    width=width, height=height
                )
            )
        if code == c.CONTEXT_LOST:
            self.close()
            self._refuse()
        raise DeviceError(_("the driver reports {names}").format(names=c.ERROR_NAMES.get(code, hex(code))), op="create")

    def delete(self, storages: list[Storage]) -> None:
        """Delete textures and their framebuffers; for the pool."""
        foreign = self._enter()
        try:
            for storage in storages:
                self._framebuffers.forget(storage.name)
                storage.keeper = None
            self._context.flush()
        finally:
            if foreign is not None:
                self._leave(foreign)

    def fill(self, storage: Storage) -> None:
        """Overwrite a texture with the canary; for the pool's debug mode."""
        foreign = self._enter()
        try:
            self._barrier()
            self._transfer.fill(storage)
        finally:
            if foreign is not None:
                self._leave(foreign)

    def upload(self, array: npt.NDArray[Any]) -> Texture:
        """A texture with the values of an array in row-major order.

        Args:
            array: float32, int32 or bool (which becomes 0 and 1), of any shape. What is left of its last texel is 0.

        Errors:
            TextureSizeError, OutOfMemoryError: no texture for it. DeviceError: the driver's words.
        """
        kind: Kind = "float" if array.dtype == np.float32 else "int"
        texture = self.pool.take(kind, array.size)
        foreign = self._enter()
        try:
            if texture.touched >= self._epoch:
                self._barrier()
            self._transfer.upload(texture, np.ascontiguousarray(array))
            texture.touched, texture.written = self._epoch, UNUSED
            self._raise_errors("upload")
        finally:
            if foreign is not None:
                self._leave(foreign)
        return texture

    def read(self, texture: Texture, start: int = 0, count: int | None = None) -> npt.NDArray[Any]:
        """`count` values from value `start`, as a flat array of float32 or int32; only the texels needed are read.

        Errors:
            ContextLostError: the context is gone. DeviceError: the driver's words.
        """
        foreign = self._enter()
        try:
            if texture.written >= self._epoch:
                self._barrier()
            values = self._transfer.read(texture, start, texture.layout.size - start if count is None else count)
            texture.touched = self._epoch
            self._check_reset()
            self._raise_errors("read")
        finally:
            if foreign is not None:
                self._leave(foreign)
        return values

    def copy_rows(
        self, source: Texture, source_row: int, destination: Texture, destination_row: int, rows: int
    ) -> None:
        """Copy whole rows between textures of one width and kind: the quick way for aligned concat, slice and clone."""
        if source.layout.width != destination.layout.width or source.kind != destination.kind:
            raise DeviceError(_("rows can be copied between textures of one width and kind only"), op="copy_rows")
        foreign = self._enter()
        try:
            if source.written >= self._epoch or destination.touched >= self._epoch:
                self._barrier()
            self._transfer.copy_rows(source, source_row, destination, destination_row, rows)
            source.touched = destination.touched = destination.written = self._epoch
            if self.checks_launches:
                self._raise_errors("copy_rows")
        finally:
            if foreign is not None:
                self._leave(foreign)

    # ------------------------------------------------------------------------------------------------ programs

    def header(self, kind: ProgramKind) -> str:
        """The first lines of a program's source: its GLSL version, and what makes `precise` a word of it."""
        return self.limits.header(kind)

    def program(self, source: str, kind: ProgramKind) -> Program:
        """The linked program of a source (a fragment program's vertices are added here), made once per source.

        Errors:
            ShaderError: the driver refused it; the message has its log and the numbered source.
        """
        known = self._programs.get((kind, source))
        if known is not None:
            return known
        foreign = self._enter()
        try:
            program = self._build(source, kind)
        finally:
            if foreign is not None:
                self._leave(foreign)
        if len(self._programs) >= _MOST_PROGRAMS:
            self._programs.pop(next(iter(self._programs)))
        self._programs[kind, source] = program
        return program

    def _build(self, source: str, kind: ProgramKind) -> Program:
        if kind == "compute":
            sources = [("ComputeShader", source)]
        else:
            version = source.split("\n", 1)[0] if source.startswith("#version") else "#version 330"
            sources = [("VertexShader", f"{version}\n{_VERTICES}"), ("FragmentShader", source)]
        self._raise_errors("program")
        try:
            keeper, name = self._context.program(sources)
        except TfnbError:
            raise
        except RuntimeError as error:
            raise ShaderError(
                _("the driver could not link a program:\n{log}\n{source}").format(log=error, source=numbered(source))
            ) from error
        program = Program(self.gl, kind, source, name, keeper, self.pool.released)
        self._raise_errors("program")
        return program

    # ------------------------------------------------------------------------------------------------ launches

    def launch(
        self,
        program: Program,
        inputs: Sequence[Texture],
        output: Texture | Sequence[Texture],
        uniforms: Mapping[str, Any],
        groups: tuple[int, int, int],
    ) -> None:
        """Run a compute program.

        Args:
            program: from `program(source, "compute")`.
            inputs: input `k` is image unit `outputs + k` or texture unit `k`, as the program declares it.
            output: one texture or several, image units 0, 1, …
            uniforms: every uniform of the program by name: a number, or a flat sequence for vectors and arrays.
            groups: work groups along x, y and z.

        Errors:
            ShaderError: a uniform missing or unknown. DeviceError: the driver's words. ThreadError, ForkError,
            ContextLostError: not a place where this context can be used.
        """
        foreign = self._enter()
        try:
            gl = self.gl
            outputs = (output,) if isinstance(output, Texture) else output
            gl.UseProgram(program.name)
            self._order(inputs, outputs)
            epoch, images, samplers = self._epoch, program.images, program.samplers
            unit = 0
            for texture in outputs:
                gl.BindImageTexture(unit, texture.name, 0, 0, 0, c.READ_WRITE, _FORMATS[texture.kind])
                texture.touched = texture.written = epoch
                unit += 1
            for index, texture in enumerate(inputs):
                if unit in images:
                    gl.BindImageTexture(unit, texture.name, 0, 0, 0, c.READ_ONLY, _FORMATS[texture.kind])
                elif index in samplers:
                    self._bind_texture(index, texture.name)
                texture.touched = epoch
                unit += 1
            program.set_uniforms(uniforms)
            gl.DispatchCompute(*groups)
            if self.checks_launches:
                self._raise_errors("launch")
        finally:
            if foreign is not None:
                self._leave(foreign)

    def draw(
        self,
        program: Program,
        inputs: Sequence[Texture],
        output: Texture | Sequence[Texture],
        uniforms: Mapping[str, Any],
        rows: int,
    ) -> None:
        """Run a fragment program over the first `rows` rows of its outputs, which have the same sides.

        Args:
            program: from `program(source, "fragment")`.
            inputs: input `k` is texture unit `k` (sampler "t0", "t1", …); none of them may be an output.
            output: one texture or several, color attachments 0, 1, …
            uniforms: every uniform of the program by name.
            rows: rows that hold values (`layout.rows`).

        Errors:
            as `launch`; and DeviceError: an output is an input, or the outputs don't fit together.
        """
        foreign = self._enter()
        try:
            gl = self.gl
            outputs = (output,) if isinstance(output, Texture) else output
            self._order(inputs, outputs)
            layout = outputs[0].layout
            for texture in outputs[1:]:
                if texture.layout.width != layout.width or texture.layout.height != layout.height:
                    raise DeviceError(_("the outputs of a fragment program must have the same sides"), op="draw")
            self._framebuffers.bind(tuple([texture.name for texture in outputs]))
            gl.Viewport(0, 0, layout.width, rows)
            gl.UseProgram(program.name)
            epoch, samplers = self._epoch, program.samplers
            for index, texture in enumerate(inputs):
                if texture in outputs:
                    raise DeviceError(_("a fragment program cannot read what it draws into"), op="draw")
                if index in samplers:
                    self._bind_texture(index, texture.name)
                texture.touched = epoch
            for texture in outputs:
                texture.touched = texture.written = epoch
            program.set_uniforms(uniforms)
            gl.DrawArrays(c.TRIANGLES, 0, 3)
            if self.checks_launches:
                self._raise_errors("draw")
        finally:
            if foreign is not None:
                self._leave(foreign)

    def _bind_texture(self, unit: int, name: int) -> None:
        if self.limits.direct_state:
            self.gl.BindTextureUnit(unit, name)
        else:
            self.gl.ActiveTexture(c.TEXTURE0 + unit)
            self.gl.BindTexture(c.TEXTURE_2D, name)

    def _order(self, inputs: Sequence[Texture], outputs: Sequence[Texture]) -> None:
        """One barrier where this work reads what was written, or writes what was used, since the last one."""
        epoch = self._epoch
        for texture in inputs:
            if texture.written >= epoch:
                self._barrier()
                return
        for texture in outputs:
            if texture.touched >= epoch:
                self._barrier()
                return

    def _barrier(self) -> None:
        if self.limits.has_images:
            self.gl.MemoryBarrier(c.ALL_BARRIER_BITS)
        self._epoch += 1

    def finish(self) -> None:
        """Wait until all work is done, and raise what went wrong in it."""
        foreign = self._enter()
        try:
            self.gl.Finish()
            self._check_reset()
            self._raise_errors("finish")
        finally:
            if foreign is not None:
                self._leave(foreign)

    def memory_total(self) -> DriverMemory | None:
        """What the driver says of its memory, in bytes; None where it says nothing (a software renderer, say)."""
        foreign = self._enter()
        try:
            return driver_memory(self.gl)
        finally:
            if foreign is not None:
                self._leave(foreign)
