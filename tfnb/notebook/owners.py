"""Who holds a tensor: the path from a name that the reader can type to each tensor, or what else keeps it alive.

The search goes forward from the roots, shortest paths first (through private attributes last), and ends when all
targets are found. It follows whatever Python's garbage collector follows, so a tensor that the reader could still reach
is never taken for lost: containers, attributes, closures, generators and bound methods get a path that reads like code,
anything else a `…`.
"""

from __future__ import annotations

import contextlib
import functools
import gc
import itertools
import os
import sys
import sysconfig
import types
from collections import deque
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any, Final, Hashable, Iterable, Iterator, Mapping

import numpy as np


class Reach(Enum):
    """How a reader can get at a tensor."""

    NAME = "name"
    RESULT = "result"
    DISPLAY = "display"
    TRACEBACK = "traceback"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Owner:
    """The shortest path to a tensor, and what kind of root it starts from."""

    path: str
    reach: Reach


# A root: what it is called, the object, its kind.
Root = tuple[str, Any, Reach]

_ATOMS: Final = frozenset(
    {int, float, complex, str, bytes, bool, type(None), type(Ellipsis), range, bytearray, types.CodeType,
     types.BuiltinFunctionType, types.GetSetDescriptorType, types.MemberDescriptorType, types.WrapperDescriptorType}
)  # fmt: skip
# Where the package lies, and what links to it there.
_OWN_FOLDERS: Final = tuple({str(path.parents[1]) + os.sep for path in (Path(__file__), Path(__file__).resolve())})
_LAST: Final = ("._", "…")  # steps that no reader would type
_MOST_KEY: Final = 24
_MOST_PATH: Final = 120


def find_owners(
    targets: Mapping[int, Any], roots: Iterable[Root], closed: Iterable[Any] = (), most: int = 5_000_000
) -> dict[int, Owner]:
    """The owner of each target that can be reached.

    Args:
        targets: the objects looked for, by `id()`; they are compared by identity only.
        roots: where to look, the most welcome kind first; roots of one kind are searched together.
        closed: objects that are not looked into (the notebook's own machinery, which refers to everything).
        most: objects looked at before the search gives up.

    Returns:
        Owners by `id()`; targets that no root leads to are absent. If the search gives up, what it did not find has an
        owner all the same.

    Example:
        >>> wanted = [1]
        >>> find_owners({id(wanted): wanted}, [("runs", {"a": wanted}, Reach.NAME)])[id(wanted)].path
        "runs['a']"
    """
    found: dict[int, Owner] = {}
    left = set(targets)
    closed = list(closed)
    seen = {id(one) for one in closed}
    for reach, group in itertools.groupby(roots, lambda root: root[2]):
        queue: deque[tuple[str, Any]] = deque((name, value) for name, value, _reach in group)
        private: deque[tuple[str, Any]] = deque()
        while (queue or private) and left:
            path, one = (queue or private).popleft()
            number = id(one)
            if number in left:
                found[number] = Owner(_short(path), reach)
                left.discard(number)
            if number in seen or type(one) in _ATOMS or number in targets or _is_leaf(one):
                continue
            seen.add(number)
            if len(seen) > most:
                # Whoever was not found may still be reachable, so it counts as such.
                return {**dict.fromkeys(left, Owner(f"{path}…", Reach.NAME)), **found}
            for child in _children(path, one):
                (private if child[0].startswith(_LAST, len(path)) else queue).append(child)
    return found


def _is_leaf(one: Any) -> bool:
    """Whether an object surely holds nothing: what the garbage collector does not track, but for containers that may
    have become untracked because of what they held, and NumPy's arrays, which it never tracks.
    """
    return not gc.is_tracked(one) and not isinstance(one, (tuple, dict, np.ndarray))


def _short(path: str) -> str:
    return path if len(path) <= _MOST_PATH else path[: _MOST_PATH - 1] + "…"


def _children(path: str, one: Any) -> Iterator[tuple[str, Any]]:
    """What an object holds, with the code that would get at it."""
    kind = type(one)
    if isinstance(one, dict):
        pairs = [(k, v) for k, v in list(dict.items(one)) if type(v) not in _ATOMS or type(k) not in _ATOMS]
        for key, value in pairs:
            if type(value) not in _ATOMS:
                yield f"{path}[{_key(key)}]", value
            if type(key) not in _ATOMS:
                yield f"{path}.keys()", key
    elif isinstance(one, (list, tuple, deque)):
        for index, value in [(n, v) for n, v in enumerate(list(one)) if type(v) not in _ATOMS]:
            yield f"{path}[{index}]", value
    elif isinstance(one, np.ndarray):
        # NumPy's arrays of objects hide what they hold from the garbage collector.
        if one.dtype == object:
            for place, value in zip(np.ndindex(one.shape), one.flat, strict=True):
                yield f"{path}{list(place)}", value
        return
    elif isinstance(one, (set, frozenset)):
        for value in list(one):
            if type(value) not in _ATOMS:
                yield f"{path}{{…}}", value
    elif isinstance(one, types.ModuleType):
        if _is_users(one):
            yield from _named(path, vars(one))
        return
    elif isinstance(one, types.FunctionType):
        yield from _function(path, one)
        return
    elif isinstance(one, types.MethodType):
        yield f"{path}.__self__", one.__self__
        yield path, one.__func__
        return
    elif isinstance(one, functools.partial):
        yield f"{path}.args", one.args
        yield f"{path}.keywords", one.keywords
        yield f"{path}.func", one.func
    elif isinstance(one, types.FrameType):
        yield from _frame(path, one)
        return
    elif isinstance(one, types.TracebackType):
        yield path, one.tb_frame
        if one.tb_next is not None:
            yield path, one.tb_next
        return
    elif isinstance(one, (types.GeneratorType, types.CoroutineType, types.AsyncGeneratorType)):
        frame = getattr(one, "gi_frame", None) or getattr(one, "cr_frame", None) or getattr(one, "ag_frame", None)
        if frame is not None:
            yield from _frame(path, frame)
        return
    elif isinstance(one, types.CellType):
        with contextlib.suppress(ValueError):  # an empty cell
            yield path, one.cell_contents
        return
    elif isinstance(one, BaseException):
        chain = (one.__traceback__, one.__cause__, one.__context__)
        yield from ((path, value) for value in chain if value is not None)
    elif isinstance(one, type):
        if _is_users(sys.modules.get(one.__module__)):
            yield from _attributes(path, dict(vars(one)))
        return
    yield from _attributes(path, _instance_dict(one), kind)
    for name in _slots(kind):  # type: ignore[arg-type]
        try:
            yield f"{path}.{name}", object.__getattribute__(one, name)
        except AttributeError:
            continue
    if not isinstance(one, (dict, list, tuple, set, frozenset, deque)):
        yield from _unseen(path, one)


def _key(key: Any) -> str:
    """A dictionary's key as code; the repr of other than plain ones may run anything, so it is not asked."""
    if type(key) in (str, int, bool, float, bytes, type(None)):
        text = repr(key)
        return text if len(text) <= _MOST_KEY else text[: _MOST_KEY - 1] + "…"
    if type(key) is tuple and all(type(part) in (str, int, bool) for part in key):
        return _key(", ".join(map(repr, key)))[1:-1]
    return "…"


def _named(path: str, names: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in list(names.items()):
        if type(value) not in _ATOMS and not name.startswith("__"):
            yield f"{path}.{name}", value


def _attributes(path: str, names: dict[str, Any] | None, kind: type | None = None) -> Iterator[tuple[str, Any]]:
    for name, value in list((names or {}).items()):
        if type(value) not in _ATOMS:
            yield f"{path}.{_public(name, kind) or name}", value


def _public(name: str, kind: type | None) -> str | None:
    """The property by which a class of ours shows a private attribute: a model's `_layers` are its `layers`."""
    if not name.startswith("_") or kind is None or not kind.__module__.startswith("tfnb."):
        return None
    return name[1:] if isinstance(getattr(kind, name[1:], None), property) else None


def _instance_dict(one: Any) -> dict[str, Any] | None:
    """An object's attributes, past any `__getattr__` or property of its class."""
    try:
        names = object.__getattribute__(one, "__dict__")
    except (AttributeError, TypeError):
        return None
    return names if type(names) is dict else None


@functools.lru_cache(maxsize=4096)
def _slots(kind: Hashable) -> tuple[str, ...]:
    assert isinstance(kind, type)
    return tuple(
        name
        for base in kind.__mro__
        for name, value in list(vars(base).items())
        if isinstance(value, types.MemberDescriptorType) and base is not object
    )


def _function(path: str, one: types.FunctionType) -> Iterator[tuple[str, Any]]:
    for name, cell in zip(one.__code__.co_freevars, one.__closure__ or (), strict=False):
        yield f"{path}.<closure>.{name}", cell
    for number, value in enumerate(one.__defaults__ or ()):
        yield f"{path}.__defaults__[{number}]", value
    for name, value in (one.__kwdefaults__ or {}).items():
        yield f"{path}.__kwdefaults__[{name!r}]", value
    yield from _attributes(path, _instance_dict(one))
    module = sys.modules.get(one.__module__ or "")
    if module is not None and module.__name__ != "__main__" and _is_users(module):
        yield from _named(module.__name__, vars(module))


def _frame(path: str, frame: types.FrameType) -> Iterator[tuple[str, Any]]:
    if frame.f_locals is frame.f_globals:
        return
    for name, value in list(frame.f_locals.items()):
        if type(value) not in _ATOMS:
            yield f"{path}: {frame.f_code.co_name}.<locals>.{name}", value


def _unseen(path: str, one: Any) -> Iterator[tuple[str, Any]]:
    """What an object of another kind holds: objects written in C tell the garbage collector, not the reader."""
    if not gc.is_tracked(one):
        return
    for value in gc.get_referents(one):
        if type(value) not in _ATOMS and not isinstance(value, (type, types.ModuleType)):
            yield f"{path}…", value


@functools.lru_cache(maxsize=1)
def _library_folders() -> tuple[str, ...]:
    paths = sysconfig.get_paths()
    return tuple({paths[key] for key in ("stdlib", "platstdlib", "purelib", "platlib")})


def _is_users(module: types.ModuleType | None) -> bool:
    """Whether a module is the reader's own work: not installed, not Python's, not tfnb."""
    if module is None:
        return False
    if module.__name__ == "__main__":
        return True
    file = getattr(module, "__file__", None)
    return isinstance(file, str) and is_users_file(file)


def is_users_file(file: str) -> bool:
    """Whether code of this file is the reader's own: not installed, not Python's, not tfnb's."""
    return not file.startswith((*_library_folders(), "<frozen")) and not is_own_file(file)


def is_own_file(file: str) -> bool:
    """Whether code of this file is tfnb's."""
    return file.startswith(_OWN_FOLDERS)
