"""The page's part of debrief, messages and briefings."""

from __future__ import annotations

from typing import Any

from homeward.desk import clock
from homeward.desk.book import Book
from homeward.desk.readiness.debrief.debriefing import taken_at
from homeward.errors import HomewardError
from homeward.exchange.page_debrief import debrief_data
from homeward.exchange.page_messages import briefing_rows, message_rows


def debrief_page(book: Book, *, personal: bool) -> dict[str, Any]:
    """`debrief`, `messages` and `briefings` of the page. What was sealed is in none of them."""
    mission = book.mission
    board: dict[str, Any] | None = None
    if personal and mission.debriefs.questions:
        from homeward.desk.readiness.debrief.fusing import fused_board

        try:
            board = fused_board(mission.debriefs)
        except HomewardError as err:  # what cannot be fused is said in its place: the page has more to show
            board = {"error": str(err)}
    return {
        "debrief": debrief_data(mission, taken=taken_at(book), board=board, personal=personal),
        "messages": message_rows(mission, now=clock.now(), personal=personal),
        "briefings": briefing_rows(mission),
    }
