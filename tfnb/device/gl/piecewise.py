"""Values whose origin differs from piece to piece of the result: concat, pad, mirror_pad.

A branch is never skipped on a software renderer, so a value is fetched from every piece that it could come from, at an
index that is valid there, and the right one is chosen. Where all pieces lie at texels, a compute program per piece
writes just its own texels instead; whole rows are copied by the driver.
"""

from __future__ import annotations

from functools import partial
from typing import Any, Sequence

from tfnb.device.gl.indexing import Affine, coordinates_code, gather_code, offset_code, row_major
from tfnb.device.gl.layout import VALUES_PER_TEXEL, layout_of
from tfnb.device.gl.pool import Texture
from tfnb.device.gl.shader import KIND, LOCAL, VECTOR, Plan, Shader, groups_of
from tfnb.device.gl.source import Source
from tfnb.kernels.expression import Leaf
from tfnb.shapes import Shape, size_of

_MOST_PIECES = 6  # that one program chooses from


def concat(executor: Any, *pieces: Source, shape: Shape, dtype: str, axis: int) -> Texture:
    """Side by side along `axis`. Seen flat, each piece is `outer` rows of a width of its own, and so is the result."""
    outer, size = size_of(shape[:axis]), size_of(shape)
    parts = [piece for piece in pieces if piece.size]
    if not parts:
        return executor.device.pool.take(KIND[dtype], 0)  # type: ignore[no-any-return]
    widths = [piece.size // outer for piece in parts]
    if outer == 1 and _at_whole_rows(executor, parts, size):
        return _copied(executor, parts, size, dtype)
    if executor.device.tier == "compute" and all(width % 4 == 0 for width in widths):
        return _placed(executor, parts, widths, outer, dtype)
    while len(parts) > _MOST_PIECES:
        groups = [slice(k, k + _MOST_PIECES) for k in range(0, len(parts), _MOST_PIECES)]
        joined = [_chosen(executor, parts[group], widths[group], outer, dtype) for group in groups]
        widths = [sum(widths[group]) for group in groups]
        parts = [Source(Leaf(texture, (outer, width), dtype)) for texture, width in zip(joined, widths)]
    return _chosen(executor, parts, widths, outer, dtype)


def _at_whole_rows(executor: Any, parts: Sequence[Source], size: int) -> bool:
    """Whether each piece starts at a row of the result's texture and has rows of the same width."""
    side = executor.device.max_side
    width, start = layout_of(size, side).width, 0
    for part in parts:
        if start % (width * VALUES_PER_TEXEL) or layout_of(part.size, side).width != width:
            return False
        start += part.size
    return True


def _copied(executor: Any, parts: Sequence[Source], size: int, dtype: str) -> Texture:
    texture: Texture = executor.device.pool.take(KIND[dtype], size)
    row, start = texture.layout.width * VALUES_PER_TEXEL, 0
    for part in parts:
        rows = layout_of(part.size, executor.device.max_side).rows
        executor.device.copy_rows(part.textures[0], 0, texture, start // row, rows)
        start += part.size
    return texture


def _placed(executor: Any, parts: Sequence[Source], widths: Sequence[int], outer: int, dtype: str) -> Texture:
    """A launch per piece, each over the piece's own texels."""
    total, start = sum(widths), 0
    texture: Texture = executor.device.pool.take(KIND[dtype], outer * total)
    for part, width in zip(parts, widths):
        key = ("placed", part.key, outer, total, start)
        plan = executor.planned(key, partial(_plan_place, executor, part, texture, outer, width, total, start))
        executor.device.launch(plan.program, part.textures, texture, {"n": plan.whole}, plan.groups)
        start += width
    return texture


def _plan_place(executor: Any, part: Source, texture: Texture, outer: int, width: int, total: int, start: int) -> Plan:
    texels = part.size // 4
    shader = Shader(executor.device, [(part.dtype, outer * total)])
    part.declare(shader, "x")
    most, shift = shader.number(texels), shader.number(texture.layout.shift)
    main = (
        f"void main() {{ int g = int(gl_GlobalInvocationID.y * (gl_NumWorkGroups.x * {LOCAL}u) "
        f"+ gl_GlobalInvocationID.x); if (g >= {most}) return;\n"
        + offset_code(shader, Affine((outer, width // 4), (total // 4, 1), start // 4), "to", "g", "int")
        + f"imageStore(o0, place(to, {shift}), x(g)); }}\n"
    )
    return shader.finish_compute(main, local=(LOCAL, 1, 1), groups=groups_of(texels, LOCAL))


def _chosen(executor: Any, parts: Sequence[Source], widths: Sequence[int], outer: int, dtype: str) -> Texture:
    """One program that looks into every piece; few pieces."""
    total, vector = sum(widths), VECTOR[dtype]
    whole = all(width % 4 == 0 for width in widths)

    def build() -> Plan:
        shader = Shader(executor.device, [(dtype, outer * total)])
        for k, part in enumerate(parts):
            part.declare(shader, f"x{k}")
        unit, kind, index = (4, "int", "g") if whole else (1, "ivec4", "ivec4(g * 4) + ivec4(0, 1, 2, 3)")
        code, (row, column) = coordinates_code(shader, (outer, total // unit), index, kind)
        start = 0
        for k, width in enumerate(widths):
            first, length = shader.number(start // unit), shader.number(width // unit)
            code += f"{kind} i{k} = {row} * {length} + clamp({column} - {first}, {kind}(0), {kind}({length} - 1));\n"
            code += f"{vector} v{k} = x{k}(i{k});\n" if whole else gather_code(f"x{k}", vector, f"v{k}", f"i{k}")
            if k:
                inside = (
                    f"ivec4({column} >= {first})" if whole else f"ivec4(greaterThanEqual({column}, ivec4({first})))"
                )
                code += f"v{k} = {choose(vector, inside, f'v{k}', f'v{k - 1}')};\n"
            start += width
        return shader.finish(code + f"r0 = v{len(parts) - 1};\n")

    plan = executor.planned(("chosen", tuple(part.key for part in parts), tuple(widths), outer, dtype), build)
    return executor.run(plan, [texture for part in parts for texture in part.textures])[0]  # type: ignore[no-any-return]


def choose(vector: str, condition: str, chosen: str, other: str) -> str:
    """GLSL: lane by lane `chosen` where `condition` (an ivec4 of 0 and 1) holds, else `other`; NaN passes."""
    return f"{'i_where' if vector == 'ivec4' else 'where_'}({condition}, {chosen}, {other})"


def pad(
    executor: Any, x: Source, *, shape: Shape, dtype: str, paddings: tuple[tuple[int, int], ...], constant_value: float
) -> Texture:
    """`constant_value` around `x`."""
    size, vector = size_of(shape), VECTOR[dtype]
    if size == 0:
        return executor.device.pool.take(KIND[dtype], 0)  # type: ignore[no-any-return]
    own, full, before = _joined_pads(x.shape, paddings, into_padded=True)
    real = dtype == "float32"

    def build() -> Plan:
        shader = Shader(executor.device, [(dtype, size)])
        x.declare(shader, "x")
        constant = f"vec4({shader.real()})" if real else f"ivec4({shader.number(int(constant_value))})"
        if x.size == 0:
            return shader.finish(f"r0 = {constant};\n")
        whole = all(n % 4 == 0 for n in (own[-1], full[-1], before[-1]))
        code, at = _source_index(shader, own, full, before, whole, _inside)
        value = f"x({at})" if whole else "v"
        code += "" if whole else gather_code("x", vector, "v", at)
        inside = "ivec4(inside)" if whole else "inside"
        return shader.finish(code + f"r0 = {choose(vector, inside, value, constant)};\n")

    key = ("pad", x.key, paddings, dtype, None if real else constant_value)
    plan = executor.planned(key, build)
    return executor.run(plan, x.textures, [*x.reals, constant_value] if real else x.reals)[0]  # type: ignore[no-any-return]


def mirror_pad(
    executor: Any, x: Source, *, shape: Shape, dtype: str, paddings: tuple[tuple[int, int], ...], mode: str
) -> Texture:
    """`x` reflected at its borders: 'reflect' leaves the border value out, 'symmetric' repeats it."""
    size, vector = size_of(shape), VECTOR[dtype]
    if size == 0:
        return executor.device.pool.take(KIND[dtype], 0)  # type: ignore[no-any-return]
    own, full, before = _joined_pads(x.shape, paddings, into_padded=False)

    def folded(shader: Shader, kind: str, c: str, length: str) -> str:
        repeat = shader.number(int(mode == "symmetric"))
        return f"{c} = max({c}, -{c} - {repeat}); {c} = min({c}, 2 * {length} - 2 + {repeat} - {c}); "

    def build() -> Plan:
        shader = Shader(executor.device, [(dtype, size)])
        x.declare(shader, "x")
        whole = own[-1] == full[-1] and own[-1] % 4 == 0
        code, at = _source_index(shader, own, full, before, whole, folded)
        code += f"{vector} v = x({at});\n" if whole else gather_code("x", vector, "v", at)
        return shader.finish(code + "r0 = v;\n")

    plan = executor.planned(("mirror_pad", x.key, paddings, dtype, mode), build)
    return executor.run(plan, x.textures, x.reals)[0]  # type: ignore[no-any-return]


def _inside(shader: Shader, kind: str, c: str, length: str) -> str:
    """GLSL: `inside` stays 1 where the coordinate is in its axis; the coordinate becomes a valid one."""
    if kind == "int":
        return f"inside *= int({c} >= 0 && {c} < {length}); {c} = clamp({c}, 0, {length} - 1); "
    return (
        f"inside *= ivec4(greaterThanEqual({c}, ivec4(0))) * ivec4(lessThan({c}, ivec4({length}))); "
        f"{c} = clamp({c}, ivec4(0), ivec4({length} - 1)); "
    )


def _source_index(shader: Shader, own: Shape, full: Shape, before: Shape, whole: bool, mapped: Any) -> tuple[str, str]:
    """GLSL that finds the input's index for the result's: the texel `g` (whole) or its four values; and its name.

    `mapped` writes how a coordinate of a padded axis, counted from the input's first place, becomes one of the input.
    """
    kind = "int" if whole else "ivec4"
    own, full, before = ((*n[:-1], n[-1] // 4 if whole else n[-1]) for n in (own, full, before))
    index = "g" if whole else "ivec4(g * 4) + ivec4(0, 1, 2, 3)"
    code, names = coordinates_code(shader, full, index, kind)
    code += f"{kind} at = {kind}(0), inside = {kind}(1);\n"
    for axis, (name, step) in enumerate(zip(names, row_major(own))):
        if own[axis] != full[axis]:
            length = shader.number(own[axis])
            code += f"{name} -= {shader.number(before[axis])}; " + mapped(shader, kind, name, length)
        code += f"at += {name} * {shader.number(step)};\n"
    return code, "at"


def _joined_pads(shape: Shape, paddings: Sequence[tuple[int, int]], into_padded: bool) -> tuple[Shape, Shape, Shape]:
    """Lengths of the input's axes, of the result's, and what is before, with neighbouring axes joined.

    Args:
        into_padded: an axis without padding joins a padded one before it too (right for a constant, not for a mirror).
    """
    own, full, before = [1], [1], [0]
    for length, (left, right) in zip(shape, paddings):
        plain = left == right == 0
        if plain and (into_padded or own[-1] == full[-1]):
            own[-1], full[-1], before[-1] = own[-1] * length, full[-1] * length, before[-1] * length
        elif own[-1] == full[-1] == 1:
            own[-1], full[-1], before[-1] = length, length + left + right, left
        else:
            own.append(length)
            full.append(length + left + right)
            before.append(left)
    return tuple(own), tuple(full), tuple(before)
