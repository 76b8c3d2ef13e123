"""Backends, the environment and the engine as a user sees them (sections Backends, Environment, Performance)."""

from __future__ import annotations

from typing import Any, Callable, Final, TypeVar

from tfnb import flags
from tfnb.engine.ledger import LEDGER
from tfnb.engine.placement import ENGINE
from tfnb.engine.profile import Profile, Timing, profile, time
from tfnb.engine.survey import Memory, memory
from tfnb.engine.tidy import dispose, end_scope, keep, start_scope, tidy
from tfnb.errors import ArgumentError, BackendError, LeakError
from tfnb.language import _

T = TypeVar("T")


def set_backend(backend_name: str) -> bool:
    """Choose where tensors are made and ops run. Tensors that exist stay where they are; an op moves what it needs.

    Args:
        backend_name: 'auto' (the fastest by measurement), 'gl' (every numeric tensor on OpenGL) or 'host' (NumPy).

    Returns:
        bool: False, with nothing changed, where there is no OpenGL; `python -m tfnb doctor` says why.

    Errors:
        BackendError: there is no backend of this name.

    Example:
        >>> import tfnb as tf
        >>> tf.set_backend("host"), tf.get_backend(), tf.set_backend("auto")
        (True, 'host', True)
    """
    return ENGINE.set_backend(backend_name)


def get_backend() -> str:
    """The backend in force: 'auto', 'gl' or 'host'.

    Example:
        >>> import tfnb as tf
        >>> tf.get_backend() in ("auto", "gl", "host")
        True
    """
    return ENGINE.backend


def backend() -> Any:
    """The device that big float32 work goes to now.

    Example:
        >>> import tfnb as tf
        >>> tf.backend().name in ("gl", "host")
        True
    """
    return ENGINE.place("float32", 1 << 30)


async def ready() -> None:
    """Wait until the backend can be used. Opening is quick here, so this opens the device and returns."""
    ENGINE.place("float32", 1 << 30)


def register_backend(name: str, factory: Callable[[], Any], priority: int = 1) -> bool:
    """TensorFlow.js's door for other backends; there are three here, and no others can be added.

    Args:
        name: a name for it. factory: makes it. priority: its rank.

    Errors:
        BackendError: always.
    """
    raise BackendError(
        _("backends can't be added: there are {names}").format(names=", ".join(flags.BACKENDS)),
        op="register_backend",
        argument="name",
    )


def remove_backend(name: str) -> None:
    """Close a backend: 'gl' frees its textures and its context; tensors on it can't be used any more.

    Args:
        name: 'gl'.

    Errors:
        BackendError: another name.
    """
    if name != "gl":
        raise BackendError(_("only 'gl' can be closed"), op="remove_backend", argument="name")
    ENGINE.close_gl()


class Environment:
    """Settings by name, TensorFlow.js's `tf.env()`. `DEBUG` checks every launch for errors."""

    def __init__(self) -> None:
        self._settings: dict[str, Any] = {"DEBUG": flags.debug(), "PROD": False}

    @property
    def features(self) -> dict[str, Any]:
        """All settings and their values."""
        return dict(self._settings)

    def get(self, flag_name: str) -> Any:
        """The value of a setting.

        Errors:
            ArgumentError: there is no such setting.
        """
        try:
            return self._settings[flag_name]
        except KeyError:
            raise ArgumentError(
                _("there is no setting {name!r}; there are {names}").format(
                    name=flag_name, names=", ".join(self._settings)
                ),
                op="env().get",
                argument="flag_name",
            ) from None

    def set(self, flag_name: str, value: Any) -> None:
        """Change a setting."""
        self.get(flag_name)
        self._settings[flag_name] = value
        if flag_name == "DEBUG":
            ENGINE.set_debug(bool(value))


class EngineView:
    """`tf.engine()`: scopes by hand, and what the engine knows."""

    start_scope = staticmethod(start_scope)
    end_scope = staticmethod(end_scope)
    tidy = staticmethod(tidy)
    keep = staticmethod(keep)
    dispose = staticmethod(dispose)
    memory = staticmethod(memory)
    profile = staticmethod(profile)
    time = staticmethod(time)

    @property
    def backend_name(self) -> str:
        """The backend in force."""
        return ENGINE.backend

    def tensors(self) -> list[Any]:
        """The live tensors, oldest first."""
        return list(LEDGER.handles())


_ENVIRONMENT: Final = Environment()
_VIEW: Final = EngineView()


def env() -> Environment:
    """The settings of this process."""
    return _ENVIRONMENT


def engine() -> EngineView:
    """The engine: `tf.engine().start_scope()`, `tf.engine().end_scope()`, `tf.engine().memory()`.

    Example:
        >>> import tfnb as tf
        >>> tf.engine().start_scope()
        >>> tf.engine().end_scope()
    """
    return _VIEW


def enable_prod_mode() -> None:
    """Leave out checks that are for finding mistakes in this library."""
    _ENVIRONMENT.set("PROD", True)
    _ENVIRONMENT.set("DEBUG", False)


def enable_debug_mode() -> None:
    """Ask the driver for errors after every call: slower, for finding mistakes in this library."""
    _ENVIRONMENT.set("DEBUG", True)


class assert_no_leaks:
    """A block that must leave as many tensors as it found: what is left over is named in the error.

    Errors:
        LeakError: tensors made in the block are still alive, each with the place that made it.

    Example:
        >>> import tfnb as tf
        >>> with tf.assert_no_leaks():
        ...     total = tf.tidy(lambda: tf.ones([3]).add(1)).data_sync().sum()
    """

    __slots__ = ("before",)

    def __enter__(self) -> assert_no_leaks:
        LEDGER.drain()
        self.before = set(LEDGER.live)
        return self

    def __exit__(self, kind: Any, error: Any, traceback: Any) -> None:
        if kind is not None:
            return
        left = [handle for handle in LEDGER.handles() if handle.id not in self.before]
        if left:
            lines = [f"  {list(handle.shape)} {handle.dtype}, {LEDGER.origin(handle)}" for handle in left[:10]]
            raise LeakError(
                _("{count} tensors are still alive:\n{lines}").format(count=len(left), lines="\n".join(lines)),
                op="assert_no_leaks",
                fix=_("dispose of them, or make them in a tf.tidy"),
            )


__all__ = [
    "Environment", "Memory", "Profile", "Timing", "assert_no_leaks", "backend", "enable_debug_mode", "enable_prod_mode",
    "engine", "env", "get_backend", "memory", "profile", "ready", "register_backend", "remove_backend", "set_backend",
    "time",
]  # fmt: skip
