"""Where the crew stands, in a few lines: no answers, open finds, formation, hazards, signals, meeting point."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from homeward.desk import clock
from homeward.desk.book import Book
from homeward.desk.formation.kept import formation_in_force
from homeward.desk.orders import order_rows, unanswered
from homeward.geo import format_place
from homeward.mission import Mission
from homeward.mission.people import OrderKind


def first_lines(book: Book, *, now: datetime) -> list[str]:
    """What cannot wait: who has not answered a recall or an order, and finds that are not handed over."""
    return [*_unanswered(order_rows(book.mission, now=now)), *_open_finds(book.mission)]


def crew_lines(book: Book) -> list[str]:
    """Who does what, what threatens, and how everybody is warned and called back; nothing of what was never told."""
    mission, zone = book.mission, book.mission.time_zone
    crew, lines = mission.crew, []
    formed = formation_in_force(book)
    if formed is not None:
        lines.append(_formation(mission, formed))
    if crew.hazards:
        named = (
            f"{one.id} ({one.kind.value}{f', until {clock.show_time(one.ends, zone)}' if one.ends else ''})"
            for one in crew.hazards.values()
        )
        lines.append(f"Hazards: {', '.join(named)}.")
    if crew.signals is not None:
        channel = f"; {crew.signals.channel}" if crew.signals.channel else ""
        lines.append(f"Signals: warning {crew.signals.warning}; recall {crew.signals.recall}{channel}.")
    elif crew.people or crew.hazards:
        lines.append("No warning and recall signals yet: homeward signals MISSION.")
    if crew.rally is not None:
        there = crew.rally.event.all_there
        by = f", all there {clock.show_time(there, zone)}" if there else ""
        lines.append(f"Meeting point: {format_place(crew.rally.event.place, 'mgrs')}{by}.")
    return lines


def crew_facts(book: Book, *, now: datetime) -> dict[str, Any]:
    """The same as data."""
    crew, formed = book.mission.crew, formation_in_force(book)
    return {
        "orders_open": [row["to"] for row in unanswered(order_rows(book.mission, now=now))],
        "finds_open": len(_open(book.mission)),
        "hazards": list(crew.hazards),
        "signals": crew.signals is not None,
        "formation": None if formed is None else formed["phase"],
        "formation_older_than_plan": formed is not None and _older(book.mission),
    }


def _unanswered(rows: Sequence[dict[str, Any]]) -> list[str]:
    lines = []
    for recall in (True, False):
        names = [
            f"{row['to']} ({row['waiting_min']:.0f} min)"
            for row in unanswered(rows)
            if (row["kind"] == OrderKind.RECALL.value) == recall
        ]
        if names:
            lines.append(f"NO ANSWER TO {'THE RECALL' if recall else 'AN ORDER'}: {', '.join(names)}.")
    return lines


def _open(mission: Mission) -> list[str]:
    """Casualties of finds, by number, who are not known to be dead and were not handed over."""
    over = {done.event.casualty for done in mission.rescue.handed_over}
    return [
        one.event.casualty for one in mission.finds if one.event.alive is not False and one.event.casualty not in over
    ]


def _open_finds(mission: Mission) -> list[str]:
    lines = []
    waiting = _open(mission)
    if waiting:
        whom = f"Casualty {waiting[0]} is" if len(waiting) == 1 else f"Casualties {', '.join(waiting)} are"
        lines.append(f"RESCUE OPEN: {whom} not handed over yet.")
    missing = mission.subject.count - len(mission.finds)
    if mission.finds and missing > 0:
        lines.append(f"STILL MISSING: {missing} of {mission.subject.count}.")
    return lines


def _older(mission: Mission) -> bool:
    formed, planned = mission.crew.formation, mission.plan
    return formed is not None and planned is not None and formed.at < planned.at


def _formation(mission: Mission, formed: dict[str, Any]) -> str:
    zone = mission.time_zone
    starts, ends = (
        clock.show_time(datetime.fromisoformat(formed[k]), zone, day=k == "starts") for k in ("starts", "ends")
    )
    posts = sum(len(crew["held"]) for crew in formed["posts"])
    held = f"{posts} post{'' if posts == 1 else 's'}, " if posts else ""
    lacks = f"; {len(formed['open'])} NOT COVERED" if formed["open"] else ""
    old = "; OLDER THAN THE PLAN, make it again: homeward form MISSION" if _older(mission) else ""
    return f"Formation for {formed['phase']}, {starts} to {ends}: {held}{len(formed['assigned'])} people{lacks}{old}."
