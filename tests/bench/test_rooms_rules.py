"""What is set beside the rooms solver, against every plan there is on a 3 x 3 grid."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from bench._rooms_cases import grid_edges, house, made_grid, neighbours, published, wandering
from bench._rooms_milp import solve_milp
from bench._rooms_value import best_reply, dense, missed, sequential, value

from homeward.search.rooms import Links, RoomsProblem, RoomsSearcher


def tiny(seed: int, *, finds: tuple[float, ...] = (0.7, 1.0), steps: int = 3) -> RoomsProblem:
    """3 x 3, a belief anywhere, every searcher with its own start, reach and chance of a find."""
    rng = np.random.default_rng(seed)
    edges = grid_edges(3, 3)
    near = neighbours(edges, 9)
    searchers = []
    for k, p in enumerate(finds):
        wide = bool(rng.integers(2))
        sees = [(v, w, p) for v in range(9) for w in (near[v] if wide else [v])]
        searchers.append(RoomsSearcher(f"s{k}", int(rng.integers(9)), Links.of(9, sees)))
    return RoomsProblem(
        vertices=tuple("abcdefghi"),
        edges=edges,
        belief=rng.dirichlet(np.full(9, 0.4)),
        searchers=tuple(searchers),
        steps=steps,
        discount=0.9,
        motion=wandering(edges, 9, 0.3 if rng.integers(2) else None) if seed % 3 else None,
        still_first=bool(seed % 2),
        objective="end" if seed % 5 == 4 else "discounted",
    )


def walks(problem: RoomsProblem, start: int) -> list[tuple[int, ...]]:
    near = neighbours(problem.edges, len(problem.vertices))
    found: list[tuple[int, ...]] = [(start,)]
    for _ in range(problem.steps):
        found = [(*w, v) for w in found for v in near[w[-1]]]
    return found


def test_value_of_a_case_done_by_hand():
    """Two rooms, the subject in the other one, a look that notices half: found .5 at step 1, .75 at step 2."""
    problem = RoomsProblem(
        vertices=("here", "there"),
        edges=np.array([[0, 1]]),
        belief=np.array([0.0, 1.0]),
        searchers=(RoomsSearcher("s", 0, Links.of(2, [(0, 0, 0.5), (1, 1, 0.5)])),),
        steps=2,
        discount=0.8,
    )
    assert value(problem, [[0, 1, 1]]) == pytest.approx(0.8 * 0.5 + 0.64 * 0.75)
    assert value(problem, [[0, 0, 1]]) == pytest.approx(0.64 * 0.5)


@pytest.mark.parametrize("seed", range(6))
def test_the_programme_finds_the_best_of_all_plans(seed):
    problem = tiny(seed)
    best = max(value(problem, pair) for pair in product(*(walks(problem, s.start) for s in problem.searchers)))
    answer = solve_milp(problem, time_limit_s=60)
    assert answer.proven
    assert answer.value == pytest.approx(best, rel=1e-6)
    assert answer.bound >= best - 1e-9


@pytest.mark.parametrize("seed", range(8))
def test_a_reply_is_the_best_of_all_paths(seed):
    problem = tiny(seed, finds=(0.6, 0.8), steps=4)
    d = dense(problem)
    first = walks(problem, problem.searchers[0].start)[17 * (seed + 1) % 50]
    path, proven = best_reply(d, missed(d, [first]), 1, problem.searchers[1].start)
    assert proven
    best = max(value(problem, [first, walk]) for walk in walks(problem, problem.searchers[1].start))
    assert value(problem, [first, path]) == pytest.approx(best, rel=1e-9)


def test_planning_in_turn_is_at_most_as_good_as_all_together():
    for seed in range(6):
        problem = tiny(seed)
        best = max(value(problem, pair) for pair in product(*(walks(problem, s.start) for s in problem.searchers)))
        one_by_one, proven = sequential(problem)
        assert proven
        assert 0.5 * best <= one_by_one <= best + 1e-9


def test_made_problems_are_sound_and_the_published_ones_are_all_there():
    assert [case.family.split()[0] for case in published()] == ["Eagle"] * 9 + ["Royset-Sato"] * 5
    assert made_grid(6, searchers=3).belief.sum() == pytest.approx(1.0)
    problem, at = house()
    assert problem.belief.sum() == pytest.approx(1.0)
    assert set(at) == set(problem.vertices)
