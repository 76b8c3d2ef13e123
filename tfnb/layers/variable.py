"""The weights of layers: variables that know the name they have in files, and what their values must keep to."""

from __future__ import annotations

import sys
from typing import Any

from tfnb.constraints import Constraint
from tfnb.layers.names import NAMES
from tfnb.variables import Variable, free_name, made_variable


class LayerVariable(Variable):
    """A weight of a layer.

    Attributes:
        name: `<layer>/<name>`, with a number where a living variable has that name.
        original_name: `<layer>/<name>`, the name in files.
        constraint: what its values keep to after every step of training, or None.
    """

    __slots__ = ("original_name", "constraint")

    original_name: str
    constraint: Constraint | None

    def write(self, new_value: Any) -> LayerVariable:
        """`assign`, and then the constraint."""
        self.assign(new_value)
        if self.constraint is not None:
            self.assign(self.constraint.apply(self))
        return self

    def read(self) -> LayerVariable:
        """The variable itself, which ops take as a tensor."""
        return self


def layer_variable(value: Any, name: str, trainable: bool, constraint: Constraint | None, dtype: str) -> LayerVariable:
    """A weight with this first value, named inside the layers that are being built."""
    original = NAMES.scoped(name)
    made = made_variable(value, trainable, free_name(original), dtype, sys._getframe(1), LayerVariable)
    assert type(made) is LayerVariable
    made.original_name, made.constraint = original, constraint
    return made
