"""The ways out of a carry-out in numbers: times with their spread, relay, exposed stretches, where they lead on to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from homeward.desk.carry_case import BESIDE, CarryCase, bearers_at_litter, place_data
from homeward.geo import Floats
from homeward.mission.nouns import Weather
from homeward.mission.rescue import Exit, ExitKind
from homeward.rescue.carry import CarryPlan, CarryTime, Profile, carry_time, profile_along
from homeward.rescue.destination import DestinationChoice, HospitalChance, Severity, choose_destination
from homeward.rescue.evacuate import evacuate
from homeward.rescue.ground import carried_ground
from homeward.rescue.guard import WatchedStretch, exposed_spans, exposure_along, stop_places, watched
from homeward.rescue.onward import Onward, onward_options
from homeward.rescue.records import EvacuateProblem, Evacuation, ExitAt, Way
from homeward.rescue.relay import RelayPlan, RelayRules, relay_along
from homeward.rescue.state import stop_s

MOST_ROUTES: Final = 6
"""Routes that are shown of the front: more are not read at night. Ours."""
MOST_OTHERS: Final = 3
"""Exits that no way of the front leads to and that are shown all the same: ours."""
LISTED: Final = 9
"""Changes of bearers that are listed and marked on the map: every n-th where there are more. Ours."""
MOST_POINTS: Final = 400
"""Points of a route's exposure that are kept."""

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Route:
    """One way out with all that is known of it. `hits_per_s` (n,) per person on each piece of the profile."""

    way: Way
    exit: Exit
    profile: Profile
    hits_per_s: Floats
    time: CarryTime
    relay: RelayPlan
    people: int
    care: DestinationChoice | None
    left_out: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Beyond:
    """What decides the way on from the exits: weather, what a hospital must have, the casualty's states."""

    weather: Weather
    needs: tuple[str, ...] = ()
    severities: tuple[Severity, ...] = ()


def ways_out(
    case: CarryCase, *, hazard_per_h: float | None, beyond: Beyond, time_limit_s: float = 6.0
) -> tuple[Evacuation, list[Way]]:
    """(the front of ways from the casualty to the exits over the ground, a way to each exit that is not in it)."""
    grid = case.terrain.grid
    exits = tuple(
        ExitAt(
            id=e.id,
            at=grid.to_m(e.place),
            then_s=_then_s(case, e, beyond),
            ready_s=-np.inf if e.ready_at is None else (e.ready_at - case.now).total_seconds(),
            capability=e.capability,
        )
        for e in case.exits
    )
    zero = np.zeros(grid.shape)
    problem = EvacuateProblem(
        where=carried_ground(
            case.terrain, zero if case.exposure is None else case.exposure.hits_per_h, night=case.dark
        ),
        start=case.at_m,
        exits=exits,
        starts_s=case.pack.median,
        people=(case.people or 3 * bearers_at_litter()) + BESIDE,
        known=() if case.known_m is None else tuple((float(x), float(y)) for x, y in case.known_m),
        hazard_per_h=hazard_per_h,
    )
    found = evacuate(problem, time_limit_s=time_limit_s)
    there = {way.exit for way in found.front}
    others: list[Way] = []
    for leave in [e for e in exits if e.id not in there][:MOST_OTHERS]:
        alone = evacuate(replace(problem, exits=(leave,), known=()), time_limit_s=1.0)
        others += [alone.front[max(alone.chosen, 0)]] if alone.front else []
    return found, others


def _then_s(case: CarryCase, exit_: Exit, beyond: Beyond) -> float:
    """Seconds from an exit to care: as told, else to the best hospital by road or air; 0 where none is known."""
    if exit_.then_s is not None:
        return exit_.then_s
    how = Onward(now=case.now, needs=beyond.needs, weather=beyond.weather)
    at_once = replace(exit_, ready_at=None)
    options, _ = onward_options(case.terrain, {exit_.id: np.zeros(1)}, [at_once], case.hospitals, how)
    return choose_destination(options, beyond.severities).best.there_s[1] if options else 0.0


def shown(found: Evacuation, others: Sequence[Way]) -> list[Way]:
    """The ways that are shown: the fastest, the safest, the chosen, the fastest to each exit and others evenly between,
    fastest first; then those to other exits, and the known one.
    """
    front = list(found.front)
    keep = {0, len(front) - 1, max(found.chosen, 0)}
    first_to: dict[str, int] = {}
    for i, way in enumerate(front):
        first_to.setdefault(way.exit, i)
    for i in [*first_to.values(), *_spread(front)]:
        if len(keep) < MOST_ROUTES:
            keep.add(i)
    ways = [front[i] for i in sorted(keep)]
    return [*ways, *others, *([found.known] if found.known is not None else [])]


def _spread(front: Sequence[Way]) -> list[int]:
    """Places in the front, those first that lie farthest from the ones before, each scale in shares of its span."""
    cost = np.array([[w.time_s, w.hits] for w in front])
    scaled = (cost - cost.min(axis=0)) / np.maximum(np.ptp(cost, axis=0), 1e-12)
    taken = [0, len(front) - 1]
    far = np.minimum(*(np.hypot(*(scaled - scaled[i]).T) for i in taken))
    out = []
    while far.max() > 0.1:  # nearer than a tenth of the span is the same to who chooses (ours)
        out.append(int(far.argmax()))
        far = np.minimum(far, np.hypot(*(scaled - scaled[out[-1]]).T))
    return out


def route_of(case: CarryCase, way: Way, beyond: Beyond) -> Route:
    """A way with its times, relay and destination."""
    exit_ = next(e for e in case.exits if e.id == way.exit)
    profile = profile_along(case.terrain, _from_find(case, way, exit_))
    hits = hits_along(case, profile)
    plain = carry_time(profile, CarryPlan(packaging=case.pack, starts=case.now, place=case.find.place))
    relay = relay_along(
        profile,
        carry_s=plain.carry_s,
        people=case.people,
        exposed=exposed_spans(profile, hits),
        rules=RelayRules(grip=case.grip),
    )
    rests = CarryPlan(
        packaging=case.pack, starts=case.now, place=case.find.place, bout_s=relay.bout_s, rest_s=relay.rest_s
    )
    time = carry_time(profile, rests) if relay.rest_s > 0 else plain
    how = Onward(now=case.now, needs=beyond.needs, weather=beyond.weather)
    options, left_out = onward_options(case.terrain, {exit_.id: time.arrive_s}, [exit_], case.hospitals, how)
    care = choose_destination(options, beyond.severities) if options else None
    return Route(
        way=way,
        exit=exit_,
        profile=profile,
        hits_per_s=hits,
        time=time,
        relay=relay,
        people=relay.carriers_there + BESIDE,
        care=care,
        left_out=left_out,
    )


def _from_find(case: CarryCase, way: Way, exit_: Exit) -> Floats:
    """The way's points (n, 2), from the casualty itself to the exit itself, a metre long at least."""
    end = np.array(case.terrain.grid.to_m(exit_.place))
    start = np.array(case.at_m)
    if np.hypot(*(end - start)) < 1.0:
        end = start + np.array([1.0, 0.0])
    xy = np.vstack([start, way.xy_m[1:-1], end])
    return np.array([case.terrain.grid.onto(float(x), float(y)) for x, y in xy])


def hits_of(route: Route) -> float:
    """Expected injuries of all who go, at the median speed, darkness and rests included."""
    slower = route.time.carry_s / max(float(route.profile.carry_s.sum()), 1e-9)
    return float((route.hits_per_s * route.profile.carry_s).sum()) * slower * route.people


def stretches_of(case: CarryCase, profile: Profile, *, people: int, carry_s: float) -> tuple[WatchedStretch, ...]:
    """The exposed stretches of a way with who watches them from where."""
    if case.exposure is None:
        return ()
    return watched(case.terrain, profile, case.exposure, people=people, carry_s=carry_s)


def hits_along(case: CarryCase, profile: Profile) -> Floats:
    """Expected injuries per person and second on each piece (n,) of a way."""
    if case.exposure is None:
        return np.zeros(len(profile.slope))
    return exposure_along(profile, case.exposure.hits_per_h, case.terrain)


# --- as data ---------------------------------------------------------------------------------------------------


def route_data(case: CarryCase, route: Route, n: int) -> Json:
    """A route as data; stretches with lookouts are added to the one that is chosen."""
    hits, time = hits_of(route), route.time
    climb = route.profile.slope * np.diff(route.profile.at_m)
    care = None if route.care is None else route.care.best
    return {
        "n": n,
        "exit": route.exit.label or route.exit.id,
        "exit_id": route.exit.id,
        "kind": route.exit.kind.value,
        "known": route.way.known,
        "line": np.round(case.terrain.grid.lonlat(_simple(route.profile.xy_m)), 6).tolist(),
        "length_m": round(route.profile.length_m),
        "up_m": round(float(climb[climb > 0].sum())),
        "down_m": round(float(-climb[climb < 0].sum())),
        "roped_m": round(float(np.diff(route.profile.at_m)[route.profile.roped].sum())),
        "starts_s": round(time.packaging_s),
        "carry_s": round(time.carry_s + time.rests_s + time.stops_s),
        "rests_s": round(time.rests_s + time.stops_s),
        "arrive_s": [round(time.quantile_s(p)) for p in (0.1, 0.5, 0.9)],
        "dark_share": round(time.dark_share, 3),
        "people": route.people,
        "hits": hits,
        "p_unhurt": float(np.exp(-hits)),
        "p_by": time.p_by(case.by_s),
        "care_s": None if care is None else [round(s) for s in care.there_s],
        "p_survives": None if care is None else care.p_survives,
        "relay": _relay_data(case, route.relay, starts_s=time.packaging_s),
        "along": _along(route),
        "care": [] if route.care is None else [_care_data(r) for r in route.care.ranked[:4]],
        "care_why": [] if route.care is None else list(route.care.why),
        "left_out": list(route.left_out),
        "why": list(time.why),
    }


def _simple(xy: Floats) -> Floats:
    if len(xy) <= MOST_POINTS:
        return xy
    kept = np.unique(np.linspace(0, len(xy) - 1, MOST_POINTS).astype(int))
    return np.asarray(xy[kept])


def _relay_data(case: CarryCase, relay: RelayPlan, *, starts_s: float) -> Json:
    grid, every = case.terrain.grid, max(1, -(-len(relay.places) // LISTED))
    return {
        "bearers": relay.bearers,
        "crews": relay.crews,
        "crews_there": relay.crews_there,
        "carriers": relay.carriers,
        "carriers_there": relay.carriers_there,
        "grip": case.grip,
        "bout_s": round(relay.bout_s),
        "changes": relay.changes,
        "rest_s": round(relay.rest_s),
        "why": list(relay.why),
        "places": [
            {
                "n": c.number,
                "crew": c.crew,
                "listed": c.number % every == 0,
                "at_m": round(c.at_m),
                "after_s": round(c.after_s),
                "at_s": round(starts_s + c.after_s + c.number * relay.change_s + (c.number - 1) * relay.rest_s),
                "place": place_data(grid.to_place(*c.xy_m)),
            }
            for c in relay.places
        ],
    }


def _along(route: Route) -> list[list[float]]:
    """[metres from the find, expected injuries per person and hour] along the way, where it changes."""
    at, per_h = route.profile.at_m, route.hits_per_s * 3600
    turns = np.flatnonzero(np.diff(per_h) != 0) + 1
    starts = np.concatenate([[0], turns])
    if len(starts) > MOST_POINTS:
        starts = np.linspace(0, len(per_h) - 1, MOST_POINTS).astype(int)
    rows = [[round(float(at[i])), round(float(per_h[i]), 6)] for i in starts]
    return [*rows, [round(float(at[-1])), rows[-1][1]]]


def _care_data(ranked: HospitalChance) -> Json:
    return {
        "hospital": ranked.hospital,
        "exit": ranked.exit,
        "mode": ranked.mode,
        "p_survives": ranked.p_survives,
        "accepts": ranked.accepts,
        "there_s": [round(s) for s in ranked.there_s],
        "note": ranked.note,
    }


def stretch_data(case: CarryCase, stretches: Sequence[WatchedStretch]) -> list[Json]:
    """Exposed stretches as data."""
    grid = case.terrain.grid
    return [
        {
            "from_m": round(s.from_m),
            "to_m": round(s.to_m),
            "enters_s": round(s.enters_s),
            "clear_s": round(s.clear_s),
            "hits": s.hits,
            "lookout": None if s.lookout_m is None else place_data(grid.to_place(*s.lookout_m)),
            "sees": round(s.sees, 3),
            "why": s.why,
        }
        for s in stretches
    ]


def stops_data(case: CarryCase, profile: Profile, *, stops: int, starts_s: float, way_s: float) -> list[Json]:
    """Where on the way the litter is put down to stabilise the casualty, off exposed ground where there is other; times
    from now, `way_s` the whole way without these stops.
    """
    grid = case.terrain.grid
    spent = np.concatenate([[0.0], np.cumsum(profile.carry_s)])
    made = []
    for n, at in enumerate(stop_places(profile, stops, hits_along(case, profile))):
        share = float(np.interp(at, profile.at_m, spent)) / max(float(spent[-1]), 1e-9)
        x, y = (float(np.interp(at, profile.at_m, profile.xy_m[:, axis])) for axis in (0, 1))
        at_s = starts_s + share * way_s + n * stop_s()
        made.append({"at_m": round(at), "at_s": round(at_s), "place": place_data(grid.to_place(x, y))})
    return made


def landing_data(case: CarryCase) -> list[Json]:
    """Landing zones and vehicle points near, as the ground offers them, for who looks for another exit."""
    from homeward.rescue.landing import landing_zones, vehicle_points
    from homeward.terrain import travel_time_s

    field = travel_time_s(case.terrain, [case.at_m])
    grid = case.terrain.grid
    sites = [*landing_zones(case.terrain, field, most=2, night=case.dark), *vehicle_points(case.terrain, field, most=2)]
    return [
        {
            "kind": s.kind,
            "place": place_data(grid.to_place(*s.xy_m)),
            "walk_s": round(s.time_s),
            "why": s.why,
        }
        for s in sites
    ]


def exits_data(case: CarryCase) -> list[Json]:
    """The exits as data."""
    return [
        {
            "id": e.id,
            "label": e.label or e.id,
            "kind": e.kind.value,
            "place": place_data(e.place),
            "proposed": case.proposed,
            "air": e.kind is ExitKind.LANDING,
        }
        for e in case.exits
    ]
