"""What teams are doing, and what they were told before, as tasks: so that a plan made again can stay with it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from homeward.errors import BadInput
from homeward.geo import Floats
from homeward.search.plan.arrays import Ints
from homeward.search.plan.problem import PlanProblem
from homeward.search.plan.routes import LinearRoute, route_in
from homeward.search.plan.skills import Skill
from homeward.search.plan.tasks import Task, whole_task
from homeward.search.records import Assignment, Segment
from homeward.search.segments import outline
from homeward.terrain.ground import LineKind


def told_tasks(
    problem: PlanProblem,
    skills: tuple[list[Skill], list[int]],
    places: tuple[Sequence[Segment], list[LinearRoute]],
    posts: Sequence[Task],
) -> list[Task]:
    """Each assignment under way or told before as a task and the same backwards.

    What is under way can be gone on with by its own team alone and not from the other end. `places` are all segments
    and the routes, which get one more where the line of an assignment is none of them. `posts` are those that can be
    held: one that was told is one of them, for what is left of its time. Raises `BadInput` for an assignment whose
    segment is unknown.
    """
    tasks: list[Task] = []
    for k, assignment, underway in _told(problem):
        task = _task(problem, (k, skills[0][skills[1][k]], skills[1][k]), assignment, places, posts)
        if task is None:
            continue
        if underway:
            task = replace(task, only=k, reversible=False)
        turned = task.backwards()
        fresh = turned if underway or task.mode != "search" else replace(turned, told=replace(assignment, number=""))
        tasks += [task, fresh]
    return tasks


def told_rows(problem: PlanProblem, tasks: Sequence[Task], slots: int) -> tuple[Ints, Ints]:
    """(the task that each team is on (teams,), those that it was told after that (teams, slots)), -1 for none."""
    found = {t.told.number: j for j, t in enumerate(tasks) if t.told is not None and t.told.number and not j % 2}
    doing = np.full(len(problem.teams), -1, dtype=np.int64)
    rows: list[list[int]] = [[] for _ in problem.teams]
    for k, assignment, underway in _told(problem):
        j = found.get(assignment.number, -1)
        if underway:
            doing[k] = j
        elif j >= 0:
            rows[k].append(j)
    told = np.full((len(rows), slots), -1, dtype=np.int64)
    for k, row in enumerate(rows):
        told[k, : len(row[:slots])] = row[:slots]
    return doing, told


def _told(problem: PlanProblem) -> Iterator[tuple[int, Assignment, bool]]:
    """(team, assignment, whether it is under way): each that a team has."""
    on = {s.doing.number for s in problem.starts if s.doing is not None}
    for k, start in enumerate(problem.starts):
        if start.doing is not None:
            yield k, start.doing, True
    teams = {team.id: k for k, team in enumerate(problem.teams)}
    for assignment in problem.earlier:
        if assignment.team in teams and assignment.number not in on:
            yield teams[assignment.team], assignment, False


def _task(
    problem: PlanProblem,
    who: tuple[int, Skill, int],
    told: Assignment,
    places: tuple[Sequence[Segment], list[LinearRoute]],
    posts: Sequence[Task],
) -> Task | None:
    _, skill, index = who
    segments, routes = places
    segment = next((s for s in segments if s.id == told.segment), None)
    if segment is None:
        raise BadInput(
            f"Assignment {told.number} of {told.team} is in segment {told.segment!r}, which is not there. "
            "Give the segments of the plan that it comes from."
        )
    path = np.asarray(told.route_m, dtype=np.float64).reshape(-1, 2)
    if told.mode != "search":
        return _post(told, index, path, posts)
    task = (
        whole_task(path, skill, problem.terrain.grid, index=index, spacing_m=told.spacing_m) if len(path) > 1 else None
    )
    if task is None:
        return None
    linear = segment.kind != "area"
    if linear:
        place = route_in(outline(segment), routes, problem.terrain.grid.cell_m)
        if place < 0:
            place = len(routes)
            routes.append(LinearRoute(kind=LineKind.TRAIL, xy_m=path, name=None))
    else:
        place = [s.id for s in segments if s.kind == "area"].index(segment.id)
    return replace(task, place=place, linear=linear, part=told.part, parts=told.parts, told=told)


def _post(told: Assignment, index: int, path: Floats, posts: Sequence[Task]) -> Task | None:
    """The post that was told, for what is left of its time."""
    left = told.ends_s - max(told.begins_s, 0.0)
    same = [t for t in posts if t.skill == index and t.mode == told.mode and np.hypot(*(t.path_m[0] - path[0])) < 1.0]
    if not same or left <= 0:
        return None
    task = min(same, key=lambda t: abs(t.duration_s - left))
    begun = told.begins_s < 0
    stretches = [s for s in task.stretches if not begun or not len(s.cell)] or list(task.stretches[-1:])
    stretches = [replace(s, ends_s=left * (n + 1) / len(stretches)) for n, s in enumerate(stretches)]
    return replace(task, duration_s=left, stretches=tuple(stretches), told=told)
