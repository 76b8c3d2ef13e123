"""Trigonometric and hyperbolic functions (section Operations / Basic math)."""

from __future__ import annotations

from tfnb.engine.dispatch import binary, unary
from tfnb.kernels import trigonometric as kernels
from tfnb.ops.convert import operand, public

sin = public(
    unary(kernels.sin, operand),
    "sin",
    """The sine of each value, an angle in radians.

    Args:
        x: a tensor, a number, or nested lists; whole numbers are taken as float32.

    Example:
        >>> import tfnb as tf
        >>> tf.sin([0]).array_sync()
        [0.0]
    """,
)

cos = public(
    unary(kernels.cos, operand),
    "cos",
    """The cosine of each value, an angle in radians.

    Args:
        x: a tensor, a number, or nested lists; whole numbers are taken as float32.

    Example:
        >>> import tfnb as tf
        >>> tf.cos([0]).array_sync()
        [1.0]
    """,
)

tan = public(
    unary(kernels.tan, operand),
    "tan",
    """The tangent of each value, an angle in radians.

    Args:
        x: a tensor, a number, or nested lists; whole numbers are taken as float32.

    Example:
        >>> import tfnb as tf
        >>> tf.tan([0]).array_sync()
        [0.0]
    """,
)

asin = public(
    unary(kernels.asin, operand),
    "asin",
    """The angle between -π/2 and π/2 whose sine is the value; NaN outside -1 to 1.

    Args:
        x: a tensor, a number, or nested lists; whole numbers are taken as float32.

    Example:
        >>> import tfnb as tf
        >>> tf.asin([0]).array_sync()
        [0.0]
    """,
)

acos = public(
    unary(kernels.acos, operand),
    "acos",
    """The angle between 0 and π whose cosine is the value; NaN outside -1 to 1.

    Args:
        x: a tensor, a number, or nested lists; whole numbers are taken as float32.

    Example:
        >>> import tfnb as tf
        >>> tf.acos([1]).array_sync()
        [0.0]
    """,
)

atan = public(
    unary(kernels.atan, operand),
    "atan",
    """The angle between -π/2 and π/2 whose tangent is the value.

    Args:
        x: a tensor, a number, or nested lists; whole numbers are taken as float32.

    Example:
        >>> import tfnb as tf
        >>> tf.atan([0]).array_sync()
        [0.0]
    """,
)

sinh = public(
    unary(kernels.sinh, operand),
    "sinh",
    """The hyperbolic sine of each value, `(exp(x) - exp(-x)) / 2`.

    Args:
        x: a tensor, a number, or nested lists; whole numbers are taken as float32.

    Example:
        >>> import tfnb as tf
        >>> tf.sinh([0]).array_sync()
        [0.0]
    """,
)

cosh = public(
    unary(kernels.cosh, operand),
    "cosh",
    """The hyperbolic cosine of each value, `(exp(x) + exp(-x)) / 2`.

    Args:
        x: a tensor, a number, or nested lists; whole numbers are taken as float32.

    Example:
        >>> import tfnb as tf
        >>> tf.cosh([0]).array_sync()
        [1.0]
    """,
)

tanh = public(
    unary(kernels.tanh, operand),
    "tanh",
    """The hyperbolic tangent of each value: between -1 and 1.

    Args:
        x: a tensor, a number, or nested lists; whole numbers are taken as float32.

    Example:
        >>> import tfnb as tf
        >>> tf.tanh([0]).array_sync()
        [0.0]
    """,
)

asinh = public(
    unary(kernels.asinh, operand),
    "asinh",
    """The value whose hyperbolic sine is `x`.

    Args:
        x: a tensor, a number, or nested lists; whole numbers are taken as float32.

    Example:
        >>> import tfnb as tf
        >>> tf.asinh([0]).array_sync()
        [0.0]
    """,
)

acosh = public(
    unary(kernels.acosh, operand),
    "acosh",
    """The value of 0 or above whose hyperbolic cosine is `x`; NaN below 1.

    Args:
        x: a tensor, a number, or nested lists; whole numbers are taken as float32.

    Example:
        >>> import tfnb as tf
        >>> tf.acosh([1]).array_sync()
        [0.0]
    """,
)

atanh = public(
    unary(kernels.atanh, operand),
    "atanh",
    """The value whose hyperbolic tangent is `x`; NaN outside -1 to 1.

    Args:
        x: a tensor, a number, or nested lists; whole numbers are taken as float32.

    Example:
        >>> import tfnb as tf
        >>> tf.atanh([0]).array_sync()
        [0.0]
    """,
)

atan2 = public(
    binary(kernels.atan2, operand),
    "atan2",
    """The angle of the point (b, a), from -π to π: the arc tangent of `a / b` in the right quadrant.

    Args:
        a: the heights: a tensor, a number, or nested lists.
        b: the widths, of a shape that meets `a`'s.

    Returns:
        Tensor: float32, in radians.

    Errors:
        ShapeError: the shapes do not meet. DTypeError: text.

    Example:
        >>> import tfnb as tf
        >>> tf.atan2([0, 1], [1, 0]).array_sync()
        [0.0, 1.5707963705062866]
    """,
)
