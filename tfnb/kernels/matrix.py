"""Products of matrices."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from tfnb import shapes
from tfnb.dtypes import PROMOTION
from tfnb.errors import DTypeError, ShapeError
from tfnb.kernels.opengl import OpenGL
from tfnb.kernels.record import NOT_FINITE, NUMERIC, Case, Domain, Kernel
from tfnb.language import _
from tfnb.shapes import Shape, size_of

Array = Any

_WHOLE_AS_REAL: Final = 1 << 16  # multiplications from which whole numbers go through BLAS as float64
_EXACT: Final = 2.0**53


def _infer(
    op: str, given: list[Shape], dtypes: list[str], *, transpose_a: bool, transpose_b: bool
) -> list[tuple[Shape, str]]:
    a, b = given
    for name, shape in (("a", a), ("b", b)):
        if len(shape) < 2:
            raise ShapeError(
                _("wanted a matrix, two axes at least, given {shape}").format(shape=shapes.text(shape)),
                op=op,
                argument=name,
                fix=_("reshape it to [1, n] or [n, 1], or use tf.dot"),
            )
    dtype = PROMOTION.get((dtypes[0], dtypes[1]), "string")
    if dtype not in ("float32", "int32", "complex64"):
        wanted = "float32, int32, complex64"
        raise DTypeError(_("takes {wanted}, not {given}").format(wanted=wanted, given=dtypes[0]), op=op, argument="a")
    k_a, m = (a[-2], a[-1]) if transpose_a else (a[-1], a[-2])
    k_b, n = (b[-1], b[-2]) if transpose_b else (b[-2], b[-1])
    if k_a != k_b:
        raise ShapeError(
            _("inner dimensions differ: a is {a}{turned_a}, b is {b}{turned_b}").format(
                a=shapes.text(a),
                b=shapes.text(b),
                turned_a=_(" (transposed)") if transpose_a else "",
                turned_b=_(" (transposed)") if transpose_b else "",
            ),
            op=op,
            argument="b",
            fix=_fix(a, b, transpose_a, transpose_b),
        )
    try:
        batch = shapes.broadcast(op, a[:-2], b[:-2])
    except ShapeError:
        raise ShapeError(
            _("the batches, axes before the last two, do not meet: a is {a}, b is {b}").format(
                a=shapes.text(a), b=shapes.text(b)
            ),
            op=op,
            argument="b",
        ) from None
    return [(shapes.checked((*batch, m, n), op), dtype)]


def _fix(a: Shape, b: Shape, transpose_a: bool, transpose_b: bool) -> str | None:
    """The one transposition that would make the inner dimensions meet, if there is one."""
    inner_a = a[-2] if transpose_a else a[-1]
    inner_b = b[-1] if transpose_b else b[-2]
    if (b[-2] if transpose_b else b[-1]) == inner_a:
        return _("transpose b with transpose_b={value}").format(value=not transpose_b)
    if (a[-1] if transpose_a else a[-2]) == inner_b:
        return _("transpose a with transpose_a={value}").format(value=not transpose_a)
    return None


def _matmul(a: Array, b: Array, transpose_a: bool, transpose_b: bool) -> Array:
    if transpose_a:
        a = a.swapaxes(-1, -2)
    if transpose_b:
        b = b.swapaxes(-1, -2)
    if a.dtype.kind == "i":
        return _whole(a, b)
    if b.ndim == 2 and a.ndim > 2 and not transpose_a:
        return (a.reshape(-1, a.shape[-1]) @ b).reshape(*a.shape[:-1], b.shape[-1])  # one product instead of many
    return np.matmul(a, b)


def _whole(a: Array, b: Array) -> Array:
    """int32, wrapping. BLAS knows no whole numbers; float64 is exact while no sum can reach 2^53."""
    work = size_of(a.shape) * b.shape[-1]
    if work >= _WHOLE_AS_REAL:
        largest = float(np.abs(a.astype(np.float64)).max()) * float(np.abs(b.astype(np.float64)).max())
        if largest * a.shape[-1] < _EXACT:
            return np.matmul(a.astype(np.float64), b.astype(np.float64)).astype(np.int64).astype(np.int32)
    return np.matmul(a, b)


def _gradient_of_a(dy: Any, b: Any, transpose_a: bool, transpose_b: bool) -> Any:
    """dA = dY Bᵀ, turned as A was; the tape sums over batch axes that were repeated."""
    return b.matmul(dy, transpose_b, True) if transpose_a else dy.matmul(b, False, not transpose_b)


def _gradient_of_b(dy: Any, a: Any, transpose_a: bool, transpose_b: bool) -> Any:
    """dB = Aᵀ dY, turned as B was."""
    return dy.matmul(a, True, transpose_a) if transpose_b else a.matmul(dy, not transpose_a, False)


def _case(a: Shape, b: Shape, transpose_a: bool = False, transpose_b: bool = False) -> Case:
    return Case(a, b, transpose_a=transpose_a, transpose_b=transpose_b)


matmul = Kernel(
    "matmul",
    infer=_infer,
    host=_matmul,
    gl=OpenGL("matmul", "matmul"),
    types=(*NUMERIC, "complex64"),
    reference=lambda a, b, transpose_a, transpose_b: np.matmul(
        a.swapaxes(-1, -2) if transpose_a else a, b.swapaxes(-1, -2) if transpose_b else b
    ),
    inputs=("a", "b"),
    gradient=(_gradient_of_a, _gradient_of_b),
    domain=Domain(0.0, 3.0, NOT_FINITE),
    cases=(
        _case((1, 1), (1, 1)),
        _case((2, 3), (3, 4)),
        _case((3, 2), (3, 5), True),
        _case((3, 5), (2, 5), False, True),
        _case((5, 3), (2, 5), True, True),
        _case((1, 7), (7, 5)),
        _case((4, 7), (7, 1)),
        _case((7, 4), (7, 1), True),
        _case((1, 7), (6, 7), False, True),
        _case((0, 3), (3, 4)),
        _case((2, 0), (0, 4)),
        _case((3, 2, 4), (3, 4, 3)),
        _case((2, 1, 2, 3), (3, 3, 2)),
        _case((3, 2, 4), (4, 3)),
        _case((64, 64), (64, 64)),
        _case((64, 60), (64, 44), True),
        _case((64, 60), (44, 60), False, True),
        _case((60, 64), (44, 60), True, True),
        _case((61, 67), (67, 63)),
        _case((67, 61), (67, 63), True),
        _case((61, 67), (63, 67), False, True),
        _case((67, 61), (63, 67), True, True),
        _case((3, 40, 36), (1, 36, 52)),
        _case((5, 400), (400, 90)),
        _case((1200, 40), (40, 10)),
        _case((2, 9, 20000), (20000, 6)),
        _case((300, 70), (300, 70), True),
    ),
    max_error=32,
    epilogue=True,
)
