"""The house's rules that a machine can see: imports point down, and a file is named after what it is about."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "tfnb"

# The floors of the house, the highest first. A module imports from its own floor and from those below.
FLOORS = (
    ("__main__", "command"),
    ("lesson",),
    ("__init__",),
    ("notebook",),
    ("vis",),
    ("models",),
    ("layers", "initializers", "regularizers", "constraints"),
    ("serialization",),
    ("train",),
    ("data", "io"),
    ("autodiff",),
    ("tensor", "tensors", "variables"),
    ("ops",),
    ("environment",),
    ("engine",),
    # A device runs what the records say; a record knows no device.
    ("device",),
    ("kernels",),
    ("picture",),
    ("diagnosis",),
    ("shapes", "dtypes"),
    ("naming",),
    ("errors", "flags", "language"),
)
HEIGHT = {name: -floor for floor, names in enumerate(FLOORS) for name in names}

# Who may import what comes from outside.
ONLY_HERE = {
    "IPython": ("notebook",),
    "ipywidgets": ("notebook",),
    "anywidget": ("notebook",),
    "traitlets": ("notebook",),
    "vispy": ("device",),
    "OpenGL": (),
    "torch": (),
    "jax": (),
    "sklearn": (),
    "scipy": (),
}
# What lies in a clone and isn't its own.
NOT_OURS = {".git", ".venv", ".tfnb", "node_modules", "build", "dist"}
SAYS_NOTHING = {"utils", "util", "helpers", "helper", "common", "misc", "stuff"}


def modules() -> list[Path]:
    return sorted(path for path in PACKAGE.rglob("*.py") if "__pycache__" not in path.parts)


def room(dotted: str) -> str:
    """The room of the house that a dotted name is in: the package's own names are `__init__`."""
    parts = dotted.split(".")
    return parts[1] if len(parts) > 1 and parts[1] in rooms() else "__init__"


def rooms() -> set[str]:
    return {path.stem if path.suffix else path.name for path in PACKAGE.iterdir() if path.name != "__pycache__"}


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """Line and dotted name of all that a module imports when it runs (not what only its types need)."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for_types = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        for inner in ast.walk(node)
    }
    here = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    for node in ast.walk(tree):
        if id(node) in for_types:
            continue
        if isinstance(node, ast.Import):
            yield from ((node.lineno, name.name) for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = ".".join(here.split(".")[: -node.level])
                base = f"{above}.{base}" if base else above
            if base == "tfnb":
                yield from ((node.lineno, f"tfnb.{name.name}") for name in node.names)
            else:
                yield node.lineno, base


@pytest.mark.parametrize("name", sorted(rooms()))
def test_every_room_has_a_floor(name: str) -> None:
    if (PACKAGE / name).is_dir() and not any((PACKAGE / name).glob("*.py")):
        return  # data, catalogues
    if name == "py":
        return  # py.typed
    assert name in HEIGHT, f"tfnb/{name} has no floor: give it one in {Path(__file__).name}"


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_down(path: Path) -> None:
    mine = room(".".join(path.relative_to(ROOT).with_suffix("").parts))
    upward = [
        f"line {line} imports {name}"
        for line, name in imports(path)
        if name.split(".")[0] == "tfnb" and HEIGHT.get(room(name), 1) > HEIGHT.get(mine, 0)
    ]
    assert not upward, f"{path.relative_to(ROOT)}: {'; '.join(upward)}"


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_only_its_own_room_knows_an_outside_library(path: Path) -> None:
    mine = room(".".join(path.relative_to(ROOT).with_suffix("").parts))
    strangers = [
        f"line {line} imports {name}"
        for line, name in imports(path)
        if (allowed := ONLY_HERE.get(name.split(".")[0])) is not None and mine not in allowed
    ]
    assert not strangers, f"{path.relative_to(ROOT)}: {'; '.join(strangers)}"


def test_a_file_is_named_after_what_it_is_about() -> None:
    folders = (path for path in ROOT.iterdir() if path.is_dir() and path.name not in NOT_OURS)
    names = [
        path.relative_to(ROOT)
        for folder in folders
        for path in folder.rglob("*")
        if path.suffix in (".py", ".js", ".ipynb", ".md") and not NOT_OURS & set(path.parts)
    ]
    assert len(names) > 50
    assert not [name for name in names if SAYS_NOTHING & {part.split(".")[0] for part in name.parts}]
