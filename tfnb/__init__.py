"""tfnb: the TensorFlow.js user API in Python, made for Jupyter."""

from tfnb.engine.placement import ENGINE as _ENGINE
from tfnb.engine.scope import dispose, end_scope, keep, scope, start_scope, tidy, tidy_async
from tfnb.ops.arithmetic import add, mul, sub
from tfnb.ops.basic_math import exp, square, tanh
from tfnb.ops.creation import fill, ones, scalar, tensor, zeros
from tfnb.tensors import Tensor

set_backend = _ENGINE.set_backend
