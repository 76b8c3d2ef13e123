"""One record per kernel: shape rule, host code, GLSL, gradient, test domain. Nothing here knows a handle or a scope."""
