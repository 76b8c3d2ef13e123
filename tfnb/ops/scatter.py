"""Values added at places that a tensor names (section Operations / Slicing and Joining: `scatter_nd`)."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import numpy as np

from tfnb import shapes
from tfnb.engine.run import alias, check_alive, execute, upload
from tfnb.errors import DTypeError
from tfnb.kernels.segment import unsorted_segment_sum
from tfnb.language import _
from tfnb.ops.convert import handle_of
from tfnb.ops.gathering import rows_of, updates_of
from tfnb.shapes import size_of

if TYPE_CHECKING:
    from tfnb.tensors import Tensor


def scatter_nd(indices: Any, updates: Any, shape: Any) -> Tensor:
    """Zeros with values or slices added at the places that are named; what is named twice is added up.

    Args:
        indices: int32; each row of its last axis names a value (as many places as `shape` has axes) or a slice (fewer).
        updates: float32 or int32: the shape of `indices` without its last axis, then that of a slice.
        shape: the lengths of the result.

    Errors:
        IndexRangeError: a place that is not there. ShapeError: updates of another shape. DTypeError: other data types.

    Example:
        >>> import tfnb as tf
        >>> tf.scatter_nd([[4], [3], [1], [4]], [9, 10, 11, 12], [8]).array_sync()
        [0.0, 11.0, 0.0, 10.0, 21.0, 0.0, 0.0, 0.0]
    """
    op, frame = "scatter_nd", sys._getframe(1)
    lengths = shapes.checked(shape, op)
    rows, count = rows_of(indices, lengths, op)
    new = handle_of(updates, op, "updates")
    check_alive(new, op, "updates")
    if new.dtype not in ("float32", "int32"):
        raise DTypeError(
            _("takes {wanted}, not {given}").format(wanted="float32 or int32", given=new.dtype),
            op=op,
            argument="updates",
        )
    new = updates_of(new, new.dtype, (*rows.shape, *lengths[count:]), op)
    whole, inner = size_of(lengths[:count]), size_of(lengths[count:])
    ids = upload(rows.reshape(-1).astype(np.int32), (rows.size,), "int32", frame)
    flat = alias(new, (rows.size, inner), frame)
    return alias(execute(unsorted_segment_sum, (flat, ids), frame, num_segments=whole), lengths, frame)  # type: ignore[no-any-return]
