"""Watching ops: what was recorded, what ran as one program, where, why there, and how long it took.

While nobody watches, nothing of this costs anything: watching sets `ENGINE.eager_size` to -1, so that every op takes
the general path, which tells the listeners.
"""

from __future__ import annotations

import time as clock
from dataclasses import dataclass, field
from typing import Any, Callable, Generic, TypeVar

from tfnb.engine.handle import Handle
from tfnb.engine.ledger import LEDGER
from tfnb.engine.placement import ENGINE
from tfnb.engine.scope import tensors_in
from tfnb.engine.survey import memory
from tfnb.engine.tidy import tidy
from tfnb.shapes import Shape, size_of

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class KernelProfile:
    """One op as it was recorded: its name, shapes, and the bytes and tensors it added."""

    name: str
    input_shapes: tuple[Shape, ...]
    output_shapes: tuple[Shape, ...]
    bytes_added: int
    total_bytes_snapshot: int
    tensors_added: int
    total_tensors_snapshot: int


@dataclass(frozen=True, slots=True)
class Program:
    """Kernels that ran as one: fused on OpenGL into one program, on the host into one pass through the cache.

    Attributes:
        kernels: their names in order. place: 'host' or 'gl'. why: the reason of that choice.
        kernel_time_ms: milliseconds, the device waited for. compiled: the OpenGL program was made in this run, and its
            making is part of the time.
    """

    kernels: tuple[str, ...]
    place: str
    why: str
    kernel_time_ms: float
    compiled: bool


@dataclass(frozen=True, slots=True)
class Profile(Generic[T]):
    """What `tf.profile(f)` tells.

    Attributes:
        new_bytes, new_tensors: what is left of the call. peak_bytes: the most bytes in use during it.
        kernels: each op in order. kernel_names: their names, each once. programs: what ran, where and why.
        result: what `f` returned.
    """

    new_bytes: int
    new_tensors: int
    peak_bytes: int
    kernels: tuple[KernelProfile, ...]
    kernel_names: tuple[str, ...]
    programs: tuple[Program, ...]
    result: T


@dataclass(frozen=True, slots=True)
class Timing:
    """What `tf.time(f)` tells: milliseconds in all, in kernels, and making OpenGL programs for the first time."""

    wall_ms: float
    kernel_ms: float
    compile_ms: float
    programs: tuple[Program, ...] = field(default=())


class Recorder:
    """A listener that keeps what it hears."""

    def __init__(self) -> None:
        self.kernels: list[KernelProfile] = []
        self.programs: list[Program] = []

    def recorded(self, name: str, inputs: tuple[Any, ...], handle: Handle) -> None:
        """An op was recorded (and perhaps run)."""
        shapes = tuple(value.shape for value in inputs if isinstance(value, Handle))
        self.kernels.append(
            KernelProfile(name, shapes, (handle.shape,), handle.entry.nbytes, LEDGER.bytes, 1, len(LEDGER.live))
        )

    def ran(
        self, kernels: tuple[str, ...], place: str, dtype: str, shape: Shape, seconds: float, compiled: bool
    ) -> None:
        """A program ran."""
        why = ENGINE.why(dtype, size_of(shape))
        self.programs.append(Program(kernels, place, why, seconds * 1e3, compiled))

    def __enter__(self) -> Recorder:
        ENGINE.listen(self)
        return self

    def __exit__(self, *error: Any) -> None:
        ENGINE.unlisten(self)

    def hear(self, function: Callable[[], T]) -> T:
        """Call a function and listen to it, also if an interrupt comes in the middle of beginning or ending that."""
        try:
            try:
                ENGINE.listen(self)
                return function()
            finally:
                ENGINE.unlisten(self)
        except BaseException:
            ENGINE.unlisten(self)
            raise


def _realized(f: Callable[[], T]) -> T:
    """What a function returns, computed, with the device waited for."""
    from tfnb.engine.run import storage_of

    result = f()
    for handle in tensors_in(result):
        storage_of(handle)
    if ENGINE.gl_open:
        device = ENGINE.open_gl()
        if device is not None:
            device.device.finish()
    return result


def profile(f: Callable[[], T]) -> Profile[T]:
    """Run a function and tell what it did: ops, programs, where each ran and why, bytes and tensors.

    Args:
        f: a function without arguments. What it returns is realized before the profile ends.

    Returns:
        Profile: with `result`, what `f` returned.

    Example:
        >>> import tfnb as tf
        >>> found = tf.profile(lambda: tf.tidy(lambda: tf.tensor([1, 2]).square().sub(1)))
        >>> found.kernel_names, found.new_tensors
        (('square', 'sub'), 1)
    """
    before, recorder = memory(), Recorder()
    LEDGER.reset_peak()
    try:
        result = recorder.hear(lambda: _realized(f))
    finally:
        peak = LEDGER.peak
        LEDGER.reset_peak(max(peak, before.peak_bytes))
    after = memory()
    names = tuple(dict.fromkeys(kernel.name for kernel in recorder.kernels))
    return Profile(
        after.num_bytes - before.num_bytes,
        after.num_tensors - before.num_tensors,
        peak,
        tuple(recorder.kernels),
        names,
        tuple(recorder.programs),
        result,
    )


def time(f: Callable[[], Any]) -> Timing:
    """Run a function and tell how long it and its kernels took. What it returns is realized within the time, then
    freed.

    Args:
        f: a function without arguments.

    Returns:
        Timing: in milliseconds. The first use of an OpenGL program includes its making; `compile_ms` tells that part
        apart.

    Example:
        >>> import tfnb as tf
        >>> tf.time(lambda: tf.ones([10]).square()).wall_ms > 0
        True
    """
    recorder = Recorder()

    def timed() -> float:
        start = clock.perf_counter()
        _realized(f)
        return clock.perf_counter() - start

    wall = recorder.hear(lambda: tidy("time", timed))
    compiled = sum(program.kernel_time_ms for program in recorder.programs if program.compiled)
    kernels = sum(program.kernel_time_ms for program in recorder.programs)
    return Timing(wall * 1e3, kernels, compiled, tuple(recorder.programs))
