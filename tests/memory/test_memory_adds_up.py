"""`tf.memory()` adds up at every moment, and agrees with the pool's own count: random programs, mirrored in NumPy."""

from __future__ import annotations

import gc
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

import tfnb as tf
from tfnb.engine.placement import ENGINE


class Programs(RuleBasedStateMachine):
    """A pool of tensors and what NumPy says they hold."""

    backend = "host"

    @initialize()
    def begin(self) -> None:
        assert tf.set_backend(self.backend)
        gc.collect()
        self.pairs: list[tuple[Any, np.ndarray[Any, Any]]] = []
        self.base = tf.memory().num_tensors
        self.pool_base = self.pool_in_use()

    def pool_in_use(self) -> int:
        executor = ENGINE.open_gl() if self.backend == "gl" else None
        return 0 if executor is None else int(executor.device.pool.stats().bytes_in_use)

    def pick(self, number: int) -> tuple[Any, np.ndarray[Any, Any]] | None:
        return self.pairs[number % len(self.pairs)] if self.pairs else None

    @rule(size=st.sampled_from([0, 1, 3, 7, 64, 1000]))
    def make(self, size: int) -> None:
        values = np.arange(size, dtype=np.float32) % 13
        self.pairs.append((tf.tensor(values), values))

    @rule(which=st.integers(0, 99), amount=st.integers(-3, 3))
    def add(self, which: int, amount: int) -> None:
        if pair := self.pick(which):
            self.pairs.append((pair[0].add(amount), pair[1] + np.float32(amount)))

    @rule(which=st.integers(0, 99))
    def square_in_a_tidy(self, which: int) -> None:
        if pair := self.pick(which):
            result = tf.tidy(lambda: pair[0].mul(0.5).square().add(pair[0]))
            self.pairs.append((result, np.square(pair[1] * np.float32(0.5)) + pair[1]))

    @rule(which=st.integers(0, 99))
    def view(self, which: int) -> None:
        if pair := self.pick(which):
            self.pairs.append((pair[0].reshape([-1, 1]).reshape([-1]), pair[1]))

    @rule(which=st.integers(0, 99))
    def clone(self, which: int) -> None:
        if pair := self.pick(which):
            self.pairs.append((pair[0].clone(), pair[1]))

    @rule(which=st.integers(0, 99))
    def total(self, which: int) -> None:
        if pair := self.pick(which):
            self.pairs.append((pair[0].sum().reshape([1]), np.sum(pair[1], keepdims=True, dtype=np.float32)))

    @rule(which=st.integers(0, 99))
    def fail_inside_a_tidy(self, which: int) -> None:
        if pair := self.pick(which):
            with pytest.raises(tf.errors.ShapeError):
                tf.tidy(lambda: pair[0].add(1).add(tf.ones([pair[1].size + 2, 2, 2])).add(tf.ones([3])))

    @rule(which=st.integers(0, 99))
    def read(self, which: int) -> None:
        if pair := self.pick(which):
            np.testing.assert_allclose(pair[0].data_sync(), pair[1].reshape(-1), rtol=1e-5)

    @rule(which=st.integers(0, 99))
    def dispose(self, which: int) -> None:
        if self.pairs:
            self.pairs.pop(which % len(self.pairs))[0].dispose()

    @rule(which=st.integers(0, 99))
    def forget(self, which: int) -> None:
        if self.pairs:
            self.pairs.pop(which % len(self.pairs))

    @invariant()
    def adds_up(self) -> None:
        if not hasattr(self, "pairs"):
            return
        found = tf.memory()
        assert found.num_tensors - self.base == len(self.pairs)
        expected = found.num_bytes - found.unrealized_bytes + found.retained_bytes + found.padding_bytes
        assert found.storage_bytes == expected
        if self.backend == "gl":
            assert self.pool_in_use() - self.pool_base == found.places["gl"].storage_bytes - self.gl_base()

    def gl_base(self) -> int:
        return 0

    def teardown(self) -> None:
        if hasattr(self, "pairs"):
            self.pairs.clear()
            tf.set_backend("auto")


@pytest.mark.parametrize("backend", ["host", "gl"])
def test_random_programs_add_up(backend: str, full_size: bool) -> None:
    gc.collect()
    machine: Any = type("ProgramsOn" + backend, (Programs,), {"backend": backend})
    examples = 1000 if full_size else 10
    machine.TestCase.settings = settings(
        max_examples=examples,
        stateful_step_count=50,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        derandomize=not full_size,
    )
    machine.TestCase().runTest()
