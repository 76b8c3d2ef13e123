"""`tf.memory()` adds up at every moment, and agrees with the pool's own count: random programs, mirrored in NumPy.

A machine draws ops, views, scopes of every kind, variables, moves between placements, errors of the user, interrupts,
and devices that fail. After each step the three ledgers agree, and there are as many tensors and bytes as an eager
library would have.
"""

from __future__ import annotations

import asyncio
import gc
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

import tfnb as tf
from tests.reliability.books import check_driver, check_pool, summed
from tests.reliability.faults import CODES, Faults, gl_device
from tests.reliability.interruption import Lines
from tfnb.engine import ledger
from tfnb.engine.placement import ENGINE
from tfnb.engine.realizing import LISTENERS
from tfnb.engine.scope import TASK
from tfnb.errors import DeviceError, DisposedError, ScopeError, ShapeError
from tfnb.notebook.cell_scope import CellScope

ENGINE_FOLDER = str(Path(ledger.__file__).parent)
Array = np.ndarray[Any, Any]
WHICH = st.integers(0, 99)
SIZES = st.sampled_from([0, 1, 3, 7, 64, 1000, 40_000])
BUFFERS = count()


class Held:
    """A tensor, what NumPy says it holds, the buffer behind it, and the open scope that it belongs to (0: none)."""

    def __init__(self, tensor: Any, values: Array, buffer: int, level: int) -> None:
        self.tensor, self.values, self.buffer, self.level = tensor, values, buffer, level


def close(got: Any, wanted: Array) -> None:
    """The values are those of NumPy."""
    assert got.shape == wanted.shape
    assert not wanted.size or np.abs(got - wanted).max() <= 1e-3 * max(1.0, np.abs(wanted).max())


Op = tuple[Callable[[Any], Any], Callable[[Array], Array]]
OPS: dict[str, Op] = {
    "a number": (lambda x: x.mul(0.5).add(1), lambda v: v * np.float32(0.5) + 1),
    "a square": (lambda x: x.mul(0.1).square(), lambda v: np.square(v * np.float32(0.1))),
    "a chain": (lambda x: x.sin().abs().neg().add(x), lambda v: -np.abs(np.sin(v)) + v),
    "with itself": (lambda x: x.sub(x).add(2), lambda v: v - v + 2),
    "broadcast": (lambda x: x.reshape([-1, 1]).mul(tf.fill([1, 3], 0.25)).sum(1), lambda v: v * np.float32(0.75)),
    "a choice": (lambda x: tf.where(x.greater(0), x, 0), lambda v: np.where(v > 0, v, 0)),
    "whole numbers": (lambda x: x.mul(0).add(3).cast("int32").add(1).cast("float32"), lambda v: v * 0 + 4),
    # One value turned round, and a slice of all that there is, are views: these never are.
    "turned round": (lambda x: x.reverse(0).neg(), lambda v: -v[::-1]),
    "a part": (
        lambda x: x.pad([[1, 0]]).slice([1 + x.size // 2], [x.size - x.size // 2]),
        lambda v: v[v.size // 2 :],
    ),
    "padded": (lambda x: x.pad([[1, 0]]), lambda v: np.pad(v, (1, 0))),
    "gathered": (lambda x: x.pad([[0, 1]]).gather([0, 0, x.size]), lambda v: np.append(v, 0)[[0, 0, v.size]]),
    "doubled": (lambda x: tf.concat([x, x.neg()]), lambda v: np.concatenate([v, -v])),
    "stacked": (lambda x: tf.stack([x, x], 1).unstack(1)[1], lambda v: v),
    "a mean": (lambda x: x.pad([[1, 0]]).abs().mean().as1d(), lambda v: np.abs(np.append(v, 0)).mean().reshape(1)),
    "a maximum": (lambda x: x.pad([[1, 0]]).max().reshape([1]), lambda v: np.append(v, 0).max().reshape(1)),
    "running sums": (lambda x: x.mul(1e-3).abs().cumsum(), lambda v: np.cumsum(np.abs(v) * 1e-3, dtype=np.float64)),
    "a softmax": (lambda x: x.pad([[0, 1]]).softmax(), lambda v: softmax(np.append(v, 0))),
    "a product": (
        lambda x: tf.matmul(x.reshape([-1, 1]), tf.ones([1, 2])).add(tf.ones([2])).relu().sum(1).mul(0.5),
        lambda v: np.maximum(v + 1, 0),
    ),
}  # fmt: skip


def softmax(values: Array) -> Array:
    powers = np.exp(values - values.max())
    return np.asarray(powers / powers.sum())


class Programs(RuleBasedStateMachine):
    """Tensors and what NumPy says they hold; scopes as they are open."""

    backend = "host"

    @initialize()
    def begin(self) -> None:
        assert tf.set_backend(self.backend)
        gc.collect()
        gc.disable()
        self.held: list[Held] = []
        self.scopes: list[Any] = []
        self.seen: list[tuple[Any, Array]] = []
        self.variables: list[Held] = []
        before = tf.memory()
        self.tensors, self.bytes, self.moved = before.num_tensors, before.num_bytes, False

    # ------------------------------------------------------------------------------------------- the model

    def all(self) -> list[Held]:
        return [*self.held, *self.variables]

    def pick(self, number: int) -> Held | None:
        return self.held[number % len(self.held)] if self.held else None

    def keep(self, tensor: Any, values: Array, buffer: int | None = None, level: int | None = None) -> None:
        values = np.asarray(values, np.float32)
        here = len(self.scopes) if level is None else level
        self.held.append(Held(tensor, values, next(BUFFERS) if buffer is None else buffer, here))
        if len(self.held) > 12:
            self.held.pop(0)

    def leave(self, level: int, kept: list[Held]) -> None:
        """A scope has ended: what was made in it is gone, but for what was kept."""
        for one in self.held:
            if one.level >= level:
                if any(one is other for other in kept):
                    one.level = level - 1
                else:
                    assert one.tensor.is_disposed
        self.held = [one for one in self.held if not one.tensor.is_disposed]

    # ------------------------------------------------------------------------------------------- making and reading

    @rule(size=SIZES)
    def make(self, size: int) -> None:
        values = np.arange(size, dtype=np.float32) % 13 - 5
        self.keep(tf.tensor(values), values)

    @rule(which=WHICH, name=st.sampled_from(sorted(OPS)))
    def compute(self, which: int, name: str) -> None:
        if one := self.pick(which):
            op, exact = OPS[name if one.values.size < 100_000 else "a part"]
            self.keep(op(one.tensor), exact(one.values))

    @rule(which=WHICH, other=WHICH)
    def combine(self, which: int, other: int) -> None:
        one, two = self.pick(which), self.pick(other)
        if one and two:
            if one.values.shape == two.values.shape or 1 in (one.values.size, two.values.size):
                self.keep(one.tensor.add(two.tensor).mul(0.5), (one.values + two.values) * np.float32(0.5))
            else:
                with pytest.raises(ShapeError):
                    one.tensor.add(two.tensor)

    @rule(which=WHICH)
    def view(self, which: int) -> None:
        if one := self.pick(which):
            self.keep(one.tensor.reshape([-1, 1]).reshape([-1]), one.values, one.buffer)

    @rule(which=WHICH)
    def clone(self, which: int) -> None:
        if one := self.pick(which):
            self.keep(one.tensor.clone(), one.values, one.buffer)

    @rule(which=WHICH)
    def read(self, which: int) -> None:
        if one := self.pick(which):
            close(one.tensor.data_sync(), one.values)

    @rule(which=WHICH)
    def peek(self, which: int) -> None:
        if (one := self.pick(which)) and one.values.size > 2:
            close(one.tensor.peek(1, 2), one.values[1:3])

    @rule(which=WHICH)
    def see(self, which: int) -> None:
        """An array that outlives its tensor."""
        if one := self.pick(which):
            self.seen = [*self.seen[-3:], (one.tensor.numpy(), one.values.copy())]

    @rule()
    def what_was_seen_stays(self) -> None:
        for array, values in self.seen:
            close(array, values)
            assert not array.flags.writeable

    # ------------------------------------------------------------------------------------------- ending

    @rule(which=WHICH)
    def dispose(self, which: int) -> None:
        if self.held:
            one = self.held.pop(which % len(self.held))
            one.tensor.dispose()
            tf.dispose([one.tensor, {"again": one.tensor}])
            with pytest.raises(DisposedError):
                one.tensor.add(1)

    @rule(which=WHICH)
    def forget(self, which: int) -> None:
        if self.held:
            self.held.pop(which % len(self.held))

    @rule(which=WHICH)
    def forget_in_a_cycle(self, which: int) -> None:
        if self.held:
            cycle: list[Any] = [self.held.pop(which % len(self.held))]
            cycle.append(cycle)
            del cycle
            gc.collect()

    @rule()
    def trim(self) -> None:
        if ENGINE.gl_open:
            gl_device().pool.trim()
            check_driver()

    # ------------------------------------------------------------------------------------------- scopes

    @rule(which=WHICH, name=st.sampled_from(sorted(OPS)))
    def tidy(self, which: int, name: str) -> None:
        if one := self.pick(which):
            op, exact = OPS[name]

            def work() -> Any:
                extra = one.tensor.add(3)
                return {"result": [op(one.tensor), tf.tidy(lambda: [op(extra).add(1), one.tensor.neg()][1])]}

            first, second = tf.tidy("random", work)["result"]
            self.keep(first, exact(one.values))
            self.keep(second, -one.values)

    @rule(which=WHICH)
    def tidy_that_fails(self, which: int) -> None:
        if one := self.pick(which):

            def work() -> None:
                tf.start_scope()
                wrong = one.tensor.add(1)
                with tf.scope():
                    wrong.square().add(tf.ones([one.values.size + 2, 1, 2])).add(tf.ones([3]))

            with pytest.raises(ShapeError):
                tf.tidy(work)

    @rule(which=WHICH)
    def keep_in_nested_tidies(self, which: int) -> None:
        if one := self.pick(which):
            box: list[Any] = []
            tf.tidy(lambda: tf.tidy(lambda: box.append(tf.keep(one.tensor.add(1)))))
            self.keep(box[0], one.values + 1, level=0)

    @rule(which=WHICH)
    def block(self, which: int) -> None:
        if one := self.pick(which):
            with tf.scope("block") as scope:
                kept, lost = scope.keep(one.tensor.sub(1)), one.tensor.sub(2)
            assert lost.is_disposed
            self.keep(kept, one.values - 1)

    @rule(which=WHICH)
    def task(self, which: int) -> None:
        if one := self.pick(which):

            async def work() -> Any:
                x = one.tensor.add(1)
                await asyncio.sleep(0)
                return x.mul(0.5)

            async def both() -> Any:
                return await asyncio.gather(tf.tidy_async(work), tf.tidy_async(work))

            for result in asyncio.run(both()):
                self.keep(result, (one.values + 1) * np.float32(0.5))

    @precondition(lambda self: len(self.scopes) < 3)
    @rule(cell=st.booleans())
    def open(self, cell: bool) -> None:
        if cell:
            self.scopes.append(CellScope(len(self.scopes) + 1))
        else:
            tf.start_scope("by hand")
            self.scopes.append(None)

    @precondition(lambda self: self.scopes)
    @rule(which=st.lists(WHICH, max_size=3))
    def end(self, which: list[int]) -> None:
        level = len(self.scopes)
        kept = [one for one in map(self.pick, which) if one is not None]
        scope = self.scopes.pop()
        if scope is None:
            tf.end_scope([one.tensor for one in kept])
        else:
            with pytest.raises(ScopeError):
                tf.end_scope()
            scope.close([one.tensor for one in kept], "its cell ended")
        self.leave(level, kept)

    @rule(which=WHICH)
    def keep_one(self, which: int) -> None:
        if one := self.pick(which):
            tf.keep({"kept": one.tensor})
            one.level = 0

    # ------------------------------------------------------------------------------------------- variables

    @precondition(lambda self: len(self.variables) < 3)
    @rule(which=WHICH)
    def variable(self, which: int) -> None:
        if one := self.pick(which):
            self.variables.append(Held(tf.variable(one.tensor), one.values, one.buffer, 0))

    @precondition(lambda self: self.variables)
    @rule(which=WHICH, other=WHICH)
    def assign(self, which: int, other: int) -> None:
        one, two = self.variables[which % len(self.variables)], self.pick(other)
        if two and two.values.shape == one.values.shape:
            one.tensor.assign(two.tensor)
            one.values, one.buffer = two.values, two.buffer
        else:
            tf.tidy(lambda: one.tensor.assign_sub(tf.ones([one.values.size])))
            one.values, one.buffer = one.values - 1, next(BUFFERS)
        close(one.tensor.numpy(), one.values)

    @precondition(lambda self: self.variables)
    @rule(which=WHICH, forget=st.booleans())
    def end_variable(self, which: int, forget: bool) -> None:
        one = self.variables.pop(which % len(self.variables))
        if not forget:
            one.tensor.dispose()

    # ------------------------------------------------------------------------------------------- places, watching

    @rule(backend=st.sampled_from(["host", "gl"]))
    def move(self, backend: str) -> None:
        """Tensors stay; an op moves what it needs."""
        self.moved = self.moved or backend != ENGINE.backend
        assert tf.set_backend(backend)

    @rule(which=WHICH)
    def watch(self, which: int) -> None:
        if one := self.pick(which):
            found = tf.profile(lambda: tf.tidy(lambda: one.tensor.add(1).square()))
            assert found.kernel_names == ("add", "square")
            self.keep(found.result, np.square(one.values + 1))
            assert tf.time(lambda: one.tensor.neg()).wall_ms >= 0

    @rule()
    def another_thread(self) -> None:
        """It has scopes of its own; on the host it may compute."""
        if ENGINE.backend != "host":
            return
        found: list[float] = []

        def work() -> None:
            found.append(float(tf.tidy(lambda: tf.ones([7]).add(1).sum())))

        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
        assert found == [14]

    # ------------------------------------------------------------------------------------------- what goes wrong

    @rule(which=WHICH, name=st.sampled_from(sorted(OPS)), line=st.integers(1, 400))
    def interrupt(self, which: int, name: str, line: int) -> None:
        if not (one := self.pick(which)):
            return
        op, exact = OPS[name]
        tracing = sys.gettrace()
        try:
            with Lines(ENGINE_FOLDER, None, line):
                result = tf.tidy(lambda: op(one.tensor.add(0)).realize())
        except KeyboardInterrupt:
            return
        finally:
            sys.settrace(tracing)
        self.keep(result, exact(one.values))

    @rule(which=WHICH, name=st.sampled_from(sorted(OPS)), at=st.integers(1, 60), code=st.sampled_from(sorted(CODES)))
    def fault(self, which: int, name: str, at: int, code: str) -> None:
        """OpenGL fails at a call, or the host has no memory: an error, or the right result."""
        if not (one := self.pick(which)):
            return
        op, exact = OPS[name]
        with failing_host(at) if ENGINE.backend == "host" else failing_gl(at, CODES[code]):
            try:
                result = tf.tidy(lambda: op(one.tensor).realize())
            except DeviceError:
                return
        self.keep(result, exact(one.values))

    # ------------------------------------------------------------------------------------------- after each step

    @invariant()
    def adds_up(self) -> None:
        if not hasattr(self, "held"):
            return
        found = tf.memory()
        assert found.storage_bytes == summed(found) == sum(place.storage_bytes for place in found.places.values())
        assert found.num_tensors - self.tensors == len(self.all()), "tensors"
        sizes = {one.buffer: one.values.size * 4 for one in self.all()}
        if not self.moved:  # views of a tensor that has moved stay where they were
            assert found.num_bytes - self.bytes == sum(sizes.values()), "bytes"
        check_pool(found)
        assert LISTENERS == []
        assert TASK.get() is None

    def check_values(self) -> None:
        for one in self.all():
            close(one.tensor.numpy(), one.values)

    def teardown(self) -> None:
        gc.enable()
        if not hasattr(self, "held"):
            return
        self.check_values()
        while self.scopes:
            self.end([])
        self.held, self.seen, self.variables = [], [], []
        gc.collect()
        after = tf.memory()
        assert (after.num_tensors, after.num_bytes) == (self.tensors, self.bytes)
        tf.set_backend("auto")


@contextmanager
def failing_gl(at: int, code: int) -> Iterator[None]:
    """The OpenGL call number `at` from now on fails."""
    with Faults(gl_device()) as shim:
        shim.arm(at, code)
        yield


@contextmanager
def failing_host(at: int) -> Iterator[None]:
    """The NumPy call number `at` (one of the first few) from now on finds no memory."""
    from tfnb.device import host
    from tfnb.engine import run

    real, calls = host.quietly, count(1)

    def quietly(function: Any, *arguments: Any, **keywords: Any) -> Any:
        if next(calls) == at % 8:
            raise MemoryError
        return real(function, *arguments, **keywords)

    host.quietly = run.quietly = quietly  # type: ignore[attr-defined]
    try:
        yield
    finally:
        host.quietly = run.quietly = real  # type: ignore[attr-defined]


@pytest.mark.parametrize("backend", ["host", "gl"])
def test_random_programs_add_up(backend: str, full_size: bool) -> None:
    """1,000 steps, or 100,000."""
    machine: Any = type("ProgramsOn" + backend, (Programs,), {"backend": backend})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=1000 if full_size else 20,
            stateful_step_count=50,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            derandomize=not full_size,
            database=None,
        ),
    )
