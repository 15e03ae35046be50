"""Rules of the way: every path obeys them, whatever the problem; told apart with plain geometry."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from homeward.errors import BadInput
from homeward.search.sweep import Searcher, SweepProblem, solve_sweep
from homeward.search.sweep.dubins import WORDS, shortest, trace
from homeward.search.sweep.forbidden import allowed, clear, route, turns_widely, way_m, ways
from homeward.search.sweep.problem import Objective
from homeward.search.sweep.turns import merged

Polygon = tuple[tuple[float, float], ...]
SQUARE = ((300.0, 300.0), (600.0, 300.0), (600.0, 600.0), (300.0, 600.0))


def hump(seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:30, :30]
    humps = [np.exp(-((x - a) ** 2 + (y - b) ** 2) / rng.uniform(5, 100)) for a, b in rng.uniform(0, 30, (4, 2))]
    return np.asarray(np.sum(humps, axis=0))


def problem(
    *searchers: Searcher, seed: int = 0, objective: Objective = "end", no_go: Sequence[Polygon] = ()
) -> SweepProblem:
    return SweepProblem(
        poa=hump(seed), cell_m=30.0, west_m=0.0, south_m=0.0, inside=None, searchers=searchers,
        objective=objective, no_go=tuple(no_go),
    )  # fmt: skip


@st.composite
def ruled(draw: st.DrawFn) -> SweepProblem:
    """Problems with polygons anywhere, and searchers with ends, lengths and turns of their own, that can be solved."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    no_go = []
    for _ in range(draw(st.integers(0, 3))):
        middle, angle = rng.uniform(100, 800, 2), np.sort(rng.uniform(0, 2 * np.pi, draw(st.integers(3, 7))))
        reach = rng.uniform(20, 250, len(angle))
        no_go.append(tuple(zip(*(middle[:, None] + reach * np.array([np.cos(angle), np.sin(angle)])), strict=True)))
    ground = shapely.union_all([shapely.make_valid(shapely.Polygon(c)) for c in no_go])
    spots = [tuple(p) for p in rng.uniform(5, 895, (80, 2)) if not ground.intersects(shapely.Point(p))]
    searchers = []
    for name in "ab"[: draw(st.integers(1, 2))]:
        kind, start = draw(st.sampled_from(["back", "end", "open", "free"])), spots[int(rng.integers(len(spots)))]
        searchers.append(
            Searcher(
                name, None if kind == "free" else start, rng.uniform(100, 6000), rng.uniform(15, 60),
                end_m=spots[int(rng.integers(len(spots)))] if kind == "end" else None,
                return_to_start=kind == "back", turn_radius_m=draw(st.sampled_from([0.0, 0.0, 20.0, 90.0])),
            )
        )  # fmt: skip
    return problem(*searchers, seed=draw(st.integers(0, 9)), objective=draw(st.sampled_from(["end", "soonest"])),
                   no_go=no_go)  # fmt: skip


def tightest_m(path: np.ndarray) -> float:
    """Radius of the smallest circle through three corners in a row."""
    a, b, c = path[:-2], path[1:-1], path[2:]
    ab, bc, ca = np.hypot(*(b - a).T), np.hypot(*(c - b).T), np.hypot(*(a - c).T)
    twice = np.abs((b - a)[:, 0] * (c - a)[:, 1] - (b - a)[:, 1] * (c - a)[:, 0])
    with np.errstate(divide="ignore"):
        return float((ab * bc * ca / (2 * twice)).min(initial=np.inf))


@settings(max_examples=25, deadline=None)
@given(ruled())
def test_every_path_obeys_its_rules(case: SweepProblem) -> None:
    try:
        solution = solve_sweep(case, time_limit_s=0.3)
    except BadInput:
        if any(s.end_m is not None for s in case.searchers):
            return  # it may be out of reach
        raise
    ground = shapely.union_all([shapely.make_valid(shapely.Polygon(c)) for c in case.no_go]).buffer(-1e-5)
    for s in case.searchers:
        path = solution.paths[s.id]
        assert np.hypot(*np.diff(path, axis=0).T).sum() <= s.length_m * (1 + 1e-9)
        for xy, at in ((s.start_m, path[0]), (s.start_m if s.return_to_start else s.end_m, path[-1])):
            assert xy is None or np.hypot(*(at - xy)) < 1e-6
        line = shapely.LineString(path) if len(path) > 1 else shapely.Point(path[0])
        assert not ground.intersects(line)
        assert s.turn_radius_m == 0 or tightest_m(path) > 0.99 * s.turn_radius_m
        assert allowed(case, s, path)
    assert 0 <= solution.value <= solution.bound


def test_shortest_way_goes_round_a_square_by_its_corners() -> None:
    here, there = np.array([200.0, 450.0]), np.array([700.0, 450.0])
    around = 2 * np.hypot(100, 150) + 300
    assert way_m(ways((SQUARE,)), here[None], there)[0] == pytest.approx(around, rel=1e-4)
    leg = route(ways((SQUARE,)), here, there)
    assert leg is not None
    assert np.hypot(*np.diff(leg, axis=0).T).sum() == pytest.approx(around, rel=1e-4)
    assert clear(problem(Searcher("a", None, 1.0, 30.0), no_go=[SQUARE]), leg)
    assert not clear(problem(Searcher("a", None, 1.0, 30.0), no_go=[SQUARE]), np.array([here, there]))


def test_no_way_leads_through_a_ring() -> None:
    wall = ((200.0, 200.0), (700.0, 200.0), (700.0, 700.0), (200.0, 700.0), (200.0, 210.0), (210.0, 210.0),
            (210.0, 690.0), (690.0, 690.0), (690.0, 210.0), (200.0, 210.0))  # fmt: skip
    case = problem(Searcher("a", (450.0, 450.0), 9000.0, 30.0), no_go=[wall])
    assert not np.isfinite(way_m(ways(case.no_go), np.array([[100.0, 100.0]]), np.array([450.0, 450.0]))[0])
    path = solve_sweep(case, time_limit_s=0.3).paths["a"]
    assert path.min() > 210 - 1e-6
    assert path.max() < 690 + 1e-6


@pytest.mark.parametrize("radius_m", [75.0, 150.0])
def test_arcs_end_where_they_should(radius_m: float) -> None:
    rng = np.random.default_rng(1)
    poses = rng.uniform(0, 1, (2, 300, 3)) * [400, 400, 6.28]
    word, pieces, length = shortest(poses[0], poses[1], radius_m)
    assert set(word) == set(range(len(WORDS)))
    for k in range(300):
        points = np.vstack([poses[0, k, :2], trace(poses[0, k], int(word[k]), pieces[k], radius_m)])
        assert points[-1] == pytest.approx(poses[1, k, :2], abs=1e-6)
        assert np.hypot(*np.diff(points, axis=0).T).sum() == pytest.approx(length[k], rel=2e-3)
        assert turns_widely(Searcher("a", None, 1.0, 1.0, turn_radius_m=radius_m), points)


def test_a_kink_is_a_tight_turn() -> None:
    kink = np.array([[0.0, 0.0], [100.0, 0.0], [100.0, 100.0]])
    assert not turns_widely(Searcher("a", None, 1.0, 1.0, turn_radius_m=90.0), kink)
    assert turns_widely(Searcher("a", None, 1.0, 1.0, turn_radius_m=60.0), kink)
    there_and_back = np.array([[0.0, 0.0], [100.0, 0.0], [0.0, 0.0]])
    assert not turns_widely(Searcher("a", None, 1.0, 1.0, turn_radius_m=1.0), there_and_back)


@pytest.mark.parametrize(
    ("searcher", "no_go", "words"),
    [
        (Searcher("a", (450.0, 450.0), 1e3, 30.0), [SQUARE], "'a' starts at .* inside a no_go polygon"),
        (Searcher("a", None, 1e3, 30.0, end_m=(450.0, 450.0)), [SQUARE], "'a' is to end at .* inside a no_go polygon"),
        (Searcher("a", (200.0, 450.0), 510.0, 30.0, end_m=(700.0, 450.0)), [SQUARE], "needs 661 m to its end_m"),
        (Searcher("a", (200.0, 450.0), 400.0, 30.0, end_m=(700.0, 450.0)), [], "needs 500 m to its end_m"),
    ],
)
def test_what_cannot_be_is_one_sentence(searcher: Searcher, no_go: list[Polygon], words: str) -> None:
    with pytest.raises(BadInput, match=words):
        solve_sweep(problem(searcher, no_go=no_go), time_limit_s=0.3)


def test_nothing_within_reach_is_a_plan_to_stay() -> None:
    far = np.zeros((30, 30))
    far[0, 0] = 1.0
    case = SweepProblem(far, 30.0, 0.0, 0.0, None, (Searcher("a", (800.0, 100.0), 50.0, 20.0),), "end")
    solution = solve_sweep(case, time_limit_s=0.3)
    assert (solution.value, solution.bound) == (0.0, 0.0)
    assert solution.paths["a"][0] == pytest.approx([800.0, 100.0])


def test_an_interrupt_leaves_the_best_plan() -> None:
    def stop(elapsed_s: float, value: float, bound: float) -> None:
        raise KeyboardInterrupt

    solution = solve_sweep(problem(Searcher("a", (100.0, 100.0), 3000.0, 30.0)), time_limit_s=60.0, progress=stop)
    assert solution.value > 0
    assert solution.elapsed_s < 50


def test_points_nearer_than_a_millimetre_are_one() -> None:
    path = np.array([[0.0, 0.0], [100.0, 0.0], [100.0, 3.6e-6], [180.0, 5.0], [180.0, 5.0005]])
    assert merged(path).tolist() == [[0.0, 0.0], [100.0, 0.0], [180.0, 5.0005]]
    assert merged(path[:1]).tolist() == [[0.0, 0.0]]
    assert merged(path[1:3]).tolist() == path[1:3].tolist()
