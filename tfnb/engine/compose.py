"""Running a composite kernel: its fast pair on the host, its definition elsewhere and under gradients of gradients."""

from __future__ import annotations

from time import perf_counter
from types import FrameType
from typing import Any, Sequence

from tfnb.engine import tape
from tfnb.engine.placement import ENGINE
from tfnb.engine.realizing import tell_ran
from tfnb.engine.run import check_alive, memory_for, new_handle, to_host
from tfnb.kernels.composite import Composite
from tfnb.kernels.floating import quietly
from tfnb.shapes import size_of


def compose(kernel: Composite, inputs: Sequence[Any], frame: FrameType, **attributes: Any) -> tuple[Any, ...]:
    """Run a composite kernel on handles (None where an input is left out); its outputs, None where not wanted."""
    largest = 0
    for name, value in zip(kernel.inputs, inputs):
        if value is not None:
            check_alive(value, kernel.name, name)
            largest = max(largest, size_of(value.shape))
    if ENGINE.place("float32", largest) is not ENGINE.host:
        return tuple(kernel.definition(*inputs, **attributes))
    arrays = [None if value is None else to_host(value, kernel.name) for value in inputs]
    is_watched = tape.is_watched(inputs)
    start = perf_counter()
    with memory_for(inputs[0].shape, kernel.name):
        results, state = quietly(kernel.forward, *arrays, keep=is_watched, **attributes)
    outputs = tuple(
        None if array is None else new_handle(array.shape, "float32", frame, array=array) for array in results
    )
    if is_watched:
        back = _WayBack(kernel, inputs, attributes, state, frame)
        tape.record_step(kernel.name, inputs, outputs, back, back.held, state.nbytes)
    if ENGINE.listeners:
        _tell(kernel, inputs, outputs, perf_counter() - start)
    return outputs


def _tell(kernel: Composite, inputs: Sequence[Any], outputs: Sequence[Any], seconds: float) -> None:
    shown = next(output for output in outputs if output is not None)
    tell_ran((kernel.name,), "host", shown.dtype, shown.shape, seconds)
    for listener in ENGINE.listeners:
        listener.recorded(kernel.name, tuple(value for value in inputs if value is not None), shown)


class _WayBack:
    """From the gradients of the outputs to those of the inputs.

    It keeps the inputs, which the definition needs, and the forward's state, which the backward needs.
    """

    __slots__ = ("kernel", "inputs", "attributes", "state", "frame")

    def __init__(
        self, kernel: Composite, inputs: Sequence[Any], attributes: dict[str, Any], state: Any, frame: FrameType
    ) -> None:
        self.kernel, self.attributes, self.state, self.frame = kernel, attributes, state, frame
        self.inputs = tuple(None if value is None else tape.kept(value) for value in inputs)

    @property
    def held(self) -> tuple[Any, ...]:
        return tuple(value for value in self.inputs if value is not None)

    def __call__(self, slopes: list[Any], asked: Sequence[bool]) -> Sequence[Any]:
        if tape.is_watched((*self.inputs, *slopes)):
            return self._by_definition(slopes)
        arrays = [None if slope is None else to_host(slope, self.kernel.name) for slope in slopes]
        shape = next((array.shape for array in arrays if array is not None), ())
        with memory_for(shape, self.kernel.name):
            found = quietly(self.kernel.backward, self.state, arrays, asked)
        return [
            None if array is None else new_handle(array.shape, "float32", self.frame, array=array) for array in found
        ]

    def _by_definition(self, slopes: list[Any]) -> Sequence[Any]:
        """Through the definition, whose ops an outer tape records."""
        inner = tape.Tape(self.held)
        try:
            with inner:
                outputs = self.kernel.definition(*self.inputs, **self.attributes)
            ends = [(output, slope) for output, slope in zip(outputs, slopes) if slope is not None]
            found = iter(inner.gradients(ends, self.held))
            return [None if value is None else next(found) for value in self.inputs]
        finally:
            inner.forget()
