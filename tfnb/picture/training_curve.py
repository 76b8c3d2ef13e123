"""A training run as a picture that needs no script: where it stands, its curves, a table of numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Sequence

from tfnb.language import _
from tfnb.picture.colours import BLUE, CLASH, GREEN, ORANGE, PURPLE, SKY, VERMILION
from tfnb.picture.formats import format_bytes, format_value
from tfnb.picture.parts import Bar, Curve, Figure, Line, Part, Plot, Row, Segment, Stack, Table, Tone, Words

Points = tuple[tuple[float, float], ...]

VALIDATION: Final = "val_"
LOSS: Final = "loss"
COLOURS: Final = (BLUE, VERMILION, GREEN, PURPLE, ORANGE, SKY)
PANELS: Final = 6
_HEAD_ROWS, _TAIL_ROWS = 3, 7


@dataclass(frozen=True, slots=True)
class Series:
    """One name in the logs.

    Attributes:
        batches: (batches so far, value), thinned to what a chart can show, extremes kept.
        epochs: (number of the epoch, value).
    """

    name: str
    batches: Points = ()
    epochs: Points = ()


@dataclass(frozen=True, slots=True)
class TrainingState:
    """A training run at one moment.

    Attributes:
        state: 'running', 'paused', 'stopping' or 'ended'; `reason` and `note` say why it ended.
        epoch, batch: the numbers, from 1, of those that came last; 0 before the first.
        epochs, batches: how many epochs, and batches in an epoch; None where nobody knows.
        elapsed, remaining: seconds.
        tensors, in_use: tensors that live, and their bytes.
        log: whether the curves are drawn on a log scale.
    """

    title: str
    state: str = "running"
    reason: str = ""
    note: str = ""
    epoch: int = 0
    epochs: int | None = None
    batch: int = 0
    batches: int | None = None
    elapsed: float = 0.0
    remaining: float | None = None
    learning_rate: float | None = None
    tensors: int = 0
    in_use: int = 0
    log: bool = False
    series: tuple[Series, ...] = ()


def training_figure(state: TrainingState, points: int | None = None, plots: bool = True, live: bool = False) -> Figure:
    """The picture of a run.

    Args:
        state: the run.
        points: the most points of a curve; all that there are if left out.
        plots: whether the curves are drawn; else only their numbers are told.
        live: whether it stands in for a live chart; of a run that goes on it says so.
    """
    parts: list[Part] = [Words(state_words(state), Tone.STRONG)]
    done = progress(state)
    if done is not None and state.state != "ended":
        parts.append(Bar((Segment(done, BLUE), Segment(1 - done, None))))
    if place_in_run(state):
        parts.append(Words(place_in_run(state)))
    if state.note:
        parts.append(Line((Words(state.note, Tone.STRONG, CLASH if state.reason in ("nan", "error") else None),)))
    if live and state.state != "ended":
        parts.append(Words(_(
            "A picture from the middle of the run. The live chart comes back when the cell has ended; "
            "Jupyter's Stop ends it now."
        ), Tone.QUIET))  # fmt: skip
    drawn = panels(state)
    if plots and drawn:
        parts.append(Row(tuple(_plot(state, name, series, points) for name, series in drawn)))
    table = numbers_table(state)
    if table is not None:
        parts.append(table)
    return Figure(heading(state), description(state), Stack(tuple(parts)))


def heading(state: TrainingState) -> str:
    """The title over the picture."""
    return _("Training: {title}").format(title=state.title) if state.title else _("Training")


def state_words(state: TrainingState) -> str:
    """How the run stands, in a few words."""
    words = {
        "running": _("running"),
        "paused": _("paused"),
        "stopping": _("stopping after this batch"),
        "done": _("done"),
        "stopped": _("stopped"),
        "interrupted": _("interrupted"),
        "nan": _("ended: a value is not a number"),
        "early": _("ended early"),
        "error": _("ended by an error"),
    }
    return words.get(state.reason if state.state == "ended" else state.state, _("ended"))


def place_in_run(state: TrainingState) -> str:
    """Epoch and batch, time, learning rate, memory: one line."""
    said = []
    if state.epochs:
        said.append(_("epoch {epoch} of {epochs}").format(epoch=state.epoch, epochs=state.epochs))
    elif state.epoch:
        said.append(_("epoch {epoch}").format(epoch=state.epoch))
    if state.batches:
        said.append(_("batch {batch} of {batches}").format(batch=state.batch, batches=state.batches))
    elif state.batch:
        said.append(_("batch {batch}").format(batch=f"{state.batch:,}"))
    if state.elapsed:
        said.append(duration(state.elapsed))
    if state.remaining is not None and state.state != "ended":
        said.append(_("about {time} left").format(time=duration(state.remaining)))
    if state.learning_rate is not None:
        said.append(_("learning rate {rate}").format(rate=format_value(state.learning_rate)))
    if state.tensors:
        count = _("1 tensor") if state.tensors == 1 else _("{count} tensors").format(count=f"{state.tensors:,}")
        said.append(_("{tensors}, {amount}").format(tensors=count, amount=format_bytes(state.in_use)))
    return " · ".join(said)


def duration(seconds: float) -> str:
    """Seconds as people say them. `js/src/shared/durations.js` is its twin.

    Example:
        >>> from tfnb.language import set_language
        >>> set_language("en")
        >>> duration(4.25), duration(65), duration(7260)
        ('4.3 s', '1 min 5 s', '2 h 1 min')
    """
    if seconds < 9.95:
        return _("{seconds} s").format(seconds=f"{math.floor(seconds * 10 + 0.5) / 10:.1f}".removesuffix(".0"))
    whole = math.floor(seconds + 0.5)
    if whole < 60:
        return _("{seconds} s").format(seconds=whole)
    if whole < 3600:
        return _("{minutes} min {seconds} s").format(minutes=whole // 60, seconds=whole % 60)
    return _("{hours} h {minutes} min").format(hours=whole // 3600, minutes=whole % 3600 // 60)


def progress(state: TrainingState) -> float | None:
    """The part of the run that is done, 0 to 1, as far as one can know."""
    if not state.epochs or not state.batches:
        return None
    return min(1.0, (max(0, state.epoch - 1) * state.batches + state.batch) / (state.epochs * state.batches))


def panels(state: TrainingState) -> list[tuple[str, tuple[Series, ...]]]:
    """The plots: one for the losses, one for each other metric, its validation beside it."""
    groups: dict[str, list[Series]] = {}
    for series in state.series:
        base = series.name.removeprefix(VALIDATION)
        groups.setdefault(LOSS if base.endswith(LOSS) else base, []).append(series)
    ordered = sorted(groups.items(), key=lambda pair: pair[0] != LOSS)
    return [(name, tuple(group)) for name, group in ordered[:PANELS]]


def _plot(state: TrainingState, name: str, group: Sequence[Series], most: int | None) -> Plot:
    unit = batches_per_unit(state)
    length = 1.0 if unit > 1 else float(state.batches or 1)
    curves = []
    for number, series in enumerate(group):
        colour, dashed = COLOURS[number % len(COLOURS)], series.name.startswith(VALIDATION)
        named = len(series.epochs) > 1 or not series.batches
        if series.batches:
            points = _placed(series.batches, 1 / unit, most)
            curves.append(Curve("" if named else series.name, points, colour, dashed, faint=named))
        if series.epochs:
            points = _placed(series.epochs, length, most)
            curves.append(Curve(series.name if named else "", points, colour, dashed, marked=True))
    across = _("batch") if unit == 1 else _("epoch")
    gaps = [x / unit for series in group for x, y in series.batches if not math.isfinite(y)]
    return Plot(
        name, tuple(curves), across, span(state), _told(name, group), is_log(state, name), min(gaps, default=None)
    )


def is_log(state: TrainingState, name: str) -> bool:
    """Whether a plot is drawn on a log scale: that of the losses, or all where there are none."""
    return state.log and (name == LOSS or all(title != LOSS for title, _group in panels(state)))


def _placed(points: Points, unit: float, most: int | None) -> Points:
    """Points in the unit of the axis, at most `most` of them and the last."""
    stride = 1 if not most else max(1, math.ceil(len(points) / most))
    kept = points[::stride] if (len(points) - 1) % stride == 0 else (*points[::stride], points[-1])
    return tuple((x * unit, y) for x, y in kept)


def batches_per_unit(state: TrainingState) -> float:
    """How many batches the axis counts as one: those of an epoch where there are several epochs, else 1."""
    several = (state.epochs or 0) > 1 or state.epoch > 1
    return float(state.batches) if several and state.batches else 1.0


def span(state: TrainingState) -> tuple[float, float]:
    """Where the axis begins and ends: at what there is, so that a long run is not a dot at the left."""
    unit = batches_per_unit(state)
    length = 1.0 if unit > 1 else float(state.batches or 1)
    begins = [one.batches[0][0] / unit for one in state.series if one.batches]
    ends = [one.batches[-1][0] / unit for one in state.series if one.batches]
    for one in state.series:
        if one.epochs:
            begins.append(one.epochs[0][0] * length)
            ends.append(one.epochs[-1][0] * length)
    if not ends:
        return 0.0, 1.0
    begin = float(math.floor(min(begins))) if unit > 1 else min(begins)
    return begin, max(max(ends), begin + 1)


def description(state: TrainingState) -> str:
    """The picture in sentences."""
    told = [f"{heading(state)}: {state_words(state)}", place_in_run(state), state.note]
    told += [_told(name, group) for name, group in panels(state)]
    return ". ".join(part.rstrip("。.") for part in told if part) + "."


def _told(name: str, group: Sequence[Series]) -> str:
    said = []
    for series in group:
        points = series.epochs or series.batches
        if len(points) > 1:
            first, last = format_value(points[0][1]), format_value(points[-1][1])
            said.append(_("{name} from {first} to {last}").format(name=series.name, first=first, last=last))
        elif points:
            said.append(_("{name} {last}").format(name=series.name, last=format_value(points[-1][1])))
    return _(", ").join(said) or name


def numbers_table(state: TrainingState) -> Table | None:
    """Epochs and their values; of one epoch or none, the first, least, greatest and last value of each name."""
    epochs = sorted({number for series in state.series for number, _y in series.epochs})
    return _epochs_table(state, epochs) if len(epochs) > 1 else _values_table(state)


def _epochs_table(state: TrainingState, epochs: list[float]) -> Table:
    names = tuple(series.name for series in state.series if series.epochs)
    values = [dict(series.epochs) for series in state.series if series.epochs]
    rows = []
    for epoch in epochs:
        cells = [format_value(one[epoch]) if epoch in one else "–" for one in values]
        rows.append(tuple(Words(cell) for cell in (format_value(epoch), *cells)))
    if len(rows) > _HEAD_ROWS + _TAIL_ROWS + 1:
        gap = tuple(Words("…") for _cell in range(len(names) + 1))
        rows = [*rows[:_HEAD_ROWS], gap, *rows[-_TAIL_ROWS:]]
    return Table((_("epoch"), *names), tuple(rows), frozenset(range(len(names) + 1)))


def _values_table(state: TrainingState) -> Table | None:
    rows = []
    for series in state.series:
        points = series.batches or series.epochs
        known = [y for _x, y in points if math.isfinite(y)]
        if not points:
            continue
        amounts = (points[0][1], min(known, default=math.nan), max(known, default=math.nan), points[-1][1])
        rows.append((Words(series.name), *(Words(format_value(amount)) for amount in amounts)))
    if not rows:
        return None
    head = (_("name"), _("first"), _("least"), _("greatest"), _("last"))
    return Table(head, tuple(rows), frozenset({1, 2, 3, 4}))
