"""How the values of a tensor lie in one texture: row-major, four to a texel, in rows of a power of two.

Both sides are powers of two because llvmpipe compiles a program anew for each mix of textures whose sides are and are
not; a width of 2,048 is among the quickest, and short textures are one row, so that one row is drawn or read.
"""

from __future__ import annotations

import functools
from typing import Final

from tfnb.errors import TextureSizeError
from tfnb.language import _

VALUES_PER_TEXEL: Final = 4
BYTES_PER_TEXEL: Final = 16
_PREFERRED_WIDTH: Final = 2048


class Layout:
    """Where value `i` is: texel `i >> 2`, that is column `(i >> 2) & (width - 1)` of row `(i >> 2) >> shift`.

    Attributes:
        size: values; texels: texels that hold them, at least 1.
        width, height: sides of the texture in texels, powers of two; `width == 1 << shift`.
        rows: rows that hold values; the others hold nothing.
    """

    __slots__ = ("height", "rows", "shift", "size", "texels", "width")

    def __init__(self, size: int, shift: int, height: int) -> None:
        self.size = size
        self.texels = max(1, -(-size // VALUES_PER_TEXEL))
        self.shift, self.width, self.height = shift, 1 << shift, height
        self.rows = -(-self.texels // self.width)

    @property
    def nbytes(self) -> int:
        """Bytes of the whole texture."""
        return self.width * self.height * BYTES_PER_TEXEL

    def __repr__(self) -> str:
        return f"Layout(size={self.size}, {self.width} x {self.height} texels)"

    def rectangles(self, first: int, count: int) -> list[tuple[int, int, int, int]]:
        """The fewest rectangles (x, y, columns, rows) that hold exactly `count` texels from texel `first`, in order.

        Example:
            >>> layout_of(20_000, 16384).rectangles(2000, 2500)
            [(2000, 0, 48, 1), (0, 1, 2048, 1), (0, 2, 404, 1)]
        """
        found = []
        while count > 0:
            x, y = first & (self.width - 1), first >> self.shift
            if x or count < self.width:
                columns, rows = min(count, self.width - x), 1
            else:
                columns, rows = self.width, count >> self.shift
            found.append((x, y, columns, rows))
            first, count = first + columns * rows, count - columns * rows
        return found


@functools.lru_cache(maxsize=4096)
def layout_of(size: int, max_side: int) -> Layout:
    """The layout of `size` values on a device whose textures have sides up to `max_side` texels.

    Errors:
        TextureSizeError: more values than the largest texture takes.

    Example:
        >>> layout_of(1000, 16384)
        Layout(size=1000, 256 x 1 texels)
    """
    texels = max(1, -(-size // VALUES_PER_TEXEL))
    power = (texels - 1).bit_length()
    longest = max_side.bit_length() - 1
    if power > 2 * longest:
        side = 1 << longest
        raise TextureSizeError(
            _(
                "{size:,} values need {texels:,} texels; the largest texture of this device has {side:,} x {side:,}, "
                "that is {most:,} values"
            ).format(size=size, texels=texels, side=side, most=side * side * VALUES_PER_TEXEL),
            fix=_("split the tensor, or use the 'host' backend"),
        )
    shift = min(power, _PREFERRED_WIDTH.bit_length() - 1, longest)
    shift = max(shift, power - longest)
    return Layout(size, shift, 1 << (power - shift))
