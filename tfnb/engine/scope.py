"""Scopes: when handles end. `tfnb.engine.tidy` opens them for users, a cell scope opens one for a notebook cell.

A scope knows its handles weakly, by id. What a scope gives back moves to the scope around it; everything else that is
still alive at its end is disposed of. Threads have a stack of scopes each; asyncio tasks that use `tidy_async` have
one each too. The scope of a notebook cell belongs to the main thread's stack and to no context variable: IPython's
hooks run in others.
"""

from __future__ import annotations

import dataclasses
import threading
from contextvars import ContextVar
from types import FrameType
from typing import Any, Iterable
from weakref import ref

from tfnb.engine.handle import Entry, Handle
from tfnb.engine.ledger import LEDGER
from tfnb.engine.unwinding import forget_locals

# Keys of dictionaries and fields of dataclasses are followed; attributes of other objects are not (as in
# TensorFlow.js).
_CONTAINERS = (list, tuple, set, frozenset, dict)


class Scope(dict[int, Entry]):
    """The entries, by id, of the handles made while it was the innermost one. Each op writes into it."""

    __slots__ = ("outer", "name")

    def __init__(self, outer: Scope | None, name: str | None = None) -> None:
        self.outer = outer
        self.name = name


class Context:
    """What one thread or one task has open: its outermost scope, its innermost, and its innermost tape."""

    __slots__ = ("root", "scope", "tape")

    def __init__(self, root: Scope) -> None:
        self.root = self.scope = root
        self.tape: Any = None


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


def close_all(
    context: Context, scope: Scope, kept: Iterable[Handle], outer: Scope, frame: FrameType | None, reason: str
) -> None:
    """End a scope and what was left open inside it. Harmless when called twice, interrupted or not."""
    inner: Scope | None = context.scope
    chain = []
    while inner is not None and inner is not outer:
        chain.append(inner)
        inner = inner.outer
    if inner is not outer or all(one is not scope for one in chain):
        chain = [scope]
    context.scope = outer
    for one in chain:
        close(one, kept, outer, frame, reason)


def abandon(
    context: Context, scope: Scope, outer: Scope, error: BaseException, reason: str, frame: FrameType | None
) -> None:
    """End a scope that an error left: nothing of it survives, not even in the error's own traceback."""
    close_all(context, scope, (), outer, frame, reason)
    forget_locals(error)


class BlockScope(Scope):
    """The scope of a `with` block, which may have been interrupted before its end was ever called."""

    __slots__ = ("block",)

    block: ref[Any]


def heal(context: Context) -> None:
    """Close the scopes of `with` blocks that are gone without having been closed.

    A signal may come after `__enter__` and before the body, or just as `__exit__` is called (python/cpython 148874):
    then no code of ours runs at the end of the block.
    """
    scope = context.scope
    while isinstance(scope, BlockScope) and scope.block() is None and scope.outer is not None:
        close_all(context, scope, (), scope.outer, None, "its scope ended with an error")
        scope = context.scope
