"""The host placement: NumPy arrays are the storage, NumPy's functions the kernels.

A fused expression runs in blocks that stay in the cache, with `out=` into a few scratch arrays; large ones are shared by
two worker threads (NumPy releases the interpreter's lock). Workers see arrays only, never the engine.
"""

from __future__ import annotations

from typing import Any, Sequence

import numpy as np

from tfnb.dtypes import NUMPY
from tfnb.errors import OutOfMemoryError
from tfnb.kernels.expression import Expression, Leaf
from tfnb.kernels.record import Kernel
from tfnb.kernels.workers import WORKERS
from tfnb.language import _
from tfnb.shapes import Shape, size_of

Array = Any

BLOCK = 16384  # values a block: a few scratch arrays of 64 KiB stay in the second-level cache
PARALLEL = 1 << 20  # value-steps from which two workers pay for their hand-over


class HostDevice:
    """NumPy on this machine's processor."""

    name = "host"
    max_inputs = 8
    max_outputs = 8

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
            with np.errstate(all="ignore"):
                result = kernel.host(*[operand.storage for operand in operands], **attributes)
        except MemoryError as error:
            raise _no_memory(kernel.name, shape) from error
        if result.__class__ is not np.ndarray:
            result = np.asarray(result, NUMPY[dtype])
        return result

    def evaluate(self, expression: Expression) -> list[Array]:
        """Run a fused expression; one array per output."""
        try:
            first = expression.first_step
            out = [np.empty(expression.shape, NUMPY[expression.dtype_of(n)]) for n in expression.outputs]
            results = dict(zip(expression.outputs, out))
            merged = _merged(expression)
            values = [_view(leaf.storage, leaf.shape, expression.shape, merged) for leaf in expression.leaves]
            values += [np.asarray(scalar.value, NUMPY[scalar.dtype]) for scalar in expression.scalars]
            targets = {number: array.reshape(merged) for number, array in results.items()}
            pieces = _pieces(merged)
            shares = WORKERS.count if expression.size * len(expression.steps) >= PARALLEL and len(pieces) > 1 else 1
            if shares == 1:
                _run_blocks(expression, first, values, targets, pieces)
            else:
                step = -(-len(pieces) // shares)
                parts = [pieces[k : k + step] for k in range(0, len(pieces), step)]
                WORKERS.run([_Job(expression, first, values, targets, part) for part in parts])
            return out
        except MemoryError as error:
            raise _no_memory(expression.steps[-1].kernel.name, expression.shape) from error


def _no_memory(op: str, shape: Shape) -> OutOfMemoryError:
    return OutOfMemoryError(
        _("this machine has no memory left for {shape}, {size} values").format(shape=list(shape), size=size_of(shape)),
        op=op,
        fix=_("dispose of tensors that you no longer need, or use smaller ones"),
    )


class _Job:
    """The part of an expression that one worker computes."""

    def __init__(self, *parts: Any) -> None:
        self.parts = parts

    def __call__(self) -> None:
        _run_blocks(*self.parts)


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
    return np.broadcast_to(array, full).reshape(merged) if len(merged) == len(full) else _split_view(array, shape, full, merged)


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


class _Scratch:
    """Scratch arrays of one worker by data type, handed out to steps and back after a value's last use."""

    def __init__(self) -> None:
        self.free: dict[str, list[Array]] = {}

    def take(self, dtype: str, shape: Shape) -> Array:
        free = self.free.get(dtype)
        flat = free.pop() if free else np.empty(max(BLOCK, size_of(shape)), NUMPY[dtype])
        return flat

    def give(self, dtype: str, flat: Array) -> None:
        self.free.setdefault(dtype, []).append(flat)


def _last_uses(expression: Expression, first: int) -> list[list[int]]:
    """For each step the numbers of the values that nobody reads after it."""
    last: dict[int, int] = {}
    for index, step in enumerate(expression.steps):
        for number in step.arguments:
            if number >= first:
                last[number] = index
    ends: list[list[int]] = [[] for _step in expression.steps]
    for number, index in last.items():
        if number not in expression.outputs:
            ends[index].append(number)
    return ends


def _run_blocks(
    expression: Expression, first: int, values: list[Array], targets: dict[int, Array], pieces: list[tuple[Any, ...]]
) -> None:
    scratch = _Scratch()
    ends = _last_uses(expression, first)
    with np.errstate(all="ignore"):
        for piece in pieces:
            _run_block(expression, first, values, targets, piece, scratch, ends)


def _run_block(
    expression: Expression,
    first: int,
    values: list[Array],
    targets: dict[int, Array],
    piece: tuple[Any, ...],
    scratch: _Scratch,
    ends: list[list[int]],
) -> None:
    known = [value[piece] if value.ndim else value for value in values]
    shape = next(iter(targets.values()))[piece].shape
    size = size_of(shape)
    held: dict[int, Array] = {}
    for index, step in enumerate(expression.steps):
        number = first + index
        if number in targets:
            out = targets[number][piece]
        else:
            flat = held[number] = scratch.take(step.dtype, shape)
            out = flat[:size].reshape(shape)
        step.kernel.host(*[known[argument] for argument in step.arguments], out=out)
        known.append(out)
        for ended in ends[index]:
            scratch.give(expression.dtype_of(ended), held.pop(ended))


