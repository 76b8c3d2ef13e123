"""`tfnb lab`: JupyterLab, open on the first lesson."""

from __future__ import annotations

import argparse
import importlib.util
import os
import signal
import subprocess
import sys
import time
import webbrowser
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tfnb.command import check, kernelspec, lessons
from tfnb.language import LANGUAGES, _, get_language

# Settings of the opened JupyterLab: no question about news, no look for updates; nothing goes to another host.
SETTINGS = Path(__file__).with_name("lab_settings")

# Seconds that a server may take before it tells its address; a first start compiles all of its modules.
STARTING = 120
# Hidden, so that JupyterLab's own list of files doesn't show it.
LOG = ".lab.log"


def main(arguments: list[str]) -> int:
    """Open JupyterLab, or with `--check` run the lessons and leave."""
    options = _parser().parse_args(arguments)
    missing = [name for name in ("jupyterlab", "ipykernel", "nbclient") if importlib.util.find_spec(name) is None]
    if missing:
        print(
            _("the lab needs {names}; type: {command}").format(
                names=", ".join(missing), command=f'{sys.executable} -m pip install "tfnb[lab]"'
            ),
            file=sys.stderr,
        )
        return 1
    kernelspec.install()
    if options.check:
        return check.check((options.language,) if options.language else LANGUAGES)
    folder = Path(options.folder).expanduser().resolve() if options.folder else lessons.default_folder()
    _lay_down(folder, options.fresh)
    return serve(folder, options.language or get_language(), browser=not options.no_open and can_open_browser())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="tfnb lab", description=_("Open JupyterLab on the first lesson."))
    parser.add_argument("language", nargs="?", choices=LANGUAGES, help=_("the lesson's language; else the system's"))
    parser.add_argument("--no-open", action="store_true", help=_("open no browser, only print the address"))
    parser.add_argument("--check", action="store_true", help=_("run the lessons in real kernels, and leave"))
    parser.add_argument("--fresh", action="store_true", help=_("begin with fresh copies; the former ones move aside"))
    parser.add_argument("--folder", help=_("where your copies of the lessons are"))
    return parser


def _lay_down(folder: Path, fresh: bool) -> None:
    laid = lessons.lay_down(folder, fresh=fresh)
    if laid.moved_to:
        print(_("Your former copies are in {folder}.").format(folder=laid.moved_to))
    if laid.kept:
        print(
            _(
                "You changed {names}, and there is a newer version. Yours stays. For a fresh one add --fresh: yours"
                " then moves aside."
            ).format(names=", ".join(laid.kept))
        )


def can_open_browser() -> bool:
    """Whether there is a screen with a browser on it (a text browser in this terminal doesn't count)."""
    if sys.platform not in ("darwin", "win32") and not any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER", "WSL_DISTRO_NAME")
    ):
        return False
    try:
        webbrowser.get()
    except webbrowser.Error:
        return False
    return True


def page(folder: Path, language: str) -> str:
    """The address of the first lesson on the server; that of the folder if there is no such lesson."""
    lesson = f"{language}/{lessons.FIRST}.ipynb"
    return f"/lab/tree/{quote(lesson)}" if (folder / lesson).is_file() else "/lab"


def command(folder: Path, language: str, browser: bool) -> list[str]:
    """The command line of the server."""
    arguments = [
        sys.executable, "-m", "jupyterlab", "--log-level=WARN", "-y",
        f"--ServerApp.root_dir={folder}", f"--LabApp.default_url={page(folder, language)}",
        f"--LabApp.app_settings_dir={SETTINGS}",
        f"--MultiKernelManager.default_kernel_name={kernelspec.NAME}",
    ]  # fmt: skip
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        arguments.append("--allow-root")
    if not browser:
        arguments.append("--no-browser")
    return arguments


def serve(folder: Path, language: str, *, browser: bool) -> int:
    """Run the server until it is stopped; its exit status.

    What the server logs goes to a file, so that the address is what stands in the terminal.
    """
    log = folder / LOG
    # It holds the token.
    log.touch(mode=0o600)
    before = {server["pid"] for server in _servers()}
    with log.open("wb") as output:
        server = subprocess.Popen(command(folder, language, browser), cwd=folder, stderr=output, stdout=output)
        # Ctrl-C reaches the server by itself; we only stay until it has gone.
        signal.signal(signal.SIGINT, lambda _number, _frame: None)
        signal.signal(signal.SIGTERM, lambda _number, _frame: server.terminate())
        address = _wait_for_address(server, folder, before)
        if address:
            token = f"?token={address['token']}" if address["token"] else ""
            print(f"JupyterLab: {address['url']}{page(folder, language).lstrip('/')}{token}")
            print(
                _("Your copies of the lessons are in {folder}. Ctrl-C here ends it.").format(folder=folder), flush=True
            )
        status = server.wait()
    if not address:
        print(_("JupyterLab did not start; this is what it said ({log}):").format(log=log), file=sys.stderr)
        print(*log.read_text(encoding="utf-8", errors="replace").splitlines()[-10:], sep="\n", file=sys.stderr)
        return status or 1
    return status


def _servers() -> list[dict[str, Any]]:
    from jupyter_server.serverapp import list_running_servers

    return list(list_running_servers(log=None))


def _wait_for_address(server: subprocess.Popen[bytes], folder: Path, before: set[int]) -> dict[str, Any] | None:
    """What the new server says of itself; None if it ended, or keeps silent."""
    deadline = time.monotonic() + STARTING
    while server.poll() is None and time.monotonic() < deadline:
        for found in _servers():
            # Not the pid alone: on Windows the environment's python is a launcher for another process.
            if found["pid"] not in before and Path(found["root_dir"]) == folder:
                return found
        time.sleep(0.1)
    return None
