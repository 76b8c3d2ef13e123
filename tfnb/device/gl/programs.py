"""A linked program and the quickest way to set its uniforms.

Images and samplers are bound by unit: outputs of a compute program are images 0, 1, …; input `k` is image
`outputs + k` where the program declares one there, else the sampler whose name ends in `k` ("t0", "t1"), at texture
unit `k`. Where GLSL has no `layout(binding)` the units are set here, after linking.
"""

from __future__ import annotations

import collections
import ctypes
import re
from collections.abc import Callable, Mapping
from typing import Any, Final, Literal, TypeAlias

from tfnb.device.gl import constants as c
from tfnb.device.gl.api import Api
from tfnb.errors import ShaderError
from tfnb.language import _

ProgramKind: TypeAlias = Literal["compute", "fragment"]
Setter: TypeAlias = Callable[[Any], None]
_ARRAYS: Final[dict[str, Any]] = {"f": ctypes.c_float, "i": ctypes.c_int, "ui": ctypes.c_uint}


class Program:
    """A program on the device, made by `GLDevice.program`.

    Attributes:
        name: OpenGL's name. kind: "compute" or "fragment". source: the source it was made from.
        uniforms: name -> function that sets it (an int, a float, or a flat sequence); the program must be in use.
        images, samplers: the image units and the texture units that it reads or writes.
    """

    __slots__ = ("_keeper", "_released", "images", "kind", "name", "samplers", "source", "uniforms")

    def __init__(
        self, api: Api, kind: ProgramKind, source: str, name: int, keeper: Any, released: collections.deque[Any]
    ) -> None:
        self.kind: ProgramKind = kind
        self.source, self.name = source, name
        self._keeper, self._released = keeper, released
        self.uniforms: dict[str, Setter] = {}
        images, samplers = set(), set()
        api.UseProgram(name)
        for uniform, size, kind_of, location in active_uniforms(api, name):
            if kind_of in c.IMAGES:
                unit = (ctypes.c_int * 1)()
                api.GetUniformiv(name, location, unit)
                images.add(int(unit[0]))
            elif kind_of in c.SAMPLERS:
                unit_of_name = sampler_unit(uniform)
                api.Uniform1i(location, unit_of_name)
                samplers.add(unit_of_name)
            else:
                plain = uniform.removesuffix("[0]")
                self.uniforms[plain] = setter(api, location, kind_of, size, plain, is_array=plain != uniform)
        self.images, self.samplers = frozenset(images), frozenset(samplers)

    def set_uniforms(self, uniforms: Mapping[str, Any]) -> None:
        """Set every uniform of the program, which must be in use.

        Errors:
            ShaderError: a name that the program does not have or use, or one that was not given.
        """
        setters = self.uniforms
        try:
            for name, value in uniforms.items():
                setters[name](value)
        except KeyError as error:
            raise ShaderError(
                _("the program uses no uniform {name}; it uses {names}").format(
                    name=error.args[0], names=", ".join(setters) or "-"
                )
            ) from None
        if len(uniforms) != len(setters):
            missing = ", ".join(sorted(setters.keys() - uniforms.keys()))
            raise ShaderError(_("the program's uniform {name} was not given").format(name=missing))

    def __del__(self) -> None:
        # The gloo object queues a deletion when it dies, on a list without a lock: let it die on the owner's thread.
        released = getattr(self, "_released", None)
        if released is not None:
            released.append(self._keeper)

    def __repr__(self) -> str:
        return f"Program({self.kind}, {len(self.source)} characters, uniforms {list(self.uniforms)})"


def numbered(source: str) -> str:
    """The source with line numbers as the driver's log counts them."""
    return "\n".join(f"{number:4d}  {line}" for number, line in enumerate(source.split("\n"), 1))


def sampler_unit(name: str) -> int:
    """The texture unit of a sampler: the number that its name ends in."""
    found = re.search(r"(\d+)$", name)
    if found is None:
        raise ShaderError(_("the name of sampler {name} does not end in its unit").format(name=name))
    return int(found[1])


def active_uniforms(api: Api, program: int) -> list[tuple[str, int, int, int]]:
    """Name, array size, type and location of each uniform that the linked program uses."""
    count, length, size, kind = ((ctypes.c_int * 1)() for _unused in range(4))
    name = ctypes.create_string_buffer(256)
    api.GetProgramiv(program, c.ACTIVE_UNIFORMS, count)
    found = []
    for index in range(count[0]):
        api.GetActiveUniform(program, index, len(name), length, size, kind, name)
        location = api.GetUniformLocation(program, name)
        if location >= 0:
            found.append((name.value.decode(), int(size[0]), int(kind[0]), int(location)))
    return found


def setter(api: Api, location: int, kind: int, size: int, name: str, is_array: bool = False) -> Setter:
    """The function that sets one uniform: a number, or a flat sequence of at most size x components numbers.

    A driver may cut an array after its last element in use: what is given beyond that is left out.
    """
    if kind not in c.UNIFORM_TYPES:
        raise ShaderError(_("uniform {name} has a type that is not supported here").format(name=name))
    letter, components = c.UNIFORM_TYPES[kind]
    # Functions are looked up at each call, so that a test that replaces them in the table sees these calls too.
    if not is_array and components == 1:
        if letter == "f":
            return lambda value: api.Uniform1f(location, value)
        if letter == "i":
            return lambda value: api.Uniform1i(location, value)
        return lambda value: api.Uniform1ui(location, value)
    most = size * components
    buffer = (_ARRAYS[letter] * most)()
    function = f"Uniform{components}{letter}v"

    def set_array(values: Any) -> None:
        flat = values.ravel().tolist() if hasattr(values, "ravel") else values
        given = len(flat)
        if is_array and given > most:
            flat, given = flat[:most], most
        if given > most or given % components:
            raise ShaderError(
                _("uniform {name} takes up to {most} numbers, {components} at a time; {given} were given").format(
                    name=name, most=most, components=components, given=given
                )
            )
        buffer[:given] = flat
        getattr(api, function)(location, given // components, buffer)

    return set_array
