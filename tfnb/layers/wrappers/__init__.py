"""Layers around layers (section Layers / Wrapper)."""

from tfnb.layers.wrappers.bidirectional import Bidirectional
from tfnb.layers.wrappers.time_distributed import TimeDistributed
from tfnb.layers.wrappers.wrapper import Wrapper

__all__ = ["Bidirectional", "TimeDistributed", "Wrapper"]
