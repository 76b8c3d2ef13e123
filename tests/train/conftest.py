"""What the tests of training share: the backends on which each of them has to give the same."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import tfnb as tf


@pytest.fixture(params=["host", "gl"])
def backend(request: pytest.FixtureRequest) -> Iterator[str]:
    """Each backend in turn; afterwards the one that was in force."""
    before = tf.get_backend()
    assert tf.set_backend(request.param), "no OpenGL: these tests need a context, Mesa's will do"
    yield request.param
    tf.set_backend(before)
