"""`tfnb demo`: a tour in ten lines, printed as if typed, with what each of them gives."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import Any

from tfnb.language import _


def tour() -> Iterator[tuple[str, str]]:
    """The lines of the tour, each with the remark that goes before it ('' where it follows from the last)."""
    yield _("Numbers live in tensors."), "a = tf.tensor([[1, 2], [3, 4]])"
    yield "", "a.print()"
    yield _("Ops make new tensors, and can be chained."), "a.square().add(1).print()"
    yield _("Rows meet columns."), "tf.matmul(a, a).print()"
    yield _("An operator does the same as the op of its name."), "(2 * a + 10).print()"
    yield _("tidy frees what was made on the way."), "before = tf.memory().num_tensors"
    yield "", "average = tf.tidy(lambda: tf.sum(a).div(tf.scalar(4)))"
    yield "", "average.print()"
    yield _("One tensor more, and no other."), "print(tf.memory().num_tensors - before)"
    yield _("What is no longer needed is disposed of."), "tf.dispose([a, average])"


def main(arguments: list[str]) -> int:
    """Run the tour line by line."""
    argparse.ArgumentParser(prog="tfnb demo", description=_("A tour in ten lines.")).parse_args(arguments)
    import tfnb

    names: dict[str, Any] = {"tf": tfnb}
    for remark, line in tour():
        if remark:
            print(f"\n# {remark}")
        print(f">>> {line}")
        exec(compile(line, "<tour>", "exec"), names)
    return 0
