"""Weights as bytes, and back: the values one after the other, each described by name, shape and data type.

What a description claims is checked against the bytes that are there before anything is allocated.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Iterable, Mapping, Sequence

import numpy as np

from tfnb.dtypes import NUMPY
from tfnb.errors import ModelFormatError
from tfnb.language import _
from tfnb.shapes import MAX_RANK, size_of

Array = Any

_STORED = {
    "float32": "<f4",
    "int32": "<i4",
    "bool": "u1",
    "complex64": "<c8",
    "float16": "<f2",
    "uint8": "u1",
    "uint16": "<u2",
}
_QUANTIZED = ("uint8", "uint16", "float16")
MAX_WEIGHTS = 100_000


@dataclass(frozen=True, slots=True)
class WeightSpec:
    """One weight.

    Attributes:
        name: 'dense_1/kernel'. shape. dtype: that of the tensor. group: 'model' or 'optimizer'.
        quantization: {'dtype': 'uint8', 'scale': …, 'min': …} where the bytes hold small whole numbers in its place.
    """

    name: str
    shape: tuple[int, ...]
    dtype: str = "float32"
    group: str | None = None
    quantization: Mapping[str, Any] | None = None

    def as_json(self) -> dict[str, Any]:
        """As a row of the manifest."""
        row: dict[str, Any] = {"name": self.name, "shape": list(self.shape), "dtype": self.dtype}
        if self.quantization:
            row["quantization"] = dict(self.quantization)
        if self.group:
            row["group"] = self.group
        return row

    @property
    def stored(self) -> str:
        """The data type of the values as they lie in the file."""
        return str(self.quantization["dtype"]) if self.quantization else self.dtype


def wrong(problem: str, path: str | None = None) -> ModelFormatError:
    """The error of a file that cannot be read."""
    return ModelFormatError(problem if path is None else f"{path}: {problem}", op="load_layers_model")


def spec_from_json(row: Any) -> WeightSpec:
    """A row of a manifest, checked."""
    if not isinstance(row, dict):
        raise wrong(_("a weight is described by an object, not by {given!r}").format(given=row))
    name, shape, dtype = row.get("name"), row.get("shape"), row.get("dtype")
    if not isinstance(name, str) or not name or "\0" in name:
        raise wrong(_("a weight has no name: {given!r}").format(given=name))
    if not isinstance(shape, list) or any(type(n) is not int or not 0 <= n < 2**31 for n in shape):
        raise wrong(_("the weight {name!r} has no shape: {given!r}").format(name=name, given=shape))
    if len(shape) > MAX_RANK:
        raise wrong(
            _("the weight {name!r} has {count} axes, more than {most}").format(
                name=name, count=len(shape), most=MAX_RANK
            )
        )
    if dtype not in ("float32", "int32", "bool", "complex64", "string"):
        raise wrong(_("the weight {name!r} has an unknown data type: {given!r}").format(name=name, given=dtype))
    quantization = row.get("quantization")
    if quantization is not None:
        _check_quantization(name, dtype, quantization)
    group = row.get("group")
    return WeightSpec(name, tuple(shape), dtype, group if isinstance(group, str) else None, quantization)


def _check_quantization(name: str, dtype: str, quantization: Any) -> None:
    kind = quantization.get("dtype") if isinstance(quantization, dict) else None
    numbers = [] if kind == "float16" else ["scale", "min"]
    is_whole = kind in _QUANTIZED and all(isinstance(quantization.get(key), (int, float)) for key in numbers)
    if not is_whole or dtype not in ("float32", "int32") or (kind == "float16" and dtype != "float32"):
        raise wrong(
            _("the weight {name!r} is stored in a way that is not known: {given!r}").format(
                name=name, given=quantization
            )
        )


def encode_weights(
    named: Mapping[str, Any] | Sequence[tuple[str, Any]], group: str | None = None
) -> tuple[bytes, tuple[WeightSpec, ...]]:
    """Values as bytes, with their descriptions.

    Args:
        named: names with tensors or arrays: a dict, or a list of pairs.
        group: 'model' or 'optimizer', written into each description.

    Returns:
        The bytes, and a `WeightSpec` for each.

    Example:
        >>> import tfnb as tf
        >>> data, specs = tf.io.encode_weights({"bias": tf.tensor([1, 2])})
        >>> len(data), specs[0].name, specs[0].shape
        (8, 'bias', (2,))
    """
    parts, specs = [], []
    for name, value in named.items() if isinstance(named, Mapping) else named:
        array = np.asarray(value.numpy() if hasattr(value, "numpy") else value)
        dtype = "string" if array.dtype == object else next((d for d, n in NUMPY.items() if n == array.dtype), None)
        if dtype is None:
            raise wrong(_("a weight of data type {given} can't be saved").format(given=array.dtype))
        specs.append(WeightSpec(name, array.shape, dtype, group))
        parts.append(_texts(array) if dtype == "string" else array.astype(_STORED[dtype], order="C").tobytes())
    return b"".join(parts), tuple(specs)


def _texts(array: Array) -> bytes:
    """Each text as its length in four bytes and its UTF-8 bytes."""
    encoded = [text.encode("utf-8", "surrogatepass") for text in array.reshape(-1).tolist()]
    return b"".join(len(one).to_bytes(4, "little") + one for one in encoded)


def decode_weights(weight_data: bytes, specs: Iterable[WeightSpec]) -> dict[str, Array]:
    """Values from bytes, as NumPy arrays by name.

    Args:
        weight_data: the bytes. specs: what lies in them, in order.

    Errors:
        ModelFormatError: there are fewer bytes, or more, than the descriptions say.
    """
    found: dict[str, Array] = {}
    view, at = memoryview(weight_data), 0
    for spec in specs:
        if spec.name in found:
            raise wrong(_("two weights are called {name!r}").format(name=spec.name))
        if spec.dtype == "string":
            found[spec.name], at = _read_texts(view, at, spec)
            continue
        kind = np.dtype(_STORED[spec.stored])
        nbytes = size_of(spec.shape) * kind.itemsize
        if at + nbytes > len(view):
            raise wrong(
                _("the weight {name!r} needs {wanted:,} bytes, and {given:,} are left").format(
                    name=spec.name, wanted=nbytes, given=len(view) - at
                )
            )
        stored = np.frombuffer(view[at : at + nbytes], kind).reshape(spec.shape)
        found[spec.name] = _restored(stored, spec)
        at += nbytes
    if at != len(view):
        raise wrong(_("{count:,} bytes of weights belong to none").format(count=len(view) - at))
    return found


def _restored(stored: Array, spec: WeightSpec) -> Array:
    """The values that the stored numbers stand for."""
    quantization = spec.quantization
    if quantization is None or quantization["dtype"] == "float16":
        return stored.astype(NUMPY[spec.dtype])
    values = stored * np.float32(quantization["scale"]) + np.float32(quantization["min"])
    if spec.dtype == "int32":
        values = np.clip(np.nan_to_num(np.rint(values)), -(2.0**31), 2.0**31 - 128)
    return values.astype(NUMPY[spec.dtype])


def _read_texts(view: memoryview, at: int, spec: WeightSpec) -> tuple[Array, int]:
    count = size_of(spec.shape)
    if at + 4 * count > len(view):
        raise wrong(_("the weight {name!r} needs more bytes than there are").format(name=spec.name))
    texts = []
    for _number in range(count):
        length = int.from_bytes(view[at : at + 4], "little")
        end = at + 4 + length
        if at + 4 > len(view) or end > len(view):
            raise wrong(_("the weight {name!r} needs more bytes than there are").format(name=spec.name))
        try:
            texts.append(bytes(view[at + 4 : end]).decode("utf-8", "surrogatepass"))
        except UnicodeDecodeError:
            raise wrong(_("the weight {name!r} holds bytes that are no text").format(name=spec.name)) from None
        at = end
    array = np.empty(count, object)
    array[:] = texts
    return array.reshape(spec.shape), at
