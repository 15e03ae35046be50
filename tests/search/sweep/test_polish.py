"""What polishing promises: rules kept, counts that stay true, more ground seen where the lattice fits it badly."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from homeward.search.sweep import Searcher, SweepProblem
from homeward.search.sweep.forbidden import allowed
from homeward.search.sweep.polish import STAGES, polish
from homeward.search.sweep.problem import Objective
from homeward.search.sweep.strokes import DECAY, LIMIT, OWN, PRICE, RADIUS, WORTH, Board, Walks, draw, move_points

CELL, SIDE = 30.0, 40
LANES = np.array(
    [(x, y) for k, x in enumerate(range(300, 900, 80)) for y in ((300, 900) if k % 2 == 0 else (900, 300))]
)


def ridge(seed: int) -> np.ndarray:
    """Narrow bands of high probability at some angle on low ground."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:SIDE, :SIDE] - SIDE / 2
    poa = np.full((SIDE, SIDE), 0.05)
    for angle, shift in rng.uniform((0, -9), (np.pi, 9), (3, 2)):
        poa += np.abs(x * np.cos(angle) + y * np.sin(angle) - shift) < 1
    return np.asarray(poa)


def case(*searchers: Searcher, poa: np.ndarray | None = None, objective: Objective = "end") -> SweepProblem:
    return SweepProblem(
        poa=ridge(0) if poa is None else poa, cell_m=CELL, west_m=0.0, south_m=0.0, inside=None, searchers=searchers,
        objective=objective,
    )  # fmt: skip


def searcher(path: np.ndarray, name: str = "a", **more: object) -> Searcher:
    length = float(np.hypot(*np.diff(path, axis=0).T).sum())
    return Searcher(name, (float(path[0, 0]), float(path[0, 1])), length, 33.0, **more)  # type: ignore[arg-type]


def worth(problem: SweepProblem, paths: dict[str, np.ndarray]) -> float:
    """Value by first times of sight at points 5 m apart, step by step, in plain NumPy."""
    at = np.arange(2.5, SIDE * CELL, 5.0)
    x, y = np.meshgrid(at, at)
    mass = problem.poa[::-1].repeat(6, 0).repeat(6, 1) / 36 / problem.poa.sum()
    first, budget = np.full(x.shape, np.inf), max(s.length_m for s in problem.searchers)
    for s in problem.searchers:
        gone = 0.0
        for a, b in zip(paths[s.id][:-1], paths[s.id][1:], strict=True):
            length = float(np.hypot(*(b - a)))
            ux, uy = (b - a) / max(length, 1e-12)
            u, v = (x - a[0]) * ux + (y - a[1]) * uy, (x - a[0]) * uy - (y - a[1]) * ux
            half = np.sqrt(np.maximum(s.radius_m**2 - v**2, 0))
            begin = np.maximum(u - half, 0)
            seen = (np.abs(v) <= s.radius_m) & (begin <= np.minimum(u + half, length))
            first = np.where(seen, np.minimum(first, gone + begin), first)
            gone += length
    late = np.minimum(first, budget) / budget if problem.objective == "soonest" else 0.0
    return float((mass * np.isfinite(first) * (1 - late)).sum())


def polished(problem: SweepProblem, paths: dict[str, np.ndarray], seed: int = 0) -> dict[str, np.ndarray]:
    for stage in range(len(STAGES)):
        paths = polish(problem, paths, stage=stage, seed=seed, spent=lambda: 0.0)
    return paths


@pytest.mark.parametrize("objective", ["end", "soonest"])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_more_is_found_where_ground_lies_askew(objective: Objective, seed: int) -> None:
    paths = {"a": LANES[:8].astype(float), "b": LANES[:7:-1].astype(float)}
    problem = case(searcher(paths["a"]), searcher(paths["b"], "b"), poa=ridge(seed), objective=objective)
    after = polished(problem, paths)
    assert worth(problem, after) > 1.02 * worth(problem, paths)


@st.composite
def ruled(draw: st.DrawFn) -> tuple[SweepProblem, dict[str, np.ndarray]]:
    """Paths that keep their rules among polygons, with starts, ends, kinds and lengths of all sorts."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    boxes = []
    for x, y, wide, high in rng.uniform((0, 0, 20, 20), (1000, 1000, 300, 300), (draw(st.integers(0, 3)), 4)):
        boxes.append(((x, y), (x + wide, y), (x, y + high)))
    ground = shapely.union_all([shapely.Polygon(b) for b in boxes])
    free = [p for p in rng.uniform(0, 1200, (200, 2)) if ground.disjoint(shapely.Point(p))]
    searchers, paths = [], {}
    for name in "ab"[: draw(st.integers(1, 2))]:
        path = [free.pop()]
        while len(path) < 8 and free:
            at = free.pop()
            if ground.disjoint(shapely.LineString([path[-1], at])):
                path.append(at)
        if draw(st.booleans()):
            path += path[-2::-1]
        xy = np.array(path)
        paths[name] = xy
        kind = draw(st.sampled_from(["open", "free", "end", "may miss", "turns"]))
        s = searcher(
            xy, name, end_m=(xy[-1, 0], xy[-1, 1]) if kind == "end" else None, pod=0.6 if kind == "may miss" else 1.0
        )
        s = replace(
            s, start_m=None if kind == "free" else s.start_m, length_m=s.length_m * draw(st.sampled_from([1.0, 1.3]))
        )
        searchers.append(replace(s, turn_radius_m=5.0 if kind == "turns" else 0.0))
    problem = case(*searchers, objective=draw(st.sampled_from(["end", "soonest"])))
    return replace(problem, no_go=tuple(boxes)), paths


@settings(max_examples=40, deadline=None)
@given(ruled(), st.integers(0, 3))
def test_rules_are_kept(drawn: tuple[SweepProblem, dict[str, np.ndarray]], seed: int) -> None:
    problem, before = drawn
    after = polish(problem, before, stage=0, seed=seed, spent=countdown(20))
    for s in problem.searchers:
        if s.pod < 1 or s.turn_radius_m > 0:
            assert after[s.id] is before[s.id]
            continue
        path = after[s.id]
        assert allowed(problem, s, path)
        assert np.hypot(*np.diff(path, axis=0).T).sum() <= s.length_m * (1 + 1e-9)
        assert s.start_m is None or tuple(path[0]) == s.start_m
        assert s.end_m is None or tuple(path[-1]) == s.end_m
        inner = shapely.union_all([shapely.Polygon(b) for b in problem.no_go]).buffer(-1e-3)
        assert inner.disjoint(shapely.LineString(path))


def countdown(calls: int) -> Callable[[], float]:
    """The share of the time gone for one who may ask so many times."""
    asked = iter(np.linspace(0, 1, calls))
    return lambda: float(next(asked, 1.0))


def test_the_same_seed_gives_the_same_paths() -> None:
    paths = {"a": LANES.astype(float)}
    problem = case(searcher(paths["a"]))
    one, other = (polish(problem, paths, stage=0, seed=3, spent=lambda: 0.0)["a"] for _ in range(2))
    assert np.array_equal(one, other)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), soonest=st.booleans())
def test_counts_stay_true_to_the_paths(*, seed: int, soonest: bool) -> None:
    """After thousands of moves, taken and undone, the count is that of the paths drawn afresh, by plain NumPy."""
    rng = np.random.default_rng(seed)
    points = np.zeros((2, 40, 2))
    points[:, :6] = rng.uniform(-5, 65, (2, 6, 2))
    walks = Walks(
        points, np.array([6, 5]), np.zeros((2, 8)), np.zeros((2, 40, 3)), np.zeros((8, 2)),
        np.array([seed + 1], np.uint64),
    )  # fmt: skip
    walks.team[:, RADIUS], walks.team[:, LIMIT], walks.team[:, PRICE] = (3.0, 7.5), 1e3, 0.5
    walks.team[:, DECAY] = 1e-3 * soonest
    walks.step[:, :, WORTH] = 1.0
    board = Board(
        rng.random((50, 60), np.float32), np.zeros((50, 60), np.uint16), np.zeros((9000, 4), np.int32), np.zeros((0, 4))
    )
    which = np.repeat([0, 1], [5, 4])
    draw(board, walks, which, np.r_[:5, :4])
    assert walks.step[:, :, OWN].sum() == pytest.approx(board.mass[board.seen > 0].sum(), rel=1e-4)
    move_points(board, walks, 3000, 0.3, 1.0)
    x, y = np.arange(60) + 0.5, np.arange(50)[:, None] + 0.5
    count = np.zeros((50, 60), int)
    for i in range(2):
        for a, b in zip(points[i, : walks.size[i] - 1], points[i, 1 : walks.size[i]], strict=True):
            u = np.clip(((x - a[0]) * (b - a)[0] + (y - a[1]) * (b - a)[1]) / max(1e-300, ((b - a) ** 2).sum()), 0, 1)
            away = np.hypot(x - a[0] - u * (b - a)[0], y - a[1] - u * (b - a)[1])
            count += away <= walks.team[i, RADIUS]
    assert np.array_equal(count, board.seen)
