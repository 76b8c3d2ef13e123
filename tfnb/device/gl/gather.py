"""Values whose origin other values name: gather, one_hot; and the diagonal, whose origin is its place."""

from __future__ import annotations

from typing import Any, Final

from tfnb.device.gl.indexing import coordinates_code, gather_code
from tfnb.device.gl.layout import layout_of
from tfnb.device.gl.piecewise import choose
from tfnb.device.gl.pool import Texture
from tfnb.device.gl.shader import KIND, VECTOR, Plan, Shader, groups_of
from tfnb.device.gl.source import Source
from tfnb.shapes import Shape, size_of

_LOCAL: Final = 64
_STRETCH: Final = 64  # texels that an invocation walks along


def gather(
    executor: Any, x: Source, indices: Source, *, shape: Shape, dtype: str, axis: int, batch_dims: int
) -> Texture:
    """Slices of `x` along `axis` in the order that `indices` names; an index beyond the axis counts as the nearest one.

    Seen flat: x is [batch, outer, length, inner], indices are [batch, count], the result [batch, outer, count, inner].
    """
    size, vector = size_of(shape), VECTOR[dtype]
    if size == 0:
        return executor.device.pool.take(KIND[dtype], 0)  # type: ignore[no-any-return]
    batch, outer = size_of(x.shape[:batch_dims]), size_of(x.shape[batch_dims:axis])
    length, inner = x.shape[axis], size_of(x.shape[axis + 1 :])
    count = size_of(indices.shape[batch_dims:])

    def build() -> Plan:
        shader = Shader(executor.device, [(dtype, size)])
        x.declare(shader, "x")
        indices.declare(shader, "places")
        if inner % 4 == 0 and shader.tier == "compute":
            return _whole_slices(shader, (batch, outer, count), length, inner // 4, size)
        whole = inner % 4 == 0
        kind, index = ("int", "g") if whole else ("ivec4", "ivec4(g * 4) + ivec4(0, 1, 2, 3)")
        run = inner // 4 if whole else inner
        code, (b, o, j, r) = coordinates_code(shader, (batch, outer, count, run), index, kind)
        code += _origin(shader, (b, o, j), (outer, length, count), kind)
        code += f"{kind} at = start * {shader.number(run)} + {r};\n"
        code += "r0 = x(at);\n" if whole else gather_code("x", vector, "v", "at") + "r0 = v;\n"
        return shader.finish(code)

    plan = executor.planned(("gather", x.key, indices.key, dtype, axis, batch_dims), build)
    return executor.run(plan, [*x.textures, *indices.textures], [*x.reals, *indices.reals])[0]  # type: ignore[no-any-return]


def _origin(shader: Shader, names: tuple[str, str, str], lengths: Shape, kind: str) -> str:
    """GLSL: `start` is the number of the slice of `x` that the index at (batch, outer, place) names."""
    (b, o, j), (outers, most, counts) = names, map(shader.number, lengths)
    code = f"{kind} k = {b} * {counts} + {j};\n"
    code += "int i = places(k >> 2)[k & 3];\n" if kind == "int" else gather_code("places", "ivec4", "i", "k")
    return code + (
        f"i = clamp(i, {kind}(0), {kind}({most} - 1)); {kind} start = ({b} * {outers} + {o}) * {most} + i;\n"
    )


def _whole_slices(shader: Shader, lengths: Shape, length: int, run: int, size: int) -> Plan:
    """Slices of whole texels: an invocation looks an index up once, then walks along a stretch of the slice."""
    batch, outer, count = lengths
    stretch = min(run, _STRETCH)
    stretches = -(-run // stretch)
    total = batch * outer * count * stretches
    code, (b, o, j, p) = coordinates_code(shader, (batch, outer, count, stretches), "g", "int")
    runs, steps, most = shader.number(run), shader.number(stretch), shader.number(total)
    shift = shader.number(layout_of(size, shader.device.max_side).shift)
    main = (
        f"void main() {{ int g = int(gl_GlobalInvocationID.y * (gl_NumWorkGroups.x * {_LOCAL}u) "
        f"+ gl_GlobalInvocationID.x); if (g >= {most}) return;\n"
        + code
        + _origin(shader, (b, o, j), (outer, length, count), "int")
        + f"int to = (g / {shader.number(stretches)}) * {runs}, c = {p} * {steps}, end = min(c + {steps}, {runs});\n"
        + f"for (; c < end; c++) imageStore(o0, place(to + c, {shift}), x(start * {runs} + c)); }}\n"
    )
    return shader.finish_compute(main, local=(_LOCAL, 1, 1), groups=groups_of(total, _LOCAL))


def one_hot(
    executor: Any,
    indices: Source,
    *,
    shape: Shape,
    dtype: str,
    depth: int,
    on_value: float,
    off_value: float,
    output: str,
) -> Texture:
    """A row of `depth` values for each index: `on_value` at its place, `off_value` elsewhere."""
    size, vector, real = size_of(shape), VECTOR[dtype], dtype == "float32"
    if size == 0:
        return executor.device.pool.take(KIND[dtype], 0)  # type: ignore[no-any-return]

    def build() -> Plan:
        shader = Shader(executor.device, [(dtype, size)])
        indices.declare(shader, "places")
        if real:
            on, off = f"vec4({shader.real()})", f"vec4({shader.real()})"
        else:
            on, off = f"ivec4({shader.number(int(on_value))})", f"ivec4({shader.number(int(off_value))})"
        if depth % 4 == 0:
            code, (row, column) = coordinates_code(shader, (size // depth, depth // 4), "g", "int")
            code += f"ivec4 i = ivec4(places({row} >> 2)[{row} & 3]), at = ivec4({column} * 4) + ivec4(0, 1, 2, 3);\n"
            code += "ivec4 hit = ivec4(equal(at, i));\n"
        else:
            code, (row, column) = coordinates_code(shader, (size // depth, depth), "ivec4(g * 4) + ivec4(0, 1, 2, 3)")
            code += gather_code("places", "ivec4", "i", row) + f"ivec4 hit = ivec4(equal({column}, i));\n"
        return shader.finish(code + f"r0 = {choose(vector, 'hit', on, off)};\n")

    key = ("one_hot", indices.key, depth, dtype, None if real else (on_value, off_value))
    plan = executor.planned(key, build)
    return executor.run(plan, indices.textures, [*indices.reals, on_value, off_value] if real else indices.reals)[0]  # type: ignore[no-any-return]


def diag(executor: Any, x: Source, *, shape: Shape, dtype: str) -> Texture:
    """The values of `x` on the diagonal of a square, zeros around them."""
    size, vector, length = size_of(shape), VECTOR[dtype], x.size
    if size == 0:
        return executor.device.pool.take(KIND[dtype], 0)  # type: ignore[no-any-return]

    def build() -> Plan:
        shader = Shader(executor.device, [(dtype, size)])
        x.declare(shader, "x")
        code, (row, column) = coordinates_code(shader, (length, length), "ivec4(g * 4) + ivec4(0, 1, 2, 3)")
        code += gather_code("x", vector, "v", column)
        value = choose(vector, f"ivec4(equal({row}, {column}))", "v", f"{vector}(0)")
        return shader.finish(code + f"r0 = {value};\n")

    plan = executor.planned(("diag", x.key, dtype), build)
    return executor.run(plan, x.textures, x.reals)[0]  # type: ignore[no-any-return]
