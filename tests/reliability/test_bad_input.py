"""What a user can do wrong: a typed error in the form of the house, and memory as it was before."""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tfnb as tf
from tests.reliability.books import Before
from tfnb import errors
from tfnb.engine.ledger import LEDGER

FORM = re.compile(r"^[\w.\[\]… =]+(\(\w+\))?: .+", re.DOTALL)
Bad = tuple[Callable[[], Any], type[errors.TfnbError], str]


@pytest.fixture(params=["host", "gl"])
def place(request: pytest.FixtureRequest) -> Iterator[str]:
    assert tf.set_backend(request.param)
    yield request.param
    tf.set_backend("auto")


def a() -> Any:
    return tf.ones([2, 3])


async def coroutine() -> Any:
    return tf.ones([2])


def generator() -> Iterator[Any]:
    yield tf.ones([2])


TABLE: dict[str, Bad] = {
    "ragged lists": (lambda: tf.tensor([[1, 2], [3]]), errors.ShapeError, "ragged"),
    "ragged deep inside": (lambda: tf.tensor([[[1], [2]], [[3], 4]]), errors.ShapeError, "ragged"),
    "ragged as an operand": (lambda: a().add([[1, 2, 3], [4]]), errors.ShapeError, "ragged"),
    "a wrong count": (lambda: tf.tensor([1, 2, 3], [2, 2]), errors.ShapeError, "3"),
    "a wrong rank": (lambda: tf.tensor2d([1, 2, 3]), errors.TfnbError, "tensor2d"),
    "an unknown data type": (lambda: tf.zeros([2], "float65"), errors.DTypeError, "float65"),
    "a data type that is none": (lambda: a().cast(7), errors.DTypeError, "7"),
    "float64, which there is not": (lambda: tf.zeros([2], np.float64), errors.DTypeError, "float64"),
    "text and numbers": (lambda: tf.tensor([1, "a"]), errors.DTypeError, "text"),
    "text into an op": (lambda: tf.tensor(["a"]).square(), errors.DTypeError, "string"),
    "a whole number beyond int32": (lambda: tf.tensor(np.array([2**40])), errors.DTypeError, "int32"),
    "shapes that don't meet": (lambda: a().add(tf.ones([4])), errors.ShapeError, r"\[2, 3\]"),
    "inner dimensions": (lambda: a() @ a(), errors.ShapeError, "inner dimensions differ"),
    "a reshape to another size": (lambda: a().reshape([4]), errors.ShapeError, "6"),
    "an axis that is not there": (lambda: a().sum(2), errors.ShapeError, "no axis 2"),
    "shapes to concat": (lambda: tf.concat([a(), tf.ones([2, 4])], 0), errors.ShapeError, "concat"),
    "shapes to stack": (lambda: tf.stack([a(), tf.ones([2, 4])]), errors.ShapeError, "stack"),
    "nothing to concat": (lambda: tf.concat([]), errors.TfnbError, "concat"),
    "a negative size": (lambda: tf.zeros([2, -3]), errors.ShapeError, "negative"),
    "an enormous size": (lambda: tf.zeros([2**40]), errors.ShapeError, "values"),
    "an enormous product": (lambda: tf.ones([2**31, 2**31]), errors.ShapeError, "values"),
    "too many axes": (lambda: tf.zeros([1] * 7), errors.ShapeError, "at most 6 axes"),
    "a place that is not there": (lambda: a()[5], errors.IndexRangeError, "5"),
    "a fraction as a place": (lambda: a()[0.5], errors.ArgumentTypeError, "0.5"),
    "writing into a tensor": (lambda: a().__setitem__(0, 1), errors.ImmutableError, "never changes"),
    "None for a tensor": (lambda: tf.add(None, 1), errors.ArgumentTypeError, "None"),
    "a dict for a tensor": (lambda: tf.square({"x": 1}), errors.ArgumentTypeError, "dict"),
    "an object for a tensor": (lambda: tf.square(object()), errors.TfnbError, "object"),
    "a backend that there is not": (lambda: tf.set_backend("webgl"), errors.BackendError, "webgl"),
    "a coroutine in tidy": (lambda: tf.tidy(coroutine), errors.ScopeError, "tidy_async"),
    "a generator in tidy": (lambda: tf.tidy(generator), errors.ScopeError, "generator"),
    "no function in tidy": (lambda: tf.tidy(3), errors.ArgumentTypeError, "without arguments"),
    "a plain function in tidy_async": (
        lambda: asyncio.run(tf.tidy_async(lambda: tf.ones([2]))), errors.ArgumentTypeError, "coroutine function",
    ),
    "a scope that is not open": (lambda: tf.end_scope(), errors.ScopeError, "no scope is open"),
    "a truth value of many": (lambda: bool(a()), errors.ArgumentError, "neither true nor false"),
    "a number of many": (lambda: float(a()), errors.ArgumentError, "6"),
    "a variable of another shape": (lambda: tf.variable(a()).assign(tf.ones([2])), errors.ShapeError, r"\[2\]"),
    "a variable of another type": (
        lambda: tf.variable(a()).assign(tf.ones([2, 3], "int32")), errors.DTypeError, "int32",
    ),
    "an unknown mode": (lambda: a().mirror_pad([[1, 1], [1, 1]], "edge"), errors.ArgumentError, "edge"),
    "paddings of another rank": (lambda: a().pad([[1, 1]]), errors.ShapeError, "pad"),
    "a step of 0": (lambda: tf.range(0, 3, 0), errors.ArgumentError, "step"),
    "a slice beyond the end": (lambda: a().slice([0, 2], [1, 2]), errors.TfnbError, "slice"),
}  # fmt: skip


@pytest.mark.parametrize("call, kind, words", TABLE.values(), ids=TABLE.keys())
def test_bad_input_is_a_typed_error_and_leaves_memory_as_it_was(
    call: Callable[[], Any], kind: type[errors.TfnbError], words: str, place: str, english: None
) -> None:
    before = Before()
    for wrapped in (call, lambda: tf.tidy(call)):
        try:
            wrapped()
        except kind as error:
            assert re.search(words, str(error))
            assert FORM.match(str(error))
            assert error.op
        else:
            raise AssertionError("it was accepted")
    before.check()


@pytest.mark.parametrize("call, kind, words", list(TABLE.values())[::6], ids=list(TABLE.keys())[::6])
def test_bad_input_can_be_read_in_japanese(
    call: Callable[[], Any], kind: type[errors.TfnbError], words: str, japanese: None
) -> None:
    with pytest.raises(kind, match=r"[\u3040-\u30ff\u4e00-\u9fff]"):
        call()


# ------------------------------------------------------------------------------------------------ after the end


USES: dict[str, Callable[[Any], Any]] = {
    "an op": lambda x: x.add(1),
    "as second operand": lambda x: tf.ones([2]).add(x),
    "an operator": lambda x: 2 * x,
    "reading": lambda x: x.data_sync(),
    "numpy": np.asarray,
    "a reduction": lambda x: x.sum(),
    "a view": lambda x: x.reshape([2, 1]),
    "a clone": lambda x: x.clone(),
    "a place": lambda x: x[0],
    "concat": lambda x: tf.concat([tf.ones([2]), x]),
    "matmul": lambda x: tf.matmul(tf.ones([2, 2]), x.reshape([2, 1])),
    "keep": lambda x: x.keep(),
    "float": lambda x: float(x.sum()),
    "a cast": lambda x: x.cast("int32"),
    "where": lambda x: tf.where(x.greater(0), x, 1),
    "gather": lambda x: tf.gather(x, [0]),
    "assign": lambda x: tf.variable(tf.zeros([2])).assign(x),
}


@pytest.mark.parametrize("use", USES.values(), ids=USES.keys())
@pytest.mark.parametrize("pending", [True, False])
def test_a_use_after_the_end_names_both_places_and_the_cells(
    use: Callable[[Any], Any], pending: bool, place: str, english: None
) -> None:
    LEDGER.cell = 7
    x = tf.ones([2]).add(1) if pending else tf.ones([2])
    LEDGER.cell = 9
    x.dispose()
    LEDGER.cell = 0
    before = Before()
    with pytest.raises(errors.DisposedError) as found:
        use(x)
    message = str(found.value)
    assert re.search(r"made in cell \[7\], line \d+", message)
    assert re.search(r"disposed of in cell \[9\], line \d+ \(dispose\)", message)
    assert "[2]" in message
    assert message.endswith("; make it again")
    del found
    import gc

    gc.collect()  # what `found` had: its traceback and this frame are a cycle
    before.check()


@pytest.mark.parametrize("end", ["its tidy ended", "its tidy ended with an error", "its scope ended"])
def test_the_error_says_how_a_tensor_ended(end: str, english: None) -> None:
    box: list[Any] = []

    def fail() -> None:
        box.append(tf.ones([2]))
        raise KeyError

    if end == "its scope ended":
        with tf.scope():
            box.append(tf.ones([2]))
    elif end == "its tidy ended":
        tf.tidy(lambda: box.append(tf.ones([2])))
    else:
        with pytest.raises(KeyError):
            tf.tidy(fail)
    with pytest.raises(errors.DisposedError, match=re.escape("test_bad_input.py, line") + r".*" + end):
        box[0].add(1)


# ------------------------------------------------------------------------------------------------ the device


def test_a_tensor_of_another_thread_is_an_error_there_and_well_here(english: None) -> None:
    assert tf.set_backend("gl")
    try:
        x, pending = tf.ones([2000]).realize(), tf.ones([2000]).add(1)
        before, found = Before(), []

        def use() -> None:
            for call in (lambda: x.data_sync(), lambda: pending.data_sync(), lambda: x.add(1), lambda: tf.ones([3])):
                try:
                    call().data_sync()
                except errors.ThreadError as error:
                    found.append(str(error))
            found.append(str(tf.memory().num_tensors))  # which any thread may ask

        thread = threading.Thread(target=use)
        thread.start()
        thread.join()
        assert len(found) == 5
        assert all("belongs to the thread" in one for one in found[:4])
        before.check()
        assert pending.data_sync()[0] == 2
    finally:
        tf.set_backend("auto")


def test_a_tensor_larger_than_any_texture_is_refused_and_the_next_is_not(english: None) -> None:
    assert tf.set_backend("gl")
    try:
        gl = tf.backend()
        most = gl.device.max_side
        before = Before()
        gl.device.pool.max_side = gl.device.max_side = 64  # such a device can't be had here
        with pytest.raises(errors.TextureSizeError, match="largest texture") as found:
            tf.ones([64 * 64 * 4 + 1])
        assert "host" in str(found.value)
        gl.device.pool.max_side = gl.device.max_side = most
        assert tf.ones([64 * 64 * 4 + 1]).sum().array_sync() == 64 * 64 * 4 + 1
        del found
        import gc

        gc.collect()
        before.check()
    finally:
        tf.set_backend("auto")


def test_an_interrupt_in_the_middle_of_a_tidy(place: str) -> None:
    before = Before()

    def work() -> Any:
        x = tf.ones([100]).add(1)
        with tf.scope():
            x.square().data_sync()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        tf.tidy(work)
    before.check()
    assert tf.tidy(lambda: tf.ones([3]).sum()).array_sync() == 3


def fresh(code: str, **environment: str) -> str:
    """The output of code in a process of its own, which must end well and say nothing else."""
    import os

    root = Path(__file__).parents[2]
    variables = {name: value for name, value in os.environ.items() if not name.startswith("TFNB_")}
    result = subprocess.run(
        [sys.executable, "-c", code], env=variables | {"PYTHONPATH": str(root), "TFNB_LANG": "en"} | environment,
        cwd=root, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert (result.returncode, result.stderr) == (0, ""), result.stderr
    return result.stdout


def test_a_device_without_memory_says_so_and_goes_on() -> None:
    code = """
import tfnb as tf
from tests.reliability.books import Before, check_driver
tf.set_backend("gl")
held = [tf.ones([100_000]).add(k).realize() for k in range(4)]
before = Before()
def work():
    return [tf.ones([200_000]).add(k).realize() for k in range(20)]
for turn in range(3):
    try:
        tf.tidy(work)
    except tf.errors.OutOfMemoryError as error:
        print(isinstance(error, MemoryError), "TFNB_GL_BUDGET" in str(error))
    before.check()
    check_driver()
pending = tf.ones([100_000]).sub(2).mul(3)
big = [tf.ones([100_000]) for k in range(4)]
more = []
try:
    while True:
        more.append(tf.ones([100_000]).realize())
except tf.errors.OutOfMemoryError:
    pass
try:
    pending.data_sync()
except tf.errors.OutOfMemoryError as error:
    print(pending.place, error.__notes__)
more.clear()
print(pending.data_sync()[0], held[3].data_sync()[5])
"""
    printed = fresh(code, TFNB_GL_BUDGET=str(8 << 20)).splitlines()
    assert printed[:3] == ["True True"] * 3
    assert printed[3].startswith("pending ['sub+mul was recorded in <string>, line ")
    assert printed[4] == "-3.0 4.0"


@pytest.mark.parametrize("backend", ["host", "auto"])
def test_a_machine_without_memory_says_so_and_goes_on(backend: str) -> None:
    code = """
import resource
import tfnb as tf
from tests.reliability.books import Before
x = tf.ones([1 << 20])
before = Before()
resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))
big = 1 << 29
for call in (lambda: tf.ones([big]), lambda: tf.zeros([big], "int32"), lambda: tf.range(0, big),
             lambda: tf.random_normal([big]), lambda: x.reshape([-1, 1]).add(tf.ones([1024])).data_sync(),
             lambda: x.reshape([-1, 1]).matmul(tf.ones([1, 1024])), lambda: x.tile([1024]), lambda: tf.fill([big], 2),
             lambda: x.slice([0], [20000]).reshape([-1, 1]).mul(x.slice([0], [30000])).data_sync(),
             lambda: tf.linspace(0, 1, big), lambda: x.broadcast_to([1024, 1 << 20]).data_sync(),
             lambda: tf.eye(1 << 15)):
    try:
        tf.tidy(lambda: (call(), None)[1])
    except tf.errors.OutOfMemoryError as error:
        print(error.op, isinstance(error, MemoryError))
    before.check()
print(x.sum().array_sync())
"""
    printed = fresh(code, TFNB_BACKEND=backend, OPENBLAS_NUM_THREADS="1").splitlines()
    assert printed[-1] == str(float(1 << 20))
    assert len(printed) == 13, printed
    assert all(line.endswith(" True") and not line.startswith("None") for line in printed[:-1])


LOSE = {
    "closed": "tf.backend().device.close()",
    "reset": "tf.backend().device.gl.GetGraphicsResetStatus = lambda: 0x8253",
    "error": "tf.backend().device.gl.GetError = lambda: 0x0507",
}


@pytest.mark.parametrize("lose", LOSE.values(), ids=LOSE.keys())
def test_after_a_lost_context_the_next_cell_works(lose: str) -> None:
    code = f"""
import gc
import tfnb as tf
from tests.reliability.books import check_books, summed
tf.set_backend("gl")
x, pending, before = tf.ones([1000]).realize(), tf.ones([1000]).add(1), tf.memory().num_tensors
view = x.reshape([10, 100])
{lose}
lost = 0
for call in (lambda: x.data_sync(), lambda: pending.data_sync(), lambda: x.add(1).data_sync(),
             lambda: view.array_sync(), lambda: tf.tidy(lambda: x.sum().data_sync())):
    try:
        call()
    except tf.errors.ContextLostError as error:
        lost += 1
memory = tf.memory()
print(lost, memory.num_tensors - before, memory.storage_bytes == summed(memory))
check_books()
y = tf.tidy(lambda: tf.ones([1000]).add(2))
print(y.place, y.data_sync()[0], y.realize().place)
print(repr(x)[:30])
tf.dispose([x, pending, view])
gc.collect()
check_books()
print(tf.memory().num_tensors)
"""
    printed = fresh(code).splitlines()
    assert printed[0] == "5 1 True"
    assert printed[1] == "pending 3.0 gl"
    assert printed[3] == "1"
