"""A long search for cover shows how far it is, can be stopped by hand, and then answers with the best so far."""

from __future__ import annotations

import _thread
import json
import subprocess
import sys
import time
from collections.abc import Mapping
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import milp

from homeward import desk
from homeward.geo import Floats
from homeward.readiness.cover import watch
from homeward.readiness.cover.center_kernels import place
from homeward.readiness.cover.records import Crew, ReserveProblem, SitesProblem
from homeward.readiness.cover.reserve import plan_reserve
from homeward.readiness.cover.solve import cover_sites
from homeward.readiness.cover.watch import Levels, Watch

VIEWS = ("covering", "fewest", "expected", "median", "center")


def town(n: int, seed: int = 0) -> Floats:
    xy = np.random.default_rng(seed).uniform(0, 6000, (n, 2)).round(0)
    return np.asarray(np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1)))


def problem_of(view: Any, n: int = 90) -> SitesProblem:
    demand = np.random.default_rng(1).uniform(0.5, 5, n)
    busy = 0.3 if view == "expected" else 0.0
    return SitesProblem(view=view, demand=demand, distance=town(n), teams=7, radius=900.0, busy=busy)


class Stops:
    """Hears of the progress, and presses Ctrl-C at a call."""

    def __init__(self, at: int) -> None:
        self.at, self.told = at, list[tuple[float, float, float]]()

    def __call__(self, elapsed_s: float, value: float, bound: float) -> None:
        self.told.append((elapsed_s, value, bound))
        if len(self.told) == self.at:
            raise KeyboardInterrupt


@pytest.mark.parametrize("view", VIEWS)
def test_progress_only_ever_gets_better_and_ends_at_the_plan(view: str) -> None:
    stops = Stops(at=-1)
    found = cover_sites(problem_of(view), prices=False, watch=Watch(progress=stops))
    assert stops.told
    sign = 1 if view in ("covering", "expected") else -1
    values, bounds = [sign * v for _, v, _ in stops.told], [-sign * b for _, _, b in stops.told]
    assert values == sorted(values)
    assert bounds == sorted(bounds)
    assert values[-1] == pytest.approx(sign * found.value)


@pytest.mark.parametrize("view", VIEWS)
def test_ctrl_c_leaves_the_best_so_far(view: str) -> None:
    problem, sign = problem_of(view), 1 if view in ("covering", "expected") else -1
    best = cover_sites(problem, prices=False)
    stops = Stops(at=1)
    watched = Watch(progress=stops, keeps=True)
    found = cover_sites(problem, watch=watched)
    assert watched.stopped
    assert len(found.sites) >= 1
    assert sign * found.value == pytest.approx(sign * stops.told[-1][1])
    assert sign * found.value <= sign * best.value <= sign * found.bound + 1e-9
    assert found.one_more is found.one_less is None


@pytest.mark.parametrize("aim", ["worst", "expected"])
def test_ctrl_c_leaves_the_best_reserve_so_far(aim: Any) -> None:
    values = np.random.default_rng(2).uniform(1, 20, (30, 1))
    problem = ReserveProblem(values=values, travel_h=town(30) / 3000, crews=(Crew(either=7),), aim=aim)
    best = plan_reserve(problem, prices=False)
    watched = Watch(progress=Stops(at=1), keeps=True)
    found = plan_reserve(problem, watch=watched)
    assert watched.stopped
    assert found.bound <= best.value <= found.value
    assert len(found.standing_at) + len(found.reserve_at) == 7
    assert not np.isfinite(found.without_reserve)


def test_without_being_asked_to_nothing_is_kept() -> None:
    with pytest.raises(KeyboardInterrupt):
        cover_sites(problem_of("covering"), watch=Watch(progress=Stops(at=1)))


@pytest.mark.parametrize("view", ["covering", "fewest", "expected", "center"])
def test_ctrl_c_in_the_midst_of_the_programme_is_heard_at_once(view: str, monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[bool] = []

    def long(*args: Any, **more: Any) -> Any:
        _thread.interrupt_main()
        time.sleep(3)
        waited.append(True)
        return milp(*args, **more)

    monkeypatch.setattr(watch, "milp", long)
    watched = Watch(keeps=True)
    found = cover_sites(problem_of(view), watch=watched)
    assert watched.stopped
    assert found.sites
    assert not waited


def test_the_second_ctrl_c_goes_through() -> None:
    watched = Watch(keeps=True, stopped=True)
    with pytest.raises(KeyboardInterrupt), watched.until_stopped():
        raise KeyboardInterrupt


def test_ctrl_c_in_compiled_code_is_one_too() -> None:
    """Numba turns it into a SystemError."""
    watched = Watch(keeps=True)
    with watched.until_stopped():
        raise SystemError("returned a result with an exception set") from KeyboardInterrupt()
    assert watched.stopped
    with pytest.raises(SystemError), Watch(keeps=True).until_stopped():
        raise SystemError("something else")


def solve(folder: Path, progress: Any, **problem: Any) -> Mapping[str, Any]:
    file = folder / "p.json"
    file.write_text(json.dumps({"kind": "cover", "demand_xy": [[x % 7, x // 7] for x in range(60)], **problem}))
    return dict(desk.solve(file, progress=progress).data)


def test_the_file_says_that_the_search_was_stopped(tmp_path: Path) -> None:
    found = solve(tmp_path, Stops(at=1), view="center", teams=5)
    assert found["why"][-1] == "The search was stopped before its time was over: this is the best plan until then."
    assert len(found["sites"]) == 5
    assert (found["one_more"], found["prices_proven"]) == (None, None)


def test_with_times_the_rest_get_a_plan_each(tmp_path: Path) -> None:
    slices = [{"id": "day"}, {"id": "night", "factor": 2}, {"id": "dawn"}]
    found = solve(tmp_path, Stops(at=1), view="median", teams=5, slices=slices)
    assert [len(part["plan"]["sites"]) for part in found["slices"]] == [5, 5, 5]
    assert "stopped" in found["why"][-1]


def test_on_the_command_line_the_solution_is_written_though_the_solver_runs_on(tmp_path: Path) -> None:
    to = tmp_path / "o.json"
    file = tmp_path / "p.json"
    file.write_text(
        json.dumps({"kind": "cover", "view": "center", "demand_xy": [[x, 0] for x in range(30)], "teams": 3})
    )
    code = (
        "import _thread, sys, time\n"
        "from homeward.readiness.cover import watch\n"
        "def long(*args, **more):\n"
        "    _thread.interrupt_main()\n"
        "    time.sleep(60)\n"
        "watch.milp = long\n"
        "from homeward.cli.main import main\n"
        "main(sys.argv[1:])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "solve", str(file), "-o", str(to)],
        check=False,
        capture_output=True,
        text=True,
        timeout=50,
    )
    assert done.returncode == 0, done.stderr
    assert f"{to}: feasible" in done.stderr
    assert "stopped" in json.loads(to.read_text())["why"][-1]


def test_many_points_get_a_good_center_before_anything_is_proven() -> None:
    """818 points, 20 teams: one site after another gives 1130.7; a tabu substitution of 12,000 steps 874.88."""
    watched = Watch(progress=Stops(at=2), keeps=True)
    distance = town(818, seed=1)
    found = cover_sites(
        SitesProblem(view="center", demand=np.ones(818), distance=distance, teams=20), prices=False, watch=watched
    )
    assert watched.stopped
    assert found.value < 900
    assert found.value == distance[:, list(found.sites)].min(axis=1).max()


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.integers(3, 12), st.integers(3, 9), st.integers(1, 4), st.integers(0, 2))
def test_sites_are_put_where_they_reach_all_wherever_that_can_be(
    seed: int, n: int, m: int, teams: int, kept: int
) -> None:
    rng = np.random.default_rng(seed)
    reach = rng.random((n, m)) < 0.45
    teams = min(teams, m)
    kept = min(kept, teams)
    taken = rng.permutation(m)[:teams]
    stay = taken[:kept].copy()
    choices = [c for c in combinations(range(m), teams) if set(stay.tolist()) <= set(c)]
    there = any(reach[:, list(c)].any(axis=1).all() for c in choices)
    ends = [np.append(0, np.cumsum(reach.sum(axis=a))) for a in (0, 1)]
    inside = [np.ascontiguousarray(np.nonzero(some)[1]) for some in (reach.T, reach)]
    lists = ends[0], inside[0], ends[1], inside[1]
    state = np.array([seed + 1], dtype=np.uint64)
    found = place(lists, taken, np.arange(teams) < kept, np.ones(n), state, 2000)
    assert found == there
    assert taken[:kept].tolist() == stay.tolist()
    assert len(set(taken.tolist())) == teams
    if found:
        assert reach[:, taken].any(axis=1).all()


def test_a_level_that_took_too_long_is_looked_at_again() -> None:
    """Level 6 is the lowest there is, 5 takes twelve seconds to rule out, the others nothing."""
    left, asked = Levels(0, 9), list[tuple[int, float]]()

    def look(level: int, try_s: float) -> bool | None:
        asked.append((level, try_s))
        if level == 5 and try_s < 12:
            return None
        if level >= 6:
            left.high = level - 1
        return level >= 6

    for _ in left.settle(look, until=time.perf_counter() + 60):
        pass
    assert left.settled
    assert (left.first, left.high) == (6, 5)
    tries = [try_s for level, try_s in asked if level == 5]
    assert tries == sorted(set(tries))
    assert tries[-1] >= 12
