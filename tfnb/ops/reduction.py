"""Axes that go: sums, means, extremes, truth, positions (section Operations / Reduction)."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Callable

import numpy as np

from tfnb import shapes
from tfnb.engine.dispatch import position
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


def _small(ufunc: Any, dtype: Any = None) -> Callable[..., Any]:
    """NumPy's reduction of a small array, computed in `dtype` if it is given."""
    return lambda array, axis, keep_dims: ufunc.reduce(array, axis, dtype, None, keep_dims)


def _same(ufunc: Any) -> dict[str, tuple[Callable[..., Any], str]]:
    """A reduction whose result has the data type of the values."""
    return {dtype: (_small(ufunc), dtype) for dtype in ("float32", "int32", "bool")}


def _wider(ufunc: Any) -> dict[str, tuple[Callable[..., Any], str]]:
    """A reduction in which truth values count as whole numbers, and whole numbers wrap around."""
    whole = (_small(ufunc, np.int32), "int32")
    return {"float32": (_small(ufunc), "float32"), "int32": whole, "bool": whole}


_total = _small(np.add, np.float32)


def _mean_of(array: Any, axis: Any, keep_dims: bool) -> Any:
    count = array.size if axis is None else array.shape[axis]
    return _total(array, axis, keep_dims) / np.float32(count)


sum = public(
    quick(_wider(np.add), _general(kernels.sum_)),
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
    quick(
        dict.fromkeys(("float32", "int32", "bool"), (_mean_of, "float32")),
        _general(kernels.mean),
        needs_values=True,
    ),
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
    quick(_same(np.maximum), _general(kernels.max_), needs_values=True),
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
    quick(_same(np.minimum), _general(kernels.min_), needs_values=True),
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
    quick(_wider(np.multiply), _general(kernels.prod)),
    "prod",
    f"""The product of the values along some axes.
{_ARGUMENTS}
    Example:
        >>> import tfnb as tf
        >>> float(tf.prod([2, 3, 4]))
        24.0
    """,
)

any = public(
    quick({"bool": (_small(np.logical_or), "bool")}, _general(kernels.any_, "bool")),
    "any",
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
    """,
)

all = public(
    quick({"bool": (_small(np.logical_and), "bool")}, _general(kernels.all_, "bool")),
    "all",
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
    """,
)


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


def _position(kernel: Kernel) -> Callable[..., Any]:
    """The general path of `arg_max` and `arg_min`."""

    def look(x: Any, axis: Any, frame: Any) -> Any:
        handle = handle_of(x, kernel.name, "x")
        if axis is None or not handle.shape:
            handle = handle.reshape([-1])
            axis = 0
        return execute(kernel, [handle], frame, axis=shapes.axis_in(axis, len(handle.shape), kernel.name))

    return look


arg_max = public(
    position(np.ndarray.argmax, _position(kernels.arg_max)),
    "arg_max",
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
    """,
)

arg_min = public(
    position(np.ndarray.argmin, _position(kernels.arg_min)),
    "arg_min",
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
    """,
)


argmax, argmin, logsumexp = arg_max, arg_min, log_sum_exp
