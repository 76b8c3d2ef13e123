"""What a program reads: a texture, or a fused expression over textures that is computed where it is read.

Both become a GLSL function from a texel number to four values, so any kernel takes either as its input (its prologue).
"""

from __future__ import annotations

from typing import Any

from tfnb.device.gl.indexing import broadcast_map, gather_code, offset_code
from tfnb.device.gl.shader import VECTOR, Shader, substitute
from tfnb.kernels.expression import Expression, Leaf, Step
from tfnb.kernels.record import Elementwise
from tfnb.shapes import Shape, size_of


class Source:
    """An input of a program: its textures and scalars in the order in which `declare` names them."""

    __slots__ = ("operand", "shape", "dtype", "size", "textures", "reals", "key")

    def __init__(self, operand: Leaf | Expression) -> None:
        self.operand = operand
        self.shape = operand.shape
        self.size = size_of(operand.shape)
        if isinstance(operand, Leaf):
            self.dtype = operand.dtype
            self.textures = [operand.storage]
            self.reals: list[float] = []
            self.key: Any = (operand.shape, operand.dtype)
        else:
            self.dtype = operand.dtype_of(operand.outputs[-1])
            self.textures = [leaf.storage for leaf in operand.leaves if leaf.storage is not None]
            self.reals = reals_of(operand)
            self.key = (operand.shape, operand.key())

    def declare(self, shader: Shader, name: str) -> None:
        """Add `vec4 name(int g)` (or ivec4) to the program: the values of texel `g`."""
        vector = VECTOR[self.dtype]
        if isinstance(self.operand, Leaf):
            load = shader.texture(self.dtype, self.size)
            shader.define(f"{vector} {name}(int g) {{ return {load}(g); }}\n")
        else:
            code, values = expression_code(shader, self.operand)
            shader.define(f"{vector} {name}(int g) {{\n{code}return {values[self.operand.outputs[-1]]}; }}\n")


def expression_code(shader: Shader, expression: Expression, given: str | None = None) -> tuple[str, list[str]]:
    """GLSL statements that compute a fused expression at texel `g`, and the names of all its numbered values.

    Args:
        given: the name of a variable that holds the first leaf's value already (an epilogue's), if it does.
    """
    code = ""
    values: list[str] = []
    for index, leaf in enumerate(expression.leaves):
        if leaf.storage is None:
            assert given is not None
            values.append(given)
            continue
        load = shader.texture(leaf.dtype, size_of(leaf.shape))
        code += leaf_code(shader, load, leaf, expression.shape, f"v{index}")
        values.append(f"v{index}")
    for scalar in expression.scalars:
        values.append(whole_number(shader) if scalar.dtype == "int32" else shader.real())
    first = expression.first_step
    for index, step in enumerate(expression.steps):
        name = f"v{first + index}"
        code += step_code(shader, step, [values[k] for k in step.arguments], name)
        values.append(name)
    return code, values


def reals_of(expression: Expression) -> list[float]:
    """The uniforms of an expression's scalars: one float each, two for an int32, which a float can't hold exactly."""
    reals: list[float] = []
    for scalar in expression.scalars:
        if scalar.dtype == "int32":
            reals += map(float, divmod(int(scalar.value), 1 << 16))
        else:
            reals.append(float(scalar.value))
    return reals


def whole_number(shader: Shader) -> str:
    """GLSL for the next int32 scalar, out of its two uniforms."""
    return f"ivec4(int({shader.real()}) * 65536 + int({shader.real()}))"


def step_code(shader: Shader, step: Step, arguments: list[str], name: str) -> str:
    """One kernel's formula as a GLSL statement; scalars become vectors of the type computed in."""
    kernel: Elementwise = step.kernel
    computed = VECTOR[step.computed]
    given = []
    for position, argument in enumerate(arguments):
        if argument.startswith("s["):
            is_condition = kernel.condition and position == 0
            given.append(f"{'ivec4' if is_condition else computed}({argument})")
        else:
            given.append(argument)
    formula = kernel.glsl if step.computed == "float32" else kernel.glsl_int
    text = substitute(formula, (*kernel.inputs, *kernel.scalars), given)
    shader.needs(text)
    precise = "precise " if step.dtype == "float32" else ""
    return f"{precise}{VECTOR[step.dtype]} {name} = {text};\n"


def leaf_code(shader: Shader, load: str, leaf: Leaf, full: Shape, name: str) -> str:
    """GLSL that reads a leaf for texel `g` of a result of shape `full`: as it lies, or repeated."""
    vector = VECTOR[leaf.dtype]
    size = size_of(leaf.shape)
    if size == size_of(full):
        return f"{vector} {name} = {load}(g);\n"
    if size == 1:
        return f"{vector} {name} = {load}(0).xxxx;\n"
    affine = broadcast_map(leaf.shape, full)
    inner, stride = affine.lengths[-1], affine.strides[-1]
    if inner % 4 == 0 and all(s % 4 == 0 for s in affine.strides[:-1]) and stride == 1:
        lengths, strides = (*affine.lengths[:-1], inner // 4), (*(s // 4 for s in affine.strides[:-1]), 1)
        code = offset_code(shader, type(affine)(lengths, strides), f"{name}_at", "g", "int")
        return code + f"{vector} {name} = {load}({name}_at);\n"
    if inner % 4 == 0 and stride == 0:
        lengths, strides = (*affine.lengths[:-1], inner // 4), affine.strides
        code = offset_code(shader, type(affine)(lengths, strides), f"{name}_at", "g", "int")
        return code + f"{vector} {name} = {vector}({load}({name}_at >> 2)[{name}_at & 3]);\n"
    code = offset_code(shader, affine, f"{name}_at", "ivec4(g * 4) + ivec4(0, 1, 2, 3)")
    return code + gather_code(load, vector, name, f"{name}_at")
