"""A mission told in a test's own docstring (`tests.missions` says how)."""

from __future__ import annotations

from inspect import getdoc

import pytest

from homeward.mission import Mission
from tests.missions import mission_of


@pytest.fixture
def mission(request: pytest.FixtureRequest) -> Mission:
    """The mission that the test's docstring tells."""
    return mission_of(getdoc(request.function) or "")
