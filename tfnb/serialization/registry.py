"""The classes that a configuration may name, such as `{'class_name': 'Dense', 'config': {…}}` in a model.json."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from tfnb.errors import ArgumentError, ArgumentTypeError
from tfnb.language import _
from tfnb.naming import folded, nearest
from tfnb.serialization.construction import keywords_of

T = TypeVar("T")


class Registry:
    """All classes known by name. Nothing but what was registered is ever made from a file."""

    __slots__ = ("_classes",)

    def __init__(self) -> None:
        self._classes: dict[str, type] = {}

    def enter(self, cls: type, name: str) -> None:
        self._classes[name] = cls

    def of_kind(self, wanted: type) -> Iterator[tuple[str, type]]:
        """Names and classes that are `wanted` or derive from it."""
        return ((name, cls) for name, cls in self._classes.items() if issubclass(cls, wanted))

    def find(self, name: str, wanted: type, custom: Mapping[str, type] | None = None) -> type | None:
        """The class of that name, in any spelling; a custom one first, then an exact name."""
        if custom and name in custom:
            return custom[name]
        exact = self._classes.get(name)
        if exact is not None and issubclass(exact, wanted):
            return exact
        key = folded(name)
        return next((cls for known, cls in self.of_kind(wanted) if folded(known) == key), None)


REGISTRY = Registry()


def register_class(cls: type[T], pkg: str | None = None, name: str | None = None) -> type[T]:
    """Let saved models name a class of yours. Also a decorator: `@tf.serialization.register_class`.

    Args:
        cls: a class with `get_config`, such as a layer of yours.
        pkg: a word for where it comes from, which stands before the name: `pkg>name`.
        name: its name in files; left out, `cls.class_name`, or else the class's own.

    Returns:
        type: the class itself.

    Errors:
        ArgumentTypeError: not a class. ArgumentError: a name without letters.

    Example:
        >>> import tfnb as tf
        >>> @tf.serialization.register_class
        ... class Doubled(tf.layers.Layer):
        ...     def call(self, inputs, *, training=False, mask=None):
        ...         return inputs.mul(2)
        >>> tf.layers.deserialize({"class_name": "Doubled", "config": {}}).class_name
        'Doubled'
    """
    if not isinstance(cls, type):
        raise ArgumentTypeError(
            _("wanted a class, not {given!r}").format(given=cls), op="register_class", argument="cls"
        )
    chosen = str(name or cls.__dict__.get("class_name") or cls.__name__)
    if not folded(chosen):
        raise ArgumentError(
            _("wanted a name with letters, not {given!r}").format(given=chosen), op="register_class", argument="name"
        )
    REGISTRY.enter(cls, chosen)
    if pkg:
        REGISTRY.enter(cls, f"{pkg}>{chosen}")
    return cls


def serialize(instance: Any) -> dict[str, Any] | None:
    """`{'class_name': …, 'config': …}` of an object that has both; None of None."""
    return None if instance is None else {"class_name": instance.class_name, "config": instance.get_config()}


def deserialize(
    identifier: str | Mapping[str, Any],
    wanted: type[T],
    kind: str,
    custom_objects: Mapping[str, type] | None = None,
) -> T:
    """The object that a name or a configuration stands for.

    Args:
        identifier: a name in any spelling, or `{'class_name': …, 'config': …}`.
        wanted: what it must be an instance of.
        kind: what to call it in an error: 'initializer'.
        custom_objects: classes by name that count before the registered ones.

    Errors:
        ArgumentError: an unknown name. ArgumentTypeError: neither name nor configuration.
    """
    if isinstance(identifier, str):
        name: Any = identifier
        config: Any = {}
    elif isinstance(identifier, Mapping):
        name, config = identifier.get("class_name"), identifier.get("config")
        if not isinstance(name, str) or not isinstance(config, Mapping | list | None):
            raise ArgumentTypeError(
                _("a configuration is {{'class_name': …, 'config': …}}, not {given!r}").format(given=dict(identifier)),
                op=kind,
            )
    else:
        raise ArgumentTypeError(
            _("wanted a name, a configuration or an object, not {given!r}").format(given=identifier), op=kind
        )
    cls = REGISTRY.find(name, wanted, custom_objects)
    if cls is None:
        raise unknown(name, kind, [known for known, _cls in REGISTRY.of_kind(wanted)])
    make = getattr(cls, "from_config", None)
    if make is None:
        return cls(**keywords_of(cls, config or {}))  # type: ignore[no-any-return]
    passes_on = custom_objects and len(inspect.signature(make).parameters) > 1
    return make(config or {}, custom_objects) if passes_on else make(config or {})  # type: ignore[no-any-return]


def unknown(name: str, kind: str, known: list[str]) -> ArgumentError:
    """The error for a name that nothing has, with the nearest one."""
    near = nearest(name, known)
    return ArgumentError(
        _("there is no {kind} {name!r}").format(kind=kind, name=name),
        op=kind,
        fix=_("did you mean {near!r}?").format(near=near)
        if near
        else _("there are {known}").format(known=", ".join(sorted(known))),
    )
