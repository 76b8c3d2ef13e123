"""The lessons, and the reader's own copies of them.

Readers run and edit copies, so that a clone stays clean and an installed package untouched. A copy that was edited is
never overwritten: a manifest remembers what was laid down.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
import sqlite3
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tfnb.command import kernelspec
from tfnb.language import LANGUAGES

FIRST = "01_core_concepts"
_PACKAGE = Path(__file__).resolve().parent.parent
_MANIFEST = ".manifest.json"
# The tag of a cell whose outcome the text before it asks for.
_FORESEEN = "run"


def in_clone() -> bool:
    """Whether this is a clone of the project rather than an installed wheel."""
    return (_PACKAGE.parent / "pyproject.toml").is_file() and (_PACKAGE.parent / "notebooks").is_dir()


def source() -> Path:
    """Where the lessons are: `notebooks/` of a clone, else the copy that the wheel carries."""
    return _PACKAGE.parent / "notebooks" if in_clone() else _PACKAGE / "lessons"


def default_folder() -> Path:
    """Where the reader's copies go: an ignored folder of the clone, else `tfnb-lessons` at home."""
    return _PACKAGE.parent / ".tfnb" / "lessons" if in_clone() else Path.home() / "tfnb-lessons"


def names(languages: tuple[str, ...] = LANGUAGES) -> list[str]:
    """The lessons in their order, such as `en/01_core_concepts`."""
    return [
        f"{language}/{path.stem}" for language in languages for path in sorted((source() / language).glob("*.ipynb"))
    ]


@dataclass(frozen=True, slots=True)
class Laid:
    """What came of laying down copies."""

    # Edited by the reader, while the lesson itself has changed since: kept as they are.
    kept: tuple[str, ...]
    # Where the former copies went, if fresh ones were asked for.
    moved_to: Path | None = None


def lay_down(folder: Path, *, fresh: bool = False) -> Laid:
    """Bring the reader's copies up to date; an edited one stays as it is.

    Args:
        folder: where the copies are.
        fresh: move all former copies aside and begin anew.
    """
    moved_to = _move_aside(folder) if fresh and folder.exists() else None
    manifest = _read_manifest(folder)
    kept = []
    for path in sorted(source().rglob("*")):
        name = path.relative_to(source()).as_posix()
        if not path.is_file() or any(part.startswith((".", "__")) for part in Path(name).parts):
            continue
        content = _for_reader(path)
        wanted = _digest(content)
        copy = folder / name
        if copy.exists():
            here = _digest(copy.read_bytes())
            if here == wanted:
                manifest[name] = wanted
                continue
            if here != manifest.get(name):
                if wanted != manifest.get(name):
                    kept.append(name)
                continue
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(content)
        _trust(copy)
        manifest[name] = wanted
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _MANIFEST).write_text(json.dumps(manifest, indent=1), encoding="utf-8")
    return Laid(tuple(kept), moved_to)


def _for_reader(path: Path) -> bytes:
    """A lesson's bytes, tied to this environment's own kernel; other files as they are.

    A cell that the reader is asked to foresee comes without what it shows: an answer that stands there is not foreseen.
    """
    if path.suffix != ".ipynb":
        return path.read_bytes()
    notebook: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    notebook.setdefault("metadata", {})["kernelspec"] = {
        "display_name": kernelspec.NAME, "language": "python", "name": kernelspec.NAME,
    }  # fmt: skip
    for cell in notebook["cells"]:
        if _FORESEEN in cell.get("metadata", {}).get("tags", []):
            cell["outputs"], cell["execution_count"] = [], None
    return (json.dumps(notebook, ensure_ascii=False, indent=1) + "\n").encode()


def _trust(copy: Path) -> None:
    """Sign a lesson's copy: its stored pictures then show before the first run. Without a signature it works too."""
    if copy.suffix != ".ipynb":
        return
    from nbformat import read
    from nbformat.sign import NotebookNotary

    with contextlib.suppress(OSError, sqlite3.Error):
        NotebookNotary().sign(read(copy, as_version=4))  # type: ignore[no-untyped-call]


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _read_manifest(folder: Path) -> dict[str, str]:
    try:
        manifest: dict[str, str] = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return manifest


def _move_aside(folder: Path) -> Path:
    target = folder.with_name(f"{folder.name}-{time.strftime('%Y-%m-%d-%H%M%S')}")
    shutil.move(folder, target)
    return target
