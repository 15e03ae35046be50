"""Readiness in a real browser, on a real mission: witnesses, warnings, the muster, cover, briefings and messages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from homeward import desk
from homeward.words import chance
from tests.desk.conftest import NOON, make_ready
from tests.web.conftest import opened_page
from tests.web.test_rescue_browser import Fact, fill, refusals_are_expected, send, told

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

ASKED: tuple[Fact, ...] = (
    ("reader", {"name": "Lead", "passphrase": "three words here"}),
    (
        "question",
        {
            "name": "where",
            "text": "Where are the others?",
            "about": "where",
            "hypotheses": ["hut=0.5:at the hut", "river=0.5"],
        },
    ),
)
CHANCES = (0, 0.0004, 0.0049, 0.03, 0.5, 0.994, 0.9951, 0.9999, 1)
SEALED = "My brother is afraid of them."
PEOPLE: tuple[Fact, ...] = tuple(
    ("person", {"name": name, "roles": [role]}) for name, role in (("M1", "medic:5"), ("S1", "searcher:4"))
)
TARGETS: tuple[Fact, ...] = (
    ("target", {"name": "Hut", "place": "36.2100, -84.1900", "ways": ["people=6"]}),
    ("target", {"name": "Camp", "place": "36.1960, -84.1900", "ways": ["people=5"]}),
    ("target", {"name": "Bridge", "place": "36.2000, -84.2050", "value": 4}),
)


@pytest.fixture
def mission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOMEWARD_NOW", NOON)
    monkeypatch.setenv("HOMEWARD_BY", "tester")
    return make_ready(tmp_path)


@pytest.fixture
def page(chromium: Browser, mission: Path) -> Iterator[Page]:
    """The page of the mission with what is personal, at the mission's own time."""
    with opened_page(chromium, mission, at=NOON) as opened:
        opened.click("#tab-ready")
        yield opened


def part(page: Page, name: str) -> None:
    page.click(f"#ready-{name}")
    page.wait_for_selector(f"#ready-{name}[aria-selected=true]")


def answer_share(page: Page, words: str) -> float:
    return share(page.inner_text(f".question .bars > li:has-text('{words}') .bar-head strong"))


def share(shown: str) -> float:
    """A percentage as the page shows it."""
    return float(shown.removesuffix("%")) / 100


def test_a_question_is_asked_and_a_statement_moves_it(page: Page, mission: Path) -> None:
    page.click("text=Ask a question")
    fill(page, name="where", text="Where are the others?", about="where", hypotheses="hut=0.5:at the hut; river=0.5")
    send(page)
    page.wait_for_selector(".question:has-text('Where are the others?')")
    assert answer_share(page, "hut: at the hut") == 0.5

    page.click("text=Take a statement")
    fill(page, witness="W1", says="I saw them at the bend.", how="seen", certainty="pretty sure", number="80")
    fill(page, question="where", hypothesis="river")
    page.click("dialog summary:has-text('judgement')")
    fill(page, reliability="B", credibility="2")
    send(page)
    page.wait_for_selector("#statements blockquote:has-text('at the bend')")
    board = desk.page_data(mission, personal=True)["debrief"]["board"]
    river = next(one for one in board["questions"][0]["answers"] if one["id"] == "river")
    assert river["p"] > 0.6
    assert answer_share(page, "river") == pytest.approx(river["p"], abs=0.006)
    assert "S1 of W1" in page.inner_text(".question .bars > li:has-text('river') .moved .for")
    whole, stroke = (page.eval_on_selector(f".bars .bar{mark}", "one => one.offsetHeight") for mark in ("", " .before"))
    assert stroke < whole + 12, "the stroke for before does not run into the words below"
    ask = page.locator("#ask-next li").all_inner_texts()
    assert "would settle most" in ask[0]
    told = page.evaluate("(all) => import('homeward/format.js').then(m => all.map(m.chance))", list(CHANCES))
    assert [words.replace("\u00a0", " ") for words in told] == [chance(p) for p in CHANCES]
    assert "Our own assumption" in page.inner_text(".own")

    page.click("[aria-label='It is known: where']")
    fill(page, hypothesis="river")
    send(page)
    page.wait_for_selector(".question .answered:has-text('river')")


def test_sealed_words_open_in_a_dialog_and_are_gone_when_it_closes(page: Page, mission: Path) -> None:
    told(mission, *ASKED)
    page.wait_for_selector(".question")
    page.click("text=Take a statement")
    fill(page, witness="W4", says=SEALED, readers="Lead", consent="given")
    send(page)
    page.wait_for_selector("#statements .closed:has-text('SEALED for Lead')")
    page.wait_for_function("() => document.querySelector('dialog').childElementCount === 0")
    assert SEALED not in page.content()

    page.click("[aria-label='Open S1']")
    assert page.get_attribute("#f-passphrase", "type") == "password"
    fill(page, passphrase="wrong words here")
    page.click("dialog button[type=submit]")
    page.wait_for_selector("dialog [role=alert]:visible")
    refusals_are_expected(page)
    fill(page, passphrase="three words here")
    page.click("dialog button[type=submit]")
    page.wait_for_selector("#opened")
    assert page.inner_text("#opened") == SEALED
    page.keyboard.press("Escape")
    page.wait_for_selector("dialog:not([open])", state="attached")
    page.wait_for_function("() => document.querySelector('dialog').childElementCount === 0")
    page.wait_for_selector("#tab:has-text('Opened: S1 by Lead')")
    assert SEALED not in page.content()
    assert "three words" not in page.content()


def test_a_warning_is_drawn_with_the_dates_to_be_ready_by(page: Page, mission: Path) -> None:
    part(page, "warning")
    page.click("text=Write down a warning")
    fill(page, name="storm", about="1 month", early="1 week", said_at="-5d", source="W7")
    send(page)
    page.wait_for_selector("svg.dates")
    row = desk.page_data(mission)["warning"]["warnings"][0]["coming"]
    page.click("[aria-label='Days shown'] >> text=all")
    shown = [label.split()[0] for label in page.locator(".risk-label").all_text_contents()]
    assert shown == [f"{100 * one['risk']:g}" for one in row["ready_by"]]
    assert row["words"][0] == page.inner_text(".honest")
    within = page.locator("table.within tbody tr:first-child td").all_inner_texts()
    assert [share(text) for text in within] == pytest.approx(
        [row["within"][d] for d in ("1", "3", "7", "14", "30", "90")], abs=0.006
    )
    families = page.locator("table.within tbody th").all_inner_texts()
    assert {"lognormal", "weibull", "loglogistic", "gamma"} <= set(families)

    page.click("text=Raise or lower?")
    fill(page, cost_per_day="2000", loss="80000", ramp="2 days")
    send(page)
    page.wait_for_selector("#alert-level:has-text('Readiness pays while')")


def test_everybody_is_called_in_answers_and_signs_in(page: Page, mission: Path) -> None:
    told(mission, *PEOPLE)
    part(page, "muster")
    page.click("text=CALL EVERYBODY IN")
    fill(page, need="medic=1, searcher=1", by_time="2 h", text="Full kit.")
    send(page)
    page.wait_for_selector("#silent li:has-text('M1')")
    assert "TEAM COMPLETE by" in page.inner_text("#complete-by")
    assert "Weakest, of those called: 1 medic, " in page.inner_text("#weakest")
    page.click("[aria-label='M1 says yes']")
    page.wait_for_selector("#coming li:has-text('M1')")
    page.click("[aria-label='S1 answers']")
    fill(page, text="ask me again after the vet")
    send(page)
    page.wait_for_selector("#unread li:has-text('after the vet')")
    assert "!1" in page.inner_text("#ready-muster")
    page.click("[aria-label='What S1 means']")
    fill(page, answer="yes", eta="+20min")
    send(page)
    page.wait_for_selector("#unread", state="detached")
    page.click("[aria-label='S1 is here']")
    assert page.input_value("#f-person") == "S1"
    send(page)
    page.wait_for_selector("#here li:has-text('S1')")
    page.click("text=Roll-call")
    page.check("dialog .tick >> text=S1")
    send(page)
    page.wait_for_selector("#tab:has-text('1 answered, nobody missing')")
    board = desk.page_data(mission)["muster"]
    assert [row["id"] for row in board["here"]] == ["S1"]
    assert [row["id"] for row in board["coming"] if row["answered"]] == ["M1"]


def test_cover_is_planned_and_stands_on_the_map(page: Page, mission: Path) -> None:
    told(mission, *TARGETS)
    part(page, "cover")
    page.wait_for_selector("#targets li:has-text('Hut')")
    page.click("text=Plan the cover")
    fill(page, standing="1")
    send(page)
    page.wait_for_selector("#cover-posts tbody tr:nth-child(2)", timeout=120_000)
    row = desk.page_data(mission)["cover"]["slices"][0]
    posts = {post["team"]: post["place"] for post in row["posts"]}
    assert page.locator("#cover-posts tbody th").all_inner_texts() == list(posts)
    assert row["worst"]["target"] in page.inner_text("#worst")
    assert "one team more" in page.inner_text("#cover-price")
    page.click("text=Show on the map")
    source = "name => homewardMap.getSource(name).serialize().data.features.map(f => [f.properties, f.geometry])"
    drawn = page.evaluate(source, "cover-teams")
    assert sorted(geometry["coordinates"] for _, geometry in drawn) == sorted(posts.values())
    assert {re.sub(r" (waits|stands)$", "", about["text"]) for about, _ in drawn} == set(posts)
    assert len(page.evaluate(source, "cover-targets")) == 3
    moves = {one["target"] for one in row["answers"] if one["from"] and one["from"] != one["target"]}
    assert {about["target"] for about, _ in page.evaluate(source, "cover-ways")} == moves
    assert page.evaluate("() => homewardMap.getLayoutProperty('segments-line', 'visibility')") == "none"
    page.click("#tab-plan")
    page.wait_for_function("() => homewardMap.getLayoutProperty('segments-line', 'visibility') === 'visible'")


def test_a_briefing_is_read_and_a_message_acknowledged(page: Page, mission: Path) -> None:
    told(mission, *PEOPLE, *ASKED)
    part(page, "briefing")
    page.click("text=Issue a briefing")
    send(page)
    page.wait_for_selector("#briefings li:has-text('4 HAVE NOT READ IT')")
    page.click("text=Has read it")
    page.check("dialog .tick >> text=M1")
    send(page)
    page.wait_for_selector("#briefings li:has-text('Read by M1')")
    with page.expect_download() as paper:
        page.click("#briefings a:has-text('Page')")
    assert Path(paper.value.path()).read_bytes().startswith(b"%PDF")

    page.click("text=Send a message")
    fill(page, to="M1", text="Bring the second kit.", priority="immediate")
    send(page)
    page.wait_for_selector("#messages li:has-text('1 OF 1 OPEN')")
    page.click("[aria-label='Acknowledge N1']")
    send(page)
    page.wait_for_selector("#messages li:has-text('READ BY ALL')")
    assert desk.page_data(mission)["briefings"][0]["read"] == ["M1"]


def test_on_a_page_without_personal_things_nobody_reads_what_was_said(chromium: Browser, mission: Path) -> None:
    said: Fact = ("statement", {"witness": "W1", "says": "I saw them at the bend.", "question": "where"})
    storm: Fact = (
        "warning",
        {
            "name": "storm",
            "quantiles": ["about=1 month", "as early as=1 week"],
            "text": "in about a month",
            "source": "W7",
        },
    )
    call: Fact = ("call_out", {"need": ["medic=1"]})
    told(mission, *ASKED, said, storm, *PEOPLE, call, ("answered", {"person": "M1", "text": "ask after the vet"}))
    with opened_page(chromium, mission, personal=False) as page:
        page.click("#tab-ready")
        for name in ("debrief", "warning", "muster", "cover", "briefing"):
            part(page, name)
            shown = page.inner_text("body")
            assert [w for w in ("at the bend", "about a month", "W7", "the vet", "the others") if w in shown] == [], (
                name
            )
        part(page, "debrief")
        assert "not shown on this page" in page.inner_text(".withheld")
        part(page, "muster")
        assert "M1" in page.inner_text("#unread")
