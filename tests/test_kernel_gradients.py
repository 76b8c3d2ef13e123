"""The gradient written in each elementwise record, against finite differences of its reference in float64."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import tfnb as tf
from tests.kernel_cases import Array, drawn
from tfnb import autodiff
from tfnb.kernels.record import KERNELS, Elementwise
from tfnb.ops import arithmetic

STEP = 1e-5
# All but the conversions, which round: they pass the gradient on.
WITH_GRADIENT = [
    name
    for name, kernel in sorted(KERNELS.items())
    if isinstance(kernel, Elementwise) and kernel.gradient is not None and not name.startswith("cast_")
]
FUNCTIONS = {"floor_div": arithmetic.floordiv}  # what `tf.floor_div` calls is another kernel


def values(kernel: Elementwise, random: np.random.Generator) -> list[Array]:
    """Inputs in the domain, away from its edges: there a difference has two sides."""
    arrays = []
    for position, domain in enumerate(kernel.domain):
        if kernel.condition and position == 0:
            arrays.append(drawn(random, "bool", (64,), domain, special=False))
            continue
        low, high = max(domain.low, -8.0), min(domain.high, 8.0)
        margin = 0.02 * (high - low)
        arrays.append(random.uniform(low + margin, high - margin, 64).astype(np.float32))
    if kernel.name == "pow":  # a power of a negative number is defined for whole exponents only
        arrays[0] = np.abs(arrays[0]) + 0.5
    return arrays


def differences(kernel: Elementwise, arrays: list[Array], position: int) -> Array:
    """The slope of the kernel along one input, at every place."""
    shifted = []
    for sign in (1, -1):
        wide: list[Any] = [array.astype(np.float64) if array.dtype == np.float32 else array for array in arrays]
        wide[position] = wide[position] + sign * STEP
        shifted.append(kernel.reference(*wide, *[np.float64(np.float32(one)) for one in kernel.trial]))
    return np.asarray((shifted[0] - shifted[1]) / (2 * STEP))


@pytest.mark.parametrize("name", WITH_GRADIENT)
def test_a_gradient_is_the_slope(name: str) -> None:
    kernel = KERNELS[name]
    assert isinstance(kernel, Elementwise) and kernel.gradient is not None
    random = np.random.default_rng(8)
    with tf.scope():
        arrays = values(kernel, random)
        inputs = [tf.tensor(array) for array in arrays]
        dy = tf.tensor(random.uniform(0.5, 2, 64).astype(np.float32))
        function = FUNCTIONS.get(name) or getattr(tf, name)
        asked = [x for x in inputs if x.dtype == "float32"]
        _value, gradients = autodiff.gradients(lambda: function(*inputs, *kernel.trial), asked, dy)
        for position, gradient in zip(
            [k for k, x in enumerate(inputs) if x.dtype == "float32"], gradients, strict=True
        ):
            wanted = differences(kernel, arrays, position) * dy.numpy()
            assert gradient.dtype == "float32" and gradient.shape == (64,)
            scale = np.maximum(np.abs(wanted), np.abs(wanted).max() * 1e-2)
            assert np.all(np.abs(gradient.numpy() - wanted) <= 1e-4 * scale + 1e-6)
