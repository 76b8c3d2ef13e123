"""The system's packages: what may be installed here, and the line to type where it may not."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from functools import cache
from pathlib import Path

_APT = ("apt-get", "-o", "DPkg::Lock::Timeout=120", "-q")


def is_debian(os_release: Path = Path("/etc/os-release")) -> bool:
    """Whether this is Debian, Ubuntu or one of their children."""
    try:
        text = os_release.read_text(encoding="utf-8")
    except OSError:
        return False
    fields = dict(line.split("=", 1) for line in text.splitlines() if "=" in line)
    names = " ".join(fields.get(key, "").strip("\"'") for key in ("ID", "ID_LIKE")).split()
    return bool({"debian", "ubuntu"} & set(names)) and shutil.which("apt-get") is not None


@cache
def privilege() -> tuple[str, ...] | None:
    """What goes before a command that needs root: nothing as root, `sudo -n` where it asks no password, else None."""
    if os.geteuid() == 0:
        return ()
    if shutil.which("sudo") is None:
        return None
    asked = subprocess.run(["sudo", "-n", "true"], capture_output=True, stdin=subprocess.DEVNULL)
    return ("sudo", "-n") if asked.returncode == 0 else None


def line_to_type(names: tuple[str, ...]) -> str:
    """The command that a person with the password would type."""
    start = "apt-get" if os.geteuid() == 0 else "sudo apt-get"
    return f"{start} update && {start} install -y {shlex.join(names)}"


def install(names: tuple[str, ...], log: Path) -> bool:
    """Install Debian packages if that needs no question; whether they are there now.

    Args:
        names: the packages.
        log: the file that takes what apt says.
    """
    start = privilege()
    if not is_debian() or start is None:
        return False
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    if start:
        start = (*start, "env", "DEBIAN_FRONTEND=noninteractive")
    with log.open("ab") as output:

        def succeeds(*command: str) -> bool:
            done = subprocess.run(
                [*start, *command], env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output
            )
            return done.returncode == 0

        # The lists that are here may do, and may be all that there is: an update that fails is no reason to give up.
        install_now = (*_APT, "install", "-y", "--no-install-recommends", *names)
        return (succeeds(*_APT, "update") and succeeds(*install_now)) or succeeds(*install_now)
