"""What users do with scopes: `tidy` for a function, `scope` for a block, tensors let out of them or ended by hand."""

from __future__ import annotations

import inspect
import sys
from typing import Any, Awaitable, Callable, Iterable, TypeVar
from weakref import ref

from tfnb.engine.handle import Handle
from tfnb.engine.ledger import LEDGER
from tfnb.engine.scope import (
    TASK,
    THREAD,
    BlockScope,
    Context,
    Scope,
    abandon,
    close,
    close_all,
    current,
    heal,
    tensors_in,
)
from tfnb.errors import ArgumentTypeError, ScopeError
from tfnb.language import _

T = TypeVar("T")
_PLAIN = (float, int, str, bool)
_task = TASK.get


def _refuse(result: Any, name: str) -> None:
    """An error for what a scope cannot wait for."""
    if inspect.iscoroutine(result):
        result.close()
    elif not (inspect.isawaitable(result) or inspect.isgenerator(result) or inspect.isasyncgen(result)):
        return
    if inspect.isgenerator(result) or inspect.isasyncgen(result):
        problem = _("the function is a generator (yield): its code would run after the tidy has ended")
        fix = _("make a list inside the function, and return that")
    else:
        problem = _("the function is asynchronous (async def): its code would run after the tidy has ended")
        fix = _("write await tf.tidy_async(fn)")
    raise ScopeError(problem, op=name, argument="fn", fix=fix)


def _no_function(given: Any, name: str, fix: str) -> ArgumentTypeError:
    return ArgumentTypeError(
        _("wanted a function without arguments, not {given!r}").format(given=given), op=name, argument="fn", fix=fix
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
        raise _no_function(fn, "tidy", _("write tf.tidy(lambda: …)"))
    context = _task() or THREAD.context
    outer = context.scope
    scope = Scope(outer, name)
    # An interrupt may come in the inner handler; the outer one does it all again, which is harmless.
    try:
        try:
            context.scope = scope
            result = fn()
            kept: Iterable[Handle] = ()
            if isinstance(result, Handle):
                entry = result.entry
                if entry.home is scope:  # by far the most frequent, and the same as `close` does
                    outer[entry.id] = entry
                    entry.home = outer
                    scope.pop(entry.id, None)
            elif result is not None and result.__class__ not in _PLAIN:
                _refuse(result, "tidy")
                kept = tensors_in(result)
            if context.scope is scope:
                context.scope = outer
                if scope or kept:
                    close(scope, kept, outer, sys._getframe(), "its tidy ended")
            else:
                close_all(context, scope, kept, outer, sys._getframe(), "its tidy ended")
            return result
        except BaseException as error:
            abandon(context, scope, outer, error, "its tidy ended with an error", sys._getframe())
            raise
    except BaseException as error:
        abandon(context, scope, outer, error, "its tidy ended with an error", sys._getframe())
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
    if not callable(function):
        raise _no_function(function, "tidy_async", _("write await tf.tidy_async(f) with async def f(): …"))
    before = _task()
    around = before or THREAD.context
    outer = around.scope
    context = Context(around.root)
    scope = context.scope = Scope(outer, name)
    reason = "its tidy_async ended with an error"
    try:
        try:
            TASK.set(context)
            waiting = function()
            if not inspect.isawaitable(waiting):
                raise ArgumentTypeError(
                    _("wanted a coroutine function, this one returned {kind}").format(kind=type(waiting).__name__),
                    op="tidy_async",
                    argument="fn",
                    fix=_("use tf.tidy(fn)"),
                )
            result = await waiting
            _refuse(result, "tidy_async")
            close_all(context, scope, tensors_in(result), outer, sys._getframe(), "its tidy_async ended")
            _leave_task(context, before)
            return result
        except BaseException as error:
            _leave_task(context, before)
            abandon(context, scope, outer, error, reason, sys._getframe())
            raise
    except BaseException as error:
        _leave_task(context, before)
        abandon(context, scope, outer, error, reason, sys._getframe())
        raise


def _leave_task(context: Context, before: Context | None) -> None:
    """Put back the context that the task had. A coroutine may be closed in another task, whose context is its own."""
    if _task() is context:
        TASK.set(before)


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

    __slots__ = ("name", "context", "inner", "kept", "__weakref__")

    def __init__(self, name: str | None = None) -> None:
        self.name = name
        self.kept: list[Handle] = []

    def keep(self, value: T) -> T:
        """Let the tensors in `value` survive this block; they join the scope around it. Returns `value`."""
        self.kept.extend(tensors_in(value))
        return value

    def __enter__(self) -> scope:
        context = self.context = current()
        heal(context)
        outer = context.scope
        inner = self.inner = BlockScope(outer, self.name)
        inner.block = ref(self)
        try:
            context.scope = inner
            return self
        except BaseException:
            context.scope = outer
            raise

    def __exit__(self, kind: Any, error: BaseException | None, traceback: Any) -> None:
        try:
            try:
                self._end(error)
            except BaseException:
                self._end(error)
                raise
        except BaseException:
            self._end(error)
            raise

    def _end(self, error: BaseException | None) -> None:
        outer = self.inner.outer
        assert outer is not None
        if error is None:
            close_all(self.context, self.inner, self.kept, outer, sys._getframe(1), "its scope ended")
        else:
            abandon(self.context, self.inner, outer, error, "its scope ended with an error", sys._getframe(1))
        self.kept = []


class _HandScope(Scope):
    """The scope that `start_scope` opened; only such a one is for `end_scope` to close."""

    __slots__ = ()


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
    heal(context)
    context.scope = _HandScope(context.scope, name)


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
    heal(context)
    inner, outer = context.scope, context.scope.outer
    if outer is None or not isinstance(inner, _HandScope):  # that of a tidy, a block or a cell ends by itself
        raise ScopeError(_("no scope is open"), op="end_scope", fix=_("call tf.start_scope() first"))
    kept = tensors_in(result)
    try:
        close_all(context, inner, kept, outer, sys._getframe(), "its scope ended")
    except BaseException:
        close_all(context, inner, kept, outer, sys._getframe(), "its scope ended")
        raise
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
    found = tensors_in(container)
    for handle in found:
        # Never in a variable: a frame that holds itself keeps its callers' variables until the collector comes.
        LEDGER.end(handle, sys._getframe(), "dispose")
    if not found and hasattr(container, "dispose"):
        container.dispose()
