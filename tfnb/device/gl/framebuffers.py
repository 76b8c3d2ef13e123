"""Framebuffers, cached by the textures they draw into or read from, and deleted with them.

A texture stays allocated while a framebuffer holds it, and OpenGL gives a deleted texture's name to the next one: so a
texture's framebuffers are forgotten when it is deleted, and again when a new texture gets its name.
"""

from __future__ import annotations

import ctypes

from tfnb.device.gl import constants as c
from tfnb.device.gl.api import Api
from tfnb.errors import DeviceError
from tfnb.language import _


class Framebuffers:
    """The framebuffers of one context, by the names of their textures in order."""

    __slots__ = ("_api", "_by_texture", "_names")

    def __init__(self, api: Api) -> None:
        self._api = api
        self._names: dict[tuple[int, ...], int] = {}
        self._by_texture: dict[int, set[tuple[int, ...]]] = {}

    def __len__(self) -> int:
        return len(self._names)

    def bind(self, textures: tuple[int, ...], target: int = c.FRAMEBUFFER) -> None:
        """Bind the framebuffer whose color attachments are these textures, making it at first use.

        Errors:
            DeviceError: the driver cannot draw into this combination.
        """
        self._api.BindFramebuffer(target, self.named(textures))

    def named(self, textures: tuple[int, ...]) -> int:
        """The framebuffer of these textures, made at first use. Making one binds it, for drawing and for reading."""
        framebuffer = self._names.get(textures)
        return self._make(textures) if framebuffer is None else framebuffer

    def _make(self, textures: tuple[int, ...]) -> int:
        api, made = self._api, (ctypes.c_uint * 1)()
        api.GenFramebuffers(1, made)
        framebuffer = int(made[0])
        try:
            api.BindFramebuffer(c.FRAMEBUFFER, framebuffer)
            for index, texture in enumerate(textures):
                api.FramebufferTexture2D(c.FRAMEBUFFER, c.COLOR_ATTACHMENT0 + index, c.TEXTURE_2D, texture, 0)
            if len(textures) > 1:
                targets = [c.COLOR_ATTACHMENT0 + index for index in range(len(textures))]
                api.DrawBuffers(len(textures), (ctypes.c_uint * len(textures))(*targets))
            status = api.CheckFramebufferStatus(c.FRAMEBUFFER)
            if status != c.FRAMEBUFFER_COMPLETE:
                raise DeviceError(
                    _("the driver cannot draw into {count} textures at once (status {status})").format(
                        count=len(textures), status=hex(status)
                    )
                )
        except BaseException:
            api.BindFramebuffer(c.FRAMEBUFFER, 0)
            api.DeleteFramebuffers(1, made)
            raise
        self._names[textures] = framebuffer
        for texture in textures:
            self._by_texture.setdefault(texture, set()).add(textures)
        return framebuffer

    def forget(self, texture: int) -> None:
        """Delete every framebuffer that holds this texture."""
        for textures in self._by_texture.pop(texture, ()):
            framebuffer = self._names.pop(textures, None)
            if framebuffer is not None:
                self._api.DeleteFramebuffers(1, (ctypes.c_uint * 1)(framebuffer))
            for other in textures:
                self._by_texture.get(other, set()).discard(textures)
