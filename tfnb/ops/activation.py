"""Activations of neural networks (section Operations / Basic math)."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from tfnb.engine.dispatch import binary, is_number, unary, with_numbers
from tfnb.errors import ArgumentTypeError
from tfnb.kernels import activation as kernels
from tfnb.language import _
from tfnb.ops.arguments import real_number
from tfnb.ops.convert import handle_of, operand, public

if TYPE_CHECKING:
    from tfnb.tensors import Tensor


def leaky_relu(x: Any, alpha: float = 0.2) -> Tensor:
    """The value where it is above 0, else `alpha` times the value.

    Args:
        x: a tensor, a number, or nested lists; whole numbers are taken as float32.
        alpha: the slope below 0.

    Errors:
        ArgumentTypeError: `alpha` is no number.

    Example:
        >>> import tfnb as tf
        >>> tf.leaky_relu([-2, 4], 0.5).array_sync()
        [-1.0, 4.0]
    """
    slope = _slope(alpha, "leaky_relu")
    return with_numbers(kernels.leaky_relu, handle_of(x, "leaky_relu", "x"), (slope,), sys._getframe(1))  # type: ignore[no-any-return]


def step(x: Any, alpha: float = 0.0) -> Tensor:
    """1 where the value is above 0, else `alpha`; NaN stays.

    Args:
        x: a tensor, a number, or nested lists.
        alpha: the result at 0 and below; of an int32 tensor its fraction is dropped.

    Errors:
        ArgumentTypeError: `alpha` is no number.

    Example:
        >>> import tfnb as tf
        >>> tf.step([0, 2, -1, -3], 0.5).array_sync()
        [0.5, 1.0, 0.5, 0.5]
    """
    handle = handle_of(x, "step", "x")
    below = _slope(alpha, "step")
    if handle.dtype in ("int32", "bool"):
        below = int(below)
    return with_numbers(kernels.step, handle, (below,), sys._getframe(1))  # type: ignore[no-any-return]


def _slope(alpha: Any, op: str) -> float:
    if not is_number(alpha):
        raise ArgumentTypeError(
            _("wanted a number, given {given!r}").format(given=alpha), op=op, argument="alpha",
            fix=_("for slopes that differ from place to place, use tf.prelu"),
        )  # fmt: skip
    return real_number(alpha, op, "alpha")


prelu = public(
    binary(kernels.prelu, operand),
    "prelu",
    """The value where it is 0 or above, else `alpha` times the value, with an `alpha` that is learned.

    Source: He et al. 2015, arXiv:1502.01852.

    Args:
        x: a tensor, a number, or nested lists; whole numbers are taken as float32.
        alpha: the slopes below 0, of a shape that meets `x`'s.

    Errors:
        ShapeError: the shapes do not meet.

    Example:
        >>> import tfnb as tf
        >>> tf.prelu([-1, 2, -3, 4], 0.5).array_sync()
        [-0.5, 2.0, -1.5, 4.0]
    """,
    ("x", "alpha"),
)


relu = public(
    unary(kernels.relu, operand),
    "relu",
    """The value where it is above 0, else 0.

    Args:
        x: a tensor, a number, or nested lists.

    Example:
        >>> import tfnb as tf
        >>> tf.relu([-1, 2, -3, 4]).array_sync()
        [0.0, 2.0, 0.0, 4.0]
    """,
)

relu6 = public(
    unary(kernels.relu6, operand),
    "relu6",
    """The value moved into the range from 0 to 6.

    Args:
        x: a tensor, a number, or nested lists.

    Example:
        >>> import tfnb as tf
        >>> tf.relu6([-1, 2, 8]).array_sync()
        [0.0, 2.0, 6.0]
    """,
)

elu = public(
    unary(kernels.elu, operand),
    "elu",
    """The value where it is above 0, else `exp(x) - 1`: it bends towards -1 instead of breaking off at 0.

    Source: Clevert et al. 2015, arXiv:1511.07289.

    Args:
        x: a tensor, a number, or nested lists; whole numbers are taken as float32.

    Example:
        >>> import tfnb as tf
        >>> tf.elu([0, 2]).array_sync()
        [0.0, 2.0]
    """,
)

selu = public(
    unary(kernels.selu, operand),
    "selu",
    """An `elu` scaled so that layer upon layer keeps mean 0 and variance 1.

    Source: Klambauer et al. 2017, arXiv:1706.02515.

    Args:
        x: a tensor, a number, or nested lists; whole numbers are taken as float32.

    Example:
        >>> import tfnb as tf
        >>> tf.selu([0, 2]).array_sync()
        [0.0, 2.1014020442962646]
    """,
)

sigmoid = public(
    unary(kernels.sigmoid, operand),
    "sigmoid",
    """`1 / (1 + exp(-x))`: between 0 and 1, 0.5 at 0.

    Args:
        x: a tensor, a number, or nested lists; whole numbers are taken as float32.

    Example:
        >>> import tfnb as tf
        >>> tf.sigmoid([0, 100]).array_sync()
        [0.5, 1.0]
    """,
)

log_sigmoid = public(
    unary(kernels.log_sigmoid, operand),
    "log_sigmoid",
    """The logarithm of `sigmoid(x)`, exact also where the sigmoid itself rounds to 0 or 1.

    Args:
        x: a tensor, a number, or nested lists; whole numbers are taken as float32.

    Example:
        >>> import tfnb as tf
        >>> tf.log_sigmoid([-100, 0]).array_sync()
        [-100.0, -0.6931471824645996]
    """,
)

softplus = public(
    unary(kernels.softplus, operand),
    "softplus",
    """`log(1 + exp(x))`: a smooth `relu`.

    Args:
        x: a tensor, a number, or nested lists; whole numbers are taken as float32.

    Example:
        >>> import tfnb as tf
        >>> tf.softplus([0, 100]).array_sync()
        [0.6931471824645996, 100.0]
    """,
)

erf = public(
    unary(kernels.erf, operand),
    "erf",
    """The error function: the share of a normal distribution within `x * sqrt(2)` standard deviations.

    Args:
        x: a tensor, a number, or nested lists; whole numbers are taken as float32.

    Example:
        >>> import tfnb as tf
        >>> tf.erf([0]).array_sync()
        [0.0]
    """,
)
