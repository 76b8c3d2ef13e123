"""Softmax, its logarithm, and the logarithm of a sum of exponentials, on OpenGL.

Many rows of moderate length take one launch of a compute program, which goes over a row three times while it is in the
cache: the largest value, the sum of the exponentials, the results. Everything else (long rows, other axes, the fragment
tier) is two reductions and an elementwise program.
"""

from __future__ import annotations

from typing import Any, Final

from tfnb.device.gl.compose import X, applied, written
from tfnb.device.gl.fold import FOLDS, put_lane, step_place
from tfnb.device.gl.layout import layout_of
from tfnb.device.gl.reduction import AS_STORED, reduce
from tfnb.device.gl.shader import Plan, Shader, groups_of
from tfnb.device.gl.source import Source
from tfnb.kernels.arithmetic import add, div, sub
from tfnb.kernels.exponential import exp, log
from tfnb.kernels.expression import Expression, Leaf
from tfnb.shapes import Shape, reduced, size_of

Texture = Any

_LONGEST: Final = 16384  # values of a row: three walks over four of them stay far below the iterations allowed
_FEWEST: Final = 64  # rows
_LOCAL: Final = 64

# An infinite largest value is not taken out: infinity minus infinity is not a number.
_FINITE: Final = (
    "finite",
    lambda _shader: "r0 = mix(vec4(0), r0, lessThan(floatBitsToInt(r0) & 0x7fffffff, ivec4(0x7f800000)));",
)


def softmax(executor: Any, x: Source, *, axis: int, shape: Shape, **_inferred: Any) -> Texture:
    """e^x of each value over their sum along an axis."""
    if (texture := _in_one_launch(executor, x, axis, False)) is not None:
        return texture
    x = _read_often(executor, x)
    largest = _largest(executor, x, (axis,), AS_STORED)
    total = _total(executor, x, (axis,), largest)
    steps = [(sub, (X, 0)), (exp, (("step", 0),)), (div, (("step", 1), 1))]
    return executor.evaluate(applied(x.operand, steps, [largest, total]))[0]


def log_softmax(executor: Any, x: Source, *, axis: int, shape: Shape, **_inferred: Any) -> Texture:
    """x less its largest value, less the logarithm of the sum of the exponentials of that."""
    if (texture := _in_one_launch(executor, x, axis, True)) is not None:
        return texture
    x = _read_often(executor, x)
    largest = _largest(executor, x, (axis,), AS_STORED)
    total = _total(executor, x, (axis,), largest)
    logarithm = Leaf(executor.evaluate(applied(total, [(log, (X,))]))[0], total.shape, "float32")
    return executor.evaluate(applied(x.operand, [(sub, (X, 0)), (sub, (("step", 0), 1))], [largest, logarithm]))[0]


def log_sum_exp(executor: Any, x: Source, *, axis: Shape, shape: Shape, **_inferred: Any) -> Texture:
    """The logarithm of the sum of the exponentials, with the largest value taken out so that none overflows."""
    x = _read_often(executor, x)
    largest = _largest(executor, x, axis, _FINITE)
    total = _total(executor, x, axis, largest)
    return executor.evaluate(applied(total, [(log, (X,)), (add, (("step", 0), 0))], [largest]))[0]


def _read_often(executor: Any, x: Source) -> Source:
    """Three launches read `x`: what is dear to compute is computed once."""
    operand = x.operand
    if isinstance(operand, Expression) and any(step.kernel.transcendental for step in operand.steps):
        return written(executor, x)
    return x


def _largest(executor: Any, x: Source, axes: Shape, finish: tuple[Any, Any]) -> Leaf:
    texture = reduce(executor, x, FOLDS["max", "float32"], axes, finish)
    return Leaf(texture, reduced(x.shape, axes, True), "float32")


def _total(executor: Any, x: Source, axes: Shape, largest: Leaf) -> Leaf:
    powers = Source(applied(x.operand, [(sub, (X, 0)), (exp, (("step", 0),))], [largest]))
    return Leaf(reduce(executor, powers, FOLDS["sum", "float32"], axes), largest.shape, "float32")


def _in_one_launch(executor: Any, x: Source, axis: int, logarithm: bool) -> Texture | None:
    """The compute program for rows, where it serves."""
    length = x.shape[axis]
    if executor.device.tier != "compute" or axis != len(x.shape) - 1 or not 0 < length <= _LONGEST:
        return None
    rows = size_of(x.shape[:-1])
    if rows < _FEWEST:
        return None
    x = _read_often(executor, x)
    key = ("softmax rows", x.key, rows, length, logarithm)
    plan = executor.planned(key, lambda: _plan(executor, x, rows, length, logarithm))
    return executor.run(plan, x.textures, x.reals)[0]


def _plan(executor: Any, x: Source, rows: int, length: int, logarithm: bool) -> Plan:
    device = executor.device
    aligned = length % 4 == 0
    shader = Shader(device, [("float32", rows * length)])
    x.declare(shader, "x")
    shader.define(_POWER)
    shader.define(_statistics(x, aligned))
    n_rows, n_length = shader.number(rows), shader.number(length)
    shift = shader.number(layout_of(rows * length, device.max_side).shift)
    result = "v - total" if logarithm else "power(v) * total"
    lines = (_ALIGNED if aligned else _FOUR_ROWS).format(
        rows=n_rows,
        length=n_length,
        statistics=f"statistics(start, length, top, total); total = {'log_(total)' if logarithm else '1. / total'};",
        begin=f"ivec2 p = place(first, {shift});",
        put=f"v = x(t) - top; v = {result}; imageStore(o0, p, v); {step_place(shift)}",
        put_top=put_lane("tops", "float32").replace("value", "top"),
        put_total=put_lane("totals", "float32").replace("value", "total"),
    )
    at = f"int g = int(gl_GlobalInvocationID.y * (gl_NumWorkGroups.x * {_LOCAL}u) + gl_GlobalInvocationID.x);\n"
    invocations = rows if aligned else -(-rows // 4)
    main = f"void main() {{ {at}int length = {n_length};\nprecise vec4 top, total, v;\n{lines}}}\n"
    return shader.finish_compute(main, local=(_LOCAL, 1, 1), groups=groups_of(invocations, _LOCAL))


# The built-in power of two is the quickest exponential, and its error is small where the result is not: x <= 0.
_POWER: Final = "vec4 power(vec4 x) { precise vec4 y = exp2(x * 1.44269504); return y; }\n"

# A row's largest value, and the sum of the exponentials of what the others are below it. The built-in functions may
# lose a NaN, and infinity less infinity is one: both are seen in the plain sum of the values and in the largest one.
_STATISTICS: Final = """\
void statistics(int start, int length, out vec4 top, out vec4 total) {{
    int first = start >> 2, stop = ((start + length - 1) >> 2) + 1, t;
    precise vec4 m = vec4(intBitsToFloat(int(0xff800000u))), m1 = m, seen = vec4(0), sum = vec4(0), sum1 = sum, v;
{find}
    m = max(m, m1);
    m = vec4(max(max(m.x, m.y), max(m.z, m.w)));
{add}
    sum += sum1;
    sum = vec4((sum.x + sum.y) + (sum.z + sum.w));
    seen = vec4((seen.x + seen.y) + (seen.z + seen.w));
    ivec4 bits = floatBitsToInt(m) & 0x7fffffff;
    sum = mix(sum, vec4(intBitsToFloat(0x7fc00000)), greaterThanEqual(bits, ivec4(0x7f800000)));
    top = m;
    total = mix(sum, seen, nan_mask(seen));
}}
"""


def _statistics(x: Source, aligned: bool) -> str:
    read = (
        "v = x(t);"
        if aligned
        else (
            "v = mix(vec4(intBitsToFloat(int(0xff800000u))), x(t), "
            "lessThan(uvec4(t * 4 - start + ivec4(0, 1, 2, 3)), uvec4(length)));"
        )
    )
    return _STATISTICS.format(
        find=_loop(x, read, "m{k} = max(m{k}, v); seen += v;"), add=_loop(x, read, "sum{k} += power(v - m);")
    )


def _loop(x: Source, read: str, step: str) -> str:
    """A walk over a row; over a texture in steps of two, an expression is written out once."""
    once = f"{read} {step.format(k='')}"
    if isinstance(x.operand, Expression):
        return f"    for (t = first; t < stop; ++t) {{ {once} }}"
    again = f"++t; {read} {step.format(k='1')}"
    return f"    for (t = first; t + 1 < stop; ++t) {{ {once} {again} }}\n    for (; t < stop; ++t) {{ {once} }}"


# A row for each invocation.
_ALIGNED: Final = """\
if (g >= {rows}) return;
int start = g * length, first = start >> 2;
{statistics}
{begin}
for (int t = first; t < first + (length >> 2); ++t) {{ {put} }}
"""

# Four rows of any length, which begin and end together with a texel, for each invocation.
_FOUR_ROWS: Final = """\
if (g * 4 >= {rows}) return;
precise vec4 tops = vec4(0), totals = vec4(0);
for (int lane = 0; lane < 4; ++lane) {{
    int start = min(g * 4 + lane, {rows} - 1) * length;
    {statistics}
    {put_top}    {put_total}}}
int first = g * length;
{begin}
for (int k = 0; k < length; ++k) {{
    int t = first + k;
    ivec4 i = k * 4 + ivec4(0, 1, 2, 3);
    bvec4 one = greaterThanEqual(i, ivec4(length)), two = greaterThanEqual(i, ivec4(length * 2));
    bvec4 three = greaterThanEqual(i, ivec4(length * 3));
    top = mix(mix(mix(tops.xxxx, tops.yyyy, one), tops.zzzz, two), tops.wwww, three);
    total = mix(mix(mix(totals.xxxx, totals.yyyy, one), totals.zzzz, two), totals.wwww, three);
    {put}
}}
"""
