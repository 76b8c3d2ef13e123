"""Values moved by an affine map: transpose, slice, strided slice, reverse, broadcast, tile.

Value `i` of the result is value `base + Σ coordinate · stride` of the input, with strides of any sign or 0. How the
four values of a texel are fetched depends on what the innermost axis does, the quickest way that fits:

whole rows     the result is a run of whole rows of the input's texture: the driver copies them
whole texels   four neighbours that start at a texel, forwards or backwards: one load
one value      four equal values: one load
a run          four neighbours that start anywhere: two loads
blocks         a transpose in a compute program: 4 x 4 values, four loads and four stores
single values  anything else: four loads
"""

from __future__ import annotations

from typing import Any

from tfnb.device.gl.indexing import Affine, gather_code, joined, offset_code, row_major
from tfnb.device.gl.layout import VALUES_PER_TEXEL, layout_of
from tfnb.device.gl.pool import Texture
from tfnb.device.gl.shader import KIND, VECTOR, Plan, Shader, groups_of
from tfnb.device.gl.source import Source
from tfnb.kernels.expression import Leaf
from tfnb.shapes import Shape, size_of

_BLOCK_LOCAL = 64


def transpose(executor: Any, x: Source, *, shape: Shape, dtype: str, perm: Shape) -> Texture:
    """Axis `k` of the result is axis `perm[k]` of `x`."""
    strides = row_major(x.shape)
    return moved(executor, x, shape, dtype, joined(shape, tuple(strides[axis] for axis in perm)))


def slice_(executor: Any, x: Source, *, shape: Shape, dtype: str, begin: Shape, size: Shape) -> Texture:
    """The block of `size` that starts at `begin`."""
    strides = row_major(x.shape)
    return moved(executor, x, shape, dtype, joined(shape, strides, sum(b * s for b, s in zip(begin, strides))))


def strided_slice(
    executor: Any, x: Source, *, shape: Shape, dtype: str, begin: Shape, strides: Shape, size: Shape
) -> Texture:
    """From `begin` on every `strides`-th place, `size` of them."""
    steps = row_major(x.shape)
    base = sum(b * s for b, s in zip(begin, steps))
    return moved(executor, x, shape, dtype, joined(shape, tuple(k * s for k, s in zip(strides, steps)), base))


def reverse(executor: Any, x: Source, *, shape: Shape, dtype: str, axes: Shape) -> Texture:
    """Backwards along `axes`."""
    strides = row_major(x.shape)
    turned = tuple(-s if axis in axes else s for axis, s in enumerate(strides))
    base = sum((shape[axis] - 1) * strides[axis] for axis in axes)
    return moved(executor, x, shape, dtype, joined(shape, turned, base))


def reshape(executor: Any, x: Source, *, shape: Shape, dtype: str, target: Shape) -> Texture:
    """The same values in the same order: the same texture."""
    texture: Texture = x.textures[0]
    return texture


def broadcast_to(executor: Any, x: Source, *, shape: Shape, dtype: str, target: Shape) -> Texture:
    """Axes of length 1 repeated."""
    padded = (1,) * (len(shape) - len(x.shape)) + x.shape
    strides = tuple(0 if own == 1 else s for own, s in zip(padded, row_major(padded)))
    return moved(executor, x, shape, dtype, joined(shape, strides))


def tile(executor: Any, x: Source, *, shape: Shape, dtype: str, reps: Shape) -> Texture:
    """The whole of `x`, `reps` times along each axis: each axis is split in the repeats and the axis itself."""
    lengths = tuple(n for pair in zip(reps, x.shape) for n in pair)
    strides = tuple(n for s in row_major(x.shape) for n in (0, s))
    return moved(executor, x, shape, dtype, joined(lengths, strides))


def moved(executor: Any, x: Source, shape: Shape, dtype: str, affine: Affine) -> Texture:
    """A texture of `shape` whose values are those of `x` under `affine`."""
    size = size_of(shape)
    if size == 0:
        return executor.device.pool.take(KIND[dtype], 0)  # type: ignore[no-any-return]
    copied = _whole_rows(executor, x, size, dtype, affine)
    if copied is not None:
        return copied

    def build() -> Plan:
        shader = Shader(executor.device, [(dtype, size)])
        x.declare(shader, "x")
        axis = _block_axis(affine) if shader.tier == "compute" else None
        if axis is not None:
            return _blocks(shader, affine, axis, size, VECTOR[dtype])
        return shader.finish(fetch(shader, affine, "x", VECTOR[dtype], "r0", declare=False))

    plan = executor.planned(("affine", x.key, size, dtype, affine.lengths, affine.strides, affine.base), build)
    return executor.run(plan, x.textures, x.reals)[0]  # type: ignore[no-any-return]


def _whole_rows(executor: Any, x: Source, size: int, dtype: str, affine: Affine) -> Texture | None:
    """The driver's copy of whole rows of texels, where the result is nothing else."""
    if not isinstance(x.operand, Leaf) or affine.lengths != (size,) or (affine.strides != (1,) and size > 1):
        return None
    side = executor.device.max_side
    target, source = layout_of(size, side), layout_of(x.size, side)
    row = VALUES_PER_TEXEL * target.width
    if target.width != source.width or affine.base % row:
        return None
    texture: Texture = executor.device.pool.take(KIND[dtype], size)
    executor.device.copy_rows(x.textures[0], affine.base // row, texture, 0, target.rows)
    return texture


def fetch(shader: Shader, affine: Affine, load: str, vector: str, result: str, declare: bool = True) -> str:
    """GLSL that sets `result` to the four values of texel `g` of the mapped input; `load(texel)` reads the input.

    Args:
        declare: whether `result` is declared here.
    """
    head = f"{vector} {result}" if declare else result
    lengths, strides, base = affine.lengths, affine.strides, affine.base
    inner, stride, outer = lengths[-1], strides[-1], strides[:-1]
    at = f"{result}_at"
    if inner % 4 and outer:  # a texel may hold the end of one row and the start of the next
        code = offset_code(shader, affine, at, "ivec4(g * 4) + ivec4(0, 1, 2, 3)")
        return code + gather_code(load, vector, f"{result}_all", at) + f"{head} = {result}_all;\n"
    even = all(s % 4 == 0 for s in outer)
    texels = (*lengths[:-1], -(-inner // 4))
    if stride == 1 and even and base % 4 == 0:
        whole = Affine(texels, (*(s // 4 for s in outer), 1), base // 4)
        return offset_code(shader, whole, at, "g", "int") + f"{head} = {load}({at});\n"
    if stride == -1 and even and base % 4 == 3:
        whole = Affine(texels, (*(s // 4 for s in outer), -1), base // 4)
        return offset_code(shader, whole, at, "g", "int") + f"{head} = {load}({at}).wzyx;\n"
    single = offset_code(shader, Affine(texels, (*outer, stride * 4), base), at, "g", "int")
    if stride == 0:
        return single + f"{head} = {vector}({load}({at} >> 2)[{at} & 3]);\n"
    if stride == 1:
        return single + run_code(load, vector, head, at)
    lanes = ", ".join(f"{load}(({at} + {k} * {{s}}) >> 2)[({at} + {k} * {{s}}) & 3]" for k in range(4))
    return single + f"{head} = {vector}({lanes.format(s=shader.number(stride))});\n"


def run_code(load: str, vector: str, head: str, at: str) -> str:
    """GLSL: `head` is set to the four neighbouring values from index `at` on."""
    return (
        f"{vector} {at}_a = {load}({at} >> 2), {at}_b = {load}(({at} + 3) >> 2); int {at}_p = {at} & 3;\n"
        f"{head} = {at}_p == 0 ? {at}_a : {at}_p == 1 ? {vector}({at}_a.yzw, {at}_b.x) : "
        f"{at}_p == 2 ? {vector}({at}_a.zw, {at}_b.xy) : {vector}({at}_a.w, {at}_b.xyz);\n"
    )


def _block_axis(affine: Affine) -> int | None:
    """The axis along which the input runs on, where 4 x 4 blocks of it and the last axis lie at texels."""
    lengths, strides = affine.lengths, affine.strides
    if len(lengths) < 2 or 1 not in strides[:-1] or affine.base % 4:
        return None
    axis = strides.index(1)
    fits = lengths[axis] % 4 == 0 and lengths[-1] % 4 == 0
    return axis if fits and all(s % 4 == 0 for k, s in enumerate(strides) if k != axis) else None


def _blocks(shader: Shader, affine: Affine, axis: int, size: int, vector: str) -> Plan:
    """A transpose by blocks: each invocation reads four texels across the last axis and writes four along it."""
    last = len(affine.lengths) - 1
    lengths = tuple(n // 4 if k in (axis, last) else n for k, n in enumerate(affine.lengths))
    reads = tuple(s if k == last else 1 if k == axis else s // 4 for k, s in enumerate(affine.strides))
    steps = row_major(affine.lengths)
    writes = tuple(1 if k == last else s if k == axis else s // 4 for k, s in enumerate(steps))
    blocks = size // 16
    layout = layout_of(size, shader.device.max_side)
    shift, most = shader.number(layout.shift), shader.number(blocks)
    across, down = shader.number(affine.strides[-1] // 4), shader.number(steps[axis] // 4)
    main = (
        f"void main() {{ int g = int(gl_GlobalInvocationID.y * (gl_NumWorkGroups.x * {_BLOCK_LOCAL}u) "
        f"+ gl_GlobalInvocationID.x); if (g >= {most}) return;\n"
        + offset_code(shader, Affine(lengths, reads, affine.base // 4), "from", "g", "int")
        + offset_code(shader, Affine(lengths, writes), "to", "g", "int")
        + "".join(f"{vector} v{k} = x(from + {k} * {across}); " for k in range(4))
        + "\n"
        + "".join(
            f"imageStore(o0, place(to + {k} * {down}, {shift}), {vector}(v0.{c}, v1.{c}, v2.{c}, v3.{c})); "
            for k, c in enumerate("xyzw")
        )
        + "}\n"
    )
    return shader.finish_compute(main, local=(_BLOCK_LOCAL, 1, 1), groups=groups_of(blocks, _BLOCK_LOCAL))
