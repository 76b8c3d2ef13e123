"""Kernels that put a border around a tensor: of one value, or of its own values mirrored."""

from __future__ import annotations

from typing import Any, Sequence

import numpy as np

from tfnb import shapes
from tfnb.errors import ArgumentError, DTypeError, ShapeError
from tfnb.kernels.opengl import OpenGL
from tfnb.kernels.record import Case, Kernel
from tfnb.language import _
from tfnb.shapes import Shape

Array = Any
Paddings = tuple[tuple[int, int], ...]
Inferred = list[tuple[Shape, str]]


def _padded(op: str, shape: Shape, paddings: Paddings) -> Shape:
    if len(paddings) != len(shape):
        raise ShapeError(
            _("wanted {rank} pairs, one for each axis of {shape}, given {count}").format(
                rank=len(shape), shape=shapes.text(shape), count=len(paddings)
            ),
            op=op,
            argument="paddings",
        )
    if any(left < 0 or right < 0 for left, right in paddings):
        raise ArgumentError(
            _("a border can't be negative: {given}").format(given=list(map(list, paddings))), op=op, argument="paddings"
        )
    return shapes.checked([n + left + right for n, (left, right) in zip(shape, paddings)], op, "paddings")


def _infer_pad(
    op: str, given: Sequence[Shape], dtypes: Sequence[str], *, paddings: Paddings, constant_value: float
) -> Inferred:
    if dtypes[0] == "string":
        raise DTypeError(_("takes numbers and truth values, not text"), op=op, argument="x")
    return [(_padded(op, given[0], paddings), dtypes[0])]


def _constant(x: Array, paddings: Paddings, constant_value: float) -> Array:
    out = np.full([n + left + right for n, (left, right) in zip(x.shape, paddings)], constant_value, x.dtype)
    out[tuple(slice(left, left + n) for n, (left, _right) in zip(x.shape, paddings))] = x
    return out


def _pad_gradient(dy: Any, paddings: Paddings, constant_value: float) -> Any:
    inner = [n - left - right for n, (left, right) in zip(dy.shape, paddings)]
    return dy.slice([left for left, _right in paddings], inner) if inner else dy


pad = Kernel(
    "pad",
    infer=_infer_pad,
    host=_constant,
    gl=OpenGL("piecewise", "pad"),
    gradient=_pad_gradient,
    reference=lambda x, paddings, constant_value: np.pad(x, paddings, constant_values=constant_value) if x.ndim else x,
    cases=(
        Case((3,), paddings=((1, 2),), constant_value=0),
        Case((4,), paddings=((4, 8),), constant_value=7),
        Case((2, 3), paddings=((1, 1), (2, 0)), constant_value=1),
        Case((2, 4), paddings=((0, 3), (0, 0)), constant_value=0),
        Case((2, 3, 4), paddings=((0, 0), (1, 2), (0, 0)), constant_value=5),
        Case((), paddings=(), constant_value=0),
        Case((2, 3, 4, 5), paddings=((0, 0), (1, 1), (1, 1), (0, 0)), constant_value=0),
        Case((0,), paddings=((2, 3),), constant_value=1),
        Case((2, 5, 8), paddings=((1, 0), (0, 0), (4, 4)), constant_value=0),
        Case((2, 0), paddings=((1, 0), (0, 0)), constant_value=0),
        Case((1, 2, 1, 2, 1, 3), paddings=((1, 0), (0, 0), (0, 1), (0, 0), (1, 1), (2, 1)), constant_value=0),
    ),
)


def _infer_mirror(op: str, given: Sequence[Shape], dtypes: Sequence[str], *, paddings: Paddings, mode: str) -> Inferred:
    if mode not in ("reflect", "symmetric"):
        raise ArgumentError(
            _("wanted 'reflect' or 'symmetric', given {given!r}").format(given=mode), op=op, argument="mode"
        )
    shape = _padded(op, given[0], paddings)
    for axis, (length, (left, right)) in enumerate(zip(given[0], paddings)):
        most = length - (mode == "reflect")
        if max(left, right) > max(most, 0):
            raise ShapeError(
                _(
                    "axis {axis} has {length} values: mode {mode!r} gives at most {most} of border, wanted {wanted}"
                ).format(axis=axis, length=length, mode=mode, most=max(most, 0), wanted=max(left, right)),
                op=op,
                argument="paddings",
            )
    return [(shape, dtypes[0])]


def _mirrored(x: Array, paddings: Paddings, mode: str) -> Array:
    if x.size == 0:
        return np.empty([n + left + right for n, (left, right) in zip(x.shape, paddings)], x.dtype)
    return np.pad(x, paddings, mode=mode) if x.ndim else x.copy()  # type: ignore[call-overload]


def _mirror_gradient(dy: Any, paddings: Paddings, mode: str) -> Any:
    """What went into the borders comes back to where it was mirrored from, axis by axis.

    TensorFlow.js leaves the borders' part out; its gradient is not that of its own forward pass.
    """
    skipped = int(mode == "reflect")
    for axis, (left, right) in enumerate(paddings):
        length = dy.shape[axis] - left - right

        def cut(first: int, count: int, axis: int = axis, dy: Any = dy) -> Any:
            begin = [first if k == axis else 0 for k in range(dy.rank)]
            return dy.slice(begin, [count if k == axis else n for k, n in enumerate(dy.shape)])

        def placed(part: Any, before: int, axis: int = axis, length: int = length) -> Any:
            around = (before, length - before - part.shape[axis])
            return part.reverse(axis).pad([around if k == axis else (0, 0) for k in range(part.rank)])

        total = cut(left, length)
        if left:
            total = total + placed(cut(0, left), skipped)
        if right:
            total = total + placed(cut(left + length, right), length - right - skipped)
        dy = total
    return dy


mirror_pad = Kernel(
    "mirror_pad",
    infer=_infer_mirror,
    host=_mirrored,
    gl=OpenGL("piecewise", "mirror_pad"),
    gradient=_mirror_gradient,
    cases=(
        Case((4,), paddings=((2, 3),), mode="reflect"),
        Case((4,), paddings=((4, 4),), mode="symmetric"),
        Case((3, 5), paddings=((1, 2), (0, 4)), mode="reflect"),
        Case((2, 8), paddings=((1, 1), (0, 0)), mode="reflect"),
        Case((2, 3, 4), paddings=((0, 0), (2, 3), (0, 0)), mode="symmetric"),
        Case((0, 2), paddings=((0, 0), (1, 1)), mode="reflect"),
        Case((2, 3, 2, 3), paddings=((1, 1), (0, 2), (1, 0), (2, 2)), mode="reflect"),
        Case((), paddings=(), mode="reflect"),
    ),
)
