"""What is said beside a warning's numbers: what of what was told does not count in them."""

from __future__ import annotations

from pathlib import Path

import pytest

from homeward import desk


@pytest.fixture
def mission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOMEWARD_NOW", "2026-03-06T12:00:00Z")
    path = tmp_path / "m.mission"
    desk.new(path, name="Test", time_zone="UTC")
    return path


def month(path: Path, *, source: str | None = None) -> desk.Answer:
    return desk.warning(path, "dam", quantiles=["about=1 month", "as early as=1 week"], said_at="-5d", source=source)


def test_cap_out_says_that_reports_since_stay_behind(mission: Path) -> None:
    month(mission)
    assert "NOTE" not in desk.cap_out(mission, "dam").text
    desk.warning_report(mission, "dam", within="14 days", said_at="-1d")
    assert "count the reports since (R1)" in desk.cap_out(mission, "dam").text


def test_letter_of_a_source_is_said_to_change_no_number(mission: Path) -> None:
    plain = month(mission)
    told = desk.warning(mission, "dam", reliability="D")
    assert told.data["within"] == plain.data["within"]
    for text in (told.text, desk.forecast(mission).text):
        assert "The letter D of its source changes no number" in text
    assert "letter" not in plain.text


def test_later_dates_of_its_own_source_replace_the_warning_and_say_so(mission: Path) -> None:
    month(mission, source="the neighbour")
    told = desk.warning_report(
        mission, "dam", quantiles=["10%=2 days", "50%=4 days"], source="the neighbour", said_at="-1d"
    )
    assert "NOTE: What was said first was left aside: its source said other dates later (R1)." in told.text
    assert told.data["median_d"] < 5
