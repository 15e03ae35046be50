"""The printed sheets: what a team needs is on its page, and nothing that must not be."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homeward.errors import BadInput, NotYet
from homeward.exchange.picture import MapBook, map_book
from homeward.exchange.sheet_words import references
from homeward.exchange.sheets import Sheets, write_sheets
from homeward.geo import Place, format_place
from homeward.mission.events import AssignmentSearched
from homeward.mission.happened import Happened
from homeward.mission.nouns import Team, TeamKind
from tests.exchange.sample import STARTS, sample

DPI = 60
PERSONAL = ("Josephine", "Quimby", "Age: 63", "red jacket", "insulin", "blue glove")


def _book(*, keep: int = 3, **changed: Any) -> MapBook:
    """Two teams and a half: Alpha's two tasks and Bravo's first."""
    s = sample()
    tasks = [s.plan.assignments[i] for i in (1, 8, 0, 2, 3)[:keep]]
    plan = replace(s.plan, assignments=tuple(tasks), **changed)
    return map_book(s.mission, s.terrain, s.belief, plan)


def _pages(pdf: bytes) -> list[str]:
    """The text of each page, on one line."""
    return [" ".join(page.get_textpage().get_text_bounded().split()) for page in pypdfium2.PdfDocument(pdf)]


@lru_cache(maxsize=1)
def _plain() -> tuple[str, ...]:
    return tuple(_pages(write_sheets(_book(), starts=STARTS, sheets=Sheets(dpi=DPI))))


def test_an_overview_and_one_page_for_each_assignment_in_the_order_of_the_teams() -> None:
    pages = _plain()
    assert len(pages) == 4
    assert [p[: p.index(" ")] for p in pages[1:]] == ["101", "109", "102"]
    assert "task 1 of 2" in pages[1]
    assert "task 2 of 2" in pages[2]
    assert all(f"Page {i} of 4" in p for i, p in enumerate(pages, start=1))
    assert all("Planning support: the search manager decides" in p for p in pages)


def test_a_team_finds_what_it_needs_on_its_page() -> None:
    page = _plain()[1]
    for needed in (
        "Alpha",
        "dog team, 3 people",
        "Segment AA",
        "EXERCISE",
        "Search segment AA by air-scent sweep",
        "leave base 13:10",
        "done by 14:59",
        "Then go on: task 109, segment AI, at 15:00.",
        "SAR 1",
        "150 m between passes",
        "sweep width 64 m",
        "expected POD 59 %",
        "Cliff band on the north edge",
        "16S GF 45661 52599",
        "16S 745661 4052599",
        "090° 112 m",
        "Report “101 subject located”",
        "collect, mark or ignore",
        "Debrief",
        "Team leader",
    ):
        assert needed in page, needed


def test_the_search_manager_sees_the_whole_plan_first() -> None:
    page = _plain()[0]
    for needed in (
        "Cumberland Trail hiker",
        "Operational period 1",
        "Sun 22 Nov 2026, 13:00 to 17:00 (America/New_York, UTC-0500)",
        "by 17:00: 41 %",
        "could pass 50 %",
        "by 14:00 15:00 16:00 17:00",
        "Outside the map lies 12 % of the probability",
        "Bravo dog 3 SAR 2 AB 13:11",
    ):
        assert needed in page, needed


def test_what_is_personal_stays_at_base_unless_asked_for() -> None:
    text = " ".join(_plain())
    assert "Hiker. Last known position 07:15" in text
    assert not [word for word in PERSONAL if word in text]
    asked = _pages(write_sheets(_book(keep=1), starts=STARTS, sheets=Sheets(dpi=DPI, personal=True)))[1]
    assert [word for word in PERSONAL if word in asked] == list(PERSONAL)
    assert "hand back after the task" in asked


def test_the_same_plan_gives_the_same_bytes() -> None:
    once, again = (write_sheets(_book(keep=1), starts=STARTS, sheets=Sheets(dpi=DPI)) for _ in range(2))
    assert once == again


def test_words_of_people_are_never_markup() -> None:
    s = sample()
    name = '#panic("x") $y$ *z* [a] \\ <b> "q"'
    task = replace(s.plan.assignments[0], team=name, hazards=(f"hazard {name}",), task=f"task {name}")
    mission = replace(s.mission, name=f"mission {name}", teams={name: Team(id=name, kind=TeamKind.DOG, radio=name)})
    book = map_book(mission, s.terrain, s.belief, replace(s.plan, assignments=(task,), idle=((name, name),)))
    pages = _pages(write_sheets(book, starts=STARTS, sheets=Sheets(dpi=DPI)))
    assert f"mission {name}" in pages[0]
    assert f"hazard {name}" in pages[1]
    assert f"task {name}" in pages[1]


def test_many_teams_with_long_names_keep_to_a_page_each() -> None:
    s = sample()
    names = [f"Bergwacht Oberammergau-Werdenfels, Suchhundestaffel {i}" for i in range(12)]
    long = "Loose rock above the old quarry, with a drop of thirty metres on its far side, not fenced."
    tasks = tuple(
        replace(s.plan.assignments[i % 10], number=f"2{i:02d}", team=names[i], hazards=(long, long)) for i in range(12)
    )
    teams = {n: Team(id=n, kind=TeamKind.LINE, people=7, radio="Kanal 411 / 147.300 MHz") for n in names}
    book = map_book(replace(s.mission, teams=teams), s.terrain, s.belief, replace(s.plan, assignments=tasks))
    pages = _pages(write_sheets(book, starts=STARTS, sheets=Sheets(dpi=50, paper="letter", personal=True)))
    assert len(pages) == 14  # the overview's table gets a page of its own
    assert all(f"2{i:02d} Bergwacht" in pages[1] for i in range(12))
    assert all(name in page for name, page in zip(names, sorted(pages[2:]), strict=True))
    assert all("Debrief" in page and "Team leader" in page for page in pages[2:])


@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_a_task_fits_on_its_page_however_much_there_is_to_say(paper: str) -> None:
    s = sample()
    hazard = "Loose rock above the old quarry, with a drop of thirty metres on its far side."
    tasks = tuple(
        replace(s.plan.assignments[2 * n], team="Alpha", hazards=(hazard,) * n, why="For good reasons. " * 4 * n)
        for n in range(4)
    )
    book = map_book(s.mission, s.terrain, s.belief, replace(s.plan, assignments=tasks, idle=(("Zulu", hazard),) * 3))
    assert len(_pages(write_sheets(book, starts=STARTS, sheets=Sheets(dpi=50, paper=paper)))) == 5


@pytest.mark.parametrize(("paper", "size"), [("a4", (595, 842)), ("letter", (612, 792))])
def test_papers(paper: str, size: tuple[int, int]) -> None:
    pdf = pypdfium2.PdfDocument(write_sheets(_book(keep=1), starts=STARTS, sheets=Sheets(dpi=DPI, paper=paper)))
    assert tuple(round(x) for x in pdf[0].get_size()) == size


@pytest.mark.parametrize("name", ["Horská služba Šumava", "Ελληνική Ομάδα Διάσωσης", "Команда Альфа", "Łódź Đorđe"])
def test_names_beyond_latin_are_printed(name: str) -> None:
    s = sample()
    mission = replace(s.mission, name=name)
    book = map_book(mission, s.terrain, s.belief, replace(s.plan, assignments=s.plan.assignments[:1]))
    page = _pages(write_sheets(book, starts=STARTS, sheets=Sheets(dpi=DPI)))[0]
    assert name in page
    assert "no font" not in page


def test_letters_without_a_font_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("homeward.exchange.paper.unprintable", lambda letters: letters)
    s = sample()
    book = map_book(replace(s.mission, name="山岳救助隊"), s.terrain, s.belief, replace(s.plan, assignments=()))
    (page,) = _pages(write_sheets(book, starts=STARTS, sheets=Sheets(dpi=DPI)))
    assert "no font for some letters here (cjk)" in page


def test_times_past_midnight_name_the_day() -> None:
    late = datetime(2026, 11, 23, 3, 30, tzinfo=UTC)  # 22:30 in New York
    pages = _pages(write_sheets(_book(keep=2), starts=late, sheets=Sheets(dpi=DPI)))
    assert "Sun 22 Nov 2026, 22:30 to 02:30 Mon" in pages[0]
    assert "00:42 Mon" in pages[1]


@pytest.mark.parametrize(
    ("starts", "span", "zone"),
    [
        (datetime(2026, 11, 1, 4, 30, tzinfo=UTC), "00:30 EDT to 03:30 EST", "UTC-0400, then UTC-0500"),
        (datetime(2026, 3, 8, 6, 30, tzinfo=UTC), "01:30 EST to 06:30 EDT", "UTC-0500, then UTC-0400"),
    ],
)
def test_where_the_clocks_change_every_time_carries_its_zone(starts: datetime, span: str, zone: str) -> None:
    # New York, 2026: summer time from 8 March 02:00 to 1 November 02:00 (15 U.S.C. 260a)
    pages = _pages(write_sheets(_book(keep=2), starts=starts, sheets=Sheets(dpi=DPI)))
    assert span in pages[0]
    assert zone in pages[0]
    times = re.findall(r"\b\d\d:\d\d(?! E[SD]T)", pages[1].split("WAY POINTS")[0] + pages[1].split("HAZARDS")[0])
    assert times == []


def test_what_a_team_does_next_is_told() -> None:
    s = sample()
    first, second, last = (replace(s.plan.assignments[i], team="Alpha", number=f"10{i}") for i in range(3))
    swap = replace(first, return_m=((0.0, 0.0), (1.0, 1.0)), leaves_s=0.0)
    tasks = (
        swap,
        replace(second, leaves_s=3600.0, begins_s=4000.0, ends_s=7000.0, back_s=7600.0),
        replace(last, leaves_s=9000.0, return_m=((0.0, 0.0), (1.0, 1.0))),
    )
    book = map_book(s.mission, s.terrain, s.belief, replace(s.plan, assignments=tasks))
    pages = _pages(write_sheets(book, starts=STARTS, sheets=Sheets(dpi=DPI)))[1:]
    assert "Back to base; then task 101, segment AB, at 14:00." in pages[0]
    assert "Then go on: task 102, segment AC, at 15:30." in pages[1]
    assert ["Last task" in page for page in pages] == [False, False, True]
    assert ["back by" in page for page in pages] == [True, False, True]


def test_who_else_is_sent_into_the_segment_is_told() -> None:
    s = sample()
    a, b, c = s.plan.assignments[:3]
    early = replace(a, number="101", team="Alpha", begins_s=300.0, ends_s=1080.0)
    beside = replace(b, number="102", team="Bravo", segment=a.segment, begins_s=1200.0, ends_s=9000.0)
    late = replace(c, number="103", team="Charlie", segment=a.segment, begins_s=1500.0, ends_s=3600.0)
    book = map_book(s.mission, s.terrain, s.belief, replace(s.plan, assignments=(early, beside, late)))
    pages = _pages(write_sheets(book, starts=STARTS, sheets=Sheets(dpi=DPI)))[1:]
    assert "Nothing known." in pages[0]
    assert "By this plan: 101 Alpha until 13:18." in pages[2]
    assert "At the same time as you: 102 Bravo until 15:30." in pages[2]
    done = AssignmentSearched(team="Alpha", assignment="101", coverage="", pod=0.62, pos=0.03, source="tracks")
    searched = replace(book, mission=replace(s.mission, searches=(Happened(STARTS, "e1", done),)))
    page = _pages(write_sheets(searched, starts=STARTS, sheets=Sheets(dpi=DPI)))[3]
    assert "101 by Alpha: POD 62 %" in page
    assert "By this plan" not in page


def test_a_clue_is_told_without_the_words_it_was_reported_in() -> None:
    page = _plain()[1]
    assert re.search(r"C1 \(bearing 315° true from 16S GF \d{5} \d{5}, about 3.0 km, from Alpha \(dog team\)\)", page)
    assert re.search(r"C2 \(at 16S GF \d{5} \d{5}\)", page)


@given(lat=st.floats(-79.9, 83.9), lon=st.floats(-180, 179.99))
@settings(deadline=None, max_examples=60)
def test_mgrs_and_utm_of_a_way_point_agree_to_the_metre(lat: float, lon: float) -> None:
    told = references(Place(lat, lon))
    square, utm = told["mgrs"].split(), told["utm"].split()
    assert [square[-2], square[-1]] == [f"{int(metres) % 100_000:05d}" for metres in utm[1:]]
    assert [int(a) - int(b) in (0, 1) for a, b in zip(_utm(lat, lon), utm[1:], strict=True)] == [True, True]


def _utm(lat: float, lon: float) -> list[str]:
    return format_place(Place(lat, lon), "utm").split()[1:]


def test_a_town_full_of_street_names_leaves_the_map_its_room() -> None:
    s = sample()
    streets = f"Road on or beside the way: traffic ({', '.join(f'Street {i}' for i in range(40))})."
    task = replace(s.plan.assignments[0], hazards=("Open water on or beside the way.", streets))
    book = map_book(s.mission, s.terrain, s.belief, replace(s.plan, assignments=(task,)))
    pages = _pages(write_sheets(book, starts=STARTS, sheets=Sheets(dpi=DPI)))
    assert len(pages) == 2
    assert "traffic (Street 0, Street 1, Street 2, Street 3 and 36 more)." in pages[1]


def test_a_plan_of_thirty_sheets_stays_light() -> None:
    s = sample()
    book = map_book(s.mission, s.terrain, s.belief, replace(s.plan, assignments=s.plan.assignments[:1]))
    assert len(write_sheets(book, starts=STARTS)) < 2 * 220_000


def test_what_was_searched_before_is_told() -> None:
    s = sample()
    done = AssignmentSearched(team="Zulu", assignment="101", coverage="", pod=0.62, pos=0.03, source="tracks")
    mission = replace(s.mission, searches=(Happened(STARTS, "e1", done),))
    book = map_book(mission, s.terrain, s.belief, replace(s.plan, assignments=s.plan.assignments[:2]))
    sheets = Sheets(dpi=DPI, earlier={"AB": ("Hasty team on the trail at noon.",)})
    pages = _pages(write_sheets(book, starts=STARTS, sheets=sheets))
    assert "101 by Zulu: POD 62 %" in pages[1]
    assert "Hasty team on the trail at noon." in pages[2]


def test_a_mission_that_knows_little_still_prints() -> None:
    s = sample()
    mission = replace(s.mission, name="", subject=type(s.mission.subject)(), ipp=None, base=None, clues={}, teams={})
    plan = replace(s.plan, assignments=s.plan.assignments[:1], curve=(), why=())
    pages = _pages(write_sheets(map_book(mission, s.terrain, None, plan), starts=STARTS, sheets=Sheets(dpi=DPI)))
    assert "Mission without a name" in pages[0]
    assert "team not registered" in pages[1]
    assert "not given: ask base" in pages[1]


def test_no_plan_no_sheets() -> None:
    s = sample()
    with pytest.raises(NotYet, match="There is no plan to print"):
        write_sheets(map_book(s.mission, s.terrain, s.belief), starts=STARTS)


def test_papers_and_zones_that_do_not_exist_are_refused() -> None:
    with pytest.raises(BadInput, match="no paper 'a5'"):
        Sheets(paper="a5")
    s = sample()
    book = map_book(replace(s.mission, time_zone="Mars/Olympus"), s.terrain, s.belief, s.plan)
    with pytest.raises(BadInput, match="no time zone 'Mars/Olympus'"):
        write_sheets(book, starts=STARTS)
