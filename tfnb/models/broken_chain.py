"""A model in lines of text, up to the layer that does not take what the one before gives."""

from __future__ import annotations

from collections.abc import Sequence

from tfnb.language import _
from tfnb.layers.base import Layer
from tfnb.layers.symbolic import PartialShape, shape_text


def drawn_to_the_break(
    layers: Sequence[Layer], given: PartialShape, broken: Layer, wanted: PartialShape | None = None
) -> str:
    """The layers with the shapes between them, and where the next one does not fit.

    Args:
        layers: those before the break, from the input on; none where the data themselves do not fit.
        given: the shape that reaches the break.
        broken: the layer that does not take it.
        wanted: what it takes; left out, what it says itself.
    """
    lines: list[str] = []
    for layer in layers:
        if not lines:
            lines.append(f"   {shape_text(layer.inbound_nodes[-1].input_shapes[0])}")
        lines.append(f" ↓ {layer.name} ({layer.class_name})")
        lines.append(f"   {shape_text(layer.inbound_nodes[-1].output_shapes[0])}")
    if not lines:
        lines.append(f"   {shape_text(given)}")
    own = broken.input_spec[0] if broken.input_spec else None
    says = "" if own is None else _("  wants {wanted}").format(wanted=own if wanted is None else shape_text(wanted))
    lines.append(f" ✗ {broken.name} ({broken.class_name}){says}")
    return "\n".join(lines)
