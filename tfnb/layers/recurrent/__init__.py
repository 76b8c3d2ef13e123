"""Recurrent layers: a cell is one step in time, a layer leads it through the steps (section Layers / Recurrent)."""
