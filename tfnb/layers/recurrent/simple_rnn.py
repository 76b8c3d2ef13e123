"""simple_rnn: the output of a step is its only state (Elman 1990)."""

from __future__ import annotations

from typing import Any

from tfnb.kernels.recurrent import simple_rnn as kernels
from tfnb.layers.making import layer_function
from tfnb.layers.recurrent.cell import UnitsCell
from tfnb.layers.recurrent.rnn import UnitsRNN
from tfnb.ops import arithmetic, matrices

__all__ = ["SimpleRNN", "SimpleRNNCell", "simple_rnn", "simple_rnn_cell"]


class SimpleRNNCell(UnitsCell):
    """One step of simple_rnn: `activation(x · kernel + h · recurrent_kernel + bias)`.

    Args:
        units: how many outputs.
        activation: of the outputs.
        use_bias: whether there is a bias.
        kernel_initializer: first values of the kernel [inputs, units].
        recurrent_initializer: first values of the recurrent kernel [units, units].
        bias_initializer: first values of the bias [units].
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
        >>> cell = tf.layers.simple_rnn_cell(units=3)
        >>> output, state = cell.apply([tf.ones([2, 4]), tf.zeros([2, 3])])
        >>> output.shape
        (2, 3)
    """

    sequence_kernel = kernels.simple_rnn

    def call(self, inputs: Any, *, training: bool = False, mask: Any = None) -> Any:
        x, h = self._masked(inputs, training)
        output = matrices.matmul(x, self.kernel)
        if self.bias is not None:
            output = arithmetic.add(output, self.bias)
        output = self.activation.apply(arithmetic.add(output, matrices.matmul(h, self.recurrent_kernel)))
        return [output, output]


class SimpleRNN(UnitsRNN):
    """A recurrent layer whose state is its last output: `h = activation(x · kernel + h · recurrent_kernel + bias)`.

    Inputs have shape [batch, time, values]; the output is that of the last step, [batch, units].

    Args:
        units: how many outputs.
        activation: of the outputs.
        use_bias: whether there is a bias.
        kernel_initializer: first values of the kernel [inputs, units].
        recurrent_initializer: first values of the recurrent kernel [units, units].
        bias_initializer: first values of the bias [units].
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
        >>> layer = tf.layers.simple_rnn(units=20, recurrent_initializer="GlorotNormal", input_shape=[80, 4])
        >>> layer(tf.zeros([2, 80, 4])).shape
        (2, 20)
    """

    cell_class = SimpleRNNCell


simple_rnn = layer_function(SimpleRNN, "simple_rnn")
simple_rnn_cell = layer_function(SimpleRNNCell, "simple_rnn_cell")
