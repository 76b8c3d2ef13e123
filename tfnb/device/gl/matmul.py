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
from tfnb.device.gl.indexing import broadcast_map, gather_code, offset_code
from tfnb.device.gl.layout import layout_of
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


class Product:
    """The sizes of one product: `batch` matrices, [m, k] by [k, n], each operand with its batch axes."""

    __slots__ = ("a", "a_batch", "b", "b_batch", "batch", "dtype", "k", "key", "m", "n", "transpose_a", "transpose_b")

    def __init__(self, a: Source, b: Source, shape: Shape, dtype: str, transpose_a: bool, transpose_b: bool) -> None:
        self.a, self.b, self.dtype = a, b, dtype
        self.batch, self.a_batch, self.b_batch = shape[:-2], a.shape[:-2], b.shape[:-2]
        self.m, self.n = shape[-2], shape[-1]
        self.k = a.shape[-2] if transpose_a else a.shape[-1]
        self.transpose_a, self.transpose_b = transpose_a, transpose_b
        self.key = (a.shape, b.shape, dtype, transpose_a, transpose_b)

    @property
    def count(self) -> int:
        """Matrices of the result."""
        return size_of(self.batch)

    @property
    def vector(self) -> str:
        return VECTOR[self.dtype]


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
            f"{_batch(shader, p, 'ivec4')}"
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


def _batch(shader: Shader, p: Product, kind: str) -> str:
    """GLSL: `za` and `zb`, the matrices of `a` and `b` that belong to matrix `z` of the result."""
    code = ""
    for name, own in (("za", p.a_batch), ("zb", p.b_batch)):
        if size_of(own) == p.count:
            code += f"{kind} {name} = z;\n"
        elif size_of(own) == 1:
            code += f"{kind} {name} = {kind}(0);\n"
        else:
            code += offset_code(shader, broadcast_map(own, p.batch), name, "z", kind)
    return code


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


class _Reading:
    """GLSL for the reads of a program: where the operands' rows lie, and the texels at inner index `k`."""

    def __init__(self, shader: Shader, p: Product, a: Source, b: Source, parts: int) -> None:
        self.p = p
        a.declare(shader, "a")
        b.declare(shader, "b")
        self.m, self.n, self.k = shader.number(p.m), shader.number(p.n), shader.number(p.k)
        self.a_width, self.b_width = shader.number(a.shape[-1] // 4), shader.number(b.shape[-1] // 4)
        self.width = shader.number(-(-p.n // 4))
        self.parts = shader.number(parts)
        self.step = shader.number(-(-p.k // (parts * 4)) * 4)
        self.batch = _batch(shader, p, "int")

    def prepare(self, rows: int, columns: int) -> str:
        """From `zs`, `row` and `column` (in texels) to the places where reading starts, and the range of `k`."""
        p = self.p
        code = f"int z = zs / {self.parts}, k = (zs - z * {self.parts}) * {self.step};\n"
        code += f"int last = min(k + {self.step}, {self.k});\n"
        code += self.batch
        if p.transpose_a:
            code += f"int a0 = za * {self.k} * {self.a_width} + min(row >> 2, {self.a_width} - 1);\n"
            if rows > 4:
                code += f"int a1 = za * {self.k} * {self.a_width} + min((row >> 2) + 1, {self.a_width} - 1);\n"
        else:
            for r in range(rows):
                code += f"int a{r} = (za * {self.m} + min(row + {r}, {self.m} - 1)) * {self.a_width};\n"
        for c in range(columns if not p.transpose_b else columns * 4):
            if p.transpose_b:
                code += f"int b{c} = (zb * {self.n} + min(column * 4 + {c}, {self.n} - 1)) * {self.b_width};\n"
            else:
                code += f"int b{c} = zb * {self.k} * {self.b_width} + min(column + {c}, {self.b_width} - 1);\n"
        return code

    def a_texels(self, rows: int) -> tuple[str, list[list[str]]]:
        """Reads of `a` for inner indices `k` to `k + 3`, and the name of each value by [row][step]."""
        v = self.p.vector
        if self.p.transpose_a:
            count = 2 if rows > 4 else 1
            code = "".join(
                f"{v} a{i}_{s} = a(a{i} + (k + {s}) * {self.a_width}); " for s in range(4) for i in range(count)
            )
            if rows == 1:
                return code, [[f"a0_{s}[row & 3]" for s in range(4)]]
            return code, [[f"a{r >> 2}_{s}.{'xyzw'[r & 3]}" for s in range(4)] for r in range(rows)]
        code = "".join(f"{v} a{r}_t = a(a{r} + (k >> 2)); " for r in range(rows))
        return code, [[f"a{r}_t.{'xyzw'[s]}" for s in range(4)] for r in range(rows)]

    def b_texels(self, columns: int, step: int) -> tuple[str, str]:
        """Reads of `b`: what is read once for four steps (transposed), and what is read at step `step`."""
        v = self.p.vector
        if not self.p.transpose_b:
            return "", "".join(f"v{c} = b(b{c} + (k + {step}) * {self.b_width}); " for c in range(columns))
        once = "".join(f"{v} b{c}_t = b(b{c} + (k >> 2)); " for c in range(columns * 4))
        lane = "xyzw"[step]
        turned = [", ".join(f"b{c * 4 + j}_t.{lane}" for j in range(4)) for c in range(columns)]
        return once, "".join(f"v{c} = {v}({turned[c]}); " for c in range(columns))

    def rest(self, rows: int, columns: int) -> str:
        """The loop over the inner indices that are left when the inner dimension is no multiple of four."""
        p = self.p
        v = p.vector
        code = "for (; k < last; ++k) { "
        for c in range(columns):
            if p.transpose_b:
                lanes = ", ".join(f"b(b{c * 4 + j} + (k >> 2))[k & 3]" for j in range(4))
                code += f"v{c} = {v}({lanes}); "
            else:
                code += f"v{c} = b(b{c} + k * {self.b_width}); "
        for r in range(rows):
            if p.transpose_a:
                lane = "row & 3" if rows == 1 else str(r & 3)
                value = f"a(a{r >> 2} + k * {self.a_width})[{lane}]"
            else:
                value = f"a(a{r} + (k >> 2))[k & 3]"
            code += f"u = {v}({value}); " + "".join(f"c{r}_{c} += u * v{c}; " for c in range(columns))
        return code + "}\n"

    def product(self, rows: int, columns: int) -> str:
        """The whole sum: `c{row}_{column}` for each texel of the tile."""
        v = self.p.vector
        names = [f"c{r}_{c}" for r in range(rows) for c in range(columns)]
        code = (
            f"{v} u, "
            + ", ".join(f"v{c}" for c in range(columns))
            + ", "
            + ", ".join(f"{n} = {v}(0)" for n in names)
            + ";\n"
        )
        a_code, values = self.a_texels(rows)
        once, _step = self.b_texels(columns, 0)
        code += f"for (; k + 3 < last; k += 4) {{ {a_code}\n{once}\n"
        for step in range(4):
            code += self.b_texels(columns, step)[1]
            for r in range(rows):
                code += "".join(f"c{r}_{c} += {values[r][step]} * v{c}; " for c in range(columns))
            code += "\n"
        code += "}\n"
        return code + (self.rest(rows, columns) if self.p.k % 4 else "")


def _tiles(executor: Any, p: Product, a: Source, b: Source, parts: int, epilogue: Expression | None) -> Texture:
    """The compute program: 8 rows by 2 texels for each invocation."""
    dtype = p.dtype if epilogue is None else epilogue.dtype_of(epilogue.outputs[-1])
    size = p.count * parts * p.m * -(-p.n // 4) * 4
    across, down, layers = -(-p.n // (4 * _COLUMNS)), -(-p.m // _ROWS), p.count * parts

    def build() -> Plan:
        shader = Shader(executor.device, [(dtype, size)])
        reading = _Reading(shader, p, a, b, parts)
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
        reading = _Reading(shader, p, a, b, parts)
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
