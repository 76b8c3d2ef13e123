"""A model as a figure: what its picture needs to know, worked out from its layers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from tfnb.layers.base import Layer
from tfnb.layers.symbolic import PartialShape, shape_text
from tfnb.picture.model_diagram import Break, LayerRow, model_figure
from tfnb.picture.parts import Figure
from tfnb.shapes import size_of

if TYPE_CHECKING:
    from tfnb.models.container import Container

_BYTES: Final = {"bool": 1, "complex64": 8}


def figure_of_model(model: Container, drawn: bool = True) -> Figure:
    """The picture of a model; with `drawn` False its table alone."""
    return model_figure(model.name, rows_of(model), drawn=drawn)


def rows_of(model: Container) -> list[LayerRow]:
    """The uses of layers in the order in which they compute."""
    if not model.outputs:
        return []
    order = model.graph.order
    numbers = {node.id: number for number, node in enumerate(order)}
    seen: set[int] = set()
    rows = []
    for node in order:
        layer = node.outbound_layer
        feeds = node.input_tensors if node.inbound_layers else ()
        inputs = tuple(dict.fromkeys(numbers[tensor.node.id] for tensor in feeds))
        rows.append(_row(layer, node.output_shapes, inputs, layer.id in seen))
        seen.add(layer.id)
    return rows


def figure_of_break(model: Container, layer: Layer, given: PartialShape) -> Figure:
    """A chain of layers up to the one that does not fit.

    Args:
        model: the chain so far. layer: the one that it does not take. given: the shape that reaches the break.
    """
    rows: list[LayerRow] = []
    entrances = model.layers[0].inbound_nodes[-1].inbound_layers if model.layers else []
    for before in (*entrances, *model.layers):
        inputs = (len(rows) - 1,) if rows else ()
        rows.append(_row(before, before.inbound_nodes[-1].output_shapes, inputs, False))
    wanted = str(layer.input_spec[0]) if layer.input_spec else ""
    return model_figure(model.name, rows, Break(layer.name, layer.class_name, shape_text(given), wanted))


def _row(layer: Layer, shapes: Sequence[Any], inputs: tuple[int, ...], again: bool) -> LayerRow:
    weights = [] if layer.is_disposed else layer.weights
    sizes = [size_of(weight.shape) for weight in weights]
    nbytes = sum(size * _BYTES.get(weight.dtype, 4) for size, weight in zip(sizes, weights))
    shown = ", ".join(shape_text(shape) for shape in shapes)
    return LayerRow(layer.name, layer.class_name, shown, sum(sizes), nbytes, inputs, bool(layer.trainable), again)
