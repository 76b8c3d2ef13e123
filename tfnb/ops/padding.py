"""A border around a tensor: of one value, or of its own values, mirrored (section Tensors / Transformations)."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from tfnb import shapes
from tfnb.engine.run import execute
from tfnb.errors import ArgumentError, DTypeError, ShapeError
from tfnb.kernels import padding
from tfnb.language import _
from tfnb.ops.arguments import pairs, real_number, whole_number
from tfnb.ops.convert import living

if TYPE_CHECKING:
    from tfnb.tensors import Tensor


def pad(x: Any, paddings: Any, constant_value: float = 0) -> Tensor:
    """A border of one value around it.

    Args:
        x: a tensor of numbers or truth values.
        paddings: for each axis a pair: how many values go before and behind.
        constant_value: the value of the border.

    Errors:
        ShapeError: not one pair for each axis. ArgumentError: a negative border.

    Example:
        >>> import tfnb as tf
        >>> tf.pad([1, 2, 3, 4], [[1, 2]]).array_sync()
        [0.0, 1.0, 2.0, 3.0, 4.0, 0.0, 0.0]
    """
    return _bordered(living(x, "pad"), pairs(paddings, "pad", "paddings"), constant_value, "pad", sys._getframe(1))  # type: ignore[no-any-return]


def _bordered(handle: Any, paddings: tuple[tuple[int, int], ...], constant_value: float, op: str, frame: Any) -> Any:
    if handle.dtype == "complex64":
        raise DTypeError(
            _("takes numbers and truth values, not {given}").format(given=handle.dtype), op=op, argument="x"
        )
    value: float = bool(constant_value) if handle.dtype == "bool" else constant_value
    if handle.dtype == "int32":
        value = whole_number(value, op, "constant_value")
        if not -(2**31) <= value < 2**31:
            raise ArgumentError(
                _("{value} does not fit into int32").format(value=value), op=op, argument="constant_value"
            )
    elif handle.dtype == "float32":
        value = real_number(value, "pad", "constant_value")
    return execute(padding.pad, (handle,), frame, paddings=paddings, constant_value=value)


def pad1d(x: Any, paddings: Any, constant_value: float = 0) -> Tensor:
    """`pad` of a tensor with one axis.

    Args:
        x: the tensor.
        paddings: how many values go before and behind.
        constant_value: the value of the border.
    """
    around = pairs([paddings], "pad1d", "paddings")
    return _bordered(_of_rank(x, 1, "pad1d"), around, constant_value, "pad1d", sys._getframe(1))  # type: ignore[no-any-return]


def pad2d(x: Any, paddings: Any, constant_value: float = 0) -> Tensor:
    """`pad` of a tensor with two axes.

    Args:
        x: the tensor.
        paddings: for each axis a pair: how many values go before and behind.
        constant_value: the value of the border.
    """
    around = pairs(paddings, "pad2d", "paddings")
    return _bordered(_of_rank(x, 2, "pad2d"), around, constant_value, "pad2d", sys._getframe(1))  # type: ignore[no-any-return]


def pad3d(x: Any, paddings: Any, constant_value: float = 0) -> Tensor:
    """`pad` of a tensor with three axes.

    Args:
        x: the tensor.
        paddings: for each axis a pair: how many values go before and behind.
        constant_value: the value of the border.
    """
    around = pairs(paddings, "pad3d", "paddings")
    return _bordered(_of_rank(x, 3, "pad3d"), around, constant_value, "pad3d", sys._getframe(1))  # type: ignore[no-any-return]


def pad4d(x: Any, paddings: Any, constant_value: float = 0) -> Tensor:
    """`pad` of a tensor with four axes.

    Args:
        x: the tensor.
        paddings: for each axis a pair: how many values go before and behind.
        constant_value: the value of the border.
    """
    around = pairs(paddings, "pad4d", "paddings")
    return _bordered(_of_rank(x, 4, "pad4d"), around, constant_value, "pad4d", sys._getframe(1))  # type: ignore[no-any-return]


def _of_rank(x: Any, rank: int, op: str) -> Any:
    handle = living(x, op)
    if len(handle.shape) != rank:
        raise ShapeError(
            _("wanted {wanted} axes, given {given}").format(wanted=rank, given=shapes.text(handle.shape)),
            op=op,
            argument="x",
        )
    return handle


def mirror_pad(x: Any, paddings: Any, mode: str) -> Tensor:
    """A border of its own values, mirrored.

    Args:
        x: a tensor.
        paddings: for each axis a pair: how many values go before and behind.
        mode: 'reflect' mirrors at the outermost value, 'symmetric' behind it (which repeats that value).

    Errors:
        ShapeError: not one pair for each axis, or a border wider than the axis has values to mirror.
        ArgumentError: a negative border, or another mode.

    Example:
        >>> import tfnb as tf
        >>> tf.mirror_pad([1, 2, 3], [[2, 1]], 'reflect').array_sync()
        [3.0, 2.0, 1.0, 2.0, 3.0, 2.0]
        >>> tf.mirror_pad([1, 2, 3], [[2, 1]], 'symmetric').array_sync()
        [2.0, 1.0, 1.0, 2.0, 3.0, 3.0]
    """
    handle = living(x, "mirror_pad")
    around = pairs(paddings, "mirror_pad", "paddings")
    return execute(padding.mirror_pad, (handle,), sys._getframe(1), paddings=around, mode=mode)  # type: ignore[no-any-return]
