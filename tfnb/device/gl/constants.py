"""OpenGL's enumerants that the device layer uses, apart from its logic (Khronos registry, gl.xml)."""

from __future__ import annotations

from typing import Final

# Errors
NO_ERROR: Final = 0
OUT_OF_MEMORY: Final = 0x0505
CONTEXT_LOST: Final = 0x0507
ERROR_NAMES: Final = {
    0x0500: "GL_INVALID_ENUM",
    0x0501: "GL_INVALID_VALUE",
    0x0502: "GL_INVALID_OPERATION",
    0x0503: "GL_STACK_OVERFLOW",
    0x0504: "GL_STACK_UNDERFLOW",
    0x0505: "GL_OUT_OF_MEMORY",
    0x0506: "GL_INVALID_FRAMEBUFFER_OPERATION",
    0x0507: "GL_CONTEXT_LOST",
}

# Strings and limits
VENDOR: Final = 0x1F00
RENDERER: Final = 0x1F01
VERSION: Final = 0x1F02
EXTENSIONS: Final = 0x1F03
NUM_EXTENSIONS: Final = 0x821D
MAX_TEXTURE_SIZE: Final = 0x0D33
MAX_TEXTURE_IMAGE_UNITS: Final = 0x8872
MAX_DRAW_BUFFERS: Final = 0x8824
MAX_COLOR_ATTACHMENTS: Final = 0x8CDF
MAX_IMAGE_UNITS: Final = 0x8F38
MAX_COMPUTE_IMAGE_UNIFORMS: Final = 0x91BD
MAX_COMPUTE_TEXTURE_IMAGE_UNITS: Final = 0x91BC
MAX_COMPUTE_WORK_GROUP_COUNT: Final = 0x91BE
MAX_COMPUTE_WORK_GROUP_INVOCATIONS: Final = 0x90EB
MAX_COMPUTE_SHARED_MEMORY_SIZE: Final = 0x8262

# Textures, their formats and values
TEXTURE_2D: Final = 0x0DE1
PROXY_TEXTURE_2D: Final = 0x8064
TEXTURE_WIDTH: Final = 0x1000
TEXTURE0: Final = 0x84C0
RGBA: Final = 0x1908
RGBA_INTEGER: Final = 0x8D99
RGBA32F: Final = 0x8814
RGBA32I: Final = 0x8D82
FLOAT: Final = 0x1406
INT: Final = 0x1404
UNSIGNED_INT: Final = 0x1405
BOOL: Final = 0x8B56
READ_ONLY: Final = 0x88B8
WRITE_ONLY: Final = 0x88B9
READ_WRITE: Final = 0x88BA
PACK_ALIGNMENT: Final = 0x0D05
UNPACK_ALIGNMENT: Final = 0x0CF5

# Framebuffers and drawing
FRAMEBUFFER: Final = 0x8D40
READ_FRAMEBUFFER: Final = 0x8CA8
DRAW_FRAMEBUFFER: Final = 0x8CA9
FRAMEBUFFER_COMPLETE: Final = 0x8CD5
COLOR_ATTACHMENT0: Final = 0x8CE0
COLOR_BUFFER_BIT: Final = 0x4000
NEAREST: Final = 0x2600
TRIANGLES: Final = 0x0004
DITHER: Final = 0x0BD0

# Programs
ACTIVE_UNIFORMS: Final = 0x8B86
COMPUTE_SHADER: Final = 0x91B9
SAMPLER_2D: Final = 0x8B5E
INT_SAMPLER_2D: Final = 0x8DCA
IMAGE_2D: Final = 0x904D
INT_IMAGE_2D: Final = 0x9058
SAMPLERS: Final = frozenset({SAMPLER_2D, INT_SAMPLER_2D})
IMAGES: Final = frozenset({IMAGE_2D, INT_IMAGE_2D})
# type -> (letter of the glUniform function, components)
UNIFORM_TYPES: Final = {
    FLOAT: ("f", 1), 0x8B50: ("f", 2), 0x8B51: ("f", 3), 0x8B52: ("f", 4),
    INT: ("i", 1), 0x8B53: ("i", 2), 0x8B54: ("i", 3), 0x8B55: ("i", 4),
    UNSIGNED_INT: ("ui", 1), 0x8DC6: ("ui", 2), 0x8DC7: ("ui", 3), 0x8DC8: ("ui", 4),
    BOOL: ("i", 1),
}  # fmt: skip

# Barriers: a later fetch, image access, upload or read-back, and framebuffer access sees what image stores wrote.
TEXTURE_FETCH_BARRIER_BIT: Final = 0x8
SHADER_IMAGE_ACCESS_BARRIER_BIT: Final = 0x20
TEXTURE_UPDATE_BARRIER_BIT: Final = 0x100
FRAMEBUFFER_BARRIER_BIT: Final = 0x400
ALL_BARRIER_BITS: Final = 0x8 | 0x20 | 0x100 | 0x400

# Memory, where the driver tells (NVX_gpu_memory_info, ATI_meminfo); both in KiB
GPU_MEMORY_INFO_TOTAL_AVAILABLE_MEMORY_NVX: Final = 0x9048
GPU_MEMORY_INFO_CURRENT_AVAILABLE_VIDMEM_NVX: Final = 0x9049
TEXTURE_FREE_MEMORY_ATI: Final = 0x87FC
