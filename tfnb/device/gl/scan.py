"""Running sums and products on OpenGL.

A tensor is seen as [outer, length, inner]. With inner = 1 the values lie in the order in which they are added up, row
after row: the whole array is cut into runs of texels, whatever the rows, and the running total starts anew wherever a
row does. A compute program gives each run to an invocation; where runs do not start with a row, the runs' totals come
first, then what each run starts from, then the results: three launches. The fragment tier has a way of its own
(`scan_blocks`), and so have columns of whole texels; other columns are turned into rows and back.
"""

from __future__ import annotations

import math
from typing import Any, Final

from tfnb.device.gl.fold import FOLDS, Fold, declare, step_place
from tfnb.device.gl.indexing import Affine, gather_code, offset_code
from tfnb.device.gl.layout import layout_of
from tfnb.device.gl.reduction import AS_STORED, column_blocks
from tfnb.device.gl.scan_blocks import scan_blocks
from tfnb.device.gl.shader import KIND, Plan, Shader, groups_of
from tfnb.device.gl.source import Source
from tfnb.kernels.expression import Leaf
from tfnb.shapes import Shape, size_of

Texture = Any

_LONG_ROW: Final = 16384  # values that one invocation walks
_FEW: Final = 64  # invocations below which the device idles
_SHORT: Final = 512  # texels that one invocation may as well walk alone
_LONG_COLUMN: Final = 4096
_LOCAL: Final = 32


def cumsum(executor: Any, x: Source, *, axis: int, exclusive: bool, reverse: bool, **_inferred: Any) -> Texture:
    """Running sums along an axis."""
    return _scan(executor, x, "sum", axis, exclusive, reverse)


def cumprod(executor: Any, x: Source, *, axis: int, exclusive: bool, reverse: bool, **_inferred: Any) -> Texture:
    """Running products along an axis."""
    return _scan(executor, x, "prod", axis, exclusive, reverse)


def _scan(executor: Any, x: Source, name: str, axis: int, exclusive: bool, reverse: bool) -> Texture:
    fold = FOLDS[name, "float32" if KIND[x.dtype] == "float" else "int32"]
    outer, length, inner = size_of(x.shape[:axis]), x.shape[axis], size_of(x.shape[axis + 1 :])
    compute = executor.device.tier == "compute"
    if inner > 1 and inner % 4 == 0 and compute:
        return _columns(executor, x, fold, outer, length, inner, exclusive, reverse)
    if inner == 1 and compute:
        return _rows(executor, x, fold, outer, length, exclusive, reverse)
    if inner == 1 and not reverse:
        return scan_blocks(executor, x, fold, outer, length, exclusive)
    turned = _turned(executor, x, (outer, inner, length), (length * inner, 1, -inner if reverse else inner), reverse)
    rows = _rows if compute else _blocks_of
    texture = rows(executor, turned, fold, outer * inner, length, exclusive, False)
    back = Source(Leaf(texture, turned.shape, fold.dtype))
    strides = (length * inner, -1 if reverse else 1, length)
    return _turned(executor, back, (outer, length, inner), strides, reverse).textures[0]


def _blocks_of(
    executor: Any, x: Source, fold: Fold, rows: int, length: int, exclusive: bool, _reverse: bool
) -> Texture:
    return scan_blocks(executor, x, fold, rows, length, exclusive)


def _turned(executor: Any, x: Source, lengths: Shape, strides: Shape, reverse: bool) -> Source:
    """A copy in which the axes (and, if asked for, the direction of the scanned one) have changed places."""
    size = size_of(lengths)
    base = (
        sum((one - 1) * -stride for one, stride in zip(lengths, strides, strict=True) if stride < 0) if reverse else 0
    )

    def build() -> Plan:
        shader = Shader(executor.device, [(x.dtype, size)])
        x.declare(shader, "x")
        affine = Affine(lengths, strides, base)
        code = offset_code(shader, affine, "from", "ivec4(g * 4) + ivec4(0, 1, 2, 3)")
        last = shader.number(size - 1)
        vector = "vec4" if KIND[x.dtype] == "float" else "ivec4"
        code += f"from = clamp(from, ivec4(0), ivec4({last}));\n{gather_code('x', vector, 'v', 'from')}r0 = v;"
        return shader.finish(code)

    plan = executor.planned(("scan turned", x.key, lengths, strides), build)
    return Source(Leaf(executor.run(plan, x.textures, x.reals)[0], (size,), x.dtype))


def _at() -> str:
    return f"int g = int(gl_GlobalInvocationID.y * (gl_NumWorkGroups.x * {_LOCAL}u) + gl_GlobalInvocationID.x);\n"


def _scalar(fold: Fold) -> str:
    return "precise float" if fold.dtype == "float32" else "int"


def _neutral(fold: Fold) -> str:
    return f"{fold.neutral}.x"


# Rows, compute


def _rows(executor: Any, x: Source, fold: Fold, rows: int, length: int, exclusive: bool, reverse: bool) -> Texture:
    texels = -(-rows * length // 4)
    whole = length // 4 if length % 4 == 0 else length  # texels of the fewest rows that end with a texel
    if whole * 4 <= _LONG_ROW * (1 if length % 4 == 0 else 4) and (-(-texels // whole) >= _FEW or texels <= _SHORT):
        return _written_rows(executor, x, fold, rows, length, whole, exclusive, reverse, None)
    if texels <= _SHORT:
        return _written_rows(executor, x, fold, rows, length, texels, exclusive, reverse, None)
    step = max(32, round(math.sqrt(texels)))
    runs = -(-texels // step)
    totals = _run_totals(executor, x, fold, rows, length, step, runs, reverse)
    starts = _run_starts(executor, totals, fold, length, step, runs, reverse)
    return _written_rows(executor, x, fold, rows, length, step, exclusive, reverse, starts)


def _resets(rows: int, length: int, reverse: bool) -> str:
    """Where the total can start anew: nowhere but at a run's start, at any texel, or at any value."""
    if length % 4 == 0:
        return "never" if rows == 1 else "texel"
    return "never" if rows == 1 and not reverse else "value"


class _Walk:
    """GLSL for the walk over the texels of run `g`, forwards or backwards, with the total `c` so far."""

    def __init__(self, shader: Shader, fold: Fold, rows: int, length: int, step: int, reverse: bool) -> None:
        self.fold, self.reverse = fold, reverse
        self.resets = _resets(rows, length, reverse)
        self.length, self.step = shader.number(length), shader.number(step)
        self.texels = shader.number(-(-rows * length // 4))

    def begin(self) -> str:
        """The run's texels, and the position `at` in its row of the value that comes first."""
        code = f"int first = g * {self.step}, stop = min(first + {self.step}, {self.texels});\n"
        if self.resets != "never":
            code += (
                f"int at = {self.length} - 1 - ((stop * 4 - 1) % {self.length});\n"
                if self.reverse
                else f"int at = (first * 4) % {self.length};\n"
            )
        return code

    def over(self, exclusive: bool, put: str) -> str:
        """The loop; `put` is what is done with the results `r` of texel `t`."""
        lanes = "wzyx" if self.reverse else "xyzw"
        head = "for (int t = stop - 1; t >= first; --t)" if self.reverse else "for (int t = first; t < stop; ++t)"
        again = f"c = at == 0 ? {_neutral(self.fold)} : c; "
        code = f"{head} {{ v = x(t); "
        if self.resets == "texel":
            code += f"{again}at += 4; at = at == {self.length} ? 0 : at; "
        for lane in lanes:
            if self.resets == "value":
                code += f"{again}++at; at = at == {self.length} ? 0 : at; "
            if exclusive:
                code += f"r.{lane} = c; "
            code += f"c = {self.fold.combine.format('c', f'v.{lane}')}; "
            if not exclusive:
                code += f"r.{lane} = c; "
        return f"{code}{put} }}\n"


def _written_rows(
    executor: Any,
    x: Source,
    fold: Fold,
    rows: int,
    length: int,
    step: int,
    exclusive: bool,
    reverse: bool,
    starts: Texture | None,
) -> Texture:
    """The results, run by run; `starts` holds what each run starts from, if it does not start with a row."""
    texels = -(-rows * length // 4)
    runs = -(-texels // step)

    def build() -> Plan:
        shader = Shader(executor.device, [(fold.dtype, rows * length)])
        declare(shader, x, fold)
        start = _neutral(fold)
        if starts is not None:
            start = f"{shader.texture(fold.dtype, runs * 4)}(g).x"
        walk = _Walk(shader, fold, rows, length, step, reverse)
        shift = shader.number(layout_of(rows * length, executor.device.max_side).shift)
        put = f"imageStore(o0, p, r); {step_place(shift, '--' if reverse else '++')}"
        main = (
            f"void main() {{ {_at()}if (g >= {shader.number(runs)}) return;\n{walk.begin()}"
            f"ivec2 p = place({'stop - 1' if reverse else 'first'}, {shift});\n"
            f"{_scalar(fold)} c = {start}; {fold.vector} v, r;\n"
            f"{walk.over(exclusive, put)}}}\n"
        )
        return shader.finish_compute(main, local=(_LOCAL, 1, 1), groups=groups_of(runs, _LOCAL))

    key = ("scan rows", x.key, fold.name, fold.dtype, rows, length, step, exclusive, reverse, starts is None)
    given = x.textures if starts is None else [*x.textures, starts]
    return executor.run(executor.planned(key, build), given, x.reals)[0]


def _run_totals(
    executor: Any, x: Source, fold: Fold, rows: int, length: int, step: int, runs: int, reverse: bool
) -> Texture:
    """For each run a texel of the total since the last start of a row in it."""

    def build() -> Plan:
        shader = Shader(executor.device, [(fold.dtype, runs * 4)])
        declare(shader, x, fold)
        walk = _Walk(shader, fold, rows, length, step, reverse)
        kind = "precise " if fold.dtype == "float32" else ""
        if walk.resets == "never":  # the last run's may count what lies behind the last value: nobody starts from it
            code = (
                f"{kind}{fold.vector} a = {fold.neutral}, b = a;\nint t = first;\n"
                f"for (; t + 1 < stop; t += 2) {{ {fold.step('a', 'x(t)')}{fold.step('b', 'x(t + 1)')}}}\n"
                f"for (; t < stop; ++t) {{ {fold.step('a', 'x(t)')}}}\n{fold.step('a', 'b')}"
            )
            pairs = fold.combine.format(fold.combine.format("a.x", "a.y"), fold.combine.format("a.z", "a.w"))
            code += f"r0 = {fold.vector}({pairs});"
        else:
            code = f"{_scalar(fold)} c = {_neutral(fold)}; {fold.vector} v, r;\n"
            code += f"{walk.over(True, '')}r0 = {fold.vector}(c);"
        return shader.finish(walk.begin() + code, local=_LOCAL)

    key = ("scan totals", x.key, fold.name, fold.dtype, rows, length, step, reverse)
    return executor.run(executor.planned(key, build), x.textures, x.reals)[0]


def _run_starts(
    executor: Any, totals: Texture, fold: Fold, length: int, step: int, runs: int, reverse: bool
) -> Texture:
    """What each run starts from: one invocation goes over the runs' totals."""

    def build() -> Plan:
        shader = Shader(executor.device, [(fold.dtype, runs * 4)])
        total = shader.texture(fold.dtype, runs * 4)
        n_runs, values, n_length = shader.number(runs), shader.number(step * 4), shader.number(length)
        shift = shader.number(layout_of(runs * 4, executor.device.max_side).shift)
        head = f"for (int k = {n_runs} - 1; k >= 0; --k)" if reverse else f"for (int k = 0; k < {n_runs}; ++k)"
        # Whether a row starts (seen in the direction of the walk) among the values of run k.
        offset = (
            f"(k * {values} + {n_length}) / {n_length} * {n_length} - 1"
            if reverse
            else (f"(k * {values} + {n_length} - 1) / {n_length} * {n_length}")
        )
        main = (
            f"void main() {{ if (gl_GlobalInvocationID.x > 0u) return;\n{_scalar(fold)} c = {_neutral(fold)}, own;\n"
            f"{head} {{ imageStore(o0, place(k, {shift}), {fold.vector}(c)); own = {total}(k).x;\n"
            f"c = {offset} < (k + 1) * {values} ? own : {fold.combine.format('c', 'own')}; }} }}\n"
        )
        return shader.finish_compute(main, local=(1, 1, 1), groups=(1, 1, 1))

    key = ("scan starts", fold.name, fold.dtype, length, step, runs, reverse)
    return executor.run(executor.planned(key, build), [totals])[0]


# Columns of whole texels, compute


def _columns(
    executor: Any,
    x: Source,
    fold: Fold,
    outer: int,
    length: int,
    inner: int,
    exclusive: bool,
    reverse: bool,
) -> Texture:
    width = inner // 4
    blocks = 1
    if length > _LONG_COLUMN or (length > 64 and outer * width < 4 * _FEW):
        blocks = min(
            -(-length // 16), max(-(-length // _LONG_COLUMN), -(-4 * _FEW // (outer * width)), round(length**0.5) // 4)
        )
    step = -(-length // blocks)
    blocks = -(-length // step)
    starts = None
    if blocks > 1:
        totals = column_blocks(executor, x, fold, outer, length, inner, blocks, step, 0, AS_STORED)
        source = Source(Leaf(totals, (outer, blocks, inner), fold.dtype))
        starts = _columns(executor, source, fold, outer, blocks, inner, True, reverse)
    return _written_columns(executor, x, fold, outer, length, inner, blocks, step, exclusive, reverse, starts)


def _written_columns(
    executor: Any,
    x: Source,
    fold: Fold,
    outer: int,
    length: int,
    inner: int,
    blocks: int,
    step: int,
    exclusive: bool,
    reverse: bool,
    starts: Texture | None,
) -> Texture:
    """The results, block by block of each column of texels."""

    def build() -> Plan:
        shader = Shader(executor.device, [(fold.dtype, outer * length * inner)])
        declare(shader, x, fold)
        start = fold.neutral
        if starts is not None:
            start = f"{shader.texture(fold.dtype, outer * blocks * inner)}(g)"
        width, n_length, n_step = shader.number(inner // 4), shader.number(length), shader.number(step)
        n_blocks, n_all = shader.number(blocks), shader.number(outer * blocks * (inner // 4))
        shift = shader.number(layout_of(outer * length * inner, executor.device.max_side).shift)
        put = f"imageStore(o0, place(t, {shift}), c); "
        add = fold.step("c", "v")
        turn = f"t {'-' if reverse else '+'}= {width}; "
        kind = "precise " if fold.dtype == "float32" else ""
        main = (
            f"void main() {{ {_at()}if (g >= {n_all}) return;\n"
            f"int q = g / {width}, column = g - q * {width}, o = q / {n_blocks};\n"
            f"int first = (q - o * {n_blocks}) * {n_step};\n"
            f"int count = min({n_step}, {n_length} - first), t = (o * {n_length} + first"
            f"{' + count - 1' if reverse else ''}) * {width} + column;\n{kind}{fold.vector} c = {start}, v;\n"
            f"for (int k = 0; k < count; ++k) {{ v = x(t); {put + add if exclusive else add + put}{turn}}} }}\n"
        )
        return shader.finish_compute(
            main, local=(_LOCAL, 1, 1), groups=groups_of(outer * blocks * (inner // 4), _LOCAL)
        )

    key = (
        "scan columns", x.key, fold.name, fold.dtype, outer, length, inner, step, exclusive, reverse, starts is None,
    )  # fmt: skip
    given = x.textures if starts is None else [*x.textures, starts]
    return executor.run(executor.planned(key, build), given, x.reals)[0]
