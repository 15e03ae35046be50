"""The plan of a search inside a building: lists of places for crews, made better, and a proven bound."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from homeward.geo import Floats
from homeward.search.indoors.case import Case, made_ready
from homeward.search.indoors.follow import anneal, follow
from homeward.search.indoors.records import IndoorPlan, IndoorProblem
from homeward.search.indoors.tell import told
from homeward.search.rooms import Links, RoomsProblem, RoomsSearcher, solve_rooms
from homeward.search.rooms.problem import Ints

Progress = Callable[[float, float, float], None]
TRIES, CHUNKS = 400_000, 50
HEAT = 0.004, 0.00005
"""Of the value, at the first and the last try: ours, tried on the buildings of the benchmark."""
BOUND_SHARE = 0.3
"""Of the time, for the bounds, and of that for the one on the mean of the curve."""
BOUND_MEAN, BOUND_S = 0.75, 6.0
COMING_BACK = 0.03
"""Of the value: what may go for searching rooms at one go instead of in parts at several times. Ours."""
NEAR = 12
_LEAST_S = 0.05


def plan_inside(
    problem: IndoorProblem, *, seed: int = 0, time_limit_s: float = 10.0, progress: Progress | None = None
) -> IndoorPlan:
    """Moves for every crew that make the mean over time of P(found) as large as can be, with bounds on it and on POS.

    Time runs in steps whose length follows the size of the building (`graph`). Lists of places are followed and
    changed as long as time allows; where the limit does not cut it short, the plan depends on `seed` alone.
    `progress(elapsed_s, mean of the curve, its bound)` is called at the first plan and at better ones. The first use
    on a machine compiles for about ten seconds, which the limit leaves out. An interrupt from the keyboard gives the
    best plan so far. The bounds are those of `rooms` on the same graph with rules left out, so no plan on it passes
    them. Raises `BadInput` where nobody may go in.
    """
    began_s = time.perf_counter()
    case = made_ready(problem)
    ready_s = time.perf_counter()
    compiled(case)
    began_s += time.perf_counter() - ready_s
    best, bound = first_lists(case), min(1.0, float(case.course.mass.sum()))

    def tell(value: float) -> None:
        if progress is not None:
            progress(time.perf_counter() - began_s, value / case.course.steps, bound)

    end_bound = bound
    try:
        tell(float(follow(case.course, *best)[1].sum()))
        limit_s = time_limit_s - (time.perf_counter() - began_s)
        best = together(case, improved(case, best, seed, limit_s=limit_s * (1 - BOUND_SHARE), tell=tell))
        left_s = min(time_limit_s - (time.perf_counter() - began_s), BOUND_S)
        bound = _bound(case, "discounted", left_s * BOUND_MEAN)
        end_bound = _bound(case, "end", left_s * (1 - BOUND_MEAN))
    except KeyboardInterrupt:
        pass
    paths, found, _ = follow(case.course, *best)
    return told(case, paths, found, bounds=(end_bound, bound), seed=seed)


def compiled(case: Case) -> None:
    """Has the compiled parts at hand: the first time on a machine that takes about ten seconds, later a moment."""
    none = np.zeros((len(case.crews), 1), np.int64), np.zeros(len(case.crews), np.int64)
    anneal(case.course, none, np.zeros((1, 1), np.int64), tries=1, heat=(1.0, 1.0), seed=0)


def first_lists(case: Case) -> tuple[Ints, Ints]:
    """Each crew's places, most found per step first: always the crew that is free next takes its best place."""
    course, n = case.course, len(case.house.pieces)
    left, worth = course.mass.copy(), [_dense(of, len(course.mass))[:n] for of in case.sees]
    open_ = course.room_of[:n] >= 0
    at, free = course.start.copy(), course.ready.copy()
    lists: list[list[int]] = [[] for _ in case.crews]
    while open_.any():
        c = int(free.argmin())
        steps = case.steps_to[at[c], :n]
        rate = np.where(open_ & (steps > 0), (worth[c] @ left + 1e-9) / np.maximum(steps, 1), -1.0)
        goal = int(rate.argmax())
        if rate[goal] <= 0:
            if all(not (open_ & (case.steps_to[a, :n] > 0)).any() for a in at):
                break
            free[c] = free[free < np.iinfo(np.int64).max].max() + 1
            continue
        lists[c].append(goal)
        open_[goal] = False
        left *= 1 - worth[c][goal]
        free[c] += steps[goal]
        at[c] = goal
    seq = np.zeros((len(lists), n), np.int64)
    for c, of in enumerate(lists):
        seq[c, : len(of)] = of
    return seq, np.array([len(of) for of in lists], np.int64)


def improved(
    case: Case, lists: tuple[Ints, Ints], seed: int, *, limit_s: float, tell: Callable[[float], None]
) -> tuple[Ints, Ints]:
    """Better lists, by annealing over `TRIES` tries or as many as the time allows."""
    began_s, value = time.perf_counter(), float(follow(case.course, *lists)[1].sum())
    n = len(case.house.pieces)
    steps = np.where(case.steps_to[:n, :n] > 0, case.steps_to[:n, :n], np.iinfo(np.int64).max)
    near = np.ascontiguousarray(np.argsort(steps, axis=1, kind="stable")[:, : min(NEAR, max(n - 1, 1))])
    best, chunk, each = lists, 0, TRIES // CHUNKS
    scale = value or 1.0
    while chunk < CHUNKS and scale > 0:
        hot, cold = (scale * HEAT[0] * (HEAT[1] / HEAT[0]) ** ((chunk + k) / CHUNKS) for k in (0, 1))
        turn_s = time.perf_counter()
        *found, better = anneal(case.course, best, near, tries=each, heat=(hot, cold), seed=seed * CHUNKS + chunk)
        best = found[0], found[1]
        if better > value:
            value = better
            tell(value)
        now_s = time.perf_counter()
        left = (limit_s - (now_s - began_s)) / max(now_s - turn_s, 1e-4)
        if left < 1:
            break
        chunk += max(1, int(np.ceil((CHUNKS - chunk) / left)))
    return best


def together(case: Case, lists: tuple[Ints, Ints]) -> tuple[Ints, Ints]:
    """Lists in which a crew searches what it has of a room at one go, wherever that costs little (`COMING_BACK`).

    The value knows no cost of coming back to a room; people who search by night do.
    """
    seq, count = lists
    value = float(follow(case.course, seq, count)[1].sum())
    least = value * (1 - COMING_BACK)
    for c in range(len(seq)):
        for room in dict.fromkeys(case.course.room_of[seq[c, : count[c]]].tolist()):
            row = seq[c, : count[c]]
            here = case.course.room_of[row] == room
            first = int(here.argmax())
            moved = np.concatenate([row[:first], row[here], row[first:][~here[first:]]])
            if (moved == row).all():
                continue
            other = seq.copy()
            other[c, : count[c]] = moved
            if float(follow(case.course, other, count)[1].sum()) >= least:
                seq = other
    return seq, count


def _dense(links: Links, n: int) -> Floats:
    full = links.dense()
    return full[:n, :n]


def _bound(case: Case, objective: str, limit_s: float) -> float:
    """What no plan on the graph can pass: of the mean of the curve, or of POS at the end."""
    n, hub = len(case.house.place), case.house.hub
    total = float(case.course.mass.sum())
    if limit_s < _LEAST_S or total <= 0 or not len(case.house.edges):
        return min(1.0, total)
    inside = frozenset(range(n)) - {hub}
    who = tuple(
        RoomsSearcher(crew.name, int(start), of, inside)
        for crew, start, of in zip(case.crews, case.course.start, case.sees, strict=True)
    )
    problem = RoomsProblem(
        vertices=tuple(str(v) for v in range(n)),
        edges=case.house.edges,
        belief=case.course.mass,
        searchers=who,
        steps=case.course.steps,
        objective="end" if objective == "end" else "discounted",
    )
    bound = solve_rooms(problem, time_limit_s=limit_s).bound
    return float(min(total, bound / (1 if objective == "end" else problem.steps)))
