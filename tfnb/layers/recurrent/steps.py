"""The loop over time: any cell, one step after the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from tfnb.ops import conversion, joining, logical, transformations

# From the input and the states to the output and the new states.
StepFunction = Callable[[Any, Sequence[Any]], tuple[Any, list[Any]]]


def run_steps(
    step: StepFunction,
    inputs: Any,
    states: Sequence[Any],
    *,
    go_backwards: bool = False,
    mask: Any = None,
    every: bool = False,
) -> tuple[Any, Any, list[Any]]:
    """Take a step for each place in time.

    Args:
        step: what happens in one.
        inputs: of shape [batch, time, …].
        states: before the first step.
        go_backwards: begin at the end.
        mask: bool [batch, time]; where it is false the states stay as they are, and the output is the first state.
        every: whether the outputs of all steps are wanted.

    Returns:
        The last output; the outputs [batch, time, …] in the order of the steps, or None; the states after them.
    """
    moments = joining.unstack(inputs, 1)
    rows = [] if mask is None else joining.unstack(conversion.cast(mask, "bool"), 1)
    order = range(len(moments) - 1, -1, -1) if go_backwards else range(len(moments))
    states = list(states)
    last: Any = None
    outputs = []
    for moment in order:
        last, new = step(moments[moment], states)
        if mask is not None:
            row = rows[moment]
            last = _chosen(row, last, states[0]) if states else last
            new = [_chosen(row, after, before) for after, before in zip(new, states)]
        states = new
        if every:
            outputs.append(last)
    return last, joining.stack(outputs, 1) if every else None, states


def _chosen(row: Any, after: Any, before: Any) -> Any:
    """The state after a step for the samples that it counts for."""
    while row.rank < after.rank:
        row = transformations.expand_dims(row, -1)
    return logical.where(row, after, before)
