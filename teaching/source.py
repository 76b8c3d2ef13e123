"""A lesson's source: one text file per language and one file of code cells that they share.

    teaching/01_core_concepts/en.md     text cells in order; `<!-- code id -->` marks the place of a code cell
    teaching/01_core_concepts/ja.md     the same ids in the same order, written in Japanese
    teaching/01_core_concepts/code.ipy  the code cells, `# %% id | tags`

A translated cell carries the hash of the English cell that it was checked against (`<!-- cell id en:0123abcd -->`), so
that a change of the English text is noticed until somebody has read the other language again.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parent
LANGUAGES: Final = ("en", "ja")
ORIGINAL: Final = "en"
LANGUAGE_TAG: Final = "language"

_HEADER: Final = re.compile(r"<!-- (cell|code) (\w+)(?: \|((?: [\w-]+)+))?(?: en:(\w+))? -->")
_CODE_HEADER: Final = re.compile(r"# %% (\w+)(?: \|((?: [\w-]+)+))?")


class SourceError(ValueError):
    """A source file that cannot be read as a lesson; names the file and the line or cell."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: Markdown, or Python if `is_code`."""

    name: str
    is_code: bool
    text: str
    tags: tuple[str, ...] = ()
    checked_against: str | None = None

    @property
    def hash(self) -> str:
        """Eight hex digits that change with the text."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:8]


@dataclass(frozen=True, slots=True)
class Lesson:
    """One lesson in one language."""

    name: str
    language: str
    cells: tuple[Cell, ...]

    @property
    def number(self) -> int:
        return int(self.name[:2])

    @property
    def texts(self) -> list[Cell]:
        return [cell for cell in self.cells if not cell.is_code]

    @property
    def code(self) -> list[Cell]:
        return [cell for cell in self.cells if cell.is_code]

    def cell(self, name: str) -> Cell:
        """The cell of that name.

        Errors:
            KeyError: there is none.
        """
        for cell in self.cells:
            if cell.name == name:
                return cell
        raise KeyError(name)

    def tagged(self, tag: str) -> list[Cell]:
        return [cell for cell in self.cells if tag in cell.tags]


def lesson_names() -> list[str]:
    """The folders that hold a lesson's source, in order."""
    return sorted(folder.name for folder in ROOT.iterdir() if (folder / "code.ipy").exists())


def read_lesson(name: str, language: str, root: Path = ROOT) -> Lesson:
    """Read one lesson in one language.

    Errors:
        SourceError: a text before the first header, a code cell that does not exist, is used twice, or not at all.
    """
    code = read_code(root / name / "code.ipy")
    cells = []
    used: set[str] = set()
    for cell in _read_text(root / name / f"{language}.md"):
        if not cell.is_code:
            cells.append(cell)
        elif cell.name not in code:
            raise SourceError(f"{name}/{language}.md: there is no code cell {cell.name!r} in code.ipy")
        elif cell.name in used:
            raise SourceError(f"{name}/{language}.md: the code cell {cell.name!r} stands twice")
        else:
            used.add(cell.name)
            cells.append(in_language(code[cell.name], language))
    both = {cell.name for cell in cells if not cell.is_code} & used
    if both:
        raise SourceError(f"{name}/{language}.md: a text and a code cell are both called {', '.join(sorted(both))}")
    unused = [one for one in code if one not in used]
    if unused:
        raise SourceError(f"{name}/{language}.md: code cells without a place: {', '.join(unused)}")
    return Lesson(name, language, tuple(cells))


def in_language(cell: Cell, language: str) -> Cell:
    """A code cell tagged `language` names its notebook's language in quotes: the one difference between them."""
    if LANGUAGE_TAG not in cell.tags:
        return cell
    return replace(cell, text=cell.text.replace(f'"{ORIGINAL}"', f'"{language}"'))


def read_code(path: Path) -> dict[str, Cell]:
    """The code cells of a lesson by name, in the order of the file."""
    cells: dict[str, Cell] = {}
    name: str | None = None
    tags: tuple[str, ...] = ()
    lines: list[str] = []

    def close() -> None:
        if name is not None:
            cells[name] = Cell(name, True, "\n".join(lines).strip("\n"), tags)

    for line in path.read_text(encoding="utf-8").splitlines():
        header = _CODE_HEADER.fullmatch(line)
        if header:
            close()
            name, tags, lines = header[1], tuple((header[2] or "").split()), []
            if name in cells:
                raise SourceError(f"{path.name}: two code cells are called {name!r}")
        else:
            lines.append(line)
    close()
    return cells


def _read_text(path: Path) -> list[Cell]:
    text = path.read_text(encoding="utf-8")
    headers = list(_HEADER.finditer(text))
    if not headers or text[: headers[0].start()].strip():
        raise SourceError(f"{path.name}: a text file opens with <!-- cell … -->")
    stray = [line for line in re.findall(r"<!--.*", text) if not _HEADER.fullmatch(line)]
    if stray:
        raise SourceError(f"{path.name}: not a cell header: {stray[0]}")
    cells = []
    for header, following in zip(headers, [*headers[1:], None], strict=True):
        body = text[header.end() : following.start() if following else len(text)].strip("\n")
        kind, name, tags, checked = header.groups()
        if kind == "code" and body:
            raise SourceError(f"{path.name}: text stands after the code cell {name!r}; give it a cell of its own")
        cells.append(Cell(name, kind == "code", body, tuple((tags or "").split()), checked))
    return cells
