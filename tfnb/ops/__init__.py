"""The public functions, a file per section of the API reference: they check what a user gave, and compose kernels."""
