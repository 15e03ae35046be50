"""The muster's part of the page's data."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from homeward.desk.book import Book, opened
from homeward.desk.readiness.muster.availability import standing_row
from homeward.errors import NotYet


def muster_now(path: Path, *, personal: bool = False) -> dict[str, Any]:
    """The board as it stands now: it changes with time even where nothing is written."""
    with opened(path, read_only=True) as book:
        return muster_page(book, personal=personal)


def muster_page(book: Book, *, personal: bool = False) -> dict[str, Any]:
    """`muster`: the board as the page has it, None where nobody is known; `standings`: how each can be had, where
    personal things are shown.
    """
    mission = book.mission
    if not (mission.crew.people or mission.muster.here or mission.muster.callouts):
        return {"muster": None}
    from homeward.desk.readiness.muster.mustering import board
    from homeward.exchange.page_muster import muster_data

    try:
        shown = muster_data(board(book, personal=personal))
    except NotYet as err:
        return {"muster": {"not_yet": str(err)}}
    told = [standing_row(one.event) for one in mission.muster.standings.values()] if personal else []
    return {"muster": {**shown, "standings": told}}
