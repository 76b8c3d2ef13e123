"""TensorFlow.js as a contender: on its CPU and WebAssembly backends in Node.js, on WebGL in the system's Chromium.

The packages are those of `js/node_modules`, or of the folder that `TFNB_TENSORFLOW_JS` names. Each piece of work is
timed over there, so that nothing of the way between two processes is counted.
"""

from __future__ import annotations

import atexit
import json
import os
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.case import Contender, Work

Array = np.ndarray[Any, Any]

HERE = Path(__file__).parent
BACKENDS = ("cpu", "wasm", "webgl")
# WebGL on the driver that our own OpenGL uses here: Mesa's.
CHROMIUM = ("--no-sandbox", "--use-gl=angle", "--use-angle=gl-egl", "--ignore-gpu-blocklist", "--enable-webgl")


def packages() -> Path:
    """The folder whose node_modules has TensorFlow.js."""
    named = os.environ.get("TFNB_TENSORFLOW_JS")
    return Path(named) if named else HERE.parent / "js"


def coded(array: Array) -> dict[str, Any]:
    """An array as the scripts take it."""
    return {"shape": list(array.shape), "values": np.asarray(array, np.float64).reshape(-1).tolist()}


def request(action: str, layers: Sequence[dict[str, Any]], weights: Sequence[Array], x: Array, y: Array) -> Any:
    """A piece of work: `'train'` is one step of adam, `'predict'` a prediction."""
    return {
        "action": action,
        "layers": list(layers),
        "weights": [coded(one) for one in weights],
        "x": coded(x),
        "y": coded(y),
    }


def contenders(make: Callable[[], Any], backends: Sequence[str] = BACKENDS) -> tuple[Contender, ...]:
    """A contender for each backend; `make` gives the request."""
    return tuple(Contender(f"TensorFlow.js {name}", _prepare(name, make)) for name in backends)


def _prepare(backend: str, make: Callable[[], Any]) -> Callable[[], tuple[Work, Callable[[Any], Array]]]:
    def prepare() -> tuple[Work, Callable[[Any], Array]]:
        timed, results = _in_browser(make()) if backend == "webgl" else _in_node(backend, make())
        timed.tells_seconds = True  # type: ignore[attr-defined]
        return timed, lambda _seconds: np.asarray(results)

    return prepare


def _in_node(backend: str, work: Any) -> tuple[Work, list[float]]:
    node = shutil.which("node")
    assert node, "Node.js is needed"
    command = [node, str(HERE / "tensorflow_js.mjs"), str(packages()), backend]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    atexit.register(process.kill)
    assert process.stdin is not None and process.stdout is not None
    ask, answers = process.stdin, process.stdout

    def told(line: str) -> Any:
        ask.write(f"{line}\n")
        ask.flush()
        while answer := answers.readline():
            if answer[0] in "[0123456789":  # the library greets on its standard output
                return json.loads(answer)
        raise SystemExit(f"TensorFlow.js {backend} ended")

    results: list[float] = told(json.dumps(work))
    return lambda: told("again"), results


def _in_browser(work: Any) -> tuple[Work, list[float]]:
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    assert chromium, "Chromium is needed"
    player = sync_playwright().start()
    browser = player.chromium.launch(executable_path=chromium, args=list(CHROMIUM))
    atexit.register(player.stop)
    atexit.register(browser.close)
    page = browser.new_page()
    page.add_script_tag(path=packages() / "node_modules" / "@tensorflow" / "tfjs" / "dist" / "tf.min.js")
    page.add_script_tag(path=HERE / "tensorflow_js.js")
    results: list[float] = page.evaluate(
        """async work => {
            if (!(await tf.setBackend("webgl"))) throw new Error("there is no WebGL");
            await tf.ready();
            window.task = await prepared(tf, work);
            return window.task.results;
        }""",
        work,
    )
    return lambda: page.evaluate("() => window.task.timed()"), results
