"""What a layer wants of its inputs, and the error where they are otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tfnb.errors import DTypeError, ShapeError
from tfnb.language import _
from tfnb.layers.symbolic import PartialShape, shape_text


class InputSpec:
    """What a layer wants of one input.

    Args:
        shape: lengths of all axes; None where any will do.
        ndim: number of axes.
        max_ndim: the most axes.
        min_ndim: the fewest.
        axes: lengths of single axes, such as `{-1: 4}`.
        dtype: data type.
    """

    __slots__ = ("shape", "ndim", "max_ndim", "min_ndim", "axes", "dtype")

    def __init__(
        self,
        shape: PartialShape | None = None,
        ndim: int | None = None,
        max_ndim: int | None = None,
        min_ndim: int | None = None,
        axes: Mapping[int, int | None] | None = None,
        dtype: str | None = None,
    ) -> None:
        self.shape, self.ndim, self.max_ndim, self.min_ndim = shape, ndim, max_ndim, min_ndim
        self.axes, self.dtype = dict(axes or {}), dtype

    def admits(self, shape: PartialShape) -> bool:
        """Whether an input of this shape is wanted. What is not known yet is."""
        rank = len(shape)
        if self.ndim is not None and rank != self.ndim:
            return False
        if not (self.min_ndim or 0) <= rank <= (rank if self.max_ndim is None else self.max_ndim):
            return False
        for axis, length in self.axes.items():
            if length is not None and (not -rank <= axis < rank or shape[axis] not in (length, None)):
                return False
        if self.shape is None:
            return True
        return rank == len(self.shape) and all(
            wanted is None or given is None or wanted == given for wanted, given in zip(self.shape, shape)
        )

    def __str__(self) -> str:
        if self.shape is not None:
            return shape_text(self.shape)
        if self.ndim is not None:
            parts = ["…" if axis == 0 else "None" for axis in range(self.ndim)]
            parts[:1] = ["None"] if self.ndim else []
            for axis, length in self.axes.items():
                parts[axis] = str(length)
            return f"[{', '.join(parts)}]"
        last = self.axes.get(-1)
        fewest = ["None"] * max((self.min_ndim or 1) - 1, 0)
        return (
            f"[{', '.join([*fewest, '…', str(last)])}]"
            if last is not None
            else _("{count} axes or more").format(count=self.min_ndim or 0)
        )

    def check(self, x: Any, layer: str, position: int, several: bool) -> None:
        """Raise the error of an input that is not wanted.

        Errors:
            ShapeError: its shape; the message says which would do. DTypeError: its data type.
        """
        argument = f"inputs[{position}]" if several else "inputs"
        if not self.admits(x.shape):
            raise ShapeError(
                _("wanted an input of shape {wanted}, given {given}").format(wanted=self, given=shape_text(x.shape)),
                op=layer,
                argument=argument,
                fix=self._fix(x.shape),
            )
        if self.dtype is not None and x.dtype != self.dtype:
            raise DTypeError(
                _("wanted {wanted}, given {given}").format(wanted=self.dtype, given=x.dtype),
                op=layer,
                argument=argument,
                fix=_("convert with cast('{dtype}')").format(dtype=self.dtype),
            )

    def _fix(self, shape: PartialShape) -> str | None:
        is_given = bool(shape) and shape[0] is not None  # else it is the shape between two layers
        if is_given and self.admits((None, *shape)):
            return _("the first axis counts the samples: for one sample write x.expand_dims(0)")
        if len(shape) > 1 and shape[0] == 1 and self.admits(shape[1:]):
            return _("there is one axis of length 1 too many at the front: write x.squeeze([0])")
        if is_given and len(shape) > 2 and self.admits((shape[0], *reversed(shape[1:]))):
            return _("the axes after the samples seem to be the other way round: write x.transpose({order})").format(
                order=[0, *range(len(shape) - 1, 0, -1)]
            )
        last = self.shape[-1] if self.shape else self.axes.get(-1)
        if last is not None and shape and shape[-1] not in (last, None):
            return _("give {wanted} values in the last axis, or make the layer anew for {given}").format(
                wanted=last, given=shape[-1]
            )
        return None
