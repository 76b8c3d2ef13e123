"""What vispy's GLIR lacks: the compute shader, the integer texture, and a parser that loses nothing after an error.

A compute program is GLIR's own Program with a ComputeShader attached. Objects join the queue of our own context only,
never that of vispy's current canvas, which may belong to the user. This module imports vispy, so it is imported when a
device is opened.
"""

from __future__ import annotations

import collections
from collections.abc import Iterable
from typing import Any

from vispy.gloo import gl, glir
from vispy.gloo.globject import GLObject
from vispy.gloo.texture import Texture2D

from tfnb.device.gl import constants as c
from tfnb.device.gl.programs import numbered
from tfnb.errors import ShaderError
from tfnb.language import _


class _CheckedShader(glir.GlirShader):  # type: ignore[misc]
    def set_data(self, offset: int, code: str) -> None:
        gl.glShaderSource(self._handle, code)
        gl.glCompileShader(self._handle)
        if not gl.glGetShaderParameter(self._handle, gl.GL_COMPILE_STATUS):
            log = str(gl.glGetShaderInfoLog(self._handle)).strip()
            raise ShaderError(
                _("the driver refused a program:\n{log}\n{source}").format(log=log, source=numbered(code))
            )


class _ComputeShaderGL(_CheckedShader):
    _target = c.COMPUTE_SHADER


class _VertexShaderGL(_CheckedShader):
    _target = gl.GL_VERTEX_SHADER


class _FragmentShaderGL(_CheckedShader):
    _target = gl.GL_FRAGMENT_SHADER


class _IntTexture2DGL(glir.GlirTexture2D):  # type: ignore[misc]
    _shape_formats: Any

    def set_size(self, shape: tuple[int, ...], format: object, internalformat: object) -> None:
        key = (shape, c.RGBA_INTEGER, c.RGBA32I)
        if key != self._shape_formats:
            self._shape_formats = key
            self.activate()
            gl.glTexImage2D(self._target, 0, c.RGBA32I, c.RGBA_INTEGER, gl.GL_INT, shape[:2])


class Parser(glir.GlirParser):  # type: ignore[misc]
    """Runs every command of a queue even when one fails, then raises the first failure; forgets the deleted at once.

    vispy's own parser drops the rest of the queue (textures would stay allocated, objects would never exist), and
    walks all live objects at each flush.
    """

    def __init__(self) -> None:
        super().__init__()
        self._backlog: collections.deque[tuple[Any, ...]] = collections.deque()
        self._classmap.update(
            ComputeShader=_ComputeShaderGL,
            VertexShader=_VertexShaderGL,
            FragmentShader=_FragmentShaderGL,
            IntTexture2D=_IntTexture2DGL,
        )

    @property
    def shader_compatibility(self) -> None:
        """Sources are ours, for one version: vispy's conversion would move lines away from the driver's numbers."""
        return None

    def _gl_initialize(self) -> None:
        # vispy would switch on point sprites, an error in core profiles.
        self.capabilities["gl_version"] = gl.glGetParameter(gl.GL_VERSION)
        self.capabilities["max_texture_size"] = gl.glGetParameter(gl.GL_MAX_TEXTURE_SIZE)

    def parse(self, commands: Iterable[tuple[Any, ...]]) -> None:
        resumed = bool(self._backlog)  # an interrupt ended the last flush
        self._backlog.extend(commands)
        first: Exception | None = None
        while self._backlog:
            command = self._backlog[0]
            try:
                if command[0] == "DELETE":
                    self._delete(command[1])
                else:
                    self._parse(command)
            except Exception as error:
                first = first or error
            except BaseException:
                # The rest waits for the next flush, but for what this object was still to become. A deletion stays
                # queued: doing it twice is harmless, losing it is not.
                if command[0] != "DELETE":
                    self._invalid_objects.add(command[1])
                    self._backlog.popleft()
                raise
            self._backlog.popleft()
        if resumed:
            self._forget_errors()
        if first is not None:
            try:
                raise first
            finally:
                del first  # else this frame and the error's traceback would keep each other, and the objects, alive

    def _delete(self, id_: int) -> None:
        item = self._objects.get(id_)
        if item is not None:
            item.delete()
            self._objects.pop(id_, None)

    def _forget_errors(self) -> None:
        # What was done twice around an interrupt (a program deleted, say) is an error of nobody.
        for _attempt in range(16):
            if not gl.glGetError():
                return

    def names(self) -> dict[str, list[int]]:
        """The OpenGL names of all live objects by GLIR class, for tests that look for leaks."""
        found: dict[str, list[int]] = {}
        for item in self._objects.values():
            found.setdefault(type(item).__name__, []).append(int(item.handle))
        return found


class IntTexture2D(Texture2D):  # type: ignore[misc]
    """A texture of four 32-bit integers a texel."""

    _GLIR_TYPE = "IntTexture2D"


class Shader(GLObject):  # type: ignore[misc]
    """A shader object of any stage; `kind` is its GLIR type."""

    def __init__(self, kind: str, source: str) -> None:
        self._GLIR_TYPE = kind
        super().__init__()
        self._glir.command("DATA", self._id, 0, source)


class LinkedProgram(GLObject):  # type: ignore[misc]
    """A program made of shaders, with GLIR's own program object behind it."""

    _GLIR_TYPE = "Program"

    def __init__(self, shaders: Iterable[Shader]) -> None:
        super().__init__()
        for shader in shaders:
            self._glir.associate(shader.glir)
            self._glir.command("ATTACH", self._id, shader.id)
        self._glir.command("LINK", self._id)


def texture(kind: str, width: int, height: int) -> Texture2D:
    """A gloo texture of `width` x `height` texels, nearest and clamped, without data."""
    if kind == "int":
        return IntTexture2D(shape=(height, width, 4), format="rgba")
    return Texture2D(shape=(height, width, 4), format="rgba", internalformat="rgba32f")
