"""The end of a process prints nothing; a forked child computes on the host or gets a typed error, and never hangs."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
Run = Callable[..., "subprocess.CompletedProcess[str]"]


def python(code: str, seconds: float = 60, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run code in a process of its own."""
    variables = {name: value for name, value in os.environ.items() if not name.startswith("TFNB_")}
    return subprocess.run(
        [sys.executable, "-c", code], env=variables | {"PYTHONPATH": str(ROOT)} | environment,
        cwd=ROOT, capture_output=True, text=True, timeout=seconds,
    )  # fmt: skip


START = "import os, sys, threading, numpy as np, tfnb as tf\ntf.set_backend({backend!r})\n"
EXITS = {
    "with live tensors": "x = tf.ones([1000]).add(1).realize(); y = x.square(); z = x.reshape([10, 100])",
    "with variables": "v = tf.variable(tf.ones([1000])); v.assign_add(tf.ones([1000]))",
    "with a cycle": "x = [tf.ones([1000]).realize()]; x.append(x)",
    "with an open scope": "tf.start_scope(); x = tf.ones([1000]).realize()",
    "inside a tidy": "tf.tidy(lambda: (tf.ones([9]).realize(), sys.exit(0)))",
    "inside a tidy, another thread": """
def work():
    tf.tidy(lambda: (tf.ones([9]).add(1), threading.Event().wait(0.01)))
tf.set_backend("host")
threading.Thread(target=work).start()""",
    "with big host work done": "x = tf.ones([1 << 21]).add(1).mul(2); x.data_sync()",
    "with a view out": "x = tf.ones([1000]).numpy(); sys.keep = x",
    "with a tensor that dies late": "sys.keep = tf.ones([1000]).realize(); sys.view = sys.keep.reshape([10, 100])",
    "with pending work that dies late": "sys.keep = tf.ones([100_000]).add(1).sum()",
    "in atexit": "import atexit; x = tf.ones([1000]); atexit.register(lambda: x.add(1).data_sync())",
    "with a daemon thread": """
tf.set_backend("host")
def work():
    while True:
        tf.tidy(lambda: tf.ones([50_000]).add(1).data_sync())
threading.Thread(target=work, daemon=True).start()""",
    "after an error was caught": """
try:
    tf.ones([2]).add(tf.ones([3]))
except tf.errors.ShapeError as error:
    sys.keep = error""",
}  # fmt: skip


@pytest.mark.parametrize("backend", ["host", "gl"])
@pytest.mark.parametrize("code", EXITS.values(), ids=EXITS.keys())
def test_an_exit_is_silent(code: str, backend: str) -> None:
    result = python(START.format(backend=backend) + code)
    assert (result.returncode, result.stderr, result.stdout) == (0, "", "")


def test_a_hundred_exits_with_live_tensors(full_size: bool) -> None:
    for number in range(1000 if full_size else 5):
        code = (
            START.format(backend=("host", "gl")[number % 2])
            + f"x = [tf.ones([k]).add(1) for k in range({number % 50})]"
        )
        result = python(code)
        assert (result.returncode, result.stderr) == (0, "")


FORK = """
import os, signal, sys, time, warnings
import tfnb as tf
from tests.reliability.books import Before
warnings.simplefilter("ignore")
tf.set_backend({backend!r})
x = tf.ones([1 << 20]).add(1).realize()
pending = tf.ones([1 << 20]).add(2)
before = Before()
sys.stdout.flush()
for number in range({forks}):
    child = os.fork()
    if child == 0:
        signal.alarm(5)
        try:
            said = "wrong"
            {child}
            said = "right"
        except tf.errors.ForkError:
            said = "refused"
        os.write(1, (said + "\\n").encode())
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
before.check()
assert x.data_sync()[5] == 2 and pending.data_sync()[5] == 3
"""
CHILDREN = {
    "reads": ("assert x.data_sync()[7] == 2", {"host": "right", "gl": "refused"}),
    "computes with it": ("assert x.mul(2).data_sync()[7] == 4", {"host": "right", "gl": "refused"}),
    "runs what was pending": ("assert pending.data_sync()[7] == 3", {"host": "right", "gl": "refused"}),
    "begins anew": ("assert tf.ones([1 << 20]).add(1).data_sync()[7] == 2", {"host": "right", "gl": "right"}),
    "asks for memory": ("assert tf.memory().num_tensors == 2", {"host": "right", "gl": "right"}),
    "tidies": ("assert tf.tidy(lambda: tf.ones([5]).sum()).array_sync() == 5", {"host": "right", "gl": "right"}),
    "lets go": ("del x; pending.dispose(); import gc; gc.collect()", {"host": "right", "gl": "right"}),
    "chooses the host": (
        "assert tf.set_backend('host') and tf.ones([9]).add(1).sum().array_sync() == 18",
        {"host": "right", "gl": "right"},
    ),
    "profiles": ("tf.profile(lambda: tf.ones([9]).square())", {"host": "right", "gl": "right"}),
}


@pytest.mark.parametrize("backend", ["host", "gl"])
@pytest.mark.parametrize("child, said", CHILDREN.values(), ids=CHILDREN.keys())
def test_a_forked_child(child: str, said: dict[str, str], backend: str, full_size: bool) -> None:
    forks = 20 if full_size else 2
    start = time.perf_counter()
    result = python(FORK.format(backend=backend, child=child, forks=forks), seconds=30 + 5 * forks)
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.split() == [said[backend]] * forks
    assert time.perf_counter() - start < 10 + forks * 5


def test_a_child_forked_while_another_thread_computes_does_not_hang() -> None:
    code = """
import os, signal, threading, time
import tfnb as tf
tf.set_backend("host")
stop = threading.Event()
def work():
    while not stop.is_set():
        tf.tidy(lambda: tf.ones([1 << 20]).add(1).mul(3).data_sync())
thread = threading.Thread(target=work)
thread.start()
time.sleep(0.05)
for number in range(10):
    child = os.fork()
    if child == 0:
        signal.alarm(5)
        right = tf.ones([1 << 20]).add(1).mul(2).data_sync()[3] == 4
        os._exit(0 if right else 3)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    time.sleep(0.01)
stop.set()
thread.join()
"""
    result = python(code, PYTHONWARNINGS="ignore::DeprecationWarning")  # Python 3.12 warns of such forks
    assert (result.returncode, result.stderr) == (0, "")


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_multiprocessing_works_on_the_host(method: str, tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        f"""
import multiprocessing
import warnings
warnings.simplefilter("ignore")
import tfnb as tf

def square(number):
    return float(tf.tidy(lambda: tf.scalar(number).square()))

if __name__ == "__main__":
    tf.ones([1 << 20]).add(1).data_sync()
    with multiprocessing.get_context({method!r}).Pool(2) as pool:
        print(pool.map(square, range(5)))
"""
    )
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    result = subprocess.run(
        [sys.executable, str(script)], env=environment, capture_output=True, text=True, timeout=60, cwd=ROOT
    )
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.strip() == "[0.0, 1.0, 4.0, 9.0, 16.0]"
