"""A graph of layers as a configuration, the form that model.json has, and back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from tfnb.errors import ArgumentError
from tfnb.language import _
from tfnb.layers import deserialize
from tfnb.layers.base import Layer
from tfnb.layers.symbolic import Node, SymbolicTensor
from tfnb.models.graph import Graph


def graph_config(name: str, graph: Graph) -> dict[str, Any]:
    """The configuration of a graph: its layers, and which of their calls lead to which."""
    numbers: dict[int, int] = {}  # the number that a node keeps in the file
    for layer in graph.layers:
        # A model used as a layer has a first node of its own, which stands for itself.
        first = 1 if layer.inbound_nodes and not layer.inbound_nodes[0].inbound_layers and layer_is_model(layer) else 0
        for number, node in enumerate(graph.nodes_of(layer), first):
            numbers[node.id] = number

    def key(tensor: SymbolicTensor) -> list[Any]:
        node = tensor.node
        return [node.outbound_layer.name, numbers.get(node.id, 0), tensor.tensor_index]

    layers = []
    for layer in graph.layers:
        nodes = [
            [[*key(one), _plain(node.call_args)] for one in node.input_tensors]
            for node in graph.nodes_of(layer)
            if node.inbound_layers
        ]
        layers.append(
            {
                "name": layer.name,
                "class_name": layer.class_name,
                "config": layer.get_config(),
                "inbound_nodes": nodes,
            }
        )
    return {
        "name": name,
        "layers": layers,
        "input_layers": [key(one) for one in graph.inputs],
        "output_layers": [key(one) for one in graph.outputs],
    }


def layer_is_model(layer: Layer) -> bool:
    """Whether a layer is a model used as one."""
    return hasattr(layer, "call_functional")


def _plain(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments of a call that a file can carry; none where one of them can't be."""
    try:
        json.dumps(arguments)
    except (TypeError, ValueError):
        return {}
    return dict(arguments)


def graph_from_config(
    config: Mapping[str, Any], custom_objects: Mapping[str, type] | None = None
) -> tuple[list[SymbolicTensor], list[SymbolicTensor]]:
    """The symbolic inputs and outputs of a configuration, with new layers between them.

    Errors:
        ArgumentError: a part is missing, a layer is not known, or a call refers to one that is not there.
    """
    made: dict[str, Layer] = {}
    waiting: list[tuple[Layer, list[Any]]] = []
    for data in _part(config, "layers"):
        layer = deserialize(data, custom_objects)
        made[data.get("name") or layer.name] = layer
        waiting.extend((layer, keys) for keys in data.get("inbound_nodes") or ())
    while waiting:
        later = [(layer, keys) for layer, keys in waiting if not _connected(layer, keys, made)]
        if len(later) == len(waiting):
            layer, keys = later[0]
            raise ArgumentError(
                _("the layer {name} needs {wanted}, which is not there").format(
                    name=layer.name, wanted=", ".join(str(one[0]) for one in keys)
                ),
                op="from_config",
                argument="config",
            )
        waiting = later
    return (
        [_tensor(one, made) for one in _keys(_part(config, "input_layers"))],
        [_tensor(one, made) for one in _keys(_part(config, "output_layers"))],
    )


def _part(config: Mapping[str, Any], name: str) -> Any:
    if not isinstance(config.get(name), list):
        raise ArgumentError(
            _("the configuration has no list {name!r}").format(name=name), op="from_config", argument="config"
        )
    return config[name]


def _keys(listed: list[Any]) -> list[Any]:
    """Keras writes a single key without the list around it."""
    return [listed] if listed and isinstance(listed[0], str) else listed


def _node(key: Any, made: Mapping[str, Layer]) -> Node | None:
    layer = made.get(key[0])
    return layer.inbound_nodes[key[1]] if layer is not None and len(layer.inbound_nodes) > key[1] else None


def _tensor(key: Any, made: Mapping[str, Layer]) -> SymbolicTensor:
    node = _node(key, made)
    if node is None or len(node.output_tensors) <= key[2]:
        raise ArgumentError(_("there is no output {key}").format(key=list(key)), op="from_config", argument="config")
    found: SymbolicTensor = node.output_tensors[key[2]]
    return found


def _connected(layer: Layer, keys: list[Any], made: Mapping[str, Layer]) -> bool:
    """Call a layer as the configuration says; False while what it needs is not there."""
    if any(_node(key, made) is None for key in keys):
        return False
    tensors = [_tensor(key, made) for key in keys]
    keywords: dict[str, Any] = next((key[3] for key in keys if len(key) > 3 and key[3]), {})
    layer.apply(tensors[0] if len(tensors) == 1 else tensors, keywords)
    return True
