"""Matrix products on OpenGL.

The compute program holds a tile of 8 rows by 2 texels of the result in registers and reads whole texels of both
operands, transposed or not: a swizzle costs nothing. The fragment program computes one texel. Both want rows of whole
texels, so other operands are copied into such rows first; products too small for that take a program that finds each
value by itself. A column is computed as a row of the transposed product. A long inner dimension is cut into parts that
are added up at last.
"""

from __future__ import annotations

from typing import Any, Final

from tfnb.device.gl.compose import finished
from tfnb.device.gl.fold import FOLDS
from tfnb.device.gl.indexing import gather_code
from tfnb.device.gl.layout import layout_of
from tfnb.device.gl.product import Product, Reading, batch_code
from tfnb.device.gl.reduction import reduce
from tfnb.device.gl.shader import VECTOR, Plan, Shader, groups_of
from tfnb.device.gl.source import Source, expression_code
from tfnb.kernels.arithmetic import mul
from tfnb.kernels.expression import Expression, Leaf, Step
from tfnb.shapes import Shape, size_of

Texture = Any

_ROWS: Final = 8  # of a tile
_COLUMNS: Final = 2  # texels of a tile
_SMALL: Final = 1 << 17  # multiplications below which a program that reads value by value is quicker than copies
_DEEP: Final = 16384  # inner length from which it is cut: for accuracy, and far below the iterations allowed
_FEW_TILES: Final = 64
_FEW_TEXELS: Final = 512
_LONG: Final = 2048


def matmul(
    executor: Any,
    a: Source,
    b: Source,
    *,
    shape: Shape,
    dtype: str,
    transpose_a: bool,
    transpose_b: bool,
    epilogue: Expression | None = None,
) -> Texture:
    """The product of each pair of matrices; `epilogue` is computed on it before it is written, where possible."""
    product = Product(a, b, shape, dtype, transpose_a, transpose_b)
    if product.k and product.m == product.n == 1:
        return finished(executor, _dot(executor, product), shape, dtype, epilogue)
    if product.count * product.m * product.n * product.k <= _SMALL and product.k <= _DEEP:
        return _value_by_value(executor, product, epilogue)
    if product.n == 1:  # a column is the row of the transposed product, and its values lie in the same order
        turned = Product(b, a, (*shape[:-2], 1, shape[-2]), dtype, not transpose_b, not transpose_a)
        return finished(executor, _product(executor, turned, None), shape, dtype, epilogue)
    return _product(executor, product, epilogue)


def _product(executor: Any, p: Product, epilogue: Expression | None) -> Texture:
    """A product by one of the two programs that read whole texels."""
    a, b = _whole_rows(executor, p.a), _whole_rows(executor, p.b)
    tiled = executor.device.tier == "compute" and p.m >= _ROWS
    parts = _parts(p, tiled)
    aligned = p.n % 4 == 0
    inside = epilogue if aligned and parts == 1 else None
    texture = (_tiles if tiled else _texels)(executor, p, a, b, parts, inside)
    if inside is not None:
        return texture
    shape, width = (*p.batch, p.m, p.n), -(-p.n // 4) * 4
    if parts > 1:
        view = (p.count, parts, p.m * width)
        texture = reduce(executor, Source(Leaf(texture, view, p.dtype)), FOLDS["sum", p.dtype], (1,))
    if aligned:
        return finished(executor, texture, shape, p.dtype, epilogue)
    return _narrowed(executor, texture, shape, p.dtype, width, epilogue)


def _dot(executor: Any, p: Product) -> Texture:
    """The dot products of vectors: their values' products, added up as they are read."""
    a, b = p.a.operand, p.b.operand
    leaves = (
        Leaf(a.storage, (*p.a_batch, p.k), p.dtype),  # type: ignore[union-attr]
        Leaf(b.storage, (*p.b_batch, p.k), p.dtype),  # type: ignore[union-attr]
    )
    products = Expression((*p.batch, p.k), leaves, (), (Step(mul, (0, 1), p.dtype, p.dtype),), (2,))
    return reduce(executor, Source(products), FOLDS["sum", p.dtype], (len(p.batch),))


# Small products


def _value_by_value(executor: Any, p: Product, epilogue: Expression | None) -> Texture:
    """Each lane walks its own row and column, whatever their strides."""
    dtype = p.dtype if epilogue is None else epilogue.dtype_of(epilogue.outputs[-1])

    def build() -> Plan:
        shader = Shader(executor.device, [(dtype, p.count * p.m * p.n)])
        p.a.declare(shader, "a")
        p.b.declare(shader, "b")
        n, m, k = shader.number(p.n), shader.number(p.m), shader.number(p.k)
        code = (
            f"ivec4 i = g * 4 + ivec4(0, 1, 2, 3), q = i / {n}, column = i - q * {n}, z = q / {m}, row = q - z * {m};\n"
            f"z = min(z, ivec4({shader.number(p.count)} - 1));\n"
            f"{batch_code(shader, p, 'ivec4')}"
        )
        code += (
            f"ivec4 at = za * {shader.number(p.m * p.k)} + row * {shader.number(1 if p.transpose_a else p.k)};\n"
            f"ivec4 bt = zb * {shader.number(p.k * p.n)} + column * {shader.number(p.k if p.transpose_b else 1)};\n"
            f"{p.vector} result = {p.vector}(0);\n"
            f"for (int k = 0; k < {k}; ++k) {{\n"
            f"{gather_code('a', p.vector, 'u', 'at')}{gather_code('b', p.vector, 'v', 'bt')}"
            f"result += u * v; at += {shader.number(p.m if p.transpose_a else 1)}; "
            f"bt += {shader.number(1 if p.transpose_b else p.n)}; }}\n"
        )
        return shader.finish(code + _last(shader, "result", epilogue, "r0"), local=64)

    key = ("matmul values", p.key, _key(epilogue))
    return executor.run(executor.planned(key, build), *_given(p.a, p.b, epilogue))[0]


def _last(shader: Shader, value: str, epilogue: Expression | None, target: str) -> str:
    """GLSL that puts a value of the result, after its epilogue, into `target`; texel `g` of the result is meant."""
    if epilogue is None:
        return f"{target} = {value};\n"
    code, values = expression_code(shader, epilogue, given=value)
    return f"{code}{target} = {values[epilogue.outputs[-1]]};\n"


def _key(epilogue: Expression | None) -> Any:
    return None if epilogue is None else (epilogue.shape, epilogue.key())


def _given(a: Source, b: Source, epilogue: Expression | None) -> tuple[list[Texture], list[float]]:
    """Textures and scalars in the order in which the programs declare them."""
    if epilogue is None:
        return [*a.textures, *b.textures], [*a.reals, *b.reals]
    more = Source(epilogue)
    return [*a.textures, *b.textures, *more.textures], [*a.reals, *b.reals, *more.reals]


# Rows of whole texels


def _whole_rows(executor: Any, x: Source) -> Source:
    """`x` with rows of whole texels; what is added behind a row is never read."""
    length = x.shape[-1]
    if length % 4 == 0:
        return x
    rows, width = size_of(x.shape[:-1]), -(-length // 4)

    def build() -> Plan:
        shader = Shader(executor.device, [(x.dtype, rows * width * 4)])
        x.declare(shader, "x")
        n_width, n_length, n_last = shader.number(width), shader.number(length), shader.number(rows * length - 1)
        body = (
            f"int row = g / {n_width}; ivec4 i = min(row * {n_length} + (g - row * {n_width}) * 4 + ivec4(0, 1, 2, 3), "
            f"ivec4({n_last}));\n{gather_code('x', VECTOR[x.dtype], 'v', 'i')}r0 = v;"
        )
        return shader.finish(body)

    plan = executor.planned(("matmul whole rows", x.key), build)
    texture = executor.run(plan, x.textures, x.reals)[0]
    return Source(Leaf(texture, (*x.shape[:-1], width * 4), x.dtype))


def _narrowed(
    executor: Any, texture: Texture, shape: Shape, dtype: str, width: int, epilogue: Expression | None
) -> Texture:
    """The result without what was added behind its rows."""
    x = Source(Leaf(texture, (*shape[:-1], width), dtype))
    result = dtype if epilogue is None else epilogue.dtype_of(epilogue.outputs[-1])

    def build() -> Plan:
        shader = Shader(executor.device, [(result, size_of(shape))])
        x.declare(shader, "x")
        n_length, n_width = shader.number(shape[-1]), shader.number(width)
        body = (
            f"ivec4 i = g * 4 + ivec4(0, 1, 2, 3), row = i / {n_length};\n"
            f"i = row * {n_width} + (i - row * {n_length});\n"
            f"{gather_code('x', VECTOR[dtype], 'v', 'i')}"
        )
        return shader.finish(body + _last(shader, "v", epilogue, "r0"))

    more = [] if epilogue is None else Source(epilogue).textures
    reals = [] if epilogue is None else Source(epilogue).reals
    plan = executor.planned(("matmul narrowed", x.key, shape, _key(epilogue)), build)
    return executor.run(plan, [texture, *more], reals)[0]


def _parts(p: Product, tiled: bool) -> int:
    """Parts of the inner dimension: more than one where it is long, or where there is little else to do at once."""
    most, across = (_FEW_TILES, 4 * _COLUMNS) if tiled else (_FEW_TEXELS, 4)
    jobs = p.count * -(-p.m // (_ROWS if tiled else 1)) * -(-p.n // across)
    parts = -(-p.k // _DEEP)
    if jobs < most and p.k >= _LONG:
        parts = max(parts, min(-(-most // jobs), p.k // (_LONG // 4)))
    return parts


# The two programs


def _tiles(executor: Any, p: Product, a: Source, b: Source, parts: int, epilogue: Expression | None) -> Texture:
    """The compute program: 8 rows by 2 texels for each invocation."""
    dtype = p.dtype if epilogue is None else epilogue.dtype_of(epilogue.outputs[-1])
    size = p.count * parts * p.m * -(-p.n // 4) * 4
    across, down, layers = -(-p.n // (4 * _COLUMNS)), -(-p.m // _ROWS), p.count * parts

    def build() -> Plan:
        shader = Shader(executor.device, [(dtype, size)])
        reading = Reading(shader, p, a, b, parts)
        shift = shader.number(layout_of(size, executor.device.max_side).shift)
        grid, groups, local = _grid(shader, across, down, layers)
        names = ", ".join(f"c{r}_{c}" for r in range(_ROWS) for c in range(_COLUMNS))
        count = _ROWS * _COLUMNS
        main = (
            f"void main() {{ {grid}\n{reading.prepare(_ROWS, _COLUMNS)}{reading.product(_ROWS, _COLUMNS)}"
            f"{p.vector} tile[{count}] = {p.vector}[{count}]({names});\n"
            f"for (int i = 0; i < {count}; ++i) {{\n"
            f"int r = row + i / {_COLUMNS}, c = column + i % {_COLUMNS};\n"
            f"if (r < {reading.m} && c < {reading.width}) {{\n"
            f"int g = (zs * {reading.m} + r) * {reading.width} + c;\n{VECTOR[dtype]} r0;\n"
            f"{p.vector} result = tile[i];\n{_last(shader, 'result', epilogue, 'r0')}"
            f"imageStore(o0, place(g, {shift}), r0); }} }} }}\n"
        )
        return shader.finish_compute(main, local=local, groups=groups)

    key = ("matmul tiles", p.key, parts, _key(epilogue))
    return executor.run(executor.planned(key, build), *_given(a, b, epilogue))[0]


def _grid(
    shader: Shader, across: int, down: int, layers: int
) -> tuple[str, tuple[int, int, int], tuple[int, int, int]]:
    """GLSL for `row`, `column` and the layer `zs` of an invocation's tile, the groups, and their sides.

    A group is 8 tiles wide and 4 high where the result is wide, so that both operands are read from the cache; where it
    is narrow, neighbouring invocations take neighbouring tiles in reading order, so that none is idle.
    """
    if across >= 8 and down >= 4 and layers <= 65535 and -(-down // 4) <= 65535:
        place = (
            f"int column = int(gl_GlobalInvocationID.x) * {_COLUMNS}, row = int(gl_GlobalInvocationID.y) * {_ROWS}, "
            f"zs = int(gl_GlobalInvocationID.z); if (row >= {shader.number(down * _ROWS)} || column >= "
            f"{shader.number(across * _COLUMNS)}) return;"
        )
        return place, (-(-across // 8), -(-down // 4), layers), (8, 4, 1)
    n_across, n_down, n_layers = shader.number(across), shader.number(down), shader.number(layers)
    place = (
        "int i = int(gl_GlobalInvocationID.y * (gl_NumWorkGroups.x * 32u) + gl_GlobalInvocationID.x), "
        f"q = i / {n_across}, zs = q / {n_down}, column = (i - q * {n_across}) * {_COLUMNS}, "
        f"row = (q - zs * {n_down}) * {_ROWS}; if (zs >= {n_layers}) return;"
    )
    return place, groups_of(across * down * layers, 32), (32, 1, 1)


def _texels(executor: Any, p: Product, a: Source, b: Source, parts: int, epilogue: Expression | None) -> Texture:
    """The program of both tiers: one texel for each invocation."""
    dtype = p.dtype if epilogue is None else epilogue.dtype_of(epilogue.outputs[-1])
    size = p.count * parts * p.m * -(-p.n // 4) * 4

    def build() -> Plan:
        shader = Shader(executor.device, [(dtype, size)])
        reading = Reading(shader, p, a, b, parts)
        layers = shader.number(p.count * parts)
        body = (
            f"int q = g / {reading.width}, column = g - q * {reading.width}, "
            f"zs = q / {reading.m}, row = q - zs * {reading.m};\n"
            f"zs = min(zs, {layers} - 1);\n"
            f"{reading.prepare(1, 1)}{reading.product(1, 1)}"
        )
        return shader.finish(body + _last(shader, "c0_0", epilogue, "r0"), local=64)

    key = ("matmul texels", p.key, parts, _key(epilogue))
    return executor.run(executor.planned(key, build), *_given(a, b, epilogue))[0]
