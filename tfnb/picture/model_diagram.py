"""A model as a picture: its layers and the shapes between them, their numbers in a table; or up to where it breaks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Sequence

from tfnb.language import _
from tfnb.picture.colours import CLASH, SKY
from tfnb.picture.formats import format_bytes
from tfnb.picture.parts import Arrow, Box, Figure, Graph, Line, Mark, Part, Row, Stack, Table, Tone, Words

# A drawing with more boxes than this is longer than anybody reads; the table has them all.
DRAWN: Final = 40


@dataclass(frozen=True, slots=True)
class LayerRow:
    """One use of a layer.

    Attributes:
        name: the layer's own name. kind: its class, such as 'Dense'.
        shape: of what it gives, as text; several are joined by commas.
        parameters: how many numbers its weights are. nbytes: their bytes.
        inputs: the numbers of the rows that feed it.
        trainable: whether training changes the weights.
        again: a further use of a layer whose weights were counted before.
    """

    name: str
    kind: str
    shape: str
    parameters: int = 0
    nbytes: int = 0
    inputs: tuple[int, ...] = ()
    trainable: bool = True
    again: bool = False


@dataclass(frozen=True, slots=True)
class Break:
    """The layer at which a chain breaks: what it is given, and what it wants if it says so."""

    name: str
    kind: str
    given: str
    wanted: str = ""


def model_figure(title: str, rows: Sequence[LayerRow], broken: Break | None = None, drawn: bool = True) -> Figure:
    """The picture of a model.

    Args:
        title: its name.
        rows: the layers in an order in which each comes after those that feed it.
        broken: what comes after the last row and does not fit.
        drawn: whether there is a drawing; else the table alone.
    """
    table = _table(rows)
    parts: list[Part] = []
    if drawn and len(rows) <= DRAWN:
        parts.append(Row((_graph(rows, broken), table) if rows else (_graph(rows, broken),)))
    elif rows:
        parts.append(table)
    parts.append(_break_words(broken) if broken else Words(totals(rows), Tone.STRONG))
    told = _break_words(broken).words[0].text if broken else totals(rows)
    return Figure(_("Model {name}").format(name=title), f"{_told(rows)} {told}".strip(), Stack(tuple(parts)))


def totals(rows: Sequence[LayerRow]) -> str:
    """How many numbers the model learns, and what they take."""
    own = [row for row in rows if not row.again]
    count, nbytes = sum(row.parameters for row in own), sum(row.nbytes for row in own)
    fixed = sum(row.parameters for row in own if not row.trainable)
    said = _("{count} parameters, {amount}").format(count=f"{count:,}", amount=format_bytes(nbytes))
    return said + (" · " + _("{count} of them fixed").format(count=f"{fixed:,}") if fixed else "")


def is_chain(rows: Sequence[LayerRow]) -> bool:
    """Whether each layer takes what the one before gives."""
    return all(row.inputs == ((number - 1,) if number else ()) for number, row in enumerate(rows))


def _table(rows: Sequence[LayerRow]) -> Table:
    head = [_("layer"), _("gives"), _("parameters"), _("size")]
    chain = is_chain(rows)
    if not chain:
        head.append(_("takes"))
    made = []
    for row in rows:
        count = f"{row.parameters:,}" if row.parameters and not row.again else "–"
        if row.parameters and not row.trainable and not row.again:
            count += " " + _("(fixed)")
        size = format_bytes(row.nbytes) if row.nbytes and not row.again else "–"
        cells = [_named(row), row.shape, count, size]
        if not chain:
            cells.append(_(", ").join(rows[one].name for one in row.inputs) or "–")
        made.append(tuple(Words(cell, code=number == 1) for number, cell in enumerate(cells)))
    return Table(tuple(head), tuple(made), frozenset({2, 3}))


def _graph(rows: Sequence[LayerRow], broken: Break | None) -> Graph:
    boxes = [
        Box(
            _named(row),
            SKY if row.parameters else None,
            Mark.REPEAT if row.parameters and not row.trainable else Mark.NONE,
        )
        for row in rows
    ]
    arrows = [Arrow(start, number, rows[start].shape) for number, row in enumerate(rows) for start in row.inputs]
    if broken:
        boxes.append(Box(_named(broken), mark=Mark.CLASH))
        if rows:
            arrows.append(Arrow(len(rows) - 1, len(rows), broken.given))
    return Graph(tuple(boxes), tuple(arrows), _told(rows))


def _named(layer: LayerRow | Break) -> str:
    """A layer's name, with its class where the name doesn't tell."""
    return layer.name if layer.kind.lower() in layer.name.lower() else f"{layer.name} ({layer.kind})"


def _break_words(broken: Break) -> Line:
    if broken.wanted:
        said = _("Here it breaks: {name} wants {wanted}, given {given}.").format(
            name=broken.name, wanted=broken.wanted, given=broken.given
        )
    else:
        said = _("Here it breaks: {name} does not take {given}.").format(name=broken.name, given=broken.given)
    return Line((Words(said, Tone.STRONG, CLASH),))


def _told(rows: Sequence[LayerRow]) -> str:
    """The layers one after the other, as a sentence."""
    if not rows:
        return _("No layers yet.")
    chain = " → ".join(f"{row.name} {row.shape}" for row in rows[:DRAWN])
    return chain + ("…" if len(rows) > DRAWN else ".")
