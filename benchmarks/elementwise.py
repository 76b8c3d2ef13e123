"""Fused chains of ten operations over four million values."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.case import Bound, Case, Contender, Work, waited

SIZE = 1 << 22


def inputs() -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    generator = np.random.default_rng(0)
    return tuple(generator.standard_normal(SIZE, np.float32) for _ in range(2))  # type: ignore[return-value]


class _Numpy:
    """NumPy's spelling of what the chains need."""

    tanh, exp, abs, square = np.tanh, np.exp, np.abs, np.square

    @staticmethod
    def relu(x: Any) -> Any:
        return np.maximum(x, np.float32(0))


def simple(x: Any, y: Any, lib: Any) -> Any:
    """Ten operations, none of them transcendental."""
    z = lib.square(lib.relu(x * y + 1) * 0.5 - y) * x
    return 1 / (lib.abs(z) + 0.25)


def curved(x: Any, y: Any, lib: Any) -> Any:
    """Ten operations, three of them transcendental, as in activations."""
    z = lib.tanh(x * y + 1) * 0.5 - y
    return lib.tanh(lib.exp(lib.square(z) * -1) * x)


def _numpy(chain: Any) -> Any:
    def prepare() -> tuple[Work, Any]:
        x, y = inputs()
        return lambda: chain(x, y, _Numpy), lambda z: z

    return prepare


def _torch(chain: Any) -> Any:
    def prepare() -> tuple[Work, Any]:
        import torch

        torch.set_num_threads(2)
        x, y = (torch.from_numpy(one) for one in inputs())
        return lambda: chain(x, y, torch), lambda z: z.numpy()

    return prepare


def _jax(chain: Any) -> Any:
    def prepare() -> tuple[Work, Any]:
        import jax
        import jax.numpy as jnp

        class Lib:
            tanh, exp, abs, square, relu = jnp.tanh, jnp.exp, jnp.abs, jnp.square, jax.nn.relu

        x, y = (jnp.asarray(one) for one in inputs())
        compiled = jax.jit(lambda x, y: chain(x, y, Lib))
        return lambda: compiled(x, y).block_until_ready(), np.asarray

    return prepare


def _ours(chain: Any, backend: str) -> Any:
    def prepare() -> tuple[Work, Any]:
        import tfnb as tf

        assert tf.set_backend(backend)
        x, y = (tf.tensor(one).realize() for one in inputs())
        wait = waited(backend)
        return lambda: wait(chain(x, y, tf)), lambda z: z.numpy()

    return prepare


def _case(name: str, what: str, chain: Any) -> Case:
    return Case(
        name,
        what,
        (
            Contender("numpy", _numpy(chain)),
            Contender("torch", _torch(chain)),
            Contender("jax.jit", _jax(chain)),
            Contender("tfnb auto", _ours(chain, "auto")),
            Contender("tfnb gl", _ours(chain, "gl")),
            Contender("tfnb gl fragment", _ours(chain, "gl"), {"TFNB_GL_TIER": "fragment"}),
        ),
        (
            Bound("tfnb gl", "torch", 0.4),
            Bound("tfnb auto", "torch", 0.4),
            Bound("tfnb auto", "jax.jit", 2.5),
        ),
    )


CASES = [
    _case("fused chain", "ten simple operations over 4M values", simple),
    _case("fused curves", "ten operations over 4M values, three of them transcendental", curved),
]
