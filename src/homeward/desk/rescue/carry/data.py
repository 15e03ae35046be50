"""The ways of a carry-out, relays, exposed stretches, stops, exits and landing zones, as data to keep and show."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from homeward.desk.rescue.carry.case import CarryCase
from homeward.desk.rescue.carry.routes import Json, Route, hits_along, hits_of
from homeward.exchange.page_values import lonlat_of
from homeward.geo import Floats
from homeward.mission.rescue import ExitKind
from homeward.rescue.carry import Profile
from homeward.rescue.destination import HospitalChance
from homeward.rescue.guard import WatchedStretch, stop_places
from homeward.rescue.relay import RelayPlan
from homeward.rescue.state import stop_s

LISTED: Final = 9
"""Changes of bearers that are listed and marked on the map: every n-th where there are more. Ours."""
MOST_POINTS: Final = 400
"""Points of a route's exposure that are kept."""


def route_data(case: CarryCase, route: Route, n: int) -> Json:
    """A route as data; stretches with lookouts are added to the one that is chosen."""
    hits, time = hits_of(route), route.time
    climb = route.profile.slope * np.diff(route.profile.at_m)
    care = None if route.care is None else route.care.best
    ready_s = None if route.exit.ready_at is None else (route.exit.ready_at - case.now).total_seconds()
    return {
        "n": n,
        "off_road_m": case.off_road.get(route.exit.id),
        "ready_s": None if ready_s is None else round(ready_s),
        "wait_s": 0 if ready_s is None else round(max(ready_s - time.median_s, 0.0)),
        "exit": route.exit.label or route.exit.id,
        "exit_id": route.exit.id,
        "kind": route.exit.kind.value,
        "known": route.way.known,
        "line": np.round(case.terrain.grid.lonlat(_simple(route.profile.xy_m)), 6).tolist(),
        "length_m": round(route.profile.length_m),
        "up_m": round(float(climb[climb > 0].sum())),
        "down_m": round(float(-climb[climb < 0].sum())),
        "roped_m": round(float(np.diff(route.profile.at_m)[route.profile.roped].sum())),
        "filled_m": round(_filled_m(case, route.profile)),
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


def _filled_m(case: CarryCase, profile: Profile) -> float:
    """Metres of a way where the map has no elevation and heights are filled in."""
    grid, middle = case.terrain.grid, (profile.xy_m[1:] + profile.xy_m[:-1]) / 2
    row = np.clip(((grid.north_m - middle[:, 1]) / grid.cell_m).astype(int), 0, grid.n_rows - 1)
    col = np.clip(((middle[:, 0] - grid.west_m) / grid.cell_m).astype(int), 0, grid.n_cols - 1)
    return float(np.diff(profile.at_m)[case.terrain.hole[row, col]].sum())


def _simple(xy: Floats) -> Floats:
    if len(xy) <= MOST_POINTS:
        return xy
    kept = np.unique(np.linspace(0, len(xy) - 1, MOST_POINTS).astype(int))
    return np.asarray(xy[kept])


def _relay_data(case: CarryCase, relay: RelayPlan, *, starts_s: float) -> Json:
    grid, every = case.terrain.grid, _every(len(relay.places), relay.crews_there)
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
                "place": lonlat_of(grid.to_place(*c.xy_m)),
            }
            for c in relay.places
        ],
    }


def _every(changes: int, crews: int) -> int:
    """Every how many-th change is listed; not a multiple of the crews, so that each crew is among them."""
    every = max(1, -(-changes // LISTED))
    return every if every == 1 or crews < 2 or every % crews else every + 1


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
            "lookout": None if s.lookout_m is None else lonlat_of(grid.to_place(*s.lookout_m)),
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
        made.append({"at_m": round(at), "at_s": round(at_s), "place": lonlat_of(grid.to_place(x, y))})
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
            "place": lonlat_of(grid.to_place(*s.xy_m)),
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
            "place": lonlat_of(e.place),
            "proposed": case.proposed,
            "air": e.kind is ExitKind.LANDING,
        }
        for e in case.exits
    ]
