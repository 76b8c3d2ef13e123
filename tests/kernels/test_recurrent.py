"""The recurrent kernels of the host against plain loops, finite differences and torch."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.kernels.recurrences import GATES, Recurrence, recurrence
from tfnb.kernels.recurrent import gru, lstm, simple_rnn
from tfnb.kernels.recurrent.activations import supports

Array = np.ndarray[Any, Any]

# Kernels are called by an engine that makes NumPy quiet.
pytestmark = pytest.mark.filterwarnings("ignore:overflow")

TORCH = json.loads((Path(__file__).parents[1] / "vectors" / "torch.json").read_text())
KERNELS: dict[str, ModuleType] = {"simple_rnn": simple_rnn, "gru": gru, "gru_reset_after": gru, "lstm": lstm}
ACTIVATIONS = [
    ("tanh", "hard_sigmoid"), ("tanh", "sigmoid"), ("relu", "sigmoid"), ("hard_sigmoid", "tanh"),
    ("sigmoid", "relu"), ("linear", "hard_sigmoid"), ("sigmoid", "linear"),
]  # fmt: skip
FLAGS = [
    dict(zip(("go_backwards", "recurrent_mask", "mask"), flags)) for flags in itertools.product((False, True), repeat=3)
]


def with_activations(family: str, activation: str, recurrent_activation: str) -> dict[str, Any]:
    own = {"activation": activation}
    return own if family == "simple_rnn" else {**own, "recurrent_activation": recurrent_activation}


def forward(one: Recurrence, keep: bool = False) -> tuple[Any, Any]:
    return KERNELS[one.family].forward(*one.inputs, keep=keep, **one.attributes)  # type: ignore[no-any-return]


def single(one: Recurrence) -> Recurrence:
    """In float32."""
    return one.with_inputs(
        [None if value is None else value.astype(np.float32) if value.dtype == float else value for value in one.inputs]
    )


def check_gradients(one: Recurrence, tolerance: float = 1e-7, seed: int = 1) -> None:
    """All gradients against the loop's finite differences, each along a random direction."""
    random = np.random.default_rng(seed)
    weights = [random.normal(size=value.shape) for value in one.run()]
    needed = [value is not None and value.dtype == float for value in one.inputs]
    _results, state = forward(one, keep=True)
    gradients = KERNELS[one.family].backward(state, weights, needed)

    def total(inputs: list[Any]) -> float:
        return sum(float((w * y).sum()) for w, y in zip(weights, one.with_inputs(inputs).run(), strict=True))

    for place, (value, gradient) in enumerate(zip(one.inputs, gradients, strict=True)):
        if not needed[place]:
            assert gradient is None
            continue
        assert value is not None
        assert gradient.shape == value.shape
        direction, step = random.normal(size=value.shape), 1e-6
        ends = [[*one.inputs[:place], value + sign * direction, *one.inputs[place + 1 :]] for sign in (step, -step)]
        difference = (total(ends[0]) - total(ends[1])) / (2 * step)
        terms = gradient * direction
        assert abs(terms.sum() - difference) <= tolerance * max(1, np.abs(terms).sum()), place


@pytest.mark.parametrize("family", GATES)
@pytest.mark.parametrize("activations", ACTIVATIONS, ids="-".join)
@pytest.mark.parametrize("flags", FLAGS, ids=lambda flags: "-".join(k for k in flags if flags[k]) or "plain")
@pytest.mark.parametrize("whole", [True, False], ids=["bias and states", "neither"])
class TestEveryCombination:
    def make(self, family: str, activations: tuple[str, str], flags: dict[str, bool], whole: bool) -> Recurrence:
        return recurrence(family, bias=whole, states=whole, **flags, **with_activations(family, *activations))

    def test_values_are_those_of_the_loop(
        self, family: str, activations: tuple[str, str], flags: dict[str, bool], whole: bool
    ) -> None:
        one = self.make(family, activations, flags, whole)
        for keep in (False, True):
            results, state = forward(one, keep)
            assert (state is None) is not keep
            for found, wanted in zip(results, one.run(), strict=True):
                np.testing.assert_allclose(found, wanted, rtol=1e-12, atol=1e-13)

    def test_gradients_are_those_of_finite_differences(
        self, family: str, activations: tuple[str, str], flags: dict[str, bool], whole: bool
    ) -> None:
        check_gradients(self.make(family, activations, flags, whole))


@settings(max_examples=150, deadline=None)
@given(
    family=st.sampled_from(sorted(GATES)),
    shape=st.tuples(st.integers(0, 5), st.integers(0, 6), st.integers(1, 5), st.integers(1, 7)),
    flags=st.tuples(*[st.booleans()] * 5),
    seed=st.integers(0, 99),
)
def test_any_shape(family: str, shape: tuple[int, int, int, int], flags: tuple[bool, ...], seed: int) -> None:
    go_backwards, recurrent_mask, mask, bias, states = flags
    one = recurrence(
        family, shape, seed=seed, bias=bias, states=states, recurrent_mask=recurrent_mask, mask=mask,
        go_backwards=go_backwards,
    )  # fmt: skip
    for found, wanted in zip(forward(one)[0], one.run(), strict=True):
        np.testing.assert_allclose(found, wanted, rtol=1e-12, atol=1e-13)
    for found, wanted in zip(forward(single(one))[0], one.run(), strict=True):
        assert found.dtype == np.float32
        np.testing.assert_allclose(found, wanted, rtol=1e-4, atol=2e-6)
    check_gradients(one)


@pytest.mark.parametrize("family", GATES)
@pytest.mark.parametrize("shape", [(96, 3, 5, 48), (32, 0, 70, 64)])
def test_large_layers_whose_weight_gradient_is_one_product(family: str, shape: tuple[int, int, int, int]) -> None:
    check_gradients(recurrence(family, shape))


@pytest.mark.parametrize("family", GATES)
def test_what_is_not_wanted_is_not_made(family: str) -> None:
    one = recurrence(family, return_sequences=False, recurrent_mask=True)
    results, state = forward(one, keep=True)
    assert results[0] is None
    slopes = [None, np.ones_like(results[1]), *(None for _each in results[2:])]
    for place in range(len(one.inputs) - 1):
        needed = [position == place for position in range(len(one.inputs))]
        alone = KERNELS[family].backward(state, slopes, needed)
        together = KERNELS[family].backward(state, slopes, [True] * (len(needed) - 1) + [False])
        assert [gradient is not None for gradient in alone] == needed
        assert np.array_equal(alone[place], together[place])


@pytest.mark.parametrize("family", GATES)
def test_an_output_without_a_gradient_counts_as_zero(family: str) -> None:
    one = recurrence(family)
    results, state = forward(one, keep=True)
    needed = [value is not None for value in one.inputs]
    for kept in range(len(results)):
        some = [value if place == kept else None for place, value in enumerate(results)]
        zeros = [value if place == kept else np.zeros_like(value) for place, value in enumerate(results)]
        for a, b in zip(*(KERNELS[family].backward(state, slopes, needed) for slopes in (some, zeros)), strict=True):
            assert (a is None and b is None) or np.allclose(a, b, rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("family", GATES)
def test_results_and_gradients_are_arrays_of_their_own(family: str) -> None:
    one = single(recurrence(family))
    results, state = forward(one, keep=True)
    gradients = KERNELS[family].backward(state, results, [value is not None for value in one.inputs])
    own = [*results, *(gradient for gradient in gradients if gradient is not None)]
    copies = [value.copy() for value in own]
    assert all(value.flags.c_contiguous and value.dtype == np.float32 for value in own)
    for value in own:
        value.fill(np.nan)
    for again, copy in zip(forward(one, keep=True)[0], copies):
        assert np.array_equal(again, copy)
    KERNELS[family].backward(state, copies[: len(results)], [True] * 4 + [False] * (len(one.inputs) - 4))
    assert all(np.isnan(value).all() for value in own)


# Against torch: tests/vectors/torch_vectors.py


@pytest.mark.parametrize("told", TORCH["recurrent"], ids=lambda told: told["family"])
def test_values_and_gradients_are_those_of_torch(told: dict[str, Any]) -> None:
    family = told["family"]
    given, results, slopes = (
        {
            name: [np.array(one) for one in value] if name == "states" else np.array(value)
            for name, value in part.items()
        }
        for part in (told["given"], told["results"], told["slopes"])
    )
    one = recurrence(family, (3, 5, 2, 4), **with_activations(family, "tanh", "sigmoid"))
    inputs = [given["x"], given["kernel"], given["recurrent_kernel"], given["bias"], *given["states"], None, None]
    found, state = forward(one.with_inputs(inputs), keep=True)
    for value, theirs in zip(found, [results["sequence"], *results["states"]], strict=True):
        np.testing.assert_allclose(value, theirs, rtol=1e-12)
    needed = [value is not None for value in inputs]
    gradients = KERNELS[family].backward(state, [2 * value for value in found], needed)
    names = ("x", "kernel", "recurrent_kernel")
    wanted = [*(slopes[name] for name in names), *slopes["states"]]
    for value, theirs in zip([*gradients[:3], *gradients[4 : 4 + len(given["states"])]], wanted, strict=True):
        np.testing.assert_allclose(value, theirs, rtol=1e-10, atol=1e-12)


# Values at the border


@pytest.mark.parametrize(("at", "slope"), [(2.5, 0.2), (-2.5, 0.2), (2.6, 0.0), (-2.6, 0.0), (1.0, 0.2)])
def test_hard_sigmoid_has_the_slope_of_its_line_at_both_ends_of_it(at: float, slope: float) -> None:
    """As TensorFlow.js: the gradient of clip passes where its input is within the bounds, these included."""
    one, zeros = np.ones((1, 1, 1), np.float32), np.zeros((1, 1), np.float32)
    results, state = simple_rnn.forward(
        one, np.full((1, 1), at, np.float32), zeros, None, None, None, None, keep=True, activation="hard_sigmoid"
    )
    gradients = simple_rnn.backward(state, [None, np.ones_like(results[1])], [False, True, *[False] * 5])
    assert gradients[1] is not None
    assert gradients[1][0, 0] == pytest.approx(slope)
    # The input gate of an lstm; its other gates are 0.5 and its carry tanh(1) times the gate.
    kernel = np.array([[at, 0, 1, 0]], np.float32)
    results, state = lstm.forward(one, kernel, zeros.repeat(4, 1), *[None] * 5, keep=True)  # type: ignore[misc]
    gradients = lstm.backward(state, [None, None, np.ones_like(results[1])], [False, True, *[False] * 6])
    assert gradients[1] is not None
    assert gradients[1][0, 0] == pytest.approx(slope * np.tanh(1))


@pytest.mark.parametrize("family", GATES)
def test_nan_goes_on_to_its_sample_and_to_no_other(family: str) -> None:
    one = single(recurrence(family))
    one.x[1, 2] = np.nan
    for found in forward(one)[0][1:]:
        assert np.isnan(found[1]).all()
        assert np.isfinite(found[[0, 2]]).all()
    assert np.isfinite(forward(one)[0][0][1, :2]).all()


@pytest.mark.parametrize("family", GATES)
@pytest.mark.parametrize("mask", [False, True])
def test_infinity_saturates_as_it_does_in_the_loop(family: str, mask: bool) -> None:
    one = recurrence(family, mask=mask, **with_activations(family, "tanh", "sigmoid"))
    one.x[0, 1, 0], one.x[2, 3, 1] = np.inf, -np.inf
    with np.errstate(all="ignore"):
        for found, wanted in zip(forward(one)[0], one.run(), strict=True):
            np.testing.assert_allclose(found, wanted, rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("family", GATES)
def test_what_a_mask_hides_may_be_anything(family: str) -> None:
    one = recurrence(family, mask=True)
    hidden = one.with_inputs([np.where(one.mask[..., None], one.x, np.nan), *one.inputs[1:]])  # type: ignore[index]
    results, state = forward(hidden, keep=True)
    for found, wanted in zip(results, one.run(), strict=True):
        np.testing.assert_allclose(found, wanted, rtol=1e-12, atol=1e-13)
    needed = [True] * 4 + [False] * (len(one.inputs) - 4)
    same = KERNELS[family].backward(forward(one, keep=True)[1], results, needed)
    for found, wanted in zip(KERNELS[family].backward(state, results, needed)[:4], same, strict=False):
        np.testing.assert_allclose(found, wanted)


def test_only_these_activations_are_known() -> None:
    assert supports("tanh", "sigmoid", "hard_sigmoid", "relu", "linear")
    assert not supports("tanh", "softmax")
    assert not supports("selu")
