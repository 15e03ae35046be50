"""The manager's choices: who must search what, and who never may. Plans obey them, or say why they cannot."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from homeward.errors import BadInput
from homeward.geo import Floats, Grid
from homeward.mission.nouns import Lock, LockRule, TeamKind
from homeward.search.plan.apart import conflicts
from homeward.search.plan.arrays import Bools, Crews, Offers, Schedule
from homeward.search.plan.limits import next_of
from homeward.search.plan.moves import obeyed
from homeward.search.plan.problem import PlanProblem
from homeward.search.plan.routes import LinearRoute, route_in
from homeward.search.plan.schedule import aim, ordered
from homeward.search.plan.skills import Skill
from homeward.search.plan.tasks import ALONG_LINES, IN_BUILDINGS, OVER_AREAS, Task, possible_tasks
from homeward.search.records import Segment
from homeward.search.segments import outline, segment_labels

INSIDE_M = 50.0  # of a path along a line inside a forbidden segment: more is searching it (our own choice)
_TRIED = 6  # tasks by which a choice is obeyed, that are tried in each place (our own limit)
_ALONG = 0.8  # of a path inside a strip, above which it searches the strip


def checked(problem: PlanProblem, segments: Sequence[Segment]) -> None:
    """Raises `BadInput` for a lock that names a segment or a team that is not there."""
    names, teams = {s.id for s in segments}, {t.id for t in problem.teams}
    for lock in problem.locks:
        if lock.segment not in names:
            raise BadInput(
                f"Lock {lock.id} names segment {lock.segment!r}, which is not there. Free it, or name another."
            )
        if lock.team is not None and lock.team not in teams:
            raise BadInput(f"Lock {lock.id} names team {lock.team!r}, which is not there. Free it, or name another.")


def must_tasks(
    problem: PlanProblem,
    skills: list[Skill],
    places: tuple[Sequence[Segment], list[LinearRoute]],
    tasks: Sequence[Task],
    *,
    limit_s: float,
) -> list[Task]:
    """Tasks where somebody must search, or would by the manager's own plan, but which promise too little elsewise."""
    segments, routes = places
    areas = [s for s in segments if s.kind == "area"]
    more: list[Task] = []
    for segment in segments:
        asked = _asked(problem, segment.id)
        here = searching(segment, areas, tasks) if asked else np.zeros(len(tasks), dtype=np.bool_)
        there = {t.skill for t, inside in zip(tasks, here, strict=True) if inside}
        for i, skill in enumerate(skills):
            if i in there or skill.kind not in asked:
                continue
            if segment.kind == "area":
                where = areas.index(segment)
                given: tuple[tuple[Segment, ...], list[LinearRoute]] = ((replace(segment, poa=1.0),), [])
            else:
                where = route_in(outline(segment), routes, problem.terrain.grid.cell_m)
                given = ((), routes[where : where + 1] if where >= 0 else [])
            own = possible_tasks(problem.terrain, np.ones(problem.terrain.grid.shape), given, [skill], limit_s=limit_s)
            more += [replace(t, skill=i, place=where) for t in own]
    return more


def _asked(problem: PlanProblem, segment: str) -> set[TeamKind]:
    """The kinds of team that must search a segment, or would by the manager's own plan."""
    must = any(lock.rule is LockRule.MUST and lock.segment == segment for lock in problem.locks)
    orders = problem.own.orders if problem.own else ()
    sent = {team for team, names in orders if segment in names}
    return {TeamKind(t.kind) for t in problem.teams if must or t.id in sent}


def searching(segment: Segment, areas: Sequence[Segment], tasks: Sequence[Task]) -> Bools:
    """(tasks,) which of them search a segment of those `areas`, or the strip along a line."""
    if segment.kind == "area":
        where = [a.id for a in areas].index(segment.id)
        return np.array([not t.linear and t.place == where for t in tasks], dtype=np.bool_)
    ground = outline(segment).buffer(1.0)
    return np.array([t.linear and _share(t, ground) > _ALONG for t in tasks], dtype=np.bool_)


def _share(task: Task, ground: BaseGeometry) -> float:
    line = shapely.LineString(task.path_m)
    if line.length == 0:
        return float(ground.contains(shapely.Point(task.path_m[0])))
    return float(line.intersection(ground).length / line.length)


def _trespasses(segment: Segment, areas: Sequence[Segment], tasks: Sequence[Task]) -> Bools:
    """(tasks,) which of them a ban of a segment forbids: those that search it, and lines and posts inside it."""
    own = searching(segment, areas, tasks)
    ground = outline(segment)
    shapely.prepare(ground)
    for j, task in enumerate(tasks):
        if task.linear and not own[j]:
            line = shapely.LineString(task.path_m)
            if line.intersects(ground):
                own[j] = line.length == 0 or line.intersection(ground).length > INSIDE_M
    return own


def locked(
    problem: PlanProblem, crews: Crews, given: tuple[list[Task], Sequence[Segment], list[Skill]], locks: Sequence[Lock]
) -> Crews:
    """The crews, with who may do which task, and what must be done, by what each is able to and by these locks."""
    tasks, segments, skills = given
    areas = [s for s in segments if s.kind == "area"]
    only = np.array([t.only for t in tasks], dtype=np.int64)
    skill = np.array([t.skill for t in tasks], dtype=np.int64)
    teams = np.arange(len(problem.teams))
    allowed = (skill[None, :] == crews.skill[:, None]) & ((only[None, :] < 0) | (only[None, :] == teams[:, None]))
    allowed[[bool(skills[i].grounded) for i in crews.skill]] = False
    by_id = {s.id: s for s in segments}
    for lock in locks:
        if lock.rule is LockRule.NEVER:
            allowed[np.ix_(_meant(lock, problem), _trespasses(by_id[lock.segment], areas, tasks))] = False
    musts = [
        allowed & _meant(lock, problem)[:, None] & searching(by_id[lock.segment], areas, tasks)[None, :]
        for lock in locks
        if lock.rule is LockRule.MUST
    ]
    return crews._replace(allowed=allowed, musts=np.array(musts, dtype=np.bool_).reshape(len(musts), *allowed.shape))


def _meant(lock: Lock, problem: PlanProblem) -> Bools:
    """(teams,) whom a lock means."""
    return np.array([lock.team in (None, team.id) for team in problem.teams], dtype=np.bool_)


def needed(schedule: Schedule, crews: Crews) -> set[tuple[int, int]]:
    """The (team, task) of a schedule that are done because they must be, or are under way."""
    pairs = [(k, int(j)) for k, row in enumerate(schedule.task) for j in row if j >= 0]
    return {(k, j) for k, j in pairs if crews.musts[:, k, j].any() or crews.doing[k] == j}


def with_musts(schedule: Schedule, offers: Offers, crews: Crews, poa: Floats) -> Schedule:
    """The schedule with a task for each choice that it does not obey, where one fits in and nobody is in the way."""
    for must in crews.musts:
        if obeyed(schedule.task, must):
            continue
        best, best_aim = schedule, -np.inf
        for tried in _tries(schedule, must, offers, crews, poa):
            if obeyed(tried.task, must) and not conflicts(offers, tried.task, tried.begins_s):
                value = aim(tried, offers, crews, poa)
                best, best_aim = (tried, value) if value > best_aim else (best, best_aim)
        schedule = best
    return schedule


def _tries(schedule: Schedule, must: Bools, offers: Offers, crews: Crews, poa: Floats) -> Iterator[Schedule]:
    """The schedule with one of the tasks that must be done put in, at every place in its team's row."""
    for k in np.nonzero(must.any(axis=1))[0]:
        own = np.nonzero(must[k])[0]
        row = [int(j) for j in schedule.task[k] if j >= 0]
        for j in own[np.argsort(-offers.rank[own], kind="stable")][:_TRIED]:
            for at in range(len(row) + 1):
                for rest in (row[at:], []):
                    rows = schedule.task.copy()
                    new = [*row[:at], int(j), *rest][: rows.shape[1]]
                    rows[k] = -1
                    rows[k, : len(new)] = new
                    yield ordered(rows, offers, crews, poa)


def out_of_place(skill: Skill, segment: Segment, grid: Grid) -> str:
    """Why teams of a skill can never search a segment, '' where they can."""
    able = (skill.speed_mps > 0) & (np.maximum(*skill.width_m) > 0)
    if skill.grounded:
        return skill.grounded
    if skill.kind in IN_BUILDINGS:
        return "it works in buildings only: plan those with homeward building"
    if not able[segment_labels(grid, [segment]) == 0].any():
        water = skill.kind is TeamKind.BOAT
        return f"it searches water only, and {segment.id} holds none" if water else "it can search nowhere there"
    if skill.kind not in (OVER_AREAS if segment.kind == "area" else ALONG_LINES):
        return "it searches along lines only" if segment.kind == "area" else "it searches areas, and this is a line"
    return ""


def unmet(problem: PlanProblem, schedule: Schedule, crews: Crews) -> list[tuple[Lock, Bools]]:
    """The locks by which something must be searched that is not, each with who could do it by which task."""
    musts = [lock for lock in problem.locks if lock.rule is LockRule.MUST]
    return [pair for pair in zip(musts, crews.musts, strict=True) if not obeyed(schedule.task, pair[1])]


def unmet_words(
    problem: PlanProblem,
    schedule: Schedule,
    given: tuple[Offers, Crews, list[Skill], list[int]],
    segments: Sequence[Segment],
) -> tuple[str, ...]:
    """What must be searched and is not, and why."""
    offers, crews, skills, skill_of = given
    said = []
    for lock, must in unmet(problem, schedule, crews):
        segment = next(s for s in segments if s.id == lock.segment)
        meant = [skills[skill_of[k]] for k in np.nonzero(_meant(lock, problem))[0]]
        never = [out_of_place(skill, segment, problem.terrain.grid) for skill in meant]
        others = [o.id for o in problem.locks if o.rule is LockRule.NEVER and o.segment == lock.segment]
        if all(never):
            why = never[0] if lock.team or len(set(never)) == 1 else "none of the teams can search it"
        elif others and not must.any():
            why = f"lock {others[0]} forbids it"
        else:
            why = _why_not(offers, crews, must)
        who = lock.team or "no team"
        said.append(
            f"Lock {lock.id} cannot be kept: {who} {'does not search' if lock.team else 'searches'} "
            f"{lock.segment}, because {why}."
        )
    return tuple(said)


def _why_not(offers: Offers, crews: Crews, must: Bools) -> str:
    if not must.any():
        return "it cannot be searched in the time that there is"
    for k, j in zip(*np.nonzero(must), strict=True):
        state = (crews.free_s[k], crews.start[k], crews.out_s[k], 0)
        if np.isfinite(next_of(offers, crews, k, j, state)[0]):
            return "there is no time for it beside what else must be done, or it finds no way there"
    return "it cannot be reached, searched and left in time (period, daylight, endurance, batteries)"
