"""Recurrent layers: a cell is one step in time, a layer leads it through the steps (section Layers / Recurrent)."""

from tfnb.layers.recurrent.cell import RNNCell
from tfnb.layers.recurrent.gru import GRU, GRUCell
from tfnb.layers.recurrent.lstm import LSTM, LSTMCell
from tfnb.layers.recurrent.rnn import RNN
from tfnb.layers.recurrent.simple_rnn import SimpleRNN, SimpleRNNCell
from tfnb.layers.recurrent.stacked import StackedRNNCells

__all__ = [
    "GRU",
    "LSTM",
    "RNN",
    "GRUCell",
    "LSTMCell",
    "RNNCell",
    "SimpleRNN",
    "SimpleRNNCell",
    "StackedRNNCells",
]  # fmt: skip
