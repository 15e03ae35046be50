"""Find mode: the subject is located. The find is written down at once, then everybody is told what to do."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta
from math import inf
from pathlib import Path
from typing import Any

import numpy as np

from homeward.desk import clock
from homeward.desk.answer import Answer
from homeward.desk.book import Book, again_if_grown, opened, when_told
from homeward.desk.find.kept import Kept, changes, kept, short_elsewhere
from homeward.desk.find.orders import Orders, Sent, orders_for
from homeward.desk.find.reform import reformed
from homeward.desk.find.scene import GOING, Scene, scene_of
from homeward.desk.rescue.ways_out import minutes
from homeward.errors import HomewardError
from homeward.exchange.rescue_words import order_words
from homeward.geo import Place, format_place, parse_place
from homeward.mission.events import SubjectFound
from homeward.mission.people import Order, OrderKind, OrdersGiven, Person, Role

_NUMBER = r"-?\d+(?:\.\d+)?"
_LINK = re.compile(rf"(?:geo:|[?&](?:q|ll|query|mlat)=|@)\s*({_NUMBER})(?:,|%2C|&mlon=)\s*({_NUMBER})", re.IGNORECASE)


def found(
    path: Path,
    place: str,
    *,
    team: str | None = None,
    alive: bool | None = None,
    condition: str | None = None,
    needs: str | None = None,
    told_by: str = "",
    casualty: str = "1",
    orders: bool | None = None,
    at: str | None = None,
) -> Answer:
    """The subject is located: written down first, then orders go to everybody from where they are.

    `place` as told by radio, a receiver or a phone (a link to a map that holds coordinates, too). `condition`, `needs`
    and whether the subject lives are personal and in no order. `orders` False: nobody is told anything; None: everybody
    is, unless the place lies so far off the map that it is asked first. A team that nobody registered is left out, and
    said. A formation in force is made anew for the rescue once the orders are written down; what keeps it from that is
    said. A further report of the same casualty corrects the one before: only what changes is ordered.
    """
    where = place_told(place)
    told = SubjectFound(
        place=where, team=team, alive=alive, condition=condition, needs=needs, told_by=told_by, casualty=casualty
    )
    note = _write_down(path, told, at=at)
    told, words = note.told, "\n".join([note.words, *note.warnings])
    data: dict[str, Any] = {
        "lat_deg": where.lat_deg,
        "lon_deg": where.lon_deg,
        "mgrs": format_place(where, "mgrs"),
        "team": told.team,
        "alive": alive,
        "casualty": casualty,
        "entry": note.seq,
        "warnings": list(note.warnings),
        "orders": [],
        "short": [],
    }
    if orders is None and note.far_off:
        return Answer(text=f"{words}\n{note.far_off}", data={**data, "asked": note.far_off})
    if orders is False:
        return Answer(text=words, data=data)
    try:
        lines, more = _tell_everybody(path, note)
    except HomewardError as err:
        return Answer(text=f"{words}\nNo orders could be worked out: {err}", data={**data, "why_no_orders": str(err)})
    if told.alive is False:
        return Answer(text="\n".join([words, *lines]), data={**data, **more, "formation": None})
    again, formation = reformed(path, still_missing=more["still_missing"])
    return Answer(text="\n".join([words, *lines, *again]), data={**data, **more, "formation": formation})


def place_told(text: str) -> Place:
    """A place as a person, a receiver or a phone tells it: what `parse_place` takes, `geo:` and links to maps."""
    hit = _LINK.search(text)
    return parse_place(f"{hit[1]}, {hit[2]}" if hit else text)


@again_if_grown
def _write_down(path: Path, told: SubjectFound, *, at: str | None) -> Kept:
    with opened(path) as book:
        return kept(book, told, at=when_told(book, at))


@again_if_grown
def _tell_everybody(path: Path, note: Kept) -> tuple[list[str], dict[str, Any]]:
    """Gives the orders; what was said, in lines and as data."""
    with opened(path) as book:
        scene = scene_of(book, note.told, at=clock.now())
        made = orders_for(scene.units, scene.needs, between=scene.between)
        orders = {sent.unit.id: _order(sent, scene, find=note.entry) for sent in made.sent}
        new, same = changes(book, note, orders)
        made = replace(
            made,
            sent=tuple(s for s in made.sent if s.unit.id in new),
            short=(*made.short, *short_elsewhere(book, note, new)),
        )
        if new:
            book.write(OrdersGiven(orders=tuple(new.values()), because="subject located"))
        return [*_lines(book, made, scene, note), *same], _data(made, scene)


# --- what is said ---------------------------------------------------------------------------------------------


def _order(sent: Sent, scene: Scene, *, find: str = "") -> Order:
    place = (
        scene.place
        if sent.kind in GOING and sent.after_s is not None
        else scene.base
        if sent.kind is OrderKind.RETURN
        else None
    )
    known = sent.after_s is not None and sent.after_s < inf
    arrives = scene.at + timedelta(seconds=round(sent.after_s or 0.0)) if known else None
    return Order(to=sent.unit.id, kind=sent.kind, text=sent.text, place=place, arrives=arrives, find=find)


def _lines(book: Book, made: Orders, scene: Scene, note: Kept) -> list[str]:
    nobody = "Nobody is told anything new." if note.before else "There is nobody to be told anything yet."
    lines = ["ORDERS, as they are read over the radio:"] if made.sent else [nobody]
    alike: dict[str, list[str]] = {}
    for sent in made.sent:
        team = book.mission.teams.get(sent.unit.id)
        radio = f" ({team.radio})" if team is not None and team.radio else ""
        says = f"{order_words(_order(sent, scene))}.{_there(book, sent, scene)}"
        alike.setdefault(says, []).append(f"{sent.unit.id}{radio}")
    lines += [f"  {', '.join(names)}: {says}" for says, names in alike.items()]
    lines += [f"  {scene.bearers.words}"] if made.sent and not scene.needs.dead else []
    lines += [f"  {short}" for short in (*made.short, *scene.notes)]
    if any(s.startswith("NO MEDIC") for s in made.short):
        lines.append(f"  {_nearest_medic(book, scene)}")
    if made.sent:
        lines.append("Who has not answered: homeward order MISSION. Planning support: the medic decides.")
    return lines


def _there(book: Book, sent: Sent, scene: Scene) -> str:
    """When somebody sent is there, how far it is and what it goes through: ` There 14:52, in 22 min, 1.9 km.`"""
    if not sent.after_s or sent.after_s == inf:
        return ""
    when = clock.show_time(scene.at + timedelta(seconds=sent.after_s), book.mission.time_zone, day=False)
    way = scene.way_m(sent.unit) if sent.kind in GOING else None
    far = "" if way is None else f", {float(np.hypot(*np.diff(way, axis=0).T).sum()) / 1000:.1f} km"
    through = scene.through(way) if way is not None else []
    danger = f" The way leads {' and '.join(through)}." if through else ""
    return f" There {when}, in {minutes(sent.after_s)}{far}.{danger}"


def _data(made: Orders, scene: Scene) -> dict[str, Any]:
    rows = []
    for sent in made.sent:
        order = _order(sent, scene)
        way = scene.way_m(sent.unit) if sent.kind in GOING and sent.after_s else None
        rows.append(
            {
                "to": order.to,
                "kind": order.kind.value,
                "text": order.text,
                "arrives": order.arrives.isoformat() if order.arrives else None,
                "after_s": sent.after_s if sent.after_s is not None and sent.after_s < inf else None,
                "beside": sent.beside,
                "through": scene.through(way) if way is not None else [],
                "route": []
                if way is None or scene.terrain is None
                else [[float(lat), float(lon)] for lon, lat in scene.terrain.grid.lonlat(way)],
            }
        )
    return {
        "orders": rows,
        "short": list(made.short),
        "notes": list(scene.notes),
        "bearers": scene.needs.bearers,
        "at_once": scene.needs.at_once,
        "still_missing": scene.needs.still_missing,
    }


def _nearest_medic(book: Book, scene: Scene) -> str:
    """Who is nearest qualified where no medic can be sent: expired, engaged, or somebody to be called."""
    now, times = scene.at, {u.id: u.to_find_s for u in scene.units}
    crew = book.mission.crew
    near: list[tuple[float, str]] = []
    for person in crew.people.values():
        unit = person.team if person.team in times else person.id
        why = _why_not(person, now, engaged=unit in _engaged_now(scene), zone=book.mission.time_zone)
        if why:
            near.append((times.get(unit, inf), f"{person.id} ({why})"))
    if not near:
        return "Nobody here ever was: call a medic from outside, homeward person MISSION NAME --role medic."
    time_s, words = min(near)
    away = f", {minutes(time_s)} away" if time_s < inf else ""
    return f"Nearest who might: {words}{away}. You decide: homeward order MISSION."


def _why_not(person: Person, now: datetime, *, engaged: bool, zone: str) -> str:
    medic = next((q for q in person.qualifications if q.role is Role.MEDIC), None)
    if medic is None:
        return ""
    if medic.until is not None and medic.until <= now:
        return f"certificate expired {medic.until.astimezone(clock.zone(zone)):%d %b %Y}"
    return "with another casualty" if engaged else "no way there on foot is known"


def _engaged_now(scene: Scene) -> set[str]:
    return {u.id for u in scene.units if u.engaged}
