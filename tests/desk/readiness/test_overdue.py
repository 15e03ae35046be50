"""A warning that lies behind says so before every date: in words, on the board, the picture and the calendar."""

from __future__ import annotations

from pathlib import Path

import pytest

from homeward import desk
from homeward.errors import BadInput


@pytest.fixture
def mission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOMEWARD_NOW", "2026-03-06T12:00:00Z")
    path = tmp_path / "lost.mission"
    desk.new(path, name="Test", time_zone="UTC")
    return path


def test_overdue_stands_before_every_date(mission: Path) -> None:
    told = desk.warning(mission, "dam", quantiles=["about=1 day", "as late as=2 days"], said_at="-300d").text
    assert told.index("OVERDUE") < told.index("Median")
    said = desk.forecast(mission)
    assert said.text.index("OVERDUE") < said.text.index("Median") < said.text.index("Ready by")
    assert said.text.count("OVERDUE") == 1
    assert said.data["warnings"][0]["notes"][0].startswith("OVERDUE.")
    ics = desk.calendar(mission).data["ics"].replace("\r\n ", "")
    assert ics.count("OVERDUE") == ics.count("BEGIN:VEVENT") > 0


def test_readiness_that_costs_nothing_is_raised_and_held(mission: Path) -> None:
    desk.warning(mission, "dam", quantiles=["about=1 month", "as early as=1 week"])
    told = desk.alert_level(mission, cost_per_day="0", loss=100)
    assert "costs nothing: it pays always" in told.text
    assert "Raise it now, and hold it." in told.text
    with pytest.raises(BadInput, match="from 0 up"):
        desk.alert_level(mission, cost_per_day="-1", loss=100)
