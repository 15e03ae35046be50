"""A schedule as it will be on the real ground, and what that finds: our plan, simple rules, the manager's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from homeward.detect import pod_uncertain_width
from homeward.geo import Floats
from homeward.search.plan.arrays import Schedule
from homeward.search.plan.curve import Looks, Seen, Walk, mean_of, seen, walks_of
from homeward.search.plan.locks import needed
from homeward.search.plan.posts import post_segment, post_words, watched_m
from homeward.search.plan.prepare import Prepared
from homeward.search.plan.problem import PlanProblem
from homeward.search.plan.realise import Outing, Ways, outings_of
from homeward.search.plan.routes import LinearRoute, same_strip, strip_of
from homeward.search.plan.schedule import without
from homeward.search.plan.skills import sample
from homeward.search.plan.words import Lookout, in_the_air, task_words
from homeward.search.records import Assignment, Rival, Segment
from homeward.search.segments import fresh_names, outline, ring_m, segment_labels, with_poa


@dataclass(frozen=True, slots=True)
class Measured:
    """An assignment, what it finds in all and inside its segment, and who searched that segment before."""

    assignment: Assignment
    found: float
    inside: float
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Realised:
    """A schedule on the real ground: outings, their assignments not yet measured, all segments, and the curve."""

    schedule: Schedule
    outings: tuple[Outing, ...]
    bare: tuple[Assignment, ...]
    walks: list[Walk]
    segments: tuple[Segment, ...]
    seen: Seen

    @property
    def curve(self) -> tuple[tuple[float, float], ...]:
        """The POS curve."""
        return self.seen.curve

    @property
    def alive(self) -> float | None:
        """What is found alive; None where survival is not known."""
        return self.seen.alive

    @property
    def goodness(self) -> float:
        """What plans are compared by: just what a schedule maximises, on the real ground."""
        return self.seen.value

    def as_rival(self, name: str) -> Rival:
        """What is told of it beside another plan."""
        return Rival(
            name=name,
            curve=self.curve,
            value=self.curve[-1][1],
            soonest_value=mean_of(self.curve),
            alive_value=self.alive,
        )


def realised(problem: PlanProblem, ready: Prepared, schedule: Schedule, ways: Ways) -> Realised:
    """A schedule on the real ground, as it is."""
    outings = tuple(outings_of(problem, ready, schedule, ways))
    segments, place = _with_strips(problem, ready, outings)
    bare = tuple(_assignment(problem, ready, o, segment) for o, segment in zip(outings, place, strict=True))
    walks = walks_of(problem, bare)
    return Realised(
        schedule=schedule,
        outings=outings,
        bare=bare,
        walks=walks,
        segments=segments,
        seen=seen(problem, walks),
    )


def worthwhile(
    problem: PlanProblem, ready: Prepared, schedule: Schedule, ways: Ways
) -> tuple[Realised, list[Measured]]:
    """A schedule on the real ground, without tasks that turn out to find too little there."""
    while True:
        real = realised(problem, ready, schedule, ways)
        measured = _measured(problem, real)
        must = needed(schedule, ready.crews)
        pairs = [(o.team, o.offer) for o in real.outings]
        weak = {p for p, m in zip(pairs, measured, strict=True) if m.found < ready.crews.least and p not in must}
        if not weak:
            return real, measured
        schedule = without(schedule, weak, ready.offers, ready.crews, ready.poa)


def _with_strips(
    problem: PlanProblem, ready: Prepared, outings: Sequence[Outing]
) -> tuple[tuple[Segment, ...], list[Segment]]:
    """All segments, strips along searched lines and circles round posts added, and each outing's own."""
    segments = list(ready.segments)
    areas = [s for s in segments if s.kind == "area"]
    own = []
    for o in outings:
        if o.task.told is not None:
            segment = next(s for s in segments if s.id == (o.task.told.segment))
        elif o.task.place < 0:
            segment = post_segment(o.task, segments, _reach_m(problem, ready, o))
        elif o.task.linear:
            segment = _strip(ready.routes[o.task.place], segments, problem.terrain.grid.cell_m)
        else:
            segment = areas[o.task.place]
        if segment not in segments:
            segments.append(segment)
        own.append(segment.id)
    current = {s.id: s for s in with_poa(problem.terrain.grid, problem.belief.poa, segments)}
    return tuple(current.values()), [current[name] for name in own]


def _reach_m(problem: PlanProblem, ready: Prepared, outing: Outing) -> float:
    """How far a post reaches in the light of the middle of its time."""
    night = problem.is_night((outing.begins_s + outing.ends_s) / 2)
    skill = ready.skills[ready.skill_of[outing.team]]
    return watched_m(skill, problem.terrain.grid, outing.path_m[0], night=night)


def _strip(route: LinearRoute, segments: Sequence[Segment], half_width_m: float) -> Segment:
    """The strip along a route: that of an earlier plan, or a new one."""
    for old in segments:
        if old.kind == "line" and same_strip(route.xy_m, outline(old), half_width_m):
            return old
    ground = strip_of(route.xy_m, half_width_m)
    name = next(fresh_names(segments))
    return Segment(id=name, ring_m=ring_m(ground), area_m2=float(ground.area), poa=0.0, kind="line")


def _assignment(problem: PlanProblem, ready: Prepared, outing: Outing, segment: Segment) -> Assignment:
    """One outing as an assignment, not yet measured."""
    skill, task = ready.skills[ready.skill_of[outing.team]], outing.task
    length = float(np.hypot(*np.diff(outing.path_m, axis=0).T).sum())
    middle = problem.is_night((outing.begins_s + outing.ends_s) / 2)
    team = problem.teams[outing.team].id
    told = task.told
    width_m = sample(skill.width(night=middle), problem.terrain.grid, outing.path_m).mean()
    return Assignment(
        number=told.number if told is not None and told.team == team else "",
        team=team,
        segment=segment.id,
        task=told.task if told is not None else _words(ready, outing),
        access_m=_points(outing.way_m),
        route_m=_points(outing.path_m),
        return_m=_points(outing.home_m),
        leaves_s=outing.leaves_s,
        begins_s=outing.begins_s,
        ends_s=outing.ends_s,
        back_s=outing.back_s,
        length_m=length,
        sweep_width_m=float(width_m) if task.mode == "search" else 2 * _reach_m(problem, ready, outing),
        speed_mps=length / max(outing.ends_s - outing.begins_s, 1e-9),
        spacing_m=task.spacing_m,
        coverage=0.0,
        pod=0.0,
        pos=0.0,
        hazards=(),
        why="",
        mode=task.mode,
        underway=told is not None and task.only >= 0,
        part=task.part,
        parts=task.parts,
    )


def _words(ready: Prepared, outing: Outing) -> str:
    task = outing.task
    if task.place < 0:
        return post_words(task)
    return task_words(
        task, ready.skills[ready.skill_of[outing.team]], ready.routes[task.place] if task.linear else None
    )


def _points(xy: Floats) -> tuple[tuple[float, float], ...]:
    return tuple((round(float(x), 1), round(float(y), 1)) for x, y in xy)


def warned(problem: PlanProblem, ready: Prepared, real: Realised, lookout: Lookout) -> list[tuple[str, ...]]:
    """What each outing must watch out for."""
    skills = [ready.skills[ready.skill_of[o.team]] for o in real.outings]
    airborne = [o for o, skill in zip(real.outings, skills, strict=True) if skill.air]
    said = []
    for o, skill in zip(real.outings, skills, strict=True):
        others = [
            problem.teams[other.team].id
            for other in airborne
            if skill.air and other.team != o.team and other.leaves_s < o.back_s and o.leaves_s < other.back_s
        ]
        dark = any(problem.is_night(t) for t in np.linspace(o.leaves_s, o.back_s, 9))
        whole = np.concatenate([o.way_m, o.path_m, o.home_m])
        said.append((*lookout.hazards(skill, whole, dark=dark), *in_the_air(others)))
    return said


def _measured(problem: PlanProblem, real: Realised) -> list[Measured]:
    """Assignments with coverage and POD, and what each finds, counted after those that end before it.

    POD is the mean over the segment's cells of what its own coverage reaches, as a debrief measures it.
    """
    grid, bare, walks = problem.terrain.grid, real.bare, real.walks
    used = {a.segment for a in bare}
    masks = {s.id: segment_labels(grid, [s]) == 0 for s in real.segments if s.id in used}
    numbers = _numbers(problem, bare)
    done: dict[int, Measured] = {}
    earlier: dict[str, list[str]] = {}
    looks = Looks(problem)
    for i in sorted(range(len(bare)), key=lambda n: (bare[n].ends_s, n)):
        own = np.zeros(grid.shape)
        pieces = real.seen.pieces[i]
        for piece in pieces:
            own[piece.window] += piece.coverage
        pod = pod_uncertain_width(own)
        got, met = looks.take(walks[i].skill.kind, own), looks.moving(walks[i], pieces)
        inside = masks[bare[i].segment]
        task = replace(
            bare[i],
            number=numbers[i],
            coverage=float(own[inside].mean()) if inside.any() else 0.0,
            pod=float(pod[inside].mean()) if inside.any() else 0.0,
        )
        others = earlier.setdefault(task.segment, [])
        done[i] = Measured(task, float(got.sum()) + met, float(got[inside].sum()), tuple(dict.fromkeys(others)))
        others.append(task.team)
    return [done[i] for i in range(len(bare))]


def _numbers(problem: PlanProblem, bare: Sequence[Assignment]) -> list[str]:
    """The assignments' numbers: their own, where they were told before, or the next ones of the period.

    Period and two digits, 101 to 199; then 1_100 and on, which no other period has, and which sort behind.
    """
    taken = {a.number for a in bare}
    numbers, n = [], problem.first_task
    for a in bare:
        name = a.number
        while not name:
            name = f"{problem.period}{n:02d}" if n < 100 else f"{problem.period}_{n}"
            name, n = ("" if name in taken else name), n + 1
        numbers.append(name)
    return numbers
