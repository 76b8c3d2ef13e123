"""Models in folders: written in one step, read from inside of their folder only."""

from __future__ import annotations

import contextlib
import json
import os
import random
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tfnb as tf
from tfnb.io.artifacts import ModelArtifacts
from tfnb.io.folder import Folder, local_path
from tfnb.io.weights import encode_weights


def model(value: float, size: int = 4) -> ModelArtifacts:
    """A model whose topology and weights tell the same number, so that a mix of two can be seen."""
    data, specs = encode_weights({"w": np.full(size, value, np.float32)})
    return ModelArtifacts({"class_name": "Sequential", "config": {"value": value}}, specs, data)


def told(artifacts: ModelArtifacts) -> set[float]:
    values = set(np.frombuffer(artifacts.weight_data, "<f4").tolist())
    return {float(artifacts.model_topology["config"]["value"]), *values}


def test_there_and_back_and_again(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "new" / "model")
    for value in (1.0, 2.0, 3.0):
        folder.save(model(value))
        assert told(folder.load()) == {value}
    assert len(list(folder.folder.iterdir())) == 2  # nothing of the older ones stays
    assert told(Folder(folder.folder / "model.json").load()) == {3.0}


@pytest.mark.parametrize("call", ["fsync", "replace", "open"])
def test_a_failing_disk_leaves_the_old_model_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    folder = Folder(tmp_path)
    folder.save(model(1.0))
    before = sorted(os.listdir(tmp_path))
    real, failures = getattr(os, call), 0
    for fail_at in range(6):
        count = 0

        def failing(*args: Any, fail_at: int = fail_at, **keywords: Any) -> Any:
            nonlocal count
            count += 1
            if count - 1 == fail_at:
                raise OSError(28, "No space left on device")
            return real(*args, **keywords)

        with monkeypatch.context() as patched:
            patched.setattr(os, call, failing)
            try:
                folder.save(model(2.0))
            except OSError:
                failures += 1
                assert told(folder.load()) in ({1.0}, {2.0})
    assert failures or call != "replace"
    for name in os.listdir(tmp_path):  # what could not be told apart as ours goes when it is an hour old
        os.utime(tmp_path / name, (0, 0))
    folder.save(model(1.0))
    assert len(os.listdir(tmp_path)) == len(before)


KILLED = """
import sys
from tests.io.test_folder import Folder, Path, model
folder = Folder(Path(sys.argv[1]))
print("ready", flush=True)
value = 2.0
while True:
    folder.save(model(value, 50_000))
    value += 1
"""


def test_a_process_that_is_killed_while_it_saves_leaves_one_model_whole(tmp_path: Path, full_size: bool) -> None:
    folder = Folder(tmp_path)
    folder.save(model(1.0, 50_000))
    chance = random.Random(3)
    for _number in range(200 if full_size else 6):
        child = subprocess.Popen([sys.executable, "-c", KILLED, str(tmp_path)], stdout=subprocess.PIPE)
        assert child.stdout is not None
        child.stdout.readline()
        threading.Event().wait(chance.uniform(0, 0.1))
        child.kill()
        child.wait()
        child.stdout.close()
        assert len(told(folder.load())) == 1


def test_two_writers_and_a_reader(tmp_path: Path) -> None:
    folder, failed = Folder(tmp_path), []
    folder.save(model(0.0))

    def write(start: float) -> None:
        for number in range(40):
            folder.save(model(start + number))

    def read() -> None:
        while any(writer.is_alive() for writer in writers):
            if len(found := told(folder.load())) != 1:
                failed.append(found)

    writers = [threading.Thread(target=write, args=(start,)) for start in (100.0, 1000.0)]
    reader = threading.Thread(target=read)
    for thread in (*writers, reader):
        thread.start()
    for thread in (*writers, reader):
        thread.join()
    assert not failed and len(told(folder.load())) == 1


def hostile(folder: Path, path: Any) -> Folder:
    """A model whose manifest names a path."""
    folder.mkdir(exist_ok=True)
    row = {"name": "w", "shape": [1], "dtype": "float32"}
    content = {"modelTopology": {}, "weightsManifest": [{"paths": [path], "weights": [row]}]}
    (folder / "model.json").write_text(json.dumps(content))
    return Folder(folder)


STRANGE = [
    "../secret.bin", "a/../../secret.bin", "/etc/hostname", "//server/share", "C:\\secret", "..\\secret.bin",
    "file:///etc/hostname", "https://example.com/w.bin", "w\0.bin", "", ".", "..", "./..", "a//b", " ../secret.bin",
    "link.bin", "inner/secret.bin", "pipe", "folder", "/dev/zero", "~/secret", "x" * 2000, None, 3, ["w.bin"], {"a": 1},
]  # fmt: skip


@pytest.mark.parametrize("path", STRANGE, ids=lambda path: repr(path)[:30])
def test_no_path_leads_out_of_the_folder(tmp_path: Path, path: Any) -> None:
    secret = tmp_path / "secret.bin"
    secret.write_bytes(b"\0\0\0\0")
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "folder").mkdir()
    (folder / "link.bin").symlink_to(secret)
    (folder / "inner").symlink_to(tmp_path)
    os.mkfifo(folder / "pipe")
    opened: list[str] = []
    loader = hostile(folder, path)
    sys.addaudithook(lambda event, args: opened.append(str(args[0])) if event == "open" and watching else None)
    watching = True
    try:
        with pytest.raises(tf.errors.ModelFormatError):
            loader.load()
    finally:
        watching = False
    assert not [name for name in opened if ("secret" in name and "/" in name) or name.startswith(("/etc", "/dev"))]


@pytest.mark.parametrize(
    "text",
    [
        b"", b"\0" * 100, b"[]", b"{}", b'"model"', b'{"modelTopology": 3}', b"[" * 100_000,
        b'{"modelTopology": {}, "format": "graph-model"}',
        b'{"modelTopology": {}, "weightsManifest": 1}', b'{"modelTopology": {}, "weightsManifest": [1]}',
        b'{"modelTopology": {}, "weightsManifest": [{"weights": []}]}',
        b'{"modelTopology": {}, "weightsManifest": [{"weights": [], "paths": ["gone.bin"]}]}',
    ],
)  # fmt: skip
def test_files_that_are_no_model(tmp_path: Path, text: bytes) -> None:
    (tmp_path / "model.json").write_bytes(text)
    with pytest.raises(tf.errors.ModelFormatError):
        Folder(tmp_path).load()


def test_sizes_are_compared_before_anything_is_read(tmp_path: Path) -> None:
    row = {"name": "w", "shape": [2**20, 2**10], "dtype": "float32"}
    content = {"modelTopology": {}, "weightsManifest": [{"paths": ["w.bin"], "weights": [row]}]}
    (tmp_path / "model.json").write_text(json.dumps(content))
    (tmp_path / "w.bin").write_bytes(b"\0" * 100)
    with pytest.raises(tf.errors.ModelFormatError, match="4,294,967,296"):
        Folder(tmp_path).load()


def test_mutated_files_are_refused_or_read(tmp_path: Path, full_size: bool) -> None:
    Folder(tmp_path).save(model(1.0))
    text = (tmp_path / "model.json").read_bytes()
    chance = random.Random(5)
    for _number in range(20_000 if full_size else 500):
        changed = bytearray(text)
        for _change in range(chance.randint(1, 3)):
            changed[chance.randrange(len(changed))] = chance.randrange(256)
        if chance.random() < 0.3:
            del changed[chance.randrange(len(changed)) :]
        (tmp_path / "model.json").write_bytes(changed)
        with contextlib.suppress(tf.errors.ModelFormatError):
            Folder(tmp_path).load()


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("file:///a/b", "/a/b"),
        ("a/b", "a/b"),
        ("file://a/b", "a/b"),
        ("file:///a%20b", "/a b"),
        ("file:///C:/m", "C:/m"),
    ],
)
def test_addresses_of_files(given: str, wanted: str) -> None:
    assert local_path(given, "test") == Path(wanted)


@pytest.mark.parametrize("given", [None, 3, "", "  ", "https://example.com/model.json", "indexeddb://m", "a\0b"])
def test_addresses_of_no_file(given: Any) -> None:
    with pytest.raises((tf.errors.ArgumentError, tf.errors.ArgumentTypeError)):
        local_path(given, "test")
