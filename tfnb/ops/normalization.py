"""Softmax, moments and norms (sections Operations / Normalization and Matrices)."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tfnb import shapes
from tfnb.engine.run import execute
from tfnb.engine.tidy import tidy
from tfnb.errors import ArgumentError
from tfnb.kernels import normalization as kernels
from tfnb.kernels.record import Kernel
from tfnb.language import _
from tfnb.ops import reduction
from tfnb.ops.arguments import real_number
from tfnb.ops.arithmetic import pow, sub
from tfnb.ops.basic_math import abs, sqrt, square
from tfnb.ops.conversion import cast
from tfnb.ops.convert import handle_of

if TYPE_CHECKING:
    from tfnb.tensors import Tensor


def _along(kernel: Kernel, logits: Any, axis: Any, argument: str, frame: Any) -> Any:
    handle = _real(handle_of(logits, kernel.name, "logits"))
    return execute(kernel, [handle], frame, axis=shapes.axis_in(axis, len(handle.shape), kernel.name, argument))


def _real(handle: Any) -> Any:
    return cast(handle, "float32") if handle.dtype in ("int32", "bool") else handle


def softmax(logits: Any, dim: int = -1) -> Tensor:
    """Numbers into shares: positive, and 1 in sum along an axis; the largest number gets the largest share.

    Args:
        logits: a tensor with one axis at least, or nested lists.
        dim: the axis along which the shares sum to 1.

    Returns:
        Tensor: float32, of the same shape.

    Example:
        >>> import tfnb as tf
        >>> tf.softmax([0, 0]).array_sync()
        [0.5, 0.5]
    """
    return _along(kernels.softmax, logits, dim, "dim", sys._getframe(1))  # type: ignore[no-any-return]


def log_softmax(logits: Any, axis: int = -1) -> Tensor:
    """The logarithm of `softmax`, exact also where a share is nearly 0.

    Args:
        logits: a tensor with one axis at least, or nested lists.
        axis: the axis along which the shares sum to 1.

    Example:
        >>> import tfnb as tf
        >>> [round(x, 4) for x in tf.log_softmax([0, 0]).array_sync()]
        [-0.6931, -0.6931]
    """
    return _along(kernels.log_softmax, logits, axis, "axis", sys._getframe(1))  # type: ignore[no-any-return]


@dataclass(frozen=True, slots=True)
class Moments:
    """The mean and the variance (the mean squared distance from the mean) of some values."""

    mean: Any
    variance: Any


def moments(x: Any, axis: Any = None, keep_dims: bool = False) -> Moments:
    """The mean and the variance of the values along some axes.

    Args:
        x: a tensor, or nested lists.
        axis: the axis that goes, or a list of them; left out, all go.
        keep_dims: let the axes stay, with length 1.

    Returns:
        Moments: two tensors, `mean` and `variance`.

    Example:
        >>> import tfnb as tf
        >>> found = tf.moments([1, 2, 3, 4])
        >>> float(found.mean), float(found.variance)
        (2.5, 1.25)
    """
    handle = _real(handle_of(x, "moments", "x"))

    def both() -> tuple[Any, Any]:
        centre = reduction.mean(handle, axis, True)
        variance = reduction.mean(square(sub(handle, centre)), axis, keep_dims)
        return reduction.mean(handle, axis, keep_dims), variance

    return Moments(*tidy(both))


def norm(x: Any, ord: Any = "euclidean", axis: Any = None, keep_dims: bool = False) -> Tensor:
    """The length of vectors, or the size of matrices, by one of the usual measures.

    Args:
        x: a tensor, or nested lists.
        ord: 'euclidean' (the root of the sum of squares), 'fro' (the same for matrices), 1, 2, a number, inf or -inf.
        axis: the axis of the vectors, or the two axes of the matrices; left out, all values are one vector.
        keep_dims: let the axes stay, with length 1.

    Errors:
        ArgumentError: a measure that vectors or matrices do not have.

    Example:
        >>> import tfnb as tf
        >>> float(tf.norm([3, 4]))
        5.0
    """
    handle = _real(handle_of(x, "norm", "x"))
    axes = shapes.axes_in(axis, len(handle.shape), "norm")
    matrices = isinstance(axis, (list, tuple)) and len(axes) == 2
    return tidy(lambda: _norm(handle, _named(ord), axis, axes, matrices, keep_dims))


def _named(ord: Any) -> Any:
    return (
        {"infinity": float("inf"), "inf": float("inf"), "-inf": float("-inf")}.get(ord, ord)
        if isinstance(ord, str)
        else real_number(ord, "norm", "ord")
    )


def _norm(x: Any, ord: Any, axis: Any, axes: tuple[int, ...], matrices: bool, keep: bool) -> Any:
    if ord == "euclidean" or (ord == "fro" and matrices) or (ord == 2 and not matrices):
        return sqrt(reduction.sum(square(x), axis, keep))
    if isinstance(ord, str) or (matrices and ord not in (1, float("inf"), float("-inf"))):
        raise ArgumentError(
            _("there is no measure {given!r} of {what}").format(
                given=ord, what=_("matrices") if matrices else _("vectors")
            ),
            op="norm",
            argument="ord",
        )
    size = abs(x)
    if matrices:
        summed, chosen = (axes[0], axes[1]) if ord == 1 else (axes[1], axes[0])
        choose = reduction.min if ord == float("-inf") else reduction.max
        found = choose(reduction.sum(size, summed, True), chosen, True)
        return found if keep else found.reshape(shapes.reduced(x.shape, axes, False))
    if ord == float("inf"):
        return reduction.max(size, axis, keep)
    if ord == float("-inf"):
        return reduction.min(size, axis, keep)
    if ord == 1:
        return reduction.sum(size, axis, keep)
    return pow(reduction.sum(pow(size, float(ord)), axis, keep), 1.0 / ord)


def euclidean_norm(x: Any, axis: Any = None, keep_dims: bool = False) -> Tensor:
    """The root of the sum of squares along some axes.

    Args:
        x: a tensor, or nested lists.
        axis: the axis that goes, or a list of them; left out, all go.
        keep_dims: let the axes stay, with length 1.

    Example:
        >>> import tfnb as tf
        >>> float(tf.euclidean_norm([3, 4]))
        5.0
    """
    return norm(x, "euclidean", axis, keep_dims)
