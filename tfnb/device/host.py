"""The host placement: NumPy arrays are the storage, NumPy's functions the kernels.

A fused expression runs in blocks that stay in the cache, with `out=` into a few scratch arrays; large ones are shared
by two worker threads (NumPy releases the interpreter's lock). Workers see arrays only, never the engine.
"""

from __future__ import annotations

from typing import Any, Sequence

import numpy as np

from tfnb.dtypes import NUMPY
from tfnb.errors import OutOfMemoryError
from tfnb.kernels.expression import Expression, Leaf
from tfnb.kernels.floating import quietly
from tfnb.kernels.record import Kernel
from tfnb.kernels.workers import WORKERS
from tfnb.language import _
from tfnb.shapes import Shape, size_of

Array = Any

BLOCK = 65536  # values a block: a few of 256 KiB stay in the cache, and a call is long enough to share the interpreter
PARALLEL = 1 << 20  # value-steps from which two workers pay for their hand-over


class HostDevice:
    """NumPy on this machine's processor."""

    name = "host"
    max_inputs = 8
    max_outputs = 8

    def __init__(self) -> None:
        self._programs: dict[Any, HostProgram] = {}

    def upload(self, array: Array, dtype: str) -> Array:
        """The array itself: it is the storage."""
        return array

    def read(self, storage: Array, dtype: str, start: int, count: int) -> Array:
        """`count` values from `start` on, flat."""
        return storage.reshape(-1)[start : start + count]

    def execute(
        self,
        kernel: Kernel,
        operands: Sequence[Leaf],
        shape: Shape,
        dtype: str,
        attributes: dict[str, Any],
        epilogue: Expression | None = None,
    ) -> Array:
        """Run one kernel that is not elementwise."""
        try:
            result = quietly(kernel.host, *[operand.storage for operand in operands], **attributes)
        except MemoryError as error:
            raise no_memory(kernel.name, shape) from error
        if result.__class__ is not np.ndarray:
            result = np.asarray(result, NUMPY[dtype])
        return result

    def evaluate(self, expression: Expression) -> list[Array]:
        """Run a fused expression; one array per output."""
        try:
            out = [np.empty(expression.shape, NUMPY[expression.dtype_of(n)]) for n in expression.outputs]
            merged = _merged(expression)
            values: list[Array] = [
                _view(leaf.storage, leaf.shape, expression.shape, merged) for leaf in expression.leaves
            ]
            values += [quietly(np.asarray, scalar.value, NUMPY[scalar.dtype]) for scalar in expression.scalars]
            program = self._program(expression)
            targets = [array.reshape(merged) for array in out]
            pieces = _pieces(merged)
            shares = WORKERS.count if expression.size * len(expression.steps) >= PARALLEL else 1
            if shares == 1 or len(pieces) == 1:
                program.run(values, targets, pieces)
            else:
                step = -(-len(pieces) // shares)
                parts = [pieces[k : k + step] for k in range(0, len(pieces), step)]
                WORKERS.run([_Job(program, values, targets, part) for part in parts])
            return out
        except MemoryError as error:
            raise no_memory(expression.steps[-1].kernel.name, expression.shape) from error

    def _program(self, expression: Expression) -> HostProgram:
        key = expression.key()[1:]
        program = self._programs.get(key)
        if program is None:
            if len(self._programs) >= 1024:
                self._programs.clear()
            program = self._programs[key] = HostProgram(expression)
        return program


def no_memory(op: str | None, shape: Shape) -> OutOfMemoryError:
    """The error where this machine has no memory for values of a shape."""
    return OutOfMemoryError(
        _("this machine has no memory left for {shape}, {size} values").format(shape=list(shape), size=size_of(shape)),
        op=op,
        fix=_("dispose of tensors that you no longer need, or use smaller ones"),
    )


class _Job:
    """The part of an expression that one worker computes."""

    __slots__ = ("program", "values", "targets", "pieces")

    def __init__(self, program: HostProgram, values: list[Array], targets: list[Array], pieces: list[Any]) -> None:
        self.program, self.values, self.targets, self.pieces = program, values, targets, pieces

    def __call__(self) -> None:
        self.program.run(self.values, self.targets, self.pieces)


def _merged(expression: Expression) -> Shape:
    """The shape with neighbouring axes joined wherever every leaf repeats, or does not, in the same way."""
    shape = expression.shape
    rank = len(shape)
    patterns = []
    for axis in range(rank):
        pattern = []
        for leaf in expression.leaves:
            own = axis - (rank - len(leaf.shape))
            pattern.append(own >= 0 and (leaf.shape[own] == shape[axis]))
        patterns.append(tuple(pattern))
    merged: list[int] = []
    last = None
    for length, one in zip(shape, patterns):
        if merged and one == last:
            merged[-1] *= length
        else:
            merged.append(length)
            last = one
    return tuple(merged) or (1,)


def _view(array: Array, shape: Shape, full: Shape, merged: Shape) -> Array:
    """`array` as it meets the merged shape: repeated axes have stride 0."""
    if array.size == 1 and size_of(full) != 1:
        return array.reshape(())
    if shape == full:
        return array.reshape(merged)
    return (
        np.broadcast_to(array, full).reshape(merged)
        if len(merged) == len(full)
        else _split_view(array, shape, full, merged)
    )


def _split_view(array: Array, shape: Shape, full: Shape, merged: Shape) -> Array:
    """A broadcast view over merged axes, made without a copy: each merged axis is wholly repeated or wholly there."""
    padded = (1,) * (len(full) - len(shape)) + shape
    lengths, position = [], 0
    for length in merged:
        product, own = 1, 1
        while position < len(full) and (product < length or (product == length and full[position] == 1)):
            product *= full[position]
            own *= padded[position]
            position += 1
        lengths.append(own)
    return np.broadcast_to(array.reshape(lengths), merged)


def _pieces(merged: Shape) -> list[tuple[Any, ...]]:
    """Index tuples that cut the merged shape into blocks of about `BLOCK` values."""
    inner = 1
    axis = len(merged)
    while axis > 0 and inner * merged[axis - 1] <= BLOCK:
        axis -= 1
        inner *= merged[axis]
    if axis == 0:
        return [()]
    length, step = merged[axis - 1], max(1, BLOCK // max(inner, 1))
    cuts = [slice(low, min(low + step, length)) for low in range(0, length, step)]
    return [(*outer, cut) for outer in np.ndindex(*merged[: axis - 1]) for cut in cuts]


class HostProgram:
    """An expression as a list of NumPy calls, with the scratch array of each worked out once.

    A value's scratch array is free again after its last reader; a ufunc may write over its own argument, a function
    made of several calls may not.
    """

    __slots__ = ("given", "calls", "scratch_types", "slots", "written")

    def __init__(self, expression: Expression) -> None:
        first = self.given = expression.first_step
        self.written = tuple(number - first for number in expression.outputs)
        last_use = {number: index for index, step in enumerate(expression.steps) for number in step.arguments}
        self.calls: list[tuple[Any, tuple[int, ...]]] = []
        self.scratch_types: list[str] = []
        self.slots: list[int | None] = []  # of each step; None for what goes straight into an output
        free: dict[str, list[int]] = {}
        for index, step in enumerate(expression.steps):
            ended = [n - first for n in set(step.arguments) if n >= first and last_use[n] == index]
            in_place = isinstance(step.kernel.host, np.ufunc)
            if in_place:
                self._release(ended, free)
            self.slots.append(None if index in self.written else self._take(step.dtype, free))
            if not in_place:
                self._release(ended, free)
            if first + index not in last_use and index not in self.written:  # nobody reads it
                self._release([index], free)
            self.calls.append((step.kernel.host, step.arguments))

    def _take(self, dtype: str, free: dict[str, list[int]]) -> int:
        if free.get(dtype):
            return free[dtype].pop()
        self.scratch_types.append(dtype)
        return len(self.scratch_types) - 1

    def _release(self, steps: list[int], free: dict[str, list[int]]) -> None:
        for index in steps:
            slot = self.slots[index]
            if slot is not None:
                free.setdefault(self.scratch_types[slot], []).append(slot)

    def run(self, values: list[Array], targets: list[Array], pieces: list[tuple[Any, ...]]) -> None:
        """Compute the pieces of the targets, one after the other."""
        quietly(self._run, values, targets, pieces)

    def _run(self, values: list[Array], targets: list[Array], pieces: list[tuple[Any, ...]]) -> None:
        flat = [np.empty(BLOCK, NUMPY[dtype]) for dtype in self.scratch_types]
        shape: Shape | None = None
        scratch: list[Array] = []
        moving = [(index, value) for index, value in enumerate(values) if value.ndim]
        known: list[Array] = [*values, *[None] * len(self.calls)]
        for piece in pieces:
            outputs = [target[piece] for target in targets]
            if outputs[0].shape != shape:
                shape = outputs[0].shape
                size = size_of(shape)
                scratch = [array[:size].reshape(shape) for array in flat]
                for index, slot in enumerate(self.slots):
                    if slot is not None:
                        known[self.given + index] = scratch[slot]
            for step, output in zip(self.written, outputs):
                known[self.given + step] = output
            for index, value in moving:
                known[index] = value[piece]
            for number, (host, arguments) in enumerate(self.calls, self.given):
                host(*[known[k] for k in arguments], out=known[number])
