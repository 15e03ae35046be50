"""The forms of readiness in a real browser: changes filled with what is in force, lists of ticks, codes for phones."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from homeward import desk
from tests.desk.conftest import NOON, make_ready
from tests.web.conftest import opened_page
from tests.web.test_ready_browser import ASKED, PEOPLE, TARGETS, part
from tests.web.test_rescue_browser import Fact, fill, refusals_are_expected, send, told

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

STORM: Fact = (
    "warning",
    {
        "name": "storm",
        "quantiles": ["about=1 month", "as early as=1 week"],
        "never": "20%",
        "targets": ["Hut"],
        "said_at": "-5d",
        "source": "W7",
    },
)
REPORT: Fact = ("warning_report", {"name": "storm", "within": "14 days", "reliability": 0.75, "source": "W8"})
SAID: Fact = (
    "statement",
    {"witness": "W1", "says": "Down to the river.", "question": "where", "hypothesis": "river", "reliability": "B"},
)
CALL: Fact = ("call_out", {"need": ["medic=1"], "text": "Full kit."})


@pytest.fixture
def mission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOMEWARD_NOW", NOON)
    monkeypatch.setenv("HOMEWARD_BY", "tester")
    path = make_ready(tmp_path)
    told(path, *PEOPLE, ("person", {"name": "S2", "roles": ["searcher"], "phone": "+1 555 0100"}), *ASKED)
    return path


@pytest.fixture
def page(chromium: Browser, mission: Path) -> Iterator[Page]:
    with opened_page(chromium, mission, at=NOON) as opened:
        opened.click("#tab-ready")
        yield opened


def tick(page: Page, *names: str) -> None:
    for name in names:
        page.check(f"dialog .tick label:has-text('{name}') input")


def test_a_change_is_filled_with_what_is_in_force_and_what_is_emptied_is_taken_back(page: Page, mission: Path) -> None:
    told(mission, *TARGETS[:1], STORM, REPORT)
    part(page, "warning")
    page.click("#tab button:has-text('Change')")
    assert [page.input_value(f"#f-{name}") for name in ("about", "early", "never", "targets", "source")] == [
        "30 days",
        "7 days",
        "20",
        "Hut",
        "W7",
    ]
    fill(page, never="", targets="")
    send(page)
    row = desk.page_data(mission, personal=True)["warning"]["warnings"][0]
    assert (row["never"], row["targets"], row["source"]) == (0, [], "W7")
    assert row["quantiles_d"] == [[0.1, 7], [0.5, 30]]

    page.click("[aria-label='Correct report R1']")
    assert [page.input_value(f"#f-{name}") for name in ("id", "within", "reliability")] == ["R1", "14 days", "75"]
    fill(page, within="10 days")
    send(page)
    (report,) = desk.page_data(mission, personal=True)["warning"]["warnings"][0]["reports"]
    assert (report["within_d"], report["source"], report["reliability"]) == (10, "W8", 0.75)

    part(page, "cover")
    page.click("[aria-label='Change target Hut']")
    assert page.input_value("#f-ways") == "people=6"
    fill(page, ways="people=6, records=2", harm_per_h="10")
    send(page)
    (hut,) = desk.page_data(mission)["targets"]
    assert (hut["value"], hut["ways"], hut["loss_per_h"]) == (8, {"people": 6, "records": 2}, 0.1)


def test_a_grade_is_taken_back_and_all_of_a_reader_is_opened(page: Page, mission: Path) -> None:
    sealed: list[Fact] = [("statement", {"witness": "W4", "says": f"Secret {n}.", "readers": ["Lead"]}) for n in "AB"]
    told(mission, SAID, *sealed)
    page.wait_for_selector("#statements li:has-text('W1')")
    page.click("[aria-label='Judge S1']")
    fill(page, reliability="")
    send(page)
    page.wait_for_selector("text=S1 counts for nothing")
    page.click("text=Open all of a reader")
    fill(page, passphrase="three words here")
    page.click("dialog button[type=submit]")
    page.wait_for_selector("dialog blockquote")
    assert page.locator("dialog blockquote").all_inner_texts() == ["Secret A.", "Secret B."]
    page.keyboard.press("Escape")
    page.wait_for_function("() => document.querySelector('dialog').childElementCount === 0")
    assert "Secret" not in page.content()
    page.click("text=Reckon otherwise")
    fill(page, speed_kmh="5")
    page.click("dialog button[type=submit]")
    page.wait_for_selector("#fused:has-text('river')")


def test_several_have_read_it_and_only_those_are_asked_who_have_not(page: Page, mission: Path) -> None:
    told(mission, ("briefing", {}), ("briefing_read", {"briefing": "B1", "by": "M1"}))
    told(mission, ("message", {"to": ["everybody"], "text": "Bring the second kit."}))
    part(page, "briefing")
    page.click("text=Has read it")
    assert "M1" not in page.locator("dialog .tick").all_inner_texts()
    page.click("dialog button[type=submit]")
    page.wait_for_selector("dialog [role=alert]:has-text('Nobody is ticked')")
    tick(page, "S1", "S2")
    send(page)
    page.wait_for_selector("#briefings li:has-text('Read by M1, S1, S2')")
    page.click("[aria-label='Acknowledge N1']")
    page.click("dialog button:text-is('All')")
    page.uncheck("dialog .tick >> text=Dog 1")
    send(page)
    page.wait_for_selector("#messages li:has-text('Open: Dog 1')")
    assert desk.page_data(mission)["messages"][0]["open"] == ["Dog 1"]


def test_a_team_answers_and_the_roll_is_called_with_numbers(page: Page, mission: Path) -> None:
    told(mission, CALL, ("sign_in", {"person": "Line A"}), ("sign_in", {"person": "S1"}))
    part(page, "muster")
    page.wait_for_selector("#speak-to li:has-text('+1 555 0100')")
    assert "Full kit" in page.inner_text("#say")
    page.click("text=Roll-call")
    tick(page, "Line A")
    page.fill("[aria-label='How many of Line A']", "3")
    send(page)
    page.wait_for_selector("#tab:has-text('3 answered, MISSING: Line A (2 heads), S1')")

    page.click("#tab .buttons button:text-is('Sign out')")
    fill(page, person="everybody")
    page.click("dialog button[type=submit]")
    page.wait_for_selector("dialog [role=alert]:has-text('MISSING since')")
    refusals_are_expected(page)
    fill(page, although_missing="true")
    send(page)
    page.wait_for_selector("#tab:has-text('accounted for since')")
    page.click("[aria-label='Dog 1 answers'] >> nth=0")
    fill(page, text="Y 30")
    send(page)
    page.wait_for_selector("#coming li:has-text('Dog 1')")


def test_the_time_that_was_understood_is_filled_in_and_is_none_of_a_no(page: Page, mission: Path) -> None:
    told(mission, CALL, ("answered", {"person": "M1", "text": "yes, 10 min, do I bring skis?"}))
    part(page, "muster")
    page.click("[aria-label='What M1 means']")
    assert "12:10" in page.input_value("#f-eta")
    fill(page, answer="no")
    send(page)
    page.wait_for_selector("#unread", state="detached")
    told(mission, ("answered", {"person": "S1", "text": "yes, 10 min, do I bring skis?"}))
    page.click("[aria-label='What S1 means']")
    fill(page, answer="yes")
    send(page)
    page.wait_for_selector("#unread", state="detached")
    coming = {row["id"]: row for row in desk.page_data(mission, personal=True)["muster"]["coming"]}
    assert "M1" not in coming
    assert coming["S1"]["named_eta"].startswith("2026-11-21T17:10")


def test_a_code_is_shown_big_and_the_list_is_a_paper(page: Page, mission: Path) -> None:
    told(mission, CALL)
    part(page, "muster")
    page.click("text=Sign-in code")
    fill(page, link="http://192.168.1.20:8765")
    page.click("dialog button[type=submit]")
    page.wait_for_selector("dialog img.code")
    assert page.locator("dialog img.code").evaluate("img => img.complete && img.naturalWidth > 100")
    assert page.inner_text("dialog code").startswith("http://192.168.1.20:8765/signin/")
    page.click("dialog button.main:text-is('Close')")
    page.click("text=Roll-call list")
    with page.expect_download() as paper:
        page.click("dialog button[type=submit]")
    assert Path(paper.value.path()).read_bytes().startswith(b"%PDF")
    page.click("text=Links for all of them")
    fill(page, link="http://192.168.1.20:8765", person="S2")
    page.click("dialog button[type=submit]")
    page.wait_for_selector("dialog details[open] img.code")
    assert "/answer/" in page.inner_text("dialog details code")


def test_a_team_tells_what_it_met_and_left_out(page: Page, mission: Path) -> None:
    page.click("#tab-teams")
    page.click("#teams li:has-text('Dog 1') >> text=Back")
    fill(page, hazards="shots heard; ice on the path", gaps="the gully, too steep")
    send(page)
    statements = desk.page_data(mission, personal=True)["debrief"]["statements"]
    said = " ".join(one["says"] for one in statements)
    for words in ("shots heard", "ice on the path", "the gully, too steep"):
        assert words in said


def test_a_team_that_covers_though_the_muster_has_it_elsewhere_is_marked(page: Page, mission: Path) -> None:
    told(mission, *TARGETS[:2], CALL, ("cover", {"teams": ["Dog 1"], "reserve": 1}))
    part(page, "cover")
    page.wait_for_selector("#cover-posts th:has-text('Dog 1 was called')")
    text = page.inner_text("#cover-posts")
    assert "has not answered" in text
    assert "is there" not in text


def test_of_a_target_that_no_warning_names_it_is_said_that_nothing_is_known(page: Page, mission: Path) -> None:
    told(mission, *TARGETS[:2], STORM, ("cover", {"teams": ["Dog 1"], "standing": 1}))
    part(page, "cover")
    page.wait_for_selector("#targets li:has-text('Camp'):has-text('no warning names it')")
    assert "hit in these days with" in page.inner_text("#targets li:has-text('Hut')")
    assert "0 %" not in page.inner_text("#targets li:has-text('Camp')")
