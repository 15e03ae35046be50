"""CalTopo (SARTopo) GeoJSON: plans out, maps in.

Class and property names are CalTopo's own, as found in its exports and in the open clients of its API
(github.com/ncssar/caltopo_python). Search objects (Assignment, Clue, OperationalPeriod) are written together with
plain Markers and Shapes of the same places, because the published API does not cover them and they are announced to
change (blog.caltopo.com, April 2025).
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, cast
from uuid import NAMESPACE_URL, uuid5

import numpy as np

from homeward.errors import BadFile, Finding
from homeward.exchange.clue_outline import lonlat, outlines
from homeward.exchange.crew_marks import PostMark, hazard_name, outline_lonlat
from homeward.exchange.post_words import is_post
from homeward.geo import Floats, Grid, Place
from homeward.mission.nouns import TeamKind
from homeward.mission.replay import Mission
from homeward.search.records import XY, Assignment, SearchPlan

Json = dict[str, Any]

RESOURCE = dict.fromkeys(TeamKind, "GROUND") | {
    TeamKind.DOG: "DOG_AREA",
    TeamKind.TRAILING: "DOG_TRAIL",
    TeamKind.REMAINS: "DOG_HRD",
    TeamKind.MOUNTED: "MOUNTED",
    TeamKind.BIKE: "BIKE",
    TeamKind.DRONE: "AIR",
    TeamKind.THERMAL: "AIR",
    TeamKind.HELICOPTER: "AIR",
    TeamKind.BOAT: "WATER",
}
"""CalTopo's resource type for a kind of team. GROUND_1 to 3 grade a team's training, which homeward does not know."""

LOW_BELOW, HIGH_FROM = 1 / 3, 2 / 3
"""POD as the form's three words; the form names no limits, so these thirds are ours."""

EPOCH_MS = (946_684_800_000, 4_102_444_800_000)
"""A fourth coordinate between these (2000 and 2100) is a time in milliseconds; elsewhere it is filler."""

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#000000", "#E69F00", "#56B4E9")
"""Colour-blind safe: Okabe & Ito (2008), Color Universal Design, jfly.uni-koeln.de/color."""


# ---- out ----------------------------------------------------------------------------------------------------------


def caltopo_geojson(
    plan: SearchPlan | None, mission: Mission, *, grid: Grid, starts: datetime, posts: Sequence[PostMark] = ()
) -> Json:
    """The plan as a FeatureCollection that CalTopo imports. The same plan always gives the same ids.

    `starts` is when the plan's clock begins. Before there is a plan only IPP, base, clues, hazards, the meeting point
    and the `posts` of the formation in force are written. Of clues only number, place and what they point at go out, of
    the subject nothing, of a hazard not its note.
    """
    write = _Writer(plan, mission, grid, starts, tuple(posts))
    if plan is None:
        here = write.folder("homeward")
        return {"type": "FeatureCollection", "features": [here, *write.markers(here["id"])]}
    search, twins = write.folder("homeward plan"), write.folder("homeward plan (plain shapes)")
    period = write.period(plan.period)
    features = [search, twins, period, *write.markers(search["id"])]
    for i, task in enumerate(plan.assignments):
        features.append(write.assignment(task, search["id"], period["id"], COLOURS[i % len(COLOURS)]))
        features += write.twins(task, twins["id"], COLOURS[i % len(COLOURS)])
    return {"type": "FeatureCollection", "features": features}


@dataclass(frozen=True, slots=True)
class _Writer:
    plan: SearchPlan | None
    mission: Mission
    grid: Grid
    starts: datetime
    posts: tuple[PostMark, ...] = ()

    def feature(self, kind: str, name: str, geometry: Json | None, properties: Json) -> Json:
        """One feature; its id follows from mission, period, class and name alone."""
        opened = self.mission.opened_at.isoformat() if self.mission.opened_at else ""
        what = f"homeward:{self.mission.name}:{opened}:{self.plan.period if self.plan else 0}:{kind}:{name}"
        millis = round(self.starts.timestamp() * 1000)
        return {
            "type": "Feature",
            "id": str(uuid5(NAMESPACE_URL, what)),
            "geometry": geometry,
            "properties": {"class": kind, "title": name, "updated": millis, **properties},
        }

    def folder(self, title: str) -> Json:
        return self.feature("Folder", title, None, {"visible": True, "labelVisible": True})

    def period(self, number: int) -> Json:
        style = {"stroke": "#000000", "fill": "#000000", "stroke-width": 2, "stroke-opacity": 1, "fill-opacity": 0.1}
        return self.feature("OperationalPeriod", str(number), None, style)

    def markers(self, folder: str) -> list[Json]:
        out = []
        if self.mission.base:
            out.append(self._marker("Base", self.mission.base, folder, "cp", "0000FF"))
        if self.mission.ipp:
            out.append(self._marker("IPP", self.mission.ipp.place, folder, "c:target1", "FF0000"))
        for clue in self.mission.counting_clues:
            name, place = f"Clue {clue.event.id}", clue.event.place
            out.append(self.feature("Clue", name, _point(place), {"description": "", "folderId": folder}))
            out.append(self._marker(f"{name} place", place, folder, "clue", "FF8800"))
            polygons = [[lonlat(ring) for ring in polygon] for polygon in outlines(clue.event)]
            for i, rings in enumerate(polygons, start=1):
                title = f"{name} points here" if len(polygons) == 1 else f"{name} points here {i}"
                about = {"description": "", "folderId": folder, "pattern": "solid", **_style("#FF8800")}
                out.append(self.feature("Shape", title, {"type": "Polygon", "coordinates": rings}, about))
        return [*out, *self._crew(folder)]

    def _crew(self, folder: str) -> list[Json]:
        """Hazards as shapes, the meeting point and posts as markers."""
        out = []
        for hazard in self.mission.crew.hazards.values():
            ring = [[round(lon, 7), round(lat, 7)] for lon, lat in outline_lonlat(hazard)]
            about = {"description": hazard_name(hazard), "folderId": folder, "pattern": "solid", **_style("#CC0000")}
            shape = {"type": "Polygon", "coordinates": [ring]}
            out.append(self.feature("Shape", f"Hazard {hazard.id}", shape, about))
        rally = self.mission.crew.rally
        if rally is not None:
            out.append(self._marker("Meeting point", rally.event.place, folder, "point", "000000", rally.event.text))
        for post in self.posts:
            until = f"{post.words} ({post.begins:%Y-%m-%d %H:%M}Z to {post.ends:%H:%M}Z)"
            out.append(self._marker(f"Post {post.name}", post.place, folder, "point", "FFFFFF", until))
        return out

    def _marker(self, title: str, place: Place, folder: str, symbol: str, colour: str, words: str = "") -> Json:
        style = {"marker-symbol": symbol, "marker-color": colour, "marker-size": "1", "marker-rotation": None}
        return self.feature("Marker", title, _point(place), {"description": words, "folderId": folder, **style})

    def assignment(self, task: Assignment, folder: str, period: str, colour: str) -> Json:
        team = self.mission.teams.get(task.team)
        hours = round((task.back_s - task.leaves_s) / 3600, 2)
        properties = {
            "letter": task.segment,
            "number": task.number,
            "operationalPeriodId": period,
            "folderId": folder,
            "resourceType": RESOURCE[team.kind] if team else "GROUND",
            "teamSize": team.people if team else 0,
            "priority": "HIGH" if task.pos >= self._median_pos() else "MEDIUM",
            "responsivePOD": "",
            "unresponsivePOD": "LOW" if task.pod < LOW_BELOW else "HIGH" if task.pod >= HIGH_FROM else "MEDIUM",
            "cluePOD": "",
            "description": " ".join([f"Team {task.team}.", task.task, *(f"Hazard: {h}" for h in task.hazards)]),
            "previousEfforts": "",
            "transportation": "",
            "timeAllocated": f"{hours:g}",
            "primaryFrequency": (team.radio or "") if team else "",
            "secondaryFrequency": "",
            "preparedBy": "",
            "status": "PREPARED",
            **_style(colour),
        }
        where = self._polygon(self._ring(task)) or self._line(task.route_m)  # of a post, the circle round it
        return self.feature("Assignment", f"{task.segment} {task.number}", where, properties)

    def twins(self, task: Assignment, folder: str, colour: str) -> list[Json]:
        shapes = (
            ("area", self._polygon(self._ring(task))),
            ("search", None if is_post(task) else self._line(task.route_m)),
            ("way in", self._line(task.access_m)),
            ("way back", self._line(task.return_m)),
        )
        words = f"Team {task.team}. {task.task}"
        about = {"description": words, "folderId": folder, "pattern": "solid"}
        post = self.grid.to_place(*task.route_m[0]) if is_post(task) else None
        name = f"{task.segment} {task.number} post"
        return ([self._marker(name, post, folder, "point", colour[1:], words)] if post else []) + [
            self.feature("Shape", f"{task.segment} {task.number} {what}", geometry, {**about, **_style(colour)})
            for what, geometry in shapes
            if geometry is not None
        ]

    def _median_pos(self) -> float:
        return float(np.median([a.pos for a in self.plan.assignments])) if self.plan else 0.0

    def _ring(self, task: Assignment) -> tuple[XY, ...]:
        return next((s.ring_m for s in self.plan.segments if s.id == task.segment), ()) if self.plan else ()

    def _line(self, xy: Sequence[XY]) -> Json | None:
        return {"type": "LineString", "coordinates": self._lonlat(xy)} if len(xy) > 1 else None

    def _polygon(self, ring: Sequence[XY]) -> Json | None:
        if len(ring) < 3:
            return None
        closed = [*ring, ring[0]] if ring[0] != ring[-1] else ring
        return {"type": "Polygon", "coordinates": [self._lonlat(closed)]}

    def _lonlat(self, xy: Sequence[XY]) -> list[list[float]]:
        return [[round(float(lon), 7), round(float(lat), 7)] for lon, lat in self.grid.lonlat(xy)]


def _style(colour: str) -> Json:
    return {"stroke": colour, "fill": colour, "stroke-width": 2, "stroke-opacity": 1, "fill-opacity": 0.1}


def _point(place: Place) -> Json:
    return {"type": "Point", "coordinates": [round(place.lon_deg, 7), round(place.lat_deg, 7), 0, 0]}


# ---- in -----------------------------------------------------------------------------------------------------------


_KNOWN = {"class", "title", "description", "folderId"}


@dataclass(frozen=True, slots=True, kw_only=True)
class CaltopoFeature:
    """One object of a CalTopo map. What homeward does not know stays in `raw`, exactly as it came.

    `kind` is CalTopo's class; folders and periods have no geometry. `lines` reads the coordinates.
    """

    id: str
    kind: str
    title: str
    description: str
    folder: str | None
    raw: Mapping[str, Any] = field(repr=False)

    @property
    def geometry(self) -> Mapping[str, Any] | None:
        """GeoJSON geometry as found, or None."""
        found = self.raw.get("geometry")
        return found if isinstance(found, dict) else None

    @property
    def extra(self) -> Mapping[str, Any]:
        """The properties that have no field of their own here: numbers, styles, PODs and whatever is new."""
        return {k: v for k, v in (self.raw.get("properties") or {}).items() if k not in _KNOWN}

    def lines(self) -> tuple[tuple[Floats, Floats | None], ...]:
        """Each point, line or ring as (lonlat_deg (n, 2), seconds since 1970 UTC (n,) or None).

        Takes coordinates of two to four numbers, also written as text; a point that cannot be read is left out.
        """
        return tuple(_vertices(part) for part in _parts((self.geometry or {}).get("coordinates")))

    def colour(self) -> str | None:
        """`#RRGGBB` of its stroke or marker, however it was written; None where it has none that can be read."""
        for key in ("stroke", "marker-color", "color"):
            digits = str(self.extra.get(key, "")).removeprefix("#")
            if len(digits) == 6 and all(c in "0123456789abcdefABCDEF" for c in digits):
                return f"#{digits.upper()}"
        return None

    def to_json(self) -> Json:
        """The feature exactly as it came in, but for known fields that are different now."""
        properties: Json = dict(self.raw.get("properties") or {})
        known = {"class": self.kind, "title": self.title, "description": self.description, "folderId": self.folder}
        properties |= {k: v for k, v in known.items() if _text(properties.get(k)) != (v or "")}
        now: Json = {**self.raw, "properties": properties}
        return now if _text(now.get("id")) == self.id else {**now, "id": self.id}


@dataclass(frozen=True, slots=True, kw_only=True)
class CaltopoMap:
    """The objects of a CalTopo file, in its order, and what was wrong with it."""

    features: tuple[CaltopoFeature, ...]
    findings: tuple[Finding, ...] = ()

    def of(self, kind: str) -> tuple[CaltopoFeature, ...]:
        """The objects of one CalTopo class."""
        return tuple(f for f in self.features if f.kind == kind)


def read_caltopo(path: Path) -> CaltopoMap:
    """Reads a CalTopo export (or the answer of its `since` API). Raises `BadFile` for what is neither.

    A broken object is a finding with its number and title; the rest loads.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as err:
        raise BadFile(f"{path} cannot be read: {err.strerror or err}. Check the name and the permissions.") from err
    except (ValueError, RecursionError) as err:
        raise BadFile(f"{path} is not JSON ({err}). Export the map from CalTopo as GeoJSON.") from err
    for step in ("result", "state"):
        data = data.get(step, data) if isinstance(data, dict) else data
    items = data.get("features") if isinstance(data, dict) else None
    if not isinstance(items, list):
        old = isinstance(data, dict) and "Shape" in data
        what = "is a CalTopo map of before 2018" if old else "holds no GeoJSON features"
        raise BadFile(f"{path} {what}. Export the map from CalTopo as GeoJSON.")
    findings: list[Finding] = []
    features = [f for i, item in enumerate(items, start=1) if (f := _feature(item, i, findings)) is not None]
    seen: set[str] = set()
    for feature in features:
        if feature.id in seen:
            findings.append(
                Finding(f"feature {feature.title!r}", f"has the same id as another ({feature.id}); both kept")
            )
        seen |= {feature.id} - {""}
    return CaltopoMap(features=tuple(features), findings=tuple(findings))


def _feature(item: object, number: int, findings: list[Finding]) -> CaltopoFeature | None:
    where = f"feature {number}"
    if not isinstance(item, dict) or not isinstance(item.get("properties") or {}, dict):
        findings.append(Finding(where, "is not a GeoJSON feature; left out"))
        return None
    properties: Json = item.get("properties") or {}
    feature = CaltopoFeature(
        id=_text(item.get("id")),
        kind=_text(properties.get("class")),
        title=_text(properties.get("title")),
        description=_text(properties.get("description")),
        folder=_text(properties.get("folderId")) or None,
        raw=item,
    )
    if item.get("geometry") is None:
        return feature
    written = sum(len(part) for part in _parts((feature.geometry or {}).get("coordinates")))
    readable = sum(len(lonlat) for lonlat, _ in feature.lines())
    if readable < max(written, 1):
        what = f"{written - readable} of {written} of its points cannot be read" if written else "has no coordinates"
        findings.append(Finding(f"{where} ({feature.title or feature.kind or 'no title'})", what))
    return feature


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _parts(coordinates: object, depth: int = 4) -> Iterable[list[Any]]:
    """The lists of vertices in GeoJSON coordinates of any nesting."""
    if not isinstance(coordinates, list) or not coordinates or depth < 0:
        return
    first = coordinates[0]
    if not isinstance(first, list):
        yield [coordinates]  # a single vertex
    elif first and isinstance(first[0], list):
        for inner in coordinates:
            yield from _parts(inner, depth - 1)
    else:
        yield coordinates


def _vertices(part: Sequence[object]) -> tuple[Floats, Floats | None]:
    rows = [row for vertex in part if (row := _vertex(vertex)) is not None]
    table = np.array(rows, dtype=np.float64).reshape(-1, 3)
    at = table[:, 2]
    return table[:, :2], None if np.isnan(at).all() else at


def _vertex(vertex: object) -> tuple[float, float, float] | None:
    try:
        values = [float(v) for v in cast("Sequence[Any]", vertex)[:4]]
        lon, lat = values[0], values[1]
    except (TypeError, ValueError, IndexError):
        return None
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        return None
    timed = len(values) == 4 and EPOCH_MS[0] < values[3] < EPOCH_MS[1]
    return lon, lat, values[3] / 1000 if timed else math.nan
