"""Every kernel record, on every placement that it claims, in every data type that it allows."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest

import tfnb as tf
from tests.kernel_cases import Array, Call, calls, dtypes_of, ulp_error, wanted
from tfnb.engine.placement import ENGINE
from tfnb.engine.run import elementwise, execute
from tfnb.engine.survey import memory
from tfnb.kernels.record import KERNELS, Elementwise, Kernel

PLACEMENTS = ("null", "host", "compute", "fragment")
NUMPY_ULP = 4  # what NumPy promises for its float32 functions
TINY = 2.0**-126  # below it a fragment program may take and give 0


@contextmanager
def placed(placement: str) -> Iterator[None]:
    """Run ops on a placement; afterwards all that is live there is what was before, without the collector's help."""
    gc.collect()
    gc.disable()  # it would end what is older, and so hide what is left behind
    before = live()
    if placement == "null":
        ENGINE.use_null()
    elif placement == "host":
        tf.set_backend("host")
    else:
        tf.set_backend("gl")
    try:
        with _tier(placement):
            yield
            assert live() == before, "tensors are left behind"
            if placement == "null":
                assert ENGINE.null.bytes_in_use == 0, "bytes are left behind on the null device"
    finally:
        gc.enable()
        tf.set_backend("auto")


def live() -> tuple[int, int, int]:
    """How many tensors are live, and the bytes of their values and of what holds them."""
    now = memory()
    return now.num_tensors, now.num_bytes, now.storage_bytes


@contextmanager
def _tier(placement: str) -> Iterator[None]:
    """One of the two kinds of OpenGL program; errors are asked for after each call, and textures counted."""
    if placement not in ("compute", "fragment"):
        yield
        return
    from tfnb.device.gl.executor import GLExecutor

    first = ENGINE.open_gl()
    assert first is not None, ENGINE.gl_problem
    device = first.device
    assert placement == "fragment" or device.tier == "compute", "this driver has no compute shaders"
    used, tier, device.debug = device.pool.stats().bytes_in_use, device.tier, True
    executor = EXECUTORS.setdefault(placement, first if placement == device.tier else GLExecutor())
    ENGINE._gl, device.tier = executor, placement
    try:
        yield
        assert {plan.kind for plan in executor._plans.values()} <= {placement}, "programs of the other kind ran"
        assert device.pool.stats().bytes_in_use == used, "textures are left behind"
        device.finish()
        assert device.gl.GetError() == 0
    finally:
        ENGINE._gl, device.tier, device.debug = first, tier, False


EXECUTORS: dict[str, Any] = {}  # each with programs of one kind


def run(call: Call) -> tuple[Array, str]:
    """The result of a call, and its data type."""
    inputs = [tf.tensor(array) for array in call.arrays]
    if isinstance(call.kernel, Elementwise):
        scalars = [int(one) if call.arrays[-1].dtype == np.int32 else one for one in call.kernel.trial]
        result = elementwise(call.kernel, inputs, sys._getframe(), tuple(scalars))
    else:
        result = execute(call.kernel, inputs, sys._getframe(), **call.attributes)
    return result.numpy(), result.dtype


def check_elementwise(kernel: Elementwise, placement: str, got: Array, exact: Array) -> None:
    if got.dtype == np.complex64:
        assert np.allclose(got, exact, rtol=1e-5, atol=1e-6, equal_nan=True)
        return
    if got.dtype != np.float32:
        assert np.array_equal(got, exact)
        return
    error = ulp_error(got, exact)
    if placement == "fragment":
        error[(np.abs(exact) < TINY) & (np.abs(got) <= TINY)] = 0
    most = max(kernel.max_ulp, NUMPY_ULP) if placement == "host" and kernel.transcendental else kernel.max_ulp
    worst = int(np.argmax(error)) if error.size else 0
    # The exact value is rounded too: half a unit may come out as a little more.
    assert not error.size or error.flat[worst] <= most + 1e-6, (
        f"{error.flat[worst]} units at {worst}: {got.flat[worst]!r}, wanted {exact.flat[worst]!r}"
    )
    if not kernel.free_zero:
        zero = (exact == 0) & (got == 0)
        assert np.array_equal(np.signbit(got[zero]), np.signbit(exact[zero])), "the sign of a zero"


def check_kernel(kernel: Kernel, got: Array, exact: Array) -> None:
    if got.dtype.kind not in "fc":
        assert np.array_equal(got, exact)
        return
    finite = np.isfinite(exact)
    assert np.array_equal(got[~finite], exact[~finite].astype(got.dtype), equal_nan=True)
    with np.errstate(all="ignore"):
        if kernel.max_error == 0:
            assert np.array_equal(got[finite], exact[finite].astype(got.dtype))
        elif finite.any():
            unit = max(float(np.abs(exact[finite]).max()), TINY) * 2.0**-24
            error = np.abs(got[finite].astype(exact.dtype) - exact[finite])
            assert error.max() <= kernel.max_error * unit, f"{error.max() / unit} units, {kernel.max_error} promised"


@pytest.mark.parametrize(
    ("name", "placement", "dtype"),
    [
        pytest.param(name, placement, dtype, id=f"{name}-{placement}-{dtype}")
        for name, kernel in sorted(KERNELS.items())
        for placement in PLACEMENTS
        for dtype in dtypes_of(kernel, placement)
    ],
)
def test_a_kernel_is_as_exact_as_its_record_says(name: str, placement: str, dtype: str) -> None:
    kernel = KERNELS[name]
    with placed(placement):
        for call in calls(kernel, dtype, placement):
            try:
                exact = wanted(call)
                got, kind = run(call)
                assert got.shape == exact.shape
                if isinstance(kernel, Elementwise):
                    assert kind == kernel.dtype_of(dtype)
                if placement != "null":  # which computes nothing
                    if isinstance(kernel, Elementwise):
                        check_elementwise(kernel, placement, got, exact)
                    else:
                        check_kernel(kernel, got, exact)
            except Exception as error:
                error.add_note(str(call))
                raise
            del got
