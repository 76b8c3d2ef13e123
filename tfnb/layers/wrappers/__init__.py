"""Layers around layers (section Layers / Wrapper)."""
