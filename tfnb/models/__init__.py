"""Models: chains and graphs of layers, how they learn, and who is told about it."""
