"""From a plan's problem to the arrays that the schedule is made on: segments, routes, tasks, travel times."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from homeward.belief.ahead import Movers
from homeward.geo import Floats
from homeward.mission.nouns import TeamKind
from homeward.search.plan.apart import same_ground
from homeward.search.plan.arrays import Crews, Ints, Offers
from homeward.search.plan.findable import findable
from homeward.search.plan.locks import checked, locked, must_tasks
from homeward.search.plan.moves import SLOTS
from homeward.search.plan.posts import post_tasks
from homeward.search.plan.problem import AT_BASE_M, PlanProblem, TeamStart
from homeward.search.plan.routes import LinearRoute, linear_routes
from homeward.search.plan.shores import shore_routes
from homeward.search.plan.skills import FLIGHT_MPS, Skill, skills_of
from homeward.search.plan.sought import sought_of
from homeward.search.plan.tasks import Task, possible_tasks
from homeward.search.plan.told import told_rows, told_tasks
from homeward.search.plan.travel import flying_times_s, walking_times_s
from homeward.search.records import Segment
from homeward.search.segments import MAX_SEGMENTS, cut_segments, with_poa

TASK_S = 3600.0  # a segment is sized to be swept in about an hour (our own choice, after trying 0.7 to 2.2 h)
SMALLEST_M2, LARGEST_M2 = 8e4, 1.5e6
SHARE = 0.95  # of the probability on the map, that segments shall hold
LEAST_GAIN = 1e-3  # of what is on the map, that a task must find to send a team for it (our own choice)
LEAST_SAID = 5e-4  # of all probability: less would read as 0.0 % on the sheet
TASK_COST = 1e-4  # of what is on the map, that one more task must add to the mean of the curve (our own choice)
TOGETHER_M = 60.0  # the schedule takes places this near for one; the ways really planned are exact
AGAIN = 1  # more tasks of the same kind of team that a part of a segment may get in a plan; a line gets none (our own)
TOLD_SHARE = 0.1  # of the cost of breaking off a task, for not giving one that was told but not begun (our own choice)
_UNCOUNTED = 1_000_000  # flights of a team whose batteries nobody counts
_LONGEST_SHARE = 0.6  # of the period, that one task may take

Tell = Callable[[float, str], None]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Prepared:
    """All that a schedule is made from; `skill_of[i]` is team i's skill, `poa` the probability of what is sought
    (`sought.Sought`: the active cells, then the paths of who moves)."""

    segments: tuple[Segment, ...]
    routes: list[LinearRoute]
    skills: list[Skill]
    skill_of: list[int]
    tasks: list[Task]
    offers: Offers
    crews: Crews
    poa: Floats


def prepared(problem: PlanProblem, tell: Tell) -> Prepared:
    """Cuts segments, works out what each team could do there, and how long the ways between take."""
    terrain, poa = problem.terrain, problem.belief.poa
    tell(0.02, "cutting segments")
    skills, skill_of = skills_of(terrain, problem.teams, weather=problem.weather, numbers=problem.numbers)
    target = target_area_m2(poa, skills, terrain.grid.cell_area_m2, period_s=problem.duration_s)
    segments = cut_segments(terrain, poa, target_area_m2=target, existing=problem.segments, share=SHARE)
    routes = linear_routes(terrain)
    routes += shore_routes(terrain) if any(s.kind is TeamKind.BOAT for s in skills) else []
    tell(0.10, "laying out tasks")
    checked(problem, segments)
    areas = tuple(s for s in segments if s.kind == "area")
    tasks = _tasks(problem, (segments, routes), _in_the_light(problem, skills), skill_of)
    tell(0.30, "ways over the ground")
    bases, start = _where_from(problem)
    ends, at = _places(tasks)
    modes, mode = _modes(skills)
    travel = np.stack([flying_times_s(np.concatenate([bases, ends])) * (FLIGHT_MPS / (mps or 1.0)) for mps in modes])
    travel[0] = np.inf
    on_foot = np.unique(at[[not skills[t.skill].straight for t in tasks]])
    walked = np.concatenate([np.arange(len(bases)), on_foot + len(bases)])
    travel[0][np.ix_(walked, walked)] = walking_times_s(
        terrain, bases, ends[on_foot], progress=lambda f: tell(0.30 + 0.3 * f, "ways over the ground")
    )
    offers, sought = _offers(problem, tasks, (areas, routes), skills, at + len(bases))
    crews = _crews(problem, (skills, skill_of), (start, mode, travel), tasks)
    return Prepared(
        segments=segments,
        routes=routes,
        skills=skills,
        skill_of=skill_of,
        tasks=tasks,
        offers=offers,
        crews=locked(problem, crews, (tasks, segments, skills), problem.locks),
        poa=sought,
    )


def _in_the_light(problem: PlanProblem, skills: list[Skill]) -> list[Skill]:
    """The skills with one sweep width where the light does not change in the period: tasks are then laid out once."""
    if any(0 < t < problem.duration_s for t in problem.light_changes_s):
        return skills
    return [replace(s, width_m=(s.width(night=problem.is_night(0.0)),) * 2) for s in skills]


def _tasks(
    problem: PlanProblem,
    places: tuple[tuple[Segment, ...], list[LinearRoute]],
    skills: list[Skill],
    skill_of: list[int],
) -> list[Task]:
    """All that could be done: searching, posts, what must be done, what is under way and was told before."""
    segments, routes = places
    areas = tuple(s for s in segments if s.kind == "area")
    limit = _LONGEST_SHARE * problem.duration_s
    tasks = _worth_doing(problem, (areas, routes), skills, limit_s=limit)
    posts = post_tasks(problem, skills)
    told = told_tasks(problem, (skills, skill_of), places, posts)
    return [*tasks, *posts, *must_tasks(problem, skills, places, tasks, limit_s=limit), *told]


def _sought_by(problem: PlanProblem, kind: TeamKind) -> Floats:
    """(rows, cols) by what tasks of a kind are chosen: dogs for remains by the dead, all others by who may live."""
    if kind is not TeamKind.REMAINS or not problem.alive:
        return problem.worth
    return problem.belief.poa * findable(problem, kind)


def _worth_doing(
    problem: PlanProblem, places: tuple[tuple[Segment, ...], list[LinearRoute]], skills: list[Skill], *, limit_s: float
) -> list[Task]:
    """Searching tasks where they promise most of what each skill seeks."""
    areas, routes = places
    tasks: list[Task] = []
    for dead in (False, True):
        own = [i for i, skill in enumerate(skills) if (skill.kind is TeamKind.REMAINS) == dead]
        if own:
            sought = _sought_by(problem, skills[own[0]].kind)
            here = tuple(with_poa(problem.terrain.grid, sought, areas)) if problem.alive else areas
            able = [skills[i] for i in own]
            made = possible_tasks(problem.terrain, sought, (here, routes), able, limit_s=limit_s, ipp_m=problem.ipp_m)
            tasks += [replace(task, skill=own[task.skill]) for task in made]
    return tasks


def _where_from(problem: PlanProblem) -> tuple[Floats, Ints]:
    """The teams' bases, then where those stand that are elsewhere (n, 2); the place of each team (teams,)."""
    places = list(problem.bases_m)
    start = np.arange(len(places), dtype=np.int64)
    for k, given in enumerate(problem.starts):
        if np.hypot(*np.subtract(given.at_m, problem.bases_m[k])) > AT_BASE_M:
            start[k] = len(places)
            places.append(given.at_m)
    return np.array(places, dtype=np.float64), start


def _modes(skills: list[Skill]) -> tuple[list[float], Ints]:
    """The ways to travel, 0.0 over the ground and then the speeds of those who go straight; each skill's."""
    modes = [0.0, *sorted({s.transit_mps for s in skills if s.straight})]
    return modes, np.array([modes.index(s.transit_mps if s.straight else 0.0) for s in skills], dtype=np.int64)


def target_area_m2(poa: Floats, skills: list[Skill], cell_area_m2: float, *, period_s: float) -> float:
    """The area that the middle one of the teams on foot sweeps once in `TASK_S`, where the probability is.

    Larger where the ground worth searching would come to more segments than can be handled.
    """
    on_foot = [s for s in skills if not s.air and s.kind is not TeamKind.HASTY] or skills
    total = max(float(poa.sum()), 1e-300)
    rates = [float((poa * s.width_m[0] * s.speed_mps).sum()) / total for s in on_foot]
    target = float(np.clip(np.median(rates) * min(TASK_S, period_s / 2), SMALLEST_M2, LARGEST_M2))
    dense_first = np.cumsum(np.sort(poa, axis=None)[::-1])
    worth = int(np.searchsorted(dense_first, SHARE * dense_first[-1])) * cell_area_m2
    return max(target, min(worth / (0.8 * MAX_SEGMENTS), LARGEST_M2))


def _places(tasks: list[Task]) -> tuple[Floats, Ints]:
    """Where tasks begin and end, those within `TOGETHER_M` made one: places (n, 2), indices (tasks, 2)."""
    ends = np.array([p for t in tasks for p in (t.path_m[0], t.path_m[-1])], dtype=np.float64).reshape(-1, 2)
    _, first, own = np.unique(np.round(ends / TOGETHER_M), axis=0, return_index=True, return_inverse=True)
    return ends[first], own.reshape(-1, 2).astype(np.int64)


def _offers(
    problem: PlanProblem,
    tasks: list[Task],
    places: tuple[tuple[Segment, ...], list[LinearRoute]],
    skills: list[Skill],
    at: Ints,
) -> tuple[Offers, Floats]:
    """All tasks as arrays, and the probability of each item that they look at (see `sought.Sought`)."""
    (areas, _), n_cells = places, problem.belief.poa.size
    poas = {s.kind: _sought_by(problem, s.kind).ravel() for s in skills}
    stretches = [s for t in tasks[::2] for s in t.stretches]  # those of a task backwards are the same ones
    hits = np.concatenate([s.cell for s in stretches] or [np.empty(0, np.int32)])
    active = np.zeros(n_cells, dtype=np.bool_)
    active[hits] = True
    compact = (np.cumsum(active) - 1).astype(np.int32)
    seen = np.concatenate([s.coverage for s in stretches] or [np.empty((2, 0), np.float32)], axis=1)
    n = np.arange(len(tasks), dtype=np.int64)
    where = {key: i for i, key in enumerate(dict.fromkeys((t.linear, t.place, t.part) for t in tasks))}
    gain = np.array([_promise(t, poas[skills[t.skill].kind], problem.movers) for t in tasks])
    duration = np.array([t.duration_s for t in tasks])
    held = [areas[t.place].poa if not t.linear else g for t, g in zip(tasks, gain, strict=True)]
    low_hit, high_hit = _hits_of(tasks)
    spot, flown, walked = same_ground(tasks, *places)
    kinds = list(TeamKind)
    sought, items = sought_of(problem, tasks, (low_hit, high_hit, hits), active)
    offers = Offers(
        skill=np.array([t.skill for t in tasks], dtype=np.int64),
        start=at[:, 0].copy(),
        end=at[:, 1].copy(),
        twin=n ^ 1,  # every task is followed by itself backwards, or by itself
        where=np.array([where[t.linear, t.place, t.part] for t in tasks], dtype=np.int64),
        rank=gain / np.maximum(duration, 1.0),
        held=np.array(held, dtype=np.float64),
        duration_s=duration,
        first=np.cumsum([0, *(len(t.stretches) for t in tasks)]).astype(np.int64),
        ends_s=np.array([s.ends_s for t in tasks for s in t.stretches], dtype=np.float64),
        low_hit=low_hit,
        high_hit=high_hit,
        cell=compact[hits],
        coverage=seen,
        spot=spot,
        low=np.array([(t.part - 1) / t.parts for t in tasks], dtype=np.float64),
        high=np.array([t.part / t.parts for t in tasks], dtype=np.float64),
        kind=np.array([kinds.index(skills[t.skill].kind) for t in tasks], dtype=np.int64),
        air=np.array([skills[t.skill].air for t in tasks], dtype=np.bool_),
        flown=flown,
        walked=walked,
        most_again=np.array([0 if t.linear else AGAIN for t in tasks], dtype=np.int64),
        sought=sought,
    )
    return offers, items


def _promise(task: Task, poa: Floats, moving: Movers | None) -> float:
    """What a task would find by day on untouched ground, cells that it crosses twice counted twice; and at a post."""
    found = sum(float((poa[s.cell] * -np.expm1(-s.coverage[0])).sum()) for s in task.stretches)
    if task.meets is None or moving is None:
        return found
    return found + task.notice * float(moving.weight[np.unique(task.meets[0])].sum())


def _hits_of(tasks: list[Task]) -> tuple[Ints, Ints]:
    """Where each stretch's cells lie in the list of all: (begin, end), stretches in the order of the tasks."""
    low: list[int] = []
    at = 0
    ends: list[int] = []
    for task in tasks[::2]:
        marks = np.cumsum([at, *(len(s.cell) for s in task.stretches)]).tolist()
        low += [*marks[:-1], *(reversed(marks[:-1]) if task.reversible else marks[:-1])]
        ends += [*marks[1:], *(reversed(marks[1:]) if task.reversible else marks[1:])]
        at = marks[-1]
    return np.array(low, dtype=np.int64), np.array(ends, dtype=np.int64)


def _crews(
    problem: PlanProblem,
    able: tuple[list[Skill], list[int]],
    ways: tuple[Ints, Ints, Floats],
    tasks: list[Task],
) -> Crews:
    """The teams, locks not yet in it. `ways` are where each starts, the mode of each skill, and the travel times."""
    skills, skill_of = able
    start, mode, travel_s = ways
    n, own = len(problem.teams), [skills[i] for i in skill_of]
    starts = problem.starts or tuple(TeamStart(at_m=base) for base in problem.bases_m)
    free = np.array([s.free_s for s in starts], dtype=np.float64)
    rested = [s.out_s == 0 and start[k] == k and s.doing is None for k, s in enumerate(starts)]
    flights = [
        s.batteries if s.batteries is not None else skill.batteries for s, skill in zip(starts, own, strict=True)
    ]
    marks = [0.0, *problem.light_changes_s, np.inf]
    dark = [(a, b) for i, (a, b) in enumerate(pairwise(marks)) if problem.night != bool(i % 2)]
    doing, told = told_rows(problem, tasks, SLOTS)
    on_map = float(problem.belief.poa.sum())
    return Crews(
        skill=np.array(skill_of, dtype=np.int64),
        base=np.arange(n, dtype=np.int64),
        start=start,
        free_s=free,
        out_s=np.where(rested, free, np.array([min(s.out_s, -1e-6) for s in starts], dtype=np.float64)),
        flights=np.array([_UNCOUNTED if f is None else f for f in flights], dtype=np.int64),
        day_only=np.array([not s.in_the_dark for s in own], dtype=np.bool_),
        allowed=np.zeros((n, len(tasks)), dtype=np.bool_),
        doing=doing,
        switch_cost=float(problem.switch_cost),
        told=told,
        told_cost=TOLD_SHARE * problem.switch_cost,
        musts=np.zeros((0, n, len(tasks)), dtype=np.bool_),
        endurance_s=np.array([s.endurance_s for s in own], dtype=np.float64),
        turnaround_s=np.array([s.turnaround_s for s in own], dtype=np.float64),
        mode=mode,
        travel_s=travel_s,
        dark=np.array(dark, dtype=np.float64).reshape(-1, 2).T.copy(),
        period_s=float(problem.duration_s),
        task_cost=TASK_COST * on_map,
        least=max(LEAST_GAIN * on_map, LEAST_SAID),
    )
