from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tfnb.device.gl.device import GLDevice
from tfnb.errors import DeviceError, DTypeError, ShaderError

SIZES = [0, 1, 3, 4, 5, 1000, 8191, 8192, 8193, 20_001, 100_000, 300_003]


@pytest.mark.parametrize("dtype", [np.float32, np.int32, np.bool_])
@pytest.mark.parametrize("size", SIZES)
def test_what_is_uploaded_is_read_back_bit_for_bit(device: GLDevice, random: Any, size: int, dtype: Any) -> None:
    bits = random.integers(-(2**31), 2**31, size, dtype=np.int32)
    values = bits > 0 if dtype is np.bool_ else bits.view(dtype)
    texture = device.upload(values)
    wanted = values.astype(np.int32) if dtype is np.bool_ else bits
    assert (device.read(texture).view(np.int32) == wanted).all()


@pytest.mark.parametrize("size", [5, 8193, 100_000])
def test_any_part_can_be_read(device: GLDevice, random: Any, size: int) -> None:
    values = random.standard_normal(size, dtype=np.float32)
    texture = device.upload(values)
    for _attempt in range(20):
        start = int(random.integers(0, size))
        count = int(random.integers(0, size - start + 1))
        assert (device.read(texture, start, count) == values[start : start + count]).all()


@pytest.mark.parametrize("size", [1, 6, 8193, 20_001])
def test_the_lanes_left_over_in_the_last_texel_are_zero(device: GLDevice, size: int) -> None:
    device.upload(np.full(size, 7, np.float32))  # so that a used texture is taken again
    texture = device.upload(np.full(size, 9, np.float32))
    assert (device.read(texture, size, -size % 4) == 0).all()


def test_arrays_of_any_shape_and_order_are_taken_in_row_major_order(device: GLDevice, random: Any) -> None:
    values = random.standard_normal((30, 40, 50), dtype=np.float32).transpose(2, 0, 1)
    assert (device.read(device.upload(values)) == values.ravel()).all()


def test_another_dtype_is_refused_and_takes_no_texture(device: GLDevice) -> None:
    before = device.pool.stats().textures_in_use
    with pytest.raises(DTypeError, match="float64"):
        device.upload(np.zeros(3))
    assert device.pool.stats().textures_in_use == before


def test_only_the_rows_needed_are_read(device: GLDevice, shim: Any, random: Any) -> None:
    texture = device.upload(random.standard_normal(1_000_000, dtype=np.float32))
    moved: list[int] = []
    for name, first in (("GetTextureSubImage", 5), ("ReadPixels", 2)):
        if device.gl.has(name):
            real = getattr(device.gl, name)

            def spy(*arguments: Any, real: Any = real, first: int = first) -> Any:
                moved.append(arguments[first] * arguments[first + 1])
                return real(*arguments)

            setattr(device.gl, name, spy)
    device.read(texture, 500_000, 100)
    assert sum(moved) == 25


@pytest.mark.parametrize("size", SIZES)
def test_a_kernel_computes_what_numpy_does(device: GLDevice, kernels: Any, random: Any, size: int) -> None:
    a, b = random.standard_normal((2, size), dtype=np.float32)
    output = kernels.run(
        "r=v0*scale+v1;", [device.upload(a), device.upload(b)], uniforms={"scale": 2.0}, declare="uniform float scale;"
    )
    assert (device.read(output) == a * np.float32(2) + b).all()


def test_integers_are_exact(device: GLDevice, kernels: Any, random: Any) -> None:
    a, b = random.integers(-(2**31), 2**31, (2, 10_000), dtype=np.int32)
    with np.errstate(over="ignore"):
        assert (device.read(kernels.run("r=v0*v1;", [device.upload(a), device.upload(b)])) == a * b).all()


def test_kinds_mix(device: GLDevice, kernels: Any) -> None:
    floats, ints = np.arange(9, dtype=np.float32) / 2, np.arange(9, dtype=np.int32)
    output = kernels.run("r=v0+vec4(v1);", [device.upload(floats), device.upload(ints)], out="float")
    assert (device.read(output) == floats + ints).all()
    output = kernels.run("r=v1+ivec4(v0);", [device.upload(floats), device.upload(ints)], out="int")
    assert (device.read(output) == ints + floats.astype(np.int32)).all()


def test_a_chain_through_reused_textures_is_in_order(device: GLDevice, kernels: Any) -> None:
    texture = device.upload(np.zeros(5000, np.float32))
    for _step in range(1000):
        texture = kernels.run("r=v0+1.;", [texture])
    assert (device.read(texture) == 1000).all()


@pytest.mark.parametrize(
    ("declare", "value", "expression", "wanted"),
    [
        ("uniform int u;", -5, "vec4(u)", -5),
        ("uniform uint u;", 2**32 - 1, "vec4(u==4294967295u)", 1),
        ("uniform bool u;", True, "vec4(u)", 1),
        ("uniform float u;", -0.0, "vec4(1./u)", -np.inf),
        ("uniform float u;", float("nan"), "vec4(isnan(u))", 1),
        ("uniform ivec3 u;", (1, 2, 3), "vec4(u.x+u.y*u.z)", 7),
        ("uniform vec4 u[3];", np.arange(12, dtype=np.float32).reshape(3, 4), "vec4(u[2].w)", 11),
        ("uniform vec4 u[3];", [1.0, 2.0, 3.0, 4.0], "vec4(u[0].w+0.*u[2].x)", 4),
        ("uniform int u[6];", [6, 5, 4, 3, 2, 1], "vec4(u[0]*10+u[5])", 61),
    ],
)
def test_uniforms_of_every_kind(
    device: GLDevice, kernels: Any, declare: str, value: Any, expression: str, wanted: float
) -> None:
    texture = device.upload(np.zeros(4, np.float32))
    output = kernels.run(f"r=v0+{expression};", [texture], uniforms={"u": value}, declare=declare)
    assert (device.read(output) == wanted).all()


@pytest.mark.parametrize(
    ("uniforms", "message"),
    [({"scale": 1.0, "scael": 2.0}, "scael"), ({}, "scale"), ({"scale": 1.0, "other": 3}, "other")],
)
def test_a_uniform_missing_or_unknown_is_an_error(
    device: GLDevice, kernels: Any, uniforms: dict[str, Any], message: str
) -> None:
    texture = device.upload(np.ones(4, np.float32))
    with pytest.raises(ShaderError, match=message):
        kernels.run("r=v0*scale;", [texture], uniforms=uniforms, declare="uniform float scale;")
    assert device.gl.GetError() == 0


def test_a_compile_error_shows_the_log_and_the_numbered_source_and_leaves_nothing(
    device: GLDevice, kernels: Any
) -> None:
    before = device._context.parser.names()
    with pytest.raises(ShaderError, match=r"(?s)no_such_function.*\n   1  #version"):
        kernels.run("r=no_such_function(v0);", [device.upload(np.ones(4, np.float32))])
    device._context.flush()
    after = device._context.parser.names()
    assert {key: len(names) for key, names in after.items() if "Texture" not in key} == {
        key: len(names) for key, names in before.items() if "Texture" not in key
    }
    assert (device.read(kernels.run("r=v0+2.;", [device.upload(np.ones(4, np.float32))])) == 3).all()


def test_a_link_error_is_a_shader_error(device: GLDevice) -> None:
    with pytest.raises(ShaderError, match="not_defined"):
        device.program(
            device.header("fragment") + "out vec4 o; vec4 not_defined(); void main(){ o=not_defined(); }", "fragment"
        )


def test_programs_are_cached_by_source(device: GLDevice, kernels: Any, shim: Any) -> None:
    texture = device.upload(np.ones(4, np.float32))
    kernels.run("r=v0*3.;", [texture])
    shim.calls.clear()
    kernels.run("r=v0*3.;", [texture])
    assert not [name for name in shim.calls if name != "UseProgram" and ("Program" in name or "Shader" in name)]


@pytest.mark.parametrize("rows", [1, 3])
def test_rows_are_copied(device: GLDevice, random: Any, rows: int) -> None:
    device.pool.trim()  # neither texture has a framebuffer yet
    source_values, target_values = random.standard_normal((2, 5 * 8192), dtype=np.float32)
    source, target = device.upload(source_values), device.upload(target_values)
    device.copy_rows(source, 1, target, 2, rows)
    wanted = target_values.reshape(5, 8192).copy()
    wanted[2 : 2 + rows] = source_values.reshape(5, 8192)[1 : 1 + rows]
    assert (device.read(target) == wanted.ravel()).all()


def test_rows_of_unlike_textures_are_not_copied(device: GLDevice) -> None:
    small, large = device.upload(np.ones(64, np.float32)), device.upload(np.ones(64 * 1024, np.float32))
    with pytest.raises(DeviceError, match="width"):
        device.copy_rows(small, 0, large, 0, 1)


def test_several_outputs_of_mixed_kinds(device: GLDevice) -> None:
    values = np.arange(10_000, dtype=np.float32)
    texture = device.upload(values)
    layout = texture.layout
    outputs = [device.pool.take("float", layout), device.pool.take("int", layout)]
    if device.tier == "compute":
        load = "imageLoad(t0,p)"
        source = device.header("compute") + (
            "layout(local_size_x=64) in; layout(rgba32f,binding=0) writeonly uniform image2D o0;"
            "layout(rgba32i,binding=1) writeonly uniform iimage2D o1;"
            "layout(rgba32f,binding=2) readonly uniform image2D t0;"
            f"void main(){{ int g=int(gl_GlobalInvocationID.x); ivec2 p=ivec2(g&{layout.width - 1},g>>{layout.shift});"
            f"vec4 v={load}; imageStore(o0,p,v*2.); imageStore(o1,p,ivec4(v)); }}"
        )
        program = device.program(source, "compute")
        device.launch(program, [texture], outputs, {}, (-(-layout.texels // 64), 1, 1))
    else:
        source = device.header("fragment") + (
            "layout(location=0) out vec4 o0; layout(location=1) out ivec4 o1; uniform sampler2D t0;"
            "void main(){ vec4 v=texelFetch(t0,ivec2(gl_FragCoord.xy),0); o0=v*2.; o1=ivec4(v); }"
        )
        device.draw(device.program(source, "fragment"), [texture], outputs, {}, layout.rows)
    assert (device.read(outputs[0]) == values * 2).all()
    assert (device.read(outputs[1]) == values.astype(np.int32)).all()


def test_a_draw_cannot_read_its_own_output(device: GLDevice, kernels: Any) -> None:
    texture = device.upload(np.ones(4, np.float32))
    program = device.program(kernels.source("r=v0;", ["float"], "float", tier="fragment"), "fragment")
    with pytest.raises(DeviceError, match="draws into"):
        device.draw(program, [texture], texture, {}, 1)


def test_a_draw_touches_only_the_rows_asked_for(device: GLDevice, kernels: Any) -> None:
    texture = device.upload(np.ones(4 * 8192, np.float32))
    output = device.upload(np.zeros(4 * 8192, np.float32))
    program = device.program(kernels.source("r=v0;", ["float"], "float", tier="fragment"), "fragment")
    device.draw(program, [texture], output, {}, 2)
    assert (device.read(output).reshape(4, -1)[:, 0] == [1, 1, 0, 0]).all()


def test_both_tiers_work_side_by_side(device: GLDevice, kernels: Any, random: Any) -> None:
    values = random.standard_normal(20_000, dtype=np.float32)
    texture, wanted = device.upload(values), values
    for step in range(20):
        texture = kernels.run("r=v0+1.;", [texture], tier=device.tier if step % 2 else "fragment")
        wanted = wanted + np.float32(1)
    assert (device.read(texture) == wanted).all()


def test_non_finite_values_and_signs_pass_through(device: GLDevice, kernels: Any) -> None:
    values = np.array([np.inf, -np.inf, np.nan, -0.0, 3.4e38, -5e30, 16_777_217], np.float32)
    output = device.read(kernels.run("r=v0;", [device.upload(values)]))
    assert (output.view(np.int32) == values.view(np.int32)).all()


def test_a_barrier_stands_only_where_something_was_written_since_the_last(
    device: GLDevice, kernels: Any, shim: Any
) -> None:
    if not device.limits.has_images:
        return  # image stores, the only writes that OpenGL leaves unordered, came with 4.2
    device.pool.trim()
    first, second = device.upload(np.ones(64, np.float32)), device.upload(np.ones(64, np.float32))
    kernels.run("r=v0*5.;", [first])
    device.pool.trim()

    def barriers() -> int:
        count = shim.calls.count("MemoryBarrier")
        shim.calls.clear()
        return count

    barriers()
    a = kernels.run("r=v0*5.;", [first])
    b = kernels.run("r=v0*5.;", [second])
    assert barriers() == 0  # neither reads or writes what the other did
    c = kernels.run("r=v0*5.;", [a])
    assert barriers() == 1  # reads what was written
    d = kernels.run("r=v0*5.;", [b])
    assert barriers() == 0  # was written before that barrier
    del d
    e = kernels.run("r=v0*5.;", [first])
    assert barriers() == 1  # writes into the texture that was given back
    device.read(c)
    assert barriers() == 0
    device.read(e)
    assert barriers() == 1
