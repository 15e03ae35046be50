"""The crew and the rescue in a real browser, on a real mission: from people and hazards to the way out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from homeward import desk
from homeward.web.verbs import do, read_form
from tests.desk.conftest import NOON, make_ready
from tests.web.conftest import opened_page

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

Fact = tuple[str, dict[str, object]]
EXITS: tuple[Fact, ...] = (
    ("person", {"name": "M1", "roles": ["medic:5"], "real_name": "Ann Poe", "phone": "555 01"}),
    ("person", {"name": "G1", "roles": ["guard:4"]}),
    ("hazard", {"name": "Slope", "kind": "rockfall", "places": ["36.20,-84.20", "36.20,-84.19", "36.21,-84.19"]}),
    ("exit", {"name": "Road", "place": "36.1900, -84.2100", "kind": "vehicle", "then": "30 min"}),
    ("exit", {"name": "Pad", "place": "36.2180, -84.1800", "kind": "landing", "then": "20 min"}),
)
FOUND: tuple[Fact, ...] = (
    ("found", {"place": "36.2080, -84.1920", "team": "Dog 1", "alive": True, "condition": "broken ankle"}),
    ("casualty", {"name": "1", "real_name": "Bea Roe", "mechanism": "fall of 5 m"}),
    ("observe", {"casualty": "1", "pulse_pm": 118, "consciousness": "V"}),
    ("treat", {"what": "tourniquet", "where": "left thigh"}),
)
SECRETS = ("Bea Roe", "Ann Poe", "555 01", "ankle", "thigh", "tourniquet", "fall of 5", "118")


@pytest.fixture
def mission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOMEWARD_NOW", NOON)
    monkeypatch.setenv("HOMEWARD_BY", "tester")
    return make_ready(tmp_path)


@pytest.fixture
def page(chromium: Browser, mission: Path) -> Iterator[Page]:
    """The page of the mission with what is personal."""
    with opened_page(chromium, mission) as opened:
        opened.wait_for_selector("#tab-crew")
        yield opened


def told(path: Path, *facts: Fact) -> None:
    for verb, fields in facts:
        do(verb, path, read_form(verb, json.loads(json.dumps(fields))))


def fill(page: Page, **fields: str) -> None:
    for name, value in fields.items():
        node = page.locator(f"dialog #f-{name}")
        if node.evaluate("node => node.tagName") == "SELECT":
            node.select_option(value)
        else:
            node.fill(value)


def refusals_are_expected(page: Page) -> None:
    page.expected_errors[:] = [e for e in page.expected_errors if "400" not in e]  # type: ignore[attr-defined]


def send(page: Page) -> None:
    page.click("dialog button[type=submit]")
    page.wait_for_selector("dialog:not([open])", state="attached")


def test_people_hazards_and_a_formation(page: Page, mission: Path) -> None:
    page.click("#tab-crew")
    for name, role, until in (("M1", "medic", "2027-01-31"), ("M2", "medic", "2026-10-31")):
        page.click("text=Register a person")
        fill(page, name=name, role=role, skill="5", until=until)
        send(page)
    assert "medic 5 (until 31 Jan 2027)" in page.inner_text("#people li:has-text('M1')")
    page.wait_for_selector("#people li:has-text('M2')")
    assert "EXPIRED 31 Oct 2026" in page.inner_text("#people li:has-text('M2')")

    page.click("text=Form for search")
    send(page)
    page.wait_for_selector("#said:has-text('IMPOSSIBLE')")
    assert desk.page_data(mission)["crew"]["formation"] is None

    page.click("text=Register a person")
    fill(page, name="G1", role="guard")
    send(page)
    page.click("text=Mark a hazard")
    fill(page, name="H1", kind="people", label="shots", place="36.205, -84.205", radius_m="300")
    send(page)
    page.wait_for_selector("#hazards li:has-text('shots')")
    drawn = page.evaluate("() => homewardMap.getSource('hazards').serialize().data.features.map(f => f.properties.id)")
    assert drawn == ["H1"]
    page.click("text=Form for search")
    send(page)
    page.wait_for_selector("#posts li:has-text('M1 (medic), G1 (guard)')")
    assert "All roles can still be filled with" in page.inner_text("#complete")
    page.click("[aria-label='G1 stands down']")
    send(page)
    page.wait_for_selector("text=No longer here: G1")


def test_a_find_sends_orders_out_and_each_is_acknowledged(page: Page, mission: Path) -> None:
    told(mission, *EXITS, ("person", {"name": "R1", "roles": ["comms:3"]}))
    page.click("#located")
    fill(page, place="36.2080, -84.1920", team="Dog 1")
    send(page)
    page.wait_for_selector("#alarm:has-text('SUBJECT LOCATED')")
    assert page.get_attribute("#tab-crew", "aria-selected") == "true"
    page.wait_for_selector("#said:has-text('you lead the scene')")
    assert page.inner_text("#answered") == "5 of 5 NOT ANSWERED"
    for name in ("Dog 1", "Line A", "M1", "G1", "R1"):
        page.click(f"[aria-label='{name} acknowledges']")
        fill(page, eta="+20min")
        send(page)
        page.wait_for_selector(f"#orders li.done:has(strong:text-is('{name}'))")
    assert page.inner_text("#answered") == "All 5 have acknowledged"
    page.click("#tab-plan")
    assert "Everybody has acknowledged" in page.inner_text("#alarm")

    page.click("#go-crew")
    page.click("#recall")
    assert "5 get the order to come back at once" in page.inner_text("dialog")
    page.click("dialog >> text=Cancel")
    assert page.inner_text("#answered") == "All 5 have acknowledged"
    page.click("#recall")
    send(page)
    page.wait_for_selector("#alarm:has-text('RECALL')")
    assert page.inner_text("#answered") == "5 of 5 NOT ANSWERED"
    assert "stay with casualty 1" in page.inner_text("#orders li:has(strong:text-is('M1'))")


def test_a_value_that_cannot_be_is_told_at_its_field(page: Page, mission: Path) -> None:
    told(mission, *EXITS, *FOUND)
    page.click("#tab-rescue")
    page.click("button:text-is('Examine')")
    fill(page, pulse_pm="900", resp_rate_pm="22")
    page.click("dialog button[type=submit]")
    page.wait_for_selector("dialog [role=alert]:visible")
    assert page.inner_text(".row:has(#f-pulse_pm) + [role=alert]").startswith("A pulse (per minute) of 900 cannot be")
    marked = page.locator("dialog [aria-invalid=true]").evaluate_all("nodes => nodes.map(node => node.name)")
    assert marked == ["pulse_pm"]
    fill(page, pulse_pm="90")
    send(page)
    page.wait_for_selector("table.vitals tbody tr:nth-child(2)")
    assert "90" in page.inner_text("table.vitals tbody tr:first-child")
    assert page.locator("table.vitals svg").count() >= 1
    refusals_are_expected(page)


def test_a_way_out_is_planned_and_another_is_chosen(page: Page, mission: Path) -> None:
    told(mission, *EXITS, *FOUND)
    page.click("#tab-rescue")
    page.click("text=Plan the way out")
    fill(page, bearers="18")
    send(page)
    page.wait_for_selector("table.ways", timeout=120_000)
    assert "Planning support: the medic decides." in page.inner_text("#tab")
    before = page.inner_text("table.ways tr[aria-current] th")
    other = page.locator("table.ways [aria-label^='Choose way']").first
    number = str(other.get_attribute("aria-label")).rsplit(" ", 1)[1]
    other.click()
    assert page.input_value("#f-route") == number
    send(page)
    page.wait_for_selector(f"table.ways tr[aria-current] th:has-text('{number} to')", timeout=120_000)
    assert page.inner_text("table.ways tr[aria-current] th") != before
    chosen = "() => homewardMap.getSource('ways-out').serialize().data.features.filter(f => f.properties.chosen)"
    assert [way["properties"]["n"] for way in page.evaluate(chosen)] == [number]
    assert desk.page_data(mission)["rescue"]["carry_outs"][0]["chosen"] == int(number)


def test_a_casualty_is_handed_over_and_received(page: Page, mission: Path) -> None:
    told(mission, *EXITS, *FOUND)
    page.click("#tab-rescue")
    page.click(".casualty >> text=Hand over")
    fill(page, to="St Mary", by="M1")
    send(page)
    page.wait_for_selector(".handover:has-text('to St Mary')")
    page.wait_for_selector("#alarm", state="detached")
    page.click("text=Papers to download")
    with page.expect_download() as paper:
        page.click("[aria-label='Papers of casualty 1'] a:has-text('.pdf')")
    assert Path(paper.value.path()).read_bytes().startswith(b"%PDF")
    page.click("text=Received by")
    fill(page, received_by="Dr Bell")
    send(page)
    page.wait_for_selector(".handover:has-text('Received')")
    page.click(".casualty >> text=Outcome")
    fill(page, admitted="true", outcome="stable")
    send(page)
    page.wait_for_selector(".handover:has-text('Outcome: admitted, stable')")


def test_nothing_personal_is_on_a_page_that_was_not_asked_for_it(chromium: Browser, mission: Path) -> None:
    handed: Fact = ("handover", {"to": "St Mary", "by": "M1"})
    received: Fact = ("receipt", {"received_by": "Dr Bell"})
    told(mission, *EXITS, *FOUND, ("carry_out", {"bearers": 18}), handed, received)
    with opened_page(chromium, mission, personal=False) as page:
        for name in ("crew", "rescue", "log"):
            page.click(f"#tab-{name}")
            shown = page.inner_text("body")
            assert [word for word in (*SECRETS, "Dr Bell") if word in shown] == [], name
        page.click("#tab-rescue")
        assert "not shown on this page" in page.inner_text(".withheld")
        assert page.locator("table.ways").count() == 1
        assert page.locator("table.triage, table.vitals").count() == 0
        page.click("text=Papers to download")
        page.wait_for_selector(".casualty [role=alert]:has-text('personal fields shown')")
        refusals_are_expected(page)
