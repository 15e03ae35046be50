"""Plans a sweep: walks over a lattice by annealing, measured on the ground, better for as long as it may run."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from homeward.geo import Floats
from homeward.search.sweep.anneal import State, anneal, start
from homeward.search.sweep.bound import bounds
from homeward.search.sweep.footprint import Seen, length_m, look
from homeward.search.sweep.lattice import Crew, Ground, Ints, crew, lattice
from homeward.search.sweep.problem import Searcher, SweepProblem, SweepSolution

Progress = Callable[[float, float, float], None]

HOT, COLD = 0.7, 0.03
MOVES_PER_S = 1_500_000
MOVES_PER_NODE = 8_000
FIRST_MOVES = 150_000
CHUNKS = 40
RESERVE = 0.08


@dataclass(slots=True)
class _Run:
    """One run's clock, bounds and best plan so far."""

    problem: SweepProblem
    deadline_s: float
    began_s: float
    limits: tuple[float, float]
    progress: Progress | None
    best: dict[str, Floats] = field(default_factory=dict)
    merit: float = -1.0

    def elapsed_s(self) -> float:
        return time.perf_counter() - self.began_s

    def merit_of(self, seen: Seen) -> float:
        return seen.end if self.problem.objective == "end" else seen.soonest

    @property
    def bound(self) -> float:
        return self.limits[0 if self.problem.objective == "end" else 1]

    def offer(self, paths: dict[str, Floats]) -> None:
        """Takes the plan if it is better, and tells."""
        merit = self.merit_of(look(self.problem, paths, fine=6.0))
        if merit > self.merit:
            self.best, self.merit = paths, merit
            if self.progress is not None:
                self.progress(self.elapsed_s(), merit, self.bound)


def solve_sweep(
    problem: SweepProblem, *, time_limit_s: float = 10.0, seed: int = 0, progress: Progress | None = None
) -> SweepSolution:
    """Paths for all searchers over the raster, with their value and a proven upper bound.

    `progress(elapsed_s, value, bound)` is called at the first plan and whenever a better one is found. An
    interrupt from the keyboard ends the search with the best plan so far.
    """
    run = _Run(problem, time_limit_s * (1 - RESERVE), time.perf_counter(), bounds(problem), progress)
    try:
        _search(run, seed)
    except KeyboardInterrupt:
        if not run.best:
            raise
    return _solution(run)


def _search(run: _Run, seed: int) -> None:
    """A quick plan first; then each group of like searchers in turn, given what the others see."""
    groups = _groups(run.problem.searchers)
    paths = {s.id: _stay(run.problem, s) for s in run.problem.searchers}
    for k, group in enumerate(groups):
        paths |= _plan(run, group, paths, FIRST_MOVES, seed + k, run.deadline_s)
    run.offer(paths)
    rounds = 1 if len(groups) == 1 else 2
    for turn in range(rounds * len(groups)):
        group = groups[turn % len(groups)]
        share = run.elapsed_s() + (run.deadline_s - run.elapsed_s()) / (rounds * len(groups) - turn)
        moves = int(MOVES_PER_S * run.deadline_s / (rounds * len(groups)))
        paths |= _plan(run, group, paths, moves, seed + turn, share)
        run.offer(dict(paths))


def _groups(searchers: tuple[Searcher, ...]) -> list[tuple[Searcher, ...]]:
    """Searchers of the same radius and pod, the group that can see most first."""
    alike: dict[tuple[float, float], list[Searcher]] = {}
    for s in searchers:
        alike.setdefault((s.radius_m, s.pod), []).append(s)
    return sorted((tuple(g) for g in alike.values()), key=lambda g: -sum(s.radius_m * s.length_m * s.pod for s in g))


def _stay(problem: SweepProblem, s: Searcher) -> Floats:
    """The path of one who has not gone yet: at the start, or on the densest cell."""
    if s.start_m is not None:
        return np.array([s.start_m], dtype=np.float64)
    row, col = np.unravel_index(int(problem.poa.argmax()), problem.poa.shape)
    x = problem.west_m + (col + 0.5) * problem.cell_m
    return np.array([[x, problem.south_m + (problem.poa.shape[0] - row - 0.5) * problem.cell_m]])


def _plan(
    run: _Run, group: tuple[Searcher, ...], paths: dict[str, Floats], moves: int, seed: int, until_s: float
) -> dict[str, Floats]:
    """Paths for one group, given the others'."""
    others = tuple(s for s in run.problem.searchers if s not in group)
    left = run.problem.poa
    if any(len(paths[s.id]) > 1 for s in others):
        rest = SweepProblem(
            run.problem.poa, run.problem.cell_m, run.problem.west_m, run.problem.south_m, None, others, "end"
        )
        left = look(rest, paths, fine=6.0).left
    ground = lattice(run.problem, left, group)
    team = crew(run.problem, group, ground)
    nothing: list[Ints] = [np.zeros(0, np.int64) for _ in group]
    state = start(ground, team, nothing, seed=seed)
    moves = min(moves, MOVES_PER_NODE * ground.n)
    _cool(run, state, ground, team, moves, until_s)
    return {s.id: _path(run.problem, s, state, ground, k) for k, s in enumerate(group)}


def _cool(run: _Run, state: State, ground: Ground, team: Crew, moves: int, until_s: float) -> None:
    """Anneals by a fixed schedule; where time runs short, the schedule is shortened so that it still ends cold."""
    began, done = run.elapsed_s(), 0.0
    while done < 1.0:
        step = 1.0 / CHUNKS
        if done > 0 and until_s > began:
            pace = (run.elapsed_s() - began) / done
            step = max(step, step * pace / max(1e-9, (until_s - began)))
        end = min(1.0, done + step)
        hot, cold = (ground.marginal * HOT * (COLD / HOT) ** f for f in (done, end))
        anneal(state, ground, team, max(1, moves // CHUNKS), hot, cold)
        done = end


def _path(problem: SweepProblem, s: Searcher, state: State, ground: Ground, k: int) -> Floats:
    """The walk of one searcher in metres, cut at the length that may be gone."""
    nodes = state.seq[k, (1 if ground.free[k] else 0) : state.size[k]]
    if len(nodes) == 0:
        return _stay(problem, s)
    return cut(np.column_stack([ground.x_m[nodes], ground.y_m[nodes]]), s.length_m)


def cut(path: Floats, limit_m: float) -> Floats:
    """The first `limit_m` of a path."""
    steps = np.hypot(*np.diff(path, axis=0).T)
    along = np.r_[0.0, np.cumsum(steps)]
    if along[-1] <= limit_m:
        return path
    k = int(np.searchsorted(along, limit_m))
    part = (limit_m - along[k - 1]) / steps[k - 1]
    return np.vstack([path[:k], path[k - 1] + part * (1 - 1e-9) * (path[k] - path[k - 1])])


def _solution(run: _Run) -> SweepSolution:
    """The best plan, measured finely."""
    seen = look(run.problem, run.best)
    value = min(run.merit_of(seen), run.bound)
    gone = sum(length_m(p) for p in run.best.values())
    why = (
        f"{seen.end:.1%} of the probability is seen by the end; no plan can exceed {run.limits[0]:.1%}.",
        f"On average over the time it is {seen.soonest:.1%}; no plan can exceed {run.limits[1]:.1%}.",
        f"{len(run.best)} searchers go {gone / 1000:.1f} km in all.",
    )
    return SweepSolution(
        paths=run.best,
        value=value,
        bound=run.bound,
        curve=seen.curve,
        status="optimal" if value >= run.bound - 1e-9 else "feasible",
        why=why,
        elapsed_s=run.elapsed_s(),
        end_value=min(seen.end, run.limits[0]),
        end_bound=run.limits[0],
        soonest_value=min(seen.soonest, run.limits[1]),
        soonest_bound=run.limits[1],
    )
