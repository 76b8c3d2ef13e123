"""The quick path of an op: small tensors on the host run at once, in about a microsecond over NumPy's own call.

One function per kernel, made by a factory per family. What it checks before it computes is all that can make the quick
path wrong: both are tensors of one data type, on the host, alive (`ndarray` is None otherwise), and small. Everything
else goes to `run`, which does the same in general.
"""

from __future__ import annotations

import math
import sys
from types import FrameType
from typing import Any, Callable, Sequence

import numpy as np

from tfnb.dtypes import NUMPY
from tfnb.engine.handle import Handle
from tfnb.engine.ledger import LEDGER
from tfnb.engine.placement import ENGINE
from tfnb.engine.run import elementwise, memory_for
from tfnb.engine.scope import TASK, THREAD
from tfnb.kernels.expression import Scalar
from tfnb.kernels.floating import QUIET, enter, leave, quietly, restore
from tfnb.kernels.record import Elementwise

_new, _frame, _task, _register = object.__new__, sys._getframe, TASK.get, LEDGER.register
_enter, _leave, _restore = enter, leave, restore
_array = np.ndarray
_COMPARED = frozenset(("float32", "int32", "bool"))
Tensor: type[Handle] = Handle  # what `tensors` puts in its place


def install(handle_class: type[Handle]) -> None:
    """Let every op return handles of this class."""
    global Tensor
    Tensor = LEDGER.handle_class = handle_class


Operand = Callable[[Any, str, str], Any]


def unary(kernel: Elementwise, operand: Operand) -> Callable[[Any], Any]:
    """The public function of a kernel with one tensor. `operand` turns what a user gave into a handle."""
    host, name, argument = kernel.host, kernel.name, kernel.inputs[0]
    is_ufunc = isinstance(host, np.ufunc)
    result = {dtype: kernel.dtype_of(dtype) for dtype in kernel.types}

    def op(x: Any) -> Any:
        if x.__class__ is Tensor:
            array = x.ndarray
            dtype = result.get(x.dtype)
            if array is not None and dtype is not None and array.size <= ENGINE.eager_size:
                try:
                    state = _enter(QUIET)
                    try:
                        out = host(array, out=...) if is_ufunc else host(array)  # `...`: an array also without axes
                    finally:
                        _leave(state)
                except BaseException:
                    _restore()
                    raise
                if out.__class__ is not _array:
                    out = np.asarray(out, NUMPY[dtype])
                handle = _new(Tensor)
                handle.ndarray = out
                handle.store = None
                handle.shape = out.shape
                handle.dtype = dtype
                return _register(handle, out.nbytes, (_task() or THREAD.context).scope, _frame(1))
        return elementwise(kernel, (operand(x, name, argument),), _frame(1))

    return op


def binary(kernel: Elementwise, operand: Operand) -> Callable[[Any, Any], Any]:
    """The public function of a kernel with two tensors; one of them may be a number."""
    host, name = kernel.host, kernel.name
    is_ufunc = isinstance(host, np.ufunc)
    first, second = kernel.inputs
    result = {dtype: kernel.dtype_of(dtype) for dtype in kernel.types}
    numbers: dict[float, Any] = {}

    def op(a: Any, b: Any) -> Any:
        if a.__class__ is Tensor:
            x = a.ndarray
            computed = a.dtype
            dtype = result.get(computed)
            if x is not None and dtype is not None and x.size <= ENGINE.eager_size:
                kind = b.__class__
                if kind is Tensor:
                    y = b.ndarray if b.dtype is computed else None
                    if y is not None and y.size > ENGINE.eager_size:
                        y = None
                elif computed == "float32" and (kind is float or kind is int):
                    y = numbers.get(b)
                    if y is None:
                        y = _number(numbers, b)
                else:
                    y = None
                if y is not None:
                    try:
                        state = _enter(QUIET)
                        try:
                            out = host(x, y, out=...) if is_ufunc else host(x, y)
                        except (ValueError, MemoryError):  # shapes that do not meet: the general path says how
                            out = None
                        finally:
                            _leave(state)
                    except BaseException:
                        _restore()
                        raise
                    if out.__class__ is not _array:
                        if out is None:
                            return elementwise(kernel, (a, operand(b, name, second)), _frame(1))
                        out = np.asarray(out, NUMPY[dtype])
                    handle = _new(Tensor)
                    handle.ndarray = out
                    handle.store = None
                    handle.shape = out.shape
                    handle.dtype = dtype
                    return _register(handle, out.nbytes, (_task() or THREAD.context).scope, _frame(1))
        elif b.__class__ is Tensor and (a.__class__ is float or a.__class__ is int) and "float32" in result:
            x, y = _number(numbers, a), small(b, "float32")
            if x is not None and y is not None:
                return at_once(kernel, (x, y), "float32", _frame(1))
        left, right = operand(a, name, first), operand(b, name, second)
        if left.__class__ is Scalar and right.__class__ is Scalar:
            with memory_for((), name):
                left = operand(quietly(np.asarray, left.value, NUMPY[left.dtype]), name, first)
        return elementwise(kernel, (left, right), _frame(1))

    return op


def choice(kernel: Elementwise, general: Callable[..., Any]) -> Callable[[Any, Any, Any], Any]:
    """The public function of a kernel with a condition and two values, of which one may be a number."""
    numbers: dict[float, Any] = {}

    def side(value: Any, dtype: str) -> Any:
        if value.__class__ is Tensor:
            return small(value, dtype)
        is_real = dtype == "float32" and (value.__class__ is float or value.__class__ is int)
        return _number(numbers, value) if is_real else None

    def op(condition: Any, a: Any, b: Any) -> Any:
        if condition.__class__ is Tensor and (a.__class__ is Tensor or b.__class__ is Tensor):
            chooser, dtype = small(condition, "bool"), (a if a.__class__ is Tensor else b).dtype
            if chooser is not None:
                x, y = side(a, dtype), side(b, dtype)
                if x is not None and y is not None:
                    try:
                        out = quietly(kernel.host, chooser, x, y)
                    except (ValueError, MemoryError):  # shapes that do not meet: the general path says how
                        out = None
                    if out is not None:
                        return _registered(out, dtype, _frame(1))
        return general(condition, a, b, _frame(1))

    return op


def with_numbers(kernel: Elementwise, x: Handle, numbers: tuple[float, ...], frame: FrameType) -> Any:
    """Run a kernel with one tensor and numbers of the user's: at once where that is quick, else in general."""
    array = small(x, x.dtype) if x.dtype in kernel.types else None
    if array is None:
        return elementwise(kernel, (x,), frame, numbers)
    return at_once(kernel, (array,), x.dtype, frame, numbers)


def small(handle: Handle, dtype: str) -> Any:
    """The array of a tensor that the quick path may take as it is: of this data type, on the host, small; else None."""
    array = handle.ndarray
    return array if array is not None and handle.dtype == dtype and array.size <= ENGINE.eager_size else None


def at_once(
    kernel: Elementwise, arrays: Sequence[Any], computed: str, frame: FrameType, numbers: tuple[float, ...] = ()
) -> Any:
    """Run a kernel on arrays of the data type in which it computes; ValueError where their shapes do not meet."""
    with memory_for(arrays[0].shape, kernel.name):
        scalars = [quietly(np.asarray, number, arrays[0].dtype) for number in numbers]
        out = quietly(kernel.host, *arrays, *scalars)
    return _registered(out, kernel.dtype_of(computed), frame)


def _registered(out: Any, dtype: str, frame: FrameType) -> Any:
    """A handle for a result of NumPy's. `unary` and `binary` have these lines in line: a call costs a tenth."""
    if out.__class__ is not _array:
        out = np.asarray(out, NUMPY[dtype])
    handle = _new(Tensor)
    handle.ndarray = out
    handle.store = None
    handle.shape = out.shape
    handle.dtype = dtype
    return _register(handle, out.nbytes, (_task() or THREAD.context).scope, frame)


def reduction(
    hosts: dict[str, tuple[Callable[..., Any], str]], general: Callable[..., Any], needs_values: bool = False
) -> Callable[..., Any]:
    """The public function of a reduction.

    Args:
        hosts: by data type, what serves small tensors, `host(array, axis, keep_dims)`, and the result's data type.
        general: `general(x, axis, keep_dims, frame)` serves all else.
        needs_values: there is no result for no values; the general path says so.
    """

    def op(x: Any, axis: Any = None, keep_dims: bool = False) -> Any:
        if x.__class__ is Tensor and (axis is None or axis.__class__ is int):
            array, host = x.ndarray, hosts.get(x.dtype)
            is_small = array is not None and host is not None and array.size <= ENGINE.eager_size
            if is_small and (array.size or not needs_values):
                try:
                    out = quietly(host[0], array, axis, keep_dims)  # type: ignore[index]
                except (ValueError, IndexError, TypeError, OverflowError, MemoryError):  # the general path says what
                    out = None
                if out is not None:
                    return _registered(out, host[1], _frame(1))  # type: ignore[index]
        return general(x, axis, keep_dims, _frame(1))

    return op


def position(choose: Callable[..., Any], general: Callable[..., Any]) -> Callable[..., Any]:
    """The public function of `arg_max` or `arg_min`; NumPy's `choose(array, axis)` serves small tensors."""

    def op(x: Any, axis: Any = 0) -> Any:
        if x.__class__ is Tensor and axis.__class__ is int:
            array = x.ndarray
            if array is not None and 0 < array.size <= ENGINE.eager_size and x.dtype in _COMPARED:
                try:
                    out = np.asarray(choose(array, axis), np.int32)
                except (ValueError, OverflowError, MemoryError):  # the general path says what
                    out = None
                if out is not None:
                    return _registered(out, "int32", _frame(1))
        return general(x, axis, _frame(1))

    return op


def matrix_product(general: Callable[..., Any]) -> Callable[..., Any]:
    """The public function `matmul`; small float32 matrices are NumPy's at once."""
    product = np.matmul

    def op(a: Any, b: Any, transpose_a: bool = False, transpose_b: bool = False) -> Any:
        if a.__class__ is Tensor and b.__class__ is Tensor:
            x, y = small(a, "float32"), small(b, "float32")
            if x is not None and y is not None and x.ndim == y.ndim == 2:
                x, y = x.T if transpose_a else x, y.T if transpose_b else y
                try:
                    out = quietly(product, x, y)
                except (ValueError, MemoryError):  # inner dimensions that differ: the general path says how
                    out = None
                if out is not None:
                    return _registered(out, "float32", _frame(1))
        return general(a, b, transpose_a, transpose_b, _frame(1))

    return op


def _number(numbers: dict[float, Any], value: float) -> Any:
    """A number as an array without axes, remembered: `x * 2` makes no tensor for the 2."""
    known = numbers.get(value)
    if known is not None:
        return known
    if len(numbers) >= 256:
        numbers.clear()
    try:
        array = quietly(np.asarray, value, np.float32)
    except (OverflowError, MemoryError):
        return None
    if value == value and value != 0:  # NaN is no key; 0.0 and -0.0 are the same one
        numbers[value] = array
    return array


def is_number(value: Any) -> bool:
    """Whether a value is a Python or NumPy number (or truth value) without axes."""
    return isinstance(value, (bool, int, float, np.number, np.bool_)) and not isinstance(
        value, (complex, np.complexfloating)
    )


def scalar_of(value: Any) -> Scalar:
    """A number as an operand: TensorFlow.js takes every number as float32, a truth value as bool."""
    if isinstance(value, (bool, np.bool_)):
        return Scalar(bool(value), "bool")
    try:
        return Scalar(float(value), "float32")
    except OverflowError:  # a whole number beyond every float: infinite, as 1e400 is
        return Scalar(math.inf if value > 0 else -math.inf, "float32")
