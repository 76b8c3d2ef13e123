"""Optimizers in use: what they take, what they keep, what they say to what makes no sense."""

from __future__ import annotations

import gc
import math
from typing import Any

import numpy as np
import pytest

import tfnb as tf
from tfnb.engine.placement import ENGINE
from tfnb.naming import snake_case
from tfnb.train import optimizers

ALL: dict[str, Any] = {
    "sgd": lambda: tf.train.sgd(0.1),
    "momentum": lambda: tf.train.momentum(0.1, 0.9),
    "nesterov": lambda: tf.train.momentum(0.1, 0.9, True),
    "adagrad": lambda: tf.train.adagrad(0.1),
    "adadelta": lambda: tf.train.adadelta(0.1),
    "adam": lambda: tf.train.adam(0.1),
    "adamax": lambda: tf.train.adamax(0.1, decay=0.1),
    "rmsprop": lambda: tf.train.rmsprop(0.1, momentum=0.5),
    "centered": lambda: tf.train.rmsprop(0.1, momentum=0.5, centered=True),
}


@pytest.fixture(params=ALL)
def make(request: pytest.FixtureRequest) -> Any:
    return ALL[request.param]


def values(variables: Any) -> list[Any]:
    return [v.array_sync() for v in variables]


def three() -> list[Any]:
    return [tf.variable([1.0, 2, 3]), tf.variable([[1.0, -1], [2, -2]]), tf.variable(0.5)]


def slopes_of(step: int) -> list[Any]:
    random = np.random.default_rng(step)
    return [tf.tensor(random.normal(size=shape)) for shape in ((3,), (2, 2), ())]


def test_it_finds_the_lowest_place(make: Any, backend: str) -> None:
    v = tf.variable([3.0, -2])
    optimizer = make()
    first = float(optimizer.minimize(lambda: v.square().sum(), True, [v]))
    for _step in range(60):
        optimizer.minimize(lambda: v.square().sum(), False, [v])
    assert first == 13 and float(v.square().sum()) < 0.8 * first


def test_minimize_without_a_list_changes_all_trainable_variables() -> None:
    tf.dispose_variables()
    a, b = tf.variable(1), tf.variable(1, trainable=False)
    unused = tf.variable(5)
    assert tf.train.sgd(0.5).minimize(lambda: a.mul(b)) is None
    assert values([a, b, unused]) == [0.5, 1, 5]


def test_variables_without_a_gradient_stay_as_they_are(make: Any, backend: str) -> None:
    """And what is kept for them stays too: as if each had an optimizer of its own, with the steps counted together."""
    optimizer, alone = make(), make()
    a, b, c = three()
    other = tf.variable(a)
    optimizer.apply([a, b, c], slopes_of(0))
    alone.apply([other], slopes_of(0)[:1])
    before = b.array_sync()
    for step in range(1, 4):
        slopes = slopes_of(step)
        optimizer.apply([a, b, c], [slopes[0], None, slopes[2]])
        alone.apply([other], slopes[:1])
    assert b.array_sync() == before
    assert a.array_sync() == pytest.approx(other.array_sync(), rel=1e-6)
    assert optimizer.iterations == alone.iterations == 4


def test_two_lists_of_variables_in_turn_share_one_optimizer(make: Any) -> None:
    """As a generator and its critic do: each variable keeps its own slots, in whatever list and order it comes."""
    together, apart = make(), make()
    a, b, c = three()
    x, y, z = three()
    together.apply([a, b, c], slopes_of(0))
    apart.apply([x, y, z], slopes_of(0))
    for step in range(1, 4):
        sa, sb, sc = slopes_of(step)
        together.apply([c, a], [sc, sa])
        together.apply([b], [sb])
        apart.apply([x, z], [sa, sc])
        apart.apply([y], [sb])
    assert values([a, b, c]) == values([x, y, z])
    together.apply([b, c, a], [slopes_of(9)[place] for place in (1, 2, 0)])
    apart.apply([x, y, z], slopes_of(9))
    assert values([a, b, c]) == values([x, y, z])


def test_gradients_by_name_in_a_dict_or_a_list() -> None:
    a, b = tf.variable([1.0, 2]), tf.variable(1.0)
    slope = tf.tensor([1.0, 1])
    optimizer = tf.train.sgd(1)
    optimizer.apply_gradients({a.name: slope, b.name: tf.scalar(2)})
    optimizer.apply_gradients([tf.NamedTensor(b.name, tf.scalar(1)), (a.name, slope)])
    optimizer.apply_gradients([{"name": a.name, "tensor": slope}, {"name": b.name, "tensor": None}])
    assert values([a, b]) == [[-2, -1], -2]
    found = optimizer.compute_gradients(lambda: a.square().sum(), [a, b])
    assert set(found.grads) == {a.name} and found.grads[a.name].array_sync() == [-4, -2]
    optimizer.apply_gradients(found.grads)
    assert a.array_sync() == [2, 1]
    assert optimizer.iterations == 4


def test_whole_numbers_and_arrays_are_gradients_too() -> None:
    v = tf.variable([1.0, 2])
    optimizer = tf.train.sgd(1)
    optimizer.apply_gradients({v.name: tf.tensor([1, 1], dtype="int32")})
    optimizer.apply_gradients({v.name: [1, 1]})
    assert v.array_sync() == [-1, 0]


def test_the_learning_rate_can_be_set_at_any_time(make: Any, backend: str) -> None:
    optimizer, other = make(), make()
    v, w = tf.variable(1.0), tf.variable(1.0)
    optimizer.learning_rate = other.learning_rate / 4
    optimizer.apply([v], [tf.scalar(1)])
    other.apply([w], [tf.scalar(1)])
    assert float(v) == pytest.approx(1 - (1 - float(w)) / 4, rel=1e-5)
    assert optimizer.learning_rate == optimizer.get_config()["learning_rate"] == pytest.approx(0.025)


def test_the_setters_of_tensorflow_js() -> None:
    optimizer = tf.train.momentum(0.1, 0.9)
    optimizer.set_learning_rate(1)
    optimizer.set_momentum(0)
    v = tf.variable(1.0)
    for _step in range(2):
        optimizer.apply([v], [tf.scalar(1)])
    assert (optimizer.learning_rate, optimizer.momentum, float(v)) == (1, 0, -1)


def test_a_saved_optimizer_goes_on_where_it_was(make: Any, backend: str) -> None:
    optimizer, a = make(), three()
    for step in range(3):
        optimizer.apply(a, slopes_of(step))
    saved, b = optimizer.get_weights(), [tf.variable(one) for one in a]
    assert saved[0].name == "iter" and saved[0].tensor.array_sync() == 3 and saved[0].tensor.dtype == "int32"
    again = type(optimizer).from_config(optimizer.get_config())
    again.set_weights(saved)
    restored = again.get_weights()
    assert len(restored) == len(saved)
    for one, other in zip(saved, restored, strict=True):
        assert one.tensor.array_sync() == other.tensor.array_sync()
    for step in range(3, 6):
        optimizer.apply(a, slopes_of(step))
        again.apply(b, slopes_of(step))
    for one, other in zip(a, b, strict=True):
        assert np.allclose(one.numpy(), other.numpy(), rtol=1e-6)


def test_an_optimizer_goes_back_to_its_own_weights(make: Any) -> None:
    optimizer, a = make(), three()
    optimizer.apply(a, slopes_of(0))
    saved, held = optimizer.get_weights(), [one.clone() for one in a]
    for step in (1, 2):
        optimizer.apply(a, slopes_of(step))
    later = values(a)
    optimizer.set_weights(saved)
    for one, value in zip(a, held, strict=True):
        one.assign(value)
    for step in (1, 2):
        optimizer.apply(a, slopes_of(step))
    for one, value in zip(a, later, strict=True):
        assert np.allclose(one.numpy(), value, rtol=1e-6)


def test_weights_are_snapshots(make: Any, backend: str) -> None:
    optimizer, a = make(), three()
    optimizer.apply(a, slopes_of(0))
    saved = optimizer.get_weights()
    before = [one.tensor.array_sync() for one in saved]
    optimizer.apply(a, slopes_of(1))
    assert [one.tensor.array_sync() for one in saved] == before


def test_a_configuration_is_read_in_every_spelling(make: Any) -> None:
    optimizer = make()
    config = optimizer.get_config()
    camel = {"".join(part.title() if place else part for place, part in enumerate(name.split("_"))): value
             for name, value in config.items()}  # fmt: skip
    assert {snake_case(name) for name in camel} == set(config)
    again = optimizers.deserialize({"class_name": optimizer.class_name, "config": camel | {"name": "x", "amsgrad": 0}})
    assert type(again) is type(optimizer) and again.get_config() == config
    assert optimizers.serialize(again) == {"class_name": optimizer.class_name, "config": config}
    assert repr(optimizer).startswith(f"{type(optimizer).__name__}(learning_rate=")


@pytest.mark.parametrize("name", ["adam", "Adam", "sgd", "SGD", "rmsprop", "RMSProp", "RMSprop", "adagrad", "adadelta",
                                  "adamax"])  # fmt: skip
def test_optimizers_by_name(name: str) -> None:
    found = optimizers.get(name)
    assert found.class_name.lower() == name.lower()
    assert optimizers.get(found) is found


def test_the_usual_numbers_are_those_of_tensorflow_js() -> None:
    assert optimizers.get("adadelta").get_config() == {"learning_rate": 1, "rho": 0.95, "epsilon": 1e-7}
    assert optimizers.get("rmsprop").get_config() == {
        "learning_rate": 0.001, "decay": 0.9, "momentum": 0, "epsilon": 1e-7, "centered": False,
    }  # fmt: skip
    assert tf.train.adadelta().get_config() == {"learning_rate": 0.001, "rho": 0.95, "epsilon": 1e-7}
    assert optimizers.get("sgd").learning_rate == optimizers.get("adagrad").learning_rate == 0.01


def test_a_class_of_the_readers_own() -> None:
    class Signs(tf.Optimizer):
        class_name = "Signs"

        def apply_gradients(self, variable_gradients: Any) -> None:
            for name, slope in dict(variable_gradients).items():
                if slope is not None:
                    known[name].assign_sub(slope.sign().mul(self.learning_rate))

    a, b = tf.variable([1.0, -1]), tf.variable(2.0)
    known = {a.name: a, b.name: b}
    optimizer = optimizers.get(Signs(0.5))
    optimizer.minimize(lambda: a.square().sum(), var_list=[a, b])
    assert values([a, b]) == [[0.5, -0.5], 2] and optimizer.iterations == 1
    with pytest.raises(tf.errors.ArgumentTypeError, match="apply_gradients"):
        tf.Optimizer(0.1).minimize(lambda: a.square().sum(), var_list=[a])


def test_dispose_frees_what_is_kept_and_leaves_the_variables(make: Any, backend: str) -> None:
    a = three()
    slopes = slopes_of(0)
    gc.collect()
    before = tf.memory()
    optimizer = make()
    optimizer.apply(a, slopes)
    optimizer.apply(a, slopes)
    kept = tf.memory().num_bytes - before.num_bytes
    assert kept >= 4 * 8 * len(optimizer.suffixes)
    optimizer.dispose()
    after = tf.memory()
    assert (after.num_tensors, after.num_bytes) == (before.num_tensors, before.num_bytes)
    assert values(a)[0][0] != 1


def test_what_is_kept_ends_with_the_optimizer_and_survives_scopes(make: Any, backend: str) -> None:
    a = three()
    gc.collect()
    before = tf.memory().num_tensors
    optimizer = make()
    with tf.scope():
        optimizer.apply(a, slopes_of(0))
    counts = []
    for step in range(1, 5):
        tf.tidy(lambda step=step, optimizer=optimizer: optimizer.apply(a, slopes_of(step)))  # type: ignore[misc]
        counts.append(tf.memory().num_tensors)
    assert len(set(counts)) == 1
    del optimizer
    gc.collect()
    assert tf.memory().num_tensors == before


def test_a_variable_moves_between_backends_with_its_slots(make: Any) -> None:
    optimizer, plain = make(), make()
    a, b = three(), three()
    try:
        for step in range(6):
            assert tf.set_backend("gl" if step % 3 else "host")
            optimizer.apply(a, slopes_of(step))
            assert tf.set_backend("host")
            plain.apply(b, slopes_of(step))
    finally:
        tf.set_backend("auto")
    for one, other in zip(a, b, strict=True):
        assert np.allclose(one.numpy(), other.numpy(), rtol=2e-5, atol=1e-6)


def test_on_a_device_a_step_of_a_variable_is_one_program(make: Any) -> None:
    before = ENGINE.backend
    null = ENGINE.use_null()
    try:
        optimizer, v = make(), tf.variable(tf.zeros([4, 4]))
        slope = tf.ones([4, 4])
        optimizer.apply([v], [slope])
        v.data_sync()
        null.launches.clear()
        optimizer.apply([v], [slope])
        assert not null.launches, "nothing runs until a value is needed"
        v.data_sync()
        assert len(null.launches) == 1
        optimizer.get_weights()
        assert len(null.launches) <= 1 + len(optimizer.suffixes)
    finally:
        tf.set_backend(before)
        ENGINE.null = None


def test_empty_and_scalar_variables() -> None:
    optimizer = tf.train.adam(0.1)
    empty, one = tf.variable(tf.zeros([0, 3])), tf.variable(1.0)
    optimizer.apply([empty, one], [tf.zeros([0, 3]), tf.scalar(2)])
    assert empty.shape == (0, 3) and float(one) == pytest.approx(0.9)
    optimizer.apply([], [])
    assert optimizer.iterations == 2


def test_gradients_that_are_no_numbers_pass_on_quietly(recwarn: Any) -> None:
    optimizer, v = tf.train.adam(0.1), tf.variable([1.0, 1, 1])
    optimizer.apply([v], [tf.tensor([math.nan, math.inf, 1e30])])
    assert math.isnan(v.numpy()[0]) and not recwarn.list


# What makes no sense


def test_gradients_of_another_shape_change_nothing(make: Any, english: None) -> None:
    optimizer, a = make(), three()
    before = values(a)
    slopes = slopes_of(0)
    with pytest.raises(tf.errors.ShapeError, match=r"shape \[2, 2\], its gradient \[4\]"):
        optimizer.apply(a, [slopes[0], tf.zeros([4]), slopes[2]])
    assert values(a) == before and optimizer.iterations == 0


@pytest.mark.parametrize("rate", [math.nan, math.inf, -math.inf])
def test_learning_rates_that_are_no_numbers(rate: float, make: Any, english: None) -> None:
    with pytest.raises(tf.errors.ArgumentError, match=r"learning_rate.*finite"):
        make().learning_rate = rate
    with pytest.raises(tf.errors.ArgumentError, match="finite"):
        tf.train.sgd(rate)


@pytest.mark.parametrize("wrong", ["0.1", None, [1], True])
def test_learning_rates_of_another_kind(wrong: Any, english: None) -> None:
    optimizer = tf.train.sgd(0.1)
    with pytest.raises(tf.errors.ArgumentTypeError, match="number"):
        optimizer.learning_rate = wrong


@pytest.mark.parametrize("beta", [1, -0.1, 1 - 1e-12, math.nan])
def test_betas_out_of_range(beta: float, english: None) -> None:
    for make in (lambda: tf.train.adam(0.1, beta), lambda: tf.train.adam(0.1, 0.9, beta),
                 lambda: tf.train.adamax(0.1, beta)):  # fmt: skip
        with pytest.raises(tf.errors.ArgumentError, match="beta"):
            make()


def test_unknown_names_propose_the_nearest(english: None) -> None:
    with pytest.raises(tf.errors.ArgumentError, match="did you mean 'adagrad'"):
        optimizers.get("adagrda")
    with pytest.raises(tf.errors.ArgumentError, match=r"tf\.train\.momentum"):
        optimizers.get("momentum")
    with pytest.raises(tf.errors.ArgumentTypeError, match="wanted a name or an optimizer"):
        optimizers.get(3)
    with pytest.raises(tf.errors.ArgumentTypeError, match="not the class"):
        optimizers.get(tf.SGDOptimizer)
    with pytest.raises(tf.errors.ArgumentError, match="no optimizer"):
        optimizers.deserialize({"class_name": "Nadam", "config": {}})
    with pytest.raises(AttributeError, match=r"it is tf\.train\.adam"):
        tf.train.Adam  # noqa: B018


def test_unknown_variables(english: None) -> None:
    v = tf.variable(1.0, name="weights of the test")
    optimizer = tf.train.sgd(1)
    with pytest.raises(tf.errors.ArgumentError, match="did you mean 'weights of the test'"):
        optimizer.apply_gradients({"weight of the test": tf.scalar(1)})
    with pytest.raises(tf.errors.ArgumentTypeError, match="names with tensors"):
        optimizer.apply_gradients([tf.scalar(1)])
    with pytest.raises(tf.errors.ArgumentError, match="a gradient for each"):
        optimizer.apply([v], [])
    with pytest.raises(tf.errors.ArgumentError, match="twice"):
        optimizer.apply([v, v], [tf.scalar(1), tf.scalar(1)])
    assert float(v) == 1


def test_variables_that_cannot_be_trained(english: None) -> None:
    whole = tf.variable(tf.tensor([1, 2], dtype="int32"))
    with pytest.raises(tf.errors.DTypeError, match="only float32"):
        tf.train.sgd(1).apply([whole], [tf.tensor([1.0, 1])])
    v = tf.variable(1.0)
    with pytest.raises(tf.errors.DTypeError, match="float32 gradient"):
        tf.train.sgd(1).apply([v], [tf.scalar("text")])
    v.dispose()
    with pytest.raises(tf.errors.DisposedError):
        tf.train.sgd(1).apply([v], [tf.scalar(1)])
    gone = tf.scalar(1)
    gone.dispose()
    with pytest.raises(tf.errors.DisposedError):
        tf.train.sgd(1).apply([tf.variable(1.0)], [gone])


def test_weights_that_do_not_fit(english: None) -> None:
    optimizer, a = tf.train.adam(0.1), three()
    optimizer.apply(a, slopes_of(0))
    saved = optimizer.get_weights()
    with pytest.raises(tf.errors.ArgumentError, match="2 weights for each variable"):
        optimizer.set_weights(saved[:-1])
    with pytest.raises(tf.errors.ShapeError, match="shape"):
        optimizer.set_weights([saved[0], *saved[2:4], saved[1], *saved[4:]])
    with pytest.raises(tf.errors.ArgumentError, match="'iter'"):
        optimizer.set_weights([])
    with pytest.raises(tf.errors.ArgumentError, match="'iter'"):
        optimizer.set_weights(saved[1:2] + saved[1:])
    with pytest.raises(tf.errors.ArgumentError, match="weights for each"):
        tf.train.sgd(0.1).set_weights(saved)
    assert [one.tensor.array_sync() for one in optimizer.get_weights()] == [one.tensor.array_sync() for one in saved]
    other = tf.train.adam(0.1)
    other.set_weights(saved)
    with pytest.raises(tf.errors.ShapeError, match="shape"):
        other.apply([tf.variable(tf.zeros([7]))], [tf.zeros([7])])
