"""Opening the one OpenGL context of this process, through vispy, and keeping it out of everybody's way.

EGL on Linux (no display is needed), glfw with a hidden window on macOS and Windows; the latter two are written from
the libraries' sources and were never run on those systems. The user's own choice of vispy backend is left alone, and
vispy's list of current canvases too: our canvas never is what `gloo` draws into.
"""

from __future__ import annotations

import atexit
import ctypes
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeAlias

from tfnb import flags
from tfnb.device.gl.api import Api
from tfnb.device.gl.constants import DITHER
from tfnb.device.gl.device import GLDevice
from tfnb.errors import DeviceError, ForkError, TfnbError
from tfnb.language import _

Foreign: TypeAlias = Any  # what was current before us, for `give_back` only
_OLDEST: Final = (3, 3)
_EGL_DRAW, _EGL_READ = 0x3059, 0x305A


class _Functions(NamedTuple):
    """The window system's part: the current context as a number, and how to put back what was current."""

    current: Callable[[], int | None]
    remember: Callable[[], Foreign]
    restore: Callable[[Foreign], object]


class Context:
    """vispy's canvas, its GLIR queue and our parser, and the way to be current and to let others be so again."""

    def __init__(self, canvas: Any, functions: _Functions, api: Api) -> None:
        from tfnb.device.gl import glir

        self._glir = glir
        self.canvas, self.api = canvas, api
        self.current, self._remember, self._restore = functions
        self.queue = canvas.context.glir
        self.parser = glir.Parser()
        canvas.context.shared.parser = self.parser
        handle = self.current()
        if not handle:
            raise DeviceError(_("the OpenGL context did not become current"), op="open_device")
        self.handle: int = handle

    def prepare(self) -> None:
        """Set what never changes: a vertex array, which core profiles want bound, and no dithering."""
        made = (ctypes.c_uint * 1)()
        self.api.GenVertexArrays(1, made)
        self.api.BindVertexArray(int(made[0]))
        self.api.Disable(DITHER)

    def take(self) -> Foreign | None:
        """Make our context current; what was current instead, if anything was."""
        foreign = self._remember()
        # The backend's own function: `canvas.set_current` would make our canvas the one that gloo draws into.
        self.canvas._backend._vispy_set_current()
        return foreign

    def give_back(self, foreign: Foreign) -> None:
        """Make current again what `take` found, if it still lives."""
        with suppress(Exception):
            self._restore(foreign)

    def flush(self) -> None:
        """Run the queued GLIR commands, deletions among them."""
        self.queue.flush(self.parser)

    def texture(self, kind: str, width: int, height: int) -> tuple[Any, int]:
        """A gloo texture and its OpenGL name."""
        keeper = self._glir.texture(kind, width, height)
        try:
            return keeper, self._realize(keeper)
        except BaseException:
            self._give_up(keeper)
            raise

    def program(self, sources: list[tuple[str, str]]) -> tuple[Any, int]:
        """A linked GLIR program of (GLIR type, source) shaders, and its OpenGL name."""
        shaders = [self._glir.Shader(kind, source) for kind, source in sources]
        keeper = self._glir.LinkedProgram(shaders)
        try:
            name = self._realize(keeper)
        except BaseException:
            self._give_up(*shaders, keeper)
            raise
        for shader in shaders:
            shader.delete()
        self.flush()
        return keeper, name

    def _give_up(self, *keepers: Any) -> None:
        """Delete what failed now, since the traceback may hold its frame for long, and forget what the driver said."""
        for keeper in keepers:
            keeper.delete()
        with suppress(Exception):
            self.flush()
        self.api.clear_errors()

    def _realize(self, keeper: Any) -> int:
        self.queue.associate(keeper.glir)
        self.flush()
        return int(self.parser.get_object(keeper.id).handle)


class _Process:
    """The device of this process: the one that is open, or why there is none."""

    __slots__ = ("device", "failure", "forked")

    def __init__(self) -> None:
        self.device: GLDevice | None = None
        self.failure: DeviceError | None = None
        self.forked = False

    def in_child(self) -> None:
        """After a fork: the child has the parent's objects but not the driver's threads."""
        if self.device is None:
            return
        self.forked = True
        self.device.close(ForkError)
        egl = sys.modules.get("vispy.ext.egl")
        if egl is not None:
            atexit.unregister(egl.eglTerminate)  # it would wait for threads that are not there


_process: Final = _Process()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_process.in_child)


def get_device() -> GLDevice:
    """The device of this process, opened at the first call; a new one where the last was lost.

    Errors:
        DeviceError: there is no OpenGL here, with the reason (remembered, so later calls are quick).
        ForkError: this is a forked child of a process that had opened OpenGL.

    Example:
        >>> get_device().tier in ("compute", "fragment")
        True
    """
    device = _process.device
    if device is not None and device.alive:
        return device
    failure = _process.failure
    if failure is not None:
        raise type(failure)(failure.problem, op=failure.op, fix=failure.fix)
    try:
        return open_device()
    except ForkError:
        raise
    except DeviceError as error:
        _process.failure = error
        raise


def open_device() -> GLDevice:
    """Open OpenGL anew on this thread, which owns the device from then on; it becomes the device of the process.

    Errors:
        DeviceError: no library, no driver, or one older than OpenGL 3.3; the message says which.
    """
    if _process.forked and _process.device is not None:
        _process.device.check_thread()
    try:
        context = _open_context()
        device = GLDevice(context, context.api, tier=flags.tier(), budget=flags.gl_budget(), debug=flags.debug())
    except TfnbError:
        raise
    except Exception as error:
        raise DeviceError(
            _("OpenGL cannot be opened: {error}").format(error=error), op="open_device", fix=_hint()
        ) from error
    _process.device, _process.failure = device, None
    return device


def _hint() -> str | None:
    if sys.platform.startswith("linux"):
        return _(
            "on Debian or Ubuntu: apt-get install libegl1 libgl1 libgl1-mesa-dri libgles2 libopengl0 libfontconfig1"
        )
    return None


def _open_context() -> Context:
    open_canvas = _open_egl if sys.platform.startswith("linux") else _open_glfw
    with _quiet_environment():
        canvas, functions = open_canvas()
        _forget(canvas)
        api = Api()
        if api.version < _OLDEST:
            raise DeviceError(
                _("OpenGL 3.3 is needed, this driver offers {version!r}").format(version=api.version_string),
                op="open_device",
            )
        return Context(canvas, functions, api)


def _forget(canvas: Any) -> None:
    from vispy.gloo.context import forget_canvas

    forget_canvas(canvas)


@contextmanager
def _quiet_environment() -> Iterator[None]:
    """What Mesa reads while a display is opened: no display server where there is none, no warnings on stderr.

    The variables are taken away again: children of this process may want another platform.
    """
    wanted = {}
    if sys.platform.startswith("linux"):
        wanted["EGL_LOG_LEVEL"] = "fatal"
        if not (_display_answers(os.environ.get("DISPLAY", "")) or _nvidia_serves_egl()):
            wanted["EGL_PLATFORM"] = "surfaceless"
    added = [name for name in wanted if name not in os.environ]
    os.environ.update({name: wanted[name] for name in added})
    try:
        yield
    finally:
        for name in added:
            os.environ.pop(name, None)


def _display_answers(display: str) -> bool:
    """Whether an X server is there: a stale DISPLAY would make EGL fail. One on another host is taken at its word."""
    number = display.removeprefix("unix").removeprefix(":").split(".")[0]
    if not number.isdigit():
        return bool(display)
    import socket  # 7 ms that most servers need not spend

    for address in (f"/tmp/.X11-unix/X{number}", f"\0/tmp/.X11-unix/X{number}"):
        with socket.socket(socket.AF_UNIX) as connection:
            try:
                connection.connect(address)
            except OSError:
                continue
            return True
    return False


def _nvidia_serves_egl() -> bool:
    """NVIDIA's EGL finds its GPU without a display; asked for the surfaceless platform, Mesa would answer instead.

    From the vendor's documents; not tried on such a machine.
    """
    vendors = (Path("/usr/share/glvnd/egl_vendor.d"), Path("/etc/glvnd/egl_vendor.d"))
    installed = any(True for folder in vendors for _found in folder.glob("*nvidia*.json"))
    return installed and Path("/proc/driver/nvidia/version").exists()


def _open_egl() -> tuple[Any, _Functions]:
    from vispy import config
    from vispy.app import Application, Canvas

    if "es" in str(config["gl_backend"]):
        raise DeviceError(
            _("vispy is set to OpenGL ES, which has no float textures to compute with"),
            op="open_device",
            fix=_("call vispy.use(gl='gl2') before"),
        )
    canvas = Canvas(app=Application("egl"), show=False, size=(1, 1), dpi=96)  # without dpi vispy runs xdpyinfo
    from vispy.app.backends import _egl as backend
    from vispy.ext import egl

    library = ctypes.PyDLL(None, handle=egl._lib._handle)
    functions = {}
    for name in ("eglGetCurrentContext", "eglGetCurrentDisplay", "eglGetCurrentSurface"):
        functions[name] = library[name]
        functions[name].restype = ctypes.c_void_p
    current: Callable[[], int | None] = functions["eglGetCurrentContext"]
    surface, display = functions["eglGetCurrentSurface"], functions["eglGetCurrentDisplay"]

    def remember() -> Foreign:
        context = current()
        return (display(), surface(_EGL_DRAW), surface(_EGL_READ), context) if context else None

    def restore(foreign: Foreign) -> None:
        egl.eglMakeCurrent(*(ctypes.c_void_p(part) for part in foreign))

    del backend
    return canvas, _Functions(current, remember, restore)


def _open_glfw() -> tuple[Any, _Functions]:
    """Not tried on macOS or Windows. Without hints macOS gives OpenGL 2.1; it has 4.1 at most, and core only."""
    import glfw
    from vispy.app import Application, Canvas

    application = Application("glfw")
    _unused = application.native
    hints: list[tuple[int, int]] = []
    for version in ((4, 5), (4, 3), (4, 1), (3, 3)) if sys.platform != "darwin" else ((4, 1), (3, 3)):
        hints = [
            (glfw.CONTEXT_VERSION_MAJOR, version[0]),
            (glfw.CONTEXT_VERSION_MINOR, version[1]),
            (glfw.OPENGL_PROFILE, glfw.OPENGL_CORE_PROFILE),
            (glfw.OPENGL_FORWARD_COMPAT, 1),
        ]
        for hint, value in hints:
            glfw.window_hint(hint, value)
        try:
            canvas = Canvas(app=application, show=False, size=(1, 1), dpi=96)
            break
        except Exception as error:
            failure = error
    else:
        raise failure
    glfw.default_window_hints()  # the user's own windows get glfw's defaults

    def current() -> int | None:
        return ctypes.cast(glfw.get_current_context(), ctypes.c_void_p).value

    def remember() -> Foreign:
        window = glfw.get_current_context()
        return window if ctypes.cast(window, ctypes.c_void_p).value else None

    return canvas, _Functions(current, remember, glfw.make_context_current)
