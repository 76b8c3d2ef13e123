"""What is known of a kernel, in one place.

Two kinds of record:

`Elementwise`: value by value, the same formula for NumPy (`host`) and for a texel of four values (`glsl`). These fuse.
`Kernel`: everything else, with a shape rule, host code, and a builder of its OpenGL programs (`gl`).

Every record enters `KERNELS`, which the parametrised test, the documentation and the null device walk.
"""

from __future__ import annotations

import functools
import sys
from typing import Any, Callable, Final, Mapping, Sequence

from tfnb.shapes import Shape

KERNELS: Final[dict[str, Elementwise | Kernel]] = {}

# One function for the only input, or for all; or one per input.
Gradient = Callable[..., Any] | tuple[Callable[..., Any] | None, ...] | None


@functools.cache
def named(function: Callable[..., Any]) -> tuple[str, ...]:
    """The names of a gradient's parameters: what it needs."""
    code = function.__code__
    return code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]


class Domain:
    """Where a test draws values of an input: the interval from low to high, and special values that belong to it."""

    __slots__ = ("low", "high", "special")

    def __init__(self, low: float, high: float, special: Sequence[float] = ()) -> None:
        self.low, self.high, self.special = low, high, tuple(special)


NOT_FINITE: Final = (float("nan"), float("inf"), float("-inf"))
REALS: Final = Domain(-30.0, 30.0, (*NOT_FINITE, 0.0, -0.0))
SMALL: Final = Domain(-3.0, 3.0, (*NOT_FINITE, 0.0, -0.0))
POSITIVE: Final = Domain(1e-6, 1e3, (float("nan"), float("inf"), 0.0))
UNIT: Final = Domain(-1.0, 1.0, (float("nan"), 0.0, -0.0))
ABOVE_ONE: Final = Domain(1.0, 1e3, (float("nan"), float("inf")))
TRUTH: Final = Domain(0, 2)

FLOAT: Final = ("float32",)
NUMERIC: Final = ("float32", "int32")
ANY: Final = ("float32", "int32", "bool")
BOOL: Final = ("bool",)


class Elementwise:
    """A kernel that computes each value from the values at the same place.

    name:      the public name; the key in `KERNELS`.
    inputs:    names of its tensors, as in the formulas.
    scalars:   names of its numbers (`alpha`), each with the value that tests try; they reach `host` as arguments after
               the inputs and GLSL as uniforms, never as literals.
    types:     the data types in which it computes; an argument of another type is converted to the nearest one above.
    result:    data type of the result: "same" as computed in, or a fixed one.
    host:      NumPy: `host(*inputs, *scalars, out=array)`; works for float64 too, which is the reference of the tests.
    glsl:      an expression over vec4 (float32) or ivec4 (int32; bool as 0 and 1) named like the inputs and scalars.
    glsl_int:  the expression for int32 and bool, where it differs.
    gradient:  a function per input (a tuple of them where there are several; None: this one has no gradient), in tensor
               methods only. Parameters are `dy`, and of `y` (the output), inputs, scalars and `<input>_shape`, by name,
               those that it needs: what the tape must keep. The result has the output's shape: the tape sums over what
               was broadcast. Without it, asking for a gradient is an error that names the kernel.
    domain:    a `Domain` per input, for tests.
    max_ulp:   the largest error of the GLSL against the exact value, in units in the last place of float32. NumPy's own
               float32 functions promise 4 or less.
    transcendental: whether it is expensive enough for a program to hold only so many of them; left out, that is so if
               its GLSL calls a function of ours.
    free_zero: the sign of a zero result is open (of two zeros, `maximum` may give either).
    complex_host: whether `host` serves complex64 too (on the host placement).
    note:      what a reader of docs/kernels.md should know beside.
    module:    where it is written, by which the documentation groups the records.
    """

    __slots__ = (
        "name", "inputs", "scalars", "types", "result", "host", "glsl", "glsl_int", "gradient", "domain", "max_ulp",
        "transcendental", "complex_host", "reference", "note", "condition", "trial", "free_zero",
        "module",
    )  # fmt: skip

    def __init__(
        self,
        name: str,
        host: Callable[..., Any],
        glsl: str,
        *,
        inputs: tuple[str, ...] = ("x",),
        scalars: Mapping[str, float] | None = None,
        types: tuple[str, ...] = FLOAT,
        result: str = "same",
        glsl_int: str | None = None,
        gradient: Gradient = None,
        domain: Domain | tuple[Domain, ...] = REALS,
        max_ulp: float = 0.5,
        complex_host: bool = False,
        reference: Callable[..., Any] | None = None,
        note: str = "",
        condition: bool = False,
        transcendental: bool | None = None,
        free_zero: bool = False,
    ) -> None:
        self.name, self.host, self.glsl, self.inputs = name, host, glsl, inputs
        self.scalars, self.trial = tuple(scalars or ()), tuple((scalars or {}).values())
        self.types, self.result, self.glsl_int, self.gradient = types, result, glsl_int or glsl, gradient
        self.domain = domain if isinstance(domain, tuple) else (domain,) * len(inputs)
        self.max_ulp, self.complex_host, self.note = max_ulp, complex_host, note
        self.reference = reference or host
        self.transcendental = "_(" in glsl if transcendental is None else transcendental
        self.free_zero = free_zero
        self.module = sys._getframe(1).f_globals["__name__"]
        self.condition = condition  # the first input is a bool that chooses, and takes no part in promotion
        if name in KERNELS:
            raise ValueError(f"two kernels are called {name}")
        KERNELS[name] = self

    def dtype_of(self, computed: str) -> str:
        """Data type of the result when computed in `computed`."""
        return computed if self.result == "same" else self.result

    def __repr__(self) -> str:
        return f"<elementwise {self.name}>"


class Case:
    """One call for the tests: shapes of inputs, attributes, and data types or domains where the defaults won't do."""

    __slots__ = ("shapes", "attributes", "dtypes", "domains")

    def __init__(
        self,
        *shapes: Shape,
        dtypes: tuple[str, ...] | None = None,
        domains: tuple[Domain, ...] | None = None,
        **attributes: Any,
    ) -> None:
        self.shapes, self.attributes, self.dtypes, self.domains = shapes, attributes, dtypes, domains

    def __repr__(self) -> str:
        shapes = " ".join(str(list(shape)) for shape in self.shapes)
        return f"{shapes} {self.attributes}" if self.attributes else shapes


class Kernel:
    """A kernel of any other kind: its result is not place by place.

    name:      the public name; the key in `KERNELS`.
    inputs:    names of its tensors, as the gradients call them.
    types:     data types it takes on each placement; complex64 and string only on the host.
    infer:     `infer(op, shapes, dtypes, **attributes)` -> [(shape, dtype), …], one per output; raises what a user may
               do wrong, naming `op`.
    host:      `host(*arrays, **attributes)` -> one array (or a tuple of them) with the inferred shape and data type.
    gl:        `gl(device, *operands, shape=…, dtype=…, **attributes)` -> one texture; None: on the host only.
    reference: plain NumPy in float64 for the tests, where `host` is a fast formulation; the same signature as `host`.
    cases:     calls for the tests, beyond nothing: each record has at least one.
    max_error: largest relative error, to the largest value of the result, in units of 2^-24 (float32's half ULP at 1).
    view:      the host result may be a view of the input (a reshape): the two handles share their bytes.
    gradient:  as for `Elementwise`, with attributes by name and `shapes` for all inputs' shapes. One function that
               returns a tuple serves a kernel of any number of inputs.
    prologue:  OpenGL takes a pending expression as its first input without writing it first.
    epilogue:  OpenGL computes pending bias and activation on the result before it is written.
    """

    __slots__ = (
        "name", "inputs", "types", "infer", "host", "gl", "gradient", "reference", "cases", "max_error", "view",
        "prologue", "epilogue", "note", "domain", "module",
    )  # fmt: skip

    def __init__(
        self,
        name: str,
        *,
        infer: Callable[..., list[tuple[Shape, str]]],
        host: Callable[..., Any],
        gl: Callable[..., Any] | None,
        cases: Sequence[Case],
        inputs: tuple[str, ...] = ("x",),
        types: tuple[str, ...] = ANY,
        gradient: Gradient = None,
        reference: Callable[..., Any] | None = None,
        domain: Domain = SMALL,
        max_error: float = 0.0,
        view: bool = False,
        prologue: bool = False,
        epilogue: bool = False,
        note: str = "",
    ) -> None:
        self.name, self.infer, self.host, self.gl, self.cases, self.types = name, infer, host, gl, tuple(cases), types
        self.inputs, self.gradient, self.reference, self.domain = inputs, gradient, reference or host, domain
        self.max_error, self.view, self.prologue, self.epilogue, self.note = max_error, view, prologue, epilogue, note
        self.module = sys._getframe(1).f_globals["__name__"]
        if not self.cases:
            raise ValueError(f"kernel {name} has no case to be tested by")
        if name in KERNELS:
            raise ValueError(f"two kernels are called {name}")
        KERNELS[name] = self

    def __repr__(self) -> str:
        return f"<kernel {self.name}>"
