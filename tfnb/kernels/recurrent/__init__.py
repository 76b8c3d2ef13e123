"""Recurrent layers over a whole sequence: one kernel forward and one back, on the host (facts in docs/recurrent.md).

A step of a recurrent layer is a dozen ops on a few thousand values, so a plain loop pays mostly for calls. Here memory
is laid out `[time, rows, batch]`: a gate is a contiguous block of rows, and state, input and a one for the bias are the
rows of one operand, so a step is one matrix product and a handful of calls in place. All views of all steps are made
once per shape and kept (workspace.py).
"""
