"""Simulated walks: the compiled kernel against plain NumPy of the same steps, and a whole map with its ensemble.

python -m bench motion
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

import numpy as np
from tests.belief.plain_motion import Walkers

from bench.travel import _forget_peak, _peak_mb, hills
from homeward.belief import MapProblem, make_map
from homeward.belief.motion import MotionProblem, raster_at, reweighted, simulate
from homeward.belief.motion.kernel import walk
from homeward.belief.motion.land import land_of
from homeward.belief.motion.simulate import law_of
from homeward.terrain.ground import Line, LineKind, Terrain

HOURS = (0.0, 1.0, 3.0, 6.0, 12.0, 24.0, 48.0)
ROUNDS = 3
T = TypeVar("T")


def country(side: int) -> Terrain:
    """Hills of 25 m cells with forest, lakes, and a trail every two kilometres each way."""
    terrain = hills(side)
    grid = terrain.grid
    lines = []
    for at in np.arange(1000.0, side * 25.0, 2000.0):
        lines.append(Line(kind=LineKind.TRAIL, xy_m=np.array([[grid.west_m, at], [grid.east_m, at]])))
        lines.append(Line(kind=LineKind.TRAIL, xy_m=np.array([[at, grid.south_m], [at, grid.north_m]])))
    return replace(terrain, lines=tuple(lines))


def timed(do: Callable[[], T]) -> tuple[float, float, T]:
    """(seconds, processor seconds of all cores, answer)."""
    began, used = time.perf_counter(), time.process_time()
    answer = do()
    return time.perf_counter() - began, time.process_time() - used, answer


def main(side: int = 1000, paths: int = 1_000_000, plain_paths: int = 50_000) -> None:
    """Prints particle-steps a second of both and their ratio, memory and growth, and the time of a map's parts."""
    terrain = country(side)
    middle = side * 12.5 + 12.5
    problem = MotionProblem(terrain=terrain, ipp_m=(middle, middle), hours=HOURS, category="hiker")
    first, _, _ = timed(lambda: simulate(problem, paths=64))
    print(f"{side} x {side} cells of 25 m, hours {HOURS}; first call with compiling or loading {first:.1f} s")
    _against_plain(replace(problem, hours=(0.0, 2.0)), plain_paths)
    for n in (paths // 10, paths):
        _grown(problem, n)
    _whole_map(terrain, middle, paths)


def _grown(problem: MotionProblem, n: int) -> None:
    _forget_peak()
    before = _peak_mb()
    seconds, used, ours = timed(lambda: simulate(problem, paths=n))
    each = sum(a.nbytes for a in (ours.cell, ours.stop_h, ours.weight, ours.injured, ours.responsive)) / n
    more = _peak_mb() - before
    print(
        f"{n:9} paths {seconds:6.2f} s ({used:.2f} s of processor)   {each:.0f} bytes a path   peak {more:.0f} MB more"
    )


def _against_plain(problem: MotionProblem, n: int) -> None:
    """Two hours' walk, in which nearly everybody takes every step, so that NumPy's arrays stay full."""
    land, law = land_of(problem.terrain), law_of(problem, seed=0)
    cell, stop = np.empty((len(problem.hours), n), dtype=np.int32), np.empty(n, dtype=np.float32)
    what = np.empty(n, dtype=np.uint8)
    best = {"NumPy": (np.inf, np.inf), "one core": (np.inf, np.inf), "all cores": (np.inf, np.inf)}
    steps, same = 1, False
    for _ in range(ROUNDS):  # in turn, so that a noisy machine is noisy for all
        plain = Walkers(land, law, n)
        best["NumPy"] = min(best["NumPy"], timed(plain.run)[:2])
        *cost, steps = timed(lambda: walk(land, law, (0, n), cell, stop, what))
        best["one core"] = min(best["one core"], (cost[0], cost[1]))
        *cost, ours = timed(lambda: simulate(problem, paths=n))
        best["all cores"] = min(best["all cores"], (cost[0], cost[1]))
        same = bool(np.array_equal(ours.cell, plain.cell) and plain.steps == steps)
    print(f"{n} paths, {steps / n:.0f} steps each; best of {ROUNDS}; the same cells bit for bit: {same}")
    for name, (seconds, used) in best.items():
        label = f"{name} ({os.cpu_count()})" if name == "all cores" else name
        print(
            f"  {label:14} {steps / seconds / 1e6:6.1f} M particle-steps/s, {best['NumPy'][0] / seconds:5.1f} x NumPy; "
            f"{used / steps * 1e9:6.1f} ns of processor a step, {best['NumPy'][1] / used:5.1f} x less than NumPy"
        )


def _whole_map(terrain: Terrain, middle: float, paths: int) -> None:
    land_of.cache_clear()
    ipp = (middle, middle)
    where = MapProblem(
        grid=terrain.grid, ipp_m=ipp, category="hiker", ecoregion="temperate", ground="mountain", terrain=terrain
    )
    problem = MotionProblem(terrain=terrain, ipp_m=ipp, hours=(0.0, 6.0, 48.0), category="hiker")
    whole, used = [], []

    def told(what: str, do: Callable[[], T]) -> T:
        seconds, cpu, answer = timed(do)
        whole.append(seconds)
        used.append(cpu)
        print(f"  {what:30} {seconds:5.2f} s ({cpu:.2f} s of processor)")
        return answer

    print(f"subject and IPP to the map after 6 h, with {paths} paths")
    prior = told("prior", lambda: make_map(where))
    told("ground", lambda: land_of(terrain))
    ensemble = told("walks", lambda: simulate(problem, paths=paths))
    matched = told("reweighting", lambda: reweighted(ensemble, prior.poa, 48.0))
    told("raster", lambda: raster_at(matched, 6.0))
    print(f"  together {sum(whole):.2f} s ({sum(used):.2f} s of processor)")
    print(
        f"effective size {matched.effective:.0f}; not reached {matched.anchor.unmatched if matched.anchor else 0:.4f}"
    )


if __name__ == "__main__":
    main()
