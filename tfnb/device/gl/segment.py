"""Sums of rows by segment, on OpenGL.

There is no atomic addition of floats to build on, so the rows are brought into the order of their segments first: the
ids, a few whole numbers, are read and sorted on the host, and each result walks the rows of its segment. A segment of
many rows is cut into pieces, whose sums are added up in the same way.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from tfnb.device.gl.fold import FOLDS, Fold, declare
from tfnb.device.gl.indexing import gather_code
from tfnb.device.gl.shader import KIND, Plan, Shader
from tfnb.device.gl.source import Source
from tfnb.kernels.expression import Leaf
from tfnb.shapes import Shape, size_of

Texture = Any

_PIECE: Final = 512  # rows that one invocation adds up


def unsorted_segment_sum(
    executor: Any, x: Source, ids: Source, *, num_segments: int, shape: Shape, dtype: str
) -> Texture:
    """The sum of the rows of each segment."""
    fold = FOLDS["sum", "float32" if KIND[x.dtype] == "float" else "int32"]
    inner = size_of(shape[1:])
    given = executor.read(ids.textures[0], "int32", 0, ids.size)
    inside = (given >= 0) & (given < num_segments)
    order = np.argsort(np.where(inside, given, num_segments), kind="stable")[: int(inside.sum())].astype(np.int32)
    counts = np.bincount(given[inside], minlength=num_segments)
    while True:
        pieces = -(-counts // _PIECE)
        last = not order.size or pieces.max() <= 1
        begins = np.concatenate([[0], np.cumsum(counts)])
        if not last:
            # Where each piece begins: its segment's first row, and so many pieces further.
            which = np.arange(pieces.sum()) - np.repeat(np.cumsum(pieces) - pieces, pieces)
            begins = np.append(np.repeat(begins[:-1], pieces) + which * _PIECE, begins[-1])
        texture = _summed(executor, x, fold, order, begins.astype(np.int32), inner)
        if last:
            return texture
        rows = len(begins) - 1
        x = Source(Leaf(texture, (rows, inner), fold.dtype))
        order, counts = np.arange(rows, dtype=np.int32), pieces


def _summed(executor: Any, x: Source, fold: Fold, order: Any, begins: Any, inner: int) -> Texture:
    """Result row `s` is the sum of the rows `order[begins[s]]` up to `order[begins[s + 1]]`, without the last."""
    count = len(begins) - 1
    longest = int(np.diff(begins).max(initial=0))

    def build() -> Plan:
        shader = Shader(executor.device, [(fold.dtype, count * inner)])
        declare(shader, x, fold)
        rows = shader.texture("int32", max(1, order.size))
        starts = shader.texture("int32", begins.size)
        precise = "precise " if fold.dtype == "float32" else ""
        shader.define(f"int row_at(int i) {{ return {rows}(i >> 2)[i & 3]; }}\n")
        shader.define(f"int start_of(int i) {{ return {starts}(i >> 2)[i & 3]; }}\n")
        n_count = shader.number(count)
        if inner % 4 == 0:
            width = shader.number(inner // 4)
            code = (
                f"int s = g / {width}, column = g - s * {width}; s = min(s, {n_count} - 1);\n"
                f"int stop = start_of(s + 1);\n{precise}{fold.vector} total = {fold.neutral};\n"
                f"for (int i = start_of(s); i < stop; ++i) "
                f"{{ {fold.step('total', f'x(row_at(i) * {width} + column)')}}}\n"
            )
        else:
            n_inner, turns = shader.number(inner), shader.number(longest)
            each = "xyzw"
            code = (
                f"ivec4 i = g * 4 + ivec4(0, 1, 2, 3), s = i / {n_inner}, column = i - s * {n_inner};\n"
                f"s = min(s, ivec4({n_count} - 1));\n"
                f"ivec4 k = ivec4({', '.join(f'start_of(s.{c})' for c in each)}), at;\n"
                f"ivec4 stop = ivec4({', '.join(f'start_of(s.{c} + 1)' for c in each)});\n"
                f"{precise}{fold.vector} total = {fold.neutral};\n"
                f"for (int turn = 0; turn < {turns}; ++turn) {{\n"
                f"at = ivec4({', '.join(f'row_at(min(k.{c}, stop.{c} - 1))' for c in each)}) * {n_inner} + column;\n"
                f"at = max(at, ivec4(0));\n{gather_code('x', fold.vector, 'v', 'at')}"
                f"v = {_kept(fold)}; {fold.step('total', 'v')}k += 1; }}\n"
            )
        return shader.finish(f"{code}r0 = total;", local=64)

    key = ("segments", x.key, fold.name, fold.dtype, count, inner, longest, order.size)
    rows = executor.upload(order if order.size else np.zeros(1, np.int32), "int32")
    return executor.run(executor.planned(key, build), [*x.textures, rows, executor.upload(begins, "int32")], x.reals)[0]


def _kept(fold: Fold) -> str:
    if fold.dtype == "float32":
        return f"mix({fold.neutral}, v, lessThan(k, stop))"
    return f"i_where(ivec4(lessThan(k, stop)), v, {fold.neutral})"
