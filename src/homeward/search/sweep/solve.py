"""Plans a sweep: walks over a lattice by annealing, measured on the ground, better for as long as it may run."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace

import numpy as np

from homeward.errors import BadInput
from homeward.geo import Floats
from homeward.search.sweep.anneal import anneal, away
from homeward.search.sweep.bound import bounds
from homeward.search.sweep.footprint import FINE, MAX_SUBCELLS, Seen, left_by_others, length_m, look, parts_of
from homeward.search.sweep.forbidden import allowed, check_ways, outside, ways
from homeward.search.sweep.frame import framed
from homeward.search.sweep.lattice import Crew, Ground, Ints, crew, lattice
from homeward.search.sweep.plain import plain_look
from homeward.search.sweep.polish import polish
from homeward.search.sweep.problem import Searcher, SweepProblem, SweepSolution, alike
from homeward.search.sweep.ready import compile_apart, is_ready
from homeward.search.sweep.seeds import first_walks, shorten, simple_walks, start
from homeward.search.sweep.shape import home, path_of
from homeward.search.sweep.spirals import spirals
from homeward.search.sweep.turns import turned
from homeward.search.sweep.walk import ALONG, Field, State, pack
from homeward.search.sweep.words import CUT, EARLY, rule_of, why

Progress = Callable[[float, float, float], None]

HOT = {"end": 0.2, "soonest": 0.15}
COLD = {"end": 0.03, "soonest": 0.01}
WARM = 0.06
MOVES_PER_S = 10_000_000
MOVES_PER_NODE = 25_000
FIRST_MOVES = 1_000_000
RACE = 0.12
CALM = 0.12
CHUNK = 20_000
STAGES = 5
FIRST_S = 0.6
QUICK = 1.5e6
SLACK = 0.004
LATTICE, LEAST_POLISH_S = 0.6, 0.25
RESERVE = 0.04
LOOKS = 1.3
DEAR_LOOK, DEAR_MATCH = 0.02, 0.05
LEAST_S = 1.0
AGAIN, FEW_SQUARES, AT_ONCE, FEW_KINDS, KINDS_PER_S = 8, 200, 0.02, 3, 3.0


TOO_MUCH = "poa needs more memory than there is. Give coarser cells, a smaller raster or a larger radius_m."


@dataclass(slots=True)
class _Run:
    """One run's clock, bounds and best plan so far."""

    problem: SweepProblem
    limit_s: float
    deadline_s: float
    began_s: float
    limits: tuple[float, float]
    progress: Progress | None
    best: dict[str, Floats] = field(default_factory=dict)
    merit: float = -1.0
    setup_s: float = 0.0
    over_s: float = 0.0
    make_s: float = 0.0
    look_s: float = 0.0
    cut_short: bool = False
    plain: bool = False
    rules: dict[str, str] = field(default_factory=dict)
    share: float = 1.0
    spiral: dict[str, Floats] | None = None

    def elapsed_s(self) -> float:
        return time.perf_counter() - self.began_s

    def merit_of(self, seen: Seen) -> float:
        return (seen.end if self.problem.objective == "end" else seen.soonest) * self.share

    @property
    def bound(self) -> float:
        return self.limits[0 if self.problem.objective == "end" else 1]

    def offer(self, make: Callable[[], dict[str, Floats]]) -> bool:
        """Takes the plan if it is better, and tells; sees to it that there is time for the last looks."""
        began = self.elapsed_s()
        plan = make()
        paths = {s.id: self.kept(s, plan[s.id]) for s in self.problem.searchers}
        made = self.elapsed_s()
        seen = plain_look(self.problem, paths) if self.plain else look(self.problem, paths, fine=6.0, most=QUICK)
        self.make_s, self.look_s = max(self.make_s, made - began), max(self.look_s, self.elapsed_s() - made)
        spare_s = self.make_s + self.look_s + self.last_look_s()
        self.deadline_s = min(self.deadline_s, self.limit_s * (1 - RESERVE) - spare_s)
        merit = self.merit_of(seen)
        if merit <= self.merit:
            return False
        self.best, self.merit = paths, merit
        if self.progress is not None:
            self.progress(self.elapsed_s(), min(merit, self.bound), self.bound)
        return True

    def last_look_s(self) -> float:
        finer = 1.0 if self.plain else (parts_of(self.problem) / parts_of(self.problem, 6.0, QUICK)) ** 2
        return self.look_s * LOOKS * finer

    def kept(self, s: Searcher, path: Floats) -> Floats:
        """The path, or where it breaks a rule after all that of one who stays."""
        return path if allowed(self.problem, s, path) else _stay(self.problem, s)


def solve_sweep(
    problem: SweepProblem, *, time_limit_s: float = 10.0, seed: int = 0, progress: Progress | None = None
) -> SweepSolution:
    """Paths for all searchers over the raster, with their value and a proven upper bound.

    `progress(elapsed_s, value, bound)` is called at the first plan and whenever a better one is found. An
    interrupt from the keyboard ends the search with the best plan so far.
    """
    began_s = time.perf_counter()
    check_ways(problem)
    try:
        part, share = framed(problem)
        run = _Run(part, time_limit_s, time_limit_s * (1 - RESERVE), began_s, bounds(problem), progress, share=share)
        run.best = {s.id: _stay(part, s) for s in part.searchers}
        with suppress(KeyboardInterrupt):
            if is_ready() or _wait(run):
                _search(run, seed)
        return _solution(run)
    except MemoryError:
        raise BadInput(TOO_MUCH) from None


def _wait(run: _Run) -> bool:
    """Offers a simple plan while another process compiles; whether that is done with time to spare."""
    apart, run.plain = compile_apart(), True
    paths = run.best
    for group in alike(run.problem.searchers):
        ground = lattice(run.problem, run.problem.poa, group)
        if ground.n == 0:
            continue
        team = crew(run.problem, group, ground)
        for name, walks in simple_walks(ground, team).items():
            if run.elapsed_s() > run.deadline_s / 2 and run.merit >= 0:
                break
            plan = paths | {
                s.id: _path(run.problem, s, np.r_[ground.n + k, walks[k]], ground, k) for k, s in enumerate(group)
            }
            if run.offer(plan.copy):
                run.rules[group[0].id] = rule_of(name, ground.n)
        paths = run.best
    while apart.poll() is None and run.elapsed_s() < run.deadline_s - LEAST_S:
        time.sleep(0.02)
    run.plain = apart.poll() != 0
    return not run.plain


def search_compiled(problem: SweepProblem) -> None:
    """Solves with the compiled functions, whatever it takes."""
    run = _Run(problem, 1e3, 1e3, time.perf_counter(), bounds(problem), None)
    run.best = {s.id: _stay(problem, s) for s in problem.searchers}
    _search(run, 0)


def _search(run: _Run, seed: int) -> None:
    """A quick plan first; then each group of like searchers in turn, given what the others see."""
    groups = alike(run.problem.searchers, max(FEW_KINDS, int(KINDS_PER_S * run.limit_s)))
    if run.limit_s < LEAST_S:  # there may be no time later; where nothing is to be seen they stay
        run.offer(run.best.copy)
        _spiral(run)
    paths = run.best
    for k, group in enumerate(groups):
        if k > 0 and run.elapsed_s() + run.over_s > run.deadline_s:
            break
        paths = _plan(run, group, paths, (FIRST_MOVES, FIRST_S * (k + 1) / len(groups)), seed + k)
    run.cut_short = False  # a first plan may be
    rounds, first_s = 1 if len(groups) == 1 else 2, run.elapsed_s()
    for turn in range(rounds * len(groups)):
        if run.elapsed_s() + max(1.5 * run.setup_s, run.over_s) > run.deadline_s:
            break
        group, left = groups[turn % len(groups)], rounds * len(groups) - turn
        until_s = run.elapsed_s() + (first_s + (run.deadline_s - first_s) * LATTICE - run.elapsed_s()) / left
        moves = int(MOVES_PER_S * run.limit_s / (rounds * len(groups)))
        _plan(run, group, run.best, (moves, until_s), seed + turn)
    _again(run, groups, seed)
    _polish(run, seed)
    _spiral(run)


def _again(run: _Run, groups: list[tuple[Searcher, ...]], seed: int) -> None:
    """Where all that was planned is done and there is time, other positions of the lattice are tried."""
    until_s, tries = run.deadline_s * LATTICE, AGAIN
    while tries > 0 and not run.cut_short and len(groups) == 1 and run.elapsed_s() + run.setup_s < until_s:
        tries -= 1
        _plan(run, groups[0], run.best, (FIRST_MOVES, until_s), seed + tries, AGAIN - tries)


def _spiral(run: _Run) -> bool:
    """Offers expanding spirals once, where there is time for a look; whether they are the best plan."""
    if run.spiral is None and run.merit >= 0 and run.elapsed_s() < run.deadline_s:
        begin = {s.id: _stay(run.problem, s)[0] for s in run.problem.searchers}
        run.spiral = run.best if run.offer(lambda: spirals(run.problem, begin)) else {}
    if taken := run.best is run.spiral:
        run.rules = {"": "expanding spirals about where they start"}
    return taken


def _polish(run: _Run, seed: int) -> None:
    """Moves way-points off the lattice in the time that is left; at last those of spirals too, where they are ahead."""
    began_s = run.elapsed_s()
    if run.deadline_s - began_s <= LEAST_POLISH_S:
        return

    def polished(paths: dict[str, Floats], stage: int, until: float, again: int = 0) -> dict[str, Floats]:
        def spent() -> float:
            return (run.elapsed_s() - began_s) / max(1e-9, (run.deadline_s - began_s) * until)

        better = polish(run.problem, paths, stage=stage, seed=seed + again, spent=spent)
        run.offer(better.copy)
        return better

    paths = polished(run.best, 0, 0.5)
    ahead = run.best if _spiral(run) else None
    polished(paths, 1, 1.0 if ahead is None else 0.75)
    if ahead is not None:
        polished(ahead, 1, 1.0)
    small = run.elapsed_s() - began_s < AT_ONCE * run.limit_s
    for again in range(1, AGAIN + 1 if small else 0):
        polished(polished(run.best, 0, 1.0, again), 1, 1.0, again)


def _stay(problem: SweepProblem, s: Searcher) -> Floats:
    """The path of one who has not gone yet: at the start, or on the densest cell, and from there to the goal."""
    if s.start_m is not None or s.goal_m is not None:
        at = np.zeros((0, 2)) if s.start_m is None else np.array([s.start_m], np.float64)
        return turned(problem, s, at) if s.turn_radius_m > 0 else home(problem, s, at)
    row, col = np.unravel_index(int(problem.poa.argmax()), problem.poa.shape)
    x = problem.west_m + (col + 0.5) * problem.cell_m
    y = problem.south_m + (problem.poa.shape[0] - row - 0.5) * problem.cell_m
    return outside(ways(problem.no_go), (float(x), float(y)))[None]


def _plan(
    run: _Run,
    group: tuple[Searcher, ...],
    paths: dict[str, Floats],
    effort: tuple[int, float],
    seed: int,
    rank: int = 0,
) -> dict[str, Floats]:
    """Paths for one group, given the others', by so many moves or until so many seconds; offered on the way."""
    (moves, until_s), began_s = effort, run.elapsed_s()
    ground = lattice(run.problem, left_by_others(run.problem, group, paths, most=QUICK), group, rank=rank)
    if ground.n == 0:
        return paths
    team = crew(run.problem, group, ground)
    field = pack(ground, team)
    moves = min(moves, MOVES_PER_NODE * ground.n)
    run.setup_s = max(run.setup_s, run.elapsed_s() - began_s)
    state, rule = _race(run, ground, team, field, (moves, until_s), seed)
    run.rules[group[0].id] = rule_of(rule, ground.n)
    hot, cold = (part[run.problem.objective] * ground.marginal for part in (HOT, COLD))

    def now(rounding: float = 1.0) -> dict[str, Floats]:
        return dict(paths) | {
            s.id: _path(run.problem, s, state.seq[k, : state.size[k]], ground, k, rounding=rounding)
            for k, s in enumerate(group)
        }

    calm = run.elapsed_s() + (until_s - run.elapsed_s()) * CALM
    try:
        _cool(run, state, field, int(moves * CALM), (WARM * ground.marginal, cold), calm)
        for k in range(STAGES):
            if run.merit < 0 or run.look_s + run.make_s < DEAR_LOOK * run.limit_s:
                run.offer(now)
            if run.make_s < DEAR_MATCH * run.limit_s:
                _match(run.problem, group, state, field, ground)
            heat = hot * (cold / hot) ** (k / STAGES), hot * (cold / hot) ** ((k + 1) / STAGES)
            share = run.elapsed_s() + (until_s - run.elapsed_s()) / (STAGES - k)
            _cool(run, state, field, int(moves * (1 - RACE - CALM)) // STAGES, heat, share)
    finally:
        run.offer(now)
        if ground.n < FEW_SQUARES:  # where nothing else is left to be seen, sharp corners may see more
            run.offer(lambda: now(0.0))
        run.over_s = max(run.over_s, run.elapsed_s() - max(until_s, began_s))
    return run.best


def _race(
    run: _Run, ground: Ground, team: Crew, field: Field, effort: tuple[int, float], seed: int
) -> tuple[State, str]:
    """Walks by each simple rule, mended for a little while (moves, until when); the best."""
    moves, until_s = effort
    walks, now = first_walks(ground, team, field), run.elapsed_s()
    states = {name: start(ground, team, field, nodes, seed=seed) for name, nodes in walks.items()}
    for state in states.values():
        shorten(state, field)
    ranked = sorted(states, key=lambda name: -float(states[name].merit.sum()))
    for k, name in enumerate(ranked):
        until = now + (until_s - now) * RACE * (k + 1) / len(ranked)
        if k > 0 and run.elapsed_s() > until:
            break
        hot = WARM * 10 if name == "empty" else WARM
        heat = hot * ground.marginal, WARM / 2 * ground.marginal
        _cool(run, states[name], field, int(moves * RACE / len(ranked)), heat, until)
    best = max(ranked, key=lambda name: float(states[name].merit.sum()))
    return states[best], best


def _cool(run: _Run, state: State, field: Field, moves: int, heat: tuple[float, float], until_s: float) -> None:
    """Anneals by a fixed schedule; where time runs short, the schedule is shortened so that it still ends cold."""
    hot, cold = heat
    done, made, began = 0.0, 0, run.elapsed_s()
    rate = float(np.clip(4 * CHUNK / (STAGES * max(moves, 1)), 0.01, 0.5))
    while done < 1.0 and (now := run.elapsed_s()) < until_s:
        step = CHUNK / max(moves, CHUNK)
        if made:
            affordable = made * (until_s - now) / max(1e-9, now - began)
            step = max(step, (1.0 - done) * CHUNK / max(CHUNK, affordable))
        end = min(1.0, done + step)
        anneal(state, field, CHUNK, hot * (cold / hot) ** done, hot * (cold / hot) ** end)
        _raise_price(state, field, rate)
        done, made = end, made + CHUNK
    run.cut_short |= made < 0.9 * moves


def _raise_price(state: State, field: Field, rate: float) -> None:
    """Way beyond the limit becomes dearer by a rate for those who go on taking too much of it."""
    along = state.table[np.arange(len(state.size)), state.size - 1, ALONG].copy()
    for i in np.flatnonzero(field.team[:, 3] >= 0):
        along[i] += away(field, state.seq[i, state.size[i] - 1], np.int64(field.team[i, 3]))
    excess = along - field.team[:, 1]
    dearer = np.where(excess > SLACK * field.team[:, 1], rate * field.team[:, 2], 0.0)
    state.merit[:] -= dearer * np.maximum(excess, 0.0)
    field.team[:, 2] += dearer


def _path(problem: SweepProblem, s: Searcher, nodes: Ints, ground: Ground, k: int, *, rounding: float = 1.0) -> Floats:
    """The walk of one searcher, its start first, as a path in metres that keeps its rules."""
    nodes = nodes[1:] if ground.free[k] else nodes
    if len(nodes) == (0 if ground.free[k] else 1):
        return _stay(problem, s)
    walk = np.column_stack([ground.x_m[nodes], ground.y_m[nodes]])
    if s.turn_radius_m > 0:
        return turned(problem, s, walk)
    return path_of(problem, s, walk, rounding * ground.round_m[nodes])


def _match(problem: SweepProblem, group: tuple[Searcher, ...], state: State, field: Field, ground: Ground) -> None:
    """Sets how long walks may be such that paths of those who cannot turn on the spot come out as long as may be."""
    for k, s in enumerate(group):
        planned = float(state.table[k, state.size[k] - 1, ALONG])
        if s.turn_radius_m <= 0 or planned <= 0:
            continue
        endless = replace(s, length_m=1e9, end_m=None, return_to_start=False)
        flown = length_m(_path(problem, endless, state.seq[k, : state.size[k]], ground, k))
        before, now = field.team[k, 1], s.length_m * np.clip(planned / max(flown, 1e-9), 0.5, 1.2)
        excess = np.array([max(0.0, planned - limit) for limit in (before, now)])
        field.team[k, 1] = now
        state.merit[k] -= field.team[k, 2] * (excess[1] - excess[0])


def _solution(run: _Run) -> SweepSolution:
    """The best plan, measured finely where there is time for it."""
    fine, most = (FINE, MAX_SUBCELLS) if run.last_look_s() < 1.05 * run.limit_s - run.elapsed_s() else (6.0, QUICK)
    seen = plain_look(run.problem, run.best) if run.plain else look(run.problem, run.best, fine=fine, most=most)
    curve = tuple((at, found * run.share) for at, found in seen.curve)
    seen = replace(seen, end=seen.end * run.share, soonest=seen.soonest * run.share, curve=curve)
    value = min(seen.end if run.problem.objective == "end" else seen.soonest, run.bound)
    last = EARLY if run.plain else CUT if run.cut_short else ""
    return SweepSolution(
        paths=run.best,
        value=value,
        bound=run.bound,
        curve=seen.curve,
        status="optimal" if _all_seen(run) else "feasible",
        why=why(seen, run.limits, run.best.values(), run.rules.values(), last),
        elapsed_s=run.elapsed_s(),
        end_value=min(seen.end, run.limits[0]),
        end_bound=run.limits[0],
        soonest_value=min(seen.soonest, run.limits[1]),
        soonest_bound=run.limits[1],
    )


def _all_seen(run: _Run) -> bool:
    """Whether everything is surely seen: also by circles smaller by more than a sub-cell. Then no plan sees more."""
    if (
        run.plain
        or run.problem.objective != "end"
        or run.merit < 1 - 1e-6
        or any(s.pod < 1 for s in run.problem.searchers)
    ):
        return False
    shy = tuple(replace(s, radius_m=s.radius_m * 0.9) for s in run.problem.searchers)
    return look(replace(run.problem, searchers=shy), run.best).end * run.share > 1 - 1e-9
