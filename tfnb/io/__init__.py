"""Model and weight files in TensorFlow.js's format (sections Models / Loading and Saving)."""

from tfnb.io.artifacts import ModelArtifacts, from_memory, with_save_handler
from tfnb.io.folder import file_system
from tfnb.io.weights import WeightSpec, decode_weights, encode_weights

__all__ = [
    "ModelArtifacts", "WeightSpec", "decode_weights", "encode_weights", "file_system", "from_memory",
    "with_save_handler",
]  # fmt: skip
