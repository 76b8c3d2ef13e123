"""Classes by name: how a configuration becomes an object again, and an object a configuration."""

from tfnb.serialization.registry import deserialize, register_class, serialize

__all__ = ["deserialize", "register_class", "serialize"]
