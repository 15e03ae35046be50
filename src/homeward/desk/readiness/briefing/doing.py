"""What each team and person does now, in words: signed in or out, the latest order that still holds, its task."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import datetime, timedelta

from homeward.desk import clock
from homeward.desk.book import Book
from homeward.desk.orders import everybody
from homeward.exchange.rescue_words import order_words
from homeward.geo import distance_m, format_place
from homeward.mission import Mission
from homeward.mission.happened import Happened
from homeward.mission.people import Order, OrderKind

NEAR_M = 50.0
"""As near as that to the place it is ordered to, somebody is there: ours."""
_DEGREES = re.compile(r" \(-?\d+\.\d+, -?\d+\.\d+\)")  # beside the grid reference, for a receiver


def doing(book: Book, *, now: datetime, posted: Collection[str] = ()) -> dict[str, str]:
    """What everybody who gets orders does at `now`. `posted` are those whom the plan of cover places: their earlier
    orders are past.
    """
    tasks = _tasks(book, now)
    return {
        name: _doing(book.mission, name, task=tasks.get(name, ""), now=now, posted=name in posted)
        for name in everybody(book.mission)
    }


def _doing(mission: Mission, name: str, *, task: str, now: datetime, posted: bool) -> str:
    zone = mission.time_zone
    state, given = mission.muster, mission.crew.orders.get(name)
    if name in state.here:
        return f"signed in at the base, {clock.show_hour(state.here[name].at, zone, now=now)}"
    left = state.gone.get(name)
    if left is not None and (given is None or given.at <= left.at):
        return f"signed out, {clock.show_hour(left.at, zone, now=now)}"
    if given is None:
        return "; ".join(w for w in (task, _seen(mission, name, now)) if w) or "no order"
    past = "by the plan of cover, below" if posted else _past(mission, given)
    if past:
        return "; ".join(w for w in (past, _seen(mission, name, now)) if w)
    if _there(mission, name, given.event):
        return f"called to where it was seen, {_seen(mission, name, now).removeprefix('seen ')}: sign in"
    return "; ".join(w for w in (_DEGREES.sub("", order_words(given.event)), _seen(mission, name, now)) if w)


def _past(mission: Mission, given: Happened[Order]) -> str:
    """Why an order binds nobody any more; empty where it does."""
    calls = list(mission.muster.callouts.values())
    called = bool(calls) and given.event.kind is OrderKind.RECALL and given.at >= calls[-1].at
    if called:
        return "called in; that call is over" if mission.muster.callout is None else ""
    handed = [done.at for done in mission.rescue.handed_over]
    if handed and mission.finds and not mission.open_finds and given.at <= handed[-1]:
        return "no order since the hand-over"
    return ""


def _there(mission: Mission, name: str, order: Order) -> bool:
    seen = mission.seen.get(name)
    called = order.kind in (OrderKind.RECALL, OrderKind.RETURN)
    return called and seen is not None and order.place is not None and distance_m(seen.event, order.place) <= NEAR_M


def _seen(mission: Mission, name: str, now: datetime) -> str:
    seen = mission.seen.get(name)
    if seen is None:
        return ""
    return f"seen {clock.show_hour(seen.at, mission.time_zone, now=now)} at {format_place(seen.event, 'mgrs')}"


def _tasks(book: Book, now: datetime) -> dict[str, str]:
    """What the plan in force has each team do now."""
    mission, made = book.mission, book.mission.plan
    if made is None or not made.event.starts <= now < made.event.ends:
        return {}
    over = {(e.event.team, e.event.assignment) for e in mission.searches}
    over |= {(e.event.team, e.event.assignment) for e in mission.given_up}
    gone_s = (now - made.event.starts).total_seconds()
    return {
        one.team: f"assignment {one.number}, segment {one.segment}, until "
        f"{clock.show_time(made.event.starts + timedelta(seconds=one.ends_s), mission.time_zone, day=False)}"
        for one in book.plan().assignments
        if one.leaves_s <= gone_s < one.ends_s and (one.team, one.number) not in over
    }
