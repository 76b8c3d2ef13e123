"""Tensors that follow a rule: sequences, the identity, one-hot rows, grids (section Tensors / Creation)."""

from __future__ import annotations

import math
import sys
from typing import TYPE_CHECKING, Any

import numpy as np

from tfnb import dtypes, shapes
from tfnb.dtypes import NUMPY
from tfnb.engine.run import alias, allocate, check_alive, execute, memory_for, upload
from tfnb.errors import ArgumentError, DTypeError, ShapeError
from tfnb.kernels import gathering, rearranging
from tfnb.kernels.floating import quietly
from tfnb.language import _
from tfnb.ops.arguments import real_number, whole_number, whole_numbers
from tfnb.ops.convert import handle_of
from tfnb.shapes import size_of

if TYPE_CHECKING:
    from tfnb.tensors import Tensor


def range(start: float, stop: float | None = None, step: float = 1, dtype: Any = "float32") -> Tensor:
    """Numbers at equal distances, from `start` up to `stop`, which itself is left out.

    Args:
        start: the first number.
        stop: where they end. With a single number, as in `tf.range(5)`, that is the end and the start is 0.
        step: the distance; with the default of 1 the numbers go down where `stop` is below `start`.
        dtype: 'float32' or 'int32'.

    Returns:
        Tensor: with one axis; empty where no step leads from `start` to `stop`.

    Errors:
        ArgumentError: a step of 0, or a number that is not finite.

    Example:
        >>> import tfnb as tf
        >>> tf.range(0, 9, 2).array_sync(), tf.range(3, 0).array_sync(), tf.range(3, dtype='int32').array_sync()
        ([0.0, 2.0, 4.0, 6.0, 8.0], [3.0, 2.0, 1.0], [0, 1, 2])
    """
    kind = dtypes.canonical(dtype, "range")
    if kind not in ("float32", "int32"):
        raise DTypeError(_("takes float32 or int32, not {given}").format(given=kind), op="range", argument="dtype")
    first, distance = real_number(start, "range", "start"), real_number(step, "range", "step")
    last = 0.0 if stop is None else real_number(stop, "range", "stop")
    if stop is None:
        first, last = 0.0, first
    if not all(map(math.isfinite, (first, last, distance))):
        raise ArgumentError(_("wanted finite numbers"), op="range")
    if distance == 0:
        raise ArgumentError(_("a step of 0 leads nowhere"), op="range", argument="step")
    if last < first and distance == 1:
        distance = -1.0
    count = max(0, math.ceil((last - first) / distance))
    if kind == "int32" and count and max(abs(first), abs(first + distance * (count - 1))) >= 2**31:
        raise ArgumentError(_("numbers beyond 2^31 do not fit into int32"), op="range")
    lengths = shapes.checked((count,), "range", "stop")
    values = allocate(lengths, kind, "range")
    # In float64, so that no error adds up; then rounded once.
    with memory_for(lengths, "range"):
        np.copyto(values, first + distance * np.arange(count), casting="unsafe")
    return upload(values, lengths, kind, sys._getframe(1))  # type: ignore[no-any-return]


def linspace(start: float, stop: float, num: int) -> Tensor:
    """So many numbers at equal distances, from `start` to `stop`, both included.

    Args:
        start: the first number.
        stop: the last one.
        num: how many, 1 or more.

    Returns:
        Tensor: float32, with one axis.

    Errors:
        ArgumentError: `num` is below 1.

    Example:
        >>> import tfnb as tf
        >>> tf.linspace(0, 9, 4).array_sync()
        [0.0, 3.0, 6.0, 9.0]
    """
    count = whole_number(num, "linspace", "num")
    if count < 1:
        raise ArgumentError(_("wanted 1 or more, given {given}").format(given=count), op="linspace", argument="num")
    lengths = shapes.checked((count,), "linspace", "num")
    first, last = real_number(start, "linspace", "start"), real_number(stop, "linspace", "stop")
    with memory_for(lengths, "linspace"):
        values = quietly(lambda: np.linspace(first, last, count).astype(np.float32))
    return upload(values, lengths, "float32", sys._getframe(1))  # type: ignore[no-any-return]


def eye(num_rows: int, num_columns: int | None = None, batch_shape: Any = None, dtype: Any = "float32") -> Tensor:
    """The identity matrix: ones on the diagonal, zeros elsewhere.

    Args:
        num_rows: its rows.
        num_columns: its columns; left out, as many as rows.
        batch_shape: up to four lengths: a batch of that shape of identity matrices.
        dtype: its data type.

    Errors:
        ShapeError: a negative length, or too many.

    Example:
        >>> import tfnb as tf
        >>> tf.eye(2).array_sync()
        [[1.0, 0.0], [0.0, 1.0]]
    """
    rows = whole_number(num_rows, "eye", "num_rows")
    columns = rows if num_columns is None else whole_number(num_columns, "eye", "num_columns")
    batch = () if batch_shape is None else whole_numbers(batch_shape, "eye", "batch_shape")
    kind = dtypes.canonical(dtype, "eye")
    if kind == "string":
        raise DTypeError(_("takes numbers and truth values, not text"), op="eye", argument="dtype")
    lengths = shapes.checked((*batch, rows, columns), "eye")
    array = allocate(lengths, kind, "eye")
    with memory_for(lengths, "eye"):
        array[...] = np.eye(rows, columns, dtype=NUMPY[kind])
    return upload(array, lengths, kind, sys._getframe(1))  # type: ignore[no-any-return]


def one_hot(indices: Any, depth: int, on_value: float = 1, off_value: float = 0, dtype: Any = "int32") -> Tensor:
    """For each index a row of `depth` values: one at the place of the index, zeros elsewhere.

    An index outside of 0 to depth - 1 gives a row of zeros.

    Args:
        indices: int32, of any shape.
        depth: the length of a row, 2 or more.
        on_value: what stands at the place of the index.
        off_value: what stands elsewhere.
        dtype: data type of the result: 'int32', 'float32' or 'bool'.

    Returns:
        Tensor: the shape of `indices` and an axis of `depth` behind.

    Errors:
        ArgumentError: `depth` is below 2. DTypeError: `indices` is not int32.

    Example:
        >>> import tfnb as tf
        >>> tf.one_hot([0, 1], 3).array_sync()
        [[1, 0, 0], [0, 1, 0]]
    """
    places = handle_of(indices, "one_hot", "indices", "int32")
    check_alive(places, "one_hot", "indices")
    kind = dtypes.canonical(dtype, "one_hot")
    on, off = (_value(kind, *given) for given in ((on_value, "on_value"), (off_value, "off_value")))
    row = whole_number(depth, "one_hot", "depth")
    return execute(  # type: ignore[no-any-return]
        gathering.one_hot, (places,), sys._getframe(1), depth=row, on_value=on, off_value=off, output=kind
    )


def _value(kind: str, value: Any, argument: str) -> float:
    if kind != "int32":
        return bool(value) if kind == "bool" else float(value)
    number = whole_number(value, "one_hot", argument)
    if not -(2**31) <= number < 2**31:
        raise ArgumentError(_("{value} does not fit into int32").format(value=number), op="one_hot", argument=argument)
    return number


def diag(x: Any) -> Tensor:
    """The values of a tensor on a diagonal, zeros elsewhere.

    Args:
        x: a tensor of numbers or truth values, of one axis or more.

    Returns:
        Tensor: the lengths of `x`, twice.

    Errors:
        ShapeError: more axes than a tensor may have.

    Example:
        >>> import tfnb as tf
        >>> tf.diag([1, 2]).array_sync()
        [[1.0, 0.0], [0.0, 2.0]]
    """
    return execute(gathering.diag, (handle_of(x, "diag", "x"),), sys._getframe(1))  # type: ignore[no-any-return]


def meshgrid(x: Any = None, y: Any = None, indexing: str = "xy") -> list[Tensor]:
    """The coordinates of the points of a grid.

    Args:
        x: places along the first direction, with one axis.
        y: places along the second direction, with one axis.
        indexing: 'xy' has a row for each `y` and a column for each `x`, 'ij' the other way round.

    Returns:
        list of Tensor: the first coordinates of all points and their second ones; as many as arguments were given.

    Errors:
        ArgumentError: another indexing. ShapeError: not one axis.

    Example:
        >>> import tfnb as tf
        >>> columns, rows = tf.meshgrid([1, 2, 3], [4, 5])
        >>> columns.array_sync(), rows.array_sync()
        ([[1.0, 2.0, 3.0], [1.0, 2.0, 3.0]], [[4.0, 4.0, 4.0], [5.0, 5.0, 5.0]])
    """
    if indexing not in ("xy", "ij"):
        raise ArgumentError(
            _("wanted 'xy' or 'ij', given {given!r}").format(given=indexing), op="meshgrid", argument="indexing"
        )
    frame = sys._getframe(1)
    given = [_line(value, name) for name, value in (("x", x), ("y", y)) if value is not None]
    if len(given) < 2:
        return [alias(handle, handle.shape, frame) for handle in given]
    wide, high = (size_of(handle.shape) for handle in given)
    if indexing == "xy":
        lines, full = ((1, wide), (high, 1)), (high, wide)
    else:
        lines, full = ((wide, 1), (1, high)), (wide, high)
    shapes.checked(full, "meshgrid", "y")
    return [
        execute(rearranging.broadcast_to, (alias(handle, line, frame),), frame, target=full)
        for handle, line in zip(given, lines)
    ]


def _line(value: Any, argument: str) -> Any:
    handle = handle_of(value, "meshgrid", argument)
    check_alive(handle, "meshgrid", argument)
    if len(handle.shape) > 1:
        raise ShapeError(
            _("wanted one axis, given {given}").format(given=shapes.text(handle.shape)),
            op="meshgrid",
            argument=argument,
        )
    return handle
