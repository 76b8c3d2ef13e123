"""What is known of one GLSL function: its source, what it calls, how exact it is, where, and after whom."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Function:
    """One GLSL function, as its family's file states it and `tests/gl/test_functions.py` proves it.

    Args:
        name: the name that generated code calls.
        source: the GLSL text; it must compile as #version 330 with GL_ARB_gpu_shader5, 410 and 430.
        needs: the names of the functions that `source` calls.
        max_ulp: the largest error over `domain`, in units of the last place of the exact result; 0 is exact, 0.5 is
            correctly rounded.
        domain: where that holds, and what comes out elsewhere; empty if it holds for every argument.
        citation: the method's source.
    """

    name: str
    source: str
    needs: tuple[str, ...] = ()
    max_ulp: float = 0.0
    domain: str = ""
    citation: str = ""
