"""Optimizers by name: what `compile` takes, and what files hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tfnb.errors import ArgumentError, ArgumentTypeError
from tfnb.language import _
from tfnb.naming import folded, nearest
from tfnb.train.adaptive import EPSILON, AdadeltaOptimizer, AdagradOptimizer, RMSPropOptimizer
from tfnb.train.descent import MomentumOptimizer, SGDOptimizer
from tfnb.train.moments import AdamaxOptimizer, AdamOptimizer
from tfnb.train.optimizer import Optimizer

CLASSES: dict[str, type[Optimizer]] = {
    one.class_name: one
    for one in (
        SGDOptimizer, MomentumOptimizer, AdagradOptimizer, AdadeltaOptimizer, AdamOptimizer, AdamaxOptimizer,
        RMSPropOptimizer,
    )
}  # fmt: skip

# The numbers of those that are made by name (TensorFlow.js's getOptimizer).
_MAKERS: dict[str, Callable[[], Optimizer]] = {
    "sgd": lambda: SGDOptimizer(0.01),
    "adagrad": lambda: AdagradOptimizer(0.01),
    "adadelta": lambda: AdadeltaOptimizer(1, 0.95, EPSILON),
    "adam": lambda: AdamOptimizer(0.001, 0.9, 0.999, EPSILON),
    "adamax": lambda: AdamaxOptimizer(0.002, 0.9, 0.999, EPSILON, 0),
    "rmsprop": lambda: RMSPropOptimizer(0.001, 0.9, 0, EPSILON),
}


def get(identifier: Any) -> Optimizer:
    """The optimizer that a name stands for, in any spelling, with its usual numbers.

    Args:
        identifier: 'sgd', 'adagrad', 'adadelta', 'adam', 'adamax' or 'rmsprop'; a configuration
            `{'class_name': …, 'config': …}`; or an optimizer, which is given back.

    Errors:
        ArgumentError: an unknown name; the message proposes the nearest. ArgumentTypeError: none of these.

    Example:
        >>> get("RMSProp").learning_rate
        0.001
    """
    if isinstance(identifier, str):
        make = _MAKERS.get(folded(identifier))
        if make is not None:
            return make()
        raise _unknown(identifier, list(_MAKERS))
    if isinstance(identifier, Mapping) and "class_name" in identifier:
        return deserialize(identifier)
    if isinstance(identifier, type) and issubclass(identifier, Optimizer):
        raise ArgumentTypeError(
            _("wanted an optimizer, not the class {name}").format(name=identifier.__name__),
            op="optimizer",
            fix=_("make one: tf.train.{name}(…)").format(name=identifier.class_name.lower()),
        )
    if isinstance(identifier, Optimizer) or all(
        callable(getattr(identifier, name, None)) for name in ("minimize", "compute_gradients", "apply_gradients")
    ):
        return identifier  # type: ignore[no-any-return]
    raise ArgumentTypeError(
        _("wanted a name or an optimizer, not {given!r}").format(given=identifier),
        op="optimizer",
        fix=_("such as 'adam' or tf.train.adam(0.001)"),
    )


def serialize(optimizer: Optimizer) -> dict[str, Any]:
    """`{'class_name': …, 'config': …}`: what files hold of an optimizer."""
    return {"class_name": optimizer.class_name, "config": optimizer.get_config()}


def deserialize(config: Mapping[str, Any], custom_objects: Mapping[str, type[Optimizer]] | None = None) -> Optimizer:
    """The optimizer of a configuration.

    Args:
        config: `{'class_name': …, 'config': …}`. custom_objects: classes by name that count before those known here.

    Errors:
        ArgumentError: a class that is not known.

    Example:
        >>> deserialize({"class_name": "Adam", "config": {"learning_rate": 0.01, "beta_1": 0.8, "beta_2": 0.99}})
        AdamOptimizer(learning_rate=0.01, beta1=0.8, beta2=0.99, epsilon=1e-07)
    """
    name = str(config.get("class_name"))
    known = {folded(one): cls for one, cls in (CLASSES | dict(custom_objects or {})).items()}
    cls = known.get(folded(name))
    if cls is None:
        raise _unknown(name, list(CLASSES))
    return cls.from_config(config.get("config") or {})


def _unknown(name: str, known: list[str]) -> ArgumentError:
    near = nearest(name, known)
    if folded(name) == "momentum":
        fix = _("make it by tf.train.momentum(learning_rate, momentum)")
    elif near:
        fix = _("did you mean {near!r}?").format(near=near)
    else:
        fix = _("there are {known}").format(known=", ".join(sorted(known)))
    return ArgumentError(_("there is no optimizer {name!r}").format(name=name), op="optimizer", fix=fix)
