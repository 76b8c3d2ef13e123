"""A matrix product as its programs see it: its sizes, and the GLSL that reads the operands."""

from __future__ import annotations

from typing import Any

from tfnb.device.gl.indexing import broadcast_map, offset_code
from tfnb.device.gl.shader import VECTOR, Shader
from tfnb.device.gl.source import Source
from tfnb.shapes import Shape, size_of

Texture = Any


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


def batch_code(shader: Shader, p: Product, kind: str) -> str:
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


class Reading:
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
        self.batch = batch_code(shader, p, "int")

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
