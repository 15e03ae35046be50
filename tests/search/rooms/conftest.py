"""These tests are about plans, not about the first use on a machine."""

from __future__ import annotations

import pytest

from homeward.search.rooms.solve import compiled


@pytest.fixture(autouse=True, scope="session")
def at_hand():
    compiled()
