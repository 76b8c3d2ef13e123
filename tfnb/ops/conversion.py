"""From one data type to another (section Tensors / Transformations: `cast`)."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from tfnb import dtypes
from tfnb.engine.dispatch import with_numbers
from tfnb.engine.run import alias, check_alive, elementwise, execute
from tfnb.errors import DTypeError
from tfnb.kernels import complex_numbers
from tfnb.kernels.conversion import CASTS
from tfnb.language import _
from tfnb.ops.convert import handle_of

if TYPE_CHECKING:
    from tfnb.tensors import Tensor


def cast(x: Any, dtype: Any) -> Tensor:
    """The same values in another data type.

    float32 to int32 drops the fraction (towards 0); what does not fit becomes the nearest int32, NaN becomes 0. To
    bool, all but 0 is true. Of a complex number the real part is taken.

    Args:
        x: a tensor, a number, or nested lists.
        dtype: 'float32', 'int32', 'bool' or 'complex64'.

    Returns:
        Tensor: on the same memory if `x` has that type already.

    Errors:
        DTypeError: no such type, or text to numbers or back.

    Example:
        >>> import tfnb as tf
        >>> tf.cast([1.5, -2.7, 0], 'int32').array_sync()
        [1, -2, 0]
        >>> tf.tensor([1.5, -2.7, 0]).cast('bool').array_sync()
        [True, True, False]
    """
    wanted = dtypes.canonical(dtype, "cast")
    handle = handle_of(x, "cast", "x")
    check_alive(handle, "cast", "x")
    frame = sys._getframe(1)
    if handle.dtype == wanted:
        return alias(handle, handle.shape, frame)  # type: ignore[no-any-return]
    if "string" in (handle.dtype, wanted):
        raise DTypeError(
            _("text and numbers are not converted into each other: {given} to {wanted}").format(
                given=handle.dtype, wanted=wanted
            ),
            op="cast",
            argument="dtype",
        )
    if wanted == "complex64":
        return execute(complex_numbers.cast_complex64, (handle,), frame)  # type: ignore[no-any-return]
    if handle.dtype == "complex64":
        part = execute(complex_numbers.real, (handle,), frame)
        return part if wanted == "float32" else elementwise(CASTS[wanted], (part,), frame)  # type: ignore[no-any-return]
    return with_numbers(CASTS[wanted], handle, (), frame)  # type: ignore[no-any-return]
