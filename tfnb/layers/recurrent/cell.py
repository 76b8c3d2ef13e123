"""What a recurrent cell is: one step in time, from an input and the states before to an output and the states after."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar, Unpack

from tfnb import constraints, initializers, regularizers
from tfnb.engine.tidy import keep
from tfnb.errors import ArgumentError
from tfnb.initializers import Initializer
from tfnb.kernels.composite import Composite
from tfnb.kernels.recurrent.activations import supports
from tfnb.language import _
from tfnb.layers import activations
from tfnb.layers.arguments import positive_whole, share
from tfnb.layers.base import Layer, LayerArguments
from tfnb.layers.dropout_mask import dropout_mask
from tfnb.layers.variable import LayerVariable
from tfnb.ops import arithmetic, creation


class RNNCell(Layer):
    """One step in time. For a cell of your own, derive from it, set `state_size` and write `build` and `call`.

    `call` takes `[input, *states]` and gives `[output, *new_states]`.

    Attributes:
        state_size: length of the state, or of each of several.
        dropout_mask, recurrent_dropout_mask: what the steps of one sequence multiply with, or None.
    """

    state_size: int | Sequence[int]
    dropout_mask: Any = None
    recurrent_dropout_mask: Any = None

    @property
    def state_sizes(self) -> tuple[int, ...]:
        """`state_size` as a tuple."""
        size = self.state_size
        return (size,) if isinstance(size, int) else tuple(size)

    def forget_masks(self) -> None:
        """Let the next sequence draw masks of its own."""
        self.dropout_mask = self.recurrent_dropout_mask = None


class UnitsCell(RNNCell):
    """What simple_rnn, gru and lstm cells share: units, weights, dropout.

    A kernel for the input, one for the state, a bias; as many columns of each as the cell has gates.
    """

    gates: ClassVar[int] = 1
    # The kernel that takes all steps of a sequence in one call.
    sequence_kernel: ClassVar[Composite]

    def __init__(
        self,
        units: int,
        activation: Any = "tanh",
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_normal",
        recurrent_initializer: Any = "orthogonal",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        recurrent_regularizer: Any = None,
        bias_regularizer: Any = None,
        kernel_constraint: Any = None,
        recurrent_constraint: Any = None,
        bias_constraint: Any = None,
        dropout: float = 0.0,
        recurrent_dropout: float = 0.0,
        dropout_func: Callable[[Any, float], Any] | None = None,
        **base: Unpack[LayerArguments],
    ) -> None:
        super().__init__(**base)
        self.units = positive_whole(units, self.class_name, "units")
        self.activation = activations.get("tanh" if activation is None else activation)
        self.use_bias = use_bias is None or bool(use_bias)
        self.kernel_initializer = initializers.get(kernel_initializer or "glorot_normal")
        self.recurrent_initializer = initializers.get(recurrent_initializer or "orthogonal")
        self.bias_initializer = initializers.get(bias_initializer or "zeros")
        self.kernel_regularizer = regularizers.get(kernel_regularizer)
        self.recurrent_regularizer = regularizers.get(recurrent_regularizer)
        self.bias_regularizer = regularizers.get(bias_regularizer)
        self.kernel_constraint = constraints.get(kernel_constraint)
        self.recurrent_constraint = constraints.get(recurrent_constraint)
        self.bias_constraint = constraints.get(bias_constraint)
        self.dropout = share(dropout or 0, self.class_name, "dropout")
        self.recurrent_dropout = share(recurrent_dropout or 0, self.class_name, "recurrent_dropout")
        self.dropout_func = dropout_func
        self.state_size: int | Sequence[int] = self.units
        self.kernel: LayerVariable | None = None
        self.recurrent_kernel: LayerVariable | None = None
        self.bias: LayerVariable | None = None

    def build(self, input_shape: Any) -> None:
        if isinstance(input_shape[0], (tuple, list)):  # called by itself, on an input and states
            input_shape = input_shape[0]
        columns = self.units * self.gates
        self.kernel = self.add_weight(
            "kernel",
            (input_shape[-1], columns),
            None,
            self.kernel_initializer,
            self.kernel_regularizer,
            True,
            self.kernel_constraint,
        )
        self.recurrent_kernel = self.add_weight(
            "recurrent_kernel",
            (self.units, columns),
            None,
            self.recurrent_initializer,
            self.recurrent_regularizer,
            True,
            self.recurrent_constraint,
        )
        self.bias = None
        if self.use_bias:
            self.bias = self.add_weight(
                "bias",
                self._bias_shape(),
                None,
                self._first_bias(),
                self.bias_regularizer,
                True,
                self.bias_constraint,
            )
        self.built = True

    def _bias_shape(self) -> tuple[int, ...]:
        return (self.units * self.gates,)

    def _first_bias(self) -> Initializer:
        return self.bias_initializer

    def draw_masks(self, batch: int, features: int, training: bool) -> tuple[Any, Any]:
        """The masks of this sequence for the input and for the state; None where nothing is dropped."""
        if not training:
            return None, None
        if 0 < self.dropout < 1 and self.dropout_mask is None:
            self.dropout_mask = self._drawn((batch, features), self.dropout)
        if 0 < self.recurrent_dropout < 1 and self.recurrent_dropout_mask is None:
            self.recurrent_dropout_mask = self._drawn((batch, self.units), self.recurrent_dropout)
        return self.dropout_mask, self.recurrent_dropout_mask

    def _drawn(self, shape: tuple[int, int], rate: float) -> Any:
        if self.dropout_func is not None:
            return keep(self.dropout_func(creation.ones(shape), rate))
        return keep(dropout_mask(shape, rate, None))

    @property
    def in_one_call(self) -> bool:
        """Whether the kernel of the sequence does what this cell does."""
        standard = next((one for one in type(self).__mro__ if "sequence_kernel" in one.__dict__), None)
        if standard is None:
            return False
        is_changed = type(self).call is not standard.__dict__["call"]
        return not is_changed and all(
            one is activations.ACTIVATIONS.get(one.name) and supports(one.name) for one in self._functions()
        )

    def _functions(self) -> tuple[activations.Activation, ...]:
        return (self.activation,)

    def attributes(self) -> dict[str, Any]:
        """What the kernel of the sequence must know of the cell."""
        return {"activation": self.activation.name}

    def _masked(self, inputs: Any, training: bool) -> list[Any]:
        """The input and the states of a step, after dropout."""
        wanted = 1 + len(self.state_sizes)
        if len(inputs) != wanted:
            raise ArgumentError(
                _("wanted a list of {wanted} tensors, the input and the states, given {given}").format(
                    wanted=wanted, given=len(inputs)
                ),
                op=self.name,
                argument="inputs",
            )
        x, state, *others = inputs
        mask, recurrent_mask = self.draw_masks(x.shape[0], x.shape[1], training)
        if mask is not None:
            x = arithmetic.mul(x, mask)
        if recurrent_mask is not None:
            state = arithmetic.mul(state, recurrent_mask)
        return [x, state, *others]

    def compute_output_shape(self, input_shape: Any) -> Any:
        first = input_shape[0]
        batch = first[0] if isinstance(first, (tuple, list)) else first
        return [(batch, self.units), *((batch, size) for size in self.state_sizes)]

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "units": self.units,
            "activation": activations.serialize(self.activation),
            "use_bias": self.use_bias,
            "kernel_initializer": initializers.serialize(self.kernel_initializer),
            "recurrent_initializer": initializers.serialize(self.recurrent_initializer),
            "bias_initializer": initializers.serialize(self.bias_initializer),
            "kernel_regularizer": regularizers.serialize(self.kernel_regularizer),
            "recurrent_regularizer": regularizers.serialize(self.recurrent_regularizer),
            "bias_regularizer": regularizers.serialize(self.bias_regularizer),
            "activity_regularizer": regularizers.serialize(self.activity_regularizer),
            "kernel_constraint": constraints.serialize(self.kernel_constraint),
            "recurrent_constraint": constraints.serialize(self.recurrent_constraint),
            "bias_constraint": constraints.serialize(self.bias_constraint),
            "dropout": self.dropout,
            "recurrent_dropout": self.recurrent_dropout,
        }


class GatedCell(UnitsCell):
    """A cell whose gates have an activation of their own."""

    def __init__(
        self,
        units: int,
        activation: Any = "tanh",
        recurrent_activation: Any = "hard_sigmoid",
        implementation: int | None = None,
        **arguments: Any,
    ) -> None:
        super().__init__(units, activation, **arguments)
        self.recurrent_activation = activations.get(recurrent_activation)
        self.implementation = implementation

    def _functions(self) -> tuple[activations.Activation, ...]:
        return (self.activation, self.recurrent_activation)

    def attributes(self) -> dict[str, Any]:
        return {**super().attributes(), "recurrent_activation": self.recurrent_activation.name}

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "recurrent_activation": activations.serialize(self.recurrent_activation),
            "implementation": self.implementation,
        }
