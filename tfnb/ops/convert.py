"""From what a user gives (numbers, nested lists, arrays, anything with `__array__`) to values of one data type."""

from __future__ import annotations

import sys
from typing import Any, Callable, TypeVar

import numpy as np

from tfnb import dtypes, shapes
from tfnb.dtypes import NUMPY
from tfnb.engine.dispatch import is_number, scalar_of
from tfnb.engine.handle import Handle
from tfnb.engine.run import check_alive, convert_array, upload
from tfnb.errors import ArgumentTypeError, DTypeError, OutOfMemoryError, ShapeError
from tfnb.kernels.expression import Scalar
from tfnb.kernels.floating import quietly
from tfnb.language import _

Array = Any
F = TypeVar("F", bound=Callable[..., Any])


def public(function: F, name: str, document: str, parameters: tuple[str, ...] = ()) -> F:
    """Give a function made by a factory its public name and documentation, and its parameters their names.

    A wrapper that only renames would cost every call a third of a microsecond.
    """
    code = function.__code__
    if parameters:
        function.__code__ = code.replace(co_varnames=(*parameters, *code.co_varnames[len(parameters) :]))
    function.__name__ = function.__qualname__ = name
    function.__doc__ = document
    function.__module__ = sys._getframe(1).f_globals["__name__"]
    return function


def operand(value: Any, op: str, argument: str) -> Handle | Scalar:
    """What an op computes with: a tensor as it is, a number as a scalar, anything else as a new tensor."""
    if isinstance(value, Handle):
        return value
    if is_number(value):
        return scalar_of(value)
    return handle_of(value, op, argument)  # type: ignore[no-any-return]


def handle_of(value: Any, op: str, argument: str, dtype: str | None = None) -> Any:
    """A tensor: as it is, or made of what was given, in `dtype` if that is named and it is no tensor yet."""
    if isinstance(value, Handle):
        return value
    array = array_of(value, op, argument, dtype)
    name = dtype or dtype_of_array(array)
    return upload(array, array.shape, name, sys._getframe(1))


def dtype_of_array(array: Array) -> str:
    """The name of the data type of one of our own arrays."""
    return "string" if array.dtype == object else dtypes.canonical(array.dtype)


def living(x: Any, op: str, argument: str = "x") -> Any:
    """The handle of a tensor, or of a new one with these values; an error if its memory was given back."""
    handle = handle_of(x, op, argument)
    if handle.ndarray is None:
        check_alive(handle, op, argument)
    return handle


def array_of(value: Any, op: str, argument: str, dtype: str | None = None) -> Array:
    """A NumPy array of ours (a copy, C-contiguous) of what a user gave.

    Errors:
        ShapeError: lists of different lengths side by side. DTypeError: values that are no numbers, truth values or
        text, or whole numbers that int32 can't hold. ArgumentTypeError: nothing an array can be made of.
    """
    try:
        array = _raw(value, op, argument)
        if dtype is None and array is not value and array.dtype.kind in "iuf" and not hasattr(value, "dtype"):
            dtype = (
                "float32"  # a number is a float32, as in TensorFlow.js; NumPy's integers say themselves what they are
            )
        return _converted(array, dtype, op, argument)
    except MemoryError as error:
        raise OutOfMemoryError(
            _("this machine has no memory left for these values"), op=op, argument=argument
        ) from error


def _raw(value: Any, op: str, argument: str) -> Array:
    if isinstance(value, np.ndarray):
        return value
    if value is None or isinstance(value, dict | set):
        raise ArgumentTypeError(
            _("wanted numbers, nested lists or an array, not {given}").format(given=_kind(value)),
            op=op,
            argument=argument,
            fix=_("spread a dict of arguments with **") if isinstance(value, dict) else None,
        )
    if hasattr(value, "__array__"):
        return np.asarray(value)
    if hasattr(value, "__dlpack__"):
        return np.from_dlpack(value)
    if not isinstance(value, (list, tuple, str, bytes)) and hasattr(value, "__iter__"):
        value = list(value)
    try:
        array = np.array(value)
    except (ValueError, TypeError, OverflowError):
        array = None
    if array is not None and array.dtype != object:
        if array.dtype.kind in "US" and not _all_text(value):
            raise DTypeError(
                _("text and numbers side by side"),
                op=op,
                argument=argument,
                fix=_("make all of them text or all numbers"),
            )
        return array
    _diagnose(value, op, argument)
    try:
        return np.array(value, dtype=np.float64)
    except (ValueError, TypeError, OverflowError):
        raise DTypeError(_("wanted numbers, truth values or text"), op=op, argument=argument) from None


def _all_text(value: Any) -> bool:
    stack = [value]
    while stack:
        one = stack.pop()
        if isinstance(one, (list, tuple)):
            stack.extend(one)
        elif not isinstance(one, (str, bytes, np.str_, np.ndarray)):
            return False
    return True


def _kind(value: Any) -> str:
    return "None" if value is None else type(value).__name__


def _diagnose(value: Any, op: str, argument: str) -> None:
    """Say where nested lists are ragged, or which value is no number; nothing where all is well."""

    def shape_at(one: Any, path: str) -> tuple[int, ...]:
        if isinstance(one, Handle):
            return one.shape
        if isinstance(one, np.ndarray):
            return one.shape  # type: ignore[no-any-return]
        if not isinstance(one, (list, tuple)):
            if not (is_number(one) or isinstance(one, (str, bytes, complex, np.complexfloating))):
                raise DTypeError(
                    _("{where} is {given}, not a number, a truth value or text").format(
                        where=path or _("the value"), given=_kind(one)
                    ),
                    op=op,
                    argument=argument,
                )
            return ()
        inner: tuple[int, ...] | None = None
        for index, part in enumerate(one):
            shape = shape_at(part, f"{path}[{index}]")
            if inner is not None and shape != inner:
                raise ShapeError(
                    _("the lists are ragged: {first} has shape {a}, {second} has shape {b}").format(
                        first=f"{path}[0]", a=shapes.text(inner), second=f"{path}[{index}]", b=shapes.text(shape)
                    ),
                    op=op,
                    argument=argument,
                    fix=_("give all lists side by side the same length"),
                )
            inner = shape
        return (len(one), *(inner or ()))

    try:
        shape_at(value, "")
    except RecursionError:
        raise ShapeError(_("the lists are nested too deeply"), op=op, argument=argument) from None


def _converted(array: Array, dtype: str | None, op: str, argument: str) -> Array:
    """One of our own arrays, with the data type asked for or the one that follows from the values."""
    kind = array.dtype.kind
    if array.ndim > shapes.MAX_RANK:
        shapes.checked(array.shape, op, argument)
    if kind in "USTO":
        return _text(array, dtype, op, argument)
    if dtype == "string":
        raise DTypeError(_("wanted text, given numbers"), op=op, argument=argument, fix=_("make them text with str(…)"))
    if kind not in "biufc":
        raise DTypeError(
            _("a NumPy array of {given} has no counterpart here").format(given=array.dtype), op=op, argument=argument
        )
    if dtype is None:
        dtype = {"b": "bool", "c": "complex64", "f": "float32"}.get(kind, "int32")
    if dtype == "int32" and kind in "iu":
        return _fitting(array, op, argument)
    if (dtype == "float32" and kind in "biuf") or dtype == "complex64" or NUMPY[dtype] == array.dtype:
        return quietly(np.array, array, NUMPY[dtype], order="C", copy=True)
    wide = quietly(array.astype, np.float64) if kind == "f" else array
    return np.ascontiguousarray(convert_array(wide, dtype)).reshape(array.shape)


def _fitting(array: Array, op: str, argument: str) -> Array:
    if array.size and array.dtype.itemsize >= 4:
        low, high = int(array.min()), int(array.max())
        if low < -(2**31) or high > 2**31 - 1:
            raise DTypeError(
                _("{value} does not fit into int32").format(value=low if low < -(2**31) else high),
                op=op,
                argument=argument,
                fix=_("use dtype='float32', which holds it approximately"),
            )
    return np.array(array, np.int32, order="C", copy=True)


def _text(array: Array, dtype: str | None, op: str, argument: str) -> Array:
    values = [one.decode("utf-8") if isinstance(one, bytes) else one for one in array.reshape(-1).tolist()]
    if not all(isinstance(one, str) for one in values):
        raise DTypeError(_("wanted numbers, truth values or text"), op=op, argument=argument)
    if dtype not in (None, "string"):
        raise DTypeError(
            _("wanted {dtype}, given text").format(dtype=dtype), op=op, argument=argument, fix=_("leave dtype out")
        )
    out = np.empty(array.shape, object)
    out.reshape(-1)[:] = values
    return out
