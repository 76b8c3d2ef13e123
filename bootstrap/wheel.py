"""The wheel, built and used as somebody does who has no clone: in a clean environment, away from this folder."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

from bootstrap.environment import PYTHON, ROOT, lock_file
from bootstrap.outcome import NOTHING_YET, Outcome, State


def check() -> Outcome:
    """Build sdist and wheel, look into them, install the wheel with what it asks for, and use it."""
    if not (ROOT / "tfnb" / "__init__.py").is_file():
        return NOTHING_YET
    with tempfile.TemporaryDirectory(prefix="tfnb-wheel-") as folder:
        return _check(Path(folder))


def _check(folder: Path) -> Outcome:
    dist = folder / "dist"
    build = [str(PYTHON), "-m", "build", "--no-isolation", "--outdir", str(dist), str(ROOT)]
    if _run(build, quiet=True):
        return Outcome(State.FAILED, "the build")
    wheel, sdist = next(dist.glob("*.whl")), next(dist.glob("*.tar.gz"))
    missing = missing_files(wheel, sdist)
    if missing:
        return Outcome(State.FAILED, f"not in the package: {', '.join(missing[:3])}")
    python = _install(folder, wheel)
    if python is None:
        return Outcome(State.FAILED, "the installation")
    return _use(python, folder)


def missing_files(wheel: Path, sdist: Path) -> list[str]:
    """What the clone has and a package lacks: every file of tfnb, every lesson, the licence."""
    files = [
        path.relative_to(ROOT).as_posix()
        for folder in ("tfnb", "notebooks")
        for path in sorted((ROOT / folder).rglob("*"))
        if path.is_file() and not {"__pycache__", ".ipynb_checkpoints"} & set(path.parts)
    ]
    in_wheel = set(zipfile.ZipFile(wheel).namelist())
    with tarfile.open(sdist) as archive:
        in_sdist = {name.split("/", 1)[1] for name in archive.getnames() if "/" in name}
    moved = {name: name.replace("notebooks/", "tfnb/lessons/", 1) for name in files}
    missing = [f"{name} (wheel)" for name in files if moved[name] not in in_wheel]
    missing += [f"{name} (sdist)" for name in (*files, "LICENSE", "README.md") if name not in in_sdist]
    if not any(name.endswith("/licenses/LICENSE") for name in in_wheel):
        missing.append("LICENSE (wheel)")
    return missing


def _install(folder: Path, wheel: Path) -> Path | None:
    """A clean environment with the wheel and its [lab] extra; the versions are the lock's."""
    environment = folder / "environment"
    if _run([str(PYTHON), "-m", "venv", str(environment)]):
        return None
    python = environment / "bin" / "python"
    # The wheel has no hash in the lock, and pip wants all or none: so the versions alone.
    versions = folder / "versions.txt"
    lines = lock_file("lab").read_text(encoding="utf-8").splitlines()
    versions.write_text("\n".join(line.rstrip(" \\") for line in lines if "==" in line), encoding="utf-8")
    pip = [str(python), "-m", "pip", "install", "--quiet", "--only-binary", ":all:", "--constraint", str(versions)]
    return None if _run([*pip, f"{wheel}[lab]"]) else python


def _use(python: Path, folder: Path) -> Outcome:
    elsewhere = folder / "elsewhere"
    elsewhere.mkdir()
    home = folder / "home"
    home.mkdir()
    environment = {**os.environ, "HOME": str(home)}
    environment.pop("PYTHONPATH", None)
    tfnb = str(python.with_name("tfnb"))
    uses = {
        "import": [str(python), "-c", "import tfnb as tf; print(tf.tensor([1, 2, 3]).add(1))"],
        "doctor": [tfnb, "doctor"],
        "doctor --json": [tfnb, "doctor", "--json"],
        "demo": [tfnb, "demo"],
    }
    if any((ROOT / "notebooks").glob("*/*.ipynb")):
        uses["lab --check"] = [tfnb, "lab", "en", "--check"]
    for name, command in uses.items():
        if _run(command, cwd=elsewhere, env=environment):
            return Outcome(State.FAILED, name)
    return Outcome(State.PASSED)


def _run(command: list[str], *, cwd: Path = ROOT, env: dict[str, str] | None = None, quiet: bool = False) -> int:
    sys.stdout.flush()
    done = subprocess.run(command, cwd=cwd, env=env, stdin=subprocess.DEVNULL, capture_output=quiet, text=True)
    if quiet and done.returncode:
        print(done.stdout, done.stderr, sep="\n", flush=True)
    return done.returncode
