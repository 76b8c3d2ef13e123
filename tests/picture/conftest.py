"""One figure of each kind, for tests that hold for all of them."""

from __future__ import annotations

import pytest

from tests.picture.figures import GALLERY
from tfnb.picture.parts import Figure


@pytest.fixture(params=GALLERY)
def figure(request: pytest.FixtureRequest) -> Figure:
    """One figure of each kind."""
    return GALLERY[request.param]()
