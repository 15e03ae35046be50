"""Sweep problems: made maps of several kinds, the same on every machine, and the shared ones where they are there."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from scipy.ndimage import gaussian_filter

from homeward.geo import Floats
from homeward.search.sweep import Searcher, SweepProblem

SHARED = Path(__file__).resolve().parents[2] / "shared"
MAPS = SHARED / "data" / "heatmaps"
KINDS = ("heap", "humps", "lines", "sparse", "flat")
RADIUS_M = 33.137


@dataclass(frozen=True, slots=True, eq=False)
class SweepCase:
    """A problem and, where it comes from a file, that file's content and folder."""

    name: str
    problem: SweepProblem
    raw: dict[str, Any] | None = None
    folder: Path = MAPS


def made(kind: str, *, side: int = 120, drones: int = 5, length_m: float = 20_000.0, seed: int = 0) -> SweepCase:
    """A square of 30 m cells, the search area the circle in it, all drones at its centre."""
    half = side * 15.0
    poa = _inside(_raster(kind, side, np.random.default_rng(seed + 100 * KINDS.index(kind))))
    searchers = tuple(Searcher(f"drone-{k + 1}", (0.0, 0.0), length_m, RADIUS_M) for k in range(drones))
    problem = SweepProblem(poa / poa.sum(), 30.0, -half, -half, (0.0, 0.0, half), searchers, "end")
    return SweepCase(f"made: {kind}", problem)


def _inside(poa: Floats) -> Floats:
    at = np.arange(len(poa)) + 0.5 - len(poa) / 2
    return np.where(np.hypot(at[None], at[:, None]) < len(poa) / 2, poa, 0.0)


def _raster(kind: str, side: int, rng: np.random.Generator) -> Floats:
    """heap: lognormal distance from the middle. humps: a dozen hills. lines: along trails. sparse: few patches."""
    at = (np.arange(side) + 0.5) / side * 2 - 1
    x, y = at[None], -at[:, None]
    away = np.maximum(np.hypot(x, y), 1 / side)
    heap = np.exp(-0.5 * ((np.log(away) + 1.0) / 0.8) ** 2) / away**2
    if kind == "heap":
        return np.asarray(heap)
    if kind == "flat":
        return np.asarray(1.0 + 0.05 * gaussian_filter(rng.normal(size=(side, side)), 4) * 4)
    if kind == "lines":
        lines = np.zeros((side, side))
        for angle, curl in zip(rng.uniform(0, 2 * np.pi, 7), rng.normal(0, 0.8, 7), strict=True):
            s = np.linspace(0, 1.4, 20 * side)
            px, py = s * np.cos(angle + curl * s), s * np.sin(angle + curl * s)
            ok = (abs(px) < 1) & (abs(py) < 1)
            lines[((1 - py[ok]) / 2 * side).astype(int), ((px[ok] + 1) / 2 * side).astype(int)] = 1.0
        return np.asarray((0.02 + gaussian_filter(lines, 1.2)) * heap**0.5)
    humps = np.zeros((side, side))
    for cx, cy in rng.uniform(-0.75, 0.75, (12, 2)):
        size = rng.uniform(0.04, 0.15)
        humps += rng.uniform(0.3, 1.0) * np.exp(-((x - cx) ** 2 + (y - cy) ** 2) / (2 * size**2))
    if kind == "humps":
        return np.asarray(humps + 0.02)
    return np.where(humps > np.quantile(humps, 0.85), humps, 0.0)


def shared(family: str, most: int) -> list[SweepCase]:
    """The first `most` real maps of a family such as "medium-5x20km"; none where they are not there."""
    return [_read(path) for path in sorted(MAPS.glob(f"*-{family}.json"))[:most]]


def _read(path: Path) -> SweepCase:
    raw = json.loads(path.read_text(encoding="utf-8"))
    poa = np.load(path.parent / raw["poa"]).astype(np.float64)
    inside = (*raw["inside"]["center_m"], raw["inside"]["radius_m"])
    searchers = tuple(
        Searcher(s["id"], tuple(s["start_m"]), s["length_m"], s["radius_m"], s.get("speed_mps"))
        for s in raw["searchers"]
    )
    problem = SweepProblem(poa, float(raw["cell_m"]), raw["west_m"], raw["south_m"], inside, searchers, "end")
    return SweepCase(path.stem, problem, raw, path.parent)


def conditions() -> dict[str, SweepProblem]:
    """The map of a dozen humps with what missions add: ways home, closed ground, wide turns, misses, mixed teams."""
    plain = made("humps").problem
    crew = plain.searchers
    closed = ((-1200.0, 200.0), (-300.0, 200.0), (-300.0, 900.0), (-1200.0, 900.0))
    walkers = tuple(Searcher(f"team-{k + 1}", (0.0, 0.0), 6000.0, 15.0, 0.7, 0.8) for k in range(3))
    drones = tuple(replace(s, speed_mps=10.0, pod=0.6) for s in crew[:2])
    return {
        "nothing else": plain,
        "home within the length": replace(plain, searchers=tuple(replace(s, return_to_start=True) for s in crew)),
        "closed ground": replace(plain, no_go=(closed,)),
        "turns of 60 m radius": replace(plain, searchers=tuple(replace(s, turn_radius_m=60.0) for s in crew)),
        "each look misses 3 of 10": replace(plain, searchers=tuple(replace(s, pod=0.7) for s in crew)),
        "two drones, three teams on foot": replace(plain, searchers=(*drones, *walkers)),
    }


def for_objective(case: SweepCase, objective: str) -> SweepProblem:
    return replace(case.problem, objective="soonest" if objective == "soonest" else "end")
