"""What AMD's driver for Windows tells of its GPUs (WGL_AMD_gpu_association). No machine of ours has one: it is untested
there, and tested with functions that answer as the specification says.
"""

from __future__ import annotations

import ctypes
import sys
from typing import Any, Callable, Final

_RENDERER_STRING: Final = 0x1F01
_RAM: Final = 0x21A3  # in MiB
_UNSIGNED_BYTE: Final = 0x1401
_UNSIGNED_INT: Final = 0x1405
_BYTES_PER_MIB: Final = 1 << 20
_MOST_GPUS: Final = 32
_LONGEST_NAME: Final = 256

# The address of a WGL function, 0 or None where the driver has none of that name.
Finder = Callable[[bytes], "int | None"]


def find_function() -> Finder | None:
    """wglGetProcAddress, which wants a current context; None where this is not Windows."""
    if sys.platform != "win32":
        return None
    function: Any = ctypes.WinDLL("opengl32").wglGetProcAddress
    function.restype, function.argtypes = ctypes.c_void_p, [ctypes.c_char_p]
    return function  # type: ignore[no-any-return,unused-ignore]


def memory_of_gpu(renderer: str, find: Finder | None) -> int | None:
    """Bytes of the memory of the GPU with this name, or of the only one; None where nobody tells.

    Args:
        renderer: what the context calls its GPU.
        find: gives the addresses of WGL's functions.
    """
    found = _functions(find) if find is not None else None
    if found is None:
        return None
    ids, info = found
    numbers = (ctypes.c_uint * _MOST_GPUS)()
    gpus = list(numbers[: min(ids(_MOST_GPUS, numbers), _MOST_GPUS)])
    if len(gpus) > 1:
        gpus = [gpu for gpu in gpus if _name(info, gpu) == renderer]
    # Several of one name are alike.
    amount = ctypes.c_uint()
    if not gpus or info(gpus[0], _RAM, _UNSIGNED_INT, 1, ctypes.byref(amount)) <= 0:
        return None
    return amount.value * _BYTES_PER_MIB or None


def _functions(find: Finder) -> tuple[Any, Any] | None:
    prototype: Any = getattr(ctypes, "WINFUNCTYPE", ctypes.CFUNCTYPE)
    ids, info = find(b"wglGetGPUIDsAMD"), find(b"wglGetGPUInfoAMD")
    if not ids or not info:
        return None
    unsigned = ctypes.c_uint
    return (
        prototype(unsigned, unsigned, ctypes.c_void_p)(ids),
        prototype(ctypes.c_int, unsigned, ctypes.c_int, unsigned, unsigned, ctypes.c_void_p)(info),
    )


def _name(info: Any, gpu: int) -> str:
    text = ctypes.create_string_buffer(_LONGEST_NAME)
    if info(gpu, _RENDERER_STRING, _UNSIGNED_BYTE, _LONGEST_NAME - 1, text) <= 0:
        return ""
    return text.value.decode("utf-8", "replace")
