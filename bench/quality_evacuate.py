"""Ways out: published optima, the front on grids of 10,000 vertices, and shortest-path fields beside SciPy's."""

from __future__ import annotations

import time

import numpy as np

from bench import travel
from bench._report import table
from homeward.rescue.evacuate import evacuate
from homeward.rescue.ground import level_of, sloping_ground
from homeward.rescue.records import EvacuateProblem, ExitAt, WayGraph


def grid(side: int, seed: int) -> WayGraph:
    """Neighbours both ways, three independent whole costs from 1 to 10: the hardest kind of grid."""
    rng = np.random.default_rng(seed)
    index = np.arange(side * side).reshape(side, side)
    pairs = [(index[:, :-1], index[:, 1:]), (index[:-1], index[1:])]
    tail = np.concatenate([part.ravel() for a, b in pairs for part in (a, b)])
    head = np.concatenate([part.ravel() for a, b in pairs for part in (b, a)])
    cost = rng.integers(1, 11, (3, len(tail))).astype(float)
    names = tuple(str(i) for i in range(side * side))
    return WayGraph(vertices=names, tail=tail, head=head, time_s=cost[0], hits=cost[1], effort=cost[2])


def problem_on(side: int, *, effort: bool) -> EvacuateProblem:
    exits = (ExitAt(id="end", at=str(side * side - 1)),)
    return EvacuateProblem(where=grid(side, 1), start="0", exits=exits, effort=effort)


def hilly(side: int) -> EvacuateProblem:
    """Slopes and patches of exposure over `side` x `side` cells of 25 m."""
    terrain = travel.hills(side)
    exposure = np.maximum(np.roll(terrain.elevation_m, side // 3, axis=1) - np.median(terrain.elevation_m), 0) / 1e4
    ground = sloping_ground(level_of((side, side), cell_m=25.0), terrain.elevation_m, exposure)
    end = side * 25.0 - 100.0
    return EvacuateProblem(where=ground, start=(100.0, 100.0), exits=(ExitAt(id="end", at=(end, end)),))


def main(*, quick: bool = False) -> None:
    evacuate(problem_on(5, effort=True))  # compiled before the clock runs
    evacuate(hilly(20), time_limit_s=1.0)
    rows = []
    cases = [
        ("100 x 100 vertices, 2 random criteria", problem_on(100, effort=False)),
        ("50 x 50 vertices, 3 random criteria", problem_on(50, effort=True)),
        ("100 x 100 vertices, 3 random criteria", problem_on(100, effort=True)),
        ("100 x 100 cells of hills", hilly(100)),
        ("400 x 400 cells of hills", hilly(400)),
    ]
    for name, problem in cases[: 3 if quick else None]:
        first: list[float] = []
        begun = time.perf_counter()
        found = evacuate(problem, progress=lambda s, _v, _b, to=first: to.append(s))
        took = time.perf_counter() - begun
        rows.append([name, len(found.front), found.status, f"{found.within:.1%}", f"{first[0]:.2f}", f"{took:.2f}"])
    print(table(["problem", "ways", "status", "within", "first cuts, s", "whole, s"], rows))
    travel.main(1000 if quick else 2000)
