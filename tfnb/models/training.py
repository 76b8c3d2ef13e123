"""Training of a model (its author replaces this file)."""

from __future__ import annotations


class Training:
    """compile, fit, evaluate, predict of a model."""
