"""GPX 1.1: an assignment's boundary, ways and points, for the hand-held receivers of the team that takes it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import gpxpy.gpx
import numpy as np
from shapely import LineString

from homeward.belief.clue_words import read_words
from homeward.errors import UnknownName
from homeward.exchange.crew_marks import PostMark, hazard_name, middle_of, outline_lonlat
from homeward.exchange.post_words import is_post
from homeward.geo import Floats, Grid, Place
from homeward.mission.people import Role
from homeward.mission.replay import Mission
from homeward.search.records import XY, SearchPlan

ACCESS_TOLERANCE_M = 8.0
"""How far the way in and out may be straightened for a hand-held; ours: about a receiver's own error."""

NOT_XML_TEXT = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def assignment_gpx(
    plan: SearchPlan,
    number: str,
    *,
    mission: Mission,
    grid: Grid,
    at: datetime,
    posts: Sequence[PostMark] = (),
) -> str:
    """The GPX 1.1 text of one assignment: segment boundary (closed), way in, search path and way back as routes.

    Names start with the assignment's number, so that a hand-held lists them together, and say team and segment.
    A post has neither boundary nor search path. Way points: start or post, base, IPP, clues (by number, with what
    was read from them; their text stays at base), the meeting point, the middle of each hazard with its outline as a
    route, and the `posts` of the formation in force. `at` is the time written into the metadata. No tracks are
    written: a track without times is a drawing, not evidence. Raises `UnknownName`.
    """
    task = next((a for a in plan.assignments if a.number == number), None)
    if task is None:
        raise UnknownName("assignment", number, (a.number for a in plan.assignments))
    ring = next((s.ring_m for s in plan.segments if s.id == task.segment), ())
    gpx = gpxpy.gpx.GPX()
    gpx.creator = "homeward"
    gpx.name = _clean(f"{mission.name} - assignment {number}")
    gpx.description = _clean(f"Operational period {plan.period}, team {task.team}, segment {task.segment}. {task.task}")
    gpx.time = at.astimezone(UTC)
    begin = (f"{number} {'POST' if is_post(task) else 'START'}", "Flag, Blue" if is_post(task) else "Flag, Green")
    about = f"{task.team} {task.task}" if is_post(task) else ""
    marks = [(begin[0], grid.to_place(*task.route_m[0]), begin[1], about)] if task.route_m else []
    marks += [("BASE", mission.base, "Building", "")] if mission.base else []
    marks += [("IPP", mission.ipp.place, "Flag, Red", "")] if mission.ipp else []
    clues = [c.event for c in mission.counting_clues]
    marks += [(f"CLUE {c.id}", c.place, "Pin, Yellow", ", ".join(read_words(replace(c, areas=())))) for c in clues]
    marks += _crew_marks(mission, posts)
    gpx.waypoints = [
        gpxpy.gpx.GPXWaypoint(
            _round(p.lat_deg), _round(p.lon_deg), name=_clean(name), symbol=sym, description=_clean(words) or None
        )
        for name, p, sym, words in marks
    ]
    ways = (
        ("boundary", () if is_post(task) else _closed(ring)),
        ("way in", _straightened(task.access_m)),
        ("search", () if is_post(task) else task.route_m),
        ("way back", _straightened(task.return_m)),
    )
    for i, (what, xy) in enumerate(ways):
        if len(xy) >= 2:
            name = f"{number} {task.segment} {what} {task.team}"
            gpx.routes.append(_route(name, f"{task.team} {task.segment} {what}", i + 1, grid.lonlat(xy)))
    for i, one in enumerate(mission.crew.hazards.values(), start=len(ways) + 1):
        gpx.routes.append(_route(f"HAZARD {one.id}", hazard_name(one), i, np.array(outline_lonlat(one))))
    return gpx.to_xml(version="1.1")


def _crew_marks(mission: Mission, posts: Sequence[PostMark]) -> list[tuple[str, Place, str, str]]:
    """Meeting point, hazards and posts as way points: name, place, symbol, words."""
    rally = mission.crew.rally
    marks = [("MEETING POINT", rally.event.place, "Flag, White", "")] if rally else []
    marks += [
        (f"HAZARD {one.id}", middle_of(one), "Danger Area", hazard_name(one)) for one in mission.crew.hazards.values()
    ]
    symbol = {Role.MEDIC.value: "First Aid", Role.LOOKOUT.value: "Scenic Area"}
    marks += [(f"POST {one.name}", one.place, symbol.get(one.role, "Waypoint"), one.words) for one in posts]
    return marks


def _route(name: str, about: str, number: int, lonlat: Floats) -> gpxpy.gpx.GPXRoute:
    route = gpxpy.gpx.GPXRoute(name=_clean(name), description=_clean(about), number=number)
    route.points = [gpxpy.gpx.GPXRoutePoint(_round(lat), _round(lon)) for lon, lat in lonlat]
    return route


def _closed(ring: Sequence[XY]) -> Sequence[XY]:
    return ring if not ring or ring[0] == ring[-1] else (*ring, ring[0])


def _straightened(xy: Sequence[XY]) -> Sequence[XY]:
    if len(xy) < 3:
        return xy
    return [(float(x), float(y)) for x, y in LineString(xy).simplify(ACCESS_TOLERANCE_M).coords]


def _round(degrees: float) -> float:
    return round(float(degrees), 7)


def _clean(text: str) -> str:
    """Text without the characters that XML cannot hold."""
    return NOT_XML_TEXT.sub("", text)
