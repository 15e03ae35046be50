"""Where the mission stands says what may come, who is called in and which answers nobody has read."""

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


def test_nothing_is_said_of_what_was_never_told(mission: Path) -> None:
    shown = desk.show(mission)
    assert not [w for w in ("Warning", "CALL-OUT", "answer", "Cover") if w in shown.text]
    assert shown.data["warnings_open"] == []


def test_open_warnings_stand_with_their_chances_the_nearest_first(mission: Path) -> None:
    dates = ["about=1 month", "as early as=1 week"]
    desk.warning(mission, "dam", quantiles=dates)
    desk.warning(mission, "storm", quantiles=["about=3 days", "as early as=1 day"])
    (line,) = [one for one in desk.show(mission).text.splitlines() if one.startswith("Warnings open")]
    assert line.index("storm") < line.index("dam")
    desk.lift_warning(mission, "storm")
    assert desk.show(mission).data["warnings_open"] == ["dam"]
    assert "storm" not in desk.show(mission).text


def test_open_call_stands_with_its_answers_until_it_is_over(mission: Path) -> None:
    desk.base(mission, "42.5, 1.5")
    for name in ("P1", "P2"):
        desk.person(mission, name, roles=["medic"])
    desk.call_out(mission, ["medic=1"])
    assert "CALL-OUT C1 open since Fri 06 Mar 12:00 UTC: nobody answered yet" in desk.show(mission).text
    assert "NO ANSWER TO THE RECALL: P1 (0 min), P2 (0 min)." in desk.show(mission).text
    desk.answered(mission, "P1", text="Y 20")
    desk.answered(mission, "P2", text="the moon is blue")
    shown = desk.show(mission)
    assert "NO ANSWER TO THE RECALL: P2 (0 min)." in shown.text
    assert desk.list_orders(mission).data["open"] == ["P2"]
    assert "1 said yes" in shown.text
    assert "1 answer was not understood" in shown.text
    assert shown.data["answers_unread"] == 1


def test_an_answer_is_said_in_one_way_wherever_it_stands(mission: Path) -> None:
    desk.base(mission, "42.5, 1.5")
    desk.person(mission, "P1", roles=["medic"])
    desk.call_out(mission, ["medic=1"])
    said = desk.answered(mission, "P1", text="L 60").text
    log = desk.page_data(mission)["log"]
    assert "P1: only if nobody else can" in said
    assert "1 said only if nobody else can" in desk.show(mission).text
    assert "P1 answered call C1: only if nobody else can." in {row["what"] for row in log}
