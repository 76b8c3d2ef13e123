"""Calls for every kernel record: shapes, values, and what must come out, worked out in float64 or in whole numbers."""

from __future__ import annotations

import importlib
import pkgutil
import warnings
import zlib
from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

import tfnb.kernels
from tfnb.dtypes import NUMPY
from tfnb.engine.placement import EAGER_SIZE
from tfnb.kernels.record import Case, Domain, Elementwise, Kernel

Array = npt.NDArray[Any]
Shape = tuple[int, ...]

for _module in pkgutil.iter_modules(tfnb.kernels.__path__):  # each record, whoever uses it
    importlib.import_module(f"tfnb.kernels.{_module.name}")

# A row of a texture is 2,048 texels of 4 values.
ONE = ((), (0,), (2, 0, 3), (1,), (7,), (3, 5), (8191,), (8193,))
TWO = (
    ((), ()), ((3,), ()), ((), (2, 3)), ((0,), ()), ((0, 3), (1, 3)), ((1, 1), (1,)), ((7,), (7,)), ((5, 1), (1, 3)),
    ((2, 3, 4), (4,)), ((8, 1), (3, 8, 16)), ((3, 5), (3, 1)), ((2, 1, 3, 1, 2, 1), (1, 2, 1, 3, 1, 2)),
    ((8191,), (8191,)), ((8193,), (8193,)), ((3, 2731), (2731,)),
)  # fmt: skip
THREE = (
    ((), (), ()), ((3,), (), ()), ((), (3,), (3,)), ((0,), (0,), ()), ((7,), (7,), (7,)), ((3, 1), (1, 4), (3, 4)),
    ((2, 3, 5), (5,), (3, 1)), ((8191,), (8191,), (8191,)), ((8193,), (), (8193,)),
)  # fmt: skip
# Beyond what the host runs at once: pending, then block by block.
LARGE = {
    1: (((EAGER_SIZE + 1,),), ((203, 199),)),
    2: (((EAGER_SIZE + 1,), (EAGER_SIZE + 1,)), ((203, 199), (199,)), ((203, 1), (1, 199))),
    3: (((EAGER_SIZE + 1,),) * 3, ((203, 1), (1, 199), ())),
}
WORDS = ("", "a", "ab", "b", "Z", "é", "数")
INTEGERS = (0, 1, -1, 2, -2, 31, 32, 46341, 65536, 16777217, 2**31 - 1, -(2**31), 1 - 2**31)
_HOST_ONLY = ("complex64", "string")


class Call:
    """One call of a kernel: its inputs as arrays, and for the kernels that are not elementwise their attributes."""

    def __init__(self, kernel: Elementwise | Kernel, arrays: list[Array], attributes: dict[str, Any]) -> None:
        self.kernel, self.arrays, self.attributes = kernel, arrays, attributes

    def __str__(self) -> str:
        inputs = ", ".join(f"{array.dtype}{list(array.shape)}" for array in self.arrays)
        return f"{self.kernel.name}({inputs}{', ' if self.attributes else ''}{self.attributes or ''})"


# ------------------------------------------------------------------------------------------------ values


def drawn(random: np.random.Generator, dtype: str, shape: Shape, domain: Domain, special: bool) -> Array:
    """Values of a data type; `special`: also those at the edges of what it holds, or that belong to the domain."""
    size = int(np.prod(shape))
    if dtype == "bool":
        values: Array = random.random(size) < 0.5
    elif dtype == "string":
        values = random.choice(np.array(WORDS, object), size) if size else np.empty(0, object)
    elif dtype == "int32":
        values = random.integers(round(domain.low), max(round(domain.high), round(domain.low) + 1), size)
        if special:
            wide = random.integers(-(2**31), 2**31, size)
            values = _sprinkled(random, np.where(random.random(size) < 0.4, wide, values), INTEGERS)
    elif dtype == "complex64":
        values = random.normal(size=size) + 1j * random.normal(size=size)
    else:
        values = random.uniform(domain.low, domain.high, size).astype(np.float32)
        whole = np.round(values)
        inside = (whole >= domain.low) & (whole <= domain.high) & (random.random(size) < 0.3)
        values = np.where(inside, whole, values)
        if special:
            values = _sprinkled(random, values, domain.special)
    return values.astype(NUMPY[dtype]).reshape(shape)


def _sprinkled(random: np.random.Generator, values: Array, special: tuple[float, ...]) -> Array:
    if not special:
        return values
    chosen = random.choice(np.array(special), values.size)
    return np.where(random.random(values.size) < 0.2, chosen, values)


# ------------------------------------------------------------------------------------------------ calls


def dtypes_of(kernel: Elementwise | Kernel, placement: str) -> list[str]:
    """The data types in which a kernel computes on a placement; none where it does not run there."""
    if isinstance(kernel, Kernel):
        types = [*kernel.types]
        claims_gl = kernel.gl is not None
    else:
        types = [*kernel.types, *(["complex64"] if kernel.complex_host else [])]
        claims_gl = True
    if placement == "host":
        return types
    if not claims_gl:
        return []
    return [dtype for dtype in types if dtype not in _HOST_ONLY]


def calls(kernel: Elementwise | Kernel, dtype: str, placement: str) -> Iterator[Call]:
    """All calls of a kernel with inputs of one data type."""
    random = np.random.default_rng(zlib.crc32(f"{kernel.name} {dtype}".encode()))
    if isinstance(kernel, Elementwise):
        yield from _elementwise_calls(random, kernel, dtype, placement)
    else:
        for case in kernel.cases:
            yield from _kernel_calls(random, kernel, case, dtype)


def _elementwise_calls(random: np.random.Generator, kernel: Elementwise, dtype: str, placement: str) -> Iterator[Call]:
    count = len(kernel.inputs)
    shapes = [*({1: [(one,) for one in ONE], 2: TWO, 3: THREE}[count])]
    if placement == "host" and dtype not in _HOST_ONLY:
        shapes += LARGE[count]
    for one in shapes:
        types = ["bool" if kernel.condition and k == 0 else dtype for k in range(count)]
        arrays = [drawn(random, *given, special=True) for given in zip(types, one, kernel.domain, strict=True)]
        yield Call(kernel, arrays, {})


def _kernel_calls(random: np.random.Generator, kernel: Kernel, case: Case, dtype: str) -> Iterator[Call]:
    if case.dtypes is not None and case.dtypes[0] != dtype:
        return
    types = case.dtypes or (dtype,) * len(case.shapes)
    domains = case.domains or (kernel.domain,) * len(case.shapes)
    for special in (False, True):
        if special and (case.domains or dtype not in ("float32", "int32") or not _keeps(kernel, case, types)):
            continue
        arrays = [
            drawn(random, *given, special=special and given[0] == dtype)
            for given in zip(types, case.shapes, domains, strict=True)
        ]
        yield Call(kernel, arrays, case.attributes)


def _keeps(kernel: Kernel, case: Case, types: tuple[str, ...]) -> bool:
    """Whether the result is of the inputs' data type: a mean of huge whole numbers has no bound relative to itself."""
    return kernel.infer(kernel.name, case.shapes, types, **case.attributes)[0][1] == types[0]


# ------------------------------------------------------------------------------------------------ what must come out


def wanted(call: Call) -> Array:
    """The exact result: float64, complex128, truth values, text, or whole numbers wrapped around at 32 bits."""
    kernel = call.kernel
    if isinstance(kernel, Kernel):
        inputs = [array.astype(np.float64) if array.dtype == np.float32 else array for array in call.arrays]
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # "mean of empty slice"
            return np.asarray(kernel.reference(*inputs, **call.attributes))
    wide = {"f": np.float64, "i": np.int64, "c": np.complex128}
    inputs = [array.astype(wide.get(array.dtype.kind, array.dtype)) for array in call.arrays]
    numbers = [np.asarray(np.float32(number), inputs[-1].dtype) for number in kernel.trial]
    with np.errstate(all="ignore"):
        result = np.asarray(kernel.reference(*inputs, *numbers))
        return result.astype(np.int32) if result.dtype == np.int64 else result


def ulp_error(got: Array, exact: Array) -> Array:
    """The distance in units of the last place of float32 at the exact value; infinite for a wrong NaN or infinity."""
    with np.errstate(all="ignore"):
        exact = np.asarray(exact, np.float64)
        most = 2.0**128  # where float32 overflows to infinity
        near, far = [np.where(np.abs(x) > most, np.copysign(most, x), x) for x in (got.astype(np.float64), exact)]
        exponent = np.where(exact == 0, -126.0, np.floor(np.log2(np.abs(exact))))
        unit = 2.0 ** (np.clip(np.where(np.isfinite(exponent), exponent, 0), -126, 127) - 23)
        error = np.abs(near - far) / unit
    same = (np.isnan(got) & np.isnan(exact)) | ((got == exact) & np.isinf(exact))
    odd = ~np.isfinite(exact) | np.isnan(got)
    return np.asarray(np.where(odd, np.where(same, 0, np.inf), error))
