"""Running sums and products where an invocation writes one texel: the fragment tier.

A block's values are added up from the block's start, or from the start of a row in it. What came before the block is
the sum of the totals of the blocks since the row's start: a range of blocks, of which groups are added up beforehand.
"""

from __future__ import annotations

from typing import Any, Final

from tfnb.device.gl.fold import Fold, declare
from tfnb.device.gl.shader import Plan, Shader
from tfnb.device.gl.source import Source

Texture = Any

_BLOCK: Final = 32  # texels


def scan_blocks(executor: Any, x: Source, fold: Fold, rows: int, length: int, exclusive: bool) -> Texture:
    texels = -(-rows * length // 4)
    count = -(-texels // _BLOCK)
    starts = None
    if count > 1:
        totals = _block_totals(executor, x, fold, length, count)
        starts = _block_starts(executor, totals, fold, length, count)
    return _written_blocks(executor, x, fold, rows, length, count, exclusive, starts)


def _where(fold: Fold, condition: str, value: str) -> str:
    """A value where a condition (an ivec4 of 0 and 1) holds, else the neutral one."""
    if fold.dtype == "float32":
        return f"mix({fold.neutral}, {value}, notEqual({condition}, ivec4(0)))"
    return f"i_where({condition}, {value}, {fold.neutral})"


def _from(fold: Fold, value: str, index: str, start: str) -> str:
    """A value where its index is at or behind `start`, else the neutral one; all of them vectors."""
    return _where(fold, f"ivec4(greaterThanEqual({index}, {start}))", value)


def _across(fold: Fold, name: str) -> str:
    join = fold.combine.format
    return join(join(f"{name}.x", f"{name}.y"), join(f"{name}.z", f"{name}.w"))


def _precise(fold: Fold) -> str:
    return f"precise {fold.vector}" if fold.dtype == "float32" else fold.vector


def _block_totals(executor: Any, x: Source, fold: Fold, length: int, count: int) -> Texture:
    """For each block a texel of the total since the last start of a row in it."""

    def build() -> Plan:
        shader = Shader(executor.device, [(fold.dtype, count * 4)])
        declare(shader, x, fold)
        n_length = shader.number(length)
        body = (
            f"int first = g * {_BLOCK};\n"
            f"int start = max(first * 4, ((first + {_BLOCK}) * 4 - 1) / {n_length} * {n_length});\n"
            f"{_precise(fold)} total = {fold.neutral}, v;\n"
            f"for (int t = first; t < first + {_BLOCK}; ++t) {{ v = x(t); "
            f"{fold.step('total', _from(fold, 'v', 't * 4 + ivec4(0, 1, 2, 3)', 'ivec4(start)'))}}}\n"
            f"r0 = {fold.vector}({_across(fold, 'total')});"
        )
        return shader.finish(body)

    key = ("scan block totals", x.key, fold.name, fold.dtype, length, count)
    return executor.run(executor.planned(key, build), x.textures, x.reals)[0]


def _block_starts(executor: Any, totals: Texture, fold: Fold, length: int, count: int) -> Texture:
    """What each block starts from: the totals of the blocks since its row's start, whole groups of them at once."""
    group = max(1, round(count**0.5))
    groups = -(-count // group)

    def build_groups() -> Plan:
        shader = Shader(executor.device, [(fold.dtype, groups * 4)])
        total = shader.texture(fold.dtype, count * 4)
        n_group, n_count = shader.number(group), shader.number(count)
        body = (
            f"{_precise(fold)} all_of = {fold.neutral};\n"
            f"for (int k = g * {n_group}; k < min((g + 1) * {n_group}, {n_count}); ++k) "
            f"{{ {fold.step('all_of', f'{total}(k)')}}}\n"
            "r0 = all_of;"
        )
        return shader.finish(body)

    def build_starts() -> Plan:
        shader = Shader(executor.device, [(fold.dtype, count * 4)])
        total, whole = shader.texture(fold.dtype, count * 4), shader.texture(fold.dtype, groups * 4)
        n_group, n_length = shader.number(group), shader.number(length)
        values = _BLOCK * 4
        body = (
            f"int k = g * {values} / {n_length} * {n_length} / {values};\n"  # the block in which this one's row starts
            f"int low = min((k + {n_group} - 1) / {n_group}, g / {n_group} + 1), high = g / {n_group};\n"
            f"{_precise(fold)} all_of = {fold.neutral};\n"
            f"for (; k < min(g, low * {n_group}); ++k) {{ {fold.step('all_of', f'{total}(k)')}}}\n"
            f"for (; low < high; ++low) {{ {fold.step('all_of', f'{whole}(low)')}}}\n"
            f"for (k = max(k, high * {n_group}); k < g; ++k) {{ {fold.step('all_of', f'{total}(k)')}}}\n"
            "r0 = all_of;"
        )
        return shader.finish(body)

    key = (fold.name, fold.dtype, length, count)
    whole = executor.run(executor.planned(("scan groups", *key), build_groups), [totals])[0]
    return executor.run(executor.planned(("scan block starts", *key), build_starts), [totals, whole])[0]


def _written_blocks(
    executor: Any, x: Source, fold: Fold, rows: int, length: int, count: int, exclusive: bool, starts: Texture | None
) -> Texture:
    def build() -> Plan:
        shader = Shader(executor.device, [(fold.dtype, rows * length)])
        declare(shader, x, fold)
        n_length = shader.number(length)
        lanes = [f"{fold.vector}(v.{lane})" for lane in "xyzw"]
        own = before = ""
        for m, lane in enumerate(lanes):
            least = m + 1 if exclusive else m
            reached = f"ivec4(greaterThanEqual(ivec4(0, 1, 2, 3), ivec4({least})))"
            begun = f"ivec4(greaterThanEqual(ivec4(g * 4 + {m}), start))"
            own += fold.step("total", _where(fold, f"({reached} & {begun})", lane))
            before += fold.step("total", _from(fold, lane, f"ivec4(t * 4 + {m})", "start"))
        body = (
            f"ivec4 i = g * 4 + ivec4(0, 1, 2, 3), start = i / {n_length} * {n_length};\n"
            f"int first = g / {_BLOCK} * {_BLOCK};\n{_precise(fold)} total = {fold.neutral}, v;\n"
        )
        if starts is not None:
            start = shader.texture(fold.dtype, count * 4)
            body += f"v = {start}(g / {_BLOCK}); total = {_from(fold, 'v', 'ivec4(first * 4 - 1)', 'start')};\n"
        body += f"for (int t = first; t < g; ++t) {{ v = x(t); {before}}}\nv = x(g); {own}r0 = total;"
        return shader.finish(body)

    key = ("scan blocks", x.key, fold.name, fold.dtype, rows, length, exclusive, starts is None)
    given = x.textures if starts is None else [*x.textures, starts]
    return executor.run(executor.planned(key, build), given, x.reals)[0]
