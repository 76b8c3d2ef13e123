"""A value that does not fit into a variable: the two shapes below each other, and no result, since there is none."""

from __future__ import annotations

from tfnb.language import _
from tfnb.picture.formats import format_shape
from tfnb.picture.op_call import OpCall
from tfnb.picture.parts import Box, Grid, Mark, Part, Stack, Words


def assign_part(call: OpCall) -> tuple[Part, str]:
    """The picture of an `assign` that was refused, and its sentence. Unlike an op it repeats no axis."""
    variable, value = call.inputs
    rank = max(len(variable.shape), len(value.shape))
    columns = [
        [shape[axis - rank + len(shape)] if axis - rank + len(shape) >= 0 else None for axis in range(rank)]
        for shape in (variable.shape, value.shape)
    ]
    rows = tuple(
        tuple(
            Box("" if length is None else str(length), mark=Mark.CLASH if length != other else Mark.NONE)
            for length, other in zip(own, others, strict=True)
        )
        for own, others in (columns, columns[::-1])
    )
    axes = tuple(_("axis {axis}").format(axis=axis) for axis in range(rank))
    sentence = _("{name} takes exactly {wanted}. {value} is {given}; assign repeats no number.").format(
        name=variable.name, wanted=format_shape(variable.shape), value=value.name, given=format_shape(value.shape)
    )
    return Stack((Grid(rows, axes, (variable.name, value.name)), Words(sentence))), sentence
