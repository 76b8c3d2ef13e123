"""The recurrent records: the definition says the same as the pair, on every placement; gradients in two orders."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import pytest

import tfnb as tf
from tests.differences import check, wide
from tests.kernels.recurrences import GATES, Recurrence, recurrence
from tests.kernels.test_recurrent import KERNELS, with_activations
from tfnb.engine.compose import compose
from tfnb.kernels.composite import COMPOSITES, Composite

VARIANTS: list[dict[str, Any]] = [
    {}, {"go_backwards": True}, {"mask": True}, {"recurrent_mask": True}, {"bias": False, "states": False},
    {"go_backwards": True, "mask": True, "recurrent_mask": True},
]  # fmt: skip


def record(one: Recurrence) -> Composite:
    return COMPOSITES[KERNELS[one.family].__name__.rpartition(".")[2]]


def tensors(one: Recurrence, make: Any = wide) -> list[Any]:
    return [None if value is None else tf.tensor(value) if value.dtype == bool else make(value) for value in one.inputs]


# A number in a tensor's method is a float32: 0.2 is off by 3e-9.
CLOSE = {"rtol": 1e-7, "atol": 1e-8}


def name_of(variant: dict[str, Any]) -> str:
    return "-".join(variant) or "plain"


@pytest.mark.parametrize("family", GATES)
@pytest.mark.parametrize(
    "activations", [("tanh", "hard_sigmoid"), ("relu", "sigmoid"), ("linear", "tanh")], ids="-".join
)
@pytest.mark.parametrize("variant", VARIANTS, ids=name_of)
class TestTheDefinition:
    def test_says_the_same_as_the_pair(
        self, family: str, activations: tuple[str, str], variant: dict[str, Any]
    ) -> None:
        one = recurrence(family, **variant, **with_activations(family, *activations))
        with tf.scope():
            for found, wanted in zip(record(one).definition(*tensors(one), **one.attributes), one.run(), strict=True):
                np.testing.assert_allclose(found.numpy(), wanted, **CLOSE)

    def test_runs_on_opengl(self, family: str, activations: tuple[str, str], variant: dict[str, Any]) -> None:
        one = recurrence(family, (2, 3, 2, 3), **variant, **with_activations(family, *activations))
        with tf.scope():
            assert tf.set_backend("gl")
            try:
                results = compose(record(one), tensors(one, tf.tensor), sys._getframe(), **one.attributes)
                assert all(value.place in ("gl", "pending") for value in results)
                for found, wanted in zip(results, one.run(), strict=True):
                    np.testing.assert_allclose(found.numpy(), wanted, rtol=1e-4, atol=2e-6)
            finally:
                tf.set_backend("auto")


@pytest.mark.parametrize("family", GATES)
@pytest.mark.parametrize("variant", VARIANTS, ids=name_of)
@pytest.mark.parametrize("output", ["sequence", "last"])
def test_gradients_in_two_orders(family: str, variant: dict[str, Any], output: str) -> None:
    # Smooth activations: a difference of slopes across an edge is no derivative.
    one = recurrence(family, (2, 3, 2, 3), **variant, **with_activations(family, "tanh", "sigmoid"))
    places = [place for place, value in enumerate(one.inputs) if value is not None and value.dtype == float]
    mask = None if one.mask is None else tf.tensor(one.mask)

    def f(*given: Any) -> Any:
        inputs: list[Any] = [None] * (len(one.inputs) - 1) + [mask]
        for place, value in zip(places, given, strict=True):
            inputs[place] = value
        results = compose(record(one), inputs, sys._getframe(), **one.attributes)
        return results[0 if output == "sequence" else -1]

    with tf.scope():
        check(f, [one.inputs[place] for place in places])  # type: ignore[misc]


@pytest.mark.parametrize("family", GATES)
def test_a_function_serves_as_activation_in_the_definition(family: str) -> None:
    one = recurrence(family)
    given = {**one.attributes, "activation": lambda x: x.tanh()}
    with tf.scope():
        for found, wanted in zip(record(one).definition(*tensors(one), **given), one.run(), strict=True):
            np.testing.assert_allclose(found.numpy(), wanted, **CLOSE)


@pytest.mark.parametrize("family", GATES)
@pytest.mark.parametrize("shape", [(0, 3, 2, 3), (2, 0, 2, 3), (2, 1, 1, 1)])
@pytest.mark.parametrize("states", [True, False])
def test_the_definition_of_nothing_and_of_little(family: str, shape: tuple[int, ...], states: bool) -> None:
    one = recurrence(family, shape, states=states)  # type: ignore[arg-type]
    with tf.scope():
        for found, wanted in zip(record(one).definition(*tensors(one), **one.attributes), one.run(), strict=True):
            assert found.shape == wanted.shape
            np.testing.assert_allclose(found.numpy(), wanted, **CLOSE)


@pytest.mark.parametrize("family", GATES)
def test_no_tensor_is_left_behind(family: str) -> None:
    one = recurrence(family)
    inputs = tensors(one, lambda value: tf.tensor(value.astype(np.float32)))
    given = [value for value in inputs if value is not None]
    with tf.scope():
        before = tf.memory().num_tensors

        def f(*_values: Any) -> Any:
            return compose(record(one), inputs, sys._getframe(), **one.attributes)[0].sum()

        gradients = tf.grads(f)(given)
        assert tf.memory().num_tensors == before + len(gradients)
