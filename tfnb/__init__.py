"""tfnb: the TensorFlow.js user API in Python, made for Jupyter."""

from typing import TYPE_CHECKING

from tfnb.autodiff import CustomGradient, custom_grad, grad, grads, value_and_grad, value_and_grads, variable_grads
from tfnb.engine.tidy import dispose, end_scope, keep, scope, start_scope, tidy, tidy_async
from tfnb.environment import (
    assert_no_leaks,
    backend,
    enable_debug_mode,
    enable_prod_mode,
    engine,
    env,
    get_backend,
    memory,
    profile,
    ready,
    register_backend,
    remove_backend,
    set_backend,
    time,
)  # fmt: skip
from tfnb.language import get_language, set_language
from tfnb.naming import missing as _missing
from tfnb.notebook import load_into_running_shell as _load
from tfnb.notebook import load_ipython_extension, unload_ipython_extension
from tfnb.ops.activation import elu, erf, leaky_relu, log_sigmoid, prelu, relu, relu6, selu, sigmoid, softplus, step
from tfnb.ops.arithmetic import (
    add,
    add_n,
    div,
    div_no_nan,
    floor_div,
    maximum,
    minimum,
    mod,
    mul,
    pow,
    squared_difference,
    sub,
    truediv,
)  # fmt: skip
from tfnb.ops.basic_math import (
    abs,
    ceil,
    clip_by_value,
    floor,
    is_finite,
    is_inf,
    is_nan,
    neg,
    reciprocal,
    round,
    rsqrt,
    sign,
    sqrt,
    square,
)  # fmt: skip
from tfnb.ops.blocks import batch_to_space_nd, depth_to_space, space_to_batch_nd
from tfnb.ops.buffers import TensorBuffer, buffer
from tfnb.ops.comparison import equal, greater, greater_equal, less, less_equal, not_equal
from tfnb.ops.complex_numbers import complex, conj, imag, real
from tfnb.ops.conversion import cast
from tfnb.ops.creation import (
    clone,
    fill,
    from_dlpack,
    ones,
    ones_like,
    scalar,
    tensor,
    tensor1d,
    tensor2d,
    tensor3d,
    tensor4d,
    tensor5d,
    tensor6d,
    zeros,
    zeros_like,
)  # fmt: skip
from tfnb.ops.exponential import exp, expm1, log, log1p
from tfnb.ops.gathering import (
    boolean_mask,
    boolean_mask_async,
    gather,
    gather_nd,
    setdiff1d,
    setdiff1d_async,
    tensor_scatter_update,
)  # fmt: skip
from tfnb.ops.joining import (
    concat,
    concat1d,
    concat2d,
    concat3d,
    concat4d,
    reverse,
    reverse1d,
    reverse2d,
    reverse3d,
    reverse4d,
    split,
    stack,
    tile,
    unstack,
)  # fmt: skip
from tfnb.ops.logical import (
    argwhere,
    bitwise_and,
    bitwise_not,
    bitwise_or,
    bitwise_xor,
    left_shift,
    logical_and,
    logical_not,
    logical_or,
    logical_xor,
    right_shift,
    select,
    where,
    where_async,
)  # fmt: skip
from tfnb.ops.matrices import dot, matmul, outer_product
from tfnb.ops.multinomial import multinomial
from tfnb.ops.normalization import euclidean_norm, log_softmax, moments, norm, softmax
from tfnb.ops.padding import mirror_pad, pad, pad1d, pad2d, pad3d, pad4d
from tfnb.ops.patterns import diag, eye, linspace, meshgrid, one_hot, range
from tfnb.ops.printing import print, print_options
from tfnb.ops.random import (
    rand,
    random_gamma,
    random_normal,
    random_standard_normal,
    random_uniform,
    random_uniform_int,
    set_seed,
    truncated_normal,
)  # fmt: skip
from tfnb.ops.reduction import (
    all,
    any,
    arg_max,
    arg_min,
    argmax,
    argmin,
    log_sum_exp,
    logsumexp,
    max,
    mean,
    min,
    prod,
    sum,
)  # fmt: skip
from tfnb.ops.scan import cumprod, cumsum
from tfnb.ops.scatter import scatter_nd
from tfnb.ops.segment import bincount, dense_bincount, unsorted_segment_sum
from tfnb.ops.slicing import slice, slice1d, slice2d, slice3d, slice4d, strided_slice
from tfnb.ops.transformations import (
    broadcast_args,
    broadcast_to,
    ensure_shape,
    expand_dims,
    reshape,
    squeeze,
    transpose,
)  # fmt: skip
from tfnb.ops.trigonometric import acos, acosh, asin, asinh, atan, atan2, atanh, cos, cosh, sin, sinh, tan, tanh
from tfnb.tensors import Tensor
from tfnb.variables import Variable, dispose_variables, variable

if TYPE_CHECKING:
    from tfnb import constraints, initializers, io, layers, lesson, regularizers, serialization, train
    from tfnb.layers import RNN, InputSpec, input
    from tfnb.layers.symbolic import SymbolicTensor
    from tfnb.models import callbacks
    from tfnb.models.callbacks import Callback, CallbackList, CustomCallback
    from tfnb.models.history import History
    from tfnb.models.live import live
    from tfnb.models.model import Functional, LayersModel, model
    from tfnb.models.saving import load_layers_model
    from tfnb.models.sequential import Sequential, sequential
    from tfnb.notebook.show import show
    from tfnb.train import (
        AdadeltaOptimizer,
        AdagradOptimizer,
        AdamaxOptimizer,
        AdamOptimizer,
        MomentumOptimizer,
        NamedTensor,
        Optimizer,
        RMSPropOptimizer,
        SGDOptimizer,
        losses,
        metrics,
    )
    from tfnb.train.losses import Reduction

__all__ = [
    "RNN", "AdadeltaOptimizer", "AdagradOptimizer", "AdamOptimizer", "AdamaxOptimizer", "Callback",
    "CallbackList", "CustomCallback", "CustomGradient", "Functional", "History", "InputSpec", "LayersModel",
    "MomentumOptimizer", "NamedTensor", "Optimizer", "RMSPropOptimizer", "Reduction", "SGDOptimizer",
    "Sequential", "SymbolicTensor", "Tensor", "TensorBuffer", "Variable", "abs", "acos", "acosh", "add",
    "add_n", "all", "any", "arg_max", "arg_min", "argmax", "argmin", "argwhere", "asin", "asinh",
    "assert_no_leaks", "atan", "atan2", "atanh", "backend", "batch_to_space_nd", "bincount", "bitwise_and",
    "bitwise_not", "bitwise_or", "bitwise_xor", "boolean_mask", "boolean_mask_async", "broadcast_args",
    "broadcast_to", "buffer", "callbacks", "cast", "ceil", "clip_by_value", "clone", "complex", "concat",
    "concat1d", "concat2d", "concat3d", "concat4d", "conj", "constraints", "cos", "cosh", "cumprod", "cumsum",
    "custom_grad", "dense_bincount", "depth_to_space", "diag", "dispose", "dispose_variables", "div",
    "div_no_nan", "dot", "elu", "enable_debug_mode", "enable_prod_mode", "end_scope", "engine", "ensure_shape",
    "env", "equal", "erf", "euclidean_norm", "exp", "expand_dims", "expm1", "eye", "fill", "floor", "floor_div",
    "from_dlpack", "gather", "gather_nd", "get_backend", "get_language", "grad", "grads", "greater",
    "greater_equal", "imag", "initializers", "input", "io", "is_finite", "is_inf", "is_nan", "keep", "layers",
    "leaky_relu", "left_shift", "less", "less_equal", "lesson", "linspace", "live", "load_ipython_extension",
    "load_layers_model", "log", "log1p", "log_sigmoid", "log_softmax", "log_sum_exp", "logical_and",
    "logical_not", "logical_or", "logical_xor", "logsumexp", "losses", "matmul", "max", "maximum", "mean",
    "memory", "meshgrid", "metrics", "min", "minimum", "mirror_pad", "mod", "model", "moments", "mul",
    "multinomial", "neg", "norm", "not_equal", "one_hot", "ones", "ones_like", "outer_product", "pad", "pad1d",
    "pad2d", "pad3d", "pad4d", "pow", "prelu", "print", "print_options", "prod", "profile", "rand",
    "random_gamma", "random_normal", "random_standard_normal", "random_uniform", "random_uniform_int", "range",
    "ready", "real", "reciprocal", "register_backend", "regularizers", "relu", "relu6", "remove_backend",
    "reshape", "reverse", "reverse1d", "reverse2d", "reverse3d", "reverse4d", "right_shift", "round", "rsqrt",
    "scalar", "scatter_nd", "scope", "select", "selu", "sequential", "serialization", "set_backend",
    "set_language", "set_seed", "setdiff1d", "setdiff1d_async", "show", "sigmoid", "sign", "sin", "sinh",
    "slice", "slice1d", "slice2d", "slice3d", "slice4d", "softmax", "softplus", "space_to_batch_nd", "split",
    "sqrt", "square", "squared_difference", "squeeze", "stack", "start_scope", "step", "strided_slice", "sub",
    "sum", "tan", "tanh", "tensor", "tensor1d", "tensor2d", "tensor3d", "tensor4d", "tensor5d", "tensor6d",
    "tensor_scatter_update", "tidy", "tidy_async", "tile", "time", "train", "transpose", "truediv",
    "truncated_normal", "unload_ipython_extension", "unsorted_segment_sum", "unstack", "value_and_grad",
    "value_and_grads", "variable", "variable_grads", "where", "where_async", "zeros", "zeros_like",
]  # fmt: skip

_LATER: dict[str, tuple[str, str | None]] = {
    "show": ("tfnb.notebook.show", "show"),
    "lesson": ("tfnb.lesson", None),
    "AdadeltaOptimizer": ("tfnb.train", "AdadeltaOptimizer"),
    "AdagradOptimizer": ("tfnb.train", "AdagradOptimizer"),
    "AdamOptimizer": ("tfnb.train", "AdamOptimizer"),
    "AdamaxOptimizer": ("tfnb.train", "AdamaxOptimizer"),
    "MomentumOptimizer": ("tfnb.train", "MomentumOptimizer"),
    "NamedTensor": ("tfnb.train", "NamedTensor"),
    "Optimizer": ("tfnb.train", "Optimizer"),
    "RMSPropOptimizer": ("tfnb.train", "RMSPropOptimizer"),
    "Reduction": ("tfnb.train.losses", "Reduction"),
    "SGDOptimizer": ("tfnb.train", "SGDOptimizer"),
    "losses": ("tfnb.train.losses", None),
    "metrics": ("tfnb.train.metrics", None),
    "train": ("tfnb.train", None),
    "InputSpec": ("tfnb.layers", "InputSpec"),
    "RNN": ("tfnb.layers", "RNN"),
    "SymbolicTensor": ("tfnb.layers.symbolic", "SymbolicTensor"),
    "constraints": ("tfnb.constraints", None),
    "initializers": ("tfnb.initializers", None),
    "input": ("tfnb.layers", "input"),
    "layers": ("tfnb.layers", None),
    "regularizers": ("tfnb.regularizers", None),
    "serialization": ("tfnb.serialization", None),
    "Functional": ("tfnb.models.model", "Functional"),
    "io": ("tfnb.io", None),
    "load_layers_model": ("tfnb.models.saving", "load_layers_model"),
    "LayersModel": ("tfnb.models.model", "LayersModel"),
    "Sequential": ("tfnb.models.sequential", "Sequential"),
    "model": ("tfnb.models.model", "model"),
    "sequential": ("tfnb.models.sequential", "sequential"),
    "Callback": ("tfnb.models.callbacks", "Callback"),
    "CallbackList": ("tfnb.models.callbacks", "CallbackList"),
    "CustomCallback": ("tfnb.models.callbacks", "CustomCallback"),
    "History": ("tfnb.models.history", "History"),
    "callbacks": ("tfnb.models.callbacks", None),
    "live": ("tfnb.models.live", "live"),
}


def __getattr__(name: str) -> object:
    """Parts that need more than a tensor does are imported when they are first used."""
    if name not in _LATER:
        import sys

        raise _missing(name, "tf", sys.modules[__name__])
    from importlib import import_module

    module, attribute = _LATER[name]
    found = import_module(module)
    return found if attribute is None else getattr(found, attribute)


_load()
