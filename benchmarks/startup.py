"""Starting: the import over NumPy's, the first OpenGL context; and a launch beside the driver's bare dispatch."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import numpy as np

from benchmarks.case import Bound, Case, Contender, Work

VALUES = np.arange(1024, dtype=np.float32)


def _fresh(code: str) -> Any:
    """Work that is done by a fresh process, which prints the seconds itself."""

    def prepare() -> tuple[Work, Any]:
        def work() -> float:
            done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
            return float(done.stdout.split()[-1])

        work.tells_seconds = True  # type: ignore[attr-defined]
        return work, lambda _seconds: np.zeros(1)

    return prepare


_IMPORT = "from time import perf_counter as t; import numpy; a = t(); import tfnb; print(t() - a)"
_CONTEXT = (
    "from time import perf_counter as t; import tfnb; a = t();"
    "from tfnb.device.gl.context import get_device; get_device(); print(t() - a)"  # vispy's import counts
)


def _small() -> tuple[Any, Any, Any]:
    """The executor, the plan of a square of 1,024 values, and the tensor."""
    import tfnb as tf
    from tfnb.engine.placement import ENGINE

    assert tf.set_backend("gl")
    x = tf.tensor(VALUES)
    x.square().realize()
    executor = ENGINE.open_gl()
    assert executor is not None
    return executor, next(iter(executor._plans.values())), x


def _bare() -> tuple[Work, Any]:
    """The driver's dispatch alone, all bound already."""
    executor, plan, x = _small()
    out = executor.run(plan, [x.store])[0]
    dispatch, groups = executor.device.gl.DispatchCompute, plan.groups
    return lambda: dispatch(*groups), lambda _none: executor.device.read(out, 0, 1024)


def _launched() -> tuple[Work, Any]:
    """Our launch of a known plan into the same texture."""
    executor, plan, x = _small()
    inputs, out = [x.store], executor.run(plan, [x.store])
    launch, program, uniforms, groups = executor.device.launch, plan.program, {"n": plan.whole}, plan.groups
    return lambda: launch(program, inputs, out, uniforms, groups), lambda _none: executor.device.read(out[0], 0, 1024)


def _bare_turning() -> tuple[Work, Any]:
    """The driver's own calls where two textures take turns as the output: it checks its state anew each time."""
    from tfnb.device.gl import constants as c

    executor, plan, x = _small()
    gl, groups = executor.device.gl, plan.groups
    outs = [executor.run(plan, [x.store])[0] for _turn in range(2)]
    names, turn = [out.name for out in outs], [0]

    def work() -> None:
        turn[0] ^= 1
        gl.BindImageTexture(0, names[turn[0]], 0, 0, 0, c.READ_WRITE, c.RGBA32F)
        gl.DispatchCompute(*groups)

    return work, lambda _none: executor.device.read(outs[0], 0, 1024)


def _run() -> tuple[Work, Any]:
    """A known plan into a texture from the pool."""
    executor, plan, x = _small()
    inputs = [x.store]
    return lambda: executor.run(plan, inputs)[0], lambda out: executor.device.read(out, 0, 1024)


def _op() -> tuple[Work, Any]:
    """The whole op: recorded, planned, run."""
    _executor, _plan, x = _small()
    return lambda: x.square().realize(), lambda z: z.numpy()


CASES = [
    Case(
        "import", "seconds over `import numpy`", (Contender("tfnb", _fresh(_IMPORT)),), (Bound("tfnb", None, 0.12),),
    ),
    Case(
        "context", "the first OpenGL context", (Contender("tfnb", _fresh(_CONTEXT)),), (Bound("tfnb", None, 0.2),),
    ),
    Case(
        "launch",
        "square of 1,024 values on OpenGL, beside the driver's own calls",
        (
            Contender("bare dispatch", _bare),
            Contender("tfnb launch", _launched),
            Contender("bare, outputs in turn", _bare_turning),
            Contender("tfnb plan, from pool", _run),
            Contender("tfnb op", _op),
        ),
        (
            Bound("tfnb launch", None, 10e-6, over="bare dispatch"),
            Bound("tfnb plan, from pool", None, 10e-6, over="bare, outputs in turn"),
        ),
        inner=500,
    ),
]  # fmt: skip
