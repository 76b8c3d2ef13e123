"""Where the largest or the smallest value is, on OpenGL: `arg_max` and `arg_min`.

Values are compared by whole numbers in the same order (NaN above all, both zeros equal), so the first of equals wins as
in NumPy. Long rows and columns go in two stages: each part names its best candidate, then the candidates are compared.
"""

from __future__ import annotations

import math
from typing import Any, Final

from tfnb.device.gl.fold import put_lane
from tfnb.device.gl.shader import KIND, Plan, Shader
from tfnb.device.gl.source import Source
from tfnb.kernels.expression import Leaf
from tfnb.shapes import size_of

Texture = Any

_LONG_ROW: Final = 8192
_SHORT_ROW: Final = 1024
_FEW_ROWS: Final = 256
_LONG_COLUMN: Final = 8192
_BUSY: Final = 1024
_LOCAL: Final = 64

# The bits of a float as an int of the same order; -0 is 0, and no value gives the least int, which stands for none.
_FLOAT_ORDER: Final = """\
ivec4 order(vec4 v) {{
    ivec4 b = floatBitsToInt(v);
    b &= -ivec4(notEqual(b & 0x7fffffff, ivec4(0)));
    b ^= (b >> 31) & 0x7fffffff;
    return i_where(ivec4(nan_mask(v)), ivec4(0x7fffffff), {sign}b);
}}
"""
_INT_ORDER: Final = "ivec4 order(ivec4 v) {{ return {sign}v; }}\n"
_NONE: Final = "ivec4(0x80000000u)"
_BETTER: Final = "now = ivec4(greaterThan(k, best)); at = i_where(now, {where}, at); best = max(best, k); "

# Of the four lanes' candidates the best one, the first of equals: a vector of it.
_FIRST: Final = """\
ivec4 top = max(max(best.xxxx, best.yyyy), max(best.zzzz, best.wwww));
ivec4 value = i_where(ivec4(equal(best, top)), at, ivec4(0x7fffffff));
value = min(min(value.xxxx, value.yyyy), min(value.zzzz, value.wwww));
"""


def arg_max(executor: Any, x: Source, *, axis: int, **_inferred: Any) -> Texture:
    """Where the largest value is."""
    return position_of(executor, x, axis, True)


def arg_min(executor: Any, x: Source, *, axis: int, **_inferred: Any) -> Texture:
    """Where the smallest value is."""
    return position_of(executor, x, axis, False)


def position_of(executor: Any, x: Source, axis: int, largest: bool) -> Texture:
    """The index along `axis` of the largest (or smallest) value, as int32."""
    outer, length, inner = size_of(x.shape[:axis]), x.shape[axis], size_of(x.shape[axis + 1 :])
    if outer * inner == 0:
        return executor.device.pool.take("int", 0)
    if inner == 1:
        if length > _LONG_ROW or (length > _SHORT_ROW and outer < _FEW_ROWS):
            return _long_rows(executor, x, outer, length, largest)
        return _rows(executor, x, outer, length, largest)
    blocks = 1
    if length > 64:
        wanted = -(-_BUSY // (outer * -(-inner // 4)))
        blocks = max(-(-length // _LONG_COLUMN), min(wanted, round(length**0.5)))
    step = -(-length // blocks)
    blocks = -(-length // step)
    found = _columns(executor, x, outer, length, inner, blocks, step, largest)
    return found if blocks == 1 else _best_block(executor, x, found, outer, length, inner, blocks, largest)


def _declare(shader: Shader, x: Source, largest: bool) -> None:
    x.declare(shader, "x")
    text = _FLOAT_ORDER if KIND[x.dtype] == "float" else _INT_ORDER
    shader.define(text.format(sign="" if largest else "~"))


def _walk(aligned: bool) -> str:
    """GLSL that looks through the texels from `t` up to `stop` of the row [`start`, `start + length`)."""
    inside = ""
    if not aligned:
        inside = f"k = i_where(ivec4(lessThan(uvec4(t * 4 - start + ivec4(0, 1, 2, 3)), uvec4(length))), k, {_NONE}); "
    better = _BETTER.format(where="ivec4(t)")
    return (
        f"ivec4 best = {_NONE}, at = ivec4(t), k, now;\n"
        f"for (; t < stop; ++t) {{ k = order(x(t)); {inside}{better}}}\n"
        "at = clamp(at * 4 + ivec4(0, 1, 2, 3), ivec4(start), ivec4(start + length - 1));\n"
    )


def _rows(executor: Any, x: Source, rows: int, length: int, largest: bool) -> Texture:
    """Four rows for each invocation."""

    def build() -> Plan:
        shader = Shader(executor.device, [("int32", rows)])
        _declare(shader, x, largest)
        n_rows, n_length = shader.number(rows), shader.number(length)
        body = (
            f"int length = {n_length}; r0 = ivec4(0);\nfor (int lane = 0; lane < min(4, {n_rows} - g * 4); ++lane) {{\n"
            f"int start = (g * 4 + lane) * length, t = start >> 2, stop = ((start + length - 1) >> 2) + 1;\n"
            f"{_walk(length % 4 == 0)}"
            f"{_FIRST}value -= start;\n"
            f"{put_lane('r0', 'int32')}}}\n"
        )
        return shader.finish(body, local=_LOCAL)

    key = ("position in rows", x.key, rows, length, largest)
    return executor.run(executor.planned(key, build), x.textures, x.reals)[0]


def _long_rows(executor: Any, x: Source, rows: int, length: int, largest: bool) -> Texture:
    texels = (length + 3) // 4 + (length % 4 != 0)
    step = max(32, round(math.sqrt(texels)))
    runs = -(-texels // step)

    def build_runs() -> Plan:
        shader = Shader(executor.device, [("int32", rows * runs * 4)])
        _declare(shader, x, largest)
        n_runs, n_length, n_step = shader.number(runs), shader.number(length), shader.number(step)
        body = (
            f"int row = g / {n_runs}, length = {n_length}, start = row * length;\n"
            f"int t = (start >> 2) + (g - row * {n_runs}) * {n_step};\n"
            f"int stop = min(t + {n_step}, ((start + length - 1) >> 2) + 1);\n"
            f"{_walk(length % 4 == 0)}{_FIRST}r0 = value;"
        )
        return shader.finish(body, local=_LOCAL)

    def build_best() -> Plan:
        shader = Shader(executor.device, [("int32", rows)])
        _declare(shader, x, largest)
        found = shader.texture("int32", rows * runs * 4)
        n_rows, n_runs, n_length = shader.number(rows), shader.number(runs), shader.number(length)
        body = (
            f"r0 = ivec4(0);\nfor (int lane = 0; lane < min(4, {n_rows} - g * 4); ++lane) {{\n"
            f"int row = g * 4 + lane, first = row * {n_runs}, best = int(0x80000000u), at = 0x7fffffff;\n"
            f"for (int c = first; c < first + {n_runs}; ++c) {{\n"
            f"int i = {found}(c).x, k = order(x(i >> 2))[i & 3];\n"
            f"bool better = k > best || (k == best && i < at);\n"
            f"best = better ? k : best; at = better ? i : at; }}\n"
            f"ivec4 value = ivec4(at - row * {n_length});\n{put_lane('r0', 'int32')}}}\n"
        )
        return shader.finish(body, local=_LOCAL)

    key = (x.key, rows, length, largest)
    candidates = executor.run(executor.planned(("position in runs", *key), build_runs), x.textures, x.reals)[0]
    plan = executor.planned(("position of runs", *key), build_best)
    return executor.run(plan, [*x.textures, candidates], x.reals)[0]


def _columns(
    executor: Any, x: Source, outer: int, length: int, inner: int, blocks: int, step: int, largest: bool
) -> Texture:
    """The index of the best of each block of `step` rows, [outer, blocks, inner]."""

    def build() -> Plan:
        shader = Shader(executor.device, [("int32", outer * blocks * inner)])
        _declare(shader, x, largest)
        n_length, n_step, n_blocks = shader.number(length), shader.number(step), shader.number(blocks)
        better = _BETTER.format(where="row")
        if inner % 4 == 0:
            width = shader.number(inner // 4)
            body = (
                f"int q = g / {width}, column = g - q * {width}, o = q / {n_blocks};\n"
                f"int first = (q - o * {n_blocks}) * {n_step};\n"
                f"int t = (o * {n_length} + first) * {width} + column, last = min(first + {n_step}, {n_length});\n"
                f"ivec4 best = {_NONE}, at = ivec4(first), row = at, k, now;\n"
                f"for (int i = first; i < last; ++i) {{ k = order(x(t)); {better}row += 1; t += {width}; }}\nr0 = at;"
            )
        else:
            n_inner, n_outer = shader.number(inner), shader.number(outer)
            lanes = ", ".join(f"order(x(i.{c} >> 2))[i.{c} & 3]" for c in "xyzw")
            body = (
                f"ivec4 i = g * 4 + ivec4(0, 1, 2, 3), q = i / {n_inner}, column = i - q * {n_inner};\n"
                f"ivec4 o = q / {n_blocks}, row = (q - o * {n_blocks}) * {n_step};\n"
                f"ivec4 best = {_NONE}, at = row, last = min(row + {n_step}, ivec4({n_length})), k, now;\n"
                f"o = min(o, ivec4({n_outer} - 1)); i = (o * {n_length} + row) * {n_inner} + column;\n"
                f"for (int turn = 0; turn < {n_step}; ++turn) {{\n"
                f"k = i_where(ivec4(lessThan(row, last)), ivec4({lanes}), {_NONE}); {better}"
                f"row += 1; i += {n_inner}; }}\nr0 = at;"
            )
        return shader.finish(body, local=_LOCAL)

    key = ("position in columns", x.key, outer, length, inner, blocks, step, largest)
    return executor.run(executor.planned(key, build), x.textures, x.reals)[0]


def _best_block(
    executor: Any, x: Source, found: Texture, outer: int, length: int, inner: int, blocks: int, largest: bool
) -> Texture:
    """The best of the blocks' candidates; of equals the first block's."""
    candidates = Source(Leaf(found, (outer, blocks, inner), "int32"))

    def build() -> Plan:
        shader = Shader(executor.device, [("int32", outer * inner)])
        _declare(shader, x, largest)
        candidates.declare(shader, "found")
        n_length, n_blocks = shader.number(length), shader.number(blocks)
        n_inner, n_outer = shader.number(inner), shader.number(outer)
        rows = ", ".join(f"found(c.{c} >> 2)[c.{c} & 3]" for c in "xyzw")
        lanes = ", ".join(f"order(x(i.{c} >> 2))[i.{c} & 3]" for c in "xyzw")
        body = (
            f"ivec4 p = g * 4 + ivec4(0, 1, 2, 3), o = p / {n_inner}, column = p - o * {n_inner};\n"
            f"o = min(o, ivec4({n_outer} - 1));\n"
            f"ivec4 best = {_NONE}, at = ivec4(0), c = o * {n_blocks} * {n_inner} + column, i, row, k, now;\n"
            f"for (int turn = 0; turn < {n_blocks}; ++turn) {{\n"
            f"row = ivec4({rows}); i = (o * {n_length} + row) * {n_inner} + column;\n"
            f"k = ivec4({lanes}); {_BETTER.format(where='row')}c += {n_inner}; }}\nr0 = at;"
        )
        return shader.finish(body, local=_LOCAL)

    key = ("position of blocks", x.key, outer, length, inner, blocks, largest)
    return executor.run(executor.planned(key, build), [*x.textures, found], x.reals)[0]
