"""Random tensors (section Tensors / Random).

One generator on the host serves every backend, and the numbers then go where tensors go: so the same seed gives the
same numbers everywhere. They are not TensorFlow.js's numbers, whose generators are others.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from tfnb import dtypes, shapes
from tfnb.dtypes import NUMPY
from tfnb.engine.run import memory_for, upload
from tfnb.errors import ArgumentError, ArgumentTypeError, DTypeError, OutOfMemoryError
from tfnb.kernels.floating import quietly
from tfnb.language import _
from tfnb.ops.arguments import real_number, whole_number
from tfnb.shapes import Shape

if TYPE_CHECKING:
    from tfnb.tensors import Tensor


class RandomState:
    """The generator that serves calls without a seed of their own; `set_seed` starts it anew."""

    __slots__ = ("_generator",)

    def __init__(self) -> None:
        self._generator: np.random.Generator | None = None

    def start(self, seed: Any) -> None:
        self._generator = generator_of(seed)

    def generator(self, seed: Any) -> np.random.Generator:
        """A fresh generator for a seed, or the common one."""
        if seed is not None:
            return generator_of(seed)
        if self._generator is None:
            self._generator = quietly(np.random.default_rng)
        return self._generator


RANDOM = RandomState()


def generator_of(seed: Any) -> np.random.Generator:
    """A generator that starts from a number or a text; equal ones give equal numbers."""
    if isinstance(seed, float) and seed.is_integer():
        seed = int(seed)
    if not isinstance(seed, (int, float, str, np.integer)):
        raise ArgumentTypeError(_("a seed is a number or a text, not {given!r}").format(given=seed), argument="seed")
    # NumPy switches its warnings off and on as a generator starts; an interrupt could leave them off.
    return quietly(np.random.default_rng, [*str(seed).encode("utf-8", "surrogatepass")])  # type: ignore[no-any-return]


def set_seed(seed: Any) -> None:
    """Start the random numbers of all calls without a seed of their own anew: the same seed, the same numbers.

    Args:
        seed: a number or a text; None makes them unpredictable again.

    Example:
        >>> import tfnb as tf
        >>> tf.set_seed(7)
        >>> a = tf.random_normal([3])
        >>> tf.set_seed(7)
        >>> tf.random_normal([3]).array_sync() == a.array_sync()
        True
    """
    if seed is None:
        RANDOM._generator = None
    else:
        RANDOM.start(seed)


def _drawn(
    op: str, shape: Any, dtype: Any, seed: Any, frame: Any, draw: Callable[[np.random.Generator, Shape], Any]
) -> Any:
    """A tensor of drawn numbers; int32 ones are rounded, as TensorFlow.js rounds them."""
    lengths = shapes.checked(shape, op)
    kind = _kind(dtype, op, ("float32", "int32"))
    try:
        values = draw(RANDOM.generator(seed), lengths)
        values = np.rint(values).astype(np.int32) if kind == "int32" else values.astype(np.float32, copy=False)
    except MemoryError as error:
        raise OutOfMemoryError(_("this machine has no memory left for these values"), op=op) from error
    return upload(values, lengths, kind, frame)


def _kind(dtype: Any, op: str, wanted: tuple[str, ...]) -> str:
    kind = "float32" if dtype is None else dtypes.canonical(dtype, op)
    if kind not in wanted:
        raise DTypeError(
            _("takes {wanted}, not {given}").format(wanted=" or ".join(wanted), given=kind), op=op, argument="dtype"
        )
    return kind


def _positive(value: Any, op: str, argument: str, zero: bool = False) -> float:
    number = real_number(value, op, argument)
    if not (number > 0 or (zero and number == 0)) or number == float("inf"):
        raise ArgumentError(
            _("wanted a number of 0 or more, given {given}").format(given=value)
            if zero
            else _("wanted a number above 0, given {given}").format(given=value),
            op=op,
            argument=argument,
        )
    return number


def random_uniform(
    shape: Any, minval: float = 0, maxval: float = 1, dtype: Any = "float32", seed: float | str | None = None
) -> Tensor:
    """Random numbers, each in a range with the same chance.

    Args:
        shape: such as [2, 3].
        minval: the lower end of the range, included.
        maxval: the upper end, left out.
        dtype: 'float32'; 'int32' drops the fractions; 'bool' tosses a coin for each value, whatever the range.
        seed: a number or text; the same one gives the same numbers. Left out, they go on from the last ones.

    Errors:
        ShapeError: no shape. ArgumentError: a range that ends before it starts.

    Example:
        >>> import tfnb as tf
        >>> t = tf.random_uniform([2, 2], 3, 5, seed=1)
        >>> values = t.data_sync().tolist()
        >>> t.shape, min(values) >= 3, max(values) < 5
        ((2, 2), True, True)
    """
    op, frame = "random_uniform", sys._getframe(1)
    lengths = shapes.checked(shape, op)
    kind = _kind(dtype, op, ("float32", "int32", "bool"))
    low, high = real_number(minval, op, "minval"), real_number(maxval, op, "maxval")
    if not low <= high or not np.isfinite(high - low):
        raise ArgumentError(
            _("wanted a range, given {low} to {high}").format(low=minval, high=maxval), op=op, argument="maxval"
        )
    try:
        drawn = RANDOM.generator(seed).random(lengths)
    except MemoryError as error:
        raise OutOfMemoryError(_("this machine has no memory left for these values"), op=op) from error
    if kind == "bool":
        values = drawn < 0.5
    elif kind == "int32":
        values = np.clip(np.trunc(low + drawn * (high - low)), -(2.0**31), 2.0**31 - 1).astype(np.int32)
    else:
        values = (low + drawn * (high - low)).astype(np.float32)
        if low < high:  # rounding to float32 must not reach the end that is left out
            values = np.minimum(values, np.nextafter(np.float32(high), np.float32(low)))
    return upload(np.asarray(values, NUMPY[kind]), lengths, kind, frame)  # type: ignore[no-any-return]


def random_uniform_int(shape: Any, minval: int, maxval: int, seed: float | str | None = None) -> Tensor:
    """Random whole numbers, each in a range with the same chance.

    Args:
        shape: such as [2, 3].
        minval: the smallest number.
        maxval: the number above the largest.
        seed: a number or text; the same one gives the same numbers.

    Returns:
        Tensor: int32.

    Errors:
        ArgumentError: an empty range, or one beyond int32.

    Example:
        >>> import tfnb as tf
        >>> t = tf.random_uniform_int([100], 1, 7, seed='dice')
        >>> sorted(set(t.array_sync()))
        [1, 2, 3, 4, 5, 6]
    """
    op, frame = "random_uniform_int", sys._getframe(1)
    lengths = shapes.checked(shape, op)
    low, high = whole_number(minval, op, "minval"), whole_number(maxval, op, "maxval")
    if not -(2**31) <= low < high <= 2**31:
        raise ArgumentError(
            _("wanted a range of whole numbers within int32, given {low} to {high}").format(low=low, high=high),
            op=op,
            argument="maxval",
        )
    with memory_for(lengths, op):
        values = RANDOM.generator(seed).integers(low, high, lengths, dtype=np.int32)
    return upload(np.asarray(values, np.int32), lengths, "int32", frame)  # type: ignore[no-any-return]


def random_normal(
    shape: Any, mean: float = 0, std_dev: float = 1, dtype: Any = None, seed: float | str | None = None
) -> Tensor:
    """Random numbers with a normal distribution (a bell curve).

    Args:
        shape: such as [2, 3].
        mean: where the middle is.
        std_dev: the standard deviation: how wide it is.
        dtype: 'float32', or 'int32', which rounds.
        seed: a number or text; the same one gives the same numbers.

    Errors:
        ArgumentError: a negative deviation.

    Example:
        >>> import tfnb as tf
        >>> tf.random_normal([2, 2], seed=42).shape
        (2, 2)
    """
    return _normal("random_normal", shape, mean, std_dev, dtype, seed, sys._getframe(1))  # type: ignore[no-any-return]


def random_standard_normal(shape: Any, dtype: Any = None, seed: float | str | None = None) -> Tensor:
    """Random numbers with the normal distribution around 0 with standard deviation 1.

    Args:
        shape: such as [2, 3].
        dtype: 'float32', or 'int32', which rounds.
        seed: a number or text; the same one gives the same numbers.

    Example:
        >>> import tfnb as tf
        >>> tf.random_standard_normal([2, 2]).dtype
        'float32'
    """
    return _normal("random_standard_normal", shape, 0, 1, dtype, seed, sys._getframe(1))  # type: ignore[no-any-return]


def _normal(op: str, shape: Any, mean: float, std_dev: float, dtype: Any, seed: Any, frame: Any) -> Any:
    width = _positive(std_dev, op, "std_dev", zero=True)
    center = real_number(mean, op, "mean")

    def draw(generator: np.random.Generator, lengths: Shape) -> Any:
        return np.asarray(generator.standard_normal(lengths) * width + center)

    return _drawn(op, shape, dtype, seed, frame, draw)


def truncated_normal(
    shape: Any, mean: float = 0, std_dev: float = 1, dtype: Any = None, seed: float | str | None = None
) -> Tensor:
    """Random numbers with a normal distribution, none farther from the middle than two standard deviations.

    Those beyond are drawn again.

    Args:
        shape: such as [2, 3].
        mean: where the middle is.
        std_dev: the standard deviation of the distribution before the cut.
        dtype: 'float32', or 'int32', which rounds.
        seed: a number or text; the same one gives the same numbers.

    Errors:
        ArgumentError: a negative deviation.

    Example:
        >>> import tfnb as tf
        >>> values = tf.truncated_normal([1000], 10, 2, seed=3).array_sync()
        >>> 6 <= min(values) and max(values) <= 14
        True
    """
    width = _positive(std_dev, "truncated_normal", "std_dev", zero=True)
    center = real_number(mean, "truncated_normal", "mean")

    def draw(generator: np.random.Generator, lengths: Shape) -> Any:
        values = np.asarray(generator.standard_normal(lengths))
        flat = values.reshape(-1)
        beyond = np.flatnonzero(np.abs(flat) > 2)
        while beyond.size:
            again = generator.standard_normal(beyond.size)
            flat[beyond] = again
            beyond = beyond[np.abs(again) > 2]
        return values * width + center

    return _drawn("truncated_normal", shape, dtype, seed, sys._getframe(1), draw)  # type: ignore[no-any-return]


def random_gamma(
    shape: Any, alpha: float, beta: float = 1, dtype: Any = "float32", seed: float | str | None = None
) -> Tensor:
    """Random numbers with a gamma distribution (waiting times until `alpha` events that come `beta` times a unit).

    Args:
        shape: such as [2, 3].
        alpha: the form, above 0; the mean is alpha / beta.
        beta: the rate, above 0.
        dtype: 'float32', or 'int32', which rounds.
        seed: a number or text; the same one gives the same numbers.

    Errors:
        ArgumentError: `alpha` or `beta` is not above 0.

    Example:
        >>> import tfnb as tf
        >>> min(tf.random_gamma([100], 2, seed=1).array_sync()) > 0
        True
    """
    form, rate = _positive(alpha, "random_gamma", "alpha"), _positive(beta, "random_gamma", "beta")
    return _drawn(  # type: ignore[no-any-return]
        "random_gamma",
        shape,
        dtype,
        seed,
        sys._getframe(1),
        lambda generator, lengths: np.asarray(generator.gamma(form, 1 / rate, lengths)),
    )


def rand(shape: Any, rand_function: Callable[[], float], dtype: Any = "float32") -> Tensor:
    """A tensor whose values come from a function of yours, which is called once for each.

    Args:
        shape: such as [2, 3].
        rand_function: takes nothing, gives a number.
        dtype: 'float32', 'int32' or 'bool'.

    Errors:
        ArgumentTypeError: not a function, or one that gives no numbers.

    Example:
        >>> import random
        >>> import tfnb as tf
        >>> tf.rand([2, 2], random.random).shape
        (2, 2)
    """
    lengths = shapes.checked(shape, "rand")
    kind = _kind(dtype, "rand", ("float32", "int32", "bool"))
    if not callable(rand_function):
        raise ArgumentTypeError(
            _("wanted a function without arguments, not {given!r}").format(given=rand_function),
            op="rand",
            argument="rand_function",
        )
    try:
        drawn = np.array([float(rand_function()) for _k in range(shapes.size_of(lengths))], np.float64)
    except TypeError as error:
        raise ArgumentTypeError(
            _("the function gives something that is no number: {error}").format(error=error),
            op="rand",
            argument="rand_function",
        ) from error
    with memory_for(lengths, "rand"):
        values = quietly(drawn.astype, NUMPY[kind]).reshape(lengths)
    return upload(values, lengths, kind, sys._getframe(1))  # type: ignore[no-any-return]
