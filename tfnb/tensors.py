"""Tensor: what a user holds. Operators and chained methods are the public functions themselves."""

from __future__ import annotations

import sys
from typing import Any, Iterator

from tfnb.engine.dispatch import install
from tfnb.engine.handle import Disposed, Handle, Origin
from tfnb.engine.ledger import LEDGER
from tfnb.engine.pending import Pending
from tfnb.engine.run import alias, check_alive, nbytes_of, place_of, read, settle, storage_of, to_host
from tfnb.engine.tidy import keep
from tfnb.errors import ArgumentError, ImmutableError
from tfnb.language import _
from tfnb.naming import missing
from tfnb.ops import (
    activation,
    arithmetic,
    basic_math,
    blocks,
    buffers,
    comparison,
    complex_numbers,
    conversion,
    creation,
    exchange,
    exponential,
    gathering,
    indexing,
    joining,
    logical,
    matrices,
    normalization,
    operators,
    padding,
    patterns,
    printing,
    reduction,
    scan,
    segment,
    slicing,
    transformations,
    trigonometric,
)  # fmt: skip


class Tensor(Handle):
    """Numbers of one kind laid out like the boxes of a table; it never changes. Made by `tf.tensor` and by ops.

    Attributes:
        shape: the length of each axis, a tuple of ints; `()` for a single number.
        dtype: 'float32', 'int32', 'bool', 'complex64' or 'string'.
        id: a number of its own in this process.
    """

    __slots__ = ()
    __array_priority__ = 1000  # so that `ndarray + t` asks the tensor
    __hash__ = object.__hash__

    def __new__(cls, *arguments: Any, **keywords: Any) -> Tensor:
        raise ArgumentError(_("tensors are made by functions"), op="Tensor", fix=_("write tf.tensor([1, 2, 3])"))

    # What it is

    @property
    def _kind(self) -> str:
        """What its repr calls it."""
        return "tf.Tensor"

    @property
    def rank(self) -> int:
        """The number of axes: 0 for a single number, 2 for a table."""
        return len(self.shape)

    ndim = rank

    @property
    def size(self) -> int:
        """The number of values."""
        size = 1
        for length in self.shape:
            size *= length
        return size

    @property
    def strides(self) -> tuple[int, ...]:
        """How far apart neighbours are in flat order, for each axis but the last."""
        return buffers.strides_of(self.shape)

    @property
    def nbytes(self) -> int:
        """Bytes of its values."""
        return nbytes_of(self.ndarray, self.shape, self.dtype)

    @property
    def is_disposed(self) -> bool:
        """Whether this tensor was disposed of (by `dispose`, or by the end of its tidy)."""
        return self.ndarray is None and self.store.__class__ is Disposed

    @property
    def place(self) -> str:
        """Where its values are: 'host', 'gl', 'pending' (recorded, not computed yet) or 'disposed'."""
        if self.ndarray is not None:
            return "host"
        if self.is_disposed:
            return "disposed"
        settle(self)
        if self.ndarray is not None:
            return "host"
        return "pending" if self.store.__class__ is Pending else place_of(self.store)

    @property
    def origin(self) -> Origin:
        """The cell, file and line that made it."""
        return LEDGER.origin(self)

    # Reading

    def data_sync(self) -> Any:
        """The values as a flat, read-only NumPy array. It stays valid after `dispose`.

        Example:
            >>> import tfnb as tf
            >>> tf.tensor([[1, 2], [3, 4]]).data_sync().tolist()
            [1.0, 2.0, 3.0, 4.0]
        """
        return exchange.read_only(self, "data_sync").reshape(-1)

    def array_sync(self) -> Any:
        """The values as nested Python lists (a plain number for a scalar).

        Example:
            >>> import tfnb as tf
            >>> tf.tensor([[1, 2], [3, 4]]).array_sync()
            [[1.0, 2.0], [3.0, 4.0]]
        """
        return exchange.read_only(self, "array_sync").tolist()

    def numpy(self) -> Any:
        """The values as a read-only NumPy array of this tensor's shape.

        Example:
            >>> import tfnb as tf
            >>> tf.tensor([1, 2]).numpy().sum()
            np.float32(3.0)
        """
        return exchange.read_only(self, "numpy")

    def peek(self, start: int, count: int) -> Any:
        """`count` values from position `start` of the flat order, as a flat array; only those are read."""
        return read(self, start, count, "peek")

    data = exchange.data
    array = exchange.nested
    buffer = buffers.buffer_async
    buffer_sync = buffers.buffer_sync
    bytes = exchange.raw_bytes
    bytes_sync = exchange.bytes_sync
    __array__ = exchange.array
    __dlpack__ = exchange.dlpack
    __dlpack_device__ = exchange.dlpack_device
    __reduce_ex__ = exchange.reduce_ex
    __copy__ = exchange.copied
    __deepcopy__ = exchange.deep_copied

    # Printing

    to_string = printing.to_string
    print = printing.print_method
    __str__ = printing.as_text
    __repr__ = printing.representation
    __format__ = printing.formatted
    _repr_pretty_ = printing.pretty
    __rich_repr__ = printing.rich_parts

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        """Text and HTML for front ends that ask objects themselves, such as marimo; IPython has ours registered."""
        from tfnb.ops.tensor_bundle import tensor_bundle  # pictures are loaded when one is wanted

        made = tensor_bundle(self)
        return {kind: made[kind] for kind in made if (not include or kind in include) and kind not in (exclude or ())}

    # Ending

    def dispose(self) -> None:
        """End this tensor now: its memory is given back, and its use is an error from now on. Twice is harmless."""
        LEDGER.end(self, sys._getframe(), "dispose")

    def keep(self) -> Tensor:
        """Let it survive every scope that is open now. Returns itself."""
        check_alive(self, "keep", None)
        return keep(self)

    def clone(self) -> Tensor:
        """Another tensor on the same values; no memory is added."""
        check_alive(self, "clone", None)
        return alias(self, self.shape, sys._getframe(1))  # type: ignore[no-any-return]

    def variable(self, trainable: bool = True, name: str | None = None, dtype: Any = None) -> Any:
        """A variable whose first value is this tensor: `tf.variable(t, …)`.

        Args:
            trainable: whether optimizers change it.
            name: a name of its own; left out, it gets one.
            dtype: its data type; left out, that of the tensor.
        """
        from tfnb.variables import variable

        return variable(self, trainable, name, dtype)

    def realize(self) -> Tensor:
        """Run what is pending for it now. Returns itself."""
        storage_of(self, "realize")
        return self

    # Python's habits

    def __len__(self) -> int:
        if not self.shape:
            raise TypeError("len() of a tensor without axes")
        return self.shape[0]

    def __bool__(self) -> bool:
        if self.size != 1:
            raise ArgumentError(
                _("a tensor of {size} values is neither true nor false").format(size=self.size),
                op="bool",
                fix=_("ask tf.any(t) or tf.all(t)"),
            )
        return bool(to_host(self, "bool").reshape(-1)[0])

    def __float__(self) -> float:
        return float(self._only_value("float"))

    __index__ = exchange.index

    def __int__(self) -> int:
        return int(self._only_value("int"))

    def __complex__(self) -> complex:
        return complex(self._only_value("complex"))

    def _only_value(self, op: str) -> Any:
        if self.size != 1:
            raise ArgumentError(
                _("wanted a tensor of one value, this one has {size}").format(size=self.size),
                op=op,
                fix=_("reduce it first, with t.sum() or t.mean()"),
            )
        return to_host(self, op).reshape(-1)[0]

    def __setitem__(self, key: Any, value: Any) -> None:
        raise ImmutableError(
            _("a tensor never changes"),
            op="x[…] = y",
            fix=_("make a new one with an op; what has to change belongs into a tf.variable"),
        )

    def __iter__(self) -> Iterator[Any]:
        if not self.shape:
            raise TypeError("iteration over a tensor without axes")
        return (self[index] for index in range(self.shape[0]))

    def __getattr__(self, name: str) -> Any:
        """Only for a name that is not there: TensorFlow.js's spelling leads to ours."""
        raise missing(name, "tensor", type(self))

    # Operators and chained methods

    add = arithmetic.add
    sub = arithmetic.sub
    mul = arithmetic.mul
    div = arithmetic.div
    truediv = arithmetic.truediv
    floor_div = arithmetic.floor_div
    mod = arithmetic.mod
    pow = arithmetic.pow
    div_no_nan = arithmetic.div_no_nan
    maximum = arithmetic.maximum
    minimum = arithmetic.minimum
    squared_difference = arithmetic.squared_difference
    abs = basic_math.abs
    neg = basic_math.neg
    sign = basic_math.sign
    ceil = basic_math.ceil
    floor = basic_math.floor
    round = basic_math.round
    square = basic_math.square
    sqrt = basic_math.sqrt
    rsqrt = basic_math.rsqrt
    reciprocal = basic_math.reciprocal
    clip_by_value = basic_math.clip_by_value
    is_nan = basic_math.is_nan
    is_inf = basic_math.is_inf
    is_finite = basic_math.is_finite
    exp = exponential.exp
    expm1 = exponential.expm1
    log = exponential.log
    log1p = exponential.log1p
    sin = trigonometric.sin
    cos = trigonometric.cos
    tan = trigonometric.tan
    asin = trigonometric.asin
    acos = trigonometric.acos
    atan = trigonometric.atan
    atan2 = trigonometric.atan2
    sinh = trigonometric.sinh
    cosh = trigonometric.cosh
    tanh = trigonometric.tanh
    asinh = trigonometric.asinh
    acosh = trigonometric.acosh
    atanh = trigonometric.atanh
    relu = activation.relu
    relu6 = activation.relu6
    leaky_relu = activation.leaky_relu
    prelu = activation.prelu
    elu = activation.elu
    selu = activation.selu
    sigmoid = activation.sigmoid
    log_sigmoid = activation.log_sigmoid
    softplus = activation.softplus
    step = activation.step
    erf = activation.erf
    equal = comparison.equal
    not_equal = comparison.not_equal
    less = comparison.less
    less_equal = comparison.less_equal
    greater = comparison.greater
    greater_equal = comparison.greater_equal
    logical_and = logical.logical_and
    logical_or = logical.logical_or
    logical_xor = logical.logical_xor
    logical_not = logical.logical_not
    bitwise_and = logical.bitwise_and
    bitwise_or = logical.bitwise_or
    bitwise_xor = logical.bitwise_xor
    bitwise_not = logical.bitwise_not
    left_shift = logical.left_shift
    right_shift = logical.right_shift
    real = complex_numbers.real
    imag = complex_numbers.imag
    conj = complex_numbers.conj
    cast = conversion.cast
    as_type = conversion.cast
    reshape = transformations.reshape
    expand_dims = transformations.expand_dims
    squeeze = transformations.squeeze
    broadcast_to = transformations.broadcast_to
    sum = reduction.sum
    mean = reduction.mean
    max = reduction.max
    min = reduction.min
    prod = reduction.prod
    any = reduction.any
    all = reduction.all
    arg_max = argmax = reduction.arg_max
    arg_min = argmin = reduction.arg_min
    log_sum_exp = logsumexp = reduction.log_sum_exp
    cumsum = scan.cumsum
    cumprod = scan.cumprod
    softmax = normalization.softmax
    log_softmax = normalization.log_softmax
    norm = normalization.norm
    euclidean_norm = normalization.euclidean_norm
    matmul = matrices.matmul
    dot = matrices.dot
    outer_product = matrices.outer_product
    unsorted_segment_sum = segment.unsorted_segment_sum

    transpose = transformations.transpose
    pad = padding.pad
    mirror_pad = padding.mirror_pad
    flatten = transformations.flatten
    as_scalar = transformations.as_scalar
    as1d = transformations.as1d
    as2d = transformations.as2d
    as3d = transformations.as3d
    as4d = transformations.as4d
    as5d = transformations.as5d
    reshape_as = transformations.reshape_as
    concat = joining.chained_concat
    stack = joining.chained_stack
    unstack = joining.unstack
    split = joining.split
    tile = joining.tile
    reverse = joining.reverse
    slice = slicing.slice
    strided_slice = slicing.strided_slice
    gather = gathering.gather
    space_to_batch_nd = blocks.space_to_batch_nd
    batch_to_space_nd = blocks.batch_to_space_nd
    depth_to_space = blocks.depth_to_space
    one_hot = patterns.one_hot
    zeros_like = creation.zeros_like
    ones_like = creation.ones_like
    __getitem__ = indexing.getitem

    @property
    def T(self) -> Tensor:
        """The tensor with its axes turned round; a matrix with rows and columns exchanged."""
        return transformations.transpose(self)

    def where(self, condition: Any, b: Any) -> Tensor:
        """This tensor's values where `condition` is true, else those of `b`: `tf.where(condition, t, b)`."""
        return logical.where(condition, self, b)  # type: ignore[no-any-return]

    def to_float(self) -> Tensor:
        """The same values as float32."""
        return conversion.cast(self, "float32")

    def to_int(self) -> Tensor:
        """The same values as int32, towards 0."""
        return conversion.cast(self, "int32")

    def to_bool(self) -> Tensor:
        """Whether each value is other than 0."""
        return conversion.cast(self, "bool")

    __add__ = __radd__ = arithmetic.add
    __sub__, __rsub__ = arithmetic.sub, operators.rsub
    __mul__ = __rmul__ = arithmetic.mul
    __truediv__, __rtruediv__ = arithmetic.truediv, operators.rtruediv
    __floordiv__, __rfloordiv__ = arithmetic.floordiv, operators.rfloordiv
    __mod__, __rmod__ = arithmetic.mod, operators.rmod
    __pow__, __rpow__ = arithmetic.pow, operators.rpow
    __matmul__, __rmatmul__ = matrices.matmul, operators.rmatmul
    __neg__, __pos__, __abs__, __round__ = basic_math.neg, operators.positive, basic_math.abs, operators.rounded
    __and__ = __rand__ = logical.bitwise_and
    __or__ = __ror__ = logical.bitwise_or
    __xor__ = __rxor__ = logical.bitwise_xor
    __lshift__, __rlshift__ = logical.left_shift, operators.rlshift
    __rshift__, __rrshift__ = logical.right_shift, operators.rrshift
    __invert__ = operators.invert
    __eq__, __ne__ = operators.equals, operators.differs
    __lt__, __le__ = comparison.less, comparison.less_equal
    __gt__, __ge__ = comparison.greater, comparison.greater_equal


install(Tensor)
