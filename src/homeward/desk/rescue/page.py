"""What the page shows of the rescue, from an opened mission."""

from __future__ import annotations

from typing import Any

from homeward.desk import clock
from homeward.desk.book import Book
from homeward.desk.rescue.carry.carrying import carry_plan, sheet_files
from homeward.desk.rescue.carry.words import sentence, without_state
from homeward.desk.rescue.triaging import casualties_of, triage_rows
from homeward.exchange.page_casualty import rescue_data


def rescue_page(book: Book, *, personal: bool) -> dict[str, Any] | None:
    """The rescue as data; None where nothing of it has begun."""
    mission = book.mission
    names = casualties_of(mission)
    if not names and not mission.rescue.exits and not mission.rescue.hospitals:
        return None
    plans = {
        name: _says(book, plan, personal=personal) for name in names if (plan := carry_plan(book, name)) is not None
    }
    rows, order = triage_rows(book, names, now=clock.now()) if personal and names else ([], [])
    return rescue_data(mission, plans=plans, triaged=rows, order=order, personal=personal)


def _says(book: Book, plan: dict[str, Any], *, personal: bool) -> dict[str, Any]:
    """The plan with its one sentence: treat or move, which way, how long, who, when daylight ends."""
    return plan | {"says": sentence(plan if personal else without_state(plan), zone=book.mission.time_zone)}


def carry_papers(book: Book) -> dict[str, bytes]:
    """The carry-out sheets in force, by file name."""
    papers: dict[str, bytes] = {}
    for name in casualties_of(book.mission):
        plan = carry_plan(book, name)
        if plan is not None:
            papers |= sheet_files(book, plan)
    return papers
