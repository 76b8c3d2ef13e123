"""The general path of every op: check the handles, choose types, shape and place, record or run, register the result.

Errors that a user can make are raised here or in a record's shape rule, at once, whatever runs later. The quick path
for small tensors on the host is in `dispatch`; it does the same for the common case and comes here for everything else.
"""

from __future__ import annotations

from time import perf_counter
from types import FrameType
from typing import Any, Sequence

import numpy as np

from tfnb import dtypes, shapes
from tfnb.device.host import no_memory
from tfnb.dtypes import ITEMSIZE, NUMPY
from tfnb.engine import tape
from tfnb.engine.handle import Disposed, Handle
from tfnb.engine.ledger import LEDGER
from tfnb.engine.pending import Pending
from tfnb.engine.placement import EAGER_SIZE, ENGINE, ON_HOST_ONLY
from tfnb.engine.realizing import realize, tell_ran
from tfnb.engine.scope import current
from tfnb.errors import DTypeError, OutOfMemoryError
from tfnb.kernels.conversion import CASTS, to_complex64
from tfnb.kernels.expression import Leaf, Scalar
from tfnb.kernels.floating import quietly
from tfnb.kernels.rearranging import reshape as RESHAPE
from tfnb.kernels.record import Elementwise, Kernel
from tfnb.language import _
from tfnb.shapes import Shape, size_of

_new = object.__new__


def new_handle(shape: Shape, dtype: str, frame: FrameType, *, array: Any = None, store: Any = None) -> Any:
    """A registered handle for storage of its own."""
    handle = _new(LEDGER.handle_class)
    handle.ndarray, handle.store, handle.shape, handle.dtype = array, store, shape, dtype
    LEDGER.register(handle, nbytes_of(array, shape, dtype), current().scope, frame)
    if store.__class__ is Pending:
        store.held_by(handle)
    return handle


def nbytes_of(array: Any, shape: Shape, dtype: str) -> int:
    """Bytes of the values as TensorFlow.js counts them; a string counts its UTF-8 bytes."""
    if dtype == "string":
        return sum(len(text.encode("utf-8", "surrogatepass")) for text in array.reshape(-1).tolist())
    return size_of(shape) * ITEMSIZE[dtype]


def check_alive(handle: Handle, op: str | None, argument: str | None) -> None:
    """The error of a use after disposal, if that is what it is."""
    if handle.ndarray is None and handle.store.__class__ is Disposed:
        raise LEDGER.disposed_error(handle, op, argument)


def settle(handle: Handle) -> None:
    """Let a handle whose pending work has run name the storage itself."""
    store = handle.store
    if store.__class__ is Pending and store.value is not None:
        if store.value.__class__ is np.ndarray:
            handle.ndarray = store.value if store.value.shape == handle.shape else store.value.reshape(handle.shape)
            handle.store = None
        else:
            handle.store = store.value


def storage_of(handle: Handle, op: str | None = None, argument: str | None = None) -> Any:
    """The handle's storage, after whatever was pending has run."""
    if handle.ndarray is not None:
        return handle.ndarray
    check_alive(handle, op, argument)
    if handle.store.__class__ is Pending:
        realize(handle.store)
        settle(handle)
        if handle.ndarray is not None:
            return handle.ndarray
    return handle.store


def place_of(storage: Any) -> str:
    """The placement that a storage belongs to: 'host', 'gl' or 'null'."""
    return "host" if storage.__class__ is np.ndarray else storage.place


def device_of(storage: Any) -> Any:
    """The device that a storage belongs to."""
    place = place_of(storage)
    if place == "host":
        return ENGINE.host
    if place == "null":
        return ENGINE.null
    device = ENGINE.open_gl()
    if device is None:  # a forked child, or a context that was lost and cannot be opened again
        failure = ENGINE.gl_failure
        assert failure is not None
        raise type(failure)(failure.problem, op=failure.op, fix=failure.fix)
    return device


def read(handle: Handle, start: int = 0, count: int | None = None, op: str | None = None) -> Any:
    """`count` values from `start` on, as a flat NumPy array of the handle's data type; only those are read."""
    storage = storage_of(handle, op)
    count = size_of(handle.shape) - start if count is None else count
    if storage.__class__ is np.ndarray:
        return storage.reshape(-1)[start : start + count]
    with memory_for(handle.shape, op):
        values = device_of(storage).read(storage, handle.dtype, start, count)
    return values if values.dtype == NUMPY[handle.dtype] else values.astype(NUMPY[handle.dtype])


def to_host(handle: Handle, op: str | None = None) -> Any:
    """The handle's values as an array of its shape; the handle stays where it is."""
    if handle.ndarray is not None:
        return handle.ndarray
    array = read(handle, op=op)
    return handle.ndarray if handle.ndarray is not None else array.reshape(handle.shape)


def argument_of(value: Handle | Scalar, device: Any, op: str, argument: str) -> Pending | Leaf | Scalar:
    """How a node of `device` refers to an input; a foreign tensor moves there, and stays there."""
    if value.__class__ is Scalar:
        return value
    handle: Handle = value  # type: ignore[assignment]
    store = handle.store
    if store.__class__ is Pending:
        settle(handle)
        store = handle.store
    if store.__class__ is Pending and store.device is device and store.shape == handle.shape:
        return store
    storage = storage_of(handle, op, argument)
    home = device_of(storage)
    if home is not device:
        move(handle, device)
        storage = storage_of(handle)
    return Leaf(storage, handle.shape, handle.dtype)


def move(handle: Handle, device: Any) -> None:
    """Bring a tensor's values to another device; the handle names them there from now on."""
    array = to_host(handle)
    with memory_for(handle.shape, None):
        array = np.ascontiguousarray(array).reshape(handle.shape)
        if device is ENGINE.host:
            handle.ndarray, handle.store = array, None
        else:
            handle.store, handle.ndarray = device.upload(array, handle.dtype), None


def upload(array: Any, shape: Shape, dtype: str, frame: FrameType) -> Any:
    """A handle for values that come from Python, on the device that the backend wants them on."""
    device = ENGINE.place(dtype, 0)
    if device is ENGINE.host:
        return new_handle(shape, dtype, frame, array=array)
    return new_handle(shape, dtype, frame, store=device.upload(array, dtype))


def computed_in(kernel: Elementwise, inputs: Sequence[Any]) -> str:
    """The data type in which a kernel computes on these inputs."""
    counted = inputs[1:] if kernel.condition else inputs
    promoted = counted[0].dtype
    for other in counted[1:]:
        if other.dtype is not promoted:
            promoted = dtypes.promote(kernel.name, promoted, other.dtype)
    if promoted in kernel.types or (promoted == "complex64" and kernel.complex_host):
        return promoted  # type: ignore[no-any-return]
    for wider in ("int32", "float32"):
        if wider in kernel.types and dtypes.PROMOTION.get((promoted, wider)) == wider:
            return wider
    raise DTypeError(
        _("takes {wanted}, not {given}").format(wanted=" or ".join(kernel.types), given=promoted),
        op=kernel.name,
        argument=kernel.inputs[-1] if len(kernel.inputs) == 1 else None,
    )


def broadcast_of(kernel: Elementwise, inputs: Sequence[Any]) -> Shape:
    """The shape in which the inputs meet."""
    shape: Shape = ()
    first = True
    for name, value in zip(kernel.inputs, inputs):
        if value.__class__ is Scalar:
            continue
        if first:
            shape, first = value.shape, False
        elif value.shape != shape:
            shape = shapes.broadcast(kernel.name, shape, value.shape, (kernel.inputs[0], name))
    return shape


def elementwise(kernel: Elementwise, inputs: Sequence[Any], frame: FrameType, scalars: tuple[float, ...] = ()) -> Any:
    """Run or record an elementwise kernel on handles and scalars (one handle at least)."""
    if not ENGINE.listeners:
        quick = _small_on_host(kernel, inputs, frame, scalars)
        if quick is not None:
            if current().tape is not None:
                tape.record(kernel, inputs, quick, dict(zip(kernel.scalars, scalars)))
            return quick
    for name, value in zip(kernel.inputs, inputs):
        if value.__class__ is not Scalar:
            check_alive(value, kernel.name, name)
    computed = computed_in(kernel, inputs)
    shape = broadcast_of(kernel, inputs)
    dtype = kernel.dtype_of(computed)
    device = ENGINE.place(computed, size_of(shape))
    if device is ENGINE.host and (size_of(shape) <= EAGER_SIZE or computed in ("complex64", "string")):
        handle = _at_once(kernel, inputs, scalars, computed, dtype, shape, frame)
        return _told(kernel, inputs, handle, dict(zip(kernel.scalars, scalars)))
    arguments = []
    for position, value in enumerate(inputs):
        wanted = "bool" if kernel.condition and position == 0 else computed
        argument = argument_of(value, device, kernel.name, kernel.inputs[position])
        arguments.append(_converted(argument, wanted, device))
    arguments += [Scalar(number, computed) for number in scalars]
    handle = record(kernel, tuple(arguments), computed, dtype, shape, device, frame)
    return _told(kernel, inputs, handle, dict(zip(kernel.scalars, scalars)))


def _small_on_host(
    kernel: Elementwise, inputs: Sequence[Any], frame: FrameType, scalars: tuple[float, ...]
) -> Any | None:
    """What `dispatch` does, for an op that comes here because a tape is open; None if it is none of that kind."""
    limit, dtype = ENGINE.small_size, None
    for value in inputs[1:] if kernel.condition else inputs:
        if value.__class__ is not Scalar:
            if dtype is None:
                dtype = value.dtype
            elif value.dtype != dtype:
                return None
    if dtype not in kernel.types:
        return None
    arrays = []
    for position, value in enumerate(inputs):
        if value.__class__ is Scalar:
            if dtype != "float32":
                return None
            arrays.append(value.value)
        else:
            array = value.ndarray
            if array is None or array.size > limit or (kernel.condition and not position and value.dtype != "bool"):
                return None
            arrays.append(array)
    try:
        out = quietly(_with_numbers, kernel.host, arrays, scalars)
    except (ValueError, MemoryError, OverflowError):  # the general path says what is wrong
        return None
    result = kernel.dtype_of(dtype)
    if out.__class__ is not np.ndarray:
        out = np.asarray(out, NUMPY[result])
    return new_handle(out.shape, result, frame, array=out)


def _with_numbers(host: Any, arrays: list[Any], scalars: tuple[float, ...]) -> Any:
    """Call host code with all its numbers as arrays of the type in which it computes, that of the last array."""
    kind = [one for one in arrays if one.__class__ is np.ndarray][-1].dtype
    given = [one if one.__class__ is np.ndarray else np.asarray(one, kind) for one in arrays]
    return host(*given, *[np.asarray(number, kind) for number in scalars])


def _told(kernel: Elementwise | Kernel, inputs: Sequence[Any], handle: Any, numbers: dict[str, Any]) -> Any:
    """Put an op on the tapes that are open, and tell those who listen."""
    if current().tape is not None:
        tape.record(kernel, inputs, handle, numbers)
    for listener in ENGINE.listeners:
        listener.recorded(kernel.name, tuple(inputs), handle)
    return handle


def _converted(argument: Any, wanted: str, device: Any) -> Any:
    """An argument in the type wanted: a number is rewritten, a tensor gets a conversion that fuses."""
    if argument.dtype == wanted:
        return argument
    if argument.__class__ is Scalar:
        return Scalar(argument.value, wanted)
    return Pending(CASTS[wanted], (argument,), argument.dtype, wanted, argument.shape, device)


def record(
    kernel: Elementwise,
    arguments: tuple[Any, ...],
    computed: str,
    dtype: str,
    shape: Shape,
    device: Any,
    frame: FrameType,
) -> Any:
    """A handle whose value is pending. What would make its program too large runs first."""
    node = Pending(kernel, arguments, computed, dtype, shape, device)
    if node.too_large:
        for argument in arguments:
            if argument.__class__ is Pending:
                realize(argument)
        node = Pending(kernel, arguments, computed, dtype, shape, device)
    return new_handle(shape, dtype, frame, store=node)


def _at_once(
    kernel: Elementwise,
    inputs: Sequence[Any],
    scalars: tuple[float, ...],
    computed: str,
    dtype: str,
    shape: Shape,
    frame: FrameType,
) -> Any:
    arrays = []
    with memory_for(shape, kernel.name):
        for position, value in enumerate(inputs):
            wanted = "bool" if kernel.condition and position == 0 else computed
            if value.__class__ is Scalar:
                arrays.append(quietly(np.asarray, value.value, NUMPY[wanted]))
                continue
            array = to_host(value, kernel.name)
            arrays.append(array if value.dtype == wanted else convert_array(array, wanted))
        start = perf_counter()
        out = allocate(shape, dtype, kernel.name)
        arrays += [quietly(np.asarray, number, NUMPY[computed]) for number in scalars]
        quietly(kernel.host, *arrays, out=out)
    if ENGINE.listeners:
        tell_ran((kernel.name,), "host", dtype, shape, perf_counter() - start)
    return new_handle(shape, dtype, frame, array=out)


def convert_array(array: Any, dtype: str) -> Any:
    """A NumPy array in another of our data types, by the rules of `cast`."""
    if array.dtype == NUMPY[dtype]:
        return array
    if dtype == "complex64":
        return to_complex64(array)
    if array.dtype.kind == "c":
        array = array.real
    return np.asarray(quietly(CASTS[dtype].host, array), NUMPY[dtype])


def execute(kernel: Kernel, inputs: Sequence[Handle], frame: FrameType, **attributes: Any) -> Any:
    """Run (on the host) or record (elsewhere) a kernel that is not elementwise."""
    given, types, special, largest = [], [], None, 0
    for value in inputs:
        if value.ndarray is None:
            check_alive(value, kernel.name, None)
        given.append(value.shape)
        types.append(value.dtype)
        if value.dtype in ON_HOST_ONLY:
            special = value.dtype
        largest = max(largest, size_of(value.shape))
    shape, dtype = kernel.infer(kernel.name, given, types, **attributes)[0]
    for one in types:
        if one not in kernel.types and one not in ON_HOST_ONLY:
            raise DTypeError(
                _("takes {wanted}, not {given}").format(wanted=", ".join(kernel.types), given=one), op=kernel.name
            )
    device = ENGINE.place(special or dtype, max(largest, size_of(shape)))
    if kernel.gl is None and device is not ENGINE.null:
        device = ENGINE.host
    if device is ENGINE.host:
        return _told(kernel, inputs, _on_host(kernel, inputs, shape, dtype, attributes, frame), attributes)
    arguments = tuple(argument_of(value, device, kernel.name, "x") for value in inputs)
    node = Pending(kernel, arguments, dtype, dtype, shape, device, attributes)
    handle = new_handle(shape, dtype, frame, store=node)
    return _told(kernel, inputs, handle, attributes)


def _on_host(
    kernel: Kernel, inputs: Sequence[Handle], shape: Shape, dtype: str, attributes: dict[str, Any], frame: FrameType
) -> Any:
    operands = [Leaf(to_host(value, kernel.name), value.shape, value.dtype) for value in inputs]
    start = perf_counter()
    result = ENGINE.host.execute(kernel, operands, shape, dtype, attributes)
    if ENGINE.listeners:
        tell_ran((kernel.name,), "host", dtype, shape, perf_counter() - start)
    if kernel.view and (result is operands[0].storage or result.base is not None):
        return _sharing(inputs[0], shape, frame)
    return _placed(new_handle(shape, dtype, frame, array=result))


def _placed(handle: Any) -> Any:
    """Under `gl` and `null` a result that only the host could compute joins the others."""
    if ENGINE.keeps_on_device and handle.dtype not in ("complex64", "string"):
        device = ENGINE.place(handle.dtype, size_of(handle.shape))
        if device is not ENGINE.host:
            move(handle, device)
    return handle


def seen_as(handle: Handle, shape: Shape) -> Any:
    """The values of a handle under another shape, as the input of one op: in no scope and in no books."""
    check_alive(handle, None, None)
    settle(handle)
    view = _new(LEDGER.handle_class)
    view.ndarray = handle.ndarray.reshape(shape) if handle.ndarray is not None else None
    view.store, view.shape, view.dtype = handle.store, shape, handle.dtype
    view.code, view.lasti, view.cell = handle.code, handle.lasti, handle.cell
    view.entry = handle.entry
    return view


def alias(handle: Handle, shape: Shape, frame: FrameType) -> Any:
    """Another handle on the same storage, with a shape of its own: no bytes are added. A tape sees a `reshape`."""
    other = _sharing(handle, shape, frame)
    if current().tape is not None:
        tape.record(RESHAPE, (handle,), other, {"target": shape})
    return other


def _sharing(handle: Handle, shape: Shape, frame: FrameType) -> Any:
    check_alive(handle, None, None)
    settle(handle)
    shared = LEDGER.share(handle)
    other = _new(LEDGER.handle_class)
    other.ndarray = handle.ndarray.reshape(shape) if handle.ndarray is not None else None
    other.store, other.shape, other.dtype = handle.store, shape, handle.dtype
    LEDGER.register(other, 0, current().scope, frame)
    other.entry.shared = shared
    if other.store.__class__ is Pending:
        other.store.held_by(other)
    return other


def allocate(shape: Shape, dtype: str, op: str) -> Any:
    """An uninitialised host array, or the typed error where there is no memory for it."""
    with memory_for(shape, op):
        return np.empty(shape, NUMPY[dtype])


class memory_for:
    """A block that makes arrays for values of a shape: where there is no memory for them it raises the typed error."""

    __slots__ = ("op", "shape")

    def __init__(self, shape: Shape, op: str | None) -> None:
        self.shape, self.op = shape, op

    def __enter__(self) -> None: ...

    def __exit__(self, kind: Any, error: BaseException | None, traceback: Any) -> None:
        if isinstance(error, MemoryError) and not isinstance(error, OutOfMemoryError):
            raise no_memory(self.op, self.shape) from error
