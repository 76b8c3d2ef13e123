"""A model in a folder: model.json and the files with the weights that it names.

Saving is atomic: the weights go to a file with a name of its own, and then the new model.json takes the old one's place
in one step. Whoever opens the folder finds the old model whole or the new one, also if this process dies in the middle.

Loading opens model.json, and what it names inside of its folder. No path of the file leads out of it, through `..`, an
absolute path or a link, and nothing in the file is executed.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import secrets
import stat
import time
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlparse

from tfnb.errors import ArgumentError, ArgumentTypeError, ModelFormatError
from tfnb.io.artifacts import ModelArtifacts, SaveResult
from tfnb.io.weights import MAX_WEIGHTS, WeightSpec, spec_from_json, wrong
from tfnb.language import _
from tfnb.shapes import size_of

MAX_TOPOLOGY = 64 << 20  # bytes of a model.json; the largest known ones have a few hundred thousand
_OWN_WEIGHTS = re.compile(r"weights\.[0-9a-f]{12}\.bin\Z")
_SMALLEST = {"float32": 4, "int32": 4, "bool": 1, "complex64": 8, "string": 4, "uint8": 1, "uint16": 2, "float16": 2}


def local_path(given: Any, op: str) -> Path:
    """The path of a `file://` address or of a plain path.

    Errors:
        ArgumentTypeError: no path. ArgumentError: an address of another kind, or an empty one.
    """
    if not isinstance(given, (str, os.PathLike)):
        raise ArgumentTypeError(_("wanted a path, not {given!r}").format(given=given), op=op)
    text = os.fspath(given)
    if not isinstance(text, str) or not text.strip() or "\0" in text:
        raise ArgumentError(_("wanted a path, not {given!r}").format(given=given), op=op)
    kind = re.match(r"([A-Za-z][A-Za-z0-9+.-]+)://", text)
    if kind is None:
        return Path(text)
    if kind[1].lower() != "file":
        raise ArgumentError(
            _("models are files of this computer, and {given!r} is none").format(given=text),
            op=op,
            fix=_("download it first, and give the path of its model.json"),
        )
    address = urlparse(text)
    path = unquote(address.netloc + address.path)
    if not path or "\0" in path:
        raise ArgumentError(_("wanted a path, not {given!r}").format(given=text), op=op)
    return Path(path[1:] if re.match(r"/[A-Za-z]:", path) else path)


class Folder:
    """Loads a model from a folder and saves one there.

    Args:
        path: the folder, or the model.json in it.
    """

    __slots__ = ("folder", "name")

    def __init__(self, path: Path) -> None:
        is_file = path.suffix == ".json"
        self.folder, self.name = (path.parent, path.name) if is_file else (path, "model.json")

    def load(self) -> ModelArtifacts:
        """The model; again from the start if somebody saved another one there meanwhile."""
        for attempt in range(5):
            text = self._read_json()
            try:
                return self._artifacts(text)
            except FileNotFoundError as error:
                if attempt == 4 or self._read_json() == text:
                    missing = Path(str(error.filename)).name
                    raise wrong(_("the file {name!r} is missing").format(name=missing), self._shown) from None
        raise AssertionError

    @property
    def _shown(self) -> str:
        return str(self.folder / self.name)

    def _read_json(self) -> bytes:
        try:
            # A pipe must not let us wait for somebody to write into it.
            flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
            with os.fdopen(os.open(self.folder / self.name, flags), "rb") as file:
                if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                    raise wrong(_("this is no file"), self._shown)
                text = file.read(MAX_TOPOLOGY + 1)
        except IsADirectoryError:
            raise wrong(_("this is no file"), self._shown) from None
        if len(text) > MAX_TOPOLOGY:
            raise wrong(_("larger than any model.json, {most:,} bytes").format(most=MAX_TOPOLOGY), self._shown)
        return text

    def _artifacts(self, text: bytes) -> ModelArtifacts:
        try:
            content = json.loads(text)
        except (ValueError, RecursionError):
            raise wrong(_("this is no JSON"), self._shown) from None
        topology = content.get("modelTopology") if isinstance(content, dict) else None
        if not isinstance(topology, dict):
            raise wrong(_("this is no model: it has no modelTopology"), self._shown)
        if content.get("format") not in (None, "layers-model"):
            raise wrong(
                _("a model of the format {given!r}; this opens layers-model").format(given=content["format"]),
                self._shown,
            )
        specs, data = self._weights(content.get("weightsManifest"))

        def known(key: str, kind: type) -> Any:
            value = content.get(key)
            return value if isinstance(value, kind) else None

        return ModelArtifacts(
            topology,
            specs,
            data,
            content.get("format"),
            known("generatedBy", str),
            known("convertedBy", str),
            known("trainingConfig", dict),
            known("userDefinedMetadata", dict),
        )

    def _weights(self, manifest: Any) -> tuple[tuple[WeightSpec, ...], bytes]:
        if manifest is None:
            return (), b""
        if not isinstance(manifest, list):
            raise wrong(_("the weightsManifest is no list"), self._shown)
        specs: list[WeightSpec] = []
        parts: list[bytes] = []
        for group in manifest:
            if not isinstance(group, dict) or not isinstance(group.get("weights"), list):
                raise wrong(_("a group of the weightsManifest has no weights"), self._shown)
            own = [spec_from_json(row) for row in group["weights"]]
            if len(specs) + len(own) > MAX_WEIGHTS:
                raise wrong(_("more weights than any model has"), self._shown)
            paths = group.get("paths")
            if not isinstance(paths, list) or len(paths) > MAX_WEIGHTS:
                raise wrong(_("a group of the weightsManifest has no paths"), self._shown)
            least = sum(size_of(spec.shape) * _SMALLEST[spec.stored] for spec in own)
            parts.append(self._shards(paths, least, any(spec.dtype == "string" for spec in own)))
            specs += own
        return tuple(specs), b"".join(parts)

    def _shards(self, paths: list[Any], least: int, has_text: bool) -> bytes:
        """The bytes of one group's files; their sizes are compared with what they must hold before they are read."""
        files = []
        with contextlib.ExitStack() as stack:
            for path in paths:
                files.append(stack.enter_context(os.fdopen(open_inside(self.folder, path), "rb")))
            total = sum(os.fstat(file.fileno()).st_size for file in files)
            if total < least or (total > least and not has_text):
                raise wrong(
                    _("the weights should take {wanted:,} bytes, the files have {given:,}").format(
                        wanted=least, given=total
                    ),
                    self._shown,
                )
            return b"".join(file.read() for file in files)

    def save(self, artifacts: ModelArtifacts) -> SaveResult:
        """Write a model; the old one there is replaced in one step."""
        self.folder.mkdir(parents=True, exist_ok=True)
        replaced = self._named_weights()
        name = f"weights.{secrets.token_hex(6)}.bin"
        content: dict[str, Any] = {
            "modelTopology": artifacts.model_topology,
            "format": artifacts.format,
            "generatedBy": artifacts.generated_by,
            "convertedBy": artifacts.converted_by,
            "weightsManifest": [
                {"paths": [f"./{name}"], "weights": [spec.as_json() for spec in artifacts.weight_specs]}
            ],
        }
        if artifacts.training_config is not None:
            content["trainingConfig"] = artifacts.training_config
        if artifacts.user_defined_metadata is not None:
            content["userDefinedMetadata"] = artifacts.user_defined_metadata
        text = json.dumps(content, ensure_ascii=False).encode()
        weights = self.folder / name
        temporary = self.folder / f".{self.name}.{secrets.token_hex(6)}"
        try:
            _write(weights, artifacts.weight_data)
            _write(temporary, text)
            _sync_folder(self.folder)
            os.replace(temporary, self.folder / self.name)
        except BaseException:
            for leftover in (temporary, weights):
                with contextlib.suppress(OSError):
                    leftover.unlink()
            raise
        _sync_folder(self.folder)
        self._clear(replaced - {name}, keep=name)
        return SaveResult(len(text), len(artifacts.weight_data))

    def _named_weights(self) -> set[str]:
        """The files of ours that the model there now names."""
        try:
            content = json.loads(self._read_json())
            paths = [path for group in content["weightsManifest"] for path in group["paths"]]
            names = {str(path).removeprefix("./") for path in paths}
        except (OSError, ValueError, TypeError, KeyError, RecursionError, ModelFormatError):
            return set()
        return {name for name in names if _OWN_WEIGHTS.match(name)}

    def _clear(self, replaced: set[str], keep: str) -> None:
        """Remove the weights that were replaced, and those that a process left behind that died an hour ago."""
        named = self._named_weights() | {keep}
        with contextlib.suppress(OSError):
            for entry in os.scandir(self.folder):
                is_left = _OWN_WEIGHTS.match(entry.name) or entry.name.startswith(f".{self.name}.")
                if not is_left or entry.name in named or not entry.is_file(follow_symlinks=False):
                    continue
                is_old = time.time() - entry.stat(follow_symlinks=False).st_mtime > 3600
                if entry.name in replaced or is_old:
                    with contextlib.suppress(OSError):
                        os.unlink(entry.path)


def _write(path: Path, data: bytes) -> None:
    """A new file, on the disk when this returns."""
    with open(path, "xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    """Let a change of names reach the disk, where a folder can be told so. Not every file system can."""
    with contextlib.suppress(OSError):
        number = os.open(folder, os.O_RDONLY | getattr(os, "O_DIRECTORY", 0))
        try:
            os.fsync(number)
        finally:
            os.close(number)


def open_inside(folder: Path, path: Any) -> int:
    """Open a file that a manifest names, for reading; only one inside of the folder, reached through no link.

    Each part of the path is opened relative to the one before, so that nobody can put a link there in between.

    Errors:
        ModelFormatError: a path that leads elsewhere, or to what is no file.
    """
    parts = _parts(path)
    shown = str(folder)
    if os.open not in os.supports_dir_fd or not hasattr(os, "O_NOFOLLOW"):
        return _open_resolved(folder, parts, shown)
    flags = os.O_RDONLY | os.O_NOFOLLOW | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NONBLOCK", 0)
    at = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | getattr(os, "O_CLOEXEC", 0))
    try:
        for part in parts[:-1]:
            inner = os.open(part, flags | os.O_DIRECTORY, dir_fd=at)
            os.close(at)
            at = inner
        number = os.open(parts[-1], flags, dir_fd=at)
    except FileNotFoundError as error:
        error.filename = "/".join(parts)
        raise
    except OSError:
        raise wrong(_("the path {path!r} is no file inside of the model's folder").format(path=path), shown) from None
    finally:
        os.close(at)
    return _only_file(number, path, shown)


def _only_file(number: int, path: Any, shown: str) -> int:
    if not stat.S_ISREG(os.fstat(number).st_mode):
        os.close(number)
        raise wrong(_("the path {path!r} is no file inside of the model's folder").format(path=path), shown)
    return number


def _open_resolved(folder: Path, parts: list[str], shown: str) -> int:
    """Where paths can't be opened part by part: the whole path, once it is known to stay inside."""
    base = os.path.realpath(folder)
    whole = os.path.join(base, *parts)
    if os.path.realpath(whole) != whole:
        raise wrong(_("the path {path!r} is no file inside of the model's folder").format(path="/".join(parts)), shown)
    return _only_file(os.open(whole, os.O_RDONLY | getattr(os, "O_BINARY", 0)), "/".join(parts), shown)


def _parts(path: Any) -> list[str]:
    """The parts of a path of the manifest, none of which leads elsewhere."""
    text = path if isinstance(path, str) else ""
    parts = [part for part in text.split("/") if part != "."]
    is_strange = not parts or "\0" in text or "\\" in text or ":" in text or len(text) > 1000
    if is_strange or any(part in ("", "..") or part.strip() != part for part in parts):
        raise wrong(_("the path {path!r} does not stay in the model's folder").format(path=path))
    return parts


def file_system(path: Any) -> Folder:
    """A handler that loads a model from a folder, or saves one there.

    Args:
        path: the folder, or the model.json in it; a path or a `file://` address.
    """
    return Folder(local_path(path, "file_system"))
