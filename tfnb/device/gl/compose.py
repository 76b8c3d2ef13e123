"""Expressions that a kernel makes for its own stages: elementwise steps on what it was given."""

from __future__ import annotations

from typing import Any, Sequence

from tfnb.device.gl.source import Source
from tfnb.kernels.expression import Expression, Leaf, Step
from tfnb.kernels.record import Elementwise

# A step's arguments: the operand's value is X, textures that are added are 0, 1, …, an earlier step is ("step", n).
X = "x"
Argument = str | int | tuple[str, int]


def applied(
    operand: Leaf | Expression, steps: Sequence[tuple[Elementwise, Sequence[Argument]]], leaves: Sequence[Leaf] = ()
) -> Expression:
    """The expression of some float32 kernels applied to an operand (and to further leaves), of the operand's shape."""
    given = operand if isinstance(operand, Expression) else Expression(operand.shape, (operand,), (), (), (0,))
    first, added = len(given.leaves), len(leaves)

    def moved(number: int) -> int:
        return number if number < first else number + added

    new = [Step(s.kernel, tuple(moved(a) for a in s.arguments), s.computed, s.dtype) for s in given.steps]
    base = given.first_step + added + len(given.steps)

    def number_of(argument: Argument) -> int:
        if isinstance(argument, int):
            return first + argument
        return moved(given.outputs[-1]) if argument == X else base + int(argument[1])

    for kernel, arguments in steps:
        new.append(Step(kernel, tuple(map(number_of, arguments)), "float32", kernel.dtype_of("float32")))
    last = base + len(steps) - 1
    return Expression(given.shape, (*given.leaves, *leaves), given.scalars, tuple(new), (last,))


def written(executor: Any, x: Source) -> Source:
    """`x` as a texture: an expression that several launches read is computed once."""
    if isinstance(x.operand, Leaf):
        return x
    return Source(Leaf(executor.evaluate(x.operand)[0], x.shape, x.dtype))


def finished(executor: Any, texture: Any, shape: tuple[int, ...], dtype: str, epilogue: Expression | None) -> Any:
    """The epilogue as a launch of its own, where a kernel's fast program has no place for it."""
    if epilogue is None:
        return texture
    leaves = (Leaf(texture, shape, dtype), *epilogue.leaves[1:])
    return executor.evaluate(Expression(epilogue.shape, leaves, epilogue.scalars, epilogue.steps, epilogue.outputs))[0]
