"""Starting: the import over NumPy's, the first OpenGL context; and a launch beside the driver's bare dispatch."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import numpy as np

from benchmarks.case import Bound, Case, Contender, Work


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
    "from time import perf_counter as t; import tfnb; from tfnb.device.gl.context import get_device; import vispy.gloo, vispy.app;"
    "a = t(); get_device(); print(t() - a)"
)


def _launch(bare: bool) -> Any:
    def prepare() -> tuple[Work, Any]:
        import tfnb as tf
        from tfnb.engine.placement import ENGINE

        assert tf.set_backend("gl")
        x = tf.tensor(np.arange(1024, dtype=np.float32))
        x.square().realize()
        executor = ENGINE.open_gl()
        assert executor is not None
        if not bare:
            return lambda: x.square().realize(), lambda z: z.numpy()
        dispatch = executor.device.gl.DispatchCompute
        plan = next(iter(executor._plans.values()))

        def work() -> Any:
            dispatch(*plan.groups)

        return work, lambda _z: np.arange(1024, dtype=np.float32) ** 2

    return prepare


CASES = [
    Case(
        "import", "seconds over `import numpy`", (Contender("tfnb", _fresh(_IMPORT)),), (Bound("tfnb", None, 0.12),),
    ),
    Case(
        "context", "the first OpenGL context", (Contender("tfnb", _fresh(_CONTEXT)),), (Bound("tfnb", None, 0.2),),
    ),
    Case(
        "launch",
        "square of 1,024 values on OpenGL, beside the driver's own dispatch of the same program",
        (Contender("bare dispatch", _launch(True)), Contender("tfnb gl", _launch(False))),
        (Bound("tfnb gl", None, 10e-6, over="bare dispatch"),),
        inner=500,
    ),
]  # fmt: skip
