"""A fused elementwise expression, flattened: what one program computes, for every device.

Values are numbered: first the leaves (storage that is read), then the scalars, then the steps in order. A step names
its arguments by number. The key leaves out what may change without a new program: storages and the values of scalars.
"""

from __future__ import annotations

from typing import Any

from tfnb.kernels.record import Elementwise
from tfnb.shapes import Shape, size_of


class Leaf:
    """A storage that an expression reads, and how its values are shaped and typed."""

    __slots__ = ("storage", "shape", "dtype")

    def __init__(self, storage: Any, shape: Shape, dtype: str) -> None:
        self.storage, self.shape, self.dtype = storage, shape, dtype


class Scalar:
    """A number written in the user's code. It is no tensor: it takes no memory and no program of its own."""

    __slots__ = ("value", "dtype")

    def __init__(self, value: float | int | bool, dtype: str) -> None:
        self.value, self.dtype = value, dtype


class Step:
    """One kernel applied to numbered values: computed in `computed`, giving `dtype`."""

    __slots__ = ("kernel", "arguments", "computed", "dtype")

    def __init__(self, kernel: Elementwise, arguments: tuple[int, ...], computed: str, dtype: str) -> None:
        self.kernel, self.arguments, self.computed, self.dtype = kernel, arguments, computed, dtype


class Expression:
    """Leaves, scalars and steps over one shape; `outputs` are the steps whose values are written."""

    __slots__ = ("shape", "size", "leaves", "scalars", "steps", "outputs")

    def __init__(
        self,
        shape: Shape,
        leaves: tuple[Leaf, ...],
        scalars: tuple[Scalar, ...],
        steps: tuple[Step, ...],
        outputs: tuple[int, ...],
    ) -> None:
        self.shape, self.size = shape, size_of(shape)
        self.leaves, self.scalars, self.steps, self.outputs = leaves, scalars, steps, outputs

    @property
    def first_step(self) -> int:
        """The number of the first step's value."""
        return len(self.leaves) + len(self.scalars)

    def dtype_of(self, number: int) -> str:
        """Data type of a numbered value."""
        if number < len(self.leaves):
            return self.leaves[number].dtype
        if number < self.first_step:
            return self.scalars[number - len(self.leaves)].dtype
        return self.steps[number - self.first_step].dtype

    def key(self) -> tuple[Any, ...]:
        """What decides the program: kernels, wiring, types and how each leaf repeats."""
        return (
            tuple((leaf.dtype, leaf.shape == self.shape, leaf.shape) for leaf in self.leaves),
            tuple(scalar.dtype for scalar in self.scalars),
            tuple((step.kernel.name, step.arguments, step.computed) for step in self.steps),
            self.outputs,
        )
