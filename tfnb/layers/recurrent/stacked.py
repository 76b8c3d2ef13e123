"""Cells on top of each other: each step, a cell's output is the next one's input."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Unpack

from tfnb.errors import ArgumentError
from tfnb.language import _
from tfnb.layers.base import Layer, LayerArguments
from tfnb.layers.making import layer_function
from tfnb.layers.names import NAMES
from tfnb.layers.recurrent.cell import RNNCell
from tfnb.layers.variable import LayerVariable
from tfnb.serialization.registry import deserialize

__all__ = ["StackedRNNCells", "stacked_rnn_cells"]


class StackedRNNCells(RNNCell):
    """Cells on top of each other: each step, a cell's output is the next one's input.

    States are in TensorFlow.js's order: those of the last cell first.

    Args:
        cells: from the input on.

    Errors:
        ArgumentError: no cells.

    Example:
        >>> import tfnb as tf
        >>> cells = [tf.layers.lstm_cell(units=3), tf.layers.lstm_cell(units=2)]
        >>> tf.layers.rnn(cell=tf.layers.stacked_rnn_cells(cells=cells))(tf.ones([1, 5, 4])).shape
        (1, 2)
    """

    def __init__(self, cells: Sequence[RNNCell], **base: Unpack[LayerArguments]) -> None:
        super().__init__(**base)
        self.cells = list(cells)
        if not self.cells or not all(hasattr(cell, "state_size") for cell in self.cells):
            raise ArgumentError(
                _("wanted a list of cells, such as [tf.layers.lstm_cell(units=20)]"),
                op="stacked_rnn_cells",
                argument="cells",
            )

    @property
    def state_size(self) -> list[int]:  # type: ignore[override]
        """The lengths of all states, those of the last cell first."""
        return [size for cell in reversed(self.cells) for size in cell.state_sizes]

    def build(self, input_shape: Any) -> None:
        shape = input_shape[0] if isinstance(input_shape[0], (tuple, list)) else input_shape
        for index, cell in enumerate(self.cells):
            with NAMES.inside(f"RNNCell_{index}"):
                if not cell.built:
                    cell.build(shape)
                    cell.built = True
            shape = (shape[0], cell.state_sizes[0])
        self.built = True

    def _unbuild(self) -> None:
        super()._unbuild()
        for cell in self.cells:
            cell._unbuild()

    def call(self, inputs: Any, *, training: bool = False, mask: Any = None) -> Any:
        x, *rest = inputs
        of_cells: list[list[Any]] = []
        for cell in reversed(self.cells):
            count = len(cell.state_sizes)
            of_cells.append(rest[:count])
            rest = rest[count:]
        after: list[list[Any]] = []
        for cell, states in zip(self.cells, reversed(of_cells)):
            keywords = {"training": training} if "training" in cell.takes else {}
            x, *new = cell.call([x, *states], **keywords)
            after.append(new)
        return [x, *(state for states in reversed(after) for state in states)]

    def forget_masks(self) -> None:
        for cell in self.cells:
            cell.forget_masks()

    def mark_trainable(self, value: bool) -> None:
        for cell in self.cells:
            cell.mark_trainable(value)

    @property
    def trainable_weights(self) -> list[LayerVariable]:
        """The weights that training changes."""
        return [weight for cell in self.cells for weight in cell.trainable_weights] if self.trainable else []

    @property
    def non_trainable_weights(self) -> list[LayerVariable]:
        """The weights that training leaves alone."""
        fixed = [weight for cell in self.cells for weight in cell.non_trainable_weights]
        if self.trainable:
            return fixed
        return [weight for cell in self.cells for weight in cell.trainable_weights] + fixed

    @property
    def losses(self) -> list[Callable[[], Any]]:
        """The functions that give what is added to the loss of training."""
        return [*self._losses, *(loss for cell in self.cells for loss in cell.losses)]

    def get_config(self) -> dict[str, Any]:
        cells = [{"class_name": cell.class_name, "config": cell.get_config()} for cell in self.cells]
        return {**super().get_config(), "cells": cells}

    @classmethod
    def from_config(cls, config: Mapping[str, Any], custom_objects: Mapping[str, type] | None = None) -> Layer:
        """The cells of these arguments, with first weights of their own."""
        cells = [deserialize(one, RNNCell, "cell", custom_objects) for one in config.get("cells") or ()]
        return super().from_config({**config, "cells": cells})


stacked_rnn_cells = layer_function(StackedRNNCells, "stacked_rnn_cells")
