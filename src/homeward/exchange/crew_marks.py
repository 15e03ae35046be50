"""What a printed map, a hand-held and another program show of a formation: hazards, posts, the meeting point.

Hazards are outlined and hatched, posts are white discs with a letter (L lookout, U back-up, M medic) and the crew's
number, the meeting point is a black R on white: told apart by form and letter, never by hue, in red light too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from homeward.exchange.basemap import INK, PAPER, View
from homeward.exchange.margin import Key
from homeward.exchange.marks import draw_label
from homeward.geo import WGS84, Floats, Grid, Place
from homeward.mission.people import Hazard, Role
from homeward.mission.replay import Mission
from homeward.search.records import XY

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Json = dict[str, Any]
HAZARD_INK = "#3A0000"
LETTER = {Role.LOOKOUT.value: "L", Role.BACKUP.value: "U", Role.MEDIC.value: "M"}
CALLED = {Role.LOOKOUT.value: "lookouts", Role.BACKUP.value: "back-up", Role.MEDIC.value: "medic pair"}
"""The letter of each kind of post on a map, and its name in the legend."""
_NAME_MM, _CLEAR_MM = 14.0, 4.0  # half the width of a hazard's name on a map, and what is left free around it
NOTHING = np.zeros((0, 2))
_CORNERS = 48  # of a circle as it is drawn


@dataclass(frozen=True, slots=True, kw_only=True)
class PostMark:
    """A post of the formation in force: `name` like L1, the crew that holds it, from when to when."""

    name: str
    role: str
    crew: str
    people: tuple[str, ...]
    place: Place
    begins: datetime
    ends: datetime
    covers: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """Who holds it and for whom, by call sign."""
        whom = f"; for {', '.join(self.covers)}" if self.covers else ""
        return f"{self.crew.capitalize()}: {', '.join(self.people) or 'nobody'}{whom}"


def named_posts(formation: Mapping[str, Any] | None) -> Iterator[tuple[Json, Json, str]]:
    """Each post of a formation as it was kept, with its crew and its name: U2 is the second back-up post."""
    n: dict[str, int] = {}
    for crew in formation["posts"] if formation is not None else ():
        for held in crew["held"]:
            letter = LETTER.get(held["role"], held["role"][:1].upper())
            n[letter] = n.get(letter, 0) + 1
            yield crew, held, f"{letter}{n[letter]}"


def post_marks(formation: Mapping[str, Any] | None) -> tuple[PostMark, ...]:
    """The posts of a formation in the order of its crews."""
    return tuple(
        PostMark(
            name=name,
            role=held["role"],
            crew=crew["id"],
            people=tuple(crew["people"]),
            place=Place(held["lat_deg"], held["lon_deg"]),
            begins=datetime.fromisoformat(held["begins"]).astimezone(UTC),
            ends=datetime.fromisoformat(held["ends"]).astimezone(UTC),
            covers=tuple(held["covers"]),
        )
        for crew, held, name in named_posts(formation)
        if held["role"] in LETTER
    )


def outline_lonlat(hazard: Hazard) -> list[tuple[float, float]]:
    """The closed outline of a hazard as it was marked, (longitude, latitude), degrees; a circle as 48 corners."""
    if hazard.ring:
        ring = [(p.lon_deg, p.lat_deg) for p in hazard.ring]
        return [*ring, ring[0]]
    if hazard.place is None:
        return []
    around = (360.0 * k / _CORNERS for k in range(_CORNERS + 1))
    at = hazard.place
    points = (WGS84.fwd(at.lon_deg, at.lat_deg, deg, hazard.radius_m or 0.0) for deg in around)
    return [(float(lon), float(lat)) for lon, lat, _ in points]


def middle_of(hazard: Hazard) -> Place:
    """A place inside a hazard: what it lies around."""
    if hazard.place is not None:
        return hazard.place
    inside = shapely.Polygon(outline_lonlat(hazard)).buffer(0).representative_point()
    return Place(float(inside.y), float(inside.x))


def hazard_name(hazard: Hazard) -> str:
    """What a hazard is called on a map: its name, kind and label. Notes stay at base."""
    label = f", {hazard.label}" if hazard.label else ""
    return f"{hazard.id} {hazard.kind.value}{label}"


# ---- on a printed map ---------------------------------------------------------------------------------------------


def draw_hazards(ax: Axes, mission: Mission, grid: Grid, view: View, *, clear_of: Floats = NOTHING) -> list[Key]:
    """The hazards in view, hatched, each with its name, which keeps clear of places (n, 2); returns their legend."""
    drawn = False
    for hazard in mission.crew.hazards.values():
        ring = grid.xy_m(outline_lonlat(hazard)) if outline_lonlat(hazard) else np.zeros((0, 2))
        if len(ring) < 4 or not view.meets(ring):
            continue
        ax.fill(*ring.T, facecolor="none", edgecolor=HAZARD_INK, hatch="////", linewidth=0.0, alpha=0.55, zorder=6.2)
        ax.plot(*ring.T, color=PAPER, linewidth=3.0, alpha=0.85, zorder=6.82)
        ax.plot(*ring.T, color=HAZARD_INK, linewidth=1.5, linestyle=(0, (1.2, 1.0)), zorder=6.84)
        spot = _name_spot(ring, view, clear_of)
        if spot is not None:
            draw_label(ax, spot[0], f"! {hazard.id} {hazard.kind.value}", size=7.5, va=spot[1])
        drawn = True
    style = {"facecolor": PAPER, "edgecolor": HAZARD_INK, "hatch": "//////", "linewidth": 1.0}
    return [Key(form="box", text="hazard: keep out", style=style)] if drawn else []


def _name_spot(ring: Floats, view: View, clear_of: Floats) -> tuple[XY, str] | None:
    """Where the name of an outline stands, and how: over its northern or under its southern edge, or inside it.

    The first of these that is well within the view and `_CLEAR_MM` from all of `clear_of`, else the clearest.
    """
    shown = shapely.Polygon(ring).buffer(0) & shapely.box(view.west_m, view.south_m, view.east_m, view.north_m)
    if shown.is_empty or view.mm(float(np.sqrt(shown.area))) < 2:
        return None
    middle = shown.representative_point()
    north, south = (ring[int(pick(ring[:, 1]))] for pick in (np.argmax, np.argmin))
    spots = [(north, "bottom", 2.0), (south, "top", -2.0), (np.array([middle.x, middle.y]), "center", 0.0)]
    inside = [spot for spot in spots if spot[1] == "center" or _clear(spot[0], view)]

    def apart_mm(spot: tuple[Floats, str, float]) -> float:
        at = spot[0] + np.array([0.0, spot[2] * view.scale / 1000])
        off = (clear_of - at) / np.array([_NAME_MM / 5, 1.0])  # a name is wide and low
        return view.mm(float(np.hypot(*off.T).min())) if len(clear_of) else np.inf

    at, how, _ = next((spot for spot in inside if apart_mm(spot) > _CLEAR_MM), max(inside, key=apart_mm))
    return (float(at[0]), float(at[1])), how


def _clear(at: Floats, view: View) -> bool:
    """Whether a name over or under a place is well within the view."""
    aside = min(at[0] - view.west_m, view.east_m - at[0])
    above = min(at[1] - view.south_m, view.north_m - at[1])
    return bool(view.mm(aside) > _NAME_MM and view.mm(above) > _CLEAR_MM)


def draw_crew(ax: Axes, mission: Mission, marks: Sequence[PostMark], grid: Grid, view: View) -> list[Key]:
    """Posts and the meeting point in view; returns their legend."""
    keys: dict[str, Key] = {}
    for names, mark, at in _stacked(marks, grid, view):
        _disc(ax, at, names)
        keys.setdefault(mark.role, Key(form="mark", text=f"{LETTER[mark.role]}: {CALLED[mark.role]}", style=_DISC))
    rally = mission.crew.rally
    if rally is not None and _shown(grid.to_m(rally.event.place), view):
        at = _beside_base(grid.to_m(rally.event.place), mission, grid, view)
        ax.plot(*at, marker="h", markersize=13, color=PAPER, markeredgecolor=INK, markeredgewidth=1.8, zorder=9.4)
        ax.text(*at, "R", fontsize=7, fontweight="bold", ha="center", va="center", zorder=9.45, clip_on=True)
        style = {"marker": "h", "markersize": 6.5, "color": PAPER, "markeredgecolor": INK, "markeredgewidth": 1.2}
        keys["rally"] = Key(form="mark", text="R: meeting point", style=style)
    return list(keys.values())


def _beside_base(at: XY, mission: Mission, grid: Grid, view: View) -> XY:
    """Where the mark of the meeting point stands: east of the base's where it would hide that."""
    base = grid.to_m(mission.base) if mission.base else None
    if base is None or view.mm(float(np.hypot(at[0] - base[0], at[1] - base[1]))) >= APART_MM:
        return at
    return base[0] + APART_MM * view.scale / 1000, base[1]


_DISC: dict[str, Any] = {
    "marker": "o",
    "markersize": 5.5,
    "color": PAPER,
    "markeredgecolor": INK,
    "markeredgewidth": 1.2,
}
APART_MM = 4.5
"""Posts nearer to each other on paper than this share a disc: ours."""


def _stacked(marks: Sequence[PostMark], grid: Grid, view: View) -> Iterator[tuple[str, PostMark, tuple[float, float]]]:
    """Posts in view, those of one role at one spot together as "U1 U3"."""
    left = [(mark, grid.to_m(mark.place)) for mark in marks]
    left = [(mark, at) for mark, at in left if _shown(at, view)]
    while left:
        first, at = left[0]
        near = [
            mark
            for mark, xy in left
            if mark.role == first.role and view.mm(float(np.hypot(xy[0] - at[0], xy[1] - at[1]))) < APART_MM
        ]
        left = [(mark, xy) for mark, xy in left if mark not in near]
        more = f" +{len(near) - 2}" if len(near) > 2 else ""
        yield " ".join(mark.name for mark in near[:2]) + more, first, at


def _shown(at: tuple[float, float], view: View) -> bool:
    return view.west_m < at[0] < view.east_m and view.south_m < at[1] < view.north_m


def _disc(ax: Axes, at: tuple[float, float], name: str) -> None:
    box = {"boxstyle": "round,pad=0.25,rounding_size=0.8", "facecolor": PAPER, "edgecolor": INK, "linewidth": 1.3}
    ax.text(*at, name, fontsize=6.5, fontweight="bold", ha="center", va="center", bbox=box, zorder=9.35, clip_on=True)


# ---- for hand-helds and other programs ----------------------------------------------------------------------------
