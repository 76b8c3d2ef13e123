"""Values into textures and out of them, without a second copy where none is needed.

Only the rectangles of texels that hold the wanted values are moved: one row of a large texture takes 4 µs, all of it
20,000.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from tfnb.device.gl import constants as c
from tfnb.device.gl.api import Api
from tfnb.device.gl.framebuffers import Framebuffers
from tfnb.device.gl.layout import VALUES_PER_TEXEL, Layout
from tfnb.device.gl.pool import Storage, Texture
from tfnb.errors import DTypeError
from tfnb.language import _

# dtype -> (format, type) of pixels
_PIXELS: Final[dict[str, tuple[int, int]]] = {"float": (c.RGBA, c.FLOAT), "int": (c.RGBA_INTEGER, c.INT)}
_DTYPES: Final[dict[str, Any]] = {"float": np.dtype(np.float32), "int": np.dtype(np.int32)}
_BYTES_PER_VALUE: Final = 4
# Up to here one padded copy and one call are cheaper than two calls.
_STAGED_VALUES: Final = 8192
# Bool arrays are widened piece by piece, a whole number of texels each.
_PIECE_VALUES: Final = 1 << 20
# A quiet NaN with a mark in its payload; as an integer it is as unlikely.
CANARY: Final = 0x7FC5A5A5


class Transfer:
    """Upload, read-back and row copies of one context."""

    __slots__ = ("_api", "_direct", "_framebuffers")

    def __init__(self, api: Api, framebuffers: Framebuffers) -> None:
        self._api, self._framebuffers = api, framebuffers
        self._direct = api.version >= (4, 5)

    def upload(self, texture: Texture, array: npt.NDArray[Any]) -> None:
        """Write a C-contiguous array; the lanes left over in its last texel become 0."""
        flat, size, layout = array.reshape(-1), array.size, texture.layout
        if flat.dtype != np.bool_ and flat.dtype != _DTYPES[texture.kind]:
            raise DTypeError(
                _("a device holds float32, int32 and bool, not {given}").format(given=array.dtype), op="upload"
            )
        if size <= _STAGED_VALUES:
            if size % VALUES_PER_TEXEL or not size or flat.dtype == np.bool_:
                staged = np.zeros(layout.texels * VALUES_PER_TEXEL, _DTYPES[texture.kind])
                staged[:size] = flat
                flat = staged
            self._write(texture.name, texture.kind, layout, 0, flat)
            return
        if flat.dtype == np.bool_:
            for first in range(0, size, _PIECE_VALUES):
                self._write_padded(texture, first, flat[first : first + _PIECE_VALUES].astype(np.int32))
        else:
            self._write_padded(texture, 0, flat)

    def _write_padded(self, texture: Texture, first: int, values: npt.NDArray[Any]) -> None:
        whole = values.size & -VALUES_PER_TEXEL
        if whole:
            self._write(texture.name, texture.kind, texture.layout, first // VALUES_PER_TEXEL, values[:whole])
        if whole < values.size:
            last = np.zeros(VALUES_PER_TEXEL, values.dtype)
            last[: values.size - whole] = values[whole:]
            self._write(texture.name, texture.kind, texture.layout, (first + whole) // VALUES_PER_TEXEL, last)

    def _write(self, name: int, kind: str, layout: Layout, first: int, values: npt.NDArray[Any]) -> None:
        """Write whole texels from texel `first` on."""
        api, (form, type_) = self._api, _PIXELS[kind]
        address = values.ctypes.data
        if not self._direct:
            api.BindTexture(c.TEXTURE_2D, name)
        for x, y, columns, rows in layout.rectangles(first, values.size // VALUES_PER_TEXEL):
            if self._direct:
                api.TextureSubImage2D(name, 0, x, y, columns, rows, form, type_, address)
            else:
                api.TexSubImage2D(c.TEXTURE_2D, 0, x, y, columns, rows, form, type_, address)
            address += columns * rows * VALUES_PER_TEXEL * _BYTES_PER_VALUE

    def read(self, texture: Texture, start: int, count: int) -> npt.NDArray[Any]:
        """`count` values from value `start`; a view of a buffer that has at most six values more."""
        first, end = start // VALUES_PER_TEXEL, -(-(start + count) // VALUES_PER_TEXEL)
        if count <= 0:
            return np.empty(0, _DTYPES[texture.kind])
        values = np.empty((end - first) * VALUES_PER_TEXEL, _DTYPES[texture.kind])
        address, left = values.ctypes.data, values.nbytes
        api, (form, type_) = self._api, _PIXELS[texture.kind]
        if not self._direct:
            self._framebuffers.bind((texture.name,), c.READ_FRAMEBUFFER)
        for x, y, columns, rows in texture.layout.rectangles(first, end - first):
            if self._direct:
                api.GetTextureSubImage(texture.name, 0, x, y, 0, columns, rows, 1, form, type_, left, address)
            else:
                api.ReadPixels(x, y, columns, rows, form, type_, address)
            nbytes = columns * rows * VALUES_PER_TEXEL * _BYTES_PER_VALUE
            address, left = address + nbytes, left - nbytes
        skipped = start - first * VALUES_PER_TEXEL
        return values[skipped : skipped + count]

    def copy_rows(self, source: Texture, source_row: int, target: Texture, target_row: int, rows: int) -> None:
        """Copy whole rows; the textures have one width and kind, and are not the same."""
        api, width = self._api, source.layout.width
        if api.has("CopyImageSubData"):
            read, write = (
                (source.name, c.TEXTURE_2D, 0, 0, source_row, 0),
                (target.name, c.TEXTURE_2D, 0, 0, target_row, 0),
            )
            api.CopyImageSubData(*read, *write, width, rows, 1)
            return
        # Both are made before either is bound: the making of one takes both places.
        target_made, source_made = self._framebuffers.named((target.name,)), self._framebuffers.named((source.name,))
        api.BindFramebuffer(c.DRAW_FRAMEBUFFER, target_made)
        api.BindFramebuffer(c.READ_FRAMEBUFFER, source_made)
        end, target_end = source_row + rows, target_row + rows
        api.BlitFramebuffer(
            0, source_row, width, end, 0, target_row, width, target_end, c.COLOR_BUFFER_BIT, c.NEAREST
        )  # fmt: skip

    def fill(self, storage: Storage) -> None:
        """Overwrite a whole texture with the canary."""
        values = storage.width * storage.height * VALUES_PER_TEXEL
        layout = Layout(values, storage.width.bit_length() - 1, storage.height)
        rows = max(1, min(storage.height, _PIECE_VALUES // (storage.width * VALUES_PER_TEXEL)))
        pattern = np.full(rows * storage.width * VALUES_PER_TEXEL, CANARY, np.int32)
        for row in range(0, storage.height, rows):
            self._write(storage.name, storage.kind, layout, row * storage.width, pattern)
