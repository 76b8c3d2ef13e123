"""Who holds an object: every way a reader can reach it, as code where there is code for it."""

from __future__ import annotations

import asyncio
import collections
import functools
import sys
import types
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

import tfnb as tf
from tfnb.notebook.owners import Owner, Reach, find_owners


class Wanted:
    """What is looked for."""


def owner(value: Any, wanted: Wanted, name: str = "x") -> Owner | None:
    return find_owners({id(wanted): wanted}, [(name, value, Reach.NAME)]).get(id(wanted))


@dataclass
class Record:
    field: Any


class Slotted:
    __slots__ = ("inside",)

    def __init__(self, inside: Any) -> None:
        self.inside = inside


class Hostile:
    """An object that breaks whoever asks it anything."""

    def __init__(self, inside: Any) -> None:
        self.__dict__["inside"] = inside

    def __getattr__(self, name: str) -> Any:
        raise RuntimeError("no")

    def __eq__(self, other: object) -> bool:
        raise RuntimeError("no")

    def __hash__(self) -> int:
        raise RuntimeError("no")

    def __repr__(self) -> str:
        raise RuntimeError("no")


def closing_over(value: Any) -> Any:
    def inner() -> Any:
        return value

    return inner


def with_default(value: Any) -> Any:
    def inner(x: Any = value, *, y: Any = None) -> Any:
        return x, y

    return inner


def generator(value: Any) -> Any:
    yield 1
    yield value


def started(value: Any) -> Any:
    made = generator(value)
    next(made)
    return made


def object_array(value: Any) -> Any:
    array = np.empty((2, 2), dtype=object)
    array[1, 0] = value
    return array


WAYS = [
    (lambda w: w, "x"),
    (lambda w: [1, [w]], "x[1][0]"),
    (lambda w: {"a": (0, w)}, "x['a'][1]"),
    (lambda w: {("k", 1): w}, "x['k', 1]"),
    (lambda w: {w: 1}, "x.keys()"),
    (lambda w: {w}, "x{…}"),
    (lambda w: collections.deque([w]), "x[0]"),
    (lambda w: collections.OrderedDict(a=w), "x['a']"),
    (lambda w: Record([w]), "x.field[0]"),
    (Slotted, "x.inside"),
    (Hostile, "x.inside"),
    (lambda w: types.SimpleNamespace(model=Record(w)), "x.model.field"),
    (closing_over, "x.<closure>.value"),
    (with_default, "x.__defaults__[0]"),
    (lambda w: functools.partial(print, w), "x.args[0]"),
    (lambda w: Record(w).__init__, "x.__self__.field"),
    (started, "x: generator.<locals>.value"),
    (object_array, "x[1, 0]"),
    (lambda w: iter([w]), "x…[0]"),
    (lambda w: {object(): w}, "x[…]"),
]  # fmt: skip


@pytest.mark.parametrize(("hold", "path"), WAYS)
def test_the_path_reads_like_code(hold: Any, path: str) -> None:
    wanted = Wanted()
    assert owner(hold(wanted), wanted) == Owner(path, Reach.NAME)


def test_the_shortest_path_wins() -> None:
    wanted = Wanted()
    roots = [("a", [[[wanted]]], Reach.NAME), ("b", wanted, Reach.NAME)]
    assert find_owners({id(wanted): wanted}, roots)[id(wanted)].path == "b"


def test_a_models_weights_are_the_models_not_the_optimizers() -> None:
    optimizer = tf.train.momentum(0.1, 0.9)
    model = tf.sequential([tf.layers.dense(units=1, input_shape=[2])])
    model.compile(optimizer=optimizer, loss="meanSquaredError")
    model.fit(tf.ones([2, 2]), tf.ones([2, 1]), verbose=0)
    kernel = model.layers[0].kernel
    roots = [("optimizer", optimizer, Reach.NAME), ("model", model, Reach.NAME)]
    assert find_owners({id(kernel): kernel}, roots)[id(kernel)].path == "model.layers[0].kernel"
    model.dispose()
    optimizer.dispose()


def test_names_win_over_what_the_notebook_keeps() -> None:
    wanted = Wanted()
    roots = [("a", [[wanted]], Reach.NAME), ("Out[1]", wanted, Reach.DISPLAY)]
    assert find_owners({id(wanted): wanted}, roots)[id(wanted)] == Owner("a[0][0]", Reach.NAME)


def test_cycles_end() -> None:
    wanted, loop = Wanted(), []  # type: ignore[var-annotated]
    loop.append(loop)
    assert owner(loop, wanted) is None


def test_what_is_closed_is_not_looked_into() -> None:
    wanted, machinery = Wanted(), {}
    machinery["x"] = wanted
    assert not find_owners({id(wanted): wanted}, [("a", [machinery], Reach.NAME)], closed=[machinery])


def test_installed_modules_are_not_looked_into_and_the_readers_own_are() -> None:
    wanted = Wanted()
    own = types.ModuleType("own")
    own.__file__ = "/home/reader/own.py"
    own.cache = [wanted]  # type: ignore[attr-defined]
    assert owner(own, wanted) == Owner("x.cache[0]", Reach.NAME)
    np.tfnb_test_cache = wanted  # type: ignore[attr-defined]
    try:
        assert owner(np, wanted) is None
    finally:
        del np.tfnb_test_cache  # type: ignore[attr-defined]


def test_class_attributes_count() -> None:
    wanted = Wanted()
    kind = type("Kind", (), {"__module__": "__main__", "cache": [wanted]})
    assert owner(kind, wanted) == Owner("x.cache[0]", Reach.NAME)


def test_a_tracebacks_frames_are_searched() -> None:
    wanted = Wanted()

    def fails(local: Any) -> None:
        raise ValueError

    try:
        fails([wanted])
    except ValueError as error:
        found = find_owners({id(wanted): wanted}, [("the error", error, Reach.TRACEBACK)])
        assert found[id(wanted)].path.startswith("the error: ")
        assert found[id(wanted)].reach is Reach.TRACEBACK


def test_a_suspended_coroutine_is_searched() -> None:
    wanted = Wanted()

    async def work(local: Any) -> Any:
        await asyncio.sleep(0)
        return local

    coroutine = work([wanted])
    try:
        assert owner(coroutine, wanted) == Owner("x: work.<locals>.local[0]", Reach.NAME)
    finally:
        coroutine.close()


def test_a_search_that_gives_up_loses_nothing() -> None:
    wanted = Wanted()
    found = find_owners({id(wanted): wanted}, [("x", [[i] for i in range(100)], Reach.NAME)], most=10)
    assert found[id(wanted)].reach is Reach.NAME


def test_a_million_numbers_are_no_burden() -> None:
    wanted = Wanted()
    values = [list(range(1_000_000)), {i: float(i) for i in range(100_000)}, wanted]
    assert owner(values, wanted) == Owner("x[2]", Reach.NAME)


def test_nothing_is_called_on_the_way() -> None:
    called = []

    class Property:
        @property
        def inside(self) -> Any:
            called.append(1)
            return None

    owner([Property(), Hostile(1)], Wanted())
    assert not called


def test_the_search_leaves_no_references() -> None:
    wanted = Wanted()
    value = {"a": [wanted]}
    before = sys.getrefcount(wanted)
    owner(value, wanted)
    assert sys.getrefcount(wanted) == before
