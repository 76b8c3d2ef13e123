"""A layer's weights: made once, read, replaced, trained or left alone, and what they add to the loss."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tfnb import dtypes, shapes
from tfnb.constraints import Constraint
from tfnb.errors import ArgumentError, ShapeError
from tfnb.initializers import Initializer
from tfnb.initializers import get as get_initializer
from tfnb.language import _
from tfnb.layers.loading import LOADING
from tfnb.layers.names import NAMES
from tfnb.layers.variable import LayerVariable, layer_variable
from tfnb.ops.convert import handle_of
from tfnb.regularizers import Regularizer
from tfnb.shapes import text


class Weighted:
    """The part of a layer that knows its weights."""

    name: str
    built: bool
    _trainable: bool
    _own_trainable: list[LayerVariable]
    _own_fixed: list[LayerVariable]
    _losses: list[Callable[[], Any]]

    def add_weight(
        self,
        name: str,
        shape: Sequence[int],
        dtype: Any = None,
        initializer: str | Mapping[str, Any] | Initializer | None = None,
        regularizer: Regularizer | None = None,
        trainable: bool = True,
        constraint: Constraint | None = None,
        get_initializer_func: Callable[[], Initializer] | None = None,
    ) -> LayerVariable:
        """Make a weight of this layer; called from `build`.

        Args:
            name: a name of its own in this layer, such as 'kernel'.
            shape: such as [4, 20].
            dtype: 'float32' if left out.
            initializer: makes the first values; left out, zeros.
            regularizer: a price on its values, which training adds to the loss.
            trainable: whether training changes it.
            constraint: what its values keep to after every step of training.
            get_initializer_func: a function that gives the initializer.

        Returns:
            Variable: named '<layer>/<name>'.

        Errors:
            ArgumentError: this layer has a weight of that name. ShapeError: a length is not known.
        """
        if any(one.original_name == NAMES.scoped(name) for one in self._own_trainable + self._own_fixed):
            raise ArgumentError(
                _("this layer has a weight {name!r} already").format(name=name), op=self.name, argument="name"
            )
        if any(length is None for length in shape):
            raise ShapeError(
                _("the shape of a weight must be known, given {given}").format(given=text(tuple(shape))),
                op=self.name,
                argument=name,
                fix=_("say the length of the last axis in input_shape"),
            )
        if get_initializer_func is not None:
            initializer = get_initializer_func()
        waits = LOADING.takes(name, tuple(shape))  # an orthogonal matrix may take longer than the whole file
        first = get_initializer("zeros" if initializer is None or waits else initializer)
        kind = dtypes.canonical(dtype or "float32", self.name)
        value = first.apply(tuple(shape), kind)
        if tuple(value.shape) != tuple(shape):
            raise ShapeError(
                _("the initializer gave {given}, wanted {wanted}").format(given=text(value.shape), wanted=text(shape)),
                op=self.name,
                argument=name,
            )
        weight = layer_variable(value, name, trainable, constraint, kind)
        LOADING.made(weight)
        if regularizer is not None:
            self.add_loss(lambda: regularizer.apply(weight))
        (self._own_trainable if trainable else self._own_fixed).append(weight)
        return weight

    @property
    def trainable(self) -> bool:
        """Whether training changes the weights."""
        return self._trainable

    @trainable.setter
    def trainable(self, value: bool) -> None:
        self.mark_trainable(value)
        self._trainable = value

    def mark_trainable(self, value: bool) -> None:
        """Tell the variables whether training changes them, and leave the layer's own setting."""
        for weight in self._own_trainable:
            weight.trainable = value

    @property
    def trainable_weights(self) -> list[LayerVariable]:
        """The weights that training changes."""
        return [one for one in self._own_trainable if one.trainable] if self.trainable else []

    @property
    def non_trainable_weights(self) -> list[LayerVariable]:
        """The weights that training leaves alone."""
        if self.trainable:
            return [one for one in self._own_trainable if not one.trainable] + self._own_fixed
        return self._own_trainable + self._own_fixed

    @property
    def weights(self) -> list[LayerVariable]:
        """All weights: first those that training changes."""
        return self.trainable_weights + self.non_trainable_weights

    @property
    def constraints(self) -> list[tuple[LayerVariable, Constraint]]:
        """The weights whose values are bound, each with what binds it."""
        return [(one, one.constraint) for one in self.weights if one.constraint is not None]

    def get_weights(self, trainable_only: bool = False) -> list[Any]:
        """The present values of the weights, as tensors that later training does not change.

        Args:
            trainable_only: leave out those that training leaves alone.
        """
        return [one.clone() for one in (self.trainable_weights if trainable_only else self.weights)]

    def set_weights(self, weights: Sequence[Any]) -> None:
        """Give all weights new values.

        Args:
            weights: tensors or arrays, in the order and of the shapes of `get_weights`.

        Errors:
            ArgumentError: more or fewer than the layer has. ShapeError: one of another shape. Nothing is changed then.
        """
        own = self.weights
        if len(own) != len(weights):
            raise ArgumentError(
                _("wanted {wanted} tensors, given {given}").format(wanted=len(own), given=len(weights)),
                op=f"{self.name}.set_weights",
                argument="weights",
                fix=_("they are {names}").format(names=", ".join(one.original_name for one in own)) if own else None,
            )
        values = [handle_of(one, "set_weights", "weights", weight.dtype) for weight, one in zip(own, weights)]
        for weight, value in zip(own, values):
            if weight.shape != value.shape:
                raise ShapeError(
                    _("{name} has shape {wanted}, given {given}").format(
                        name=weight.name, wanted=text(weight.shape), given=text(value.shape)
                    ),
                    op=f"{self.name}.set_weights",
                    argument="weights",
                )
        for weight, value in zip(own, values):
            if value is not weight:
                weight.write(value)

    def count_params(self) -> int:
        """How many numbers the weights are.

        Errors:
            ArgumentError: the layer is not built yet.
        """
        if not self.built:
            raise ArgumentError(
                _("this layer has no weights yet"), op=f"{self.name}.count_params", fix=_("call it on a tensor first")
            )
        return sum(shapes.size_of(one.shape) for one in self.weights)

    def add_loss(self, losses: Callable[[], Any] | Sequence[Callable[[], Any]]) -> None:
        """Add prices to the loss of training.

        Args:
            losses: a function without arguments that gives a scalar, or several.
        """
        self._losses.extend([losses] if callable(losses) else losses)

    @property
    def losses(self) -> list[Callable[[], Any]]:
        """The functions that give what is added to the loss of training."""
        return self._losses

    def calculate_losses(self) -> list[Any]:
        """What is added to the loss of training now: a scalar for each of `losses`."""
        return [one() for one in self.losses]
