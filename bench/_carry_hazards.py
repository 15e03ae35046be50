"""Finds, exits and made hazards on real ground: the front of time against exposure beside the plain shortest path.

Areas are those of ../shared/data/areas, 10 x 10 km at 50 m about the middle. Finds are 50 cells drawn (seeded) from
homeward's map of a hiker four hours after last being seen in the middle. Exits are the points on roads next to the
knots of a net of 2 km, on the edge of the map where no road is mapped; the four nearest to a find count. Hazards are
made by `terrain.exposure` with its table's rates: all slopes of the map that an avalanche may break off from, all
faces that stones may fall from, and five groups of people (100 m round cells on paths, or anywhere where there are
none, in the middle 6 km) who see about them. Nine people carry. Ways are those of `rescue.front`, over cells of 50 m,
coarser than in use: twelve cuts and the front within 10 %; `least_s` of the cuts proves where there is no such way.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from bench._report import Cell, tell
from bench.quality_plan import TEAMS, asked, grounds
from homeward.errors import BadInput
from homeward.geo import Floats
from homeward.mission.people import Hazard, HazardKind
from homeward.rescue.front import Wish, cut, front_of, least_s
from homeward.rescue.ground import carried_ground, on_ground
from homeward.rescue.onto import Laid
from homeward.rescue.records import XY, EvacuateProblem, ExitAt
from homeward.terrain import LineKind, Terrain
from homeward.terrain.exposure import exposure_of
from homeward.terrain.raster import line_cells
from homeward.terrain.speed import going

FINDS, EXITS, NET_M, GROUPS = 50, 4, 2000.0, 5
SHARE, MORE_TIME, LEAST_HITS = 0.5, 1.2, 1e-4
COLUMNS = ["ground", "hazard", "exposed", "had", "none", "open", "min, plain", "min, safer", "time", "exposure"]
WAY_S = 0.6


@dataclass(frozen=True, slots=True)
class Beside:
    """A find whose plain way is exposed: minutes of the plain way; of the least exposed within 1.2 of its time minutes
    and share of its exposure; whether a way with half the exposure is there, and whether there is proof of none."""

    plain_min: float
    safer_min: float
    share: float
    had: bool
    none: bool


def rows(*, quick: bool) -> Iterator[list[Cell]]:
    """A row for each ground and hazard, then one of all together."""
    everything: list[Beside] = []
    asked_for = 0
    for i, (name, terrain) in enumerate(grounds()):
        if quick and i > 1:
            break
        begun, rng = time.process_time(), np.random.default_rng([i, 50])
        finds, exits = _finds(terrain, rng), _exits(terrain)
        for what, hazards in _hazards(terrain, rng):
            made = exposure_of(terrain, hazards)
            if any("no ground steep enough" in str(f) for f in made.findings):
                continue
            found = [b for at in finds if (b := _beside(terrain, made.hits_per_h, at, exits)) is not None]
            everything, asked_for = everything + found, asked_for + len(finds)
            yield [name, what, f"{len(found)} of {len(finds)}", *_figures(found)]
        tell(f"  {name}: {time.process_time() - begun:.1f} s")
    yield ["all", "", f"{len(everything)} of {asked_for}", *_figures(everything)]


def _figures(found: list[Beside]) -> list[Cell]:
    if not found:
        return ["", "", "", "", "", "", ""]
    had, none = sum(bool(b.had) for b in found), sum(bool(b.none) for b in found)
    plain, safer = np.array([b.plain_min for b in found]), np.array([b.safer_min for b in found])
    shares = np.array([b.share for b in found])
    middle = [float(np.median(a)) for a in (plain, safer, safer / plain, shares)]
    return [had, none, len(found) - had - none, *(f"{m:.0f}" for m in middle[:2]), *(f"{m:.2f}" for m in middle[2:])]


def _beside(terrain: Terrain, hits_per_h: Floats, at: XY, exits: list[XY]) -> Beside | None:
    """None where the plain way is not exposed, or no way leads out."""
    near = sorted(exits, key=lambda e: np.hypot(e[0] - at[0], e[1] - at[1]))[:EXITS]
    leave = tuple(ExitAt(id=str(k), at=e) for k, e in enumerate(near))
    ground = carried_ground(terrain, hits_per_h)
    try:
        laid: Laid = on_ground(EvacuateProblem(where=ground, start=at, exits=leave), ground)
    except BadInput:
        return None
    plain = cut(laid.routes, np.array([1.0, 0.0, 0.0]))
    if plain is None or plain[0].cost[1] < LEAST_HITS:
        return None
    most_s, half = MORE_TIME * plain[0].cost[0], SHARE * plain[0].cost[1]
    wish = Wish(until=time.perf_counter() + WAY_S, max_s=float(most_s), near=(0.1,), exact=False, cuts=12)
    front = front_of(laid.routes, wish)
    cost = np.array([w.cost for w in (plain[0], *front.ways)])
    cost = cost[cost[:, 0] <= most_s]
    best = cost[np.lexsort((cost[:, 0], cost[:, 1]))[0]]
    had = bool((cost[:, 1] <= half).any())
    none = not had and bool(least_s(front.lines, float(half)) > most_s)
    return Beside(float(plain[0].cost[0]) / 60, float(best[0]) / 60, float(best[1] / plain[0].cost[1]), had, none)


def _finds(terrain: Terrain, rng: np.random.Generator) -> list[XY]:
    poa = asked(terrain, TEAMS[:1]).belief.poa * (going(terrain)[0] > 0)
    x, y = terrain.grid.centers_m()
    cells = rng.choice(poa.size, FINDS, p=(poa / poa.sum()).ravel())
    return [(float(x[c % terrain.grid.n_cols]), float(y[c // terrain.grid.n_cols])) for c in cells]


def _exits(terrain: Terrain) -> list[XY]:
    grid = terrain.grid
    x, y = grid.centers_m()
    roads = [line.xy_m for line in terrain.lines if line.kind is LineKind.ROAD]
    on = line_cells(roads, grid, wide=False)
    if not on.any():
        on[[0, -1], :] = on[:, [0, -1]] = True
    on &= going(terrain)[0] > 0
    row, col = np.nonzero(on)
    places = np.column_stack([x[col], y[row]])
    knots = np.floor((places - [grid.west_m, grid.south_m]) / NET_M + 0.5)
    far = np.hypot(*(places - (knots * NET_M + [grid.west_m, grid.south_m])).T)
    out: dict[tuple[float, float], XY] = {}
    for i in np.argsort(far, kind="stable"):
        out.setdefault((float(knots[i, 0]), float(knots[i, 1])), (float(places[i, 0]), float(places[i, 1])))
    return list(out.values())


def _hazards(terrain: Terrain, rng: np.random.Generator) -> list[tuple[str, list[Hazard]]]:
    grid = terrain.grid
    west, east, south, north = grid.west_m, grid.east_m, grid.south_m, grid.north_m
    ring = tuple(grid.to_place(x, y) for x, y in ((west, south), (east, south), (east, north), (west, north)))
    factor, on_path = going(terrain)
    x, y = grid.centers_m()
    middle = (np.abs(x - (west + east) / 2)[None, :] < 3000) & (np.abs(y - (south + north) / 2)[:, None] < 3000)
    spots = middle & on_path if (middle & on_path).any() else middle & (factor > 0)
    cells = rng.choice(np.flatnonzero(spots), GROUPS)
    people = [
        Hazard(
            id=str(k),
            kind=HazardKind.PEOPLE,
            place=grid.to_place(float(x[c % grid.n_cols]), float(y[c // grid.n_cols])),
            radius_m=100.0,
        )
        for k, c in enumerate(cells)
    ]
    return [
        ("avalanche", [Hazard(id="1", kind=HazardKind.AVALANCHE, ring=ring)]),
        ("rockfall", [Hazard(id="1", kind=HazardKind.ROCKFALL, ring=ring)]),
        ("people", people),
    ]
