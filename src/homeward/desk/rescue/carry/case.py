"""What a carry-out is planned from: where the casualty lies, the ground, hazards, exits, hospitals, who can carry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import numpy as np

from homeward.desk.book import Book
from homeward.desk.find.scene import GOING
from homeward.desk.rescue.carry.start import hands_of, start_of
from homeward.desk.rescue.casualties import find_of, known_casualty
from homeward.detect import is_night, sunrise_utc, sunset_utc
from homeward.errors import BadInput, HomewardError, NotYet
from homeward.exchange.track import parse_track
from homeward.geo import Floats
from homeward.mission.events import SubjectFound
from homeward.mission.people import OrderKind
from homeward.mission.rescue import Exit, ExitKind, Hospital
from homeward.rescue.carry import Spread
from homeward.rescue.landing import vehicle_points
from homeward.rescue.numbers import number
from homeward.rescue.roads import off_road_m
from homeward.search.records import XY
from homeward.terrain import Terrain, route_m, travel_time_s
from homeward.terrain.exposure import Exposure, exposure_of

PROPOSED: Final = 2
"""How many vehicle points the ground offers where no exit is marked: ours."""
NEAR_M: Final = 300.0
"""An exit this near to where a way ends is where it leads: our own."""
TRACK_NEAR_M: Final = 150.0
"""A track that comes this near to the find is the finders' way in: our own."""
BESIDE: Final = 4
"""Who goes with the bearers: the medic pair and the rear guard (two)."""
PLANNED_BY_S: Final = 6 * 3600.0
"""In the dark, P(arrive by) is told for so long from now: ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What somebody wants of a carry-out; None: as the mission has it.

    `bearers` who can carry, in all; `start` when the carry begins (packaged by then); `by` when it shall be there;
    `harness` where bearers have harness or straps.
    """

    bearers: int | None = None
    start: datetime | None = None
    by: datetime | None = None
    seed: int = 0
    harness: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CarryCase:
    """All that a carry-out of one casualty is planned from. Seconds count from `now`.

    `off_road`: metres to the nearest road, by the vehicle exits that lie far from every road; `by_is` what `by` is:
    asked, sunset, or 6 h (from now).
    """

    casualty: str
    now: datetime
    find: SubjectFound
    found_at: datetime
    at_m: XY
    terrain: Terrain
    exposure: Exposure | None
    exits: tuple[Exit, ...]
    proposed: bool
    hospitals: tuple[Hospital, ...]
    known_m: Floats | None
    people: int | None
    crews: tuple[str, ...]
    pack: Spread
    by: datetime
    sunset: datetime | None
    sunrise: datetime | None
    dark: bool
    notes: tuple[str, ...]
    grip: str = "hand"
    off_road: Mapping[str, float] = field(default_factory=dict)
    by_is: str = "asked"

    @property
    def by_s(self) -> float:
        """Seconds from now to the time by which it shall be there."""
        return (self.by - self.now).total_seconds()


def case_of(book: Book, casualty: str, asked: Asked, *, now: datetime) -> CarryCase:
    """The case of a casualty. Raises `HomewardError` where it is not located, lies off the map, or has no way out."""
    known_casualty(book, casualty)
    located = find_of(book, casualty)
    if located is None:
        raise NotYet(f"Nobody has said where casualty {casualty} is. Say it: homeward found MISSION PLACE.")
    found_at, find = located
    terrain, mission = book.terrain(), book.mission
    at_m = terrain.grid.to_m(find.place)
    if not bool(terrain.grid.contains(*at_m)):
        raise BadInput(f"Casualty {casualty} lies off the map, {find.place}. Load a larger area: homeward area load.")
    notes: list[str] = []
    exits, proposed, said = _exits(book, terrain, at_m)
    notes += said
    off_road = far_off_road(terrain, exits)
    notes += [off_road_words(name, far) for name, far in off_road.items()]
    exposure = exposure_of(terrain, mission.crew.hazards.values(), at=now) if mission.crew.hazards else None
    notes += [str(f) for f in exposure.findings] if exposure else []
    people, crews = _who_carries(book, find, asked)
    pack, said = start_of(book, find, found_at, asked.start, now=now)
    notes[:0] = said
    if asked.bearers is not None and asked.bearers > (sent := sum(hands_of(book, name) for name in crews)):
        notes.insert(
            len(said), f"{asked.bearers - sent} of {asked.bearers} bearers are only told to this plan: order them."
        )
    sunset, sunrise = sunset_utc(find.place, now), sunrise_utc(find.place, now)
    dark = is_night(find.place, now)
    by, by_is = _by(asked, sunset, now, dark=dark)
    return CarryCase(
        casualty=casualty,
        now=now,
        find=find,
        found_at=found_at,
        at_m=at_m,
        terrain=terrain,
        exposure=exposure,
        exits=exits,
        proposed=proposed,
        hospitals=tuple(mission.rescue.hospitals.values()),
        known_m=_way_in(book, terrain, find, exits),
        people=people,
        crews=crews,
        pack=pack,
        by=by,
        sunset=sunset,
        sunrise=sunrise,
        dark=dark,
        notes=tuple(notes),
        grip="harness" if asked.harness else "hand",
        off_road=off_road,
        by_is=by_is,
    )


def _by(asked: Asked, sunset: datetime | None, now: datetime, *, dark: bool) -> tuple[datetime, str]:
    """(by when it shall be there, what that is): as asked, else by sunset where that is an hour off, else in 6 h."""
    if asked.by is not None:
        return asked.by, "asked"
    if sunset is not None and not dark and sunset > now + timedelta(hours=1):
        return sunset, "sunset"
    return now + timedelta(seconds=PLANNED_BY_S), "6 h"


def far_off_road(terrain: Terrain, exits: Sequence[Exit]) -> dict[str, float]:
    """The vehicle exits that lie far from every road of a map that has roads: metres, by exit."""
    away = {e.id: off_road_m(terrain, terrain.grid.to_m(e.place)) for e in exits if e.kind is ExitKind.VEHICLE}
    return {name: far for name, far in away.items() if far is not None and far > number("road_reach_m")}


def off_road_words(name: str, far_m: float) -> str:
    """What is said of an exit for vehicles that is far from every road."""
    return (
        f"The exit {name} lies {far_m / 1000:.1f} km from any road of the map: check that a vehicle gets there. "
        "It is taken only where no other exit can be, or when asked for."
    )


def _exits(book: Book, terrain: Terrain, at_m: XY) -> tuple[tuple[Exit, ...], bool, list[str]]:
    """(exits that can be reached, whether they are proposals, what to say). `BadInput` where none can be reached."""
    marked = list(book.mission.rescue.exits.values())
    field = travel_time_s(terrain, [at_m])
    if not marked:
        offered = _offered(book, terrain, field)
        if not offered:
            raise BadInput(
                "No exit is marked, and the ground offers none that can be reached. Mark one: homeward exit."
            )
        names = ", ".join(e.id for e in offered)
        return offered, True, [f"No exit is marked: places that the ground offers are taken ({names}). Check them."]
    good, lost = [], []
    for one in marked:
        why = _unreachable(terrain, field, one)
        if why:
            lost.append(f"The exit {one.id} cannot be reached on foot: {why}.")
        else:
            good.append(one)
    if not good:
        raise BadInput(f"{' '.join(lost)} Mark another exit: homeward exit set MISSION NAME PLACE.")
    return tuple(good), False, lost


def _unreachable(terrain: Terrain, field: Floats, one: Exit) -> str:
    spot = terrain.grid.to_m(one.place)
    if not bool(terrain.grid.contains(*spot)):
        return "it lies off the map"
    if np.isfinite(field[terrain.grid.cell_of(*spot)]):
        return ""
    try:
        route_m(terrain, spot, spot)  # moves to walkable ground nearby, where there is some
    except HomewardError:
        return "it lies on water or a cliff"
    row, col = terrain.grid.cell_of(*spot)
    near = field[max(row - 2, 0) : row + 3, max(col - 2, 0) : col + 3]
    return "" if np.isfinite(near).any() else "water, cliffs or slopes over 45 degrees lie between"


def _offered(book: Book, terrain: Terrain, field: Floats) -> tuple[Exit, ...]:
    """The base and the vehicle points nearest to the find; a landing zone is an exit only once a helicopter comes."""
    grid, base = terrain.grid, book.mission.base
    out: list[Exit] = []
    if base is not None and not _unreachable(terrain, field, Exit(id="Base", kind=ExitKind.VEHICLE, place=base)):
        out.append(Exit(id="Base", kind=ExitKind.VEHICLE, place=base))
    for n, site in enumerate(vehicle_points(terrain, field, most=PROPOSED), 1):
        out.append(Exit(id=f"Road {n}", kind=ExitKind.VEHICLE, place=grid.to_place(*site.xy_m), label=""))
    return tuple(out)


def _way_in(book: Book, terrain: Terrain, find: SubjectFound, exits: Sequence[Exit]) -> Floats | None:
    """The way in, from the find back to an exit: the finders' track where one leads there, else their way from the
    base; None where neither ends at an exit.
    """
    at_m = np.array(terrain.grid.to_m(find.place))
    ends = np.array([terrain.grid.to_m(e.place) for e in exits])
    for received in reversed(book.mission.tracks):
        if find.team is not None and received.event.team != find.team:
            continue
        track = parse_track(book.log.blob(received.event.track), name="track")
        for piece in track.segments:
            xy = terrain.grid.xy_m(piece.lonlat_deg)
            way = _back_along(xy, at_m, ends)
            if way is not None and bool(terrain.grid.contains(*way.T).all()):
                return way
    base = book.mission.base
    if base is None:
        return None
    home = np.array(terrain.grid.to_m(base))
    gap = np.hypot(*(ends - home).T)
    if gap.min() > NEAR_M:
        return None
    try:
        way = route_m(terrain, home, at_m)[::-1].copy()
    except HomewardError:
        return None
    way[-1] = ends[int(gap.argmin())]
    return way


def _back_along(xy: Floats, at_m: Floats, ends: Floats) -> Floats | None:
    """A track from where it comes to the find back to where it came past an exit; None where it does not."""
    far = np.hypot(*(xy - at_m).T)
    if len(xy) < 2 or far.min() > TRACK_NEAR_M:
        return None
    last = int(far.argmin())
    gaps = np.hypot(xy[: last + 1, None, 0] - ends[None, :, 0], xy[: last + 1, None, 1] - ends[None, :, 1])
    if gaps.min() > NEAR_M:
        return None
    first, exit_ = np.unravel_index(int(gaps.argmin()), gaps.shape)
    way = xy[first : last + 1][::-1].copy()
    return np.vstack([at_m, way[1:-1], ends[exit_]]) if len(way) >= 2 else None


def _who_carries(book: Book, find: SubjectFound, asked: Asked) -> tuple[int | None, tuple[str, ...]]:
    """(how many can carry, which teams): as told, else those ordered to carry or to lead; (None, ()) for nobody yet."""
    mission = book.mission
    going = [
        name
        for name, given in mission.crew.orders.items()
        if given.event.kind in GOING and given.event.kind is not OrderKind.MEDIC and given.event.place == find.place
    ]
    crews = tuple(name for name in going if name in mission.teams or name in mission.crew.people)
    if asked.bearers is not None:
        if asked.bearers < 2:
            raise BadInput(f"{asked.bearers} bearers cannot carry a litter. Give 2 or more, 6 for any way.")
        return asked.bearers, crews
    count = sum(hands_of(book, name) for name in crews)
    return (count, crews) if count >= 2 else (None, crews)


def bearers_at_litter() -> int:
    """Bearers at a litter on easy ground."""
    return int(number("bearers"))
