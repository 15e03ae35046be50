"""Interrupted, out of time, too large, and with nothing to do."""

from __future__ import annotations

import numpy as np
import pytest
from bench._rooms_cases import grid_edges

from homeward.errors import BadInput
from homeward.search.rooms import Links, RoomsProblem, RoomsSearcher, solve_rooms
from homeward.search.rooms.measure import plan_value
from homeward.search.rooms.rules import in_view, within


def house(searchers: int, steps: int, *, side: int = 6, sees: float = 0.7) -> RoomsProblem:
    n = side * side
    edges = grid_edges(side, side)
    look = Links.of(n, [(v, v, sees) for v in range(n)])
    return RoomsProblem(
        vertices=tuple(f"room {v}" for v in range(n)),
        edges=edges,
        belief=np.full(n, 0.9 / n),
        searchers=tuple(RoomsSearcher(f"s{i}", 0, look) for i in range(searchers)),
        steps=steps,
        motion=_drifting(edges, n),
    )


def _drifting(edges: np.ndarray, n: int) -> Links:
    pairs = [*edges.tolist(), *edges[:, ::-1].tolist(), *([v, v] for v in range(n))]
    degree = np.bincount([a for a, _ in pairs])
    return Links.of(n, [(a, b, 1 / degree[a]) for a, b in pairs])


def test_a_keyboard_interrupt_gives_the_best_plan_so_far():
    calls = []

    def press(elapsed_s: float, value: float, bound: float) -> None:
        calls.append(value)
        if len(calls) == 2:
            raise KeyboardInterrupt

    problem = house(4, 12)
    solution = solve_rooms(problem, time_limit_s=60, progress=press)
    assert solution.value >= calls[0] - 1e-12
    assert solution.value == pytest.approx(plan_value(problem, [solution.paths[s.id] for s in problem.searchers]))
    assert solution.bound >= solution.value
    assert solution.status == "feasible"


def test_no_time_still_gives_a_plan_and_a_true_bound():
    problem = house(3, 10)
    hurried, patient = solve_rooms(problem, time_limit_s=1e-3), solve_rooms(problem, time_limit_s=2)
    assert hurried.bound >= patient.value - 1e-12
    assert patient.bound >= hurried.value - 1e-12
    assert patient.value >= hurried.value - 1e-12


def test_progress_never_worsens():
    told = []
    solve_rooms(house(3, 8), time_limit_s=1.5, progress=lambda e, v, b: told.append((v, b)))
    values, bounds = zip(*told, strict=True)
    assert list(values) == sorted(values)
    assert list(bounds) == sorted(bounds, reverse=True)


def test_many_searchers_are_not_worse_than_one_after_the_other():
    """Sequential planning: each optimal given those before it, those after it not there yet."""
    problem = house(5, 7)
    sees = problem.searchers[0].sees
    alone = RoomsProblem(**{f: getattr(problem, f) for f in problem.__dataclass_fields__ if f != "searchers"},
                         searchers=(RoomsSearcher("one", 0, sees),))  # fmt: skip
    first = solve_rooms(alone)
    assert first.status == "optimal"
    solution = solve_rooms(problem, time_limit_s=2)
    five_times = plan_value(problem, [first.paths["one"]] * 5)
    assert solution.value > five_times
    assert solution.value <= solution.bound <= 5 * first.value + 1e-9


def test_who_sees_nothing_is_named():
    problem = house(2, 3)
    blind = RoomsSearcher("mole", 0, Links.of(problem.n, []))
    problem = RoomsProblem(**{f: getattr(problem, f) for f in problem.__dataclass_fields__ if f != "searchers"},
                           searchers=(problem.searchers[0], blind))  # fmt: skip
    solution = solve_rooms(problem)
    assert any("mole sees nothing" in line for line in solution.why)
    assert solution.status == "optimal"


def test_a_pair_within_no_step_walks_as_one():
    problem = house(2, 5)
    bond = within(problem.edges, problem.n, 0, 1, 0, ("s0", "s1"))
    tied = RoomsProblem(**{f: getattr(problem, f) for f in problem.__dataclass_fields__ if f != "bonds"}, bonds=(bond,))
    solution = solve_rooms(tied)
    assert solution.paths["s0"] == solution.paths["s1"]
    assert solution.value < solve_rooms(problem).value
    assert "s0 and s1 stay at the same place at every step." in solution.why


def test_a_lookout_keeps_the_other_in_view():
    problem = house(2, 6)
    row_view = Links.of(problem.n, [(v, w, 1.0) for v in range(36) for w in range(36) if v // 6 == w // 6])
    bond = in_view(row_view, 0, 1, ("s0", "s1"))
    watched = RoomsProblem(
        **{f: getattr(problem, f) for f in problem.__dataclass_fields__ if f != "bonds"}, bonds=(bond,)
    )
    solution = solve_rooms(watched, time_limit_s=3)
    for a, b in zip(solution.paths["s0"][1:], solution.paths["s1"][1:], strict=True):
        assert a // 6 == b // 6
    with pytest.raises(BadInput, match="itself"):
        in_view(row_view, 0, 0, ("s0", "s0"))


def test_reasons_can_be_read_out():
    solution = solve_rooms(house(2, 6), time_limit_s=5)
    assert any(line.startswith("By step 6 the subject is found with") for line in solution.why)
    assert any("outside the graph" in line for line in solution.why)
    assert any(line.startswith("s0 goes from room 0") for line in solution.why)
    assert all(line.endswith(".") and len(line) < 200 for line in solution.why)
