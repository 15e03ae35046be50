"""A building and the plan of its search as words to read aloud, and as data."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from homeward.desk import clock
from homeward.desk.answer import Answer
from homeward.desk.book import Book
from homeward.desk.buildings.inside import Inside
from homeward.exchange.page_words import reading_words
from homeward.search.indoors import IndoorMove, IndoorPlan
from homeward.terrain.building import OUTSIDE, Opening, Room


def floor_words(floor: float) -> str:
    """A storey as INSARAG numbers it: G for the ground floor, 1 above it, B1 below it."""
    return "G" if floor == 0 else f"{floor:g}" if floor > 0 else f"B{-floor:g}"


def room_words(room: Room) -> str:
    """A room's id with its name, where that says more."""
    return room.id if room.name in ("", room.id) or room.id.startswith(room.name) else f"{room.id} ({room.name})"


def show_answer(known: Inside, book: Book) -> Answer:
    """The building floor by floor, every room with its probability and what was done there."""
    plan, building = known.plan, known.building
    lines = [f"{building.id}: {building.label}. {len(plan.rooms)} rooms, {len(plan.openings)} ways between them."]
    lines += [f"Entrance at {building.place}."] if building.place else []
    if known.share is not None:
        lines.append(f"The map has {known.share:.2%} of all probability in it; the rooms share that as follows.")
    rows = room_rows(known)
    for floor in sorted({r.floor for r in plan.rooms}, reverse=True):
        lines.append(f"Floor {floor_words(floor)}:")
        for row in (r for r in rows if r["floor"] == floor):
            done = f", searched (POD {row['searched']:.0%})" if row["searched"] is not None else ""
            kind = f" {row['kind']}" if row["kind"] else ""
            doors = ", ".join(row["doors"]) or "no way in known"
            lines.append(f"  {row['p']:6.1%}  {row['number']}. {row['words']}{kind}: {doors}{done}")
    lines += [f"Reading: {reading_words(r)}." for r in known.readings]
    made = [m for m in book.mission.indoor_plans if m.event.building == building.id]
    if made:
        when = clock.show_time(made[-1].at, book.mission.time_zone)
        lines.append(f"Plan made {when}: POS {made[-1].event.value:.0%} inside (at best {made[-1].event.bound:.0%}).")
    return Answer(
        text="\n".join(lines),
        data={
            "id": building.id,
            "label": building.label,
            "share": known.share,
            "rooms": rows,
            "readings": [reading_words(r) for r in known.readings],
        },
    )


def room_rows(known: Inside) -> list[dict[str, Any]]:
    """Every room as data: probability inside the building, POD so far, readings, the ways in."""
    pods = known.pods()
    ways: dict[str, list[str]] = {r.id: [] for r in known.plan.rooms}
    for o in known.plan.openings:
        for one, other in ((o.a, o.b), (o.b, o.a)):
            if one != OUTSIDE:
                ways[one].append(_way_words(o, other))
    said: dict[str, list[str]] = {}
    for r in known.readings:
        said.setdefault(r.room, []).append(f"{r.sense.value}: {'somebody' if r.positive else 'nobody'}")
    return [
        {
            "id": room.id,
            "number": number,
            "words": room_words(room),
            "kind": room.kind,
            "floor": room.floor,
            "floor_words": floor_words(room.floor),
            "p": known.rooms[room.id],
            "searched": pods.get(room.id),
            "readings": said.get(room.id, []),
            "doors": ways[room.id],
        }
        for number, room in enumerate(known.plan.rooms, 1)
    ]


def _way_words(opening: Opening, other: str) -> str:
    where = "outside" if other == OUTSIDE else other
    state = "" if opening.state.value in ("unknown", "open") else f" {opening.state.value}"
    return f"{opening.passage.value}{state} to {where}{'' if opening.mapped else ' (supposed)'}"


def plan_answer(
    known: Inside, made: IndoorPlan, *, starts: datetime, zone: str, notes: Sequence[str], share: float | None
) -> Answer:
    """A plan as it is read out: crews, chance of a find by time, moves by crew, what stays closed, and why."""
    lines = [f"NOTE: {n}" for n in notes]
    lines.append(
        f"Plan for {known.building.id}: {made.duration_s / 60:g} min from {clock.show_time(starts, zone)}. "
        + "; ".join(crew if who == (crew,) else f"{crew}: {' and '.join(who)}" for crew, who in made.crews)
    )
    marks = by_minute(made)
    lines.append("Chance of a find, if inside: " + ", ".join(f"{m:g} min {p:.0%}" for m, p in marks) + ".")
    lines.append(f"At the end {made.value:.1%}; no plan with these teams and minutes could pass {made.bound:.1%}.")
    if share is not None:
        lines.append(f"The building holds {share:.2%} of all probability: this finds {share * made.value:.2%} of it.")
    for crew, _ in made.crews:
        lines.append(f"{crew}:")
        for move in (m for m in made.moves if m.team == crew):
            when = clock.show_time(starts + timedelta(seconds=move.at_s), zone, day=False)
            lines.append(f"  {when}  {said(move)}")
    lines += [f"{what}, {why}: {', '.join(rooms)}." for what, why, rooms in left_words(made)]
    lines += list(made.why)
    return Answer(text="\n".join(lines), data={**plan_rows(made, starts=starts), "share": share, "notes": list(notes)})


def said(move: IndoorMove) -> str:
    """What a move says below the name of its crew, which it begins with on the radio."""
    return move.words.removeprefix(f"{move.team}: ")


def kept_shut(made: IndoorPlan) -> dict[str, str]:
    """The rooms that stay closed, sensed well enough from outside or forbidden to enter, with the reason."""
    return {c.room: c.why for c in made.left_closed if c.shut}


def left_words(made: IndoorPlan) -> list[tuple[str, str, list[str]]]:
    """What nobody enters: (stays closed or not entered, why, the rooms), those with one reason together."""
    grouped: dict[tuple[str, str], list[str]] = {}
    shut = kept_shut(made)
    for c in made.left_closed:
        grouped.setdefault(("Stay closed" if c.room in shut else "Not entered", c.why), []).append(c.room)
    return [(what, why, rooms) for (what, why), rooms in grouped.items()]


def by_minute(made: IndoorPlan) -> list[tuple[float, float]]:
    """(minutes, chance of a find by then) at up to six times and the end."""
    end = made.duration_s / 60
    step = next(s for s in (1, 2, 5, 10, 15, 30, 60, 120) if end / s <= 6)
    at = sorted({*np.arange(step, end, step).tolist(), end})
    seconds, found = zip(*((0.0, 0.0), *made.found), strict=True)
    return [(m, float(np.interp(60 * m, seconds, found))) for m in at]


def plan_rows(made: IndoorPlan, *, starts: datetime) -> dict[str, Any]:
    """A plan as JSON data."""
    return {
        "starts": starts.isoformat(),
        "duration_s": made.duration_s,
        "value": made.value,
        "bound": made.bound,
        "seed": made.seed,
        "found": [list(p) for p in made.found],
        "crews": [[crew, list(who)] for crew, who in made.crews],
        "moves": [
            {
                "crew": m.team,
                "at": (starts + timedelta(seconds=m.at_s)).isoformat(),
                "until": (starts + timedelta(seconds=m.until_s)).isoformat(),
                "room": m.room,
                "action": m.action,
                "words": said(m),
                "of": list(m.of),
                "pod": m.pod,
            }
            for m in made.moves
        ],
        "left": [{"what": what, "why": why, "rooms": rooms} for what, why, rooms in left_words(made)],
        "left_closed": [
            {"room": c.room, "why": c.why, "pod": c.pod, "remaining": c.remaining} for c in made.left_closed
        ],
        "why": list(made.why),
    }
