"""tfnb's own GLSL functions against NumPy in float64 and Python's integers, in each GLSL version that is used."""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Callable
from typing import Any, Final

import hypothesis
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import strategies as st

from tfnb.device.gl.device import GLDevice
from tfnb.device.gl.functions import FUNCTIONS, emit

Array = npt.NDArray[Any]
F, I = np.float32, np.int32  # noqa: E741
HEADERS: Final = {
    "compute 430": "#version 430\n",
    "fragment 410": "#version 410\n",
    "fragment 330": "#version 330\n#extension GL_ARB_gpu_shader5 : enable\n",
}
COUNT: Final = 1 << 16
TINY, HUGE = 2.0**-126, 2.0**128
SPECIAL: Final = np.array(
    [
        0.0, -0.0, np.inf, -np.inf, np.nan, 1, -1, 2, -2, 3, -3, 0.5, -0.5, 2.5, -2.5, 3.5, 0.1, -0.3, 1 - 6e-8,
        1 + 1.2e-7, -1 - 1.2e-7, TINY, -TINY, 1e-45, -1e-45, 1e-40, -1e-40, 3.4028235e38, -3.4028235e38, 8388608,
        -8388609, 16777216, -16777217, 1e10, -1e20, 2147483520, 2147483648, -2147483648, -2147483904, np.pi, np.pi / 2,
        -np.pi / 4, 0.625, 0.875, 4, 89.42, 88.72283, 88.72284, -87.33655, -103.97, -104.1, 128, -149.5, -150,
    ], F
)  # fmt: skip
INTEGERS: Final = np.array(
    [
        0, 1, -1, 2, -2, 3, -3, 7, -7, 31, 32, 33, -31, -32, 46341, 65535, 65536, 2**30, -(2**30), 2**31 - 1, -(2**31),
        1 - 2**31, 16777217, -16777217,
    ], I
)  # fmt: skip


# ------------------------------------------------------------------------------------------------ running a function


class Runner:
    """Applies a GLSL expression of v0, v1, … to arrays, in any of the GLSL versions, through the device."""

    def __init__(self, device: GLDevice) -> None:
        self.device = device

    def __call__(self, version: str, name: str, *arrays: Array) -> Array:
        out, parameters = signature(name)
        assert len(parameters) == len(arrays)
        arguments = ", ".join(f"v{k}" for k in range(len(arrays)))
        return self.expression(version, f"{name}({arguments})", [name], out, *arrays)

    def expression(self, version: str, expression: str, names: list[str], out: str, *arrays: Array) -> Array:
        device, count = self.device, arrays[0].size
        kinds = ["vec4" if array.dtype == F else "ivec4" for array in arrays]
        inputs = [device.upload(array) for array in arrays]
        output = device.pool.take("float" if out == "vec4" else "int", count)
        source = program(version, expression, emit(names), out, kinds)
        if version.startswith("compute"):
            columns = max(1, output.layout.width // 64)
            device.launch(device.program(source, "compute"), inputs, output, {}, (columns, output.layout.rows, 1))
        else:
            device.draw(device.program(source, "fragment"), inputs, output, {}, output.layout.rows)
        return device.read(output)


def program(version: str, expression: str, functions: str, out: str, kinds: list[str]) -> str:
    letter, kind = {"vec4": "", "ivec4": "i"}, {"vec4": "rgba32f", "ivec4": "rgba32i"}
    lines = [HEADERS[version]]
    if version.startswith("compute"):
        lines += [
            "layout(local_size_x=64) in;",
            f"layout({kind[out]}, binding=0) writeonly uniform {letter[out]}image2D o;",
        ]
        lines += [
            f"layout({kind[type_]}, binding={k + 1}) readonly uniform {letter[type_]}image2D t{k};"
            for k, type_ in enumerate(kinds)
        ]
        place, load, put = "ivec2(gl_GlobalInvocationID.xy)", "imageLoad(t{0}, p)", "imageStore(o, p, r);"
    else:
        lines += [f"layout(location=0) out {out} o;"]
        lines += [f"uniform {letter[type_]}sampler2D t{k};" for k, type_ in enumerate(kinds)]
        place, load, put = "ivec2(gl_FragCoord.xy)", "texelFetch(t{0}, p, 0)", "o = r;"
    loads = " ".join(f"{type_} v{k} = {load.format(k)};" for k, type_ in enumerate(kinds))
    lines += [functions, f"void main() {{ ivec2 p = {place}; {loads} {out} r = {expression}; {put} }}\n"]
    return "\n".join(lines)


def signature(name: str) -> tuple[str, list[str]]:
    found = re.search(rf"^(b?[iu]?vec4) {name}\((.*)\) {{$", FUNCTIONS[name].source, re.MULTILINE)
    assert found, name
    return found[1], [re.sub(r" \w+$", "", parameter) for parameter in found[2].split(", ")]


@pytest.fixture(scope="session")
def run(device: GLDevice) -> Runner:
    return Runner(device)


def ulp_error(got: Array, wanted: Array) -> Array:
    """The distance in units of the last place of float32 at `wanted`; infinite for a wrong NaN, infinity or zero."""
    with np.errstate(all="ignore"):  # a signalling NaN among the bit patterns
        got, wanted = got.astype(np.float64), np.asarray(wanted, np.float64)
        exponent = np.clip(np.floor(np.log2(np.abs(wanted))), -126, 127)
        unit = 2.0 ** (np.where(np.isfinite(exponent), exponent, 0) - 23)
        near = [np.where(np.abs(x) > HUGE, np.copysign(HUGE, x), x) for x in (got, wanted)]
        error = np.abs(near[0] - near[1]) / unit
    zero_matches = (got == 0) & (np.signbit(got) == np.signbit(wanted))
    error = np.where(wanted == 0, np.where(zero_matches, 0, np.inf), error)
    error = np.where(np.isinf(wanted), np.where(got == wanted, 0, np.inf), error)
    return np.where(np.isnan(wanted) | np.isnan(got), np.where(np.isnan(wanted) & np.isnan(got), 0, np.inf), error)


def columns(ranges: list[tuple[tuple[float, float], ...]], arity: int) -> list[Array]:
    """Arguments: all combinations of the special values, COUNT random bit patterns, COUNT from each range."""
    random = np.random.default_rng(5)
    special = [grid.ravel() for grid in np.meshgrid(*[SPECIAL] * arity)]
    parts = [[special[k], random.integers(0, 2**32, COUNT, np.uint32).view(F)] for k in range(arity)]
    for bounds in ranges:
        for part, (low, high) in zip(parts, bounds, strict=True):
            part.append(random.uniform(low, high, COUNT).astype(F))
    return [np.concatenate(part) for part in parts]


# ------------------------------------------------------------------------------------------------ float functions


def _relu(x: Array) -> Any:
    return np.where(x > 0, x, np.where(np.isnan(x), x, 0))


def _stable_sigmoid(x: Array) -> Array:
    e = np.exp(-np.abs(x))
    return np.where(np.isnan(x), x, np.where(x < 0, e, 1) / (1 + e))


def _softplus(x: Array) -> Array:
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


def _in_float32(function: Callable[..., Array]) -> Callable[..., Array]:
    return lambda *arguments: function(*[argument.astype(F) for argument in arguments]).astype(np.float64)


def _power(x: Array, y: Array) -> Array:
    return np.power(x.astype(np.longdouble), y.astype(np.longdouble)).astype(np.float64)


SCALE, SCALE_ALPHA = 1.0507009873554804934, 1.7580993408473768599  # Klambauer et al. 2017
ONE, SMALL = (-1.0, 1.0), (-1e-3, 1e-3)
# name -> the function in float64 and, for each argument, the bounds of what is tried beside all bit patterns.
FLOAT: Final[dict[str, tuple[Callable[..., Any], list[Any]]]] = {
    "exp_": (np.exp, [(-110, 90), ONE]),
    "exp2_": (np.exp2, [(-152, 130), ONE]),
    "expm1_": (np.expm1, [(-20, 90), ONE, SMALL]),
    "log_": (np.log, [(0, 10), (0.9, 1.1)]),
    "log2_": (np.log2, [(0, 10), (0.9, 1.1)]),
    "log1p_": (np.log1p, [(-1, 10), (-0.5, 0.5), SMALL]),
    "tanh_": (np.tanh, [(-10, 10), ONE]),
    "sinh_": (np.sinh, [(-90, 90), (-3, 3)]),
    "cosh_": (np.cosh, [(-90, 90), (-3, 3)]),
    "asinh_": (np.arcsinh, [(-10, 10), ONE, (-1e5, 1e5)]),
    "acosh_": (np.arccosh, [(1, 10), (1, 1.1), (1, 1e5)]),
    "atanh_": (np.arctanh, [ONE, (-0.1, 0.1)]),
    "sin_": (np.sin, [(-10, 10), (-1e4, 1e4), (-1e10, 1e10)]),
    "cos_": (np.cos, [(-10, 10), (-1e4, 1e4), (-1e10, 1e10)]),
    "tan_": (np.tan, [(-10, 10), (-1e4, 1e4), (-1e10, 1e10)]),
    "asin_": (np.arcsin, [ONE, (0.99, 1)]),
    "acos_": (np.arccos, [ONE, (0.99, 1)]),
    "atan_": (np.arctan, [(-10, 10), ONE]),
    "atan2_": (np.arctan2, [((-10, 10), (-3, 3)), (ONE, SMALL), (SMALL, ONE)]),
    "sigmoid_": (_stable_sigmoid, [(-105, 20), (-5, 5)]),
    "softplus_": (_softplus, [(-105, 20), (-5, 5)]),
    "log_sigmoid_": (lambda x: -_softplus(-x), [(-20, 105), (-5, 5)]),
    "erf_": (lambda x: np.array([math.erf(v) for v in x]), [(-5, 5), ONE]),
    "pow_": (_power, [((0, 10), (-10, 10)), ((0.9, 1.1), (-800, 800)), ((1e-38, 1e-30), (-1.2, 1.2))]),
    "sqrt_": (np.sqrt, [(0, 4)]),
    "rsqrt_": (lambda x: 1 / np.sqrt(x), [(0, 4)]),
    "reciprocal_": (lambda x: 1 / x, [(-4, 4)]),
    "square_": (np.square, [(-4, 4)]),
    "squared_difference_": (
        lambda x, y: ((x.astype(F) - y.astype(F)).astype(np.float64)) ** 2,
        [((-4, 4), (-4, 4))],
    ),
    "div_no_nan_": (lambda x, y: np.where(y == 0, 0, x / y), [((-4, 4), (-4, 4))]),
    "abs_": (np.abs, [(-4, 4)]),
    "sign_": (np.sign, [(-4, 4)]),
    "round_": (np.round, [(-9, 9), (-1e7, 1e7)]),
    "ceil_": (np.ceil, [(-9, 9), (-1e7, 1e7)]),
    "floor_": (np.floor, [(-9, 9), (-1e7, 1e7)]),
    "trunc_": (np.trunc, [(-9, 9), (-1e7, 1e7)]),
    "mod_": (_in_float32(np.mod), [((-10, 10), (-3, 3)), ((-1e6, 1e6), ONE), ((-1e30, 1e30), ONE)]),
    "floor_div_": (_in_float32(np.floor_divide), [((-10, 10), (-3, 3)), ((-1e6, 1e6), ONE), ((-1e30, 1e30), ONE)]),
    "relu_": (_relu, [(-9, 9)]),
    "relu6_": (lambda x: np.where(x > 6, 6, _relu(x)), [(-9, 9)]),
    "elu_": (lambda x: np.where(x < 0, np.expm1(x), x), [(-20, 5), ONE]),
    "selu_": (lambda x: np.where(x < 0, SCALE_ALPHA * np.expm1(x), SCALE * x), [(-20, 5), ONE]),
    "leaky_relu_": (lambda x, alpha: np.where(x < 0, alpha * x, x), [((-9, 9), ONE)]),
    "prelu_": (lambda x, alpha: np.where(x < 0, alpha * x, x), [((-9, 9), ONE)]),
    "step_": (lambda x, alpha: np.where(np.isnan(x), x, np.where(x > 0, 1, alpha)), [((-9, 9), ONE)]),
    "max_nan": (lambda x, y: np.where((x < y) | np.isnan(y), np.where(np.isnan(x), x, y), x), [(ONE, ONE)]),
    "min_nan": (lambda x, y: np.where((y < x) | np.isnan(y), np.where(np.isnan(x), x, y), x), [(ONE, ONE)]),
    "clip_nan": (lambda x, low, high: np.minimum(np.maximum(x, low), high), [(ONE, ONE, ONE)]),
}  # fmt: skip


@functools.cache
def float_case(name: str) -> tuple[list[Array], Array]:
    function, ranges = FLOAT[name]
    arity = len(signature(name)[1])
    arguments = columns([bounds if isinstance(bounds[0], tuple) else (bounds,) for bounds in ranges], arity)
    if name in ("mod_", "floor_div_"):
        x, y = arguments
        with np.errstate(all="ignore"):
            exact = np.isfinite(x / y) | ~np.isfinite(x) | ~np.isfinite(y) | (y == 0)
        arguments = [x[exact], y[exact]]
    with np.errstate(all="ignore"):
        return arguments, function(*[argument.astype(np.float64) for argument in arguments])


@pytest.mark.parametrize("version", HEADERS)
@pytest.mark.parametrize("name", FLOAT)
def test_a_float_function_is_as_exact_as_its_record_says(run: Runner, name: str, version: str) -> None:
    arguments, wanted = float_case(name)
    got = run(version, name, *arguments)
    error = ulp_error(got, wanted)
    if name == "clip_nan":  # the sign of a zero among equals is NumPy's own secret
        error[(wanted == 0) & (got == 0)] = 0
    if version.startswith("fragment"):  # subnormals may be flushed
        subnormal = functools.reduce(np.logical_or, [(np.abs(x) < TINY) & (x != 0) for x in arguments])
        error[subnormal | ((np.abs(wanted) < TINY) & (np.abs(got) <= TINY))] = 0
        if name in ("mod_", "floor_div_"):
            error[np.abs(arguments[1]) < 1e-30] = 0
    worst = int(np.argmax(error))
    at = [argument[worst] for argument in arguments]
    # The reference is rounded too: half a unit may come out as a little more.
    assert error[worst] <= FUNCTIONS[name].max_ulp + 1e-6, f"{name}{at} is {got[worst]}, wanted {wanted[worst]}"


@pytest.mark.parametrize("version", HEADERS)
def test_a_remainder_is_zero_where_the_quotient_overflows(run: Runner, version: str) -> None:
    x, y = np.array([3e38, -3e38, 1e30, -1e30], F), np.array([1e-30, 1e-3, -1e-20, -1e-9], F)
    got = run(version, "mod_", x, y)
    assert got.tolist() == [0, 0, 0, 0] and np.signbit(got).tolist() == [False, False, True, True]


@pytest.mark.parametrize("version", HEADERS)
def test_a_choice_keeps_nan_in_the_value_that_it_chooses(run: Runner, version: str) -> None:
    x, y = (grid.ravel() for grid in np.meshgrid(SPECIAL, SPECIAL))
    got = run.expression(version, "where_(ivec4(lessThan(v0, v1)), v1, v0)", ["where_"], "vec4", x, y)
    with np.errstate(invalid="ignore"):
        wanted = np.where(x < y, y, x)
    normal = np.ones(x.shape, bool) if version.startswith("compute") else (np.abs(x) >= TINY) & (np.abs(y) >= TINY)
    assert np.array_equal(got[normal], wanted[normal], equal_nan=True)


# ------------------------------------------------------------------------------------------------ whole numbers


def _signed(value: int) -> int:
    return (value + 2**31) % 2**32 - 2**31


def _truncated(x: int, y: int) -> int:
    return 0 if y == 0 else _signed(abs(x) // abs(y) * (1 if (x < 0) == (y < 0) else -1))


def _whole_power(x: int, y: int) -> int:
    return pow(x, y, 2**32) if y >= 0 else 1 if x == 1 else (-1) ** (y % 2) if x == -1 else 0


INTEGER: Final[dict[str, Callable[..., int]]] = {
    "i_div": _truncated,
    "i_floor_div": lambda x, y: x // y if y else 0,
    "i_mod": lambda x, y: x % y if y else 0,
    "i_pow": _whole_power,
    "i_max": max,
    "i_min": min,
    "i_abs": abs,
    "i_sign": lambda x: (x > 0) - (x < 0),
    "i_neg": lambda x: -x,
    "i_square": lambda x: x * x,
    "i_squared_difference": lambda x, y: (x - y) ** 2,
    "i_clip": lambda x, low, high: min(max(x, low), high),
    "i_shift_left": lambda x, n: x << n if 0 <= n < 32 else 0,
    "i_shift_right": lambda x, n: x >> n if 0 <= n < 32 else -(x < 0),
    "i_where": lambda condition, x, y: x if condition else y,
    "i_to_bool": lambda x: x != 0,
    "logical_and_": lambda x, y: x != 0 and y != 0,
    "logical_or_": lambda x, y: x != 0 or y != 0,
    "logical_xor_": lambda x, y: (x != 0) != (y != 0),
    "logical_not_": lambda x: x == 0,
}


def _check_integers(run: Runner, name: str, version: str, arguments: list[Array]) -> None:
    wanted = [_signed(int(INTEGER[name](*row))) for row in zip(*[x.tolist() for x in arguments], strict=True)]
    got = run(version, name, *arguments).tolist()
    wrong = [k for k in range(len(wanted)) if got[k] != wanted[k]]
    assert not wrong, f"{name}{[x[wrong[0]] for x in arguments]} is {got[wrong[0]]}, wanted {wanted[wrong[0]]}"


@pytest.mark.parametrize("version", HEADERS)
@pytest.mark.parametrize("name", INTEGER)
def test_an_integer_function_is_exact(run: Runner, name: str, version: str) -> None:
    random, arity = np.random.default_rng(6), len(signature(name)[1])
    special = [grid.ravel() for grid in np.meshgrid(*[INTEGERS] * arity)]
    parts = [
        np.concatenate([column, random.integers(-(2**31), 2**31, COUNT // 2), random.integers(-99, 99, COUNT // 2)])
        for column in special
    ]
    _check_integers(run, name, version, [part.astype(I) for part in parts])


PATTERN = st.one_of(
    st.integers(-(2**31), 2**31 - 1), st.integers(-40, 40), st.sampled_from(INTEGERS.tolist()),
    st.integers(0, 31).map(lambda bit: _signed(1 << bit)),
)  # fmt: skip


@pytest.mark.parametrize("name", INTEGER)
@hypothesis.given(data=st.data())
@hypothesis.settings(deadline=None, max_examples=40, suppress_health_check=list(hypothesis.HealthCheck))
def test_an_integer_function_agrees_with_python_on_any_bits(run: Runner, name: str, data: st.DataObject) -> None:
    arity = len(signature(name)[1])
    rows = data.draw(st.lists(st.tuples(*[PATTERN] * arity), min_size=8, max_size=8))
    arguments = [np.array(column, I) for column in zip(*rows, strict=True)]
    for version in HEADERS:
        _check_integers(run, name, version, arguments)


TESTS: Final[dict[str, Callable[..., Any]]] = {
    "is_nan_": np.isnan,
    "is_inf_": np.isinf,
    "is_finite_": np.isfinite,
    "to_bool_": lambda x: x != 0,
    "to_int_": lambda x: np.clip(np.nan_to_num(x.astype(np.float64), nan=0.0), -(2**31), 2**31 - 1).astype(np.int64),
}


@pytest.mark.parametrize("version", HEADERS)
@pytest.mark.parametrize("name", TESTS)
def test_a_float_becomes_the_integer_that_the_record_says(run: Runner, name: str, version: str) -> None:
    (x,) = columns([((-3e9, 3e9),), ((-3.0, 3.0),)], 1)
    if name == "to_bool_" and version.startswith("fragment"):
        x = x[(np.abs(x) >= TINY) | (x == 0) | np.isnan(x)]
    with np.errstate(invalid="ignore"):
        wanted = TESTS[name](x).astype(I)
    assert np.array_equal(run(version, name, x), wanted)


@pytest.mark.parametrize("version", HEADERS)
def test_an_integer_is_rounded_on_its_way_through_float(run: Runner, version: str) -> None:
    x = np.concatenate([INTEGERS, np.random.default_rng(7).integers(-(2**31), 2**31, COUNT)]).astype(I)
    assert np.array_equal(run(version, "to_float_", x), x.astype(F))
    back = run.expression(version, "to_int_(to_float_(v0))", ["to_int_", "to_float_"], "ivec4", x)
    assert np.array_equal(back, np.clip(x.astype(F).astype(np.float64), -(2**31), 2**31 - 1).astype(np.int64))


# ------------------------------------------------------------------------------------------------ the library


# What other functions are made of; their errors are in those of their callers.
PARTS: Final = {
    "nan_mask", "both", "with_sign", "head", "product_tail", "scale_exponent", "exp_sum", "exp_reduced", "exp2_sum",
    "log_reduced", "log_tail", "log_special", "pow_magnitude", "half_exp", "multiply_high", "quadrant_reduced",
    "sin_polynomial", "cos_polynomial", "trigonometric_special", "asin_polynomial", "asin_reduced", "atan_polynomial",
    "remainder_step", "remainder_magnitude",
}  # fmt: skip


def test_every_function_is_tested() -> None:
    assert FUNCTIONS.keys() == FLOAT.keys() | INTEGER.keys() | TESTS.keys() | PARTS | {"where_", "to_float_"}


def called(source: str) -> set[str]:
    return set(re.findall(r"\b(\w+)\(", source)) & FUNCTIONS.keys()


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_record_names_what_its_source_calls(name: str) -> None:
    function = FUNCTIONS[name]
    assert called(function.source) == {*function.needs, name}
    assert function.name == name and len(set(function.needs)) == len(function.needs)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_source_keeps_to_the_rules_that_optimisers_ask_for(name: str) -> None:
    source = FUNCTIONS[name].source
    assert not re.search(r"\b(for|while|do|fma|isnan|isinf)\b", source)
    # Literal zeros in arithmetic are folded, NaN or not.
    assert not re.search(r"(?<![\w.])0\.?0*(?![\w.]) *[-*/+]|[-*/+] *0\.?0*(?![\w.])", re.sub(r"\b0x\w+", "h", source))
    for statement in re.split(r"[;{]\s*", source):
        is_float = re.match(r"vec4 \w+ =", statement) or (statement.startswith("return") and source.startswith("vec4"))
        assert not (is_float and re.search(r"\bmix\(| [-+*/] ", re.sub(r"floatBitsToInt\(.*", "", statement))), (
            statement
        )


def test_emitted_source_has_each_function_once_and_none_that_is_not_called() -> None:
    for name in FUNCTIONS:
        defined = re.findall(r"^\w+ (\w+)\(", emit([name]), re.MULTILINE)
        reached, waiting = set(), [name]
        while waiting:
            reached.add(current := waiting.pop())
            waiting += called(FUNCTIONS[current].source) - reached
        assert sorted(defined) == sorted(reached)
        assert all(set(FUNCTIONS[f].needs) <= set(defined[:k]) for k, f in enumerate(defined))


def test_emitted_source_depends_on_the_set_of_names_only() -> None:
    assert emit(["tanh_", "i_mod", "exp_"]) == emit(["exp_", "tanh_", "i_mod", "tanh_"])
    assert emit([]) == ""
    with pytest.raises(KeyError):
        emit(["sin"])


_CORE_3_3: Final = {"MESA_GL_VERSION_OVERRIDE": "3.3FC", "MESA_GLSL_VERSION_OVERRIDE": "330"}
_CORE_4_1: Final = {"MESA_GL_VERSION_OVERRIDE": "4.1FC", "MESA_GLSL_VERSION_OVERRIDE": "410"}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("driver", "version"),
    [(_CORE_3_3, "330"), (_CORE_4_1, "410"), ({"GALLIUM_DRIVER": "softpipe", **_CORE_3_3}, "330")],
    ids=["core 3.3", "core 4.1", "softpipe 3.3"],
)
def test_the_same_holds_on_another_driver(fresh: Callable[..., Any], driver: dict[str, str], version: str) -> None:
    arguments = [__file__, "-q", "-x", "-p", "no:cacheprovider", "-k", f"{version} and not driver"]
    done = fresh(f"import pytest, sys; sys.exit(pytest.main({arguments!r}))", 280, driver)
    assert done.returncode == 0, done.stdout[-3000:]
