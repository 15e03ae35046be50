"""What a person at the page must be able to trust: what is out of date says so, and nothing is chosen for them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from homeward import desk
from homeward.geo import Place
from homeward.mission.choices import SegmentDrawn
from homeward.mission.events import TeamSeen, TeamStoodDown
from homeward.mission.nouns import OwnSegment
from tests.exchange.building_sample import drawn
from tests.web import sample
from tests.web.conftest import MemoryDesk, Served

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser


def opened(tab: Page, served: Served) -> Page:
    tab.goto(served.url)
    tab.wait_for_selector("tr.task")
    return tab


def test_a_plan_older_than_a_drop_out_says_so(tab: Page, served: Served, memory_desk: MemoryDesk) -> None:
    opened(tab, served)
    before = memory_desk.page_data(Path())["newer_than_plan"]
    memory_desk.write(TeamStoodDown(team="Alpha", why="tired"))
    count = f"{before + 1} fact{'' if before == 0 else 's'}"
    tab.wait_for_selector(f"#newer-plan:has-text('{count}'):has-text('newer than the plan')")


def test_a_load_that_failed_is_made_up_for(tab: Page, served: Served, memory_desk: MemoryDesk) -> None:
    opened(tab, served)
    tab.route("**/api/mission", lambda route: route.abort())
    memory_desk.team(Path(), "Hotel", kind="dog", people=2)
    tab.wait_for_selector("#toast:has-text('may be out of date')")
    tab.unroute("**/api/mission")
    tab.wait_for_selector("#tab-teams:has-text('9')")
    tab.expected_errors[:] = [e for e in tab.expected_errors if "ERR_" not in e]  # type: ignore[attr-defined]


def test_progress_ends_for_whoever_comes_late_and_the_whole_answer_stays(
    tab: Page, served: Served, memory_desk: MemoryDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    notes = desk.Answer(text="Plan for period 2 made.\nNOTE: The map is old.")

    def plan(_path: Path, **_given: object) -> desk.Answer:
        memory_desk.hold.wait(20)
        return notes

    monkeypatch.setitem(vars(desk), "plan", plan)
    opened(tab, served)
    memory_desk.hold.clear()
    httpx.post(f"{served.url}/api/verbs/plan", json={})
    tab.wait_for_selector("#work:has-text('Making the plan')")
    tab.context.set_offline(True)
    served.stop()
    memory_desk.hold.set()
    served.start()
    tab.context.set_offline(False)
    tab.wait_for_selector("#work", state="hidden")
    tab.expected_errors[:] = [e for e in tab.expected_errors if "ERR_" not in e]  # type: ignore[attr-defined]
    httpx.post(f"{served.url}/api/verbs/plan", json={})
    tab.wait_for_selector("#said:has-text('NOTE: The map is old.')")
    assert re.search(r"Answer of .*\d\d:\d\d", tab.inner_text("#said"))
    assert tab.is_hidden("#toast")  # it would say the same a second time
    tab.reload()
    tab.wait_for_selector("#said:has-text('NOTE: The map is old.')")
    assert tab.is_hidden("#toast")


def test_where_teams_are_and_what_the_manager_drew_is_on_the_map(
    tab: Page, served: Served, memory_desk: MemoryDesk
) -> None:
    here = sample.IPP
    ring = tuple(Place(here.lat_deg + a, here.lon_deg + b) for a, b in ((0, 0), (0.02, 0), (0.02, 0.02)))
    memory_desk.write(TeamSeen(team="Bravo", place=Place(here.lat_deg + 0.01, here.lon_deg)))
    memory_desk.write(SegmentDrawn(segment=OwnSegment(id="N9", ring=ring)))
    opened(tab, served)
    tab.wait_for_selector("body[data-idle='1']")
    images = tab.evaluate("() => homewardMap.listImages()")
    assert any("⊙ Bravo" in name for name in images)
    assert any(name.endswith("|N9") for name in images)
    tab.click("#tab-teams")
    assert "seen" in tab.inner_text("#teams li:has-text('Bravo')")


def test_focus_stays_where_it_is_while_a_plan_is_made(tab: Page, served: Served, memory_desk: MemoryDesk) -> None:
    opened(tab, served)
    memory_desk.hold.clear()
    tab.focus("#panel .buttons button:has-text('Make map')")
    httpx.post(f"{served.url}/api/verbs/plan", json={})
    tab.wait_for_selector("#work:has-text('40 %')")
    assert tab.evaluate("document.activeElement.textContent") == "Make map"
    memory_desk.hold.set()
    tab.wait_for_selector("#work", state="hidden")


def test_a_building_on_the_page_forces_a_choice_and_tells_when_its_plan_is_old(
    tmp_path: Path, chromium: Browser
) -> None:
    path = tmp_path / "s.mission"
    desk.new(path, name="School")
    (tmp_path / "school.json").write_bytes(drawn())
    desk.load_building(path, tmp_path / "school.json", name="school")
    desk.load_building(path, tmp_path / "school.json", name="church")
    desk.team(path, "Alpha", kind="hasty", people=4)
    desk.plan_building(path, "school", teams=["Alpha"], minutes=5, time_limit_s=1)
    server = Served(path)
    try:
        tab = chromium.new_page(viewport={"width": 390, "height": 844})
        tab.goto(server.url)
        tab.click("#tab-buildings")
        tab.wait_for_selector("section[aria-label=school] details")
        assert "newer than this plan" not in tab.inner_text("#tab")
        tab.click("section[aria-label=school] button[aria-label='Reading of Room 1']")
        assert [tab.input_value(f"#f-{name}") for name in ("name", "room", "stood_in", "sense", "positive")] == [
            "school", "Room 1", "", "", "",
        ]  # fmt: skip
        tab.click("dialog button[type=submit]")
        assert tab.is_visible("dialog")  # the browser asks for what is missing
        tab.select_option("#f-stood_in", "Hall")
        tab.select_option("#f-sense", "dog")
        tab.select_option("#f-positive", "true")
        tab.click("dialog button[type=submit]")
        tab.wait_for_selector("section[aria-label=school] .hazard:has-text('1 reading or search is newer')")
        assert tab.locator("section[aria-label=school] details.stale").count() >= 1
        tab.click("text=Plan the search inside")
        assert tab.input_value("#f-name") == ""
        assert tab.locator("#f-start option").all_text_contents() == ["–"]
        tab.select_option("#f-name", "church")
        assert "Hall" in tab.locator("#f-start option").all_text_contents()
        tab.keyboard.press("Escape")
        tab.click("text=Throw it away")
        tab.click("#tab-teams")
        tab.click("#teams li:has-text('Alpha') >> text=Change")
        assert [tab.input_value(f"#f-{name}") for name in ("name", "kind", "people")] == ["Alpha", "hasty", "4"]
        tab.fill("#f-radio", "channel 5")
        tab.click("dialog button[type=submit]")
        tab.wait_for_selector("#teams li:has-text('channel 5')")
        assert desk.page_data(path)["teams"][0]["people"] == 4
        tab.close()
    finally:
        server.stop()
