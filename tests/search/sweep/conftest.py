"""The compiled functions are ready before the first plan: without them a short limit brings a simple pattern only."""

from __future__ import annotations

import pytest

from homeward.search.sweep.ready import compile_all, is_ready


@pytest.fixture(autouse=True, scope="session")
def _compiled() -> None:
    if not is_ready():
        compile_all()
