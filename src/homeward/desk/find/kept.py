"""A find as it is written down: what is odd about it, which earlier report it corrects, whose orders change by it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from difflib import get_close_matches
from typing import Final

from homeward.desk import clock
from homeward.desk.book import Book
from homeward.errors import BadInput
from homeward.geo import Place, distance_m, format_place
from homeward.mission.events import SubjectFound
from homeward.mission.happened import Happened
from homeward.mission.people import Order, OrderKind

FAR_OFF_M: Final = 2000.0
"""So far off the map a place is asked about before anybody is sent there: ours."""
SAME_PLACE_M: Final = 100.0
"""An order to a place this near to the one told before is the same order: ours."""
_FOR_THE_SCENE: Final = (OrderKind.BACKUP, OrderKind.WATCH)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A find that was written down as `entry`, numbered `seq`; `before` are earlier reports of the same casualty.

    `far_off` asks about a place far off the map, "" for any other.
    """

    told: SubjectFound
    entry: str
    seq: int
    words: str
    warnings: tuple[str, ...] = ()
    before: tuple[Happened[SubjectFound], ...] = ()
    far_off: str = ""


def kept(book: Book, told: SubjectFound, *, at: datetime | None) -> Kept:
    """Writes a find down; whatever is odd about it is said. Raises `BadInput` for a casualty that is none."""
    mission, warnings = book.mission, list[str]()
    _check_casualty(book, told.casualty)
    if told.team is not None and told.team not in mission.teams:
        near = get_close_matches(told.team, mission.teams, n=1)
        meant = f" Did you mean {near[0]}? Say it again with --team." if near else " Register it: homeward team."
        warnings.append(f"WARNING: no team {told.team!r} is registered: the find is kept without a team.{meant}")
        told = replace(told, team=None)
    before = tuple(f for f in mission.finds if f.event.casualty == told.casualty)
    [stored] = book.write(told, at=at)
    zone, when = mission.time_zone, at or stored.entry.at
    warnings += _too_early(book, when)
    shown = clock.show_time(when, zone)
    finds = {f.event.casualty for f in book.mission.finds}
    by = f" by {told.team}" if told.team else ""
    which = f" Casualty {told.casualty}." if len(finds) > 1 or told.casualty != "1" else ""
    undo = f"homeward log undo MISSION {stored.seq}"
    if before:
        last = before[-1]
        warnings.append(
            f"Casualty {told.casualty} was reported found before, {clock.show_time(last.at, zone)}, "
            f"{distance_m(last.event.place, told.place):.0f} m from here: this corrects it, and only what changes is "
            f"ordered. If it is another person: {undo}, then homeward found MISSION PLACE --casualty {_next(finds)}."
        )
    if len(finds) > max(mission.subject.count, 1):
        warnings.append(
            f"WARNING: {len(finds)} are found, more than the {max(mission.subject.count, 1)} missing. If more are "
            f"missing: homeward subject MISSION --count {len(finds)}; if not: {undo}."
        )
    return Kept(
        told=told,
        entry=stored.entry.id,
        seq=stored.seq,
        words=f"SUBJECT FOUND{by} at {told.place}, {format_place(told.place, 'mgrs')}, {shown}.{which}",
        warnings=tuple(warnings),
        before=before,
        far_off=far_off(book, told.place, undo=undo),
    )


def far_off(book: Book, place: Place, *, undo: str) -> str:
    """The question about a place that lies far off the map; "" for any other."""
    if book.mission.area is None:
        return ""
    grid = book.terrain().grid
    x, y = grid.to_m(place)
    east_m, south_m = grid.west_m + grid.n_cols * grid.cell_m, grid.north_m - grid.n_rows * grid.cell_m
    near = grid.to_place(min(max(x, grid.west_m), east_m), min(max(y, south_m), grid.north_m))
    off_m = distance_m(near, place)
    if not off_m > FAR_OFF_M:
        return ""
    return (
        f"NOBODY IS SENT YET: the find lies off the map, {off_m / 1000:.0f} km outside it. Is that right? "
        f"If not: {undo}, and say it again. If so: homeward found MISSION PLACE --orders"
    )


def changes(book: Book, note: Kept, orders: Mapping[str, Order]) -> tuple[dict[str, Order], list[str]]:
    """(the orders that say something new, what is said of the others): after a corrected report of a find.

    Orders that the manager gave by hand since the first report stand.
    """
    finds = {f.entry for f in note.before}
    if not finds:
        return dict(orders), []
    new, same, own = dict[str, Order](), list[str](), list[str]()
    first = min(f.at for f in note.before)
    for name, order in orders.items():
        given = book.mission.crew.orders.get(name)
        if given is not None and not given.event.find and given.at >= first:
            own.append(name)
        elif given is not None and given.event.find in finds and _same(given.event, order):
            same.append(name)
        else:
            new[name] = order
    lines = [f"  As told before: {', '.join(same)}."] if same else []
    lines += [f"  Under orders of yours, which stand: {', '.join(own)}."] if own else []
    return new, lines


def short_elsewhere(book: Book, note: Kept, orders: Mapping[str, Order]) -> list[str]:
    """Who had orders for another casualty that is not handed over yet, and goes from there, in words."""
    find_of = {f.entry: f.event.casualty for f in book.mission.finds}
    open_ = {f.event.casualty for f in book.mission.open_finds} - {note.told.casualty}
    gone: dict[str, list[str]] = {}
    for name in orders:
        given = book.mission.crew.orders.get(name)
        casualty = find_of.get(given.event.find) if given is not None else None
        if given is not None and casualty in open_ and given.event.kind in _FOR_THE_SCENE:
            role = "back-up" if given.event.kind is OrderKind.BACKUP else "watch"
            gone.setdefault(str(casualty), []).append(f"{name} ({role})")
    return [f"CASUALTY {one} IS NOW SHORT OF {', '.join(names)}." for one, names in gone.items()]


# --- what is behind them ----------------------------------------------------------------------------------


def _same(before: Order, now: Order) -> bool:
    if before.kind is not now.kind:
        return False
    if before.place is None or now.place is None:
        return before.place == now.place
    return distance_m(before.place, now.place) <= SAME_PLACE_M


def _check_casualty(book: Book, name: str) -> None:
    if name in book.mission.rescue.casualties or (name.isdecimal() and int(name) >= 1):
        return
    raise BadInput(f"{name!r} is no casualty. They are numbered 1, 2, 3 ...: --casualty 1 for the first one found.")


def _next(finds: Sequence[str] | set[str]) -> int:
    return max((int(name) for name in finds if name.isdecimal()), default=0) + 1


def _too_early(book: Book, when: datetime) -> list[str]:
    """What is said of a find before the mission was opened, or before the subject was last seen."""
    mission, zone = book.mission, book.mission.time_zone
    shown = clock.show_time(when, zone)
    if mission.ipp is not None and when < mission.ipp.seen_at:
        seen = clock.show_time(mission.ipp.seen_at, zone)
        return [f"WARNING: found {shown}, BEFORE the subject was last seen, {seen}. Check the time; it is kept."]
    if mission.opened_at is not None and when < mission.opened_at:
        opened = clock.show_time(mission.opened_at, zone)
        return [f"NOTE: found {shown}, before this mission was opened, {opened}. Check the time; it is kept."]
    return []
