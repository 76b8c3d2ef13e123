"""Where work goes. The one `Engine` of this process: its devices, the chosen backend, and the rule of `auto`.

`auto` is the fastest by measurement: small work on the host at once (a launch costs more than NumPy needs for it), big
work on a real GPU, everything on the host where OpenGL is a software renderer or missing. `gl` puts every numeric
tensor on OpenGL. Text and complex numbers always live on the host.
"""

from __future__ import annotations

import sys
import threading
import warnings
from typing import Any
from weakref import ref

from tfnb import flags
from tfnb.device.host import HostDevice
from tfnb.engine.ledger import LEDGER
from tfnb.engine.pending import Device
from tfnb.engine.realizing import LISTENERS
from tfnb.errors import BackendError, DeviceError
from tfnb.language import _

EAGER_SIZE = 1 << 15  # values up to which the host runs an op at once
GPU_SIZE = 1 << 16  # values from which a real GPU is worth a launch under `auto`
ON_HOST_ONLY = ("string", "complex64")


class Engine:
    """Devices and the backend in force.

    `eager_size` is the size up to which the quick path of an op may run it at once; -1 whenever every op must take the
    general path: under `gl`, while somebody listens, and while a tape is open. `small_size` is the same for the general
    path itself; -1 under `gl`.
    """

    __slots__ = (
        "backend",
        "eager_size",
        "small_size",
        "host",
        "null",
        "listeners",
        "_tapes",
        "_gl",
        "gl_failure",
        "_warned",
    )

    def __init__(self) -> None:
        self.host = HostDevice()
        self.null: Device | None = None
        self._gl: Device | None = None
        self.gl_failure: DeviceError | None = None
        self._warned = False
        self.listeners = LISTENERS
        self._tapes: list[ref[Any]] = []
        self.backend = flags.backend()
        self.eager_size = self.small_size = EAGER_SIZE
        if self.backend == "null":
            self.use_null()
        self._choose_path()

    def _choose_path(self) -> None:
        watched = self.listeners or (self._tapes and any(tape.is_open for tape in self.tapes))
        self.small_size = -1 if self.backend in ("gl", "null") else EAGER_SIZE
        self.eager_size = -1 if watched else self.small_size

    @property
    def tapes(self) -> list[Any]:
        """The tapes that hold something, of all threads."""
        return [tape for known in self._tapes if (tape := known()) is not None]

    def tape_opened(self, tape: Any) -> None:
        """A tape listens from now on: ops take the general path."""
        self._tapes.append(ref(tape))
        self.eager_size = -1

    def tape_closed(self) -> None:
        """A tape listens no more; it may still be read."""
        self._choose_path()

    def tape_ended(self, tape: Any) -> None:
        """A tape holds nothing any more."""
        self._tapes = [known for known in self._tapes if known() is not None and known() is not tape]

    def listen(self, listener: Any) -> None:
        """Tell a listener of every op recorded and every program run from now on."""
        LISTENERS.append(listener)
        self._choose_path()

    def unlisten(self, listener: Any) -> None:
        """Tell it no more."""
        LISTENERS[:] = [one for one in LISTENERS if one is not listener]
        self._choose_path()

    def use_null(self) -> Any:
        """Run on the null device (tests of the engine's logic); returns it."""
        from tfnb.device.null import NullDevice

        self.null = NullDevice()
        self.backend = "null"
        self._choose_path()
        return self.null

    @property
    def gl_open(self) -> bool:
        """Whether an OpenGL device has been opened, and lives."""
        return self._gl is not None and not getattr(self._gl, "lost", False)

    @property
    def gl_problem(self) -> str | None:
        """Why there is no OpenGL, if opening it was tried and failed."""
        return None if self.gl_failure is None else str(self.gl_failure)

    def open_gl(self) -> Any | None:
        """The OpenGL device, opened on first use; None, with the reason in `gl_failure`, where there is none."""
        if self._gl is not None and getattr(self._gl, "lost", False):
            self._gl = None
        if self._gl is None and self.gl_failure is None:
            from tfnb.device.gl.executor import GLExecutor

            try:
                self._gl = GLExecutor()
            except DeviceError as error:
                self.gl_failure = error.with_traceback(None)
        return self._gl

    def set_backend(self, name: str) -> bool:
        """Choose the backend; False, with nothing changed, where it is not to be had. Tensors stay where they are."""
        if name not in flags.BACKENDS:
            raise BackendError(
                _("there is no backend {given!r}; there are {wanted}").format(
                    given=name, wanted=", ".join(flags.BACKENDS)
                ),
                op="set_backend",
                argument="backend_name",
            )
        if name == "gl" and self.open_gl() is None:
            return False
        self.backend = name
        self._choose_path()
        return True

    def close_gl(self) -> None:
        """Give the OpenGL device up; the next use opens a new one."""
        if self._gl is not None:
            self._gl.device.close()  # type: ignore[attr-defined]
            self._gl = None
        if self.backend == "gl":
            self.backend = "auto"
            self._choose_path()

    def set_debug(self, wanted: bool) -> None:
        """Ask for OpenGL errors after every call, or after those only where it costs nothing."""
        device = self.open_gl()
        if device is not None:
            device.device.debug = wanted
            device.device.checks_launches = wanted or device.software

    @property
    def keeps_on_device(self) -> bool:
        """Whether every numeric tensor belongs on the device, small ones too."""
        return self.backend in ("gl", "null")

    def place(self, dtype: str, size: int) -> Any:
        """The device on which a result of this type and size is computed."""
        backend = self.backend
        if backend == "host" or dtype in ON_HOST_ONLY:
            return self.host
        if backend == "null":
            return self.null
        if backend == "gl":
            device = self.open_gl()
            if device is None:
                self._warn()
                self.backend = "host"
                self._choose_path()
                return self.host
            return device
        if size < GPU_SIZE or not self._may_use_gl():
            return self.host
        device = self.open_gl()
        if device is None:
            self._warn()
            return self.host
        return self.host if device.software else device

    def _may_use_gl(self) -> bool:
        """Whether `auto` may use OpenGL on this thread. A context belongs to the thread that opens it, for good: so
        only the main thread opens it without being asked, and the others compute on the host.
        """
        if self.gl_open:
            return bool(self._gl.is_mine)  # type: ignore[union-attr]
        return threading.current_thread() is threading.main_thread()

    def why(self, dtype: str, size: int) -> str:
        """One sentence on the choice of `place`, for profiles and cell reports."""
        if dtype in ON_HOST_ONLY:
            return _("text and complex numbers live on the host")
        if self.backend != "auto":
            return _("the backend is {name}").format(name=self.backend)
        if size < GPU_SIZE:
            return _("too small for a launch to pay")
        if not self._may_use_gl():
            return _("OpenGL belongs to another thread")
        if self._gl is None:
            return _("no OpenGL here")
        return (
            _("OpenGL is a software renderer here")
            if getattr(self._gl, "software", False)
            else _("big enough for the GPU")
        )

    def _warn(self) -> None:
        """Say once why there is no OpenGL and how to get it."""
        if not self._warned:
            self._warned = True
            frame = LEDGER.files.users_frame(sys._getframe())
            warnings.warn_explicit(
                _(
                    "no OpenGL, so everything runs on NumPy: {problem}. `python -m tfnb doctor` says how to get it"
                ).format(problem=self.gl_problem),
                UserWarning,
                frame.f_code.co_filename,
                frame.f_lineno,
            )


ENGINE = Engine()
