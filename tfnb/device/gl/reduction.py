"""Reductions on OpenGL: many values become one, along one or several axes.

A tensor is seen as [outer, length, inner]: neighbouring axes that are reduced (or kept) together are one. With
inner = 1 a row is a run of neighbouring values; else neighbouring values belong to neighbouring results. Long sums go
in stages of about the square root, which bounds the iterations of an invocation (drivers cut them off at 65,535), keeps
all of the device busy and keeps the error of a sum near that of NumPy's pairwise one. An axis that stands between
others takes a pass of its own.

Each invocation walks neighbouring texels; what lies behind the last value of a row never gets into a result.
"""

from __future__ import annotations

import math
from typing import Any, Callable, Final

from tfnb.device.gl.fold import FOLDS, Fold, declare, declare_inside, put_lane
from tfnb.device.gl.indexing import gather_code
from tfnb.device.gl.shader import Plan, Shader
from tfnb.device.gl.source import Source
from tfnb.kernels.expression import Expression, Leaf
from tfnb.shapes import Shape, size_of

Texture = Any

_SHORT_ROW: Final = 2048  # values: up to this a stage more costs more than it gains
_LONG_ROW: Final = 16384  # values that one invocation adds up at most, four rows of them
_FEW_ROWS: Final = 256  # fewer rows leave the device idle with a row for each invocation
_LONG_COLUMN: Final = 512
_BUSY: Final = 2048  # invocations that keep the device busy
_LOCAL: Final = 64


Finish = Callable[[Shader], str]


def divided(count: int) -> tuple[Any, Finish]:
    """A last statement that makes a sum a mean (of nothing: NaN), and its part of the plan's key."""
    if count == 0:
        return ("mean", 0), lambda _shader: "r0 = vec4(intBitsToFloat(0x7fc00000));"
    return ("mean", count), lambda shader: f"r0 = r0 / vec4(float({shader.number(count)}));"


def as_stored(_shader: Shader) -> str:
    """No last statement."""
    return ""


AS_STORED: Final = (None, as_stored)


def reduce(executor: Any, x: Source, fold: Fold, axes: Shape, finish: tuple[Any, Finish] = AS_STORED) -> Texture:
    """The values of `x` combined along `axes` (sorted, counted from the front).

    Args:
        executor: the OpenGL placement.
        x: a texture, or an expression that is computed while it is read.
        fold: how two values are combined.
        axes: the axes that go; none of them leaves every value as it is, in `fold`'s data type.
        finish: what is done with each result, as (part of the plan's key, statements on `r0`).
    """
    groups = _groups(x.shape, axes)
    for index, (outer, length, inner) in enumerate(groups):
        last = index == len(groups) - 1
        texture = _one_group(executor, x, fold, outer, length, inner, finish if last else AS_STORED)
        x = Source(Leaf(texture, (outer * inner,), fold.dtype))
    return texture


def _groups(shape: Shape, axes: Shape) -> list[tuple[int, int, int]]:
    """Passes (outer, length, inner), from the innermost group of reduced axes outwards."""
    runs: list[list[int]] = []  # [is reduced, length]
    reduced: int
    for axis, length in enumerate(shape):
        reduced = int(axis in axes)
        if runs and runs[-1][0] == reduced:
            runs[-1][1] *= length
        else:
            runs.append([reduced, length])
    passes = []
    inner = 1
    for position in range(len(runs) - 1, -1, -1):
        reduced, length = runs[position]
        if reduced:
            passes.append((size_of(one[1] for one in runs[:position]), length, inner))
        else:
            inner *= length
    return passes or [(size_of(shape), 1, 1)]


def _one_group(
    executor: Any, x: Source, fold: Fold, outer: int, length: int, inner: int, finish: tuple[Any, Finish]
) -> Texture:
    if length == 0 or outer * inner == 0:
        return _nothing(executor, fold, outer * inner, finish)
    if inner == 1:
        return _rows_in_stages(executor, x, fold, outer, length, finish)
    return _columns_in_stages(executor, x, fold, outer, length, inner, finish)


def _nothing(executor: Any, fold: Fold, size: int, finish: tuple[Any, Finish]) -> Texture:
    """The fold of no values at all."""

    def build() -> Plan:
        shader = Shader(executor.device, [(fold.dtype, size)])
        return shader.finish(f"r0 = {fold.neutral};\n{finish[1](shader)}")

    return executor.run(executor.planned(("fold nothing", fold.name, fold.dtype, size, finish[0]), build), [])[0]


# Rows: the values of one result are neighbours


def _rows_in_stages(
    executor: Any, x: Source, fold: Fold, rows: int, length: int, finish: tuple[Any, Finish]
) -> Texture:
    texels = (length + 3) // 4 + (length % 4 != 0)
    while length > _LONG_ROW or (length > _SHORT_ROW and rows < _FEW_ROWS):
        step = min(4096, max(32, 2 * round(math.sqrt(texels))))
        runs = -(-texels // step)
        x = Source(Leaf(_runs(executor, x, fold, rows, length, runs, step), (rows * runs * 4,), fold.dtype))
        length, texels = runs * 4, runs
    return _rows(executor, x, fold, rows, length, finish)


def walk(x: Source, fold: Fold, aligned: bool) -> str:
    """GLSL that combines the texels from `t` up to `stop` of the row [`start`, `start + length`) into `total`.

    A texture's texels are read four at a time, and only the two at the ends are masked; an expression is written out
    once, so that its program stays small.
    """
    if isinstance(x.operand, Expression):
        value = "x(t)" if aligned else "x_inside(t, start, length)"
        return f"for (; t < stop; ++t) {{ {fold.step('total', value)}}}\n"
    parts = [f"part{k}" for k in range(3)]
    ends = "" if aligned else fold.step("total", "x_inside(t, start, length)") + "++t; --stop; "
    tail = "" if aligned else "if (stop >= t) { t = stop; " + fold.step("total", "x_inside(t, start, length)") + "}"
    four = "".join(fold.step(name, f"x(t + {k})") for k, name in enumerate(["total", *parts]))
    precise = "precise " if fold.dtype == "float32" else ""
    declared = f"{precise}{fold.vector} " + ", ".join(f"{name} = {fold.neutral}" for name in parts) + "; "
    joined = fold.step(parts[0], parts[1]) + fold.step("total", parts[2]) + fold.step("total", parts[0])
    return (
        f"{declared}{ends}\nfor (; t + 3 < stop; t += 4) {{ {four}}}\n"
        f"for (; t < stop; ++t) {{ {fold.step('total', 'x(t)')}}}\n{tail}\n{joined}\n"
    )


def _total(fold: Fold) -> str:
    return f"{'precise ' if fold.dtype == 'float32' else ''}{fold.vector} total = {fold.neutral};\n"


def _runs(executor: Any, x: Source, fold: Fold, rows: int, length: int, runs: int, step: int) -> Texture:
    """Each row cut into `runs` of `step` texels: one texel for each run, its four values to be combined later."""

    def build() -> Plan:
        aligned = length % 4 == 0
        shader = Shader(executor.device, [(fold.dtype, rows * runs * 4)])
        declare(shader, x, fold)
        if not aligned:
            declare_inside(shader, fold)
        n_runs, n_length, n_step = shader.number(runs), shader.number(length), shader.number(step)
        body = (
            f"int row = g / {n_runs}, length = {n_length}, start = row * length;\n"
            f"int t = (start >> 2) + (g - row * {n_runs}) * {n_step};\n"
            f"int stop = min(t + {n_step}, ((start + length - 1) >> 2) + 1);\n"
            f"{_total(fold)}{walk(x, fold, aligned)}r0 = total;"
        )
        return shader.finish(body, local=_LOCAL)

    key = ("fold runs", x.key, fold.name, fold.dtype, rows, length, runs, step)
    return executor.run(executor.planned(key, build), x.textures, x.reals)[0]


def _rows(executor: Any, x: Source, fold: Fold, rows: int, length: int, finish: tuple[Any, Finish]) -> Texture:
    """Four rows for each invocation: their results are one texel."""

    def build() -> Plan:
        aligned = length % 4 == 0
        shader = Shader(executor.device, [(fold.dtype, rows)])
        declare(shader, x, fold)
        if not aligned:
            declare_inside(shader, fold)
        n_rows, n_length = shader.number(rows), shader.number(length)
        scalar = fold.combine
        across = scalar.format(f"{fold.vector}(total.x)", f"{fold.vector}(total.y)")
        across = scalar.format(across, scalar.format(f"{fold.vector}(total.z)", f"{fold.vector}(total.w)"))
        body = (
            f"int length = {n_length}; r0 = {fold.neutral};\n"
            f"for (int lane = 0; lane < min(4, {n_rows} - g * 4); ++lane) {{\n"
            f"int start = (g * 4 + lane) * length;\n"
            f"int t = start >> 2, stop = ((start + length - 1) >> 2) + 1;\n"
            f"{_total(fold)}{walk(x, fold, aligned)}"
            f"{fold.vector} value = {across};\n{put_lane('r0', fold.dtype)}}}\n{finish[1](shader)}"
        )
        return shader.finish(body, local=_LOCAL)

    key = ("fold rows", x.key, fold.name, fold.dtype, rows, length, finish[0])
    return executor.run(executor.planned(key, build), x.textures, x.reals)[0]


# Columns: neighbouring values belong to neighbouring results


def _columns_in_stages(
    executor: Any, x: Source, fold: Fold, outer: int, length: int, inner: int, finish: tuple[Any, Finish]
) -> Texture:
    if inner % 4 and length >= 16 and (outer == 1 or length % 4 == 0):
        # Four rows of an odd width are whole texels: reduce those, and the four of them at last.
        texture = _aligned_columns(executor, x, fold, outer, -(-length // 4), inner * 4, length * inner)
        return _columns(
            executor, Source(Leaf(texture, (outer * 4 * inner,), fold.dtype)), fold, outer, 4, inner, finish
        )
    if inner % 4 == 0:
        while (blocks := _blocks(outer, length, inner)) > 1:
            step = -(-length // blocks)
            blocks = -(-length // step)
            texture = column_blocks(executor, x, fold, outer, length, inner, blocks, step, 0, AS_STORED)
            x, length = Source(Leaf(texture, (outer * blocks * inner,), fold.dtype)), blocks
        return column_blocks(executor, x, fold, outer, length, inner, 1, length, 0, finish)
    while length > _LONG_COLUMN:
        step = max(16, round(length**0.5))
        blocks = -(-length // step)
        texture = _columns(executor, x, fold, outer, length, inner, AS_STORED, blocks, step)
        x, length = Source(Leaf(texture, (outer * blocks * inner,), fold.dtype)), blocks
    return _columns(executor, x, fold, outer, length, inner, finish)


def _blocks(outer: int, length: int, inner: int) -> int:
    """Blocks of rows into which a column is cut: enough of them to keep the device busy, none too long or too short."""
    if length <= 32:
        return 1
    wanted = -(-_BUSY // (outer * -(-inner // 4)))
    return max(-(-length // _LONG_COLUMN), min(wanted, max(1, round(math.sqrt(length)))))


def _aligned_columns(executor: Any, x: Source, fold: Fold, outer: int, length: int, inner: int, valid: int) -> Texture:
    """Columns of whole texels, of which only the first `valid` values of each outer part are there."""
    valid = 0 if outer > 1 or valid == length * inner else valid
    blocks = _blocks(outer, length, inner)
    step = -(-length // blocks)
    blocks = -(-length // step)
    texture = column_blocks(executor, x, fold, outer, length, inner, blocks, step, valid, AS_STORED)
    while blocks > 1:
        source = Source(Leaf(texture, (outer * blocks * inner,), fold.dtype))
        more = _blocks(outer, blocks, inner)
        step = -(-blocks // more)
        more = -(-blocks // step)
        texture = column_blocks(executor, source, fold, outer, blocks, inner, more, step, 0, AS_STORED)
        blocks = more
    return texture


def column_blocks(
    executor: Any,
    x: Source,
    fold: Fold,
    outer: int,
    length: int,
    inner: int,
    blocks: int,
    step: int,
    valid: int,
    finish: tuple[Any, Finish],
) -> Texture:
    """[outer, length, inner] to [outer, blocks, inner] where a row is whole texels; blocks are `step` rows long.

    Args:
        valid: how many values there are, where the last rows are not complete; 0 if they are.
    """

    def build() -> Plan:
        shader = Shader(executor.device, [(fold.dtype, outer * blocks * inner)])
        declare(shader, x, fold)
        width, n_length, n_step = shader.number(inner // 4), shader.number(length), shader.number(step)
        n_blocks = shader.number(blocks)
        value = "x(t)"
        if valid:
            declare_inside(shader, fold)
            value = f"x_inside(t, 0, {shader.number(valid)})"
        single = isinstance(x.operand, Expression) or bool(valid)
        names = ["total"] if single else ["total", "part0", "part1", "part2"]
        precise = "precise " if fold.dtype == "float32" else ""
        code = f"int q = g / {width}, column = g - q * {width}, o = q / {n_blocks};\n"
        code += f"int first = (q - o * {n_blocks}) * {n_step};\n"
        code += (
            f"int t = (o * {n_length} + first) * {width} + column, count = min({n_step}, {n_length} - first), k = 0;\n"
        )
        code += f"{precise}{fold.vector} " + ", ".join(f"{name} = {fold.neutral}" for name in names) + ";\n"
        if not single:
            four = "".join(fold.step(name, "x(t)") + f"t += {width}; " for name in names)
            code += f"for (; k + 3 < count; k += 4) {{ {four}}}\n"
        code += f"for (; k < count; ++k) {{ {fold.step('total', value)}t += {width}; }}\n"
        if not single:
            code += fold.step("part0", "part1") + fold.step("total", "part2") + fold.step("total", "part0")
        return shader.finish(f"{code}r0 = total;\n{finish[1](shader)}", local=_LOCAL)

    key = ("fold column blocks", x.key, fold.name, fold.dtype, outer, length, inner, blocks, step, valid, finish[0])
    return executor.run(executor.planned(key, build), x.textures, x.reals)[0]


def _columns(
    executor: Any,
    x: Source,
    fold: Fold,
    outer: int,
    length: int,
    inner: int,
    finish: tuple[Any, Finish],
    blocks: int = 1,
    step: int = 0,
) -> Texture:
    """[outer, length, inner] to [outer, blocks, inner] for any inner: each lane finds its own values."""
    step = step or length

    def build() -> Plan:
        shader = Shader(executor.device, [(fold.dtype, outer * blocks * inner)])
        declare(shader, x, fold)
        n_inner, n_length, n_step = shader.number(inner), shader.number(length), shader.number(step)
        n_blocks, n_outer = shader.number(blocks), shader.number(outer)
        body = (
            f"ivec4 i = g * 4 + ivec4(0, 1, 2, 3), q = i / {n_inner}, column = i - q * {n_inner};\n"
            f"ivec4 o = q / {n_blocks}, first = (q - o * {n_blocks}) * {n_step}; o = min(o, ivec4({n_outer} - 1));\n"
            f"ivec4 at = (o * {n_length} + first) * {n_inner} + column;\n"
            f"{_total(fold)}"
            f"for (int k = 0; k < {n_step}; ++k) {{\n"
            f"ivec4 there = ivec4(lessThan(first + k, ivec4({n_length}))), from = at * there;\n"
            f"{gather_code('x', fold.vector, 'v', 'from')}"
            f"v = {_kept(fold)}; {fold.step('total', 'v')}at += {n_inner}; }}\n"
            f"r0 = total;\n{finish[1](shader)}"
        )
        return shader.finish(body, local=_LOCAL)

    key = ("fold columns", x.key, fold.name, fold.dtype, outer, length, inner, blocks, step, finish[0])
    return executor.run(executor.planned(key, build), x.textures, x.reals)[0]


def _kept(fold: Fold) -> str:
    if fold.dtype == "float32":
        return f"mix({fold.neutral}, v, greaterThan(there, ivec4(0)))"
    return f"i_where(there, v, {fold.neutral})"


# The builders that the records name


def _builder(name: str, dtypes: dict[str, str]) -> Callable[..., Texture]:
    def build(executor: Any, x: Source, *, axis: Shape, **_inferred: Any) -> Texture:
        return reduce(executor, x, FOLDS[name, dtypes[x.dtype]], axis)

    return build


_WIDER: Final = {"float32": "float32", "int32": "int32", "bool": "int32"}
_SAME: Final = {"float32": "float32", "int32": "int32", "bool": "bool"}

sum_ = _builder("sum", _WIDER)
prod_ = _builder("prod", _WIDER)
max_ = _builder("max", _SAME)
min_ = _builder("min", _SAME)


def mean(executor: Any, x: Source, *, axis: Shape, **_inferred: Any) -> Texture:
    """The sum as float32, divided by the number of values."""
    return reduce(executor, x, FOLDS["sum", "float32"], axis, divided(size_of(x.shape[one] for one in axis)))
