"""Names of layers, symbolic tensors and weights, as TensorFlow.js gives them: so saved models are the same."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from tfnb.errors import ArgumentError
from tfnb.language import _

_VALID = re.compile(r"[A-Za-z0-9][-A-Za-z0-9._/]*\Z")


class Names:
    """The numbers that made-up names have reached, and the layers inside which a weight is being made."""

    __slots__ = ("_counts", "_seen", "_scopes")

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}
        self._seen: dict[str, int] = {}
        self._scopes: list[str] = []

    def next(self, prefix: str) -> str:
        """`prefix` with the next number, from 1."""
        self._counts[prefix] = count = self._counts.get(prefix, 0) + 1
        return f"{prefix}{count}"

    def unused(self, wanted: str) -> str:
        """`wanted`, or it with a number where it was given before."""
        count = self._seen.get(wanted, 0)
        self._seen[wanted] = count + 1
        if not count:
            return wanted
        name = f"{wanted}_{count}"
        self._seen.setdefault(name, 1)
        return name

    @contextmanager
    def inside(self, name: str) -> Iterator[None]:
        """Weights made in this block have `name/` before their own names."""
        depth = len(self._scopes)
        self._scopes.append(name)
        try:
            yield
        finally:
            del self._scopes[depth:]

    def scoped(self, name: str) -> str:
        """`name` behind those of the layers around it."""
        return "/".join((*self._scopes, name))


NAMES = Names()


def layer_name(class_name: str) -> str:
    """The next name for a layer without one: `dense_Dense1`."""
    return f"{snake_case(class_name)}_{NAMES.next(class_name)}"


def snake_case(class_name: str) -> str:
    """TensorFlow.js's own rule for class names, which names of weights in files follow.

    Example:
        >>> snake_case("SimpleRNNCell"), snake_case("Conv2D"), snake_case("LSTM")
        ('simple_rnn_cell', 'conv2d', 'lstm')
    """
    name = re.sub(r"(.)([A-Z][a-z0-9]+)", r"\1_\2", class_name)
    name = re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower()
    return f"private{name}" if name.startswith("_") else name


def checked_name(name: object, op: str) -> str:
    """A name that TensorFlow.js accepts too.

    Errors:
        ArgumentError: empty, or with a character that files of models can't carry in names.
    """
    if not isinstance(name, str) or not _VALID.match(name):
        raise ArgumentError(
            _("a name has only A to Z, digits, '-', '_', '.' and '/', a letter or digit first; not {name!r}").format(
                name=name
            ),
            op=op,
            argument="name",
        )
    return name
