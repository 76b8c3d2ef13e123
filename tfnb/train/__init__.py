"""Training: optimizers (`tf.train`), losses (`tf.losses`) and metrics (`tf.metrics`)."""

from __future__ import annotations

import sys

from tfnb.naming import missing
from tfnb.train.adaptive import AdadeltaOptimizer, AdagradOptimizer, RMSPropOptimizer
from tfnb.train.descent import MomentumOptimizer, SGDOptimizer
from tfnb.train.moments import AdamaxOptimizer, AdamOptimizer
from tfnb.train.optimizer import NamedTensor, Optimizer

__all__ = [
    "AdadeltaOptimizer", "AdagradOptimizer", "AdamOptimizer", "AdamaxOptimizer", "MomentumOptimizer", "NamedTensor",
    "Optimizer", "RMSPropOptimizer", "SGDOptimizer", "adadelta", "adagrad", "adam", "adamax", "momentum", "rmsprop",
    "sgd",
]  # fmt: skip


def sgd(learning_rate: float) -> SGDOptimizer:
    """Stochastic gradient descent: `variable -= learning_rate · gradient`.

    Args:
        learning_rate: how far a step goes. Too small takes long, too large never arrives; 0.01 to 0.5 is usual.

    Errors:
        ArgumentError: NaN or infinite.

    Example:
        >>> import tfnb as tf
        >>> w = tf.variable(1)
        >>> tf.train.sgd(0.25).minimize(lambda: w.square(), var_list=[w])
        >>> float(w)
        0.5
    """
    return SGDOptimizer(learning_rate)


def momentum(learning_rate: float, momentum: float, use_nesterov: bool = False) -> MomentumOptimizer:
    """Descent that keeps some of its last step, as a heavy ball does (Polyak 1964).

    `a = momentum · a + gradient; variable -= learning_rate · a`.

    Args:
        learning_rate: how far a step goes.
        momentum: how much of what was gathered is kept; 0.9 is usual.
        use_nesterov: look ahead by the momentum before the step (Sutskever et al. 2013).

    Errors:
        ArgumentError: NaN or infinite.

    Example:
        >>> import tfnb as tf
        >>> w = tf.variable(1)
        >>> optimizer = tf.train.momentum(0.1, 0.9)
        >>> for _ in range(2):
        ...     optimizer.minimize(lambda: w.mul(1), var_list=[w])
        >>> round(float(w), 4)
        0.71
    """
    return MomentumOptimizer(learning_rate, momentum, use_nesterov)


def rmsprop(
    learning_rate: float,
    decay: float = 0.9,
    momentum: float = 0.0,
    epsilon: float | None = None,
    centered: bool = False,
) -> RMSPropOptimizer:
    """Steps by the root of the mean square of the gradients of late (Hinton 2012).

    Args:
        learning_rate: how far a step goes; 0.001 is usual.
        decay: how much of the running means is kept.
        momentum: how much of the last step is kept.
        epsilon: what is added under the root; None is 1e-7.
        centered: take the square of the mean gradient off the mean square.

    Errors:
        ArgumentError: NaN or infinite.

    Example:
        >>> import tfnb as tf
        >>> w = tf.variable(1)
        >>> tf.train.rmsprop(0.1, decay=0.75).minimize(lambda: w.square(), var_list=[w])
        >>> round(float(w), 4)
        0.8
    """
    return RMSPropOptimizer(learning_rate, decay, momentum, epsilon, centered)


def adam(
    learning_rate: float = 0.001, beta1: float = 0.9, beta2: float = 0.999, epsilon: float | None = None
) -> AdamOptimizer:
    """Steps by the mean of the gradients of late over the root of their mean square (Kingma and Ba 2015).

    Args:
        learning_rate: about how far a step goes, whatever the size of the gradients.
        beta1: how much of the mean of the gradients is kept.
        beta2: how much of the mean of their squares is kept.
        epsilon: what is added to the root; None is 1e-7.

    Errors:
        ArgumentError: NaN or infinite, or a beta that is not from 0 to below 1.

    Example:
        >>> import tfnb as tf
        >>> w = tf.variable(1)
        >>> tf.train.adam(0.1).minimize(lambda: w.square(), var_list=[w])
        >>> round(float(w), 4)
        0.9
    """
    return AdamOptimizer(learning_rate, beta1, beta2, epsilon)


def adadelta(learning_rate: float = 0.001, rho: float = 0.95, epsilon: float | None = None) -> AdadeltaOptimizer:
    """Steps as large as those of late, by gradients as large as those of late (Zeiler 2012).

    Args:
        learning_rate: by what steps are multiplied; the paper has 1.
        rho: how much of the running means is kept.
        epsilon: what is added under each root; None is 1e-7.

    Errors:
        ArgumentError: NaN or infinite.

    Example:
        >>> import tfnb as tf
        >>> w = tf.variable(1)
        >>> tf.train.adadelta(0.1).minimize(lambda: w.square(), var_list=[w])
        >>> round(float(w), 4)
        0.8
    """
    return AdadeltaOptimizer(learning_rate, rho, epsilon)


def adamax(
    learning_rate: float = 0.002,
    beta1: float = 0.9,
    beta2: float = 0.999,
    epsilon: float | None = None,
    decay: float = 0.0,
) -> AdamaxOptimizer:
    """Adam with the largest gradient of late in place of the root (Kingma and Ba 2015, section 7.1).

    Args:
        learning_rate: about how far a step goes, whatever the size of the gradients.
        beta1: how much of the mean of the gradients is kept.
        beta2: how much of the largest one is kept.
        epsilon: what is added to the largest one; None is 1e-7.
        decay: how much smaller the steps get: they are divided by 1 + decay · steps so far.

    Errors:
        ArgumentError: NaN or infinite, or a `beta1` that is not from 0 to below 1.

    Example:
        >>> import tfnb as tf
        >>> w = tf.variable(1)
        >>> tf.train.adamax(0.1).minimize(lambda: w.square(), var_list=[w])
        >>> round(float(w), 4)
        0.9
    """
    return AdamaxOptimizer(learning_rate, beta1, beta2, epsilon, decay)


def adagrad(learning_rate: float, initial_accumulator_value: float = 0.1) -> AdagradOptimizer:
    """Steps shrink with the sum of the squared gradients so far (Duchi et al. 2011).

    Args:
        learning_rate: how far a step goes at first.
        initial_accumulator_value: the sum to begin with.

    Errors:
        ArgumentError: NaN or infinite.

    Example:
        >>> import tfnb as tf
        >>> w = tf.variable(1)
        >>> tf.train.adagrad(0.1, 0).minimize(lambda: w.square(), var_list=[w])
        >>> round(float(w), 4)
        0.9
    """
    return AdagradOptimizer(learning_rate, initial_accumulator_value)


def __getattr__(name: str) -> object:
    raise missing(name, "tf.train", sys.modules[__name__])
