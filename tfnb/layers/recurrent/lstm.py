"""lstm: a second state, which only gates touch (Hochreiter and Schmidhuber 1997)."""

from __future__ import annotations

from typing import Any

from tfnb.initializers import Initializer, Ones
from tfnb.kernels.recurrent import lstm as kernels
from tfnb.layers.making import layer_function
from tfnb.layers.recurrent.cell import GatedCell
from tfnb.layers.recurrent.rnn import UnitsRNN
from tfnb.ops import arithmetic, joining, matrices

__all__ = ["LSTM", "LSTMCell", "lstm", "lstm_cell"]


class _ForgetBias(Initializer):
    """A bias whose forget gate begins at 1, so that nothing is forgotten at first (Jozefowicz et al. 2015)."""

    def __init__(self, others: Initializer, units: int) -> None:
        self.others, self.units = others, units

    def apply(self, shape: Any, dtype: Any = None) -> Any:
        first, last = self.others.apply((self.units,)), self.others.apply((2 * self.units,))
        return joining.concat([first, Ones().apply((self.units,)), last], 0)


class LSTMCell(GatedCell):
    """One step of lstm: what of the carry stays, what is added to it, what of it shows.

    i, f, g, o = gates; c = f c + i g; h = o activation(c).

    Args:
        units: how many outputs.
        activation: of the candidate and of the carry.
        recurrent_activation: of the gates.
        implementation: kept in files, without an effect.
        unit_forget_bias: begin with the forget gate's bias at 1.
        use_bias: whether there is a bias.
        kernel_initializer: first values of the kernel [inputs, 4 units].
        recurrent_initializer: first values of the recurrent kernel [units, 4 units].
        bias_initializer: first values of the bias [4 units].
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
        >>> cell = tf.layers.lstm_cell(units=3)
        >>> output, state, carry = cell.apply([tf.ones([2, 4]), tf.zeros([2, 3]), tf.zeros([2, 3])])
        >>> output.shape
        (2, 3)
    """

    gates = 4
    sequence_kernel = kernels.lstm

    def __init__(
        self,
        units: int,
        activation: Any = "tanh",
        recurrent_activation: Any = "hard_sigmoid",
        implementation: int | None = None,
        unit_forget_bias: bool | None = None,
        **arguments: Any,
    ) -> None:
        super().__init__(units, activation, recurrent_activation, implementation, **arguments)
        self.unit_forget_bias = unit_forget_bias
        self.state_size = (self.units, self.units)

    def _first_bias(self) -> Initializer:
        return _ForgetBias(self.bias_initializer, self.units) if self.unit_forget_bias else self.bias_initializer

    def call(self, inputs: Any, *, training: bool = False, mask: Any = None) -> Any:
        x, h, c = self._masked(inputs, training)
        z = arithmetic.add(matrices.matmul(x, self.kernel), matrices.matmul(h, self.recurrent_kernel))
        if self.bias is not None:
            z = arithmetic.add(z, self.bias)
        z_i, z_f, z_g, z_o = joining.split(z, 4, 1)
        gate, activate = self.recurrent_activation.apply, self.activation.apply
        kept = arithmetic.mul(gate(z_f), c)
        carry = arithmetic.add(kept, arithmetic.mul(gate(z_i), activate(z_g)))
        output = arithmetic.mul(gate(z_o), activate(carry))
        return [output, output, carry]

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "unit_forget_bias": self.unit_forget_bias}


class LSTM(UnitsRNN):
    """A recurrent layer with a second state, the carry, which only gates touch: it remembers for long.

    Inputs have shape [batch, time, values]; the output is that of the last step, [batch, units].
    Source: Hochreiter and Schmidhuber 1997; the forget gate: Gers et al. 2000.

    Args:
        units: how many outputs.
        activation: of the candidate and of the carry.
        recurrent_activation: of the gates.
        implementation: kept in files, without an effect.
        unit_forget_bias: begin with the forget gate's bias at 1.
        use_bias: whether there is a bias.
        kernel_initializer: first values of the kernel [inputs, 4 units].
        recurrent_initializer: first values of the recurrent kernel [units, 4 units].
        bias_initializer: first values of the bias [4 units].
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
        return_state: give the last states too: a list [output, state, carry].
        go_backwards: begin at the end; outputs are in the order of the steps.
        stateful: begin each batch with the states that the last one left; needs a fixed batch size.
        unroll: without an effect, as in TensorFlow.js.
        input_dim: number of values in a moment, if this is the first layer.
        input_length: number of moments, if this is the first layer.

    Errors:
        ArgumentError: `units` below 1, an unknown name. ShapeError (when called): inputs that have not three axes.

    Example:
        >>> import tfnb as tf
        >>> output, state, carry = tf.layers.lstm(units=8, return_state=True)(tf.zeros([2, 80, 4]))
        >>> carry.shape
        (2, 8)
    """

    cell_class = LSTMCell


lstm = layer_function(LSTM, "lstm")
lstm_cell = layer_function(LSTMCell, "lstm_cell")
