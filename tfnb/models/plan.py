"""How a model computes: its graph turned once into a list of calls, so that a prediction does no symbolic work."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from tfnb.errors import ArgumentError
from tfnb.language import _
from tfnb.layers.base import Layer
from tfnb.layers.symbolic import Node, SymbolicTensor
from tfnb.models.graph import Graph


class Step:
    """One call of one layer: from which slots its inputs come, and into which its outputs go."""

    __slots__ = ("layer", "call", "inputs", "outputs", "keywords", "takes_training", "takes_mask", "ends")

    def __init__(self, node: Node, places: dict[int, int]) -> None:
        layer = node.outbound_layer
        self.layer: Layer = layer
        self.call: Callable[..., Any] = layer.call
        self.inputs = tuple(places[one.id] for one in node.input_tensors)
        self.outputs = tuple(places[one.id] for one in node.output_tensors)
        # Symbolic arguments, such as initial states, come among the inputs.
        self.keywords = {name: value for name, value in node.call_args.items() if not _is_symbolic(value)}
        self.takes_training = "training" in layer.takes and "training" not in self.keywords
        self.takes_mask = "mask" in layer.takes and "mask" not in self.keywords
        self.ends: tuple[int, ...] = ()  # slots that nobody needs after this step


class Plan:
    """The calls of a graph in order. Inputs are in the first slots."""

    __slots__ = ("_steps", "_slots", "_outputs", "_chain", "_count")

    def __init__(self, graph: Graph) -> None:
        places = {tensor.id: index for index, tensor in enumerate(graph.inputs)}
        self._count = len(places)
        self._steps: list[Step] = []
        for node in graph.order:
            if node.inbound_layers:
                for tensor in node.output_tensors:
                    places[tensor.id] = len(places)
                self._steps.append(Step(node, places))
        self._slots = len(places)
        self._outputs = tuple(places[one.id] for one in graph.outputs)
        self._chain = self._as_chain()
        self._mark_ends()

    def _as_chain(self) -> tuple[tuple[Callable[..., Any], bool], ...] | None:
        """The calls alone, where each takes what the one before gives and there are no masks."""
        if self._count != 1 or self._outputs != (self._slots - 1,):
            return None
        before = 0
        for step in self._steps:
            makes_masks = step.layer.supports_masking and step.layer.makes_masks
            if step.inputs != (before,) or len(step.outputs) != 1 or step.keywords or makes_masks:
                return None
            before = step.outputs[0]
        return tuple((step.call, step.takes_training) for step in self._steps)

    def _mark_ends(self) -> None:
        needed = set(self._outputs)
        for step in reversed(self._steps):
            step.ends = tuple({*step.inputs, *step.outputs} - needed)
            needed.update(step.inputs)

    def run(self, values: Sequence[Any], training: bool) -> list[Any]:
        """The outputs for these inputs."""
        if self._chain is None:
            return self.run_with_masks(values, training, None)[0]
        given = x = values[0]
        for call, takes_training in self._chain:
            x = call(x, training=training) if takes_training else call(x)
        return [x.clone() if x is given else x]

    def run_with_masks(
        self, values: Sequence[Any], training: bool, masks: Sequence[Any] | None
    ) -> tuple[list[Any], list[Any]]:
        """The outputs for these inputs and their masks, and the masks of the outputs."""
        slots: list[Any] = [*values, *[None] * (self._slots - self._count)]
        of_slots: list[Any] = [None] * self._slots
        if masks is not None:
            of_slots[: self._count] = masks
        for step in self._steps:
            _take(step, slots, of_slots, training)
        results = [slots[slot] for slot in self._outputs]
        results = [one.clone() if any(one is given for given in values) else one for one in results]
        return results, [of_slots[slot] for slot in self._outputs]

    def each(self, values: Sequence[Any], training: bool) -> Iterator[tuple[Layer, list[Any]]]:
        """The layers in the order in which they compute, each with what it gives for these inputs."""
        slots: list[Any] = [*values, *[None] * (self._slots - self._count)]
        masks: list[Any] = [None] * self._slots
        for step in self._steps:
            _take(step, slots, masks, training, frees=False)
            yield step.layer, [slots[slot] for slot in step.outputs]


def _take(step: Step, slots: list[Any], masks: list[Any], training: bool, frees: bool = True) -> None:
    x, mask = _one_or_list(slots, step.inputs), _one_or_list(masks, step.inputs)
    is_masked = any(masks[slot] is not None for slot in step.inputs)
    keywords = dict(step.keywords)
    if step.takes_training:
        keywords["training"] = training
    if step.takes_mask and is_masked:
        keywords["mask"] = mask
    y = step.call(x, **keywords)
    outputs = y if isinstance(y, (list, tuple)) else (y,)
    if len(outputs) != len(step.outputs):
        raise ArgumentError(
            _("gave {given} tensors, its compute_output_shape says {wanted}").format(
                given=len(outputs), wanted=len(step.outputs)
            ),
            op=step.layer.name,
        )
    if step.layer.supports_masking and (is_masked or step.layer.makes_masks):
        made = step.layer.compute_mask(x, mask)
        for slot, one in zip(step.outputs, made if isinstance(made, (list, tuple)) else (made,)):
            masks[slot] = one
    for slot, output in zip(step.outputs, outputs):
        slots[slot] = output
    for slot in step.ends if frees else ():
        slots[slot] = masks[slot] = None


def _one_or_list(slots: list[Any], places: tuple[int, ...]) -> Any:
    return slots[places[0]] if len(places) == 1 else [slots[place] for place in places]


def _is_symbolic(value: Any) -> bool:
    return isinstance(value, SymbolicTensor) or (
        isinstance(value, (list, tuple)) and any(isinstance(one, SymbolicTensor) for one in value)
    )
