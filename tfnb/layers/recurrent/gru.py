"""gru: a state behind two gates (Cho et al. 2014)."""

from __future__ import annotations

from typing import Any

from tfnb.kernels.recurrent import gru as kernels
from tfnb.layers.making import layer_function
from tfnb.layers.recurrent.cell import GatedCell
from tfnb.layers.recurrent.rnn import UnitsRNN
from tfnb.ops import arithmetic, joining, matrices

__all__ = ["GRU", "GRUCell", "gru", "gru_cell"]


class GRUCell(GatedCell):
    """One step of gru: what of the state stays, and what a proposal replaces.

    z, r = gates; proposal = activation(x + (r h) · U); h = z h + (1 - z) proposal.

    Args:
        units: how many outputs.
        activation: of the proposal.
        recurrent_activation: of the gates.
        implementation: kept in files, without an effect.
        reset_after: multiply with r after the product with the recurrent kernel, with a bias of its own there: the
            form of cuDNN, PyTorch and newer Keras. TensorFlow.js has only the other one.
        use_bias: whether there is a bias.
        kernel_initializer: first values of the kernel [inputs, 3 units].
        recurrent_initializer: first values of the recurrent kernel [units, 3 units].
        bias_initializer: first values of the bias [3 units], or [2, 3 units] with reset_after.
        kernel_regularizer: a price on the kernel, added to the loss.
        recurrent_regularizer: the same for the recurrent kernel.
        bias_regularizer: the same for the bias.
        kernel_constraint: what the kernel keeps to in training.
        recurrent_constraint: the same for the recurrent kernel.
        bias_constraint: the same for the bias.
        dropout: share of the inputs that are left out in training.
        recurrent_dropout: share of the state that is left out in training.
        dropout_func: makes the masks instead: `dropout_func(ones, rate)`.

    Errors:
        ArgumentError: `units` below 1, an unknown name.

    Example:
        >>> import tfnb as tf
        >>> cell = tf.layers.gru_cell(units=3)
        >>> output, state = cell.apply([tf.ones([2, 4]), tf.zeros([2, 3])])
        >>> output.shape
        (2, 3)
    """

    gates = 3
    sequence_kernel = kernels.gru

    def __init__(
        self,
        units: int,
        activation: Any = "tanh",
        recurrent_activation: Any = "hard_sigmoid",
        implementation: int | None = None,
        reset_after: bool = False,
        **arguments: Any,
    ) -> None:
        super().__init__(units, activation, recurrent_activation, implementation, **arguments)
        self.reset_after = bool(reset_after)

    def _bias_shape(self) -> tuple[int, ...]:
        return (2, 3 * self.units) if self.reset_after else (3 * self.units,)

    def call(self, inputs: Any, *, training: bool = False, mask: Any = None) -> Any:
        x, h = self._masked(inputs, training)
        return self._reset_after(x, h) if self.reset_after else self._reset_before(x, h)

    def _reset_before(self, x: Any, h: Any) -> Any:
        units = self.units
        of_input = matrices.matmul(x, self.kernel)
        if self.bias is not None:
            of_input = arithmetic.add(of_input, self.bias)
        to_gates, to_proposal = joining.split(self.recurrent_kernel, [2 * units, units], 1)
        of_state = matrices.matmul(h, to_gates)
        x_z, x_r, x_h = joining.split(of_input, 3, 1)
        h_z, h_r = joining.split(of_state, 2, 1)
        z = self.recurrent_activation.apply(arithmetic.add(x_z, h_z))
        r = self.recurrent_activation.apply(arithmetic.add(x_r, h_r))
        of_reset = matrices.matmul(arithmetic.mul(r, h), to_proposal)
        proposal = self.activation.apply(arithmetic.add(x_h, of_reset))
        return _mixed(z, h, proposal)

    def _reset_after(self, x: Any, h: Any) -> Any:
        of_input = matrices.matmul(x, self.kernel)
        of_state = matrices.matmul(h, self.recurrent_kernel)
        if self.bias is not None:
            first, second = joining.unstack(self.bias)
            of_input, of_state = arithmetic.add(of_input, first), arithmetic.add(of_state, second)
        x_z, x_r, x_h = joining.split(of_input, 3, 1)
        h_z, h_r, h_h = joining.split(of_state, 3, 1)
        z = self.recurrent_activation.apply(arithmetic.add(x_z, h_z))
        r = self.recurrent_activation.apply(arithmetic.add(x_r, h_r))
        proposal = self.activation.apply(arithmetic.add(x_h, arithmetic.mul(r, h_h)))
        return _mixed(z, h, proposal)

    def attributes(self) -> dict[str, Any]:
        return {**super().attributes(), "reset_after": self.reset_after}

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "reset_after": self.reset_after}


def _mixed(z: Any, h: Any, proposal: Any) -> list[Any]:
    output = arithmetic.add(arithmetic.mul(z, h), arithmetic.mul(arithmetic.sub(1, z), proposal))
    return [output, output]


class GRU(UnitsRNN):
    """A recurrent layer with two gates, which decide what of its state stays and what is replaced (Cho et al. 2014).

    Inputs have shape [batch, time, values]; the output is that of the last step, [batch, units].

    Args:
        units: how many outputs.
        activation: of the proposal for the new state.
        recurrent_activation: of the gates.
        implementation: kept in files, without an effect.
        reset_after: multiply with the reset gate after the product with the recurrent kernel: the form of cuDNN,
            PyTorch and newer Keras. TensorFlow.js has only the other one.
        use_bias: whether there is a bias.
        kernel_initializer: first values of the kernel [inputs, 3 units].
        recurrent_initializer: first values of the recurrent kernel [units, 3 units].
        bias_initializer: first values of the bias [3 units], or [2, 3 units] with reset_after.
        kernel_regularizer: a price on the kernel, added to the loss.
        recurrent_regularizer: the same for the recurrent kernel.
        bias_regularizer: the same for the bias.
        kernel_constraint: what the kernel keeps to in training.
        recurrent_constraint: the same for the recurrent kernel.
        bias_constraint: the same for the bias.
        dropout: share of the inputs that are left out in training, the same ones in all steps of a sequence.
        recurrent_dropout: share of the state that is left out in training.
        dropout_func: makes the masks instead: `dropout_func(ones, rate)`.
        return_sequences: give the outputs of all steps, [batch, time, units].
        return_state: give the last state too: a list [output, state].
        go_backwards: begin at the end; outputs are in the order of the steps.
        stateful: begin each batch with the state that the last one left; needs a fixed batch size.
        unroll: without an effect, as in TensorFlow.js.
        input_dim: number of values in a moment, if this is the first layer.
        input_length: number of moments, if this is the first layer.

    Errors:
        ArgumentError: `units` below 1, an unknown name. ShapeError (when called): inputs that have not three axes.

    Example:
        >>> import tfnb as tf
        >>> tf.layers.gru(units=8)(tf.zeros([2, 80, 4])).shape
        (2, 8)
    """

    cell_class = GRUCell


gru = layer_function(GRU, "gru")
gru_cell = layer_function(GRUCell, "gru_cell")
