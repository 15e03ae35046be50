"""Sites for demand: every view against all choices there are, and public instances against their known values."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from functools import partial
from itertools import combinations, combinations_with_replacement
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.sparse.csgraph import shortest_path

from homeward.errors import BadInput
from homeward.geo import Floats
from homeward.readiness.cover.lagrange_kernels import nearest_two, price
from homeward.readiness.cover.records import SitesProblem
from homeward.readiness.cover.solve import cover_sites


@st.composite
def places(draw: st.DrawFn, *, whole: bool = True) -> tuple[Floats, Floats]:
    points, sites = draw(st.integers(1, 7)), draw(st.integers(2, 6))
    number = st.integers(0, 9).map(float) if whole else st.floats(0, 9)
    distance = draw(st.lists(st.lists(number, min_size=sites, max_size=sites), min_size=points, max_size=points))
    weights = draw(st.lists(number, min_size=points, max_size=points))
    return np.array(weights), np.array(distance)


def value(problem: SitesProblem, sites: tuple[int, ...]) -> float:
    near = problem.distance[:, list(sites)]
    within = (near <= problem.radius).sum(axis=1)
    if problem.view == "median":
        return float(problem.demand @ near.min(axis=1))
    if problem.view == "center":
        return float(near.min(axis=1)[problem.demand > 0].max(initial=0.0))
    return float(problem.demand @ (1 - problem.busy**within))


@settings(max_examples=40)
@given(places(), st.integers(1, 3), st.floats(0, 9))
def test_no_other_sites_cover_more(case: tuple[Floats, Floats], teams: int, radius: float) -> None:
    demand, distance = case
    problem = SitesProblem(view="covering", demand=demand, distance=distance, teams=teams, radius=radius)
    found = cover_sites(problem)
    choices = combinations(range(distance.shape[1]), min(teams, distance.shape[1]))
    covered = [float(demand @ (distance[:, list(c)] <= radius).any(axis=1)) for c in choices]
    assert found.value == found.bound == max(covered)
    assert len(set(found.sites)) == len(found.sites) <= teams


@settings(max_examples=30)
@given(places(), st.integers(1, 3), st.floats(0, 9), st.floats(0.05, 0.9))
def test_busy_teams_back_each_other_up_in_the_best_way(
    case: tuple[Floats, Floats], teams: int, radius: float, busy: float
) -> None:
    demand, distance = case
    problem = SitesProblem(
        view="expected", demand=demand, distance=distance, teams=teams, radius=radius, busy=busy, per_site=teams
    )
    found = cover_sites(problem)
    choices = combinations_with_replacement(range(distance.shape[1]), teams)
    assert found.value == pytest.approx(max(value(problem, c) for c in choices), abs=1e-6)
    assert found.bound >= found.value - 1e-9


@settings(max_examples=40)
@given(places(whole=False), st.integers(1, 4))
def test_no_other_sites_are_nearer_in_sum(case: tuple[Floats, Floats], teams: int) -> None:
    demand, distance = case
    problem = SitesProblem(view="median", demand=demand, distance=distance, teams=min(teams, distance.shape[1]))
    found = cover_sites(problem, prices=False)
    best = min(value(problem, c) for c in combinations(range(distance.shape[1]), problem.teams))
    assert found.value == pytest.approx(best, abs=1e-9, rel=1e-8)
    assert found.bound <= best + 1e-9
    assert found.status == "optimal"


@settings(max_examples=40)
@given(places(), st.integers(1, 4))
def test_no_other_sites_have_a_nearer_farthest_point(case: tuple[Floats, Floats], teams: int) -> None:
    demand, distance = case
    problem = SitesProblem(view="center", demand=demand, distance=distance, teams=min(teams, distance.shape[1]))
    found = cover_sites(problem, prices=False)
    assert found.value == min(value(problem, c) for c in combinations(range(distance.shape[1]), problem.teams))
    assert (found.status, found.bound) == ("optimal", found.value)


@settings(max_examples=40)
@given(places(), st.floats(0, 9))
def test_no_fewer_sites_reach_everybody(case: tuple[Floats, Floats], radius: float) -> None:
    demand, distance = case
    reach = (distance <= radius)[demand > 0]
    found = cover_sites(SitesProblem(view="fewest", demand=demand, distance=distance, radius=radius))
    if not reach.any(axis=1).all():
        assert found.status == "infeasible"
        assert set(found.out_of_reach) == set(np.flatnonzero((demand > 0) & ~(distance <= radius).any(axis=1)))
        return
    assert reach[:, list(found.sites)].any(axis=1).all()
    n = distance.shape[1]
    fewer = [c for size in range(len(found.sites)) for c in combinations(range(n), size)]
    assert not any(reach[:, list(c)].any(axis=1).all() for c in fewer)


def test_a_team_more_never_costs_and_the_price_is_its_gain() -> None:
    rng = np.random.default_rng(3)
    xy = rng.uniform(0, 10, (40, 2))
    distance = np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1))
    for view in ("covering", "median", "center", "expected"):
        several = [
            cover_sites(
                SitesProblem(
                    view=view,
                    demand=np.ones(40),
                    distance=distance,
                    teams=t,
                    radius=2.0,
                    busy=0.3 * (view == "expected"),
                )
            )
            for t in (3, 4)
        ]
        assert several[0].one_more == pytest.approx(several[1].value)
        assert several[1].one_less == pytest.approx(several[0].value)


def test_a_site_that_is_kept_is_used_and_who_may_stay_stays() -> None:
    distance = np.array([[0.0, 5.0, 1.0], [5.0, 0.0, 1.0]])
    demand = np.ones(2)
    for view in ("covering", "median", "center", "fewest", "expected"):
        found = cover_sites(SitesProblem(view=view, demand=demand, distance=distance, teams=2, radius=1.0, keep=(1,)))
        assert 1 in found.sites, view
    stays = SitesProblem(view="covering", demand=demand, distance=distance, teams=2, radius=1.0, before=(0, 1))
    assert cover_sites(stays).sites == (0, 1)
    moves = SitesProblem(view="covering", demand=demand, distance=distance, teams=1, radius=1.0, before=(0,))
    assert cover_sites(moves).sites == (2,)


def test_points_that_nobody_can_serve_are_named() -> None:
    distance = np.array([[1.0, np.inf], [np.inf, np.inf]])
    problem = SitesProblem(view="median", demand=np.ones(2), distance=distance, teams=1)
    assert cover_sites(problem).out_of_reach == (1,)
    assert cover_sites(problem).status == "infeasible"
    two = np.array([[1.0, np.inf], [np.inf, 1.0]])
    found = cover_sites(SitesProblem(view="median", demand=np.ones(2), distance=two, teams=1))
    assert (found.status, found.out_of_reach) == ("infeasible", ())
    assert cover_sites(SitesProblem(view="median", demand=np.ones(2), distance=two, teams=2)).value == 2.0


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"demand": np.array([1.0, np.nan])}, "demand holds"),
        ({"distance": np.array([[1.0], [-1.0]])}, "distance holds"),
        ({"distance": np.ones((3, 1))}, "Give a row of distances"),
        ({"teams": 0}, "teams is 0"),
        ({"teams": -1}, "teams is -1"),
        ({"keep": (4,)}, "keep names site 4"),
        ({"busy": 1.0}, "busy is 1"),
        ({"radius": -1.0}, "radius is -1"),
    ],
)
def test_what_cannot_be_is_refused(changed: dict[str, object], said: str) -> None:
    whole: dict[str, Any] = {"view": "median", "demand": np.ones(2), "distance": np.ones((2, 1)), "teams": 1, **changed}
    with pytest.raises(BadInput, match=said):
        SitesProblem(**whole)


@settings(max_examples=30)
@given(places(whole=False))
def test_kernels_equal_their_plain_twins(case: tuple[Floats, Floats]) -> None:
    _, cost = case
    by_site = np.ascontiguousarray(cost.T)
    taken = np.arange(cost.shape[1])
    near, first, second = nearest_two(by_site, taken)
    ranked = np.sort(cost, axis=1)
    assert np.array_equal(first, ranked[:, 0])
    assert np.array_equal(second, ranked[:, 1])
    assert np.array_equal(cost[np.arange(len(cost)), near], first)
    level = np.full(len(cost), 4.0)
    order = np.argsort(cost, axis=1)
    reduced = np.empty(cost.shape[1])
    price(order, np.take_along_axis(cost, order, axis=1), level, reduced)
    assert reduced == pytest.approx(np.minimum(cost - 4.0, 0.0).sum(axis=0))


def graph(path: Path) -> tuple[Floats, int]:
    """An OR-Library file: of equal edges the last counts."""
    numbers = np.array(path.read_text().split(), dtype=float)
    n, m, teams = (int(v) for v in numbers[:3])
    table = np.zeros((n, n))
    for a, b, length in numbers[3 : 3 + 3 * m].reshape(-1, 3):
        table[int(a) - 1, int(b) - 1] = table[int(b) - 1, int(a) - 1] = length
    return np.asarray(shortest_path(csr_array(table), directed=False)), teams


@pytest.mark.shared
@pytest.mark.parametrize("number", range(1, 7))
def test_or_library_medians_and_centers_are_proven(shared: Path, number: int) -> None:
    cases = json.loads((shared / "readiness" / "f_coverage.json").read_text(encoding="utf-8"))["cases"]
    known = {c["id"]: c["expected"].get("optimum") for c in cases}
    distance, teams = graph(shared / "readiness" / "bench" / f"pmed{number}.txt")
    for view, case in (("median", "F01"), ("center", "F02")):
        problem = SitesProblem(view=view, demand=np.ones(len(distance)), distance=distance, teams=teams)  # type: ignore[arg-type]
        found = cover_sites(problem, prices=False)
        assert found.value == found.bound == known[case][f"pmed{number}"]


@pytest.mark.shared
def test_san_francisco_equals_the_published_covers(shared: Path) -> None:
    """PySAL spopt's notebook on real data: 875247 (maximal covering), 7403.06381085 (center); 8 sites cover all."""
    folder = shared / "readiness" / "bench"
    with (folder / "SF_network_distance_candidateStore_16_censusTract_205_new.csv").open() as file:
        rows = list(csv.DictReader(file))
    sites = sorted({r["name"] for r in rows})
    points = sorted({r["DestinationName"] for r in rows})
    distance = np.full((len(points), len(sites)), np.inf)
    demand = np.zeros(len(points))
    for row in rows:
        i = points.index(row["DestinationName"])
        distance[i, sites.index(row["name"])] = float(row["distance"])
        demand[i] = float(row["demand"])
    expected = {"covering": 875247.0, "fewest": 8.0, "median": 2848268129.714512, "center": 7403.063810849859}
    for view, known in expected.items():
        problem = SitesProblem(view=view, demand=demand, distance=distance, teams=4, radius=5000.0)  # type: ignore[arg-type]
        found = cover_sites(problem, prices=False)
        assert found.value == pytest.approx(known, rel=1e-12)
        assert found.status == "optimal"
        if view in ("covering", "median"):
            assert [sites[j] for j in found.sites] == ["Store_11", "Store_12", "Store_15", "Store_2"]


@settings(max_examples=40)
@given(places(), st.integers(1, 3), st.lists(st.booleans(), min_size=42, max_size=42))
def test_ways_that_are_missing_are_not_gone(case: tuple[Floats, Floats], teams: int, gone: list[bool]) -> None:
    demand, distance = case
    distance = np.where(np.array(gone[: distance.size]).reshape(distance.shape), np.inf, distance)
    teams = min(teams, distance.shape[1])
    found = cover_sites(SitesProblem(view="median", demand=demand, distance=distance, teams=teams), prices=False)
    near = [distance[:, list(c)].min(axis=1)[demand > 0] for c in combinations(range(distance.shape[1]), teams)]
    best = min(float(demand[demand > 0] @ n) for n in near)
    assert (found.status == "infeasible") == np.isinf(best)
    if np.isfinite(best):
        assert found.value == pytest.approx(best)


def test_without_time_there_is_still_a_plan_and_a_bound_that_holds() -> None:
    rng = np.random.default_rng(0)
    xy = rng.uniform(0, 100, (300, 2))
    distance = np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1))
    for view in ("covering", "fewest", "median", "center", "expected"):
        problem = SitesProblem(view=view, demand=np.ones(300), distance=distance, teams=9, radius=9.0)
        found = cover_sites(problem, prices=False, time_limit_s=1e-6)
        assert found.status in ("feasible", "optimal"), view
        assert found.sites
        least = view in ("fewest", "median", "center")
        assert found.bound <= found.value if least else found.bound >= found.value


@settings(max_examples=25)
@given(places(), st.integers(1, 3), st.integers(0, 5))
def test_of_equal_plans_who_may_stay_stays(case: tuple[Floats, Floats], teams: int, first: int) -> None:
    demand, distance = case
    demand[0] = max(demand[0], 1.0)
    n = distance.shape[1]
    teams, before = min(teams, n), tuple(sorted({first % n, (first + 1) % n}))
    for view in ("center", "fewest", "covering"):
        problem = SitesProblem(view=view, demand=demand, distance=distance, teams=teams, radius=9.0, before=before)
        found = cover_sites(problem, prices=False)
        size = len(found.sites) if view == "fewest" else teams
        choices = [c for k in range(1, size + 1) for c in combinations(range(n), k)]
        score = partial(_score, view, demand, distance)
        best = max(map(score, choices))
        stay = max(len(set(c) & set(before)) for c in choices if score(c) == best)
        assert score(found.sites) == best
        assert len(set(found.sites) & set(before)) == stay, view


def _score(view: str, demand: Floats, distance: Floats, sites: tuple[int, ...]) -> float:
    """How good sites are, more being better, at a radius of 9."""
    near = distance[:, list(sites)].min(axis=1)
    if view == "center":
        return -float(near[demand > 0].max())
    return float((near[demand > 0] <= 9.0).all()) if view == "fewest" else float(demand @ (near <= 9.0))


def test_fewer_teams_are_never_better_even_without_time() -> None:
    rng = np.random.default_rng(5)
    xy = rng.uniform(0, 100, (80, 2))
    distance = np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1))
    for view in ("covering", "expected", "median", "center"):
        problem = SitesProblem(
            view=view, demand=rng.uniform(0, 10, 80), distance=distance, teams=8, radius=14.0, busy=0.3, per_site=99
        )
        found = cover_sites(problem, time_limit_s=1e-6)
        assert found.one_more is not None
        assert found.one_less is not None
        sign = 1 if view in ("covering", "expected") else -1
        assert sign * found.one_less <= sign * found.value <= sign * found.one_more, view
        assert sign * found.value <= sign * found.bound + 1e-9, view
        if view == "center":
            assert not found.prices_proven


@pytest.mark.parametrize("view", ["median", "center"])
def test_sites_that_were_not_found_in_time_are_not_said_to_be_none(view: Literal["median", "center"]) -> None:
    """Whether 8 of 120 sites reach all of 400 points takes longer than this to say."""
    distance = np.where(np.random.default_rng(1).random((400, 120)) < 0.3, 1.0, np.inf)
    problem = SitesProblem(view=view, demand=np.ones(400), distance=distance, teams=8)
    with pytest.raises(BadInput, match="The time was too short"):
        cover_sites(problem, prices=False, time_limit_s=1e-6)
    more = cover_sites(replace(problem, teams=60), prices=False, time_limit_s=1e-6)
    assert (more.status, more.value) == ("optimal", 400.0 if view == "median" else 1.0)
