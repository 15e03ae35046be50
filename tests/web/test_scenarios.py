"""Scenarios on the page, against the real desk: voted on in a browser, each with its own map."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from homeward import desk
from tests.desk.conftest import NOON, make_ready
from tests.web.conftest import Served

if TYPE_CHECKING:
    from playwright.sync_api import Page


@pytest.fixture
def mission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOMEWARD_NOW", NOON)
    monkeypatch.setenv("HOMEWARD_BY", "Kim")
    return make_ready(tmp_path)


@pytest.fixture
def served(mission: Path) -> Iterator[Served]:
    server = Served(mission)
    yield server
    server.stop()


def test_the_verbs_reach_the_desk_and_the_page_tells_what_came_of_it(served: Served, mission: Path) -> None:
    steps = [
        ("suggest_scenarios", {"take": True}),
        ("drop_scenario", {"name": "left", "why": "rang"}),
        ("scenario", {"name": "lost", "direction_deg": 40, "forget": ["injured"]}),
        ("vote", {"planner": "Kim", "votes": {"lost": "60", "injured": 20, "despondent": 10, "rest": 10}}),
        ("vote", {"planner": "Lee", "votes": {"lost": "A", "injured": "A", "despondent": "E", "rest": 5}}),
        ("subject", {"injured": False, "forget": ["medical"]}),
        ("ipp", {"place": "36.2, -84.2", "seen": "08:00", "direction_deg": 40}),
    ]
    with httpx.Client(base_url=served.url, timeout=60) as page:
        for verb, fields in steps:
            answer = page.post(f"/api/verbs/{verb}", json=fields)
            assert answer.status_code == 200, (verb, answer.text)
        wrong = page.post("/api/verbs/vote", json={"votes": {"lost": -1, "injured": 2, "despondent": 1, "rest": 1}})
        desk.make_map(mission)
        data = page.get("/api/mission").json()
    assert (wrong.status_code, "gives lost -1" in wrong.json()["error"]) == (400, True)
    assert [row["id"] for row in data["scenarios"]] == ["lost", "injured", "despondent", "rest"]
    assert sum(row["now"] for row in data["scenarios"]) == pytest.approx(1)
    assert [bool(row["map"]) for row in data["scenarios"]] == [True, True, True, False]
    assert data["alive"] > data["alive_on_map"] > 0
    assert {vote["planner"] for vote in data["votes"]} == {"Kim", "Lee"}


@pytest.mark.browser
def test_a_planner_votes_on_the_page_and_looks_at_one_scenarios_map(tab: Page, served: Served, mission: Path) -> None:
    desk.suggest_scenarios(mission, take=True)
    desk.drop_scenario(mission, "left")
    desk.make_map(mission)
    tab.goto(served.url)
    tab.wait_for_selector("body[data-idle='1']")
    tab.click("#tab-story")
    assert "Nobody has voted" in tab.inner_text("#tab")
    tab.click("#tab button:has-text('Vote')")
    for name, share in (("lost", "A"), ("injured", "C"), ("despondent", "I"), ("rest", "10")):
        tab.fill(f"#f-{name}", share)
    tab.click("dialog button[type=submit]")
    tab.wait_for_selector("[data-scenario=rest] >> text=10 %")
    with_votes = desk.show_scenarios(mission).data
    assert with_votes["votes"]["Kim"]["rest"] == pytest.approx(0.1)
    assert "Alive: " in tab.inner_text("#survival")
    tab.click("[data-doing=despondent] >> text=On the map")
    tab.wait_for_selector("#map[data-belief=scenario]")
    assert "Only if: does not want to be found" in tab.inner_text("#layers summary")
    tab.click("[data-doing=despondent] >> text=All on the map")
    tab.wait_for_selector("#map[data-belief=shown]")
    tab.click("[data-doing=injured] >> text=Change")
    assert (tab.input_value("#f-name"), tab.input_value("#f-mobility")) == ("injured", "none")
    tab.keyboard.press("Escape")
    tab.set_viewport_size({"width": 360, "height": 740})
    assert tab.evaluate("document.documentElement.scrollWidth") <= 360
