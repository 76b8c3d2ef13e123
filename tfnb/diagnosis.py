"""What works on this machine, what does not, and the one line that mends it: the doctor's knowledge, as data.

`python -m tfnb doctor` and `%doctor` print what `diagnose()` returns.
"""

from __future__ import annotations

import contextlib
import json
import os
import platform
import shutil
import subprocess
import sys
from dataclasses import asdict, dataclass, field
from importlib import metadata
from pathlib import Path
from typing import Any, Final

from tfnb.language import _, get_language

NEEDED: Final = ("numpy", "ipython", "ipywidgets", "anywidget", "tqdm", "pillow")
OPENGL_PACKAGE: Final = "vispy"
FOR_THE_LAB: Final = ("jupyterlab", "ipykernel")

# Debian's names; no wheel ships Mesa. `import vispy` fails without fontconfig's library.
MESA: Final = ("libegl1", "libgl1", "libgl1-mesa-dri", "libgles2", "libopengl0", "libfontconfig1")
_MESA_ELSEWHERE: Final = {
    "dnf": "dnf install mesa-libEGL mesa-libGL mesa-libGLES mesa-dri-drivers libglvnd-opengl fontconfig",
    "pacman": "pacman -S --needed mesa libglvnd fontconfig",
    "zypper": "zypper install Mesa-libEGL1 Mesa-libGL1 Mesa-libGLESv2-2 Mesa-dri libfontconfig1",
    "apk": "apk add mesa-egl mesa-gl mesa-gles mesa-dri-gallium fontconfig",
}
# Variables that choose among Mesa's drivers, and among EGL's ways to a screen.
_STEERING: Final = ("EGL_PLATFORM", "GALLIUM_DRIVER", "MESA_LOADER_DRIVER_OVERRIDE", "MESA_GL_VERSION_OVERRIDE")


@dataclass(frozen=True, slots=True)
class OpenGL:
    """What a process of its own found out about OpenGL."""

    works: bool
    renderer: str = ""
    version: str = ""
    # 'compute' or 'fragment': which kind of program our kernels run as.
    tier: str = ""
    # Whether the "GPU" is a program on the processor (then NumPy is mostly faster).
    software: bool = False
    # Bytes of the GPU's own memory, where its driver tells.
    memory: int | None = None
    # Why it doesn't work, in the driver's words.
    why: str = ""
    # The line that mends it, and the Debian packages in it.
    mend: str = ""
    packages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the diagnosis."""

    name: str
    value: str
    fine: bool = True
    # Whether tfnb can't do without it.
    needed: bool = False
    mend: str = ""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """All that the doctor found.

    Example:
        >>> from tfnb.diagnosis import Diagnosis, Finding, OpenGL
        >>> Diagnosis(OpenGL(works=False), (Finding("numpy", "2.4.6"),)).usable
        True
    """

    opengl: OpenGL
    findings: tuple[Finding, ...]
    versions: dict[str, str | None] = field(default_factory=dict)
    language: str = "en"

    @property
    def usable(self) -> bool:
        """Whether tfnb works here, be it without OpenGL."""
        return all(finding.fine or not finding.needed for finding in self.findings)

    def to_dict(self) -> dict[str, Any]:
        """Plain data, as `tfnb doctor --json` prints it."""
        return {"usable": self.usable, **asdict(self)}


def diagnose() -> Diagnosis:
    """Look at this machine: Python, packages, language, OpenGL, the notebook's parts.

    OpenGL is tried in a process of its own, since a driver may take the process down with it.

    Example:
        >>> from tfnb import diagnosis
        >>> "numpy" in diagnosis.diagnose().versions
        True
    """
    opengl = probe_opengl()
    versions = {name: version_of(name) for name in (*NEEDED, OPENGL_PACKAGE, *FOR_THE_LAB, "notebook", "tfnb")}
    findings = (
        _python(),
        *(_package(name, versions[name], needed=True) for name in NEEDED),
        _package(OPENGL_PACKAGE, versions[OPENGL_PACKAGE], needed=False),
        *(_package(name, versions[name], needed=False, extra="lab") for name in FOR_THE_LAB),
        *_front_end(),
        *_buttons(versions["ipykernel"]),
        *_opengl(opengl),
        Finding(_("language"), get_language()),
    )
    return Diagnosis(opengl, findings, {"python": platform.python_version(), **versions}, get_language())


def version_of(package: str) -> str | None:
    """The installed version, None if it isn't there."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def _python() -> Finding:
    fine = sys.version_info >= (3, 11)
    return Finding(
        "python",
        f"{platform.python_version()} ({sys.executable})",
        fine,
        True,
        "" if fine else _("use Python 3.11 or newer"),
    )


def _package(name: str, version: str | None, *, needed: bool, extra: str = "") -> Finding:
    what = f'"tfnb[{extra}]"' if extra else name
    mend = "" if version else f"{_quoted(sys.executable)} -m pip install {what}"
    return Finding(name, version or _("missing"), version is not None, needed, mend)


def _quoted(path: str) -> str:
    return f'"{path}"' if " " in path else path


def _front_end() -> tuple[Finding, ...]:
    """Widgets need anywidget beside the server too, and there since before it started."""
    server = _server_prefix()
    if server is None or (server / "share" / "jupyter" / "labextensions" / "anywidget").is_dir():
        return ()
    python = _quoted(str(server / "bin" / "python"))
    return (
        Finding(
            _("widgets in JupyterLab"),
            _("anywidget is not in the environment of the running server"),
            False,
            mend=_("{command}, then restart JupyterLab").format(command=f"{python} -m pip install anywidget"),
        ),
    )


def _buttons(ipykernel: str | None) -> tuple[Finding, ...]:
    """The training chart's Pause and Stop need a kernel that listens while a cell runs."""
    if ipykernel is None:
        return ()
    fine = int(ipykernel.split(".")[0]) >= 7
    value = _("work") if fine else _("do not work while a cell runs; Jupyter's Stop does")
    mend = "" if fine else f'{_quoted(sys.executable)} -m pip install "ipykernel>=7"'
    return (Finding(_("the training chart's buttons"), value, fine, mend=mend),)


def _server_prefix() -> Path | None:
    """The environment of the Jupyter server that started this kernel; None in no kernel, or where it can't be told."""
    parent = os.environ.get("JPY_PARENT_PID", "")
    if not parent.isdigit():
        return None
    try:
        command = Path(f"/proc/{parent}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return None
    python = Path(os.fsdecode(command[0]))
    return python.parent.parent if python.is_absolute() and python.name.startswith("python") else None


def _opengl(opengl: OpenGL) -> tuple[Finding, ...]:
    if not opengl.works:
        return (Finding("OpenGL", _("does not work: {why}").format(why=opengl.why), False, False, opengl.mend),)
    kind = _("a program on the processor: NumPy is mostly faster") if opengl.software else _("a graphics processor")
    return (
        Finding("OpenGL", opengl.version),
        Finding(_("renderer"), f"{opengl.renderer} ({kind})"),
        Finding(_("programs"), _("compute shaders") if opengl.tier == "compute" else _("fragment shaders")),
    )


# Run by an interpreter of its own. The last line it prints is JSON; what a driver prints before doesn't matter.
# A driver that opens but gives back other numbers than it was given does not work.
_PROBE: Final = """
import json, sys
import numpy as np
from tfnb.device.gl.context import open_device
from tfnb.errors import TfnbError
try:
    device = open_device()
    numbers = np.arange(8, dtype=np.float32)
    if not np.array_equal(np.ravel(device.read(device.upload(numbers)))[:8], numbers):
        sys.exit(f"{device.renderer} gives back other numbers than it was given")
except TfnbError as error:
    sys.exit(error.problem)
memory = device.memory_total()
print(json.dumps({"renderer": device.renderer, "version": device.version, "tier": device.tier,
                  "software": device.software, "memory": memory and memory.total}))
"""


def probe_opengl(timeout: float = 60.0) -> OpenGL:
    """Open an OpenGL context in a process of its own, and say what it is or why there is none.

    Args:
        timeout: seconds after which a driver counts as hanging.
    """
    try:
        probe = subprocess.run(
            [sys.executable, "-c", _PROBE], capture_output=True, text=True, errors="replace", timeout=timeout,
            stdin=subprocess.DEVNULL,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return OpenGL(False, why=_("the driver did not answer within {seconds:.0f} s").format(seconds=timeout))
    if probe.returncode == 0:
        with contextlib.suppress(ValueError, IndexError):
            return OpenGL(True, **json.loads(probe.stdout.splitlines()[-1]))
    if probe.returncode < 0:
        why = _("the driver crashed (signal {number})").format(number=-probe.returncode)
    else:
        why = (probe.stderr.strip().splitlines() or ["?"])[-1]
    mend, packages = _how_to_get_opengl()
    return OpenGL(False, why=why, mend=mend, packages=packages)


def _how_to_get_opengl() -> tuple[str, tuple[str, ...]]:
    """The line to type, and the Debian packages in it."""
    if version_of(OPENGL_PACKAGE) is None:
        return f"{_quoted(sys.executable)} -m pip install {OPENGL_PACKAGE}", ()
    if sys.platform in ("darwin", "win32"):
        return ("" if version_of("glfw") else f"{_quoted(sys.executable)} -m pip install glfw"), ()
    before = "" if os.geteuid() == 0 else "sudo "
    if shutil.which("apt-get"):
        absent = tuple(name for name in MESA if not _is_installed(name))
        if absent:
            return f"{before}apt-get update && {before}apt-get install -y {' '.join(absent)}", absent
        steering = [name for name in _STEERING if name in os.environ]
        return (f"unset {' '.join(steering)}" if steering else ""), ()
    for manager, command in _MESA_ELSEWHERE.items():
        if shutil.which(manager):
            return before + command, ()
    return "", ()


def _is_installed(name: str) -> bool:
    asked = subprocess.run(
        ["dpkg-query", "-W", "-f=${db:Status-Status}", name], capture_output=True, text=True, stdin=subprocess.DEVNULL
    )
    return asked.returncode == 0 and asked.stdout == "installed"
