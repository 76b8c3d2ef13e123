"""One record per kernel: its shape rule, host code, GLSL, gradient and test domain. Nothing here knows a handle or a scope."""
