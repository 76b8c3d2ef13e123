"""RNN: a layer that leads a cell through time."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, Unpack

from tfnb.engine.compose import compose
from tfnb.engine.tidy import keep
from tfnb.errors import ArgumentError, ShapeError
from tfnb.language import _
from tfnb.layers.base import Layer, LayerArguments
from tfnb.layers.input_spec import InputSpec
from tfnb.layers.making import layer_function
from tfnb.layers.recurrent.cell import RNNCell, UnitsCell
from tfnb.layers.recurrent.stacked import StackedRNNCells
from tfnb.layers.recurrent.steps import run_steps
from tfnb.layers.symbolic import SymbolicTensor, shape_text
from tfnb.layers.variable import LayerVariable
from tfnb.ops import arithmetic, conversion, creation, transformations
from tfnb.ops.convert import handle_of
from tfnb.serialization.construction import parameters_of
from tfnb.serialization.registry import deserialize

__all__ = ["RNN", "rnn"]


class RNN(Layer):
    """Leads a cell through time: each step gets an input and the states that the step before left.

    Inputs have shape [batch, time, values]; the output is that of the last step, [batch, units].

    Args:
        cell: what happens in a step, or a list of cells that are stacked.
        return_sequences: give the outputs of all steps, [batch, time, units].
        return_state: give the last states too: a list [output, *states].
        go_backwards: begin at the end; outputs are in the order of the steps.
        stateful: begin each batch with the states that the last one left; needs a fixed batch size.
        unroll: without an effect, as in TensorFlow.js.
        input_dim: number of values in a moment, if this is the first layer.
        input_length: number of moments, if this is the first layer.

    Errors:
        ArgumentError: no cell, or one without `state_size`. ShapeError (when called): inputs that have not three axes.

    Example:
        >>> import tfnb as tf
        >>> layer = tf.layers.rnn(cell=tf.layers.simple_rnn_cell(units=3), return_sequences=True)
        >>> layer(tf.ones([2, 5, 4])).shape
        (2, 5, 3)
    """

    makes_masks = False
    cell: RNNCell
    return_sequences: bool
    return_state: bool
    go_backwards: bool
    unroll: bool
    state_spec: list[InputSpec] | None

    def __init__(
        self,
        cell: RNNCell | Sequence[RNNCell],
        return_sequences: bool = False,
        return_state: bool = False,
        go_backwards: bool = False,
        stateful: bool = False,
        unroll: bool = False,
        input_dim: int | None = None,
        input_length: int | None = None,
        **base: Unpack[LayerArguments],
    ) -> None:
        if input_dim is not None and base.get("input_shape") is None:
            base["input_shape"] = (input_length, input_dim)
        super().__init__(**base)
        if not isinstance(cell, (RNNCell, list, tuple)):
            raise _no_cell(cell)
        self.cell = cell if isinstance(cell, RNNCell) else StackedRNNCells(cells=list(cell))
        if getattr(self.cell, "state_size", None) is None:
            raise _no_cell(cell)
        self.return_sequences, self.return_state = bool(return_sequences), bool(return_state)
        self.go_backwards, self.unroll = bool(go_backwards), bool(unroll)
        self._stateful = bool(stateful)
        self.supports_masking = True
        self.input_spec = [InputSpec(ndim=3)]
        self.state_spec = None
        self._states: list[Any] | None = None
        self._builds_cell = False  # whether the cell's weights were made for this layer

    # Weights are the cell's

    def mark_trainable(self, value: bool) -> None:
        self.cell.mark_trainable(value)

    @property
    def trainable_weights(self) -> list[LayerVariable]:
        """The weights that training changes."""
        return self.cell.trainable_weights if self.trainable else []

    @property
    def non_trainable_weights(self) -> list[LayerVariable]:
        """The weights that training leaves alone."""
        return self.cell.non_trainable_weights if self.trainable else self.cell.weights

    @property
    def losses(self) -> list[Callable[[], Any]]:
        """The functions that give what is added to the loss of training."""
        return [*self._losses, *self.cell.losses]

    def build(self, input_shape: Any) -> None:
        shape = _first_shape(input_shape)
        self._builds_cell = not self.cell.built
        if self._builds_cell:
            self.cell.build((shape[0], *shape[2:]))
            self.cell.built = True
        self.input_spec = [InputSpec(shape=(shape[0] if self.stateful else None, None, *shape[2:]))]
        self.state_spec = [InputSpec(shape=(None, size)) for size in self.cell.state_sizes]
        self.built = True
        if self.stateful:
            self.reset_states()

    def _unbuild(self) -> None:
        super()._unbuild()
        if self._builds_cell:
            self.cell._unbuild()
        self._drop_states()

    def _dispose_weights(self) -> int:
        self._drop_states()
        return super()._dispose_weights()

    # Shapes and masks

    def compute_output_shape(self, input_shape: Any) -> Any:
        shape = _first_shape(input_shape)
        sizes = self.cell.state_sizes
        output = (shape[0], shape[1], sizes[0]) if self.return_sequences else (shape[0], sizes[0])
        return [output, *((shape[0], size) for size in sizes)] if self.return_state else output

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        if isinstance(mask, (list, tuple)):
            mask = mask[0]
        output = mask if self.return_sequences else None
        return [output, *(None for _size in self.cell.state_sizes)] if self.return_state else output

    # Calls

    def apply(self, inputs: Any, kwargs: Mapping[str, Any] | None = None) -> Any:
        """`Layer.apply`; the list `[inputs, *initial_states]` or `initial_state=` sets the states to begin with.

        Errors:
            ShapeError: inputs or states of another shape. ArgumentError: more or fewer states than the cell has.
        """
        keywords = dict(kwargs or {})
        inputs, states = split_states(inputs, keywords.pop("initial_state", None), self.name)
        if states is None:
            return super().apply(inputs, keywords)
        self._check_states(states)
        if not isinstance(states[0], SymbolicTensor):
            return super().apply(inputs, {**keywords, "initial_state": states})
        assert self.input_spec is not None
        with_states = [InputSpec(shape=one.shape) for one in states]
        alone = self.input_spec
        self.input_spec = [*alone, *with_states]
        try:
            return super().apply([inputs, *states], keywords)
        finally:
            self.input_spec = self.input_spec[:1] if self.built else alone

    def check_inputs(self, values: Sequence[Any]) -> None:
        """The first input is a sequence; states may follow it."""
        assert self.input_spec is not None
        self.input_spec[0].check(values[0], self.name, 0, len(values) > 1)

    def _check_states(self, states: Sequence[Any]) -> None:
        sizes = self.cell.state_sizes
        if len(states) != len(sizes):
            raise ArgumentError(
                _("wanted {wanted} states, given {given}").format(wanted=len(sizes), given=len(states)),
                op=self.name,
                argument="initial_state",
            )
        for state, size in zip(states, sizes):
            if len(state.shape) != 2 or state.shape[-1] not in (size, None):
                raise ShapeError(
                    _("wanted a state of shape {wanted}, given {given}").format(
                        wanted=shape_text((None, size)), given=shape_text(state.shape)
                    ),
                    op=self.name,
                    argument="initial_state",
                )

    def call(self, inputs: Any, *, training: bool = False, mask: Any = None, initial_state: Any = None) -> Any:
        inputs, states = split_states(inputs, initial_state, self.name)
        if isinstance(mask, (list, tuple)):
            mask = mask[0]
        if states is None and self._states is not None:
            states = list(self._states)
        self._check_lengths(inputs, states)
        self.cell.forget_masks()
        try:
            last, outputs, after = self._through_time(inputs, states, mask, training)
        finally:
            self.cell.forget_masks()
        if self.stateful:
            self.reset_states(after)
        output = outputs if self.return_sequences else last
        return [output, *after] if self.return_state else output

    def _through_time(
        self, inputs: Any, states: list[Any] | None, mask: Any, training: bool
    ) -> tuple[Any, Any, list[Any]]:
        """The last output, all outputs if they are wanted, and the states after the last step."""
        cell = self.cell
        if states is None:
            states = self.get_initial_state(inputs)
        keywords = {"training": training} if "training" in cell.takes else {}

        def step(moment: Any, before: Sequence[Any]) -> tuple[Any, list[Any]]:
            output, *after = cell.call([moment, *before], **keywords)
            return output, after

        return run_steps(step, inputs, states, go_backwards=self.go_backwards, mask=mask, every=self.return_sequences)

    def _check_lengths(self, inputs: Any, states: Sequence[Any] | None) -> None:
        batch = inputs.shape[0]
        if states is not None:
            self._check_states(states)
        if states is not None and any(state.shape[0] != batch for state in states):
            raise ShapeError(
                _("the states are for {wanted} samples, given {given}").format(wanted=states[0].shape[0], given=batch),
                op=self.name,
                argument="inputs",
            )
        if not inputs.shape[1]:
            raise ShapeError(_("the sequences have no moments"), op=self.name, argument="inputs")

    def get_initial_state(self, inputs: Any) -> list[Any]:
        """The states that a sequence begins with: zeros.

        Args:
            inputs: the sequences, for their number.
        """
        return [creation.zeros((inputs.shape[0], size)) for size in self.cell.state_sizes]

    # States from batch to batch

    @property
    def states(self) -> list[Any]:
        """The states that the last batch left, or None for each."""
        return list(self._states) if self._states is not None else [None] * len(self.cell.state_sizes)

    @states.setter
    def states(self, states: Sequence[Any]) -> None:
        self._states = list(states)

    def get_states(self) -> list[Any]:
        """The states that the last batch left, or None for each."""
        return self.states

    def set_states(self, states: Sequence[Any]) -> None:
        """Begin the next batch with these states."""
        self._states = list(states)

    def reset_states(self, states: Any = None, training: bool = False) -> None:
        """Begin the next batch with zeros, or with these states.

        Args:
            states: a tensor for each state.
            training: without an effect here.

        Errors:
            ArgumentError: the layer is not stateful, or its batch size is not fixed. ShapeError: states of another
            shape.
        """
        super().reset_states()
        batch = self.input_spec[0].shape[0] if self.input_spec and self.input_spec[0].shape else None
        if batch is None:
            raise ArgumentError(
                _("a stateful layer must know how many samples a batch has"),
                op=self.name,
                argument="batch_input_shape",
                fix=_("write batch_input_shape=[32, …] in the first layer, or tf.input(batch_shape=[32, …])"),
            )
        if states is None:
            new = [creation.zeros((batch, size)) for size in self.cell.state_sizes]
        else:
            listed = states if isinstance(states, (list, tuple)) else [states]
            new = [handle_of(one, self.name, "states", "float32") for one in listed]
            self._check_states(new)
            for state in new:
                if state.shape[0] != batch:
                    raise ShapeError(
                        _("the states are for {wanted} samples, given {given}").format(
                            wanted=batch, given=state.shape[0]
                        ),
                        op=self.name,
                        argument="states",
                    )
        new = [keep(state.clone()) for state in new]
        self._drop_states()
        self._states = new

    def _drop_states(self) -> None:
        for state in self._states or ():
            state.dispose()
        self._states = None

    # Files

    def get_config(self) -> dict[str, Any]:
        config = {
            **self.cell.get_config(),
            **super().get_config(),
            "return_sequences": self.return_sequences,
            "return_state": self.return_state,
            "go_backwards": self.go_backwards,
            "stateful": self.stateful,
            "unroll": self.unroll,
        }
        if type(self) is RNN:
            config["cell"] = {"class_name": self.cell.class_name, "config": self.cell.get_config()}
        return config

    @classmethod
    def from_config(cls, config: Mapping[str, Any], custom_objects: Mapping[str, type] | None = None) -> Layer:
        """The layer of these arguments, with first weights of its own."""
        if "cell" in config and "cell" in parameters_of(cls):
            config = {**config, "cell": deserialize(config["cell"], RNNCell, "cell", custom_objects)}
        return super().from_config(config)


class UnitsRNN(RNN):
    """What simple_rnn, gru and lstm share: they make their cell of the arguments for it."""

    cell: UnitsCell
    cell_class: ClassVar[type[UnitsCell]]
    supplied: ClassVar[tuple[str, ...]] = ("cell",)

    def __init__(self, **arguments: Any) -> None:
        of_cell, of_layer = parameters_of(self.cell_class), parameters_of(RNN)
        unknown = [name for name in arguments if name not in of_cell and name not in of_layer]
        if unknown:
            raise TypeError(f"{self.class_name}() got an unexpected keyword argument {unknown[0]!r}")
        cell = self.cell_class(**{name: value for name, value in arguments.items() if name in of_cell})
        super().__init__(cell, **{name: value for name, value in arguments.items() if name in of_layer})
        self._in_one_call = cell.in_one_call

    def _through_time(
        self, inputs: Any, states: list[Any] | None, mask: Any, training: bool
    ) -> tuple[Any, Any, list[Any]]:
        if not self._in_one_call:
            return super()._through_time(inputs, states, mask, training)
        cell = self.cell
        if inputs.dtype != "float32":
            inputs = conversion.cast(inputs, "float32")
        if mask is not None and mask.dtype != "bool":
            mask = conversion.cast(mask, "bool")
        drop, recurrent_drop = cell.draw_masks(inputs.shape[0], inputs.shape[2], training)
        if drop is not None:
            inputs = arithmetic.mul(inputs, transformations.expand_dims(drop, 1))
        before = states if states is not None else [None] * len(cell.state_sizes)
        outputs, *after = compose(
            cell.sequence_kernel,
            (inputs, cell.kernel, cell.recurrent_kernel, cell.bias, *before, recurrent_drop, mask),
            sys._getframe(1),
            go_backwards=self.go_backwards,
            return_sequences=self.return_sequences,
            **cell.attributes(),
        )
        return after[0], outputs, after


def _no_cell(given: Any) -> ArgumentError:
    return ArgumentError(
        _("wanted a cell that has state_size, not {given!r}").format(given=given),
        op="rnn",
        argument="cell",
        fix=_("such as tf.layers.simple_rnn_cell(units=20)"),
    )


def split_states(inputs: Any, states: Any, op: str) -> tuple[Any, list[Any] | None]:
    """The sequences and the states to begin with, which may come in one list."""
    if isinstance(inputs, (list, tuple)) and len(inputs) and hasattr(inputs[0], "dtype"):
        if states is not None and len(inputs) > 1:
            raise ArgumentError(_("states given twice"), op=op, argument="initial_state")
        if len(inputs) > 1:
            states = inputs[1:]
        inputs = inputs[0]
    if states is None:
        return inputs, None
    listed = list(states) if isinstance(states, (list, tuple)) else [states]
    return inputs, [one if isinstance(one, SymbolicTensor) else handle_of(one, op, "initial_state") for one in listed]


def _first_shape(shape: Any) -> Any:
    """The shape of the sequences, where those of states follow."""
    return shape[0] if shape and isinstance(shape[0], (tuple, list)) else shape


rnn = layer_function(RNN, "rnn")
