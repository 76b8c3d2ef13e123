"""A chained method and the function of the same name are one, and the quick path gives what the general one gives."""

from __future__ import annotations

import inspect
import sys

import numpy as np
import pytest

import tfnb as tf
from tests.kernel_cases import calls
from tfnb.engine.placement import EAGER_SIZE
from tfnb.engine.run import elementwise
from tfnb.kernels.record import KERNELS, Elementwise
from tfnb.ops import arithmetic

ELEMENTWISE = [
    (name, kernel)
    for name, kernel in sorted(KERNELS.items())
    if isinstance(kernel, Elementwise) and not kernel.scalars and not kernel.condition and not name.startswith("cast")
]


@pytest.mark.parametrize("name", [name for name, _kernel in ELEMENTWISE])
def test_a_method_is_the_function(name: str) -> None:
    assert getattr(tf.Tensor, name) is getattr(tf, name)
    kernel = KERNELS[name]
    assert isinstance(kernel, Elementwise)
    assert len(inspect.signature(getattr(tf, name)).parameters) == len(kernel.inputs)


@pytest.mark.parametrize(("name", "dtype"), [(name, dtype) for name, kernel in ELEMENTWISE for dtype in kernel.types])
def test_the_quick_path_gives_what_the_general_path_gives(name: str, dtype: str) -> None:
    kernel = KERNELS[name]
    assert isinstance(kernel, Elementwise)
    function = arithmetic.floordiv if name == "floor_div" else getattr(tf, name)
    for call in calls(kernel, dtype, "host"):
        if np.broadcast(*call.arrays).size > EAGER_SIZE:  # no quick path there
            continue
        inputs = [tf.tensor(array) for array in call.arrays]
        quick, general = function(*inputs), elementwise(kernel, inputs, sys._getframe())
        assert (quick.dtype, quick.shape) == (general.dtype, general.shape)
        if quick.dtype == "string":
            assert quick.array_sync() == general.array_sync()
        else:
            assert np.array_equal(quick.numpy(), general.numpy(), equal_nan=quick.dtype == "float32")
