"""Products of matrices and vectors (section Operations / Matrices)."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from tfnb import shapes
from tfnb.dtypes import PROMOTION
from tfnb.engine.dispatch import matrix_product
from tfnb.engine.run import execute
from tfnb.errors import ShapeError
from tfnb.kernels import matrix as kernels
from tfnb.language import _
from tfnb.ops.conversion import cast
from tfnb.ops.convert import handle_of, public

if TYPE_CHECKING:
    from tfnb.tensors import Tensor


def _general(a: Any, b: Any, transpose_a: bool, transpose_b: bool, frame: Any) -> Any:
    left, right = handle_of(a, "matmul", "a"), handle_of(b, "matmul", "b")
    dtype = PROMOTION.get((left.dtype, right.dtype))
    dtype = "int32" if dtype == "bool" else dtype
    if dtype is not None:
        left = left if left.dtype == dtype else cast(left, dtype)
        right = right if right.dtype == dtype else cast(right, dtype)
    return execute(kernels.matmul, [left, right], frame, transpose_a=bool(transpose_a), transpose_b=bool(transpose_b))


matmul = public(
    matrix_product(_general),
    "matmul",
    """The product of two matrices: each row of `a` meets each column of `b`, value times value, summed.

    Axes before the last two are batches: they repeat where they have length 1.

    Args:
        a: a tensor of shape [..., m, k], or nested lists.
        b: a tensor of shape [..., k, n].
        transpose_a: `a` is given as [..., k, m].
        transpose_b: `b` is given as [..., n, k].

    Returns:
        Tensor: of shape [..., m, n].

    Errors:
        ShapeError: the inner lengths k differ; the message proposes the transposition that would do.

    Example:
        >>> import tfnb as tf
        >>> tf.matmul([[1, 2]], [[3], [4]]).array_sync()
        [[11.0]]
    """,
)


def dot(t1: Any, t2: Any) -> Tensor:
    """The dot product of two vectors, or the product of a vector or matrix with another.

    Args:
        t1: a tensor of one or two axes. t2: the same; the last axis of t1 meets the first of t2.

    Errors:
        ShapeError: more than two axes, or lengths that differ.

    Example:
        >>> import tfnb as tf
        >>> float(tf.dot([1, 2, 3], [4, 5, 6]))
        32.0
    """
    frame = sys._getframe(1)
    left, right = handle_of(t1, "dot", "t1"), handle_of(t2, "dot", "t2")
    for name, one in (("t1", left), ("t2", right)):
        if len(one.shape) not in (1, 2):
            raise ShapeError(
                _("wanted one or two axes, given {shape}").format(shape=shapes.text(one.shape)), op="dot", argument=name
            )
    if left.shape[-1] != right.shape[0]:
        raise ShapeError(
            _("inner dimensions differ: t1 is {a}, t2 is {b}").format(
                a=shapes.text(left.shape), b=shapes.text(right.shape)
            ),
            op="dot",
            argument="t2",
        )
    a = left.reshape([1, -1]) if len(left.shape) == 1 else left
    b = right.reshape([right.shape[0], 1]) if len(right.shape) == 1 else right
    product = _general(a, b, False, False, frame)
    return product.reshape([*left.shape[:-1], *right.shape[1:]])  # type: ignore[no-any-return]


def outer_product(v1: Any, v2: Any) -> Tensor:
    """Each value of one vector times each value of another.

    Args:
        v1: a tensor of shape [m]. v2: a tensor of shape [n].

    Returns:
        Tensor: of shape [m, n].

    Errors:
        ShapeError: not vectors.

    Example:
        >>> import tfnb as tf
        >>> tf.outer_product([1, 2], [3, 4]).array_sync()
        [[3.0, 4.0], [6.0, 8.0]]
    """
    frame = sys._getframe(1)
    left, right = handle_of(v1, "outer_product", "v1"), handle_of(v2, "outer_product", "v2")
    for name, one in (("v1", left), ("v2", right)):
        if len(one.shape) != 1:
            raise ShapeError(
                _("wanted a vector, given {shape}").format(shape=shapes.text(one.shape)),
                op="outer_product",
                argument=name,
            )
    return _general(left.reshape([-1, 1]), right.reshape([1, -1]), False, False, frame)  # type: ignore[no-any-return]
