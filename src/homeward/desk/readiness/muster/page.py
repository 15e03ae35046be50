"""The muster's part of the page's data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from homeward.desk import clock
from homeward.desk.book import Book
from homeward.desk.orders import order_rows
from homeward.desk.readiness.muster.availability import standing_row
from homeward.errors import NotYet
from homeward.words import named

DECIMALS = 6
"""Of probabilities and hours on the page; fewer would make certain what is not."""


def muster_page(book: Book, *, personal: bool = False) -> dict[str, Any]:
    """`muster`: the board as the page has it, None where nobody is known; `standings`: how each can be had, where
    personal things are shown.
    """
    mission = book.mission
    if not (mission.crew.people or mission.muster.here or mission.muster.callouts):
        return {"muster": None}
    from homeward.desk.readiness.muster.board import board

    try:
        shown = board(book, personal=personal)
    except NotYet as err:
        settled = [row["to"] for row in order_rows(mission, now=clock.now()) if row["answered_call"]]
        call = mission.muster.callout
        return {"muster": {"not_yet": str(err), "settled": settled, "open_call": call.event.id if call else None}}
    told = [standing_row(one.event) for one in mission.muster.standings.values()] if personal else []
    return {"muster": {**_rounded(shown), "notes": [*_first_notes(shown), *shown["notes"]], "standings": told}}


def _first_notes(board: Mapping[str, Any]) -> list[str]:
    """What stands before the notes: who is due, and whose unread answer may help."""
    notes = [f"{board['due']} (Go on with the call)."] if board["due"] else []
    if board["missing_unless"]:
        notes.append(f"The unread answer of {named(board['missing_unless'])} may fill what nobody can: read it.")
    return notes


def _rounded(value: Any, decimals: int = DECIMALS) -> Any:
    """The same with fewer digits; the place, in degrees, keeps its own."""
    if isinstance(value, Mapping):
        return {name: one if name == "place" else _rounded(one, decimals) for name, one in value.items()}
    if isinstance(value, list):
        return [_rounded(one, decimals) for one in value]
    return round(value, decimals) if isinstance(value, float) else value
