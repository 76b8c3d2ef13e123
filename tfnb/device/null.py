"""A device without hardware: it runs shapes, fusion, scopes and memory, counts its work, and computes nothing.

What it reads back are zeros. Tests of the engine's logic use it: no driver, and every launch in a list.
"""

from __future__ import annotations

from typing import Any, Sequence

import numpy as np

from tfnb.dtypes import ITEMSIZE, NUMPY
from tfnb.kernels.expression import Expression, Leaf
from tfnb.kernels.record import Kernel
from tfnb.shapes import Shape, size_of


class NullStorage:
    """The place of a tensor that nobody computes."""

    place = "null"
    __slots__ = ("size", "nbytes", "pool")

    def __init__(self, size: int, dtype: str, pool: NullDevice) -> None:
        self.size, self.nbytes, self.pool = size, size * ITEMSIZE[dtype], pool
        pool.bytes_in_use += self.nbytes

    def __del__(self) -> None:
        self.pool.bytes_in_use -= self.nbytes


class Launch:
    """One program that would have run: the kernels in it, in order, and how many results it writes."""

    __slots__ = ("kernels", "outputs")

    def __init__(self, kernels: tuple[str, ...], outputs: int) -> None:
        self.kernels, self.outputs = kernels, outputs

    def __repr__(self) -> str:
        return f"<launch {'+'.join(self.kernels)} -> {self.outputs}>"


class NullDevice:
    """Takes all that a device takes."""

    name = "null"
    max_inputs = 8
    max_outputs = 4

    def __init__(self) -> None:
        self.launches: list[Launch] = []
        self.bytes_in_use = 0

    def upload(self, array: Any, dtype: str) -> NullStorage:
        return NullStorage(array.size, dtype, self)

    def read(self, storage: NullStorage, dtype: str, start: int, count: int) -> Any:
        return np.zeros(max(0, min(count, storage.size - start)), NUMPY[dtype])

    def evaluate(self, expression: Expression) -> list[NullStorage]:
        self.launches.append(Launch(tuple(step.kernel.name for step in expression.steps), len(expression.outputs)))
        return [NullStorage(expression.size, expression.dtype_of(number), self) for number in expression.outputs]

    def execute(
        self,
        kernel: Kernel,
        operands: Sequence[Leaf | Expression],
        shape: Shape,
        dtype: str,
        attributes: dict[str, Any],
        epilogue: Expression | None = None,
    ) -> NullStorage:
        names: list[str] = []
        for operand in operands:
            if isinstance(operand, Expression):
                names += [step.kernel.name for step in operand.steps]
        names.append(kernel.name)
        if epilogue is not None:
            names += [step.kernel.name for step in epilogue.steps]
        self.launches.append(Launch(tuple(names), 1))
        return NullStorage(size_of(shape), dtype if epilogue is None else epilogue.steps[-1].dtype, self)
