"""Who may call OpenGL, and what it has to say afterwards.

From another thread, or in a forked child, OpenGL calls do nothing and report no error; under another current context
they change that one. So every entry of the device compares the thread and the context first (half a microsecond), and
errors are asked for, since nothing else brings them.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final, NoReturn

from tfnb.device.gl import constants as c
from tfnb.device.gl.api import Api
from tfnb.errors import ContextLostError, DeviceError, ForkError, OutOfMemoryError, ThreadError
from tfnb.language import _

if TYPE_CHECKING:
    from tfnb.device.gl.context import Context, Foreign

_NOBODY: Final = -1  # no thread has this identifier


class Guard:
    """The thread and the context of a device, alive or closed for a reason."""

    def __init__(self, context: Context, api: Api) -> None:
        self._context, self.gl = context, api
        self._handle, self._current = context.handle, context.current
        self._owner = threading.get_ident()
        self._closed: type[DeviceError] | None = None

    @property
    def alive(self) -> bool:
        """Whether the context still works (it doesn't in a forked child, nor after it was lost)."""
        return self._closed is None

    @property
    def is_mine(self) -> bool:
        """Whether this thread owns a living context."""
        return threading.get_ident() == self._owner

    def check_thread(self) -> None:
        """Raise unless this thread owns a living context.

        Errors:
            ThreadError: another thread. ForkError: a child made by fork. ContextLostError: the context is gone.
        """
        if threading.get_ident() != self._owner:
            self._refuse()

    def close(self, reason: type[DeviceError] = ContextLostError) -> None:
        """Mark the device as dead: every entry raises from now on."""
        self._closed, self._owner = reason, _NOBODY

    def _refuse(self) -> NoReturn:
        if self._closed is ForkError:
            raise ForkError(
                _("OpenGL does not survive a fork, and this process is a forked child"),
                fix=_("use the 'host' backend here, or start the process with 'spawn'"),
            )
        if self._closed is not None:
            raise ContextLostError(_("the OpenGL context is lost"), fix=_("make the tensors again from their values"))
        raise ThreadError(
            _("an OpenGL tensor was used on thread {given}; it belongs to the thread that opened OpenGL").format(
                given=threading.current_thread().name
            ),
            fix=_("read it there with data_sync(), or use the 'host' backend on this thread"),
        )

    def _enter(self) -> Foreign | None:
        """Refuse other threads; make our context current. What was current instead is to be given to `_leave`."""
        if threading.get_ident() != self._owner:
            self._refuse()
        if self._current() != self._handle:
            return self._take_context()
        return None

    def _take_context(self) -> Foreign | None:
        try:
            return self._context.take()
        except Exception as error:
            self._check_reset()
            raise DeviceError(
                _("another OpenGL context is current on this thread and does not let go: {error}").format(error=error)
            ) from error

    def _leave(self, foreign: Foreign) -> None:
        self._context.give_back(foreign)

    def _raise_errors(self, call: str) -> None:
        """Raise what the driver holds against us since the last question, naming the call that asked."""
        code = self.gl.GetError()
        if code == c.NO_ERROR:
            return
        names = [c.ERROR_NAMES.get(code, hex(code)), *self.gl.clear_errors()]
        if "GL_CONTEXT_LOST" in names:
            self.close()
            self._refuse()
        self._check_reset()
        if "GL_OUT_OF_MEMORY" in names:
            raise OutOfMemoryError(
                _("the driver has no memory left"), op=call, fix=_("dispose of tensors or use tf.tidy")
            )
        raise DeviceError(_("the driver reports {names}").format(names=", ".join(names)), op=call)

    def _check_reset(self) -> None:
        """Raise if the driver has reset the context, where it can tell."""
        status = self.gl.GetGraphicsResetStatus() if self.gl.has("GetGraphicsResetStatus") else c.NO_ERROR
        if status != c.NO_ERROR:
            self.close()
            self._refuse()
