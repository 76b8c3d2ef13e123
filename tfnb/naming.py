"""The error for a name that is not there: TensorFlow.js's spelling leads to ours."""

from __future__ import annotations

import re

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
