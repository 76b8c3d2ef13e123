"""Scopes: when handles end. `tidy` for a function, `scope` for a block, the cell scope for a notebook cell.

A scope knows its handles weakly, by id. What a scope gives back moves to the scope around it; everything else that is
still alive at its end is disposed of. Threads have a stack of scopes each; asyncio tasks that use `tidy_async` have
one each too. The scope of a notebook cell belongs to the main thread's stack and to no context variable: IPython's
hooks run in others.
"""

from __future__ import annotations

import dataclasses
import inspect
import sys
import threading
from contextvars import ContextVar
from types import FrameType
from typing import Any, Awaitable, Callable, Iterable, TypeVar

from tfnb.engine.handle import Entry, Handle
from tfnb.engine.ledger import LEDGER
from tfnb.errors import ArgumentTypeError, ScopeError
from tfnb.language import _

T = TypeVar("T")

# Keys of dictionaries and fields of dataclasses are followed; attributes of other objects are not (as in
# TensorFlow.js).
_CONTAINERS = (list, tuple, set, frozenset, dict)
_PLAIN = (float, int, str, bool)


class Scope(dict[int, Entry]):
    """The entries, by id, of the handles made while it was the innermost one. Each op writes into it."""

    __slots__ = ("outer", "name")

    def __init__(self, outer: Scope | None, name: str | None = None) -> None:
        self.outer = outer
        self.name = name


class Context:
    """What one thread or one task has open: its innermost scope, and who listens to its ops."""

    __slots__ = ("root", "scope", "tape", "listeners")

    def __init__(self, root: Scope) -> None:
        self.root = self.scope = root
        self.tape: Any = None
        self.listeners: tuple[Any, ...] = ()


class _Thread(threading.local):
    def __init__(self) -> None:
        self.context = Context(Scope(None))


THREAD = _Thread()
TASK: ContextVar[Context | None] = ContextVar("tfnb_task", default=None)
_task = TASK.get


def current() -> Context:
    """The context of the running task if it has one of its own, else that of the thread."""
    return _task() or THREAD.context


def tensors_in(value: Any) -> list[Handle]:
    """All tensors in a value: itself, or what nested lists, tuples, sets, dicts and dataclasses hold."""
    if isinstance(value, Handle):
        return [value]
    found: list[Handle] = []
    seen: set[int] = set()
    stack = [value]
    while stack:
        one = stack.pop()
        if isinstance(one, Handle):
            found.append(one)
        elif isinstance(one, _CONTAINERS) or (dataclasses.is_dataclass(one) and not isinstance(one, type)):
            if id(one) in seen:
                continue
            seen.add(id(one))
            if isinstance(one, dict):
                stack.extend(one.values())
            elif isinstance(one, _CONTAINERS):
                stack.extend(one)
            else:
                stack.extend(getattr(one, field.name, None) for field in dataclasses.fields(one))
    return found


def close(scope: Scope, kept: Iterable[Handle], receiver: Scope, frame: FrameType | None, reason: str) -> int:
    """End a scope: `kept` move to `receiver`, the rest is disposed of; returns how many. Harmless when called twice."""
    for handle in kept:
        entry = handle.entry
        if entry.home is scope:
            receiver[entry.id] = entry
            entry.home = receiver
            scope.pop(entry.id, None)
    ended = 0
    if scope:
        for entry in list(scope.values()):
            dying = entry()
            if dying is not None and entry.home is scope:
                ended += LEDGER.end(dying, frame, reason)
        scope.clear()
    return ended


def _abandon(context: Context, scope: Scope, outer: Scope, frame: FrameType | None, reason: str) -> None:
    """Free all of a scope that an exception left, the scopes left open inside it too, also if interrupted once."""
    try:
        _close_inner(context, scope, outer, frame, reason)
    except BaseException:
        _close_inner(context, scope, outer, frame, reason)
        raise


def _close_inner(context: Context, scope: Scope, outer: Scope, frame: FrameType | None, reason: str) -> None:
    inner: Scope | None = context.scope
    chain = []
    while inner is not None and inner is not outer:
        chain.append(inner)
        inner = inner.outer
    context.scope = outer
    for one in (*chain, scope) if inner is outer else (scope,):
        close(one, (), outer, frame, reason)


def _refuse(result: Any, name: str) -> None:
    """An error for what a scope cannot wait for."""
    if inspect.iscoroutine(result):
        result.close()
    elif not (inspect.isawaitable(result) or inspect.isgenerator(result) or inspect.isasyncgen(result)):
        return
    raise ScopeError(
        _("the function returned {kind}, whose code would run after its tensors are gone").format(
            kind=type(result).__name__
        ),
        op=name,
        argument="fn",
        fix=_("use await tf.tidy_async(fn) for a coroutine, and list(…) inside the function for a generator"),
    )


def tidy(name_or_fn: Any, fn: Callable[[], T] | None = None) -> T:
    """Run a function and free every tensor made in it, but those that it returns.

    The function takes no arguments. Tensors in what it returns (also inside lists, dicts and dataclasses) survive, and
    so do variables and what was given to `tf.keep`. If the function raises, all that it made is freed.

    Args:
        name_or_fn: the function, or a name for the scope (shown by profiles) followed by the function.
        fn: the function, if a name was given.

    Returns:
        What the function returned.

    Errors:
        ScopeError: the function is a coroutine or a generator: its code would run after the scope has ended.
        ArgumentTypeError: not a function.

    Example:
        >>> import tfnb as tf
        >>> average = tf.tidy(lambda: tf.tensor([1, 2, 3, 4]).sub(1).square().mean())
        >>> float(average)
        3.5
    """
    name = None
    if fn is None:
        fn = name_or_fn
    else:
        name = name_or_fn
    if not callable(fn):
        raise ArgumentTypeError(
            _("wanted a function without arguments, not {given!r}").format(given=fn),
            op="tidy",
            argument="fn",
            fix=_("write tf.tidy(lambda: …)"),
        )
    context = _task() or THREAD.context
    outer = context.scope
    scope = Scope(outer, name)
    try:
        context.scope = scope
        result = fn()
        if context.scope is not scope:
            _close_inner(context, scope, scope, sys._getframe(), "an inner scope was left open")
        if result is None or result.__class__ in _PLAIN:
            kept: Iterable[Handle] = ()
        elif isinstance(result, Handle):
            kept = (result,)
        else:
            _refuse(result, "tidy")
            kept = tensors_in(result)
        context.scope = outer
        close(scope, kept, outer, sys._getframe(), "its tidy ended")
        return result
    except BaseException:
        _abandon(context, scope, outer, sys._getframe(), "its tidy ended with an error")
        raise


async def tidy_async(name_or_fn: Any, fn: Callable[[], Awaitable[T]] | None = None) -> T:
    """`tidy` for a coroutine function: tensors made before and after each `await` are freed at its end.

    Interleaved tasks keep apart: what another task makes meanwhile is not this scope's.

    Args:
        name_or_fn: the coroutine function, or a name for the scope followed by it.
        fn: the coroutine function, if a name was given.

    Returns:
        What the coroutine returned.

    Example:
        >>> import asyncio
        >>> import tfnb as tf
        >>> async def work():
        ...     x = tf.tensor([1, 2, 3])
        ...     await asyncio.sleep(0)
        ...     return x.sum()
        >>> async def main():
        ...     total = await tf.tidy_async(work)
        ...     return float(total)
        >>> asyncio.run(main())
        6.0
    """
    name = None if fn is None else name_or_fn
    function: Callable[[], Awaitable[T]] = name_or_fn if fn is None else fn
    around = current()
    outer = around.scope
    context = Context(around.root)
    scope = context.scope = Scope(outer, name)
    token = TASK.set(context)
    try:
        result = await function()
        kept = tensors_in(result)
        close(scope, kept, outer, sys._getframe(), "its tidy_async ended")
        return result
    except BaseException:
        _abandon(context, scope, outer, sys._getframe(), "its tidy_async ended with an error")
        raise
    finally:
        TASK.reset(token)


class scope:
    """A block whose tensors are freed at its end, but those given to `keep`: `with tf.scope() as s: … s.keep(y)`.

    Args:
        name: a name for the scope, shown by profiles.

    Example:
        >>> import tfnb as tf
        >>> with tf.scope() as s:
        ...     y = s.keep(tf.tensor([1, 2]).square())
        >>> y.array_sync()
        [1.0, 4.0]
    """

    __slots__ = ("name", "context", "inner", "kept")

    def __init__(self, name: str | None = None) -> None:
        self.name = name
        self.kept: list[Handle] = []

    def keep(self, value: T) -> T:
        """Let the tensors in `value` survive this block; they join the scope around it. Returns `value`."""
        self.kept.extend(tensors_in(value))
        return value

    def __enter__(self) -> scope:
        self.context = current()
        self.inner = Scope(self.context.scope, self.name)
        self.context.scope = self.inner
        return self

    def __exit__(self, kind: Any, error: Any, traceback: Any) -> None:
        outer = self.inner.outer
        assert outer is not None
        if kind is None:
            self.context.scope = self.inner if self.context.scope is self.inner else self.context.scope
            try:
                close(self.inner, self.kept, outer, sys._getframe(), "its scope ended")
            finally:
                _abandon(self.context, self.inner, outer, sys._getframe(), "its scope ended")
        else:
            _abandon(self.context, self.inner, outer, sys._getframe(), "its scope ended with an error")
        self.kept = []


def start_scope(name: str | None = None) -> None:
    """Open a scope by hand; every tensor made from now on is freed by the `end_scope` that belongs to it.

    Args:
        name: a name for the scope, shown by profiles.

    Example:
        >>> import tfnb as tf
        >>> tf.start_scope()
        >>> x = tf.ones([3])
        >>> tf.end_scope()
        >>> x.is_disposed
        True
    """
    context = current()
    context.scope = Scope(context.scope, name)


def end_scope(result: T = None) -> T:  # type: ignore[assignment]
    """Close the innermost scope opened by `start_scope`: its tensors are freed, but those in `result`.

    Args:
        result: what survives: a tensor, or a list, dict, dataclass of them.

    Returns:
        `result`.

    Errors:
        ScopeError: no scope is open.
    """
    context = current()
    inner, outer = context.scope, context.scope.outer
    if outer is None:
        raise ScopeError(_("no scope is open"), op="end_scope", fix=_("call tf.start_scope() first"))
    context.scope = outer
    close(inner, tensors_in(result), outer, sys._getframe(), "its scope ended")
    return result


def keep(result: T) -> T:
    """Let a tensor survive every scope that is open now; end it yourself with `dispose`.

    Args:
        result: a tensor, or a list, dict, dataclass of tensors.

    Returns:
        The same `result`.

    Example:
        >>> import tfnb as tf
        >>> with tf.scope():
        ...     y = tf.keep(tf.scalar(2))
        >>> y.is_disposed
        False
    """
    root = current().root
    for handle in tensors_in(result):
        entry = handle.entry
        home = entry.home
        if home is not root and entry.id in home:
            root[entry.id] = entry
            entry.home = root
            home.pop(entry.id, None)
    return result


def dispose(container: Any) -> None:
    """End the tensors in `container` now: their memory is given back. Ending one twice is harmless.

    Args:
        container: a tensor or variable, or a list, dict, dataclass of them; anything with a `dispose()` of its own
            (a model, an optimizer) has that called.

    Example:
        >>> import tfnb as tf
        >>> x = tf.zeros([2])
        >>> tf.dispose([x])
        >>> x.is_disposed
        True
    """
    frame = sys._getframe()
    found = tensors_in(container)
    for handle in found:
        LEDGER.end(handle, frame, "dispose")
    if not found and hasattr(container, "dispose"):
        container.dispose()
