"""What a saved model is made of, wherever it is kept: its topology, its weights, how it was trained."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable, Protocol

from tfnb.io.weights import WeightSpec


@dataclass(frozen=True, slots=True)
class ModelArtifacts:
    """A model as data.

    Attributes:
        model_topology: its layers, as in model.json.
        weight_specs: name, shape and data type of each weight, in the order in which their values lie in `weight_data`.
        format: 'layers-model'. generated_by, converted_by: the programs that wrote it.
        training_config: optimizer, loss and metrics, if they were saved too.
        user_defined_metadata: what its maker added.
    """

    model_topology: dict[str, Any]
    weight_specs: tuple[WeightSpec, ...] = ()
    weight_data: bytes = b""
    format: str | None = "layers-model"
    generated_by: str | None = None
    converted_by: str | None = None
    training_config: dict[str, Any] | None = None
    user_defined_metadata: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class SaveResult:
    """What saving tells.

    Attributes:
        model_topology_bytes, weight_data_bytes: how much was written. errors: none, or it would have raised.
    """

    model_topology_bytes: int
    weight_data_bytes: int
    errors: tuple[str, ...] = ()


class IOHandler(Protocol):
    """Somewhere that models are loaded from or saved to: an object with `load()`, `save(artifacts)`, or both."""

    def load(self) -> ModelArtifacts: ...

    def save(self, artifacts: ModelArtifacts) -> Any: ...


class _Memory:
    __slots__ = ("_artifacts",)

    def __init__(self, artifacts: ModelArtifacts) -> None:
        self._artifacts = artifacts

    def load(self) -> ModelArtifacts:
        return self._artifacts


def from_memory(model_artifacts: ModelArtifacts) -> Any:
    """A handler that loads a model from memory: `tf.load_layers_model(tf.io.from_memory(artifacts))`.

    Args:
        model_artifacts: a `ModelArtifacts`, such as one that `with_save_handler` was given.
    """
    return _Memory(model_artifacts)


class _Saver:
    __slots__ = ("_save",)

    def __init__(self, save: Callable[[ModelArtifacts], Any]) -> None:
        self._save = save

    def save(self, artifacts: ModelArtifacts) -> Any:
        return self._save(artifacts)


def with_save_handler(save_handler: Callable[[ModelArtifacts], Any]) -> Any:
    """A handler that gives a model to a function of yours: `model.save(tf.io.with_save_handler(f))`.

    Args:
        save_handler: a function of one `ModelArtifacts`; what it returns, `save` returns.
    """
    return _Saver(save_handler)
