"""From the flat index of a result to the flat index of an input: an affine map over a few joined axes.

Broadcasting, transposes, slices and reversals are all `base + Σ coordinate · stride`. Neighbouring axes that behave
alike are joined first, so that mostly three or fewer are left. Lengths and strides are uniforms; the number of axes is
not.

Division is by a reciprocal with one correction (exact while the quotient is below 2^22), or by the slower integer
division where a quotient can be larger.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final, Sequence

import numpy as np

from tfnb.device.gl.shader import Shader
from tfnb.shapes import Shape, size_of

_EXACT_QUOTIENT: Final = 1 << 22


class Affine:
    """`lengths` of the joined axes of a result, the `strides` of the input along them, and where it starts."""

    __slots__ = ("lengths", "strides", "base")

    def __init__(self, lengths: Shape, strides: Shape, base: int = 0) -> None:
        self.lengths, self.strides, self.base = lengths, strides, base


@lru_cache(maxsize=4096)
def joined(lengths: Shape, strides: Shape, base: int = 0) -> Affine:
    """Join neighbouring axes over which the input runs on evenly; drop axes of length 1.

    Example:
        >>> joined((2, 3, 4), (12, 4, 1)).lengths
        (24,)
    """
    out_lengths: list[int] = []
    out_strides: list[int] = []
    for length, stride in zip(lengths, strides):
        if length == 1:
            continue
        if out_lengths and out_strides[-1] == stride * length:
            out_lengths[-1] *= length
            out_strides[-1] = stride
        else:
            out_lengths.append(length)
            out_strides.append(stride)
    return Affine(tuple(out_lengths) or (1,), tuple(out_strides) or (0,), base)


def row_major(shape: Sequence[int]) -> Shape:
    """Strides of a tensor, in values."""
    strides, step = [], 1
    for length in reversed(shape):
        strides.append(step)
        step *= length
    return tuple(reversed(strides))


@lru_cache(maxsize=4096)
def broadcast_map(shape: Shape, full: Shape) -> Affine:
    """How a tensor of `shape` repeats over `full`."""
    padded = (1,) * (len(full) - len(shape)) + shape
    strides = tuple(0 if own == 1 else stride for own, stride in zip(padded, row_major(padded)))
    return joined(full, strides)


def offset_code(shader: Shader, affine: Affine, result: str, index: str, kind: str = "ivec4") -> str:
    """GLSL statements that set `result` (declared here) to the input's index for the result's index `index`.

    Args:
        kind: "int" or "ivec4", of both.
    """
    rank = len(affine.lengths)
    size = size_of(affine.lengths)
    code = f"{kind} {result} = {kind}({shader.number(affine.base)}); {{ {kind} rest = {index}, q, w; "
    for axis in range(rank - 1, -1, -1):
        stride = shader.number(affine.strides[axis])
        if axis == 0:
            code += f"{result} += rest * {stride}; "
            break
        length = shader.number(affine.lengths[axis])
        if size // max(1, affine.lengths[axis]) < _EXACT_QUOTIENT:
            inverse = shader.number(int(np.float32(1.0 / affine.lengths[axis]).view(np.int32)))
            real = "float" if kind == "int" else "vec4"
            code += (
                f"q = {kind}({real}(rest) * intBitsToFloat({inverse})); rest -= q * {length}; "
                f"w = rest >> 31; q += w; rest += w & {length}; w = ~((rest - {length}) >> 31); "
                f"q -= w; rest -= w & {length}; "
            )
        else:
            code += f"q = rest / {length}; rest -= q * {length}; "
        code += f"{result} += rest * {stride}; rest = q; "
    return code + "}\n"


def gather_code(load: str, vector: str, result: str, offsets: str) -> str:
    """GLSL: `result` (declared here) holds the four values at the four indices `offsets`."""
    lanes = ", ".join(f"{load}({offsets}.{c} >> 2)[{offsets}.{c} & 3]" for c in "xyzw")
    return f"{vector} {result} = {vector}({lanes});\n"


def coordinates_code(
    shader: Shader, lengths: Shape, index: str, kind: str = "ivec4", name: str = "c"
) -> tuple[str, list[str]]:
    """GLSL statements that take the flat index `index` apart, and the names of its coordinates, declared here, in
    order.

    What lies behind the last value gets a coordinate beyond its axis.

    Args:
        kind: "int" or "ivec4", of the index and the coordinates.
    """
    names = [f"{name}{axis}" for axis in range(len(lengths))]
    code = f"{kind} {', '.join(f'{one} = {kind}(0)' for one in names)}; {{ {kind} rest = {index}, q, w; "
    size = size_of(lengths)
    long = [axis for axis, length in enumerate(lengths) if length != 1] or [0]
    for axis in reversed(long[1:]):
        code += _divided(shader, lengths[axis], size, kind) + f"{names[axis]} = rest; rest = q; "
    return code + f"{names[long[0]]} = rest; }}\n", names


def _divided(shader: Shader, length: int, size: int, kind: str) -> str:
    """GLSL: `q` is the quotient of `rest` by a length, `rest` what is left; `size` bounds what `rest` was."""
    number = shader.number(length)
    if size // max(1, length) >= _EXACT_QUOTIENT:
        return f"q = rest / {number}; rest -= q * {number}; "
    inverse = shader.number(int(np.float32(1.0 / length).view(np.int32)))
    real = "float" if kind == "int" else "vec4"
    return (
        f"q = {kind}({real}(rest) * intBitsToFloat({inverse})); rest -= q * {number}; "
        f"w = rest >> 31; q += w; rest += w & {number}; w = ~((rest - {number}) >> 31); q -= w; rest -= w & {number}; "
    )
