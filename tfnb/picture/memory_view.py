"""Memory as pictures: the gauge, the quiet line under a cell, the table of live tensors."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Sequence

from tfnb.language import _
from tfnb.picture.colours import BLUE, CLASH, SKY
from tfnb.picture.formats import format_bytes, format_shape
from tfnb.picture.parts import Bar, Figure, Line, Part, Segment, Stack, Table, Tone, Words
from tfnb.picture.tensor_view import place_words

# Below this share of the device's memory a bar that ended at the total would show nothing.
_LEAST_SHARE: Final = 0.02
_NAMED: Final = 3


@dataclass(frozen=True, slots=True)
class MemoryState:
    """One reading of the gauge, in bytes.

    Attributes:
        in_use: what live tensors hold.
        pool: what the pool holds beside that, ready for the next tensor.
        peak: the most that was in use.
        total: the device's memory (or the machine's), None where nobody tells.
        renderer: who computes, as the driver names itself.
        device: what `total` counts: 'gpu' or 'process' (then `process` is what this process takes of it).
        process: the process's memory, where nobody tells of a GPU's.
    """

    in_use: int
    pool: int
    peak: int
    total: int | None
    renderer: str
    device: str = "gpu"
    process: int | None = None


def scale_of(state: MemoryState) -> int:
    """The bytes at which the gauge's bar ends: the total, or a power of two a little over the peak.

    Example:
        >>> scale_of(MemoryState(1000, 0, 3000, 2**33, ""))
        4096
    """
    most = max(state.in_use + state.pool, state.peak, 1)
    if state.total and state.device == "gpu" and most >= _LEAST_SHARE * state.total:
        return max(state.total, most)
    return int(2 ** math.ceil(math.log2(most * 1.1)))


def gauge_figure(state: MemoryState) -> Figure:
    """The gauge as it stands: a bar, and every amount in words."""
    scale = scale_of(state)
    bar = Bar(
        (
            Segment(state.in_use / scale, BLUE),
            Segment(state.pool / scale, SKY),
            Segment(max(0.0, 1 - (state.in_use + state.pool) / scale), None),
        ),
        state.peak / scale,
    )
    amounts = [
        Words(_("in use"), fill=BLUE), Words(f" {format_bytes(state.in_use)} · "),
        Words(_("pool, free"), fill=SKY), Words(f" {format_bytes(state.pool)} · "),
        Words(_("peak {amount}").format(amount=format_bytes(state.peak)) + " (|) · "),
        Words(_("the bar ends at {amount}").format(amount=format_bytes(scale)), Tone.QUIET),
    ]  # fmt: skip
    parts: list[Part] = [bar, Line(tuple(amounts)), Words(device_words(state), Tone.QUIET)]
    told = _("{in_use} in use, {pool} free in the pool, peak {peak}").format(
        in_use=format_bytes(state.in_use), pool=format_bytes(state.pool), peak=format_bytes(state.peak)
    )
    return Figure(
        _("Memory of tensors"), f"{_('Memory of tensors')}: {told}. {device_words(state)}", Stack(tuple(parts))
    )


def device_words(state: MemoryState) -> str:
    """Whose memory it is, and how much there is."""
    process = format_bytes(state.process) if state.process else "?"
    if state.device == "gpu":
        if state.total:
            return _("{renderer}, {total} in all").format(renderer=state.renderer, total=format_bytes(state.total))
        return _("{renderer}; its driver tells no total, this process takes {process} of the machine's memory").format(
            renderer=state.renderer, process=process
        )
    if state.total:
        return _("{renderer}: no memory of a GPU; this process takes {process} of the machine's {total}").format(
            renderer=state.renderer, process=process, total=format_bytes(state.total)
        )
    return _("{renderer}: no memory of a GPU; this process takes {process}").format(
        renderer=state.renderer, process=process
    )


@dataclass(frozen=True, slots=True)
class TensorRow:
    """A live tensor as tables list it; `owner` is the path to whoever holds it, `origin` where it was made."""

    owner: str
    shape: tuple[int, ...]
    dtype: str
    nbytes: int
    place: str
    origin: str = ""
    kept: str = ""


@dataclass(frozen=True, slots=True)
class ProgramRow:
    """Kernels that ran as one program: where and why there, how often, and for how many milliseconds in all."""

    kernels: tuple[str, ...]
    place: str
    why: str
    runs: int
    milliseconds: float


@dataclass(frozen=True, slots=True)
class CellReport:
    """What a cell did to memory.

    Attributes:
        made, freed: how many tensors.
        kept: those that stay, with their owners; the first ones where they are many.
        kept_count: how many stay, where that is more than `kept` lists.
        programs: what ran, where the cell was asked to watch.
        in_use, peak: bytes after the cell, and the most during it.
        failed: whether it ended with an error.
        taken: those that names still lead to, and that the cell's options freed all the same.
        missing: names that the cell was to keep and did not make.
    """

    made: int
    freed: int
    kept: tuple[TensorRow, ...]
    in_use: int
    peak: int
    failed: bool = False
    taken: tuple[TensorRow, ...] = ()
    missing: tuple[str, ...] = ()
    kept_count: int | None = None
    programs: tuple[ProgramRow, ...] = ()


def report_figure(report: CellReport, full: bool = False) -> Figure:
    """The line under a `%%tidy` cell; with `full` also a table of what it kept.

    Args:
        report: what happened.
        full: whether every kept tensor is listed with its reason.
    """
    line = report_words(report)
    parts: list[Part] = [Words(line, Tone.QUIET)]
    if report.missing:
        names = _(", ").join(report.missing)
        parts.append(Words(_("--keep: the cell made no {names}").format(names=names), Tone.STRONG, CLASH))
    if full and report.kept:
        parts.append(tensors_table(report.kept, reason=True))
    if full and report.taken:
        parts += [Words(_("freed although a name leads to them:")), tensors_table(report.taken)]
    if full and report.programs:
        parts.append(programs_table(report.programs))
    return Figure("", line, Stack(tuple(parts)))


def report_words(report: CellReport) -> str:
    """The report as one line.

    Example:
        >>> from tfnb.language import set_language
        >>> set_language("en")
        >>> report_words(CellReport(3, 2, (TensorRow("y", (2,), "float32", 8, "host"),), 8, 24))
        'tidy: 3 tensors made, 2 freed, 1 kept (y) · 8 B in use, peak 24 B'
    """
    count = len(report.kept) if report.kept_count is None else report.kept_count
    kept = f"{count:,}"
    if report.kept:
        owners = list(dict.fromkeys(row.owner or _("tf.keep") for row in report.kept))
        named = _(", ").join(owners[:_NAMED]) + (_(", …") if len(owners) > _NAMED else "")
        kept = _("{count} kept ({names})").format(count=kept, names=named)
    else:
        kept = _("none kept")
    counts = _("tidy: {made} made, {freed} freed, {kept}").format(
        made=_tensors(report.made), freed=f"{report.freed:,}", kept=kept
    )
    amounts = _("{in_use} in use, peak {peak}").format(
        in_use=format_bytes(report.in_use), peak=format_bytes(report.peak)
    )
    failed = " · " + _("the cell failed: what only its frames held is freed") if report.failed and report.freed else ""
    return f"{counts} · {amounts}{failed}"


def programs_table(rows: Sequence[ProgramRow]) -> Table:
    """What ran, where and why."""
    head = (_("what ran"), _("place"), _("because"), _("runs"), _("time"))
    made = [
        (
            Words(" ".join(row.kernels), code=True),
            Words(place_words(row.place)),
            Words(row.why),
            Words(f"{row.runs:,}"),
            Words(_("{milliseconds} ms").format(milliseconds=f"{row.milliseconds:.3g}")),
        )
        for row in rows
    ]
    return Table(head, tuple(made), frozenset({3, 4}))


def _tensors(count: int) -> str:
    return _("1 tensor") if count == 1 else _("{count} tensors").format(count=f"{count:,}")


def tensors_figure(rows: Sequence[TensorRow], in_use: int, count: int | None = None) -> Figure:
    """The table of live tensors.

    Args:
        rows: the tensors that are listed.
        in_use: bytes they hold together (tensors may share storage).
        count: how many there are in all; as many as rows if left out.
    """
    count = len(rows) if count is None else count
    head = _("{tensors} live · {in_use} in use").format(tensors=_tensors(count), in_use=format_bytes(in_use))
    parts: list[Part] = []
    if rows:
        parts.append(tensors_table(rows))
    if count > len(rows):
        parts.append(Words(_("… and {count} more").format(count=count - len(rows)), Tone.QUIET))
    return Figure(head, head, Stack(tuple(parts)))


def tensors_table(rows: Sequence[TensorRow], reason: bool = False) -> Table:
    """Tensors as a table: who holds them, what they are, where they are and came from."""
    head = [_("held by"), _("shape"), _("dtype"), _("size"), _("place"), _("made in")]
    if reason:
        head.append(_("kept because"))
    made = []
    for row in rows:
        nobody = row.owner == ""
        cells = [
            Words(row.owner or _("nobody that can be seen"), fill=CLASH if nobody else None, code=not nobody),
            Words(format_shape(row.shape), code=True),
            Words(row.dtype),
            Words(format_bytes(row.nbytes)),
            Words(place_words(row.place)),
            Words(row.origin),
        ]
        if reason:
            cells.append(Words(row.kept))
        made.append(tuple(cells))
    return Table(tuple(head), tuple(made), frozenset({3}))
