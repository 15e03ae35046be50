"""How the cost of planning grows with the size of the problem.

python -m bench speed

Each figure is taken in a process of its own, after a small run that has everything compiled: CPU seconds, and the peak
memory of that process, Python and its libraries included (about 200 MB by themselves). The slope is that of the
logarithms: 1 means twice the cost for twice the size, 2 means four times. "To the first plan" is until the solver
shows its first whole plan, which it then improves for as long as it may; "to the proof" is until it has shown that no
plan is better. Proofs grow exponentially with the number of steps, so that their slope is a mean only.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from bench._allocate_cases import moving, still
from bench._measure import cpu_clock, forget_peak, peak_mb, slope
from bench._report import Cell, table, tell
from bench._rooms_cases import made_grid
from bench._sweep_cases import made
from homeward.search.sweep import SweepProblem

Work = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Growth:
    """Sizes of one kind; `ready(size)` prepares one, and what it gives does the work and tells its CPU seconds."""

    title: str
    ready: Callable[[int], Work]
    sizes: tuple[int, ...]
    quick: tuple[int, ...]


def _timed(work: Callable[[], object]) -> Work:
    def timed() -> float:
        began = time.process_time()
        work()
        return time.process_time() - began

    return timed


def _allocate(segments: int) -> Work:
    from homeward.search.allocate import solve_allocate

    problem = still(segments, 10)
    return _timed(lambda: solve_allocate(problem))


def _allocate_moving(segments: int) -> Work:
    from homeward.search.allocate_moving import solve_moving

    problem = moving(10_000, 20, round(segments**0.5), 5, 0.8)
    return _timed(lambda: solve_moving(problem))


def _sweep_cells(cells: int) -> Work:
    side = round(cells**0.5)
    return _first_plan(made("humps", side=side, length_m=20_000.0 * (side / 120) ** 2).problem)


def _sweep_searchers(searchers: int) -> Work:
    return _first_plan(made("humps", side=240, drones=searchers, length_m=10_000.0).problem)


def _first_plan(problem: SweepProblem) -> Work:
    from homeward.search.sweep import solve_sweep

    soon, at, began = replace(problem, objective="soonest"), [float("nan")], [0.0]

    def stop(elapsed_s: float, value: float, bound: float) -> None:  # noqa: ARG001
        at[0] = time.process_time() - began[0]
        raise KeyboardInterrupt

    def work() -> float:
        began[0] = time.process_time()
        solve_sweep(soon, time_limit_s=5.0, seed=0, progress=stop)
        return at[0]

    return work


def _rooms_vertices(vertices: int) -> Work:
    return _proof(round(vertices**0.5), 10)


def _rooms_steps(steps: int) -> Work:
    return _proof(8, steps)


def _proof(side: int, steps: int) -> Work:
    """Ten problems one after another: some are much harder than others."""
    from homeward.search.rooms import solve_rooms

    problems = [made_grid(side, steps=steps, seed=seed) for seed in range(10)]

    def work() -> None:
        for problem in problems:
            if solve_rooms(problem, time_limit_s=60.0, seed=0).status != "optimal":
                raise AssertionError("not proven within 60 s")

    return _timed(work)


def _ways(cells: int) -> Work:
    from bench.travel import hills
    from homeward.terrain.travel import travel_time_s

    terrain = hills(round(cells**0.5))
    x, y = terrain.grid.centers_m()
    dry = np.argwhere(terrain.cover != 4)
    row, col = dry[len(dry) // 2]
    return _timed(lambda: travel_time_s(terrain, [[x[col], y[row]]], neighbours=16))


SIDES = (125, 250, 500, 1000, 2000)
GROWTH: dict[str, Growth] = {
    "allocate": Growth("allocate: segments, 10 resources", _allocate, (100, 300, 1000, 3000, 10_000), (100, 300, 1000)),
    "moving": Growth(
        "allocate, moving subject: segments, 5 resources, 20 periods, 10,000 paths",
        _allocate_moving,
        (100, 324, 1024, 3136, 10_000),
        (100, 324),
    ),
    "sweep_cells": Growth(
        "sweep: cells, 5 searchers, to the first plan", _sweep_cells, tuple(s * s for s in SIDES), (15_625, 62_500)
    ),
    "sweep_searchers": Growth(
        "sweep: searchers, 57,600 cells, to the first plan", _sweep_searchers, (1, 3, 10, 30, 100), (1, 10)
    ),
    "rooms_vertices": Growth(
        "rooms: vertices, one searcher, 10 steps, ten problems to the proof",
        _rooms_vertices,
        (25, 64, 144, 324, 961),
        (25, 64),
    ),
    "rooms_steps": Growth(
        "rooms: steps, one searcher, 64 vertices, ten problems to the proof", _rooms_steps, (5, 8, 12, 16, 20), (5, 10)
    ),
    "ways": Growth(
        "ways on foot: cells, one source, 16 neighbours", _ways, tuple(s * s for s in SIDES), (15_625, 62_500)
    ),
}


def one(kind: str, size: int) -> tuple[float, float]:
    """CPU seconds and peak MB of one size, in this process; the smallest size runs before, so that all is compiled."""
    from homeward.search.rooms.solve import compiled
    from homeward.search.sweep.solve import search_compiled

    if kind.startswith("sweep"):
        search_compiled(made("heap", side=20, length_m=500.0).problem)
    if kind.startswith("rooms"):
        compiled()
    growth = GROWTH[kind]
    growth.ready(growth.sizes[0])()
    work = growth.ready(size)
    forget_peak()
    with cpu_clock():
        took = work()
    return took, peak_mb()


def apart(kind: str, size: int) -> tuple[float, float]:
    """The same in a process of its own."""
    command = [sys.executable, "-m", "bench._one", kind, str(size)]
    out = subprocess.run(command, capture_output=True, text=True, check=True)
    took, most = json.loads(out.stdout)
    return float(took), float(most)


def main(*, quick: bool = False, pictures: Path | None = None) -> None:
    lines: dict[str, tuple[Sequence[float], Sequence[float]]] = {}
    for kind, growth in GROWTH.items():
        sizes = growth.quick if quick else growth.sizes
        took, memory = [], []
        for size in sizes:
            seconds, most = apart(kind, size)
            tell(f"  {growth.title}: {size:,}  {seconds:.4f} s  {most:.0f} MB")
            took.append(seconds)
            memory.append(most)
        lines[growth.title.split(":")[0] + ": " + _what(growth.title)] = (sizes, took)
        rows: list[list[Cell]] = [["CPU s", *(f"{s:.4f}" if s < 1 else f"{s:.2f}" for s in took)]]
        rows.append(["peak MB", *(f"{m:.0f}" for m in memory)])
        print(f"\n{growth.title}: slope {slope(sizes, took):.2f}\n")
        print(table([_what(growth.title), *(f"{s:,}" for s in sizes)], rows))
    if pictures is not None:
        from bench._pictures import growth_picture

        print(growth_picture(pictures, "growth", lines))


def _what(title: str) -> str:
    return title.split(": ")[1].split(",", maxsplit=1)[0]


if __name__ == "__main__":
    main()
