"""The frame of the page in a real browser: what is wrong stands at its field, nothing typed is lost, focus stays."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.desk.conftest import NOON, make_ready
from tests.web.conftest import MemoryDesk, Served, opened_page, watched_tab
from tests.web.test_rescue_browser import Fact, fill, refusals_are_expected, told

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

FACTS: tuple[Fact, ...] = (
    ("person", {"name": "M1", "roles": ["medic:5"]}),
    ("reader", {"name": "Lead", "passphrase": "three words here"}),
    ("question", {"name": "where", "hypotheses": ["hut=0.5", "river=0.5"]}),
    ("warning", {"name": "storm", "quantiles": ["about=1 month", "as early as=1 week"]}),
    ("target", {"name": "Hut", "place": "36.2100, -84.1900", "ways": ["people=6"]}),
)
# where a form is opened, its button, what is typed, and the fields that are marked
WRONG: tuple[tuple[str, str, dict[str, str], set[str]], ...] = (
    ("warning", "Write down a warning", {"name": "x", "about": "1 month", "said_at": "-5x"}, {"said_at"}),
    ("warning", "Write down a warning", {"name": "x", "about": "1 month", "early": "never"}, {"early"}),
    ("warning", "Write down a warning", {"name": "x", "told": "in a while, perhaps"}, {"told"}),
    ("warning", "Write down a warning", {"name": "x", "about": "1 month", "early": "2 months"}, {"early"}),
    ("warning", "More was said", {"within": "never"}, {"within"}),
    ("debrief", "Ask a question", {"name": "w", "hypotheses": "hut=abc"}, {"hypotheses"}),
    ("debrief", "Ask a question", {"name": "w", "hypotheses": "hut=0.4", "places": "barn=36.2,-84.2"}, {"places"}),
    ("muster", "CALL EVERYBODY IN", {"need": "mediq=1"}, {"need"}),
    ("muster", "CALL EVERYBODY IN", {"need": "medic=1", "by_time": "25:99"}, {"by_time"}),
    ("muster", "CALL EVERYBODY IN", {"need": "medic=1", "link": "hut"}, {"link"}),
    ("muster", "How somebody can be had", {"person": "M1", "travel": "xx"}, {"travel"}),
    ("muster", "Sign in", {"person": "Zed"}, {"person"}),
    ("cover", "Name a target", {"name": "Far", "place": "46.0, 7.0", "value": "1"}, {"place"}),
    ("cover", "Name a target", {"name": "Off", "place": "99, 200", "value": "1"}, {"place"}),
    ("cover", "Plan the cover", {"days": "soon"}, {"days"}),
    ("cover", "Plan the cover", {"needs": "gold=comms"}, {"needs"}),
    ("cover", "Plan the cover", {"radius": "never"}, {"radius"}),
    ("cover", "Plan the cover", {"bases": "46.0, 7.0"}, {"bases"}),
    ("briefing", "Send a message", {"to": "Nobody", "text": "x"}, {"to"}),
    ("briefing", "Command's page", {"reader": "Lead", "passphrase": "wrong words here"}, {"passphrase"}),
)  # fmt: skip


@pytest.fixture
def mission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOMEWARD_NOW", NOON)
    monkeypatch.setenv("HOMEWARD_BY", "tester")
    return make_ready(tmp_path)


@pytest.fixture
def page(chromium: Browser, mission: Path) -> Iterator[Page]:
    """The page of the mission with what is personal, at the mission's own time, on its tab of readiness."""
    told(mission, *FACTS)
    told(
        mission,
        ("statement", {"witness": "W1", "says": "By the bend.", "readers": ["Lead"], "consent": "given"}),
        ("briefing", {}),
    )
    with opened_page(chromium, mission, at=NOON) as opened:
        opened.click("#tab-ready")
        yield opened


def form(page: Page, part: str, button: str) -> None:
    page.click(f"#ready-{part}")
    page.click(f'#part button:has-text("{button}") >> nth=0')
    page.wait_for_selector("dialog[open] form")


def away(page: Page) -> None:
    page.click("dialog >> text=Cancel")
    if page.is_visible("#leaving"):
        page.click("text=Throw it away")
    page.wait_for_selector("dialog:not([open])", state="attached")


IN_SIGHT = """() => {
    const said = document.querySelector('#dialog-problem').getBoundingClientRect();
    const bar = document.querySelector('dialog .buttons:last-child').getBoundingClientRect();
    const box = document.querySelector('dialog').getBoundingClientRect();
    const inBar = document.querySelector('dialog .buttons #dialog-problem') !== null;
    return said.height > 0 && said.top >= box.top && (inBar ? said.bottom <= box.bottom : said.bottom <= bar.top + 1);
}"""


@pytest.mark.parametrize("size", [(1440, 900), (390, 844)])
def test_what_is_wrong_stands_in_sight_at_the_field_it_speaks_of(page: Page, size: tuple[int, int]) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    wrong = WRONG if size[0] > 900 else WRONG[:4]
    for part, button, typed, marked in wrong:
        form(page, part, button)
        for fold in page.locator("dialog details").all():
            fold.evaluate("node => { node.open = true; }")
        fill(page, **typed)
        page.click("dialog button[type=submit]")
        page.wait_for_selector("#dialog-problem:visible")
        said = page.inner_text("#dialog-problem")
        found = page.locator("dialog [aria-invalid=true]").evaluate_all("all => all.map(one => one.name)")
        assert set(found) == marked, (button, typed, said)
        assert page.evaluate("document.activeElement.name") in marked, (button, typed, said)
        assert "dialog-problem" in (page.get_attribute("dialog [aria-invalid=true]", "aria-describedby") or "")
        assert page.evaluate(IN_SIGHT), (button, typed, said)
        away(page)
        refusals_are_expected(page)


def test_what_speaks_of_no_field_stands_beside_the_buttons(page: Page) -> None:
    form(page, "warning", "Write down a warning")
    page.route("**/api/verbs/warning", lambda route: route.fulfill(status=400, json={"error": "The disk is full."}))
    fill(page, name="x", about="1 month")
    page.click("dialog button[type=submit]")
    page.wait_for_selector(".buttons > #dialog-problem:has-text('The disk is full.')")
    assert page.evaluate("document.activeElement.id") == "dialog-problem"
    assert page.evaluate(IN_SIGHT)
    refusals_are_expected(page)


def test_escape_asks_before_what_was_typed_is_lost(page: Page) -> None:
    form(page, "warning", "Write down a warning")
    page.keyboard.press("Escape")
    page.wait_for_selector("dialog:not([open])", state="attached")  # nothing was typed
    form(page, "warning", "Write down a warning")
    fill(page, text="her own words")
    for _ in range(3):  # asked, back again, asked
        page.keyboard.press("Escape")
    page.wait_for_selector("#leaving")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.name") == "text"
    assert page.input_value("#f-text") == "her own words"
    page.keyboard.press("Escape")
    page.click("text=Throw it away")
    page.wait_for_selector("dialog:not([open])", state="attached")
    form(page, "warning", "Write down a warning")
    assert page.input_value("#f-text") == ""


def test_the_focus_stays_where_it_is_when_something_is_written_elsewhere(page: Page, mission: Path) -> None:
    page.click("#ready-muster")
    told(mission, ("person", {"name": "S1", "roles": ["searcher"]}), ("person", {"name": "A1", "roles": ["comms"]}))
    told(mission, ("call_out", {"need": ["medic=1"]}))
    page.focus("[aria-label='S1 says yes']")
    told(mission, ("answered", {"person": "A1", "text": "Y 20"}))
    page.wait_for_selector("#coming li:has-text('A1')")
    assert page.evaluate("document.activeElement.ariaLabel") == "S1 says yes"
    page.keyboard.press("Enter")
    page.wait_for_selector("#coming li:has-text('S1')")
    assert page.evaluate("document.activeElement.ariaLabel") == "S1 says yes"
    told(mission, ("sign_in", {"person": "S1"}))
    page.wait_for_selector("#here li:has-text('S1')")
    assert page.evaluate("document.activeElement.id") == "tab"  # its row is gone: the part it stood in, not nothing
    page.focus("text=Roll-call")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    page.wait_for_selector("dialog:not([open])", state="attached")
    assert page.evaluate("document.activeElement.textContent") == "Roll-call"


def test_a_long_answer_says_when_it_was_stands_on_its_own_tab_and_folds_when_something_is_newer(
    page: Page, mission: Path
) -> None:
    form(page, "muster", "CALL EVERYBODY IN")
    fill(page, need="medic=1")
    page.click("dialog button[type=submit]")
    page.wait_for_selector("#said:has-text('NOTHING WAS SENT')")
    assert "Answer of 12:00" in page.inner_text("#said")
    page.click("#ready-warning")
    assert page.locator("#said").count() == 0
    page.click("#ready-muster")
    assert "NOTHING WAS SENT" in page.inner_text("#said")
    told(mission, ("answered", {"person": "M1", "text": "Y 20"}))
    page.wait_for_selector("#said summary:has-text('1 entry since')")
    assert "NOTHING WAS SENT" not in page.inner_text("#said")
    page.click("#said summary")
    told(mission, ("sign_in", {"person": "M1"}))
    page.wait_for_selector("#said summary:has-text('2 entries since')")
    assert "NOTHING WAS SENT" in page.inner_text("#said")


def test_a_short_answer_covers_nothing_of_the_panel(page: Page) -> None:
    form(page, "muster", "Sign in")
    fill(page, person="M1")
    page.click("dialog button[type=submit]")
    page.wait_for_selector("#toast:visible")
    toast, tab = page.locator("#toast").bounding_box(), page.locator("#tab").bounding_box()
    assert toast is not None
    assert tab is not None
    assert tab["y"] + tab["height"] <= toast["y"]


def test_a_call_that_all_came_to_is_answered_also_when_all_have_left(page: Page, mission: Path) -> None:
    told(mission, ("call_out", {"need": ["medic=1"]}))
    page.wait_for_selector("#alarm:has-text('3 of 3 NOT ANSWERED')")
    for name in ("Dog 1", "Line A", "M1"):
        told(mission, ("sign_in", {"person": name}))
    told(mission, ("sign_out", {"person": "everybody"}))
    page.wait_for_selector("#alarm", state="detached")


def test_plans_of_yesterday_say_so(page: Page, mission: Path) -> None:
    told(mission, ("cover", {"standing": 1}))
    page.click("#ready-cover")
    page.wait_for_selector("#cover-posts small:has-text('there 12:')")
    assert page.locator("#cover-age").count() == 0
    page.clock.set_fixed_time("2026-11-22T19:00:00Z")
    page.reload()
    page.click("#tab-ready")
    page.click("#ready-cover")
    assert "26 h 00 min old, made Sat 21 Nov, 12:00; its first days are over" in page.inner_text("#cover-age")
    page.click("[aria-label=Days] button >> nth=0")
    page.wait_for_selector("#cover-posts small:has-text('there 21 Nov 12:')")


def test_a_roster_stands_in_a_dialog_and_is_gone_when_it_closes(page: Page, mission: Path) -> None:
    told(mission, ("target", {"name": "Camp", "place": "36.1960, -84.1900", "ways": ["people=5"]}))
    told(mission, ("cover", {"view": "deterrence", "teams": ["Dog 1"]}))
    form(page, "cover", "Roster of a day")
    page.click("dialog button[type=submit]")
    page.wait_for_selector("dialog .told:has-text('Dog 1')")
    page.keyboard.press("Escape")
    page.wait_for_selector("dialog:not([open])", state="attached")
    assert page.locator("#said").count() == 0


def test_a_page_that_is_not_let_in_any_more_says_what_to_do(chromium: Browser, memory_desk: MemoryDesk) -> None:
    server = Served(token="open-sesame-open-sesame")
    try:
        with watched_tab(chromium) as tab:
            tab.goto(f"{server.url}/?token=open-sesame-open-sesame")
            tab.wait_for_selector("tr.task")
            server.stop()
            server.start()  # the same token: the page goes on
            memory_desk.team(Path(), "Hotel", kind="dog", people=2)
            tab.wait_for_selector("#tab-teams:has-text('9')")
            server.stop()
            server.token = "another-one-another-one"
            server.start()
            tab.wait_for_selector("#banner:has-text('started anew, with another address')")
            tab.expected_errors.clear()  # type: ignore[attr-defined]
    finally:
        server.stop()
