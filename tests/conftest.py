"""Fixtures that every room's tests share."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("house", deadline=None)  # the machine may be shared: no test fails for being slow
settings.load_profile("house")

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skips what needs the real data, with a plain word, where the data is absent."""
    if SHARED.is_dir():
        return
    skip = pytest.mark.skip(reason=f"needs the real data in {SHARED}, which is not here")
    for item in items:
        if "shared" in item.keywords:
            item.add_marker(skip)


@pytest.fixture
def shared() -> Path:
    """The folder with the real data; use it in tests marked `shared` only."""
    return SHARED
