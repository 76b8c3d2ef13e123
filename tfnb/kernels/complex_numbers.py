"""Complex numbers: made of two parts, taken apart, conjugated. They live on the host."""

from __future__ import annotations

from typing import Any, Callable, Sequence

import numpy as np

from tfnb.errors import DTypeError, ShapeError
from tfnb.kernels.record import Case, Kernel
from tfnb.language import _
from tfnb.shapes import Shape, text

Array = Any
Shapes = Sequence[Shape]
Types = Sequence[str]

_COMPLEX = ("complex64",)
_NUMBERS = ("float32", "int32", "bool")
_CASES = tuple(Case(shape, dtypes=_COMPLEX) for shape in ((), (0, 3), (3, 5), (8193,)))


def _parts(op: str, shapes: Shapes, dtypes: Types) -> list[tuple[Shape, str]]:
    if shapes[0] != shapes[1]:
        raise ShapeError(
            _("the real parts have shape {a}, the imaginary parts {b}; they must be equal").format(
                a=text(shapes[0]), b=text(shapes[1])
            ),
            op=op,
            argument="imag",
        )
    for argument, dtype in zip(("real", "imag"), dtypes, strict=True):
        if dtype != "float32":
            raise DTypeError(
                _("wanted float32, given {dtype}").format(dtype=dtype), op=op, argument=argument,
                fix=_("convert it with cast('float32')"),
            )  # fmt: skip
    return [(shapes[0], "complex64")]


def _of_complex(result: str) -> Callable[[str, Shapes, Types], list[tuple[Shape, str]]]:
    """The shape rule of a function of one complex tensor."""

    def infer(op: str, shapes: Shapes, dtypes: Types) -> list[tuple[Shape, str]]:
        if dtypes[0] != "complex64":
            raise DTypeError(
                _("wanted complex64, given {dtype}").format(dtype=dtypes[0]),
                op=op,
                fix=_("make it with tf.complex(re, im)"),
            )
        return [(shapes[0], result)]

    return infer


def _join(real: Array, imag: Array) -> Array:
    out = np.empty(real.shape, np.result_type(real, np.complex64))
    out.real, out.imag = real, imag
    return out


def _from_number(op: str, shapes: Shapes, dtypes: Types) -> list[tuple[Shape, str]]:
    if dtypes[0] not in _NUMBERS:
        raise DTypeError(_("wanted numbers, given {dtype}").format(dtype=dtypes[0]), op=op)
    return [(shapes[0], "complex64")]


complex = Kernel(
    "complex",
    infer=_parts,
    host=_join,
    gl=None,
    types=("float32",),
    cases=(Case((), ()), Case((0, 3), (0, 3)), Case((3, 5), (3, 5)), Case((8193,), (8193,))),
)
cast_complex64 = Kernel(
    "cast_complex64",
    infer=_from_number,
    host=lambda x: x.astype(np.complex64),
    gl=None,
    types=_NUMBERS,
    cases=(Case(()), Case((0, 3)), Case((3, 5))),
)
real = Kernel("real", infer=_of_complex("float32"), host=lambda x: x.real.copy(), gl=None, types=_COMPLEX, cases=_CASES)
imag = Kernel("imag", infer=_of_complex("float32"), host=lambda x: x.imag.copy(), gl=None, types=_COMPLEX, cases=_CASES)
conj = Kernel("conj", infer=_of_complex("complex64"), host=np.conj, gl=None, types=_COMPLEX, cases=_CASES)
complex_abs = Kernel(
    "complex_abs", infer=_of_complex("float32"), host=np.abs, gl=None, types=_COMPLEX, cases=_CASES, max_error=4
)
