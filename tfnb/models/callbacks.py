"""The callbacks that are here, made by functions: `tf.callbacks.early_stopping(…)` (section Callbacks)."""

from tfnb.models.callback import Callback, CallbackList, CustomCallback
from tfnb.models.checkpoints import Checkpoints, Weights, checkpoints
from tfnb.models.rates import (
    LearningRateScheduler,
    ReduceOnPlateau,
    exponential_decay,
    learning_rate_scheduler,
    reduce_on_plateau,
)
from tfnb.models.stopping import EarlyStopping, TerminateOnNaN, early_stopping, terminate_on_nan

__all__ = [
    "Callback",
    "CallbackList",
    "Checkpoints",
    "CustomCallback",
    "EarlyStopping",
    "LearningRateScheduler",
    "ReduceOnPlateau",
    "TerminateOnNaN",
    "Weights",
    "checkpoints",
    "early_stopping",
    "exponential_decay",
    "learning_rate_scheduler",
    "reduce_on_plateau",
    "terminate_on_nan",
]
