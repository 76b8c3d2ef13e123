"""Names: TensorFlow.js's spelling leads to ours, in errors and where a text names a thing."""

from __future__ import annotations

import re
from collections.abc import Iterable

from tfnb.language import _

# Runs that TensorFlow.js writes with capitals inside and we write as one word.
_ONE_WORD = {"matMul": "matmul", "ReLU": "relu", "NaN": "nan", "DType": "dtype", "NDim": "ndim", "WebGL": "webgl"}


def snake_case(name: str) -> str:
    """TensorFlow.js's camelCase name as it is spelt here.

    Example:
        >>> snake_case("matMul"), snake_case("conv2dTranspose"), snake_case("batchToSpaceND")
        ('matmul', 'conv2d_transpose', 'batch_to_space_nd')
    """
    for theirs, ours in _ONE_WORD.items():
        name = name.replace(theirs, ours if name.startswith(theirs) else f"_{ours}")
    name = re.sub(r"(\d)D\b", r"\1d", name)
    name = re.sub(r"([a-z\d])([A-Z])", r"\1_\2", name)
    return re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1_\2", name).lower()


def missing(name: str, owner: str, known: object) -> AttributeError:
    """An AttributeError that says how the name is spelt here, if `known` has it in our spelling."""
    ours = snake_case(name)
    if ours != name and hasattr(known, ours):
        return AttributeError(
            _("there is no {owner}.{name}; it is {owner}.{ours}").format(owner=owner, name=name, ours=ours)
        )
    return AttributeError(_("there is no {owner}.{name}").format(owner=owner, name=name))


def identifier(text: str) -> str:
    """The one spelling of a text that names a thing, such as a loss: `'categoricalCrossentropy'` is ours in camelCase.

    Example:
        >>> identifier("categoricalCrossentropy"), identifier("GlorotNormal"), identifier("hard_sigmoid")
        ('categorical_crossentropy', 'glorot_normal', 'hard_sigmoid')
    """
    return snake_case(text.strip())


def folded(text: str) -> str:
    """A text without what spellings differ in: `'leCunNormal'`, `'LeCunNormal'` and `'lecun_normal'` are one.

    Example:
        >>> folded("leCunNormal") == folded("lecun_normal")
        True
    """
    return re.sub(r"[^a-z0-9]", "", text.lower())


def nearest(text: str, known: Iterable[str]) -> str | None:
    """The known name that a mistyped one most likely stands for.

    Example:
        >>> nearest("glorot_nromal", ["zeros", "glorot_normal"])
        'glorot_normal'
    """
    from difflib import get_close_matches

    spelt = {folded(name): name for name in known}
    found = get_close_matches(folded(text), spelt, 1, 0.6)
    return spelt[found[0]] if found else None
