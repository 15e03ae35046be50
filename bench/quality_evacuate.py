"""Ways out: fronts on grids of 10,000 vertices, the front beside the plain shortest path on real ground, fields.

python -m bench quality_evacuate

The first table is of fronts. "Random" grids have independent costs on each edge, whole numbers from 1 to 10, corner to
corner: the hardest kind there is. "Sloping" ones are what ground is like: litter times by slope and cover, exposure on
a tenth of the cells, metres climbed; whole seconds, 1e-4 hits and metres, or not rounded at all. Seconds are of
computing (CPU, one core), time limits too: 10. "Within": every way has one in the table that close in time and hits.

The second table is of finds on real ground with made hazards (`bench._carry_hazards` says how they are made):
"exposed" finds are those whose plain shortest way is exposed at all. Of them, "had": a way with at most half the
exposure takes at most 20 % more time; "none": proven that there is no such way; "open": neither. Then medians: minutes
of the plain way and of the least exposed one within 1.2 of its time, and the latter's share of time and of exposure.

The last is the engine of shortest times beside others' (`bench.travel`).
"""

from __future__ import annotations

import time

import numpy as np
from scipy.ndimage import gaussian_filter

from bench import _carry_hazards, travel
from bench._measure import cpu_clock
from bench._report import Cell, table
from homeward.rescue.carry import profile_of
from homeward.rescue.evacuate import evacuate
from homeward.rescue.ground import level_of, sloping_ground
from homeward.rescue.records import EvacuateProblem, Evacuation, ExitAt, Ints, WayGraph

CELL_M, PEOPLE = 50.0, 9


def neighbours(side: int) -> tuple[Ints, Ints]:
    """(tail, head) of the edges of a square grid, both ways."""
    index = np.arange(side * side).reshape(side, side)
    pairs = [(index[:, :-1], index[:, 1:]), (index[:-1], index[1:])]
    tail = np.concatenate([part.ravel() for a, b in pairs for part in (a, b)])
    return tail, np.concatenate([part.ravel() for a, b in pairs for part in (b, a)])


def random_grid(side: int, seed: int) -> WayGraph:
    """Three independent whole costs from 1 to 10."""
    tail, head = neighbours(side)
    cost = np.random.default_rng(seed).integers(1, 11, (3, len(tail))).astype(float)
    names = tuple(str(i) for i in range(side * side))
    return WayGraph(vertices=names, tail=tail, head=head, time_s=cost[0], hits=cost[1], effort=cost[2])


def sloping_grid(side: int, seed: int, *, whole: bool) -> WayGraph:
    """Cells of 50 m with hills of some 100 m, two covers, and a tenth of the cells exposed at 0.05 an hour."""
    rng = np.random.default_rng(seed)
    z, cover, danger = (gaussian_filter(rng.normal(size=(side, side)), s).ravel() for s in (8, 4, 6))
    z, cover = z * 720, np.where(cover > 0, 1.0, 0.6)
    danger = np.where(danger > np.quantile(danger, 0.9), 0.05, 0.0)
    tail, head = neighbours(side)
    rise = z[head] - z[tail]
    even = profile_of(lengths_m=np.full(len(rise), CELL_M), slope=rise / CELL_M, on_path=False)
    seconds = even.carry_s * 0.5 * (1 / cover[tail] + 1 / cover[head])
    hits = seconds * PEOPLE / 3600 * 0.5 * (danger[tail] + danger[head])
    climb = np.maximum(rise, 0)
    if whole:
        seconds, hits, climb = np.rint(seconds), np.rint(hits * 1e4) / 1e4, np.rint(climb)
    names = tuple(str(i) for i in range(side * side))
    return WayGraph(vertices=names, tail=tail, head=head, time_s=seconds, hits=hits, effort=climb)


def across(graph: WayGraph, *, effort: bool = True) -> EvacuateProblem:
    """From corner to corner."""
    exits = (ExitAt(id="end", at=graph.vertices[-1]),)
    return EvacuateProblem(where=graph, start="0", exits=exits, effort=effort)


def hilly(side: int) -> EvacuateProblem:
    """Slopes and patches of exposure over `side` x `side` cells of 25 m."""
    terrain = travel.hills(side)
    exposure = np.maximum(np.roll(terrain.elevation_m, side // 3, axis=1) - np.median(terrain.elevation_m), 0) / 1e4
    ground = sloping_ground(level_of((side, side), cell_m=25.0), terrain.elevation_m, exposure)
    end = side * 25.0 - 100.0
    return EvacuateProblem(where=ground, start=(100.0, 100.0), exits=(ExitAt(id="end", at=(end, end)),))


def main(*, quick: bool = False) -> None:
    fronts(quick=quick)
    with cpu_clock():
        rows = list(_carry_hazards.rows(quick=quick))
    print(table(_carry_hazards.COLUMNS, rows))
    had, none = int(rows[-1][3]), int(rows[-1][4])
    said = int(str(rows[-1][2]).split()[0])
    print(
        f"Half the exposure for at most 20 % more time: {had} of {said} exposed finds; {none} of the others have proof "
        f"that there is no such way: {had / max(said - none, 1):.0%} of those where the ground may allow it.\n"
    )
    travel.main(1000 if quick else 2000)


def timed(problem: EvacuateProblem) -> tuple[Evacuation, float, float]:
    """(the ways, seconds until the first cut, seconds in all)."""
    first: list[float] = []
    with cpu_clock():
        begun = time.process_time()
        found = evacuate(problem, progress=lambda seconds, _value, _bound: first.append(seconds))
        return found, first[0], time.process_time() - begun


def fronts(*, quick: bool) -> None:
    """The table of fronts."""
    evacuate(across(random_grid(5, 1)))  # compiled before the clock runs
    evacuate(hilly(20), time_limit_s=1.0)
    cases = [("100 x 100, 2 random criteria", across(random_grid(100, 1), effort=False))]
    cases += [(f"{n} x {n}, 3 random criteria", across(random_grid(n, 1))) for n in (30, 50, 100)]
    for seed in (0, 1, 2):
        for whole in (True, False):
            rounded = "whole numbers" if whole else "not rounded"
            problem = across(sloping_grid(100, seed, whole=whole))
            cases.append((f"100 x 100, sloping {seed + 1}, 3 criteria, {rounded}", problem))
    cases += [("100 x 100 cells of hills", hilly(100)), ("400 x 400 cells of hills", hilly(400))]
    rows: list[list[Cell]] = []
    for name, problem in cases[: 3 if quick else None]:
        found, first, took = timed(problem)
        rows.append([name, len(found.front), found.status, f"{found.within:.1%}", f"{first:.2f}", f"{took:.2f}"])
    print(table(["problem", "ways", "status", "within", "first cuts, s", "in all, s"], rows))
