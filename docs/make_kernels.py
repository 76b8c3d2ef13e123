"""Writes docs/kernels.md from the kernel records: `python docs/make_kernels.py`. With --check it only compares."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import tfnb.kernels
from tfnb.kernels.composite import COMPOSITES, Composite
from tfnb.kernels.record import Elementwise, Kernel

PAGE = Path(__file__).with_name("kernels.md")
HEAD = """# Kernels

Made from the kernel records by `python docs/make_kernels.py`; do not edit.

A kernel is what runs on a device; the functions of the API are made of kernels. Where a kernel runs: **host** is NumPy,
**compute** an OpenGL compute program (OpenGL 4.3 and above), **fragment** an OpenGL fragment program (3.3, and macOS's
4.1). complex64 and text are computed on the host. A data type that is not listed is converted to the nearest one above
(bool, int32, float32). int32 and bool are exact everywhere; int32 wraps around at 32 bits.

Largest errors are those that the tests allow, for float32:

- *n* ulp: units in the last place of the exact result (0.5 is correctly rounded), of the OpenGL programs. NumPy's own
  functions, on the host, stay below 4. Fragment programs may take and give numbers below 1.2e-38 as 0.
- *n* · 2⁻²⁴: relative to the largest value of the result.
- exact: the nearest float32, or the very value of an input.
"""

COMPOSITE = """
## Composite kernels

Many ops in one call on the host, forward and backward. On OpenGL, and for gradients of gradients, the definition runs,
op by op; tests hold the two together.

| kernel | inputs | note |
| --- | --- | --- |
"""


def document() -> str:
    """The whole page."""
    parts = [HEAD]
    for module in _modules():
        records = list(_records(module))
        if records:
            title = (module.__doc__ or module.__name__).strip().splitlines()[0]
            parts.append(f"\n## {title.rstrip('.')}\n\n| kernel | runs on | data types | largest error | note |\n")
            parts.append("| --- | --- | --- | --- | --- |\n")
            parts += [_row(record) for record in sorted(records, key=lambda record: record.name)]
    return "".join([*parts, COMPOSITE, *(_composite_row(COMPOSITES[name]) for name in sorted(COMPOSITES))])


def _modules() -> Iterator[ModuleType]:
    for found in pkgutil.walk_packages(tfnb.kernels.__path__, "tfnb.kernels."):
        yield importlib.import_module(found.name)


def _records(module: ModuleType) -> Iterator[Elementwise | Kernel]:
    seen: set[str] = set()
    for value in vars(module).values():
        if isinstance(value, (Elementwise, Kernel)) and value.module == module.__name__ and value.name not in seen:
            seen.add(value.name)
            yield value


def _row(record: Elementwise | Kernel) -> str:
    if isinstance(record, Elementwise):
        places = "host, compute, fragment"
        types = [*record.types, *(["complex64"] if record.complex_host else [])]
        error = _ulp(record)
    else:
        places = "host, compute, fragment" if record.gl is not None else "host"
        types = list(record.types)
        error = f"{record.max_error:g} · 2⁻²⁴" if record.max_error else "exact"
    note = record.note[:1].upper() + record.note[1:]
    return f"| `{record.name}` | {places} | {', '.join(types)} | {error} | {note} |\n"


def _composite_row(record: Composite) -> str:
    note = record.note[:1].upper() + record.note[1:]
    return f"| `{record.name}` | {', '.join(record.inputs)} | {note} |\n"


def _ulp(record: Elementwise) -> str:
    if "float32" not in record.types or record.result in ("bool", "int32") or record.max_ulp == 0:
        return "exact"
    return f"{record.max_ulp:g} ulp"


def main() -> int:
    page = document()
    if "--check" in sys.argv:
        fresh = PAGE.exists() and PAGE.read_text(encoding="utf-8") == page
        print("docs/kernels.md is fresh" if fresh else "docs/kernels.md is stale: run python docs/make_kernels.py")
        return 0 if fresh else 1
    PAGE.write_text(page, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
