"""Performance: each case once, every peer beside it, outputs compared before times.

`python -m benchmarks` prints the table.
"""
