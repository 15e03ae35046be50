"""The ways out of a carry-out in numbers: times with their spread, relay, exposed stretches, where they lead on to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from shapely import LineString

from homeward.desk.rescue.carry.case import BESIDE, CarryCase, bearers_at_litter
from homeward.geo import Floats
from homeward.mission.nouns import Weather
from homeward.mission.rescue import Exit
from homeward.rescue.carry import CarryPlan, CarryTime, Profile, carry_time, profile_along
from homeward.rescue.destination import DestinationChoice, Option, Severity, choose_destination
from homeward.rescue.evacuate import evacuate
from homeward.rescue.ground import carried_ground
from homeward.rescue.guard import WatchedStretch, exposed_spans, exposure_along, watched
from homeward.rescue.onward import Onward, onward_options
from homeward.rescue.records import EvacuateProblem, Evacuation, ExitAt, Way
from homeward.rescue.relay import RelayPlan, RelayRules, relay_along

MOST_ROUTES: Final = 6
"""Routes that are shown of the front: more are not read at night. Ours."""
MOST_OTHERS: Final = 3
"""Exits that no way of the front leads to and that are shown all the same: ours."""
SAME_M: Final = 40.0
"""Ways that are nowhere farther apart are one: what is seen of the other by lamp light. Ours."""

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
    led = tuple(e for e in exits if e.id not in case.off_road) or exits
    zero = np.zeros(grid.shape)
    problem = EvacuateProblem(
        where=carried_ground(
            case.terrain, zero if case.exposure is None else case.exposure.hits_per_h, night=case.dark
        ),
        start=case.at_m,
        exits=led,
        starts_s=case.pack.median,
        people=(case.people or 3 * bearers_at_litter()) + BESIDE,
        hazard_per_h=hazard_per_h,
    )
    known, home = _known(case, exits)
    found = evacuate(
        replace(problem, known=known) if home in {e.id for e in led} else problem, time_limit_s=time_limit_s
    )
    there = {way.exit for way in found.front}
    others: list[Way] = []
    for leave in [e for e in exits if e.id not in there][:MOST_OTHERS]:
        own = known if leave.id == home else ()
        alone = evacuate(replace(problem, exits=(leave,), known=own), time_limit_s=1.0)
        if alone.front:
            others += _with_known([alone.front[max(alone.chosen, 0)]], alone.known)
    return found, others


def _known(case: CarryCase, exits: Sequence[ExitAt]) -> tuple[tuple[tuple[float, float], ...], str]:
    """(the known way in from the find on, the exit at its end), nothing where none is known."""
    if case.known_m is None:
        return (), ""
    end = case.known_m[-1]
    home = min(exits, key=lambda e: float(np.hypot(e.at[0] - end[0], e.at[1] - end[1])))
    return tuple((float(x), float(y)) for x, y in case.known_m), home.id


def _with_known(ways: list[Way], known: Way | None) -> list[Way]:
    """The ways with the known one: the one that it equals is marked so, else it comes last."""
    if known is None:
        return ways
    same = next((i for i, way in enumerate(ways) if _same_way(way, known)), None)
    if same is None:
        return [*ways, known]
    return [*ways[:same], replace(ways[same], known=True), *ways[same + 1 :]]


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
    return _with_known([*ways, *others], found.known)


def _same_way(way: Way, known: Way) -> bool:
    """Whether two ways are one to who walks them: to the same exit, nowhere farther apart than `SAME_M`."""
    if way.exit != known.exit:
        return False
    return bool(LineString(way.xy_m).hausdorff_distance(LineString(known.xy_m)) <= SAME_M)


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
    options, left_out = _onward(case, exit_, time, beyond)
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


def _onward(
    case: CarryCase, exit_: Exit, time: CarryTime, beyond: Beyond
) -> tuple[tuple[Option, ...], tuple[str, ...]]:
    """(ways on from an exit, why others are left out): none where no road leads to it, unless the time was told."""
    if exit_.id in case.off_road and exit_.then_s is None:
        return (), (f"{exit_.label or exit_.id} by road: {case.off_road[exit_.id] / 1000:.1f} km from any road.",)
    how = Onward(now=case.now, needs=beyond.needs, weather=beyond.weather)
    return onward_options(case.terrain, {exit_.id: time.arrive_s}, [exit_], case.hospitals, how)


def _from_find(case: CarryCase, way: Way, exit_: Exit) -> Floats:
    """The way's points (n, 2), from the casualty itself to the exit itself, a metre long at least."""
    end = np.array(case.terrain.grid.to_m(exit_.place))
    start = np.array(case.at_m)
    if np.hypot(*(end - start)) < 1.0:
        end = start + np.array([1.0, 0.0])
    xy = np.vstack([start, way.xy_m[1:-1], end])
    return np.array([case.terrain.grid.onto(float(x), float(y)) for x, y in xy])


def hits_of(route: Route) -> float:
    """Expected injuries of all who go by the marked hazards, at the median speed, darkness included; nobody rests on
    exposed ground.
    """
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
