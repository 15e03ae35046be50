"""Plans several searchers on a graph: a plan at once, better for as long as it may take, with a bound that sinks."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from homeward.search.rooms.early import at_hand, compile_apart, plan_early
from homeward.search.rooms.every import best_of_all, numbers
from homeward.search.rooms.measure import losses, plan_found, plan_value
from homeward.search.rooms.problem import Links, RoomsProblem, RoomsSearcher, RoomsSolution, Status
from homeward.search.rooms.product import MAX_EDGES
from homeward.search.rooms.proof import Proof, begin, lower, plant_whole, spent
from homeward.search.rooms.team import SLACK, Team, first, form, improve, in_order, measured, offer, settle
from homeward.search.rooms.words import reasons

UNCOMPILED = (
    "The time limit went into compiling the solver for this machine, which is done once. "
    "This is a quick plan: plan again for a better one."
)
_compiled: list[bool] = []  # filled once, by `compiled`
Progress = Callable[[float, float, float], None]
RESERVE = 0.05
PRICE_ROUNDS = 100, 500
PRICE_WORK = 1e8
CLOSE = 1e-9
TURN = 1e6
EARLY_S = 0.3
LEAST_S = 0.02
PROOF_SHARE = 4.0
NUMBERS_PER_S, MAX_NUMBERS = 2e7, 5e8  # going through every plan then takes about a third of the time limit at most
EDGES_PER_S = 1.3e7  # so that one expansion on the product graph takes a small part of the time limit


def solve_rooms(
    problem: RoomsProblem, *, time_limit_s: float = 10.0, seed: int = 0, progress: Progress | None = None
) -> RoomsSolution:
    """Paths for all searchers, with their value and a proven upper bound.

    `progress(elapsed_s, value, bound)` is called whenever one of them changes. An interrupt from the keyboard ends
    the search with the best plan so far. Where the time limit does not cut it short, the plan depends on `seed` alone;
    how large a proof is tried depends on the limit, and on the share of this machine's time that the search gets.
    Raises `BadInput` where the rules leave no plan.
    """
    began_s = last_s = time.perf_counter()
    if not (_compiled or problem.bonds or at_hand() or compile_apart((time_limit_s - EARLY_S) * (1 - RESERVE))):
        team = form(problem, seed)
        return _solution(team, plan_early(team), time.perf_counter() - began_s, (UNCOMPILED,))
    compiled()
    team = form(problem, seed)
    proof = Proof(float(problem.worth()[1] * problem.belief.sum()), np.zeros(0))

    def late() -> bool:
        """Whether the time is over, or would be after one more turn like the last."""
        nonlocal last_s
        now_s = time.perf_counter()
        turn_s, last_s = now_s - last_s, now_s
        return now_s - began_s + turn_s > time_limit_s * (1 - RESERVE)

    def tell() -> None:
        if progress is not None:
            progress(time.perf_counter() - began_s, team.value, proof.bound)

    team.late = late
    try:
        first(team)
        _work(team, proof, tell, time_limit_s=time_limit_s)
    except KeyboardInterrupt:
        if not team.plan:
            raise
    return _solution(team, proof.bound, time.perf_counter() - began_s)


def compiled() -> None:
    """Has all compiled parts at hand: the first time on a machine that takes about fifteen seconds, later a moment."""
    if _compiled:
        return
    look = Links.of(2, [(0, 0, 0.5), (1, 1, 0.5)])
    for motion in (None, Links.of(2, [(0, 1, 1.0), (1, 0, 1.0)])):
        toy = RoomsProblem(
            vertices=("a", "b"),
            edges=np.array([[0, 1]]),
            belief=np.array([0.5, 0.5]),
            searchers=(RoomsSearcher("one", 0, look), RoomsSearcher("two", 0, look)),
            steps=3,
            motion=motion,
        )
        team = form(toy, 0)
        first(team)
        proof = begin(team, 2, lambda: False)
        plant_whole(team, proof)
        lower(team, proof, 1.0)
    _compiled.append(True)


def _work(team: Team, proof: Proof, tell: Callable[[], None], *, time_limit_s: float) -> None:
    """Heuristic and proof in turns, until they meet."""
    late, began_s, began_cpu_s = team.late, time.perf_counter(), time.process_time()
    if team.exact:
        proof.bound = team.value
    tell()
    if team.exact or late():
        return
    size = sum(len(unit.group.ways.adj) for unit in team.units) * team.problem.steps
    start = begin(team, int(np.clip(PRICE_WORK / size, *PRICE_ROUNDS)), late)
    proof.bound, proof.price = min(proof.bound, start.bound), start.price
    tell()
    plan, value = [list(p) for p in team.plan], team.value
    if len(team.units) > 1:
        value = settle(team, plan)
        offer(team, plan, value)
        plan, value = improve(team, plan, value, 5)
    _every(team, proof, time_limit_s)
    proof.bound = max(proof.bound, team.value)
    tell()
    took_s = max(time.perf_counter() - began_s, LEAST_S)
    share = min((time.process_time() - began_cpu_s + LEAST_S) / took_s, 1.0)  # others may use this machine too
    max_edges = int(share * np.clip(time_limit_s * EDGES_PER_S / team.problem.steps, 1e4, MAX_EDGES))
    searching = not _proven(team, proof) and not late() and plant_whole(team, proof, max_edges=max_edges)
    late()
    began, many = team.work, len(team.units) > 1
    while (searching or many) and not _proven(team, proof) and not late():
        before = team.value, proof.bound
        if many and not (searching and PROOF_SHARE * (team.work - began) > spent(proof)):
            plan, value = improve(team, plan, value, 1)
        else:
            searching = lower(team, proof, TURN)
        if (team.value, proof.bound) != before:
            tell()


def _every(team: Team, proof: Proof, time_limit_s: float) -> None:
    """Goes through every plan of a team in danger, if there are few enough, which proves the best one."""
    if team.problem.loss is None or _proven(team, proof) or team.late():
        return
    if numbers(team.problem) > min(NUMBERS_PER_S * time_limit_s, MAX_NUMBERS):
        return
    done, best = best_of_all(team.problem, team.value, team.late)
    if best is not None:
        plan = [[best[s] for s in unit.group.who] for unit in team.units]
        offer(team, plan, measured(team, plan))
    if done:
        proof.bound = min(proof.bound, team.value + SLACK)


def _proven(team: Team, proof: Proof) -> bool:
    return proof.bound - team.value <= CLOSE * max(1.0, team.value)


def _solution(team: Team, bound: float, elapsed_s: float, also: tuple[str, ...] = ()) -> RoomsSolution:
    """The best plan, measured as it will be checked: step by step."""
    problem, paths = team.problem, in_order(team, team.plan)
    found, value = plan_found(problem, paths), plan_value(problem, paths)
    bound = max(bound, value)
    status: Status = "optimal" if bound - value <= CLOSE * max(1.0, value) else "feasible"
    named = {s.id: tuple(path) for s, path in zip(problem.searchers, paths, strict=True)}
    lost = dict(zip(named, losses(problem, paths), strict=True)) if problem.loss is not None else {}
    solution = RoomsSolution(
        paths=named,
        found=tuple(float(f) for f in found),
        value=value,
        bound=bound,
        status=status,
        why=(),
        elapsed_s=elapsed_s,
        lost=lost,
    )
    return replace(solution, why=(*reasons(problem, solution), *also))
