"""What an initializer is: it makes the first values of a layer's weight."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tfnb.engine.handle import Handle
from tfnb.serialization.construction import keywords_of


class Initializer:
    """Makes the first values of a weight. Derive from it, write `apply`, and give an instance to a layer.

    Example:
        >>> import tfnb as tf
        >>> class Sevens(tf.initializers.Initializer):
        ...     def apply(self, shape, dtype=None):
        ...         return tf.fill(shape, 7)
        >>> layer = tf.layers.dense(units=2, kernel_initializer=Sevens(), input_shape=[1])
    """

    class_name: str = "Initializer"

    def __init_subclass__(cls, **keywords: Any) -> None:
        super().__init_subclass__(**keywords)
        if "class_name" not in cls.__dict__:
            cls.class_name = cls.__name__

    def apply(self, shape: Any, dtype: Any = None) -> Any:
        """First values.

        Args:
            shape: of the weight, such as [4, 20].
            dtype: 'float32' if left out.

        Returns:
            Tensor: of that shape.
        """
        raise NotImplementedError

    def __call__(self, shape: Any, dtype: Any = None) -> Handle:
        return self.apply(shape, dtype)  # type: ignore[no-any-return]

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this initializer again."""
        return {}

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Initializer:
        """The initializer of these arguments."""
        return cls(**keywords_of(cls, config))

    def __repr__(self) -> str:
        inner = ", ".join(f"{name}={value!r}" for name, value in self.get_config().items() if value is not None)
        return f"{type(self).__name__}({inner})"
