"""Axes that go: sums, means, extremes, truth, positions (section Operations / Reduction)."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Callable

import numpy as np

from tfnb import shapes
from tfnb.engine.dispatch import reduction as quick
from tfnb.engine.run import execute
from tfnb.kernels import reduction as kernels
from tfnb.kernels.record import Kernel
from tfnb.ops.conversion import cast
from tfnb.ops.convert import handle_of, public

if TYPE_CHECKING:
    from tfnb.tensors import Tensor

_ARGUMENTS = """
    Args:
        x: a tensor, or nested lists.
        axis: the axis that goes, or a list of them; left out, all go and a single number is left.
        keep_dims: let the axes stay, with length 1.
"""


def _general(kernel: Kernel, dtype: str | None = None) -> Callable[..., Any]:
    """The path of every call that is not small, on the host and of float32.

    Args:
        dtype: what values become that are no tensor yet; left out, what they are.
    """

    def reduce(x: Any, axis: Any, keep_dims: bool, frame: Any) -> Any:
        handle = handle_of(x, kernel.name, "x", dtype)
        axes = shapes.axes_in(axis, len(handle.shape), kernel.name)
        return execute(kernel, [handle], frame, axis=axes, keep_dims=bool(keep_dims))

    return reduce


def _small(ufunc: Any) -> Callable[..., Any]:
    """NumPy's reduction of a small array."""
    return lambda array, axis, keep_dims: ufunc.reduce(array, axis, None, None, keep_dims)


_total = _small(np.add)


def _mean_of(array: Any, axis: Any, keep_dims: bool) -> Any:
    count = array.size if axis is None else array.shape[axis]
    return _total(array, axis, keep_dims) / np.float32(count)


sum = public(
    quick(_total, _general(kernels.sum_)),
    "sum",
    f"""The sum of the values along some axes.
{_ARGUMENTS}
    Returns:
        Tensor: float32; int32 for whole numbers and truth values.

    Errors:
        ShapeError: there is no such axis.

    Example:
        >>> import tfnb as tf
        >>> tf.sum([[1, 2], [3, 4]], axis=0).array_sync()
        [4.0, 6.0]
    """,
)

mean = public(
    quick(_mean_of, _general(kernels.mean), needs_values=True),
    "mean",
    f"""The mean of the values along some axes.
{_ARGUMENTS}
    Returns:
        Tensor: float32.

    Example:
        >>> import tfnb as tf
        >>> float(tf.mean([1, 2, 3, 4]))
        2.5
    """,
)

max = public(
    quick(_small(np.maximum), _general(kernels.max_), needs_values=True),
    "max",
    f"""The largest value along some axes; NaN if there is one.
{_ARGUMENTS}
    Errors:
        ShapeError: an axis that goes has length 0.

    Example:
        >>> import tfnb as tf
        >>> float(tf.max([3, 9, 2]))
        9.0
    """,
)

min = public(
    quick(_small(np.minimum), _general(kernels.min_), needs_values=True),
    "min",
    f"""The smallest value along some axes; NaN if there is one.
{_ARGUMENTS}
    Errors:
        ShapeError: an axis that goes has length 0.

    Example:
        >>> import tfnb as tf
        >>> float(tf.min([3, 9, 2]))
        2.0
    """,
)

prod = public(
    quick(_small(np.multiply), _general(kernels.prod)),
    "prod",
    f"""The product of the values along some axes.
{_ARGUMENTS}
    Example:
        >>> import tfnb as tf
        >>> float(tf.prod([2, 3, 4]))
        24.0
    """,
)


def any(x: Any, axis: Any = None, keep_dims: bool = False) -> Tensor:
    """Whether any of the truth values along some axes is true.

    Args:
        x: a bool tensor, or nested lists of truth values.
        axis: the axis that goes, or a list of them; left out, all go.
        keep_dims: let the axes stay, with length 1.

    Errors:
        DTypeError: no truth values; compare first, such as `t > 0`.

    Example:
        >>> import tfnb as tf
        >>> bool(tf.any([False, True]))
        True
    """
    return _general(kernels.any_, "bool")(x, axis, keep_dims, sys._getframe(1))  # type: ignore[no-any-return]


def all(x: Any, axis: Any = None, keep_dims: bool = False) -> Tensor:
    """Whether all of the truth values along some axes are true.

    Args:
        x: a bool tensor, or nested lists of truth values.
        axis: the axis that goes, or a list of them; left out, all go.
        keep_dims: let the axes stay, with length 1.

    Errors:
        DTypeError: no truth values; compare first, such as `t > 0`.

    Example:
        >>> import tfnb as tf
        >>> bool(tf.all([False, True]))
        False
    """
    return _general(kernels.all_, "bool")(x, axis, keep_dims, sys._getframe(1))  # type: ignore[no-any-return]


def log_sum_exp(x: Any, axis: Any = None, keep_dims: bool = False) -> Tensor:
    """The logarithm of the sum of the exponentials along some axes, without overflow.

    Args:
        x: a tensor, or nested lists; whole numbers are taken as float32.
        axis: the axis that goes, or a list of them; left out, all go.
        keep_dims: let the axes stay, with length 1.

    Example:
        >>> import tfnb as tf
        >>> round(float(tf.log_sum_exp([0, 0])), 4)
        0.6931
    """
    handle = handle_of(x, "log_sum_exp", "x")
    if handle.dtype in ("int32", "bool"):
        handle = cast(handle, "float32")
    return _general(kernels.log_sum_exp)(handle, axis, keep_dims, sys._getframe(1))  # type: ignore[no-any-return]


def _position(kernel: Kernel, x: Any, axis: Any, frame: Any) -> Any:
    handle = handle_of(x, kernel.name, "x")
    if axis is None or not handle.shape:
        handle = handle.reshape([-1])
        axis = 0
    return execute(kernel, [handle], frame, axis=shapes.axis_in(axis, len(handle.shape), kernel.name))


def arg_max(x: Any, axis: Any = 0) -> Tensor:
    """The position of the largest value along an axis; the first of equal ones, the first NaN if there is one.

    Args:
        x: a tensor, or nested lists.
        axis: the axis that goes; None looks through all values in their flat order.

    Returns:
        Tensor: int32.

    Errors:
        ShapeError: the axis has length 0, or is not there.

    Example:
        >>> import tfnb as tf
        >>> tf.arg_max([[1, 9], [8, 2]], axis=1).array_sync()
        [1, 0]
    """
    return _position(kernels.arg_max, x, axis, sys._getframe(1))  # type: ignore[no-any-return]


def arg_min(x: Any, axis: Any = 0) -> Tensor:
    """The position of the smallest value along an axis; the first of equal ones, the first NaN if there is one.

    Args:
        x: a tensor, or nested lists.
        axis: the axis that goes; None looks through all values in their flat order.

    Returns:
        Tensor: int32.

    Errors:
        ShapeError: the axis has length 0, or is not there.

    Example:
        >>> import tfnb as tf
        >>> int(tf.arg_min([3, 1, 2]))
        1
    """
    return _position(kernels.arg_min, x, axis, sys._getframe(1))  # type: ignore[no-any-return]


argmax, argmin, logsumexp = arg_max, arg_min, log_sum_exp
