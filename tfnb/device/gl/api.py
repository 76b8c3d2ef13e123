"""One table of the OpenGL functions that the device layer calls, built from the version that the driver reports.

An override of the version hides no function, so a function newer than the reported version is left out here: code that
would fail on such a driver fails in our tests too. Every OpenGL call of our own goes through an `Api`, whose attributes
a test may replace to count calls, to record threads and to inject faults.

The library is the one that vispy has loaded; its function objects are not shared (argument types are set per object).
"""

from __future__ import annotations

import ctypes
import re
from typing import TYPE_CHECKING, Any, Final

from tfnb.device.gl import constants as c
from tfnb.errors import DeviceError
from tfnb.language import _

# name: (first version, result, parameters). i: any 32-bit integer, f: float, p: pointer, s: C string, -: nothing.
# Parameters that are all integers get no argument types: ctypes passes Python ints as they are, in half the time.
_FUNCTIONS: Final[dict[str, tuple[tuple[int, int], str, str]]] = {
    "GetError": ((1, 0), "i", ""),
    "GetString": ((1, 0), "s", "i"),
    "GetStringi": ((3, 0), "s", "ii"),
    "GetIntegerv": ((1, 0), "-", "ip"),
    "GetIntegeri_v": ((3, 0), "-", "iip"),
    "Finish": ((1, 0), "-", ""),
    "Disable": ((1, 0), "-", "i"),
    "ActiveTexture": ((1, 3), "-", "i"),
    "BindTexture": ((1, 1), "-", "ii"),
    "BindTextureUnit": ((4, 5), "-", "ii"),
    "BindImageTexture": ((4, 2), "-", "iiiiiii"),
    "TexSubImage2D": ((1, 1), "-", "iiiiiiiip"),
    "TextureSubImage2D": ((4, 5), "-", "iiiiiiiip"),
    "GetTextureSubImage": ((4, 5), "-", "iiiiiiiiiiip"),
    "TexImage2D": ((1, 0), "-", "iiiiiiiip"),
    "GetTexLevelParameteriv": ((1, 0), "-", "iiip"),
    "ReadPixels": ((1, 0), "-", "iiiiiip"),
    "CopyImageSubData": ((4, 3), "-", "iiiiiiiiiiiiiii"),
    "GenFramebuffers": ((3, 0), "-", "ip"),
    "DeleteFramebuffers": ((3, 0), "-", "ip"),
    "BindFramebuffer": ((3, 0), "-", "ii"),
    "FramebufferTexture2D": ((3, 0), "-", "iiiii"),
    "CheckFramebufferStatus": ((3, 0), "i", "i"),
    "BlitFramebuffer": ((3, 0), "-", "iiiiiiiiii"),
    "DrawBuffers": ((2, 0), "-", "ip"),
    "GenVertexArrays": ((3, 0), "-", "ip"),
    "BindVertexArray": ((3, 0), "-", "i"),
    "Viewport": ((1, 0), "-", "iiii"),
    "DrawArrays": ((1, 1), "-", "iii"),
    "DispatchCompute": ((4, 3), "-", "iii"),
    "MemoryBarrier": ((4, 2), "-", "i"),
    "UseProgram": ((2, 0), "-", "i"),
    "GetProgramiv": ((2, 0), "-", "iip"),
    "GetActiveUniform": ((2, 0), "-", "iiipppp"),
    "GetUniformLocation": ((2, 0), "i", "ip"),
    "GetUniformiv": ((2, 0), "-", "iip"),
    "Uniform1i": ((2, 0), "-", "ii"),
    "Uniform1f": ((2, 0), "-", "if"),
    "Uniform1ui": ((3, 0), "-", "ii"),
    **{f"Uniform{n}{t}v": ((3, 0), "-", "iip") for n in (1, 2, 3, 4) for t in ("i", "f", "ui")},
    "GetGraphicsResetStatus": ((4, 5), "i", ""),
}
# These may take long and release the GIL; for all others giving it away and taking it back costs more than the call,
# and while another thread computes a thread that lets go of the GIL waits up to 5 ms to get it again.
_WAITING: Final = frozenset(
    {
        "Finish", "TexSubImage2D", "TextureSubImage2D", "GetTextureSubImage", "ReadPixels", "CopyImageSubData",
        "BlitFramebuffer", "DrawArrays", "DispatchCompute",
    }
)  # fmt: skip
_TYPES: Final[dict[str, Any]] = {
    "i": ctypes.c_int, "f": ctypes.c_float, "p": ctypes.c_void_p, "s": ctypes.c_char_p, "-": None,
}  # fmt: skip


def _load(name: str, result: str, parameters: str) -> Any:
    """A fresh ctypes function, from the library that vispy loaded; raises RuntimeError where the driver lacks it."""
    from vispy.gloo.gl import gl2

    library = gl2._lib
    if library is None:
        raise RuntimeError("no OpenGL library")
    types = tuple(_TYPES[letter] for letter in parameters)
    loader = library if name in _WAITING else ctypes.PyDLL(None, handle=library._handle)
    try:
        function = loader["gl" + name]
    except AttributeError:
        # Windows exports OpenGL 1.1 only; vispy asks wglGetProcAddress for the rest.
        return gl2._get_gl_func("gl" + name, _TYPES[result], types)
    function.restype = _TYPES[result]
    if set(parameters) - {"i"}:
        function.argtypes = types
    return function


class Api:
    """The functions of one context as attributes without `gl` in front: `api.UseProgram(5)`.

    A function newer than the reported version is absent (`has("DispatchCompute")`).
    """

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...
        def __setattr__(self, name: str, value: Any) -> None: ...

    def __init__(self) -> None:
        for name in ("GetString", "GetError", "GetIntegerv"):
            setattr(self, name, _load(name, *_FUNCTIONS[name][1:]))
        self.version_string: str = self.string(c.VERSION)
        found = re.match(r"(\d+)\.(\d+)", self.version_string)
        if not found or int(found[1]) < 3:
            raise DeviceError(
                _("OpenGL 3.3 is needed, this driver offers {version!r}").format(version=self.version_string),
                op="open_device",
            )
        self.version: tuple[int, int] = (int(found[1]), int(found[2]))
        for name, (since, result, parameters) in _FUNCTIONS.items():
            if since <= self.version:
                setattr(self, name, _load(name, result, parameters))
        count = self.integer(c.NUM_EXTENSIONS)
        self.extensions = frozenset((self.GetStringi(c.EXTENSIONS, i) or b"").decode() for i in range(count))
        if not self.has("GetGraphicsResetStatus"):
            self._load_reset_status()

    def _load_reset_status(self) -> None:
        for extension, name in (
            ("GL_KHR_robustness", "GetGraphicsResetStatus"),
            ("GL_ARB_robustness", "GetGraphicsResetStatusARB"),
        ):
            if extension in self.extensions:
                try:
                    self.GetGraphicsResetStatus = _load(name, "i", "")
                except RuntimeError:
                    continue
                return

    def has(self, name: str) -> bool:
        """Whether the reported version has this function."""
        return name in self.__dict__

    def string(self, name: int) -> str:
        """glGetString, decoded; empty where the driver gives none."""
        return (self.GetString(name) or b"").decode("utf-8", "replace")

    def integer(self, name: int, index: int | None = None) -> int:
        """One limit of the driver, 0 where it doesn't know the name."""
        values = (ctypes.c_int * 16)()
        if index is None:
            self.GetIntegerv(name, values)
        else:
            self.GetIntegeri_v(name, index, values)
        return int(values[0])

    def clear_errors(self) -> list[str]:
        """Take all pending errors, by name. A driver may keep several; a lost context may give them without end."""
        names = []
        for _attempt in range(16):
            code = self.GetError()
            if code == c.NO_ERROR:
                break
            names.append(c.ERROR_NAMES.get(code, hex(code)))
            if code == c.CONTEXT_LOST:
                break
        return names
