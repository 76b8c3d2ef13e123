"""Running sums and products (section Operations / Scan)."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from tfnb import shapes
from tfnb.engine.run import execute
from tfnb.kernels import scan as kernels
from tfnb.kernels.record import Kernel
from tfnb.ops.convert import handle_of

if TYPE_CHECKING:
    from tfnb.tensors import Tensor


def _scan(kernel: Kernel, x: Any, axis: Any, exclusive: bool, reverse: bool, frame: Any) -> Any:
    handle = handle_of(x, kernel.name, "x")
    place = shapes.axis_in(axis, len(handle.shape), kernel.name)
    return execute(kernel, [handle], frame, axis=place, exclusive=bool(exclusive), reverse=bool(reverse))


def cumsum(x: Any, axis: int = 0, exclusive: bool = False, reverse: bool = False) -> Tensor:
    """The running sum along an axis.

    Args:
        x: a tensor with one axis at least, or nested lists.
        axis: the axis along which the sum runs.
        exclusive: leave each value out of its own sum, so that the first sum is 0.
        reverse: run from the end to the beginning.

    Example:
        >>> import tfnb as tf
        >>> tf.cumsum([1, 2, 3]).array_sync()
        [1.0, 3.0, 6.0]
    """
    return _scan(kernels.cumsum, x, axis, exclusive, reverse, sys._getframe(1))  # type: ignore[no-any-return]


def cumprod(x: Any, axis: int = 0, exclusive: bool = False, reverse: bool = False) -> Tensor:
    """The running product along an axis.

    Args:
        x: a tensor with one axis at least, or nested lists.
        axis: the axis along which the product runs.
        exclusive: leave each value out of its own product, so that the first one is 1.
        reverse: run from the end to the beginning.

    Example:
        >>> import tfnb as tf
        >>> tf.cumprod([1, 2, 3]).array_sync()
        [1.0, 2.0, 6.0]
    """
    return _scan(kernels.cumprod, x, axis, exclusive, reverse, sys._getframe(1))  # type: ignore[no-any-return]
