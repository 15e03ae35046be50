"""Warnings passed on: CAP messages in and out, who may read what of them, and the calendar of dates to be ready by."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar

from homeward import desk
from homeward.errors import BadFile, BadInput
from homeward.exchange.cap import read_cap


@pytest.fixture
def mission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOMEWARD_NOW", "2026-03-06T12:00:00Z")
    path = tmp_path / "m.mission"
    desk.new(path, name="Test", time_zone="UTC")
    return path


def month(path: Path, name: str = "dam", **told: object) -> desk.Answer:
    given = {"quantiles": ["about=1 month", "as early as=1 week"], "said_at": "-5d"} | told
    return desk.warning(path, name, **given)  # type: ignore[arg-type]


def entries(path: Path) -> list[Any]:
    return list(Calendar.from_ical(desk.calendar(path).data["ics"]).walk("VEVENT"))


def at(monkeypatch: pytest.MonkeyPatch, when: str) -> None:
    monkeypatch.setenv("HOMEWARD_NOW", when)


def test_cap_out_and_in_again_is_the_same_warning(mission: Path, tmp_path: Path) -> None:
    month(mission, never=0.2, widen=1.5)
    file = tmp_path / "dam.xml"
    desk.cap_out(mission, "dam", file=file, severity="severe", instruction="Stay above the mill.")
    other = tmp_path / "other.mission"
    desk.new(other, name="Other", time_zone="UTC")
    desk.cap_in(other, file)
    ours, theirs = (desk.forecast(p).data["warnings"][0]["coming"] for p in (mission, other))
    assert theirs["ready_by"] == ours["ready_by"]
    assert theirs["within"] == ours["within"]


def test_cancellation_lifts_what_it_names(mission: Path, tmp_path: Path) -> None:
    month(mission)
    first, last, other = tmp_path / "1.xml", tmp_path / "2.xml", tmp_path / "other.mission"
    desk.cap_out(mission, "dam", file=first)
    desk.new(other, name="Other", time_zone="UTC")
    desk.cap_in(other, first)
    desk.lift_warning(mission, "dam")
    with pytest.raises(BadInput, match="--replaces"):
        desk.cap_out(mission, "dam")
    desk.cap_out(mission, "dam", file=last, replaces=first)
    assert "lifted" in desk.cap_in(other, last).text
    assert desk.forecast(other).data["warnings"] == []
    with pytest.raises(BadInput, match="no open warning"):
        desk.cap_in(other, last)


def test_a_message_of_another_warning_is_never_updated_or_cancelled(mission: Path, tmp_path: Path) -> None:
    month(mission, "storm")
    month(mission)
    storm = tmp_path / "storm.xml"
    desk.cap_out(mission, "storm", file=storm)
    with pytest.raises(BadInput, match="message of 'storm', not of 'dam'"):
        desk.cap_out(mission, "dam", file=tmp_path / "dam.xml", replaces=storm)
    desk.lift_warning(mission, "dam")
    with pytest.raises(BadInput, match="message of 'storm', not of 'dam'"):
        desk.cap_out(mission, "dam", file=tmp_path / "dam.xml", replaces=storm)
    assert not (tmp_path / "dam.xml").exists()


def test_exercise_messages_stay_out_of_real_missions(mission: Path, tmp_path: Path) -> None:
    month(mission)
    xml = desk.cap_out(mission, "dam").data["xml"].replace("<status>Actual", "<status>Exercise")
    with pytest.raises(BadInput, match="real mission"):
        desk.cap_in(mission, xml=xml)
    with pytest.raises(BadFile, match="no file"):
        desk.cap_in(mission, tmp_path / "none.xml")


def test_update_replaces_the_warning_it_updates(mission: Path, tmp_path: Path) -> None:
    month(mission)
    xml = desk.cap_out(mission, "dam").data["xml"]
    other = tmp_path / "other.mission"
    desk.new(other, name="Other", time_zone="UTC")
    desk.cap_in(other, xml=xml)
    desk.warning(mission, "dam", never=0.5)
    desk.cap_in(other, xml=desk.cap_out(mission, "dam", replaces=xml).data["xml"])
    (row,) = desk.forecast(other).data["warnings"]
    assert row["never"] == 0.5


@pytest.mark.parametrize("public", [False, True])
def test_what_the_mission_sent_itself_is_no_second_warning(mission: Path, *, public: bool) -> None:
    month(mission)
    xml = desk.cap_out(mission, "dam", public=public).data["xml"]
    for name in (None, "flood"):
        with pytest.raises(BadInput, match="mission's own warning dam"):
            desk.cap_in(mission, xml=xml, name=name)
    desk.warning(mission, "dam", never=0.5)
    with pytest.raises(BadInput, match="own warning dam"):
        desk.cap_in(mission, xml=xml, name="flood")
    assert [row["id"] for row in desk.forecast(mission).data["warnings"]] == ["dam"]


def test_what_another_homeward_passes_back_is_no_second_warning_either(mission: Path, tmp_path: Path) -> None:
    month(mission)
    other = tmp_path / "other.mission"
    desk.new(other, name="Other", time_zone="UTC")
    xml = desk.cap_out(mission, "dam").data["xml"]
    desk.cap_in(other, xml=xml, name="burst")
    back = desk.cap_out(other, "burst").data["xml"]
    with pytest.raises(BadInput, match="same as this mission's warning dam"):
        desk.cap_in(mission, xml=back)
    desk.cap_in(other, xml=xml)  # the same message once more replaces what it gave
    assert [row["id"] for row in desk.forecast(other).data["warnings"]] == ["burst"]


FOREIGN = """<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>AD-1</identifier>
<sender>meteo@example.org</sender><sent>2026-03-06T05:00:00+01:00</sent><status>Actual</status><msgType>Alert</msgType>
<scope>Public</scope><info><category>Met</category><event>Snow storm</event><urgency>Expected</urgency>
<severity>Severe</severity><certainty>Likely</certainty><onset>2026-03-06T18:00:00+01:00</onset>
<expires>2026-03-07T12:00:00+01:00</expires></info></alert>"""


def test_message_of_others_is_told_by_the_clock(mission: Path) -> None:
    text = desk.cap_in(mission, xml=FOREIGN).text
    assert "7.5 % by Fri 06 Mar 17:00 UTC, 67.5 % by Sat 07 Mar 11:00 UTC" in text
    assert "Likely is 75 %" in text
    assert "days" not in text.splitlines()[0]


def test_message_that_is_over_is_not_taken_in(mission: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BadInput, match="urgency Past"):
        desk.cap_in(mission, xml=FOREIGN.replace("Expected<", "Past<"))
    at(monkeypatch, "2026-03-10T12:00:00Z")
    with pytest.raises(BadInput, match=r"expired Sat 07 Mar 11:00 UTC, 3 days ago"):
        desk.cap_in(mission, xml=FOREIGN)
    assert desk.forecast(mission).data["warnings"] == []
    endless = FOREIGN.replace("<expires>2026-03-07T12:00:00+01:00</expires>", "")
    assert "OVERDUE" in desk.cap_in(mission, xml=endless).text


def test_area_is_the_target_or_the_mission_and_for_everybody_no_target(mission: Path) -> None:
    month(mission, targets=["hut", "mill"])
    plain = read_cap(desk.cap_out(mission, "dam").data["xml"].encode(), name="x")[0]
    assert plain.areas == ("hut", "mill", "Test")
    desk.target(mission, "hut", place="42.54, 1.73", value=3)
    desk.base(mission, "42.5123, 1.7")
    named = desk.cap_out(mission, "dam").data["xml"]
    assert read_cap(named.encode(), name="x")[0].areas == ("hut", "mill")
    assert "<circle>42.54000,1.73000 1</circle>" in named
    open_ = desk.cap_out(mission, "dam", public=True)
    assert not [w for w in ("hut", "mill", "1.73", "42.5123") if w in open_.data["xml"]]
    assert "<areaDesc>Test</areaDesc>" in open_.data["xml"]
    assert "<circle>42.51000,1.70000 6</circle>" in open_.data["xml"]
    assert "Everybody who gets it reads its name and area" in open_.text


def test_calendar_holds_every_date(mission: Path) -> None:
    month(mission)
    events = Calendar.from_ical(desk.calendar(mission).data["ics"]).walk("VEVENT")
    row = desk.forecast(mission).data["warnings"][0]
    dates = [datetime.fromisoformat(r["at"]) for r in row["coming"]["ready_by"]]
    assert [e.decoded("dtstart") for e in events] == dates
    assert len({str(e["uid"]) for e in events}) == len(events)


def test_calendar_says_what_to_do_and_rings_while_there_is_time(mission: Path) -> None:
    month(mission)
    events = entries(mission)
    assert str(events[0]["summary"]) == "Be ready for dam (risk 1 % that it came before)"
    now = datetime(2026, 3, 6, 12, tzinfo=UTC)
    for event in events:
        left = event.decoded("dtstart") - now
        notice = -event.walk("VALARM")[0].decoded("trigger")
        assert timedelta(0) < notice <= min(timedelta(days=1), left / 2)
    assert notice == timedelta(days=1)  # of the latest, weeks ahead


def test_a_later_calendar_moves_the_entries_of_the_earlier(mission: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    month(mission)
    before = entries(mission)
    at(monkeypatch, "2026-03-10T12:00:00Z")
    after = entries(mission)
    assert [str(e["uid"]) for e in before] == [str(e["uid"]) for e in after]
    assert all(a["sequence"] > b["sequence"] for a, b in zip(after, before, strict=True))
    assert all(a.decoded("dtstart") > b.decoded("dtstart") for a, b in zip(after, before, strict=True))


def test_documents_of_a_mission_with_nothing_but_a_warning(mission: Path) -> None:
    month(mission)
    made = desk.documents(mission)
    assert {name: kind for name, (kind, _) in made.items()} == {
        "warnings.png": "image/png",
        "warnings-night.png": "image/png",
        "ready-by.ics": "text/calendar",
    }
