"""Gradients of the kernels that move values: each is the adjoint of its kernel, exactly.

A move is linear, f(x) = A x, so its gradient is A transposed: <dy, f(x)> = <gradient(dy), x> for all dy and x. Small
whole numbers make both sides exact.
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import pytest

import tfnb as tf
from tfnb import autodiff
from tfnb.engine.run import execute
from tfnb.kernels.record import KERNELS, Case, Kernel

MOVES = (
    "reshape", "transpose", "reverse", "broadcast_to", "tile", "slice", "strided_slice", "concat", "pad", "mirror_pad",
    "gather", "diag",
)  # fmt: skip
CASES = [(KERNELS[name], case) for name in MOVES for case in KERNELS[name].cases]  # type: ignore[union-attr]


@pytest.mark.parametrize(("kernel", "case"), CASES, ids=lambda one: one.name if isinstance(one, Kernel) else str(one))
def test_the_gradient_is_the_adjoint(kernel: Kernel, case: Case) -> None:
    random = np.random.default_rng(1)
    attributes = dict(case.attributes, **({"constant_value": 0} if kernel.name == "pad" else {}))
    inputs: list[Any] = []
    for position, shape in enumerate(case.shapes):
        if case.dtypes and case.dtypes[position] == "int32":
            domain = case.domains[position]  # type: ignore[index]
            inputs.append(tf.tensor(random.integers(int(domain.low), int(domain.high), shape).astype(np.int32)))
        else:
            inputs.append(tf.tensor(random.integers(-4, 5, shape).astype(np.float32)))
    asked = inputs[:1] if kernel.name == "gather" else inputs
    shape = execute(kernel, inputs, sys._getframe(), **attributes).shape
    dy = tf.tensor(random.integers(-4, 5, shape).astype(np.float32))
    y, gradients = autodiff.gradients(lambda: execute(kernel, inputs, sys._getframe(), **attributes), asked, dy)
    left = float((dy.numpy() * y.numpy()).sum())
    right = 0.0
    for x, dx in zip(asked, gradients, strict=True):
        assert dx.shape == x.shape
        right += float((dx.numpy() * x.numpy()).sum())
    assert left == right
