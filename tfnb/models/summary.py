"""The table of a model's layers: shapes, numbers that are learned, and where inputs come from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from tfnb.language import _
from tfnb.layers.base import Layer
from tfnb.layers.symbolic import Node, shape_text
from tfnb.picture.text_width import shorten, text_width
from tfnb.shapes import size_of

if TYPE_CHECKING:
    from tfnb.models.container import Container


def print_summary(
    model: Container, line_length: int | None, positions: Sequence[float] | None, print_fn: Callable[[str], Any]
) -> None:
    """Give the lines of the table to `print_fn`."""
    graph = model.graph
    is_chain = _is_chain(graph.by_depth(), model.layers)
    titles = [_("Layer (type)"), _("Input shape"), _("Output shape"), _("Param #")]
    if not is_chain:
        titles.append(_("Receives inputs"))
    width = line_length or (90 if is_chain else 115)
    shares = positions or ((0.32, 0.61, 0.89, 1) if is_chain else (0.24, 0.48, 0.70, 0.80, 1))
    ends = [int(width * one) if shares[-1] <= 1 else int(one) for one in shares]
    print_fn("_" * width)
    print_fn(_row(titles, ends))
    print_fn("=" * width)
    for number, layer in enumerate(model.layers, 1):
        origins = [] if is_chain else _origins(graph.nodes_of(layer))
        cells = [f"{layer.name} ({layer.class_name})", _shapes(layer, "input"), _shapes(layer, "output")]
        cells.append(str(layer.count_params()))
        print_fn(_row([*cells, *origins[:1]], ends))
        for origin in origins[1:]:
            print_fn(_row(["", "", "", "", origin], ends))
        print_fn(("=" if number == len(model.layers) else "_") * width)
    trainable = sum(size_of(one.shape) for one in model.trainable_weights)
    fixed = sum(size_of(one.shape) for one in model.non_trainable_weights)
    print_fn(_("Total params: {count}").format(count=trainable + fixed))
    print_fn(_("Trainable params: {count}").format(count=trainable))
    print_fn(_("Non-trainable params: {count}").format(count=fixed))
    print_fn("_" * width)


def _is_chain(rows: dict[int, list[Node]], layers: Sequence[Layer]) -> bool:
    if any(len(nodes) > 1 or len(nodes[0].inbound_layers) > 1 for nodes in rows.values()):
        return False
    used = [node.outbound_layer for nodes in rows.values() for node in nodes]
    return all(sum(one is layer for one in used) <= 1 for layer in layers)


def _shapes(layer: Layer, side: str) -> str:
    """The shapes of a layer's inputs or outputs, one after the other where it is used in several places."""
    found = []
    for node in layer.inbound_nodes:
        for shape in node.input_shapes if side == "input" else node.output_shapes:
            if shape_text(shape) not in found:
                found.append(shape_text(shape))
    return ", ".join(found)


def _origins(nodes: Sequence[Node]) -> list[str]:
    return [
        f"{origin.name}[{node.node_indices[index]}][{node.tensor_indices[index]}]"
        for node in nodes
        for index, origin in enumerate(node.inbound_layers)
    ]


def _row(cells: Sequence[str], ends: Sequence[int]) -> str:
    line = ""
    for cell, end in zip(cells, ends):
        if line:
            line = line[:-1] + " "
        line = shorten(line + cell, end)
        line += " " * (end - text_width(line))
    return line.rstrip()
