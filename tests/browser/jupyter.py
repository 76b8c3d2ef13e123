"""JupyterLab or Notebook 7 as a person uses it, driven by playwright in the system's Chromium."""

from __future__ import annotations

import contextlib
import json
import os
import re
import secrets
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import nbformat
from playwright.sync_api import Browser, Page, Request

MODULES = {"lab": "jupyterlab", "notebook": "notebook"}
ADDRESSES = {"lab": "lab/workspaces/{number}/tree/{name}", "notebook": "notebooks/{name}"}
SECTIONS = {"lab": "LabApp", "notebook": "JupyterNotebookApp"}
PANEL = """
  const panel = [...window.jupyterapp.shell.widgets('main')].find(w => w.context && w.context.path === name);
"""


class Jupyter:
    """A server in a folder, seen by a browser."""

    def __init__(self, folder: Path, browser: Browser, app: str = "lab") -> None:
        self.folder, self.browser, self.app = folder, browser, app
        self.root = folder / "root"
        self.token = secrets.token_hex(16)
        self.opened = 0

    def __enter__(self) -> Self:
        names = ("config", "data", "runtime", "ipython", "settings", "workspaces", "root")
        for name in names:
            (self.folder / name).mkdir(exist_ok=True)
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("JUPYTER", "JPY_"))}
        environment |= {
            "JUPYTER_CONFIG_DIR": str(self.folder / "config"), "JUPYTER_DATA_DIR": str(self.folder / "data"),
            "JUPYTER_RUNTIME_DIR": str(self.folder / "runtime"), "IPYTHONDIR": str(self.folder / "ipython"),
            "JUPYTERLAB_SETTINGS_DIR": str(self.folder / "settings"),
            "JUPYTERLAB_WORKSPACES_DIR": str(self.folder / "workspaces"), "TFNB_LANG": "en",
            "PYTHONPATH": str(Path(__file__).resolve().parents[2]),
        }  # fmt: skip
        self._settings()
        command = [
            sys.executable, "-m", MODULES[self.app], "--no-browser", "--allow-root", "--ServerApp.ip=127.0.0.1",
            "--ServerApp.port=0",
            f"--IdentityProvider.token={self.token}", f"--ServerApp.root_dir={self.root}",
            f"--{SECTIONS[self.app]}.expose_app_in_browser=True",
        ]  # fmt: skip
        self.log = self.folder / "server.log"
        with self.log.open("wb") as log:
            self.server = subprocess.Popen(
                command,
                cwd=self.folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.url = self._address()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.server.terminate()
        try:
            self.server.wait(10)
        except subprocess.TimeoutExpired:
            self.server.kill()

    def _settings(self) -> None:
        wanted = {
            ("apputils-extension", "notification"): {"fetchNews": "false", "checkForUpdates": False},
            ("docmanager-extension", "plugin"): {"autosave": False},
            ("notebook-extension", "tracker"): {"windowingMode": "none", "autoStartDefaultKernel": True},
        }
        for (package, plugin), values in wanted.items():
            file = self.folder / "settings" / "@jupyterlab" / package / f"{plugin}.jupyterlab-settings"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(json.dumps(values))

    def _address(self) -> str:
        end = time.monotonic() + 60
        while time.monotonic() < end and self.server.poll() is None:
            found = re.search(r"http://127\.0\.0\.1:(\d+)/", self.log.read_text(errors="replace"))
            if found:
                address = f"http://127.0.0.1:{found[1]}/"
                # The address is in the log a moment before somebody listens there.
                with contextlib.suppress(urllib.error.URLError):
                    urllib.request.urlopen(f"{address}api/status?token={self.token}", timeout=30).read()
                    return address
            time.sleep(0.1)
        raise RuntimeError(f"no server: {self.log.read_text(errors='replace')[-2000:]}")

    def write(self, name: str, *cells: str) -> Path:
        """A notebook of code cells in the server's folder."""
        file = self.root / name
        notebook = nbformat.v4.new_notebook(
            cells=[nbformat.v4.new_code_cell(cell) for cell in cells],
            metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}},
        )
        nbformat.write(notebook, file)
        return file

    def open(self, name: str, **context: Any) -> Notebook:
        """Open a notebook in a page of its own."""
        self.opened += 1
        page = self.browser.new_context(viewport={"width": 1100, "height": 900}, **context).new_page()
        opened = Notebook(self, page, name)
        page.goto(self.url + ADDRESSES[self.app].format(number=f"w{self.opened}", name=name) + f"?token={self.token}")
        opened.ready()
        return opened


class Notebook:
    """An open notebook, and all that the browser said about it."""

    def __init__(self, jupyter: Jupyter, page: Page, name: str) -> None:
        self.jupyter, self.page, self.name = jupyter, page, name
        self.console: list[str] = []
        self.requests: list[str] = []
        self.dialogs: list[str] = []
        page.on("console", lambda m: self.console.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: self.console.append(str(error)))
        page.on("request", self._requested)
        page.on("dialog", self._asked)

    def _requested(self, request: Request) -> None:
        if not request.url.startswith((self.jupyter.url, "data:", "blob:", self.jupyter.url.replace("http", "ws"))):
            self.requests.append(request.url)

    def _asked(self, dialog: Any) -> None:
        self.dialogs.append(f"{dialog.type}: {dialog.message}")
        dialog.accept()

    def evaluate(self, body: str, *values: Any) -> Any:
        """Run JavaScript with `panel`, the notebook's panel, and `values` at hand."""
        return self.page.evaluate(f"async ([name, values]) => {{ {PANEL} {body} }}", [self.name, list(values)])

    def until(self, condition: str, timeout: float = 60, *values: Any) -> None:
        """Wait for a JavaScript expression to be true."""
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            try:
                if self.evaluate(f"return !!({condition});", *values):
                    return
            except Exception as error:
                # The page goes on to its own address once while it starts.
                if (
                    "destroyed" not in str(error)
                    and "reading 'shell'" not in str(error)
                    and "navigation" not in str(error)
                ):
                    raise
            self.page.wait_for_timeout(100)
        raise TimeoutError(condition)

    def ready(self) -> None:
        """Until the notebook is shown and its kernel idles."""
        self.until(
            "panel && panel.context.isReady && panel.sessionContext.isReady && panel.sessionContext.session"
            " && panel.sessionContext.session.kernel.status === 'idle'"
        )
        self.evaluate("await window.jupyterapp.restored;")

    def run_all(self, timeout: float = 120) -> None:
        """Run all cells and wait for the last one."""
        self.start()
        self.until("panel.content.widgets.every(w => w.model.type !== 'code' || w.model.executionCount)", timeout)
        self.until("panel.sessionContext.session.kernel.status === 'idle'", timeout)
        self.page.wait_for_timeout(500)

    def start(self) -> None:
        """Run all cells and do not wait."""
        self.evaluate("window.jupyterapp.shell.activateById(panel.id);")
        self.evaluate("window.jupyterapp.commands.execute('notebook:run-all-cells');")

    def output(self, cell: int) -> Any:
        """The output area of a cell."""
        self.evaluate("panel.content.widgets[values[0]].node.setAttribute('data-cell', String(values[0]));", cell)
        return self.page.locator(f'[data-cell="{cell}"] .jp-Cell-outputArea')

    def theme(self, theme: str) -> None:
        """'Light' or 'Dark'."""
        self.evaluate(
            "await window.jupyterapp.commands.execute('apputils:change-theme', { theme: values[0] });",
            f"JupyterLab {theme}",
        )
        self.until("document.body.dataset.jpThemeName === values[0]", 20, f"JupyterLab {theme}")
        self.page.wait_for_timeout(300)

    def save(self) -> dict[str, Any]:
        """Save as Jupyter does; the file that came of it."""
        self.evaluate("await panel.context.save();")
        return dict(json.loads((self.jupyter.root / self.name).read_text(encoding="utf-8")))

    def serious_findings(self, axe: str) -> list[str]:
        """What axe-core finds seriously wrong in the outputs."""
        # Jupyter has AMD's `define`; the script must not register with it.
        self.page.evaluate(
            "s => { const d = window.define; window.define = undefined; (0, eval)(s); window.define = d; }", axe
        )
        found = self.evaluate(
            "const nodes = [...panel.node.querySelectorAll('.jp-OutputArea-output')];"
            "const options = { resultTypes: ['violations'], rules: { region: { enabled: false } } };"
            "const r = await window.axe.run({ include: nodes }, options);"
            "const words = v => v.nodes.map(n => n.html + ' ' + n.failureSummary).join(' ').slice(0, 600);"
            "return r.violations.map(v => [v.impact, v.id, words(v)]);"
        )
        return [f"{rule}: {html}" for impact, rule, html in found if impact in ("serious", "critical")]

    def close(self) -> None:
        """Close the page and end its kernel."""
        self.evaluate("await panel.sessionContext.shutdown();")
        self.page.context.close()
