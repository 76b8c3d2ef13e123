"""Functions that make classes: `tf.layers.dense(units=4)` makes a `Dense` and knows the parameters of all its bases."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, TypeVar

from tfnb.errors import ArgumentTypeError
from tfnb.language import _
from tfnb.naming import nearest

T = TypeVar("T")

_OPEN = (inspect.Parameter.VAR_KEYWORD, inspect.Parameter.VAR_POSITIONAL)


def parameters_of(cls: type) -> dict[str, inspect.Parameter]:
    """The parameters that a class can be made with: its own, and where it passes others on, those of its bases.

    A class that makes another one of its arguments names it as `cell_class`, and what it passes on itself as
    `supplied`.
    """
    return _parameters_of(cls)


@cache
def _parameters_of(cls: Any) -> dict[str, inspect.Parameter]:
    made = getattr(cls, "cell_class", None)
    found = dict(_parameters_of(made)) if made is not None else {}
    for base in cls.__mro__:
        if "__init__" in base.__dict__ and base is not object:
            own = list(inspect.signature(base.__dict__["__init__"]).parameters.values())[1:]
            for parameter in own:
                if parameter.kind not in _OPEN:
                    found.setdefault(parameter.name, parameter)
            if all(parameter.kind is not inspect.Parameter.VAR_KEYWORD for parameter in own):
                break
    return {name: one for name, one in found.items() if name not in getattr(cls, "supplied", ())}


def keywords_of(cls: type, config: Mapping[str, Any]) -> dict[str, Any]:
    """What of a configuration the class can be made with. Files of Keras carry more than that."""
    known = parameters_of(cls)
    return {name: value for name, value in config.items() if name in known}


def maker(cls: type[T], name: str) -> Callable[..., T]:
    """The public function that makes a class.

    Errors of what it returns:
        ArgumentTypeError: an argument that nobody knows, a dict where keywords are wanted, one that is missing.
    """
    known = parameters_of(cls)
    positional = [one for one in known.values() if one.kind is not inspect.Parameter.KEYWORD_ONLY]
    needed = [one.name for one in known.values() if one.default is inspect.Parameter.empty]

    def make(*values: Any, **keywords: Any) -> T:
        if len(values) > len(positional) or (values and isinstance(values[0], dict)):
            raise _too_many(name, values, list(known))
        for one, value in zip(positional, values):
            if one.name in keywords:
                raise ArgumentTypeError(_("given twice"), op=name, argument=one.name)
            keywords[one.name] = value
        for word in keywords:
            if word not in known:
                raise _unknown_word(name, word, list(known))
        for word in needed:
            if word not in keywords:
                raise ArgumentTypeError(
                    _("is missing"),
                    op=name,
                    argument=word,
                    fix=_("write {name}({word}=…)").format(name=name, word=word),
                )
        return cls(**keywords)

    make.__name__ = make.__qualname__ = name
    make.__module__ = cls.__module__
    make.__doc__ = cls.__doc__
    ordered = positional + [
        one.replace(kind=inspect.Parameter.KEYWORD_ONLY) for one in known.values() if one not in positional
    ]
    with_default = [one for one in ordered if one.default is not inspect.Parameter.empty]
    make.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        sorted([one for one in ordered if one.default is inspect.Parameter.empty] + with_default, key=lambda o: o.kind),
        return_annotation=cls,
    )
    return make


def on_lists(make: Callable[..., Any]) -> Callable[..., Any]:
    """The public function of a layer on several tensors, which also takes them: `tf.layers.add([a, b])`."""

    def made(inputs: Any = None, **keywords: Any) -> Any:
        if isinstance(inputs, (list, tuple)):
            return make(**keywords)(list(inputs))
        return make(**keywords) if inputs is None else make(inputs, **keywords)

    made.__name__ = made.__qualname__ = make.__name__
    made.__module__, made.__doc__ = make.__module__, make.__doc__
    signature = inspect.signature(make)
    first = inspect.Parameter("inputs", inspect.Parameter.POSITIONAL_OR_KEYWORD, default=None, annotation="Any")
    rest = [one.replace(kind=inspect.Parameter.KEYWORD_ONLY) for one in signature.parameters.values()]
    made.__signature__ = signature.replace(parameters=[first, *rest])  # type: ignore[attr-defined]
    return made


def _too_many(name: str, values: tuple[Any, ...], known: list[str]) -> ArgumentTypeError:
    if values and isinstance(values[0], dict):
        return ArgumentTypeError(
            _("wanted keyword arguments, not a dict"),
            op=name,
            fix=_("write {name}({word}=…), or spread the dict with **").format(name=name, word=(known or ["name"])[0]),
        )
    return ArgumentTypeError(
        _("takes its arguments by name: {known}").format(known=", ".join(known) or _("none")), op=name
    )


def _unknown_word(name: str, word: str, known: list[str]) -> ArgumentTypeError:
    near = nearest(word, known)
    return ArgumentTypeError(
        _("there is no argument {word!r}").format(word=word),
        op=name,
        argument=word,
        fix=_("did you mean {near!r}?").format(near=near)
        if near
        else _("there are {known}").format(known=", ".join(known)),
    )
