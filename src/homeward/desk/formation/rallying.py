"""The verb `rally`: where scattered teams meet, so that the last of them is there soonest."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from homeward.desk import clock
from homeward.desk.answer import Answer
from homeward.desk.book import Book, again_if_grown, opened
from homeward.desk.facts import check_on_map
from homeward.desk.orders import everybody
from homeward.desk.whereabouts import person_at, posted_at, teams_at
from homeward.errors import NotYet
from homeward.geo import format_place, parse_place
from homeward.mission.nouns import TeamKind
from homeward.mission.people import RallySet
from homeward.team.rally import Comer, Rally, rally_point
from homeward.terrain.exposure import exposure_of


@again_if_grown
def rally(path: Path, place: str | None = None, *, text: str = "") -> Answer:
    """Sets where everybody meets: at `place`, or where the last arrives soonest over real ground and out of hazards."""
    with opened(path) as book:
        now = clock.now()
        told = None if place is None else parse_place(place)
        if told is not None:
            check_on_map(book, told, f"The meeting point {told}")
        comers, notes = _comers(book, at=now)
        if not comers:
            raise NotYet("Nobody is known to be anywhere who could walk to a meeting point. Say where: homeward at.")
        terrain = book.terrain()
        exposure = exposure_of(terrain, book.mission.crew.hazards.values(), at=now)
        found = rally_point(terrain, comers, exposure=exposure, at_m=None if told is None else terrain.grid.to_m(told))
        where = told or terrain.grid.to_place(*found.at_m)
        all_there = now + timedelta(seconds=found.value)
        book.write(RallySet(place=where, all_there=all_there, text=text.strip()))
        notes += [str(finding) for finding in exposure.findings]
    zone = book.mission.time_zone
    lines = [
        f"Meeting point at {where}, {format_place(where, 'mgrs')}: all there at {clock.show_time(all_there, zone)}.",
        *_arrivals(found, now=now, zone=zone),
        *(f"  {words}" for words in found.why),
        *(f"NO WAY ON FOOT for {name}: fetch it, or name another place." for name in found.cannot),
        *(f"NOTE: {note}" for note in notes),
        "Call everybody there with: homeward recall MISSION.",
    ]
    return Answer(
        text="\n".join(lines),
        data={
            "lat_deg": where.lat_deg,
            "lon_deg": where.lon_deg,
            "all_there": all_there.isoformat(),
            "bound_s": found.bound,
            "arrivals": [_arrival_data(one, now) for one in found.arrivals],
            "cannot": list(found.cannot),
            "notes": notes,
        },
    )


def _comers(book: Book, *, at: datetime) -> tuple[list[Comer], list[str]]:
    """Who walks to the meeting point from where, and who does not, in words."""
    mission, grid = book.mission, book.terrain().grid
    teams, posted, notes, comers = teams_at(book, at=at), posted_at(book, at=at), [], []
    for name in everybody(mission):
        team = mission.teams.get(name)
        if team is not None and team.kind is TeamKind.HELICOPTER:
            notes.append(f"{name} comes by air, and is not counted.")
            continue
        place = (
            teams.get(name) if team is not None else person_at(book, mission.crew.people[name], teams, posted, at=at)
        )
        if place is None or not bool(grid.contains(*place)):
            notes.append(f"{name} is {'not known to be anywhere' if place is None else 'off the map'}: not counted.")
            continue
        comers.append(Comer(id=name, at_m=place))
    return comers, notes


def _arrivals(found: Rally, *, now: datetime, zone: str) -> list[str]:
    """A line for each time of arriving: who comes then, after how long, and through which hazards."""
    rows: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for one in found.arrivals:
        when = clock.show_time(now + timedelta(seconds=one.arrives_s), zone, day=False)
        rows.setdefault((f"{when}, in {one.arrives_s / 60:.0f} min", one.through), []).append(one.id)
    return [
        f"  {when}: {', '.join(names)}" + (f", THROUGH {' and '.join(through)}" if through else "")
        for (when, through), names in rows.items()
    ]


def _arrival_data(one: Any, now: datetime) -> dict[str, Any]:
    return {
        "id": one.id,
        "arrives": (now + timedelta(seconds=one.arrives_s)).isoformat(),
        "arrives_s": one.arrives_s,
        "through": list(one.through),
    }
