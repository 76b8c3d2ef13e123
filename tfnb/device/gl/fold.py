"""How values are combined in a reduction or a scan, and how they are read for it: GLSL that several programs share."""

from __future__ import annotations

from typing import Final

from tfnb.device.gl.shader import KIND, VECTOR, Shader
from tfnb.device.gl.source import Source


class Fold:
    """How values are combined: the neutral value, and two vectors in one, both as GLSL over `vec4` or `ivec4`.

    Attributes:
        dtype: the data type in which it combines; the values are converted on reading.
    """

    __slots__ = ("combine", "dtype", "name", "neutral", "vector")

    def __init__(self, name: str, dtype: str, neutral: str, combine: str) -> None:
        self.name, self.dtype, self.combine = name, dtype, combine
        self.vector = VECTOR[dtype]
        self.neutral = f"{self.vector}({neutral})"

    def step(self, total: str, value: str) -> str:
        """A statement that takes a value into a total."""
        return f"{total} = {self.combine.format(total, value)}; "


FOLDS: Final = {
    ("sum", "float32"): Fold("sum", "float32", "0.", "{} + {}"),
    ("sum", "int32"): Fold("sum", "int32", "0", "{} + {}"),
    ("prod", "float32"): Fold("prod", "float32", "1.", "{} * {}"),
    ("prod", "int32"): Fold("prod", "int32", "1", "{} * {}"),
    ("max", "float32"): Fold("max", "float32", "intBitsToFloat(int(0xff800000u))", "max_nan({}, {})"),
    ("max", "int32"): Fold("max", "int32", "0x80000000u", "max({}, {})"),
    ("min", "float32"): Fold("min", "float32", "intBitsToFloat(0x7f800000)", "min_nan({}, {})"),
    ("min", "int32"): Fold("min", "int32", "0x7fffffff", "min({}, {})"),
    ("max", "bool"): Fold("any", "bool", "0", "{} | {}"),
    ("min", "bool"): Fold("all", "bool", "1", "{} & {}"),
}


def declare(shader: Shader, x: Source, fold: Fold) -> None:
    """Add `x(int g)`, the texel of the values in the data type of the fold."""
    if KIND[x.dtype] == KIND[fold.dtype]:
        x.declare(shader, "x")
    else:
        x.declare(shader, "x_given")
        shader.define(f"{fold.vector} x(int g) {{ return {fold.vector}(x_given(g)); }}\n")


_INSIDE: Final = """\
{vector} x_inside(int t, int start, int length) {{
    bvec4 is_inside = lessThan(uvec4(ivec4(t * 4 - start) + ivec4(0, 1, 2, 3)), uvec4(length));
    {vector} v = x(t);
    return {choice};
}}
"""


def declare_inside(shader: Shader, fold: Fold) -> None:
    """Add `x_inside(t, start, length)`: the texel with the neutral value wherever it lies outside of a row."""
    choice = (
        f"mix({fold.neutral}, v, is_inside)"
        if fold.dtype == "float32"
        else f"i_where(ivec4(is_inside), v, {fold.neutral})"
    )
    shader.define(_INSIDE.format(vector=fold.vector, choice=choice))


def put_lane(target: str, dtype: str) -> str:
    """A statement that puts `value` into one lane of a vector, without an index that would send it to memory."""
    here = "equal(ivec4(lane), ivec4(0, 1, 2, 3))"
    if dtype == "float32":
        return f"{target} = mix({target}, value, {here});\n"
    return f"{target} = i_where(ivec4({here}), value, {target});\n"


def step_place(shift: str, step: str = "++") -> str:
    """Statements that move `p`, the place of a texel, to the next texel (or, by "--", to the one before)."""
    return f"{step}p.x; p.y += p.x >> {shift}; p.x &= (1 << {shift}) - 1;"
