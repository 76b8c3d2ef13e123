"""Complex numbers (section Tensors / Creation: `complex`, `real`, `imag`)."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from tfnb.engine.run import alias, execute
from tfnb.kernels import complex_numbers as kernels
from tfnb.ops.convert import handle_of

if TYPE_CHECKING:
    from tfnb.tensors import Tensor


def complex(real: Any, imag: Any) -> Tensor:
    """Complex numbers of their real and imaginary parts. They are computed on the host.

    Args:
        real: float32, of any shape.
        imag: float32, of the same shape.

    Returns:
        Tensor: complex64.

    Errors:
        ShapeError: the shapes differ. DTypeError: other data types.

    Example:
        >>> import tfnb as tf
        >>> tf.complex([2.25, 3.25], [4.75, 5.75]).array_sync()
        [(2.25+4.75j), (3.25+5.75j)]
    """
    parts = (handle_of(real, "complex", "real"), handle_of(imag, "complex", "imag"))
    return execute(kernels.complex, parts, sys._getframe(1))  # type: ignore[no-any-return]


def real(input: Any) -> Tensor:
    """The real parts of complex numbers; other numbers are their own.

    Args:
        input: a tensor of any shape.

    Returns:
        Tensor: float32.

    Example:
        >>> import tfnb as tf
        >>> tf.real(tf.complex([-2.25, 3.25], [4.75, 5.75])).array_sync()
        [-2.25, 3.25]
    """
    handle = handle_of(input, "real", "input")
    frame = sys._getframe(1)
    if handle.dtype == "float32":
        return alias(handle, handle.shape, frame)  # type: ignore[no-any-return]
    return execute(kernels.real, (handle,), frame)  # type: ignore[no-any-return]


def imag(input: Any) -> Tensor:
    """The imaginary parts of complex numbers.

    Args:
        input: complex64, of any shape.

    Returns:
        Tensor: float32.

    Errors:
        DTypeError: not complex64.

    Example:
        >>> import tfnb as tf
        >>> tf.imag(tf.complex([-2.25, 3.25], [4.75, 5.75])).array_sync()
        [4.75, 5.75]
    """
    return execute(kernels.imag, (handle_of(input, "imag", "input"),), sys._getframe(1))  # type: ignore[no-any-return]


def conj(input: Any) -> Tensor:
    """The complex conjugates: the sign of each imaginary part is turned.

    Args:
        input: complex64, of any shape.

    Errors:
        DTypeError: not complex64.

    Example:
        >>> import tfnb as tf
        >>> tf.conj(tf.complex([1.0], [2.0])).array_sync()
        [(1-2j)]
    """
    return execute(kernels.conj, (handle_of(input, "conj", "input"),), sys._getframe(1))  # type: ignore[no-any-return]
