"""Writing one OpenGL program: its inputs, its numbers, and a body that serves the compute and the fragment tier alike.

A body computes the texel (four values) number `g` of each output. What changes from call to call without a new program,
widths of textures, lengths of axes, a user's scalars, are uniforms: `n[k]` whole numbers, `s[k]` reals. So one program
serves every size, and the driver's cache finds it again.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, Iterable, Sequence

from tfnb.device.gl.functions import FUNCTIONS, emit
from tfnb.device.gl.layout import layout_of

if TYPE_CHECKING:
    from tfnb.device.gl.device import GLDevice
    from tfnb.device.gl.programs import Program

KIND: Final = {"float32": "float", "int32": "int", "bool": "int"}
VECTOR: Final = {"float32": "vec4", "int32": "ivec4", "bool": "ivec4"}
LOCAL: Final = 256
_WORD: Final = re.compile(r"[A-Za-z_]\w*")

# How a texel number becomes a place: neighbours in a row, rows of a power of two.
_PLACE: Final = "ivec2 place(int g, int shift) { return ivec2(g & ((1 << shift) - 1), g >> shift); }\n"


class Plan:
    """A program ready to run, but for its textures and the user's scalars."""

    __slots__ = ("program", "kind", "whole", "outputs", "groups", "rows")

    def __init__(
        self,
        program: Program,
        kind: str,
        whole: list[int],
        outputs: tuple[tuple[str, int], ...],
        groups: tuple[int, int, int],
        rows: int,
    ) -> None:
        self.program, self.kind, self.whole, self.outputs, self.groups, self.rows = (
            program, kind, whole, outputs, groups, rows,
        )  # fmt: skip


class Shader:
    """A program being written.

    Attributes:
        tier: "compute" or "fragment". outputs: (data type, values) of each texture that it writes.
    """

    def __init__(self, device: GLDevice, outputs: Sequence[tuple[str, int]], tier: str | None = None) -> None:
        self.device, self.outputs = device, tuple(outputs)
        self.tier = tier or device.tier
        self.whole: list[int] = []
        self.reals = 0
        self._kinds: list[str] = []
        self._parts: list[str] = []
        self._names: set[str] = set()

    # What a body can use

    def number(self, value: int) -> str:
        """A whole number that may differ from call to call: the name of its uniform."""
        self.whole.append(value)
        return f"n[{len(self.whole) - 1}]"

    def real(self) -> str:
        """The next scalar of the call: the name of its uniform, a float."""
        self.reals += 1
        return f"s[{self.reals - 1}]"

    def texture(self, dtype: str, size: int) -> str:
        """The next input texture: the name of a GLSL function from a texel number to its four values."""
        index = len(self._kinds)
        self._kinds.append(KIND[dtype])
        shift = self.number(layout_of(size, self.device.max_side).shift)
        self._parts.append(
            f"{VECTOR[dtype]} t{index}_at(int g) {{ return {self._load(index, f'place(g, {shift})')}; }}\n"
        )
        return f"t{index}_at"

    def define(self, text: str) -> None:
        """Add GLSL functions above the body; the library functions they call come with them."""
        self._parts.append(text)
        self.needs(text)

    def needs(self, text: str) -> None:
        """Bring the library functions that a text calls."""
        self._names.update(word for word in _WORD.findall(text) if word in FUNCTIONS)

    def _load(self, index: int, place: str) -> str:
        if self.tier == "compute" and self.device.load_macro == "image" and self._images_left(index):
            return f"imageLoad(t{index}, {place})"
        return f"texelFetch(t{index}, {place}, 0)"

    def _images_left(self, index: int) -> bool:
        return index + len(self.outputs) < self.device.limits.images

    # The finished program

    def finish(self, body: str, *, texels: int | None = None, local: int = LOCAL) -> Plan:
        """The program whose body assigns `r0`, `r1`, … at texel `g`.

        Args:
            body: GLSL statements.
            texels: how many texels are computed; those of the first output if left out.
            local: invocations of a work group.
        """
        self.needs(body)
        size = self.outputs[0][1]
        layout = layout_of(size, self.device.max_side)
        texels = layout.texels if texels is None else texels
        declared = "".join(
            f"precise {VECTOR[d]} r{k}; " if d == "float32" else f"{VECTOR[d]} r{k}; "
            for k, (d, _s) in enumerate(self.outputs)
        )
        if self.tier == "compute":
            shift = self.number(layout.shift)
            at = f"int g = int(gl_GlobalInvocationID.y * (gl_NumWorkGroups.x * {local}u) + gl_GlobalInvocationID.x);"
            puts = "".join(f"imageStore(o{k}, place(g, {shift}), r{k}); " for k in range(len(self.outputs)))
        else:
            shift = self.number(layout.shift)
            at = f"int g = (int(gl_FragCoord.y) << {shift}) + int(gl_FragCoord.x);"
            puts = "".join(f"o{k} = r{k}; " for k in range(len(self.outputs)))
        main = f"void main() {{ {at} {declared}\n{body}\n{puts}}}\n"
        return self._built(main, local, groups_of(texels, local), layout.rows)

    def finish_compute(self, main: str, *, local: tuple[int, int, int], groups: tuple[int, int, int]) -> Plan:
        """A compute program with a `main` of its own, which stores with `imageStore(o0, …)`."""
        self.needs(main)
        return self._built(main, local, groups, 0)

    def _built(self, main: str, local: Any, groups: tuple[int, int, int], rows: int) -> Plan:
        source = self._head(local) + self._uniforms() + emit(self._names) + _PLACE + "".join(self._parts) + main
        program = self.device.program(source, self.tier)  # type: ignore[arg-type]
        return Plan(program, self.tier, self.whole, self.outputs, groups, rows)

    def _uniforms(self) -> str:
        text = f"uniform int n[{len(self.whole)}];\n" if self.whole else ""
        return text + (f"uniform float s[{self.reals}];\n" if self.reals else "")

    def _head(self, local: Any) -> str:
        head = self.device.header(self.tier)  # type: ignore[arg-type]
        if self.tier == "compute":
            x, y, z = local if isinstance(local, tuple) else (local, 1, 1)
            head += f"layout(local_size_x={x}, local_size_y={y}, local_size_z={z}) in;\n"
            for k, (dtype, _size) in enumerate(self.outputs):
                prefix, form = ("", "rgba32f") if KIND[dtype] == "float" else ("i", "rgba32i")
                head += f"layout({form}, binding={k}) uniform {prefix}image2D o{k};\n"
        else:
            for k, (dtype, _size) in enumerate(self.outputs):
                head += f"layout(location={k}) out {VECTOR[dtype]} o{k};\n"
        for k, kind in enumerate(self._kinds):
            prefix = "" if kind == "float" else "i"
            if self.tier == "compute" and self.device.load_macro == "image" and self._images_left(k):
                form = "rgba32f" if kind == "float" else "rgba32i"
                head += f"layout({form}, binding={k + len(self.outputs)}) readonly uniform {prefix}image2D t{k};\n"
            else:
                head += f"uniform {prefix}sampler2D t{k};\n"
        return head


def groups_of(invocations: int, local: int) -> tuple[int, int, int]:
    """Work groups for so many invocations; a second axis where one would be too long."""
    groups = max(1, -(-invocations // local))
    return (groups, 1, 1) if groups <= 65535 else (32768, -(-groups // 32768), 1)


def substitute(formula: str, names: Iterable[str], values: Sequence[str]) -> str:
    """A kernel's formula with its inputs' names replaced, each as a whole word and all at once."""
    table = dict(zip(names, values))
    return _WORD.sub(lambda found: table.get(found[0], found[0]), formula)
