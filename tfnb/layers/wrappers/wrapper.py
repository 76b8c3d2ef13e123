"""What layers around a layer share: its weights are theirs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Unpack

from tfnb.errors import ArgumentTypeError
from tfnb.language import _
from tfnb.layers.base import Layer, LayerArguments
from tfnb.layers.variable import LayerVariable
from tfnb.serialization.registry import deserialize


class Wrapper(Layer):
    """A layer around another one, whose weights are its own."""

    makes_masks = False

    def __init__(self, layer: Layer, **base: Unpack[LayerArguments]) -> None:
        super().__init__(**base)
        if not isinstance(layer, Layer):
            raise ArgumentTypeError(
                _("wanted a layer, not {given!r}").format(given=layer), op=self.class_name, argument="layer"
            )
        self.layer = layer
        self._builds: list[Layer] = []  # the layers whose weights were made for this one

    def _inner(self) -> Sequence[Layer]:
        """The layers whose weights these are."""
        return (self.layer,)

    @property
    def trainable(self) -> bool:
        """Whether training changes the weights."""
        return self.layer.trainable

    @trainable.setter
    def trainable(self, value: bool) -> None:
        for layer in self._inner():
            layer.trainable = value

    def mark_trainable(self, value: bool) -> None:
        for layer in self._inner():
            layer.mark_trainable(value)

    @property
    def trainable_weights(self) -> list[LayerVariable]:
        """The weights that training changes."""
        return [weight for layer in self._inner() for weight in layer.trainable_weights]

    @property
    def non_trainable_weights(self) -> list[LayerVariable]:
        """The weights that training leaves alone."""
        return [weight for layer in self._inner() for weight in layer.non_trainable_weights]

    @property
    def losses(self) -> list[Callable[[], Any]]:
        """The functions that give what is added to the loss of training."""
        return [*self._losses, *(loss for layer in self._inner() for loss in layer.losses)]

    def _unbuild(self) -> None:
        super()._unbuild()
        for layer in self._builds:
            layer._unbuild()

    def get_config(self) -> dict[str, Any]:
        inner = {"class_name": self.layer.class_name, "config": self.layer.get_config()}
        return {"layer": inner, **super().get_config()}

    @classmethod
    def from_config(cls, config: Mapping[str, Any], custom_objects: Mapping[str, type] | None = None) -> Layer:
        """The layer of these arguments, with first weights of its own."""
        inner: Any = deserialize(config["layer"], Layer, "layer", custom_objects)
        return super().from_config({**config, "layer": inner})
