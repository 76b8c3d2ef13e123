"""Gradients of the kernels that move values: each is the adjoint of its kernel, exactly.

A move is linear, f(x) = A x, so its gradient is A transposed: <dy, f(x)> = <gradient(dy), x> for all dy and x. Small
whole numbers make both sides exact.
"""

from __future__ import annotations

import inspect
import sys
from typing import Any

import numpy as np
import pytest

import tfnb as tf
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
    y = execute(kernel, inputs, sys._getframe(), **attributes)
    dy = tf.tensor(random.integers(-4, 5, y.shape).astype(np.float32))
    gradients = gradient_of(kernel, dy, inputs, attributes)
    left = float((dy.numpy() * y.numpy()).sum())
    right = 0.0
    for x, dx in zip(inputs, gradients, strict=True):
        if dx is not None:
            assert dx.shape == x.shape
            right += float((dx.numpy() * x.numpy()).sum())
    assert left == right


def gradient_of(kernel: Kernel, dy: Any, inputs: list[Any], attributes: dict[str, Any]) -> tuple[Any, ...]:
    """What the record's gradient gives, called with the parameters that it names."""
    assert kernel.gradient is not None
    parameters = inspect.signature(kernel.gradient).parameters
    given = {name: value for name, value in attributes.items() if name in parameters}
    named = [name for name in parameters if name not in attributes and name != "dy"]
    many = any(parameters[name].kind is inspect.Parameter.VAR_POSITIONAL for name in named)
    result = kernel.gradient(dy, *(inputs if many else inputs[: len(named)]), **given)
    return result if isinstance(result, tuple) else (result,)
